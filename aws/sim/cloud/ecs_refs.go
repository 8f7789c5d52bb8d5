package cloud

import (
	"slices"
	"strings"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
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

func invalid(format string, args ...any) *APIError {
	return Errorf("InvalidParameterException", format, args...)
}

func clientError(format string, args ...any) *APIError {
	return Errorf("ClientException", format, args...)
}

func str(s string) *string { return &s }

// opt is the pointer to s, nil for the empty string, as AWS leaves out what is not there.
func opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func val[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// when is the pointer to t, nil for the zero time.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// tail is what follows the last slash: the short name in a name or an ARN.
func tail(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// arnParts splits an ARN into its resource part and its region; ok is false for anything else.
func arnParts(ref string) (resource, region string, ok bool) {
	if !strings.HasPrefix(ref, "arn:") {
		return "", "", false
	}
	parts := strings.SplitN(ref, ":", 6)
	if len(parts) != 6 {
		return "", "", false
	}
	return parts[5], parts[3], true
}

// limit reads maxResults. ECS allows 1 to most and answers InvalidParameterException beyond (ECS API Reference, ListClusters, maxResults).
func limit(maxResults *int32, usual, most int) (int, error) {
	if maxResults == nil {
		return usual, nil
	}
	if *maxResults < 1 || int(*maxResults) > most {
		return 0, invalid("maxResults must be between 1 and %d.", most)
	}
	return int(*maxResults), nil
}

// between refuses an empty or overlong list of identifiers; the words for tasks are AWS's, the others follow them.
func between(n, most int, what string) error {
	if n == 0 {
		return invalid("%s cannot be empty.", what)
	}
	if n > most {
		return invalid("%s can have at most %d items.", what, most)
	}
	return nil
}

func badToken() error { return invalid("Invalid token: nextToken") }

// cluster finds a cluster that is not INACTIVE by short name or ARN; none means the cluster named default (ECS API Reference, ListTasks:
// "If you do not specify a cluster, the default cluster is assumed").
func (r *ecsRegion) cluster(ref *string) (*ecsCluster, error) {
	cl := r.findCluster(val(ref))
	if cl == nil || cl.status == stInactive {
		return nil, Errorf("ClusterNotFoundException", "Cluster not found.")
	}
	return cl, nil
}

// findCluster finds a cluster in any state.
func (r *ecsRegion) findCluster(ref string) *ecsCluster {
	if ref == "" {
		ref = "default"
	}
	if resource, region, ok := arnParts(ref); ok {
		name, isCluster := strings.CutPrefix(resource, "cluster/")
		if !isCluster || region != r.name {
			return nil
		}
		ref = name
	}
	cl, _ := r.clusters.get(ref)
	return cl
}

// member is the short name in ref of something that lives in cluster cl. An ARN that names another cluster is refused, as ECS refuses it when
// the cluster parameter was forgotten; its words are not documented.
func (cl *ecsCluster) member(ref, kind string) (string, error) {
	resource, _, ok := arnParts(ref)
	if !ok {
		return tail(ref), nil
	}
	rest, ok := strings.CutPrefix(resource, kind+"/")
	if !ok {
		return "", invalid("Invalid identifier: %s", ref)
	}
	if owner, name, long := strings.Cut(rest, "/"); long {
		if owner != cl.name {
			return "", invalid("Identifier is for cluster %s. Your cluster is %s", owner, cl.name)
		}
		return name, nil
	}
	return rest, nil
}

// arnOf is the ARN of something that lives in the cluster, in the long format.
func (cl *ecsCluster) arnOf(kind, name string) string {
	return cl.r.p.c.ARN("ecs", cl.r.name, kind+"/"+cl.name+"/"+name)
}

func missing(arn string) ecstypes.Failure {
	return ecstypes.Failure{Arn: str(arn), Reason: str(stMissing)}
}

// mergeTags returns old with each of add put in or replaced.
func mergeTags(old, add []ecstypes.Tag) []ecstypes.Tag {
	out := slices.Clone(old)
	for _, t := range add {
		i := slices.IndexFunc(out, func(o ecstypes.Tag) bool { return val(o.Key) == val(t.Key) })
		if i < 0 {
			out = append(out, t)
		} else {
			out[i] = t
		}
	}
	return out
}

// creator is how ECS names who made a service: for a session only the role, without the session's name.
func (p *compute) creator(by string) string {
	resource, _, ok := arnParts(by)
	if !ok {
		return by
	}
	if rest, session := strings.CutPrefix(resource, "assumed-role/"); session {
		role, _, _ := strings.Cut(rest, "/")
		return "arn:" + p.c.opts.Partition + ":iam::" + p.c.opts.Account + ":role/" + rolePath(role) + role
	}
	return by
}
