package service

// events is Amazon EventBridge.
func events() Service {
	return Service{
		Prefix: "events", Aliases: []string{"eventbridge"},
		// EventBridge quotas: every API but PutEvents 50 a second; the burst is unpublished, one
		// second's worth is assumed.
		limit: shared(50, 50),
		// TestEventPattern compares a pattern with an event that the caller sends.
		Reads: []string{
			"DescribeApiDestination", "DescribeArchive", "DescribeConnection", "DescribeEndpoint",
			"DescribeEventBus", "DescribeReplay", "DescribeRule", "ListApiDestinations", "ListArchives",
			"ListConnections", "ListEndpoints", "ListEventBuses", "ListReplays", "ListRuleNamesByTarget",
			"ListRules", "ListTagsForResource", "ListTargetsByRule", "TestEventPattern",
		},
	}
}
