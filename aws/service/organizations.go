package service

// organizations is AWS Organizations.
func organizations() Service {
	return Service{Prefix: "organizations", Global: true, limit: organizationsLimit}
}

// organizationsLimit is the table of API rates for one account in the quotas of the AWS
// Organizations user guide; what it does not name gets its lowest row.
func organizationsLimit(operation string) Limit {
	at := func(burst int, perSecond float64) Limit {
		return Limit{Bucket: operation, Burst: burst, PerSecond: perSecond}
	}
	switch operation {
	case "DescribeAccount":
		return at(30, 20)
	case "ListAccounts":
		return at(12, 8)
	case "ListChildren":
		return at(10, 6)
	case "ListParents", "ListAccountsForParent", "ListOrganizationalUnitsForParent", "ListPolicies", "ListPoliciesForTarget",
		"ListTargetsForPolicy", "ListDelegatedAdministrators":
		return at(8, 5)
	case "ListTagsForResource":
		return at(15, 10)
	case "CreatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy", "UpdatePolicy":
		return at(3, 2)
	case "DescribePolicy":
		return at(2, 2)
	case "ListRoots", "DescribeOrganization", "EnableAWSServiceAccess", "RegisterDelegatedAdministrator":
		return at(2, 1)
	}
	return at(1, 1)
}
