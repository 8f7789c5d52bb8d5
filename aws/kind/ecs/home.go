package ecs

import (
	"fmt"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// proveByCluster proves things that AWS describes cluster by cluster. ask describes some of one
// cluster and tells what it met; what an answer does not mention, or mentions as MISSING, is gone,
// and so is everything in a cluster that is not there any more.
func proveByCluster(v *kind.Visit, refs []model.Ref, ask func(clusterARN string, ids []string, tell func(id string, f kind.Reading)) error) (map[model.Ref]kind.Reading, error) {
	groups := map[string][]model.Ref{}
	for _, ref := range refs {
		home, ok := homeOf(v, ref)
		if !ok {
			return nil, fmt.Errorf("proving %s: its cluster is not known", ref)
		}
		groups[home] = append(groups[home], ref)
	}
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for home, members := range groups {
		// Short names are compared, since one thing may have an ARN of the old format and one of
		// the new.
		met := map[string]kind.Reading{}
		err := ask(home, kind.IDs(members), func(id string, f kind.Reading) { met[kind.Tail(id)] = f })
		if goneIsNothing(err) != nil {
			return nil, err
		}
		for _, ref := range members {
			reading, ok := met[kind.Tail(ref.ID)]
			if !ok {
				reading = kind.Reading{Presence: kind.Absent}
			}
			readings[ref] = reading
		}
	}
	return readings, nil
}

// homeOf is the ARN of the cluster that something lives in: its own ARN names it, or, in the old
// short format, the resource that we know does.
func homeOf(v *kind.Visit, ref model.Ref) (string, bool) {
	if ref.Kind == ecsref.ClusterKind {
		return ref.ID, true
	}
	if name := clusterInARN(ref.ID); name != "" {
		return clusterARN(ref, name), true
	}
	for _, r := range v.KnownOf(ref.Kind) {
		if r.Ref != ref {
			continue
		}
		if r.Container.Kind == ecsref.ClusterKind {
			return r.Container.ID, true
		}
		for _, o := range r.Owners {
			if home, ok := homeOf(v, o); ok {
				return home, true
			}
		}
	}
	return "", false
}

// homeParams are the params of a step on something in a cluster: none where its own ARN names the
// cluster. The old short ARNs do not.
func homeParams(ref model.Ref, home string) map[string]string {
	if clusterInARN(ref.ID) != "" {
		return nil
	}
	return map[string]string{"cluster": home}
}

// stepHome is the ARN of the cluster that a step's target lives in. What the target's ARN says goes
// before everything else, then what is known of it; a step's params are believed only where neither
// says anything, so that a changed plan cannot send the call elsewhere.
func stepHome(v *kind.Visit, step plan.Step) (string, error) {
	if home, ok := homeOf(v, step.Targets[0]); ok {
		return home, nil
	}
	if home := step.Params["cluster"]; home != "" {
		return home, nil
	}
	return "", fmt.Errorf("%s of %s: its cluster is not known", step.Op, step.Targets[0])
}

// clusterARN is the ARN of the cluster that something lives in, by its name.
func clusterARN(ref model.Ref, name string) string {
	return awsarn.ARN{
		Partition: ref.Partition, Service: "ecs", Region: ref.Region, AccountID: ref.Account, Resource: "cluster/" + name,
	}.String()
}

// clusterInARN is the name of the cluster in the ARN of a service, task or container instance; ""
// in the old short format, which has none.
func clusterInARN(arn string) string {
	if parts := strings.Split(kind.ResourceOf(arn), "/"); len(parts) >= 3 {
		return parts[1]
	}
	return ""
}
