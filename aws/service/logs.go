package service

// logs is Amazon CloudWatch Logs.
func logs() Service {
	return Service{
		Prefix: "logs", Aliases: []string{"cloudwatch logs", "cloudwatchlogs"},
		limit: logsLimit,
		// FilterLogEvents searches.
		Reads: []string{
			"DescribeLogGroups", "DescribeLogStreams", "DescribeMetricFilters",
			"DescribeResourcePolicies", "DescribeSubscriptionFilters", "FilterLogEvents", "GetLogEvents",
			"ListTagsForResource",
		},
	}
}

func logsLimit(operation string) Limit {
	// CloudWatch Logs quotas, read second-hand: GetLogEvents 25 requests a second for an account
	// and region, 10 in some regions, where the bucket slows down by itself; the burst is
	// unpublished, one second's worth is assumed.
	if operation == "GetLogEvents" {
		return Limit{Bucket: operation, Burst: 25, PerSecond: 25}
	}
	// CloudWatch Logs API reference, DescribeLogStreams: "a limit of five transactions per second";
	// others are unpublished or higher.
	return Limit{Bucket: operation, Burst: 5, PerSecond: 5}
}
