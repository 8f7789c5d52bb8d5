package aws

import "strings"

// ServicePrefix turns the SDK's service id ("Application Auto Scaling"), its package name ("applicationautoscaling") or AWS's own prefix in IAM
// actions ("application-autoscaling") into that prefix, which is how services are named everywhere here. The prefixes are those of the Service
// Authorization Reference.
func ServicePrefix(service string) string {
	name := strings.ToLower(service)
	switch name {
	case "application auto scaling", "applicationautoscaling":
		return "application-autoscaling"
	case "auto scaling":
		return "autoscaling"
	case "eventbridge":
		return "events"
	case "cloudwatch logs", "cloudwatchlogs":
		return "logs"
	case "sso admin", "ssoadmin", "sso-admin":
		return "sso"
	case "cost explorer", "costexplorer":
		return "ce"
	case "service quotas":
		return "servicequotas"
	case "s3 control", "s3control":
		return "s3"
	case "accessanalyzer":
		return "access-analyzer"
	}
	return name
}

// isGlobal says whether a service has one endpoint and one set of token buckets for the whole partition, whatever region a client names.
func isGlobal(service string) bool {
	switch service {
	case "account", "iam", "organizations", "ce", "budgets":
		return true
	}
	return false
}

// bootstrapRegion is a region of the partition that no account can disable and that serves its global services (facts of the SDK's
// partitions.json: implicitGlobalRegion; the account service's endpoint rules).
func bootstrapRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-northwest-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-eusc":
		return "eusc-de-east-1"
	case "aws-iso":
		return "us-iso-east-1"
	case "aws-iso-b":
		return "us-isob-east-1"
	case "aws-iso-e":
		return "eu-isoe-west-1"
	case "aws-iso-f":
		return "us-isof-south-1"
	}
	return "us-east-1"
}

// stsHost is a host name that exists as long as there is a network (DNS suffixes of the SDK's partitions.json; the closed partitions are never
// reached by public DNS and have no witness).
func stsHost(partition string) string {
	suffix := map[string]string{
		"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu",
	}[partition]
	if suffix == "" {
		return ""
	}
	return "sts." + bootstrapRegion(partition) + "." + suffix
}

// PartitionOf tells a region's partition by its name (regionRegex of the SDK's partitions.json). What fits no other belongs to "aws".
func PartitionOf(region string) string {
	for _, p := range [...]struct{ prefix, partition string }{
		{"cn-", "aws-cn"},
		{"us-gov-", "aws-us-gov"},
		{"eusc-", "aws-eusc"},
		{"us-iso-", "aws-iso"},
		{"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"},
		{"us-isof-", "aws-iso-f"},
		{"eu-isof-", "aws-iso-f"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// isRegionName says whether a name can stand in a host name as AWS's regions do; anything else is not asked.
func isRegionName(name string) bool {
	if name == "" || len(name) > 63 {
		return false
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}
