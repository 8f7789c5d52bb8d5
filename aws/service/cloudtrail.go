package service

// cloudTrail is AWS CloudTrail.
func cloudTrail() Service {
	return Service{
		Prefix: "cloudtrail",
		limit:  cloudTrailLimit,
		Reads: []string{
			"DescribeTrails", "GetEventDataStore", "GetEventSelectors", "GetInsightSelectors", "GetTrail",
			"GetTrailStatus", "ListEventDataStores", "ListTags", "ListTrails", "LookupEvents",
		},
	}
}

// cloudTrailLimit: the API reference says of LookupEvents "two per second, per account, per
// Region". DescribeTrails and the like get 10 a second, unverified.
func cloudTrailLimit(operation string) Limit {
	if operation == "LookupEvents" {
		return Limit{Bucket: "lookup-events", Burst: 2, PerSecond: 2}
	}
	return Limit{Bucket: "other", Burst: 10, PerSecond: 10}
}
