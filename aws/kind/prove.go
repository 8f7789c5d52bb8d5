package kind

import (
	"fmt"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// proveByCluster proves things that AWS describes cluster by cluster. ask describes some of one cluster and tells what it met; what an answer does
// not mention, or mentions as MISSING, is gone, and so is everything in a cluster that is not there any more.
func proveByCluster(v *Visit, refs []model.Ref, ask func(clusterARN string, ids []string, tell func(id string, f Reading)) error) (map[model.Ref]Reading, error) {
	groups := map[string][]model.Ref{}
	for _, ref := range refs {
		home, ok := v.homeOf(ref)
		if !ok {
			return nil, fmt.Errorf("proving %s: its cluster is not known", ref)
		}
		groups[home] = append(groups[home], ref)
	}
	readings := make(map[model.Ref]Reading, len(refs))
	for home, members := range groups {
		// Short names are compared, since one thing may have an ARN of the old format and one of the new.
		met := map[string]Reading{}
		err := ask(home, ids(members), func(id string, f Reading) { met[tail(id)] = f })
		if goneIsNothing(err) != nil {
			return nil, err
		}
		for _, ref := range members {
			reading, ok := met[tail(ref.ID)]
			if !ok {
				reading = Reading{Presence: Absent}
			}
			readings[ref] = reading
		}
	}
	return readings, nil
}

// homeOf is the ARN of the cluster that something lives in: its own ARN names it, or, in the old short format, the resource that we know does.
func (v *Visit) homeOf(ref model.Ref) (string, bool) {
	if ref.Kind == clusterKind {
		return ref.ID, true
	}
	if name := clusterInARN(ref.ID); name != "" {
		return clusterARN(ref, name), true
	}
	for _, r := range v.known(ref.Kind) {
		if r.Ref != ref {
			continue
		}
		if r.Container.Kind == clusterKind {
			return r.Container.ID, true
		}
		for _, o := range r.Owners {
			if home, ok := v.homeOf(o); ok {
				return home, true
			}
		}
	}
	return "", false
}

// homeParams are the params of a step on something in a cluster: none where its own ARN names the cluster. The old short ARNs do not.
func homeParams(ref model.Ref, home string) map[string]string {
	if clusterInARN(ref.ID) != "" {
		return nil
	}
	return map[string]string{"cluster": home}
}

// stepHome is the ARN of the cluster that a step's target lives in. What the target's ARN says goes before everything else, then what is known of it;
// a step's params are believed only where neither says anything, so that a changed plan cannot send the call elsewhere.
func (v *Visit) stepHome(step plan.Step) (string, error) {
	if home, ok := v.homeOf(step.Targets[0]); ok {
		return home, nil
	}
	if home := step.Params["cluster"]; home != "" {
		return home, nil
	}
	return "", fmt.Errorf("%s of %s: its cluster is not known", step.Op, step.Targets[0])
}
