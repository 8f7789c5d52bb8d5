package cloud

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func register(r *ecsRig, family, cpu, memory string) (*ecs.RegisterTaskDefinitionOutput, error) {
	return try[ecs.RegisterTaskDefinitionOutput](r, "RegisterTaskDefinition", &ecs.RegisterTaskDefinitionInput{
		Family: &family, Cpu: &cpu, Memory: &memory, NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: new("c"), Image: new("i")}},
	})
}

func TestDefinitionSizesAreNormalisedAndChecked(t *testing.T) {
	withECS(t, func(r *ecsRig) {
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
				var api *APIError
				if !errors.As(err, &api) || api.Code != "ClientException" {
					t.Errorf("%s/%s: %v", c.cpu, c.memory, err)
				}
				continue
			}
			if err != nil || *out.TaskDefinition.Cpu != c.wantCPU || *out.TaskDefinition.Memory != c.wantMemory {
				t.Errorf("%s/%s: %+v, %v", c.cpu, c.memory, out, err)
			}
		}
		out := must[ecs.DescribeTaskDefinitionOutput](r, "DescribeTaskDefinition", &ecs.DescribeTaskDefinitionInput{TaskDefinition: new("f")})
		if out.TaskDefinition.Revision != 4 || *out.TaskDefinition.RegisteredBy != "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root" {
			t.Errorf("latest is %d by %s", out.TaskDefinition.Revision, *out.TaskDefinition.RegisteredBy)
		}
	})
}

func (r *ecsRig) definitions(status ecstypes.TaskDefinitionStatus) []string {
	r.t.Helper()
	return must[ecs.ListTaskDefinitionsOutput](r, "ListTaskDefinitions", &ecs.ListTaskDefinitionsInput{Status: status}).TaskDefinitionArns
}

func TestDefinitionIsDeletedWhenNothingUsesIt(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(1)
		del := &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: []string{"xmr:1", "xmr:9"}}
		out := must[ecs.DeleteTaskDefinitionsOutput](r, "DeleteTaskDefinitions", del)
		if len(out.Failures) != 2 || len(out.TaskDefinitions) != 0 {
			t.Fatalf("an ACTIVE definition was deleted: %+v", out)
		}
		refused[ecs.DeregisterTaskDefinitionOutput](r, "InvalidParameterException", "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{TaskDefinition: new("xmr")})
		must[ecs.DeregisterTaskDefinitionOutput](r, "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{TaskDefinition: new("xmr:1")})
		if len(r.definitions("")) != 0 || len(r.definitions(ecstypes.TaskDefinitionStatusInactive)) != 1 {
			t.Errorf("ACTIVE %v, INACTIVE %v", r.definitions(""), r.definitions(ecstypes.TaskDefinitionStatusInactive))
		}
		refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", &ecs.RunTaskInput{Cluster: new("mine"), TaskDefinition: new("xmr:1")})
		refused[ecs.UpdateServiceOutput](r, "ClientException", "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), TaskDefinition: new("xmr:1")})
		// A service on an INACTIVE definition still scales.
		must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(2))})
		out = must[ecs.DeleteTaskDefinitionsOutput](r, "DeleteTaskDefinitions", &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: []string{"xmr:1"}})
		if len(out.TaskDefinitions) != 1 || out.TaskDefinitions[0].Status != ecstypes.TaskDefinitionStatusDeleteInProgress {
			t.Fatalf("%+v", out)
		}
		time.Sleep(24 * time.Hour)
		if got := r.definitions(ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 1 || len(r.running("mine")) != 2 {
			t.Errorf("while a service uses it: %v, %d tasks", got, len(r.running("mine")))
		}
		must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		time.Sleep(schedulerDelay + stopTimeout)
		if got := r.definitions(ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 1 {
			t.Errorf("AWS takes its time: %v", got)
		}
		r.seed(func(c *Cloud) {
			if i := slices.IndexFunc(c.Resources(), func(x ResourceInfo) bool { return x.Kind == "ecs:task-definition" && x.Gone }); i < 0 {
				t.Errorf("a definition that AWS deletes is not gone: %+v", c.Resources())
			}
		})
		time.Sleep(definitionPurge)
		if got := r.definitions(ecstypes.TaskDefinitionStatusDeleteInProgress); len(got) != 0 {
			t.Errorf("never gone: %v", got)
		}
		refused[ecs.DescribeTaskDefinitionOutput](r, "ClientException", "DescribeTaskDefinition", &ecs.DescribeTaskDefinitionInput{TaskDefinition: new("xmr:1")})
		if out, err := register(r, "xmr", "256", "512"); err != nil || out.TaskDefinition.Revision != 2 {
			t.Errorf("the family forgot its number: %+v, %v", out, err)
		}
	})
}

func TestDefinitionListingIsOrderedAndPaged(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.seed(func(c *Cloud) {
			for i := range 120 {
				c.SeedTaskDefinition(r.region, TaskDefinitionSeed{Family: fmt.Sprintf("fam-%d", i%2), CPU: 256, MemoryMiB: 512, Images: []string{"i"}})
			}
		})
		walk := func(in ecs.ListTaskDefinitionsInput) (all []string) {
			for {
				out := must[ecs.ListTaskDefinitionsOutput](r, "ListTaskDefinitions", &in)
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
		refused[ecs.DeleteTaskDefinitionsOutput](r, "InvalidParameterException", "DeleteTaskDefinitions", &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: up[:11]})
		if f := must[ecs.ListTaskDefinitionFamiliesOutput](r, "ListTaskDefinitionFamilies", &ecs.ListTaskDefinitionFamiliesInput{FamilyPrefix: new("fam")}); len(f.Families) != 2 {
			t.Errorf("families %v", f.Families)
		}
	})
}
