package aws

// reads is the list of operations that change nothing and hand out no credential, by the service's IAM prefix. Everything that is not on it needs
// a permit. Names are whole, never prefixes: AWS calls some things Get that make credentials.
//
// Left out though their names sound like reads: sts GetSessionToken, GetFederationToken, GetDelegatedAccessToken and GetWebIdentityToken (they
// make credentials), sts AssumeRole and AssumeRoot likewise, ec2 GetPasswordData, GetConsoleOutput and GetConsoleScreenshot (they show secrets
// that the case must not hold).
//
// On the list though their names do not sound like reads, each with its reason: events TestEventPattern (compares a pattern with an event that
// the caller sends), logs FilterLogEvents (searches), sts DecodeAuthorizationMessage (spells out a refusal that the caller got).
func reads() map[string][]string {
	return map[string][]string{
		"account": {
			"GetAccountInformation", "GetAlternateContact", "GetContactInformation", "GetGovCloudAccountInformation", "GetPrimaryEmail",
			"GetRegionOptStatus", "ListRegions",
		},
		"application-autoscaling": {
			"DescribeScalableTargets", "DescribeScalingActivities", "DescribeScalingPolicies", "DescribeScheduledActions",
			"ListTagsForResource",
		},
		"cloudtrail": {
			"DescribeTrails", "GetEventDataStore", "GetEventSelectors", "GetInsightSelectors", "GetTrail", "GetTrailStatus",
			"ListEventDataStores", "ListTags", "ListTrails", "LookupEvents",
		},
		"ec2": ec2Reads(),
		"ecs": {
			"DescribeCapacityProviders", "DescribeClusters", "DescribeContainerInstances", "DescribeDaemon", "DescribeDaemonDeployments",
			"DescribeDaemonRevisions", "DescribeDaemonTaskDefinition", "DescribeExpressGatewayService", "DescribeGateway",
			"DescribeGatewayResources", "DescribeGatewayRoute", "DescribeServiceDeployments", "DescribeServiceRevisions",
			"DescribeServices", "DescribeTaskDefinition", "DescribeTaskSets", "DescribeTasks", "GetTaskProtection",
			"ListAccountSettings", "ListAttributes", "ListClusters", "ListContainerInstances", "ListDaemonDeployments",
			"ListDaemonTaskDefinitions", "ListDaemons", "ListGatewayClusterAssociations", "ListGatewayRoutes", "ListGateways",
			"ListServiceDeployments", "ListServices", "ListServicesByNamespace", "ListTagsForResource", "ListTaskDefinitionFamilies",
			"ListTaskDefinitions", "ListTasks",
		},
		"events": {
			"DescribeApiDestination", "DescribeArchive", "DescribeConnection", "DescribeEndpoint", "DescribeEventBus", "DescribeReplay",
			"DescribeRule", "ListApiDestinations", "ListArchives", "ListConnections", "ListEndpoints", "ListEventBuses", "ListReplays",
			"ListRuleNamesByTarget", "ListRules", "ListTagsForResource", "ListTargetsByRule", "TestEventPattern",
		},
		"logs": {
			"DescribeLogGroups", "DescribeLogStreams", "DescribeMetricFilters", "DescribeResourcePolicies", "DescribeSubscriptionFilters",
			"FilterLogEvents", "GetLogEvents", "ListTagsForResource",
		},
		"scheduler": {"GetSchedule", "GetScheduleGroup", "ListScheduleGroups", "ListSchedules", "ListTagsForResource"},
		"sts":       {"DecodeAuthorizationMessage", "GetAccessKeyInfo", "GetCallerIdentity"},
	}
}

func ec2Reads() []string {
	return []string{
		"DescribeAccountAttributes", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeCapacityReservations",
		"DescribeClientVpnEndpoints", "DescribeFleetInstances", "DescribeFleets", "DescribeFlowLogs", "DescribeHosts",
		"DescribeIamInstanceProfileAssociations", "DescribeImageAttribute", "DescribeImages", "DescribeInstanceAttribute",
		"DescribeInstanceConnectEndpoints", "DescribeInstanceStatus", "DescribeInstanceTypeOfferings", "DescribeInstanceTypes",
		"DescribeInstances", "DescribeInternetGateways", "DescribeKeyPairs", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates",
		"DescribeNatGateways", "DescribeNetworkAcls", "DescribeNetworkInterfaces", "DescribeRegions", "DescribeReservedInstances",
		"DescribeReservedInstancesModifications", "DescribeRouteTables", "DescribeSecurityGroupReferences", "DescribeSecurityGroupRules",
		"DescribeSecurityGroups", "DescribeSnapshotAttribute", "DescribeSnapshots", "DescribeSpotFleetInstances",
		"DescribeSpotFleetRequestHistory", "DescribeSpotFleetRequests", "DescribeSpotInstanceRequests", "DescribeSubnets", "DescribeTags",
		"DescribeVolumeStatus", "DescribeVolumes", "DescribeVpcAttribute", "DescribeVpcEndpoints", "DescribeVpcPeeringConnections",
		"DescribeVpcs", "DescribeVpnConnections", "GetEbsDefaultKmsKeyId", "GetEbsEncryptionByDefault", "GetImageBlockPublicAccessState",
		"GetInstanceMetadataDefaults", "GetSerialConsoleAccessStatus", "GetSnapshotBlockPublicAccessState", "ListImagesInRecycleBin",
		"ListSnapshotsInRecycleBin",
	}
}

// IsRead says whether the write guard lets an operation pass without a permit. Service is any of the names that ServicePrefix takes.
func IsRead(service, operation string) bool {
	for _, name := range reads()[ServicePrefix(service)] {
		if name == operation {
			return true
		}
	}
	return false
}
