package service

// applicationAutoScaling is Application Auto Scaling.
func applicationAutoScaling() Service {
	return Service{
		Prefix:  "application-autoscaling",
		Aliases: []string{"application auto scaling", "applicationautoscaling"},
		// Its limits are unpublished: reads and changes apart, moderate.
		limit: readsApart,
		Reads: []string{
			"DescribeScalableTargets", "DescribeScalingActivities", "DescribeScalingPolicies",
			"DescribeScheduledActions", "ListTagsForResource",
		},
	}
}
