package aws

import "strings"

// Limit is one of AWS's token buckets: what it holds when full and how fast it fills.
type Limit struct {
	// Bucket names it; operations with the same name share its tokens within an account and region.
	Bucket string
	// Burst is how many calls a full bucket lets through at once.
	Burst int
	// PerSecond is the refill in calls a second.
	PerSecond float64
	// Global is true where one bucket serves all regions.
	Global bool
}

// LimitOf is the bucket that an operation takes its tokens from. Operations with an unpublished limit have a bucket of their service's with
// moderate figures: the connection slows down by itself where AWS turns out to be stricter.
func LimitOf(service, operation string) Limit {
	service = ServicePrefix(service)
	l := limitOf(service, operation)
	l.Bucket = service + ":" + l.Bucket
	l.Global = isGlobal(service)
	return l
}

func limitOf(service, operation string) Limit {
	switch service {
	case "ecs":
		return ecsLimit(operation)
	case "ec2":
		return ec2Limit(operation)
	case "account":
		return accountLimit(operation)
	case "organizations":
		return organizationsLimit(operation)
	case "cloudtrail":
		// LookupEvents: API reference, "two per second, per account, per Region"; DescribeTrails and the like: 10 a second, unverified.
		if operation == "LookupEvents" {
			return Limit{Bucket: "lookup-events", Burst: 2, PerSecond: 2}
		}
		return Limit{Bucket: "other", Burst: 10, PerSecond: 10}
	case "sts":
		// 600 a second for an account and region over AssumeRole, GetCallerIdentity and others (IAM and STS quotas, read second-hand):
		// a sixth of it is more than is ever needed.
		return Limit{Bucket: "all", Burst: 100, PerSecond: 100}
	case "iam":
		// AWS publishes no figure and says only that several buckets may apply: 5 a second is our own caution.
		return Limit{Bucket: "all", Burst: 20, PerSecond: 5}
	case "sso", "identitystore":
		// IAM Identity Center quotas: 20 a second for all APIs of sso-admin together, and for each API of an identity store.
		return Limit{Bucket: "all", Burst: 20, PerSecond: 20}
	case "events":
		// EventBridge quotas: every API but PutEvents 50 a second; the burst is unpublished, one second's worth is assumed.
		return Limit{Bucket: "all", Burst: 50, PerSecond: 50}
	case "scheduler", "application-autoscaling":
		// Scheduler's quotas differ by region and API and Application Auto Scaling's are unpublished: reads and changes apart, moderate.
		if isReadName(operation) {
			return Limit{Bucket: "read", Burst: 20, PerSecond: 10}
		}
		return Limit{Bucket: "modify", Burst: 20, PerSecond: 10}
	case "logs":
		// CloudWatch Logs quotas, read second-hand: GetLogEvents 25 requests a second for an account and region, 10 in some regions, where the
		// bucket slows down by itself; the burst is unpublished, one second's worth is assumed.
		if operation == "GetLogEvents" {
			return Limit{Bucket: operation, Burst: 25, PerSecond: 25}
		}
		// CloudWatch Logs API reference, DescribeLogStreams: "a limit of five transactions per second"; others are unpublished or higher.
		return Limit{Bucket: operation, Burst: 5, PerSecond: 5}
	case "ce":
		// Unpublished; each request costs money, so there is no reason to hurry.
		return Limit{Bucket: "all", Burst: 2, PerSecond: 1}
	}
	return Limit{Bucket: "other", Burst: 20, PerSecond: 10}
}

// isReadName tells an operation's bucket by AWS's naming; the write guard never judges by it.
func isReadName(operation string) bool {
	for _, prefix := range [...]string{"Get", "List", "Describe", "Lookup"} {
		if strings.HasPrefix(operation, prefix) {
			return true
		}
	}
	return false
}

// ecsLimit is the table "Request throttling for the Amazon ECS API" of the Amazon ECS API reference.
func ecsLimit(operation string) Limit {
	switch operation {
	case "DescribeClusters", "ListClusters":
		return Limit{Bucket: "cluster-read", Burst: 50, PerSecond: 20}
	case "CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings":
		return Limit{Bucket: "cluster-modify", Burst: 20, PerSecond: 1}
	case "DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks":
		return Limit{Bucket: "cluster-resource-read", Burst: 100, PerSecond: 20}
	case "DeregisterContainerInstance", "StopTask", "RunTask", "StartTask", "ExecuteCommand", "UpdateContainerInstancesState",
		"PutAttributes", "DeleteAttributes", "UpdateContainerAgent":
		return Limit{Bucket: "cluster-resource-modify", Burst: 100, PerSecond: 40}
	case "DescribeServices", "ListServices":
		return Limit{Bucket: "service-read", Burst: 100, PerSecond: 20}
	case "CreateService", "DeleteService", "UpdateService":
		return Limit{Bucket: "service-modify", Burst: 50, PerSecond: 5}
	case "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies":
		return Limit{Bucket: "task-definition-read", Burst: 50, PerSecond: 20}
	case "DeregisterTaskDefinition", "RegisterTaskDefinition":
		return Limit{Bucket: "task-definition-modify", Burst: 20, PerSecond: 1}
	case "DeleteTaskDefinitions":
		return Limit{Bucket: "task-definition-delete", Burst: 5, PerSecond: 1}
	case "DescribeCapacityProviders":
		return Limit{Bucket: "capacity-provider-read", Burst: 50, PerSecond: 20}
	case "CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider":
		return Limit{Bucket: "capacity-provider-modify", Burst: 10, PerSecond: 1}
	case "DescribeServiceDeployments", "ListServiceDeployments":
		return Limit{Bucket: "service-deployment-read", Burst: 50, PerSecond: 20}
	case "DescribeServiceRevisions":
		return Limit{Bucket: "service-revision-read", Burst: 50, PerSecond: 20}
	case "GetTaskProtection", "UpdateTaskProtection":
		return Limit{Bucket: "task-protection", Burst: 200, PerSecond: 80}
	case "ListServicesByNamespace":
		return Limit{Bucket: "services-by-namespace", Burst: 10, PerSecond: 1}
	case "ListAccountSettings":
		return Limit{Bucket: "settings-read", Burst: 50, PerSecond: 20}
	case "PutAccountSetting", "PutAccountSettingDefault", "DeleteAccountSetting":
		return Limit{Bucket: "settings-modify", Burst: 10, PerSecond: 1}
	case "ListTagsForResource":
		return Limit{Bucket: "tags-read", Burst: 50, PerSecond: 20}
	case "TagResource", "UntagResource":
		return Limit{Bucket: "tags-modify", Burst: 20, PerSecond: 10}
	}
	return ecsUnpublishedLimit(operation)
}

// ecsUnpublishedLimit covers what the table leaves out. A family gets a bucket of its own with the lowest figures that the table gives to reads
// and to changes of its neighbours, so that being wrong about one family never slows another.
func ecsUnpublishedLimit(operation string) Limit {
	family := "other"
	for _, name := range [...]string{"ExpressGateway", "Gateway", "Daemon", "TaskSet", "ServiceDeployment"} {
		if strings.Contains(operation, name) {
			family = strings.ToLower(name)
			break
		}
	}
	if isReadName(operation) {
		return Limit{Bucket: family + "-read", Burst: 50, PerSecond: 10}
	}
	return Limit{Bucket: family + "-modify", Burst: 10, PerSecond: 1}
}

// ec2Limit follows "Request throttling for the Amazon EC2 API" of the EC2 developer guide: each API has a bucket of its own, which for reads
// that page or filter holds 100 and gets 20 a second. For changes 50 and 5 a second are taken, unverified.
func ec2Limit(operation string) Limit {
	if isReadName(operation) {
		return Limit{Bucket: operation, Burst: 100, PerSecond: 20}
	}
	return Limit{Bucket: operation, Burst: 50, PerSecond: 5}
}

// accountLimit is the quota table of the Account Management reference guide. Its quota of six region requests in flight shows as throttling
// and is waited for in the same bucket.
func accountLimit(operation string) Limit {
	switch operation {
	case "ListRegions", "GetRegionOptStatus":
		return Limit{Bucket: operation, Burst: 5, PerSecond: 5}
	}
	return Limit{Bucket: operation, Burst: 1, PerSecond: 1}
}

// organizationsLimit is the table of API rates for one account in the quotas of the AWS Organizations user guide; what it does not name gets
// its lowest row.
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
