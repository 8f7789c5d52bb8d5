package service

// account is AWS Account Management.
func account() Service {
	return Service{
		Prefix: "account", Global: true,
		limit: accountLimit,
		Reads: []string{
			"GetAccountInformation", "GetAlternateContact", "GetContactInformation",
			"GetGovCloudAccountInformation", "GetPrimaryEmail", "GetRegionOptStatus", "ListRegions",
		},
	}
}

// accountLimit is the quota table of the Account Management reference guide. Its quota of six
// region requests in flight shows as throttling and is waited for in the same bucket.
func accountLimit(operation string) Limit {
	switch operation {
	case "ListRegions", "GetRegionOptStatus":
		return Limit{Bucket: operation, Burst: 5, PerSecond: 5}
	}
	return Limit{Bucket: operation, Burst: 1, PerSecond: 1}
}
