package sim

import "time"

// bucketRule is a token bucket as AWS documents it.
type bucketRule struct {
	name          string
	burst, refill float64
}

// bucketKey is one bucket of one region; a server has one account.
type bucketKey struct{ service, region, name string }

// bucket is the state of one: how many tokens there were, and when.
type bucket struct {
	tokens float64
	at     time.Time
}

// take removes a token from an operation's bucket; false means that the call is over the limit. Operations without a documented bucket are not
// limited.
func (s *Server) take(svc *service, region, op string, now time.Time) bool {
	rule, limited := svc.buckets[op]
	if !limited || s.opts.Unthrottled {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := bucketKey{svc.codec.Name, region, rule.name}
	b := s.buckets[key]
	if b == nil {
		b = &bucket{tokens: rule.burst, at: now}
		s.buckets[key] = b
	}
	if d := now.Sub(b.at); d > 0 {
		b.tokens = min(rule.burst, b.tokens+d.Seconds()*rule.refill*s.opts.Speed)
		b.at = now
	}
	// A hair below one token is one: a client that waits exactly as long as it must would else lose to rounding.
	if b.tokens < 1-1e-6 {
		return false
	}
	b.tokens--
	return true
}

// bucketRules are the token buckets of a service, by operation. The numbers are AWS's own, for one account in one region:
// ecs: Amazon ECS API reference, "Request throttling for the Amazon ECS API" (operations of a row share the bucket);
// cloudtrail: API reference of LookupEvents; account: Account Management guide, "Quotas"; sts: IAM user guide, "IAM and STS quotas";
// organizations: Organizations guide, "Quotas"; ec2: EC2 developer guide, "Request throttling for the Amazon EC2 API" (non-mutating actions);
// logs: CloudWatch Logs user guide, "Quotas".
func bucketRules(service string) map[string]bucketRule {
	rules := map[string]bucketRule{}
	put := func(name string, burst, refill float64, ops ...string) {
		for _, op := range ops {
			rules[op] = bucketRule{name, burst, refill}
		}
	}
	each := func(burst, refill float64, ops ...string) {
		for _, op := range ops {
			rules[op] = bucketRule{op, burst, refill}
		}
	}
	switch service {
	case "ecs":
		ecsBuckets(put)
	case "cloudtrail":
		each(2, 2, "LookupEvents")
	case "account":
		each(5, 5, "ListRegions", "GetRegionOptStatus")
		each(1, 1, "EnableRegion", "DisableRegion")
	case "sts":
		put("sts", 600, 600, "AssumeRole", "GetCallerIdentity", "GetSessionToken")
	case "ec2":
		each(100, 20, "DescribeRegions", "DescribeNetworkInterfaces")
	case "logs":
		each(25, 25, "GetLogEvents", "DescribeLogStreams")
	case "organizations":
		each(20, 20, "DescribeAccount")
		each(12, 8, "ListAccounts")
		each(2, 1, "ListRoots", "DescribeOrganization")
	}
	return rules
}

func ecsBuckets(put func(name string, burst, refill float64, ops ...string)) {
	put("cluster read", 50, 20, "DescribeClusters", "ListClusters")
	put("cluster modify", 20, 1, "CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings")
	put("cluster resource read", 100, 20,
		"DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks")
	put("cluster resource modify", 100, 40,
		"DeregisterContainerInstance", "StopTask", "RunTask", "StartTask", "ExecuteCommand", "UpdateContainerInstancesState",
		"PutAttributes", "DeleteAttributes", "UpdateContainerAgent")
	put("service read", 100, 20, "DescribeServices", "ListServices")
	put("service modify", 50, 5, "CreateService", "DeleteService", "UpdateService")
	put("task definition read", 50, 20, "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies")
	put("task definition modify", 20, 1, "DeregisterTaskDefinition", "RegisterTaskDefinition")
	put("task definition deletion", 5, 1, "DeleteTaskDefinitions")
	put("capacity provider read", 50, 20, "DescribeCapacityProviders")
	put("capacity provider modify", 10, 1, "CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider")
	put("service deployment read", 50, 20, "DescribeServiceDeployments", "ListServiceDeployments", "DescribeServiceRevisions")
	put("task protection", 200, 80, "GetTaskProtection", "UpdateTaskProtection")
	put("services by namespace", 10, 1, "ListServicesByNamespace")
	put("settings modify", 10, 1, "PutAccountSetting", "PutAccountSettingDefault", "DeleteAccountSetting")
	put("settings read", 50, 20, "ListAccountSettings")
	put("tags modify", 20, 10, "TagResource", "UntagResource")
	put("tags read", 50, 20, "ListTagsForResource")
}
