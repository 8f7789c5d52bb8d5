package service_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/aws/service"
)

func TestEveryNameMeansOneService(t *testing.T) {
	owner := map[string]string{}
	for _, s := range service.All() {
		for _, name := range append([]string{s.Prefix}, s.Aliases...) {
			if other, taken := owner[name]; taken {
				t.Errorf("%q is %s and %s", name, other, s.Prefix)
			}
			owner[name] = s.Prefix
			if name != strings.ToLower(name) {
				t.Errorf("%q is never found: names are compared in lower case", name)
			}
			if got := service.Of(strings.ToUpper(name)).Prefix; got != s.Prefix {
				t.Errorf("%q is %s, want %s", name, got, s.Prefix)
			}
		}
		if repeated := slices.Compact(slices.Sorted(slices.Values(s.Reads))); len(repeated) != len(s.Reads) {
			t.Errorf("%s has a read twice", s.Prefix)
		}
	}
}

// TestNamesOfTheSDK compares with service ids and package names of the SDK and prefixes of the
// Service Authorization Reference.
func TestNamesOfTheSDK(t *testing.T) {
	for name, want := range map[string]string{
		"Application Auto Scaling": "application-autoscaling", "applicationautoscaling": "application-autoscaling",
		"Auto Scaling": "autoscaling", "EventBridge": "events", "CloudWatch Logs": "logs", "cloudwatchlogs": "logs",
		"SSO Admin": "sso", "ssoadmin": "sso", "Cost Explorer": "ce", "costexplorer": "ce", "Service Quotas": "servicequotas",
		"S3 Control": "s3", "AccessAnalyzer": "access-analyzer", "ECS": "ecs", "IAM": "iam", "identitystore": "identitystore",
		"App Runner": "app runner",
	} {
		if got := service.Of(name).Prefix; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestAnUnknownServiceIsCalledModerately(t *testing.T) {
	s := service.Of("NoSuchService")
	if got, want := s.Limit("ListServices"), (service.Limit{Bucket: "nosuchservice:other", Burst: 20, PerSecond: 10}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if s.Global || s.IsRead("ListServices") || s.IsRead("") {
		t.Errorf("nothing is known of it, and it is %+v", s)
	}
}

func TestGlobalServicesShareOneBucket(t *testing.T) {
	var global []string
	for _, s := range service.All() {
		if s.Global != s.Limit("ListThings").Global {
			t.Errorf("%s and its bucket do not agree on being global", s.Prefix)
		}
		if s.Global {
			global = append(global, s.Prefix)
		}
	}
	if want := []string{"account", "budgets", "ce", "iam", "organizations"}; !slices.Equal(slices.Sorted(slices.Values(global)), want) {
		t.Errorf("global are %v, want %v", global, want)
	}
}

func TestCredentialMakersAreNoReads(t *testing.T) {
	for _, name := range []string{
		"sts:GetFederationToken", "sts:GetSessionToken", "sts:AssumeRoot", "sts:AssumeRole", "sts:GetWebIdentityToken",
		"sts:GetDelegatedAccessToken", "sso:GetRoleCredentials", "ec2:GetPasswordData",
	} {
		prefix, operation, _ := strings.Cut(name, ":")
		if service.Of(prefix).IsRead(operation) {
			t.Errorf("%s passes as a read", name)
		}
	}
	if !service.Of("ecs").IsRead("GetTaskProtection") || !service.Of("ECS").IsRead("ListClusters") {
		t.Error("reads do not pass")
	}
}

// TestRatesAreAWSs compares with rows of "Request throttling for the Amazon ECS API", of the
// CloudTrail and Account Management references.
func TestRatesAreAWSs(t *testing.T) {
	for _, test := range []struct {
		service, operation string
		burst              int
		perSecond          float64
		bucket             string
	}{
		{"ecs", "ListClusters", 50, 20, "ecs:cluster-read"},
		{"ECS", "DeleteCluster", 20, 1, "ecs:cluster-modify"},
		{"ecs", "StopTask", 100, 40, "ecs:cluster-resource-modify"},
		{"ecs", "DescribeTasks", 100, 20, "ecs:cluster-resource-read"},
		{"ecs", "DeleteService", 50, 5, "ecs:service-modify"},
		{"ecs", "DeregisterTaskDefinition", 20, 1, "ecs:task-definition-modify"},
		{"ecs", "DeleteTaskDefinitions", 5, 1, "ecs:task-definition-delete"},
		{"ecs", "DeleteCapacityProvider", 10, 1, "ecs:capacity-provider-modify"},
		{"ecs", "UpdateTaskProtection", 200, 80, "ecs:task-protection"},
		{"CloudTrail", "LookupEvents", 2, 2, "cloudtrail:lookup-events"},
		{"Account", "ListRegions", 5, 5, "account:ListRegions"},
		{"account", "EnableRegion", 1, 1, "account:EnableRegion"},
		{"EventBridge", "ListRules", 50, 50, "events:all"},
		{"CloudWatch Logs", "GetLogEvents", 25, 25, "logs:GetLogEvents"},
		{"CloudWatch Logs", "DescribeLogStreams", 5, 5, "logs:DescribeLogStreams"},
	} {
		limit := service.Of(test.service).Limit(test.operation)
		burst, perSecond, bucket := limit.Burst, limit.PerSecond, limit.Bucket
		if burst != test.burst || perSecond != test.perSecond || bucket != test.bucket {
			t.Errorf("%s:%s: %d and %v/s in %s, want %d and %v/s in %s",
				test.service, test.operation, burst, perSecond, bucket, test.burst, test.perSecond, test.bucket)
		}
	}
}
