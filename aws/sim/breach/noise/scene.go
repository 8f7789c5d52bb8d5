package noise

import (
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// scene is a short sequence of events that belong together.
type scene struct {
	name string
	// weight is how often it is played, by class of region.
	weight [4]int
	// byDay scenes are people's; whole ones are played to their end or not at all, since they make
	// something that they take away again.
	byDay, whole bool
	steps        []step
}

// longest is how long a scene takes at most.
func (s *scene) longest() time.Duration {
	sum := time.Duration(0)
	for i := range s.steps {
		sum += s.steps[i].gap + s.steps[i].gap/2
	}
	return sum
}

// step is one event of a scene: gap is the usual time since the one before; opens is the session
// that it begins, where that is not the scene's first.
type step struct {
	scene string
	gap   time.Duration
	opens int
	write func(*vars) cloud.TrailEvent
}

// vars are what differs between two events of one step. Nothing else may, for events are also
// written out of a prototype.
type vars struct {
	at                  time.Time
	began               [3]time.Time
	keys                [3]string
	region              string
	id, request, shared string
	hex, word, person   string
	// until is when credentials that the event hands out end.
	until string
}

// part adds to an event what one step has and others have not.
type part func(v *vars, e *cloud.TrailEvent)

// do is a step: who calls what, with further parts.
func do(gap time.Duration, who part, source, name string, parts ...part) step {
	return step{gap: gap, write: func(v *vars) cloud.TrailEvent {
		e := cloud.TrailEvent{
			Time: v.at, Region: v.region, Source: source + ".amazonaws.com", Name: name, ReadOnly: reads(name), ID: v.id, RequestID: v.request,
		}
		who(v, &e)
		for _, p := range parts {
			p(v, &e)
		}
		return e
	}}
}

// look are steps that only read: each name with what it asks for in public captures.
func look(gap time.Duration, who part, source string, names ...string) []step {
	var out []step
	for _, name := range names {
		out = append(out, do(gap, who, source, name, func(_ *vars, e *cloud.TrailEvent) { e.Request = asked(source, name) }))
	}
	return out
}

func reads(name string) bool {
	for _, prefix := range []string{"Get", "List", "Describe", "AssumeRole", "Search", "Lookup"} {
		if strings.HasPrefix(name, prefix) {
			return name != "GetFederationToken" && name != "GetSigninToken"
		}
	}
	return name == "Decrypt" || name == "GenerateDataKey"
}

// request and answer set a step's parameters and what came of it.
func request(of func(*vars) map[string]any) part {
	return func(v *vars, e *cloud.TrailEvent) { e.Request = of(v) }
}

func answer(of func(*vars) map[string]any) part {
	return func(v *vars, e *cloud.TrailEvent) { e.Response = of(v) }
}

// failed is a call that was refused.
func failed(code, message string) part {
	return func(_ *vars, e *cloud.TrailEvent) {
		e.ErrorCode, e.ErrorMessage, e.Response = code, message, nil
		if code == "AccessDenied" {
			e.Request = nil
		}
	}
}

// asked is what a read asks for, as far as public captures show it.
func asked(source, name string) any {
	set := map[string]any{}
	switch source {
	case "ec2":
		return ec2Asked(name)
	case "s3":
		bucket := "acme-assets-prod"
		out := map[string]any{"Host": "s3.amazonaws.com"}
		if name == "ListBuckets" {
			return out
		}
		sub := strings.ToLower(strings.TrimPrefix(name, "GetBucket"))
		out["bucketName"], out["Host"], out[sub] = bucket, bucket+".s3.amazonaws.com", ""
		return out
	case "iam":
		if name == "ListAccessKeys" {
			return map[string]any{"userName": "metrics-exporter"}
		}
		return nil
	case "organizations", "sts", "ecr", "monitoring", "guardduty", "tag", "resource-explorer-2", "support":
		return nil
	case "elasticloadbalancing":
		return map[string]any{"pageSize": 400}
	case "rds":
		if name == "DescribeDBClusters" {
			return map[string]any{"includeShared": false}
		}
		return nil
	case "ecs":
		return map[string]any{"cluster": "prod-api"}
	}
	return set
}

func ec2Asked(name string) any {
	switch name {
	case "DescribeAccountAttributes":
		return map[string]any{"accountAttributeNameSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeInstances":
		return map[string]any{"instancesSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeVolumes":
		return map[string]any{"volumeSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeVpcs":
		return map[string]any{"vpcSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeSubnets":
		return map[string]any{"subnetSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeSecurityGroups":
		return map[string]any{"securityGroupSet": map[string]any{}, "securityGroupIdSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeNetworkInterfaces":
		return map[string]any{"networkInterfaceIdSet": map[string]any{}, "filterSet": map[string]any{}}
	case "DescribeInstanceStatus":
		return map[string]any{"instancesSet": map[string]any{}, "filterSet": map[string]any{}, "includeAllInstances": false, "maxResults": 1000}
	case "DescribeRegions":
		return map[string]any{"regionSet": map[string]any{}, "allRegions": true}
	case "DescribeSnapshots":
		return map[string]any{"snapshotSet": map[string]any{}, "ownersSet": map[string]any{}, "filterSet": map[string]any{}, "sharedUsersSet": map[string]any{}, "maxResults": 1000}
	}
	return map[string]any{"filterSet": map[string]any{}}
}
