package wire

// Services are those whose wire names are known, from the API models published with the SDKs (protocol, target prefix, API version) and the
// route and name tables of this package.
func Services() []Service {
	return []Service{
		{Name: "sts", Protocol: Query, Version: "https://sts.amazonaws.com/doc/2011-06-15/", names: map[string]string{
			"PolicyDescriptorType.Arn": "arn",
		}},
		{
			Name: "iam", Protocol: Query, Version: "https://iam.amazonaws.com/doc/2010-05-08/", Global: true, unions: iamUnions(),
			names: map[string]string{"ListDelegationRequestsOutput.IsTruncated": "isTruncated"},
		},
		{Name: "ec2", Protocol: EC2, Version: "http://ec2.amazonaws.com/doc/2016-11-15/", names: ec2Names(), formNames: ec2FormNames()},
		{
			Name: "account", Protocol: RESTJSON, Version: "1.1", Global: true, routes: accountRoutes(),
			isoTimes: []string{"GetAccountInformationOutput.AccountCreatedDate"},
		},
		{Name: "scheduler", Protocol: RESTJSON, Version: "1.1", routes: schedulerRoutes(), names: borrowedFromECS()},
		{
			Name: "ecs", Protocol: JSON, Version: "1.1", Target: "AmazonEC2ContainerServiceV20141113", Lower: true,
			unions: ecsUnions(), documents: ecsDocuments(),
		},
		{Name: "application-autoscaling", Protocol: JSON, Version: "1.1", Target: "AnyScaleFrontendService"},
		{Name: "events", Protocol: JSON, Version: "1.1", Target: "AWSEvents", names: borrowedFromECS()},
		{
			Name: "cloudtrail", Protocol: JSON, Version: "1.1", Target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
			names: map[string]string{
				"DescribeTrailsInput.IncludeShadowTrails": "includeShadowTrails",
				"DescribeTrailsInput.TrailNameList":       "trailNameList",
				"DescribeTrailsOutput.TrailList":          "trailList",
			},
		},
		{
			Name: "logs", Protocol: JSON, Version: "1.1", Target: "Logs_20140328", Lower: true, unions: logsUnions(),
			names: map[string]string{"DescribeDestinationsInput.DestinationNamePrefix": "DestinationNamePrefix"},
		},
		{Name: "organizations", Protocol: JSON, Version: "1.1", Target: "AWSOrganizationsV20161128", Global: true},
	}
}

// borrowedFromECS are the structs that EventBridge and its Scheduler took over from ECS together with their small letters.
func borrowedFromECS() map[string]string {
	return map[string]string{
		"CapacityProviderStrategyItem.Base":             "base",
		"CapacityProviderStrategyItem.CapacityProvider": "capacityProvider",
		"CapacityProviderStrategyItem.Weight":           "weight",
		"NetworkConfiguration.AwsvpcConfiguration":      "awsvpcConfiguration",
		"PlacementConstraint.Expression":                "expression",
		"PlacementConstraint.Type":                      "type",
		"PlacementStrategy.Field":                       "field",
		"PlacementStrategy.Type":                        "type",
	}
}
