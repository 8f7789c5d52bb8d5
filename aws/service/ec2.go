package service

// ec2 is Amazon Elastic Compute Cloud.
//
// No reads, though their names sound like it: GetPasswordData, GetConsoleOutput and
// GetConsoleScreenshot show secrets that the case must not hold.
func ec2() Service {
	return Service{
		Prefix: "ec2",
		limit:  ec2Limit,
		Reads: []string{
			"DescribeAccountAttributes", "DescribeAddresses", "DescribeAvailabilityZones",
			"DescribeCapacityReservations", "DescribeClientVpnEndpoints", "DescribeFleetInstances",
			"DescribeFleets", "DescribeFlowLogs", "DescribeHosts",
			"DescribeIamInstanceProfileAssociations", "DescribeImageAttribute", "DescribeImages",
			"DescribeInstanceAttribute", "DescribeInstanceConnectEndpoints",
			"DescribeInstanceStatus", "DescribeInstanceTypeOfferings", "DescribeInstanceTypes",
			"DescribeInstances", "DescribeInternetGateways", "DescribeKeyPairs",
			"DescribeLaunchTemplateVersions", "DescribeLaunchTemplates", "DescribeNatGateways",
			"DescribeNetworkAcls", "DescribeNetworkInterfaces", "DescribeRegions",
			"DescribeReservedInstances", "DescribeReservedInstancesModifications",
			"DescribeRouteTables", "DescribeSecurityGroupReferences", "DescribeSecurityGroupRules",
			"DescribeSecurityGroups", "DescribeSnapshotAttribute", "DescribeSnapshots",
			"DescribeSpotFleetInstances", "DescribeSpotFleetRequestHistory",
			"DescribeSpotFleetRequests", "DescribeSpotInstanceRequests", "DescribeSubnets",
			"DescribeTags", "DescribeVolumeStatus", "DescribeVolumes", "DescribeVpcAttribute",
			"DescribeVpcEndpoints", "DescribeVpcPeeringConnections", "DescribeVpcs",
			"DescribeVpnConnections", "GetEbsDefaultKmsKeyId", "GetEbsEncryptionByDefault",
			"GetImageBlockPublicAccessState", "GetInstanceMetadataDefaults",
			"GetSerialConsoleAccessStatus", "GetSnapshotBlockPublicAccessState",
			"ListImagesInRecycleBin", "ListSnapshotsInRecycleBin",
		},
	}
}

// ec2Limit follows "Request throttling for the Amazon EC2 API" of the EC2 developer guide: each API
// has a bucket of its own, which for reads that page or filter holds 100 and gets 20 a second. For
// changes 50 and 5 a second are taken, unverified.
func ec2Limit(operation string) Limit {
	if soundsLikeRead(operation) {
		return Limit{Bucket: operation, Burst: 100, PerSecond: 20}
	}
	return Limit{Bucket: operation, Burst: 50, PerSecond: 5}
}
