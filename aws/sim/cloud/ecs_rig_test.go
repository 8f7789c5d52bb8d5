package cloud

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const ecsHome = "eu-west-3"

// ecsRig is a cloud in virtual time, called through the operations that the HTTP server uses.
type ecsRig struct {
	t      *testing.T
	c      *Cloud
	ops    map[string]Operation
	region string
}

func withECS(t *testing.T, test func(r *ecsRig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(newECSRig(t, 1))
	})
}

func newECSRig(t *testing.T, speed float64) *ecsRig {
	c := New(Options{Account: "123456789012", Seed: 7, Speed: speed})
	r := &ecsRig{t: t, c: c, ops: map[string]Operation{}, region: ecsHome}
	for _, ops := range [][]Operation{c.ECSOperations(), c.AutoScalingOperations(), c.EventsOperations(), c.SchedulerOperations()} {
		for _, op := range ops {
			if _, twice := r.ops[op.Name]; twice {
				t.Fatalf("%s is registered twice", op.Name)
			}
			r.ops[op.Name] = op
		}
	}
	return r
}

func try[O any](r *ecsRig, name string, in any) (*O, error) {
	r.t.Helper()
	op, ok := r.ops[name]
	if !ok {
		r.t.Fatalf("no operation %s", name)
	}
	out, err := op.Do(Call{
		Context: context.Background(), Region: r.region, Operation: name, Now: time.Now(),
		Identity: Identity{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"},
	}, in)
	if err != nil {
		return nil, err
	}
	return out.(*O), nil
}

func must[O any](r *ecsRig, name string, in any) *O {
	r.t.Helper()
	out, err := try[O](r, name, in)
	if err != nil {
		r.t.Fatalf("%s: %v", name, err)
	}
	return out
}

// refused asserts the error code of a call.
func refused[O any](r *ecsRig, code, name string, in any) *APIError {
	r.t.Helper()
	_, err := try[O](r, name, in)
	var api *APIError
	if !errors.As(err, &api) || api.Code != code {
		r.t.Fatalf("%s: got %v, want %s", name, err, code)
	}
	return api
}

func (r *ecsRig) seed(f func(c *Cloud)) {
	r.c.Locked(func(time.Time) { f(r.c) })
}

// breach seeds one cluster with a definition of 16 vCPU and a service of n tasks that run since an hour.
func (r *ecsRig) breach(n int) Seeded {
	var out Seeded
	r.seed(func(c *Cloud) {
		at := time.Now().Add(-time.Hour)
		c.SeedCluster(r.region, ClusterSeed{Name: "mine", Tags: map[string]string{"a": "b"}})
		c.SeedTaskDefinition(r.region, TaskDefinitionSeed{
			Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"docker.io/a/miner:1"}, RegisteredBy: "arn:aws:iam::123456789012:root", RegisteredAt: at,
		})
		out = c.SeedService(r.region, ServiceSeed{
			Cluster: "mine", Name: "pool", TaskDefinition: "xmr", Desired: n, CreatedAt: at, StartTasksAt: at.Add(time.Minute),
			Placement: Placement{PublicIP: true}, CreatedBy: "arn:aws:sts::123456789012:assumed-role/Admin/jm",
		})
	})
	return out
}

func (r *ecsRig) listTasks(in ecs.ListTasksInput) []string {
	r.t.Helper()
	var all []string
	for {
		out := must[ecs.ListTasksOutput](r, "ListTasks", &in)
		all = append(all, out.TaskArns...)
		if out.NextToken == nil {
			return all
		}
		in.NextToken = out.NextToken
	}
}

func (r *ecsRig) running(cluster string) []string {
	r.t.Helper()
	return r.listTasks(ecs.ListTasksInput{Cluster: &cluster})
}

func (r *ecsRig) service(cluster, name string) ecstypes.Service {
	r.t.Helper()
	out := must[ecs.DescribeServicesOutput](r, "DescribeServices", &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{name}})
	if len(out.Services) != 1 {
		r.t.Fatalf("DescribeServices %s: %+v", name, out.Failures)
	}
	return out.Services[0]
}

func (r *ecsRig) task(cluster, id string) ecstypes.Task {
	r.t.Helper()
	out := must[ecs.DescribeTasksOutput](r, "DescribeTasks", &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: []string{id}, Include: []ecstypes.TaskField{ecstypes.TaskFieldTags}})
	if len(out.Tasks) != 1 {
		r.t.Fatalf("DescribeTasks %s: %+v", id, out.Failures)
	}
	return out.Tasks[0]
}

func (r *ecsRig) cluster(name string) ecstypes.Cluster {
	r.t.Helper()
	out := must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: []string{name}, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldStatistics, ecstypes.ClusterFieldTags, ecstypes.ClusterFieldAttachments}})
	if len(out.Clusters) != 1 {
		r.t.Fatalf("DescribeClusters %s: %+v", name, out.Failures)
	}
	return out.Clusters[0]
}

func statistic(cl ecstypes.Cluster, name string) string {
	i := slices.IndexFunc(cl.Statistics, func(kv ecstypes.KeyValuePair) bool { return *kv.Name == name })
	if i < 0 {
		return "absent"
	}
	return *cl.Statistics[i].Value
}
