package ecs_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

// TestForeignARNs: every operation of ECS refuses every ARN that is not one of this region, account
// and service, in whatever member it stands.
func TestForeignARNs(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	tried := 0
	for _, service := range c.Services() {
		for _, op := range service.Operations {
			if service.Wire.Name != "ecs" {
				continue
			}
			input := reflect.TypeOf(op.NewInput()).Elem()
			for i := range input.NumField() {
				kind, refers := api.Referring(input.Field(i).Name)
				if !refers {
					continue
				}
				if kind == "" {
					kind = "cluster"
				}
				for arn, words := range map[string]string{
					"arn:aws:ecs:eu-north-1:123456789012:" + kind + "/mine/x":    "Invalid Region in ARN",
					"arn:aws:ecs:eu-west-3:210987654321:" + kind + "/mine/x":     "Your accountId is 123456789012",
					"arn:aws:iam:eu-west-3:123456789012:" + kind + "/mine/x":     "Invalid Service in ARN",
					"arn:aws-cn:ecs:eu-west-3:123456789012:" + kind + "/mine/x":  "Invalid Partition in ARN",
					"arn:aws:ecs:eu-west-3:123456789012":                         "Unexpected number of separators",
					"arn:aws:ecs:eu-west-3:123456789012:" + kind:                 "Unexpected number of separators",
					"arn:aws:ecs:eu-west-3:123456789012:something/mine/elsewise": "Unsupported resource type",
				} {
					if input.Field(i).Name == "ResourceArn" && strings.Contains(arn, ":something/") {
						continue
					}
					in := op.NewInput()
					put(reflect.ValueOf(in).Elem().Field(i), arn)
					_, err := op.Do(cloud.Call{Place: c.In("eu-west-3"), Operation: op.Name, Now: clock.T}, in)
					var api *cloud.APIError
					if !errors.As(err, &api) || api.Code != "InvalidParameterException" || !strings.Contains(api.Message, words) {
						t.Errorf("%s with %s %s: %v", op.Name, input.Field(i).Name, arn, err)
					}
					tried++
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d were tried", tried)
	}
}

func put(field reflect.Value, ref string) {
	switch field.Interface().(type) {
	case *string:
		field.Set(reflect.ValueOf(&ref))
	case []string:
		field.Set(reflect.ValueOf([]string{ref}))
	}
}

// TestReferringIsComplete: a member of a request that names something is either known to name a
// thing of ECS, or known not to.
func TestReferringIsComplete(t *testing.T) {
	t.Parallel()
	others := []string{
		// Roles and Auto Scaling groups are of other services; the rest are names and words.
		"ExecutionRoleArn", "TaskRoleArn", "InfrastructureRoleArn", "PrincipalArn",
	}
	c, _ := cloudtest.AtNoon(1)
	for _, service := range c.Services() {
		for _, op := range service.Operations {
			if service.Wire.Name != "ecs" {
				continue
			}
			input := reflect.TypeOf(op.NewInput()).Elem()
			for i := range input.NumField() {
				name := input.Field(i).Name
				_, known := api.Referring(name)
				if strings.Contains(name, "Arn") && !known && !slices.Contains(others, name) {
					t.Errorf("%s: nobody knows what %s names", op.Name, name)
				}
			}
		}
	}
}

// TestForeignARNTouchesNothing: a thing of the same name in the caller's region is not meant.
func TestForeignARNTouchesNothing(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(2)
		there := func(arn string) *string { return new(strings.Replace(arn, "eu-west-3", "eu-north-1", 1)) }
		for _, cluster := range []string{"mine", "arn:aws:ecs:eu-north-1:123456789012:cluster/mine"} {
			cloudtest.Refused[ecs.StopTaskOutput](r, "InvalidParameterException", "StopTask", &ecs.StopTaskInput{Cluster: &cluster, Task: there(seeded.Tasks[0])})
			cloudtest.Refused[ecs.DeleteServiceOutput](r, "InvalidParameterException", "DeleteService", &ecs.DeleteServiceInput{Cluster: &cluster, Service: there(seeded.ARN), Force: new(true)})
		}
		cloudtest.Refused[ecs.DeregisterTaskDefinitionOutput](r, "InvalidParameterException", "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{
			TaskDefinition: new("arn:aws:ecs:eu-north-1:123456789012:task-definition/xmr:1"),
		})
		if n := len(r.Running("mine")); n != 2 {
			t.Errorf("%d tasks run", n)
		}
		if s := r.Service("mine", "pool"); *s.Status != "ACTIVE" {
			t.Errorf("the service is %s", *s.Status)
		}
		e := cloudtest.Refused[ecs.StopTaskOutput](r, "InvalidParameterException", "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: new("other/" + seeded.Tasks[0][len(seeded.Tasks[0])-32:])})
		if e.Message != "Invalid identifier: Unexpected number of separators" {
			t.Errorf("a path says %q", e.Message)
		}
		r.Seed(func(c *all.Cloud) { c.SeedCluster(r.Region, all.ClusterSeed{Name: "default"}) })
		e = cloudtest.Refused[ecs.StopTaskOutput](r, "InvalidParameterException", "StopTask", &ecs.StopTaskInput{Task: &seeded.Tasks[0]})
		if e.Message != "Invalid identifier: Identifier is for cluster mine. Your cluster is default" {
			t.Errorf("another cluster's says %q", e.Message)
		}
	})
}

// TestWordsAndTags: what the SDK lets through and ECS does not.
func TestWordsAndTags(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(1)
		for want, in := range map[string]*ecs.DescribeClustersInput{
			"include should be one of [ATTACHMENTS,CONFIGURATIONS,SETTINGS,STATISTICS,TAGS]": {Include: []ecstypes.ClusterField{"EVERYTHING"}},
		} {
			if e := cloudtest.Refused[ecs.DescribeClustersOutput](r, "InvalidParameterException", "DescribeClusters", in); e.Message != want {
				t.Errorf("said %q, want %q", e.Message, want)
			}
		}
		cloudtest.Refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", &ecs.RunTaskInput{Cluster: new("mine"), TaskDefinition: new("xmr"), LaunchType: "TOASTER"})
		cloudtest.Refused[ecs.ListTasksOutput](r, "InvalidParameterException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), DesiredStatus: "ALL"})
		tag := func(key, value string) []ecstypes.Tag { return []ecstypes.Tag{{Key: &key, Value: &value}} }
		var many []ecstypes.Tag
		for i := range 51 {
			many = append(many, tag("k"+strings.Repeat("x", i), "")...)
		}
		for name, tags := range map[string][]ecstypes.Tag{
			"a reserved key": tag("aWs:x", ""), "a reserved value": tag("x", "aws:y"), "no key": tag("", "x"), "a long key": tag(strings.Repeat("k", 129), ""),
			"a long value": tag("k", strings.Repeat("v", 257)), "a bad letter": tag("k", "<b>"), "a key twice": append(tag("k", "a"), tag("k", "b")...), "many": many,
		} {
			cloudtest.Refused[ecs.TagResourceOutput](r, "InvalidParameterException", "TagResource", &ecs.TagResourceInput{ResourceArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), Tags: tags})
			cloudtest.Refused[ecs.CreateClusterOutput](r, "InvalidParameterException", "CreateCluster", &ecs.CreateClusterInput{ClusterName: new("other"), Tags: tags})
			if got := r.Cluster("mine").Tags; len(got) != 1 {
				t.Fatalf("%s: the tags are %v", name, got)
			}
		}
		cloudtest.Must[ecs.TagResourceOutput](r, "TagResource", &ecs.TagResourceInput{
			ResourceArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), Tags: tag(strings.Repeat("플", 128), strings.Repeat("é", 256)),
		})
	})
}
