package ecs_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

func register(r *cloudtest.Rig, family, cpu, memory string) (*ecs.RegisterTaskDefinitionOutput, error) {
	return cloudtest.Try[ecs.RegisterTaskDefinitionOutput](r, "RegisterTaskDefinition", &ecs.RegisterTaskDefinitionInput{
		Family: &family, Cpu: &cpu, Memory: &memory, NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: new("c"), Image: new("i")}},
	})
}

func TestDefinitionSizesAreNormalisedAndChecked(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		for _, c := range []struct{ cpu, memory, wantCPU, wantMemory string }{
			{"16 vCPU", "32 GB", "16384", "32768"},
			{"16384", "120GB", "16384", "122880"},
			{".25 vcpu", "512", "256", "512"},
			{"4096", "30 GB", "4096", "30720"},
			{"1024", "1024", "", ""},
			{"16384", "33 GB", "", ""},
			{"32768", "65536", "", ""},
			{"none", "512", "", ""},
		} {
			out, err := register(r, "f", c.cpu, c.memory)
			if c.wantCPU == "" {
				var api *cloud.APIError
				if !errors.As(err, &api) || api.Code != "ClientException" {
					t.Errorf("%s/%s: %v", c.cpu, c.memory, err)
				}
				continue
			}
			if err != nil || *out.TaskDefinition.Cpu != c.wantCPU || *out.TaskDefinition.Memory != c.wantMemory {
				t.Errorf("%s/%s: %+v, %v", c.cpu, c.memory, out, err)
			}
		}
		out := cloudtest.Must[ecs.DescribeTaskDefinitionOutput](r, "DescribeTaskDefinition", &ecs.DescribeTaskDefinitionInput{TaskDefinition: new("f")})
		if out.TaskDefinition.Revision != 4 || *out.TaskDefinition.RegisteredBy != "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root" {
			t.Errorf("latest is %d by %s", out.TaskDefinition.Revision, *out.TaskDefinition.RegisteredBy)
		}
	})
}

func definitions(r *cloudtest.Rig, status ecstypes.TaskDefinitionStatus) []string {
	r.T.Helper()
	return cloudtest.Must[ecs.ListTaskDefinitionsOutput](r, "ListTaskDefinitions", &ecs.ListTaskDefinitionsInput{Status: status}).TaskDefinitionArns
}

func TestDefinitionIsDeletedWhenNothingUsesIt(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(1)
		del := &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: []string{"xmr:1", "xmr:9"}}
		out := cloudtest.Must[ecs.DeleteTaskDefinitionsOutput](r, "DeleteTaskDefinitions", del)
		if len(out.Failures) != 2 || len(out.TaskDefinitions) != 0 {
			t.Fatalf("an ACTIVE definition was deleted: %+v", out)
		}
		cloudtest.Refused[ecs.DeregisterTaskDefinitionOutput](r, "InvalidParameterException", "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{TaskDefinition: new("xmr")})
		cloudtest.Must[ecs.DeregisterTaskDefinitionOutput](r, "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{TaskDefinition: new("xmr:1")})
		if len(definitions(r, "")) != 0 || len(definitions(r, ecstypes.TaskDefinitionStatusInactive)) != 1 {
			t.Errorf("ACTIVE %v, INACTIVE %v", definitions(r, ""), definitions(r, ecstypes.TaskDefinitionStatusInactive))
		}
		cloudtest.Refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", &ecs.RunTaskInput{Cluster: new("mine"), TaskDefinition: new("xmr:1")})
		cloudtest.Refused[ecs.UpdateServiceOutput](r, "ClientException", "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), TaskDefinition: new("xmr:1")})
		// A service on an INACTIVE definition still scales.
		cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(2))})
		out = cloudtest.Must[ecs.DeleteTaskDefinitionsOutput](r, "DeleteTaskDefinitions", &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: []string{"xmr:1"}})
		if len(out.TaskDefinitions) != 1 || out.TaskDefinitions[0].Status != ecstypes.TaskDefinitionStatusDeleteInProgress {
			t.Fatalf("%+v", out)
		}
		time.Sleep(24 * time.Hour)
		if got := definitions(r, ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 1 || len(r.Running("mine")) != 2 {
			t.Errorf("while a service uses it: %v, %d tasks", got, len(r.Running("mine")))
		}
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		time.Sleep(simecs.SchedulerDelay + taskdef.StopTimeout)
		if got := definitions(r, ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 1 {
			t.Errorf("AWS takes its time: %v", got)
		}
		r.Seed(func(c *all.Cloud) {
			if i := slices.IndexFunc(c.Resources(), func(x cloud.ResourceInfo) bool { return x.Kind == "ecs:task-definition" && x.Gone }); i < 0 {
				t.Errorf("a definition that AWS deletes is not gone: %+v", c.Resources())
			}
		})
		time.Sleep(taskdef.PurgeTime)
		if got := definitions(r, ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 0 {
			t.Errorf("never gone: %v", got)
		}
		cloudtest.Refused[ecs.DescribeTaskDefinitionOutput](r, "ClientException", "DescribeTaskDefinition", &ecs.DescribeTaskDefinitionInput{TaskDefinition: new("xmr:1")})
		if out, err := register(r, "xmr", "256", "512"); err != nil || out.TaskDefinition.Revision != 2 {
			t.Errorf("the family forgot its number: %+v, %v", out, err)
		}
	})
}

func TestDefinitionListingIsOrderedAndPaged(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) {
			for i := range 120 {
				c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: fmt.Sprintf("fam-%d", i%2), CPU: 256, MemoryMiB: 512, Images: []string{"i"}})
			}
		})
		walk := func(in ecs.ListTaskDefinitionsInput) (all []string) {
			for {
				out := cloudtest.Must[ecs.ListTaskDefinitionsOutput](r, "ListTaskDefinitions", &in)
				if len(out.TaskDefinitionArns) > 100 {
					t.Fatalf("page of %d", len(out.TaskDefinitionArns))
				}
				all = append(all, out.TaskDefinitionArns...)
				if out.NextToken == nil {
					return all
				}
				in.NextToken = out.NextToken
			}
		}
		up, down := walk(ecs.ListTaskDefinitionsInput{}), walk(ecs.ListTaskDefinitionsInput{Sort: ecstypes.SortOrderDesc, MaxResults: new(int32(7))})
		slices.Reverse(down)
		if len(up) != 120 || !slices.Equal(up, down) {
			t.Errorf("%d up, %d down, equal %v", len(up), len(down), slices.Equal(up, down))
		}
		if up[9] != "arn:aws:ecs:eu-west-3:123456789012:task-definition/fam-0:10" {
			t.Errorf("revisions are not in numeric order: %s", up[9])
		}
		if one := walk(ecs.ListTaskDefinitionsInput{FamilyPrefix: new("fam-1")}); len(one) != 60 {
			t.Errorf("family has %d", len(one))
		}
		if none := walk(ecs.ListTaskDefinitionsInput{FamilyPrefix: new("fam")}); len(none) != 0 {
			t.Errorf("familyPrefix is a whole name here: %d", len(none))
		}
		cloudtest.Refused[ecs.DeleteTaskDefinitionsOutput](r, "InvalidParameterException", "DeleteTaskDefinitions", &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: up[:11]})
		if f := cloudtest.Must[ecs.ListTaskDefinitionFamiliesOutput](r, "ListTaskDefinitionFamilies", &ecs.ListTaskDefinitionFamiliesInput{FamilyPrefix: new("fam")}); len(f.Families) != 2 {
			t.Errorf("families %v", f.Families)
		}
	})
}
