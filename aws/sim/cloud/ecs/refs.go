package ecs

import (
	"strings"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// The words that ECS itself uses for states that the SDK leaves as plain strings.
const (
	stActive   = "ACTIVE"
	stDraining = "DRAINING"
	stInactive = "INACTIVE"
	stMissing  = "MISSING"

	taskProvisioning   = "PROVISIONING"
	taskPending        = "PENDING"
	taskRunning        = "RUNNING"
	taskDeactivating   = "DEACTIVATING"
	taskStopping       = "STOPPING"
	taskDeprovisioning = "DEPROVISIONING"
	taskStopped        = "STOPPED"
)

// cluster finds a cluster that is not INACTIVE by short name or ARN; none means the cluster named
// default (ECS API Reference, ListTasks: "If you do not specify a cluster, the default cluster is
// assumed").
func (r *region) cluster(ref *string) (*cluster, error) {
	cl := r.findCluster(ptr.Val(ref))
	if cl == nil || cl.status == stInactive {
		return nil, cloud.Errorf("ClusterNotFoundException", "Cluster not found.")
	}
	return cl, nil
}

// findCluster finds a cluster in any state.
func (r *region) findCluster(ref string) *cluster {
	if ref == "" {
		ref = "default"
	}
	if resource, region, ok := api.SplitARN(ref); ok {
		name, isCluster := strings.CutPrefix(resource, "cluster/")
		if !isCluster || region != r.place.Region {
			return nil
		}
		ref = name
	}
	cl, _ := r.clusters.Get(ref)
	return cl
}

// member is the short name in ref of something that lives in the cluster.
func (cl *cluster) member(ref, kind string) (string, error) { return api.Member(ref, kind, cl.name) }

// arnOf is the ARN of something that lives in the cluster, in the long format.
func (cl *cluster) arnOf(kind, name string) string {
	return cl.r.arn(kind + "/" + cl.name + "/" + name)
}

func missing(arn string) ecstypes.Failure {
	return ecstypes.Failure{Arn: new(arn), Reason: new(stMissing)}
}

// creator is how ECS names who made a service: for a session only the role, without the session's
// name.
func (e *ECS) creator(by string) string {
	resource, _, ok := api.SplitARN(by)
	if !ok {
		return by
	}
	if rest, session := strings.CutPrefix(resource, "assumed-role/"); session {
		role, _, _ := strings.Cut(rest, "/")
		return e.c.RoleARN(e.c.Account(), cloud.RolePath(role)+role)
	}
	return by
}
