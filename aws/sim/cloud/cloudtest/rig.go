// Package cloudtest calls the operations of a simulated account in tests, as the server would,
// without HTTP.
//
// It is for tests of the core and of services alone, and must not be imported by anything else.
package cloudtest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// Rig is a cloud in virtual time, called through the operations that the HTTP server uses.
type Rig struct {
	// T is the test, C the account, Region where calls go.
	T      *testing.T
	C      *all.Cloud
	Region string
	// ops are the operations by their input: two services may call theirs by one name.
	ops map[reflect.Type]cloud.Operation
}

// Run runs a test on a rig in virtual time.
func Run(t *testing.T, test func(r *Rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(New(t, 1))
	})
}

// New returns a rig at a speed; it is made in a bubble of testing/synctest.
func New(t *testing.T, speed float64) *Rig {
	c := all.New(cloud.Options{Account: "123456789012", Seed: 7, Speed: speed})
	r := &Rig{T: t, C: c, Region: "eu-west-3", ops: map[reflect.Type]cloud.Operation{}}
	for _, service := range c.Services() {
		for _, op := range service.Operations {
			input := reflect.TypeOf(op.NewInput())
			if _, twice := r.ops[input]; twice {
				t.Fatalf("%s is registered twice", op.Name)
			}
			r.ops[input] = op
		}
	}
	return r
}

// Try calls an operation.
func Try[O any](r *Rig, name string, in any) (*O, error) {
	r.T.Helper()
	op, ok := r.ops[reflect.TypeOf(in)]
	if !ok || op.Name != name {
		r.T.Fatalf("no operation %s", name)
	}
	out, err := op.Do(cloud.Call{
		Context: context.Background(), Place: r.C.In(r.Region), Operation: name, Now: time.Now(),
		Identity: cloud.Identity{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"},
	}, in)
	if err != nil {
		return nil, err
	}
	return out.(*O), nil
}

// Must calls an operation that must succeed.
func Must[O any](r *Rig, name string, in any) *O {
	r.T.Helper()
	out, err := Try[O](r, name, in)
	if err != nil {
		r.T.Fatalf("%s: %v", name, err)
	}
	return out
}

// Refused asserts the error code of a call.
func Refused[O any](r *Rig, code, name string, in any) *cloud.APIError {
	r.T.Helper()
	_, err := Try[O](r, name, in)
	var api *cloud.APIError
	if !errors.As(err, &api) || api.Code != code {
		r.T.Fatalf("%s: got %v, want %s", name, err, code)
	}
	return api
}

// Seed changes the account with the lock held.
func (r *Rig) Seed(f func(c *all.Cloud)) {
	r.C.Locked(func(time.Time) { f(r.C) })
}

// Breach seeds one cluster with a definition of 16 vCPU and a service of n tasks that run since an
// hour.
func (r *Rig) Breach(n int) simecs.Seeded {
	var out simecs.Seeded
	r.Seed(func(c *all.Cloud) {
		at := time.Now().Add(-time.Hour)
		c.SeedCluster(r.Region, all.ClusterSeed{Name: "mine", Tags: map[string]string{"a": "b"}})
		c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{
			Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"docker.io/a/miner:1"}, RegisteredBy: "arn:aws:iam::123456789012:root", RegisteredAt: at,
		})
		out = c.SeedService(r.Region, all.ServiceSeed{
			Cluster: "mine", Name: "pool", TaskDefinition: "xmr", Desired: n, CreatedAt: at, StartTasksAt: at.Add(time.Minute),
			Placement: all.Placement{PublicIP: true}, CreatedBy: "arn:aws:sts::123456789012:assumed-role/Admin/jm",
		})
	})
	return out
}

// ListTasks lists the tasks that are asked for, over all pages.
func (r *Rig) ListTasks(in ecs.ListTasksInput) []string {
	r.T.Helper()
	var all []string
	for {
		out := Must[ecs.ListTasksOutput](r, "ListTasks", &in)
		all = append(all, out.TaskArns...)
		if out.NextToken == nil {
			return all
		}
		in.NextToken = out.NextToken
	}
}

// Running lists the tasks of a cluster that are to run.
func (r *Rig) Running(cluster string) []string {
	r.T.Helper()
	return r.ListTasks(ecs.ListTasksInput{Cluster: &cluster})
}

// Service describes a service.
func (r *Rig) Service(cluster, name string) ecstypes.Service {
	r.T.Helper()
	out := Must[ecs.DescribeServicesOutput](r, "DescribeServices", &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{name}})
	if len(out.Services) != 1 {
		r.T.Fatalf("DescribeServices %s: %+v", name, out.Failures)
	}
	return out.Services[0]
}

// Task describes a task.
func (r *Rig) Task(cluster, id string) ecstypes.Task {
	r.T.Helper()
	out := Must[ecs.DescribeTasksOutput](r, "DescribeTasks", &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: []string{id}, Include: []ecstypes.TaskField{ecstypes.TaskFieldTags}})
	if len(out.Tasks) != 1 {
		r.T.Fatalf("DescribeTasks %s: %+v", id, out.Failures)
	}
	return out.Tasks[0]
}

// Cluster describes a cluster.
func (r *Rig) Cluster(name string) ecstypes.Cluster {
	r.T.Helper()
	out := Must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: []string{name}, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldStatistics, ecstypes.ClusterFieldTags, ecstypes.ClusterFieldAttachments}})
	if len(out.Clusters) != 1 {
		r.T.Fatalf("DescribeClusters %s: %+v", name, out.Failures)
	}
	return out.Clusters[0]
}

// Statistic is one of a cluster's statistics.
func Statistic(cl ecstypes.Cluster, name string) string {
	i := slices.IndexFunc(cl.Statistics, func(kv ecstypes.KeyValuePair) bool { return *kv.Name == name })
	if i < 0 {
		return "absent"
	}
	return *cl.Statistics[i].Value
}
