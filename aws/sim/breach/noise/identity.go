package noise

import (
	"crypto/sha256"
	"encoding/base32"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// recordTime is how records write times inside of parameters and answers.
const recordTime = "Jan 2, 2006, 3:04:05 PM"

// roleID is the unique id of a role, which follows from its name.
func roleID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// session is a session of a role at some address with some tool, the scene's which-th.
func (n *Noise) session(role, id, name, ip, agent string, which int) part {
	return func(v *vars, e *cloud.TrailEvent) {
		e.Identity = cloud.Identity{
			ARN: n.o.Cloud.SessionARN(n.account(), role, name), UserID: id + ":" + name, SessionCreated: v.began[which], AccessKeyID: v.keys[which],
		}
		e.SourceIP, e.UserAgent = ip, agent
	}
}

// person is one of the developers in his session of Identity Center, with a tool.
func (n *Noise) person(agent string) part {
	return func(v *vars, e *cloud.TrailEvent) {
		n.session(n.o.Cast.Crew, n.o.Cast.CrewID, v.person, n.o.Cast.Office, agent, 0)(v, e)
	}
}

// linked is a service at work with its service-linked role.
func (n *Noise) linked(role, service, session string) part {
	return n.service("aws-service-role/"+service+"/", role, service, session, 0)
}

// service is a service at work with a role of the account.
func (n *Noise) service(path, role, service, session string, which int) part {
	id := roleID(role)
	arn, issuer := n.o.Cloud.SessionARN(n.account(), role, session), n.o.Cloud.RoleARN(n.account(), path+role)
	return func(v *vars, e *cloud.TrailEvent) {
		e.SourceIP, e.UserAgent = service, service
		e.UserIdentity = n.assumed(v, which, id, role, session, arn, issuer)
		e.UserIdentity["invokedBy"] = service
	}
}

func (n *Noise) assumed(v *vars, which int, id, role, session, arn, issuer string) map[string]any {
	return map[string]any{
		"type": "AssumedRole", "principalId": id + ":" + session, "arn": arn, "accountId": n.account(), "accessKeyId": v.keys[which],
		"sessionContext": map[string]any{
			"sessionIssuer": map[string]any{"type": "Role", "principalId": id, "arn": issuer, "accountId": n.account(), "userName": role},
			"attributes":    map[string]any{"creationDate": v.began[which].UTC().Format(time.RFC3339), "mfaAuthenticated": "false"},
		},
	}
}

// machine is a machine of EC2 with the credentials of its role.
func (n *Noise) machine() part {
	const role = "prod-data-node"
	return func(v *vars, e *cloud.TrailEvent) {
		session := "i-0" + v.hex
		e.SourceIP, e.UserAgent = "192.0.2.91", "aws-sdk-go/1.55.5 (go1.23.4; linux; amd64) amazon-ssm-agent/3.3.987.0"
		e.UserIdentity = n.assumed(v, 0, roleID(role), role, session, n.o.Cloud.SessionARN(n.account(), role, session), n.o.Cloud.RoleARN(n.account(), role))
		e.UserIdentity["sessionContext"].(map[string]any)["ec2RoleDelivery"] = "2.0"
	}
}

// task is an application in a task of ECS.
func (n *Noise) task() part {
	const role = "app-task"
	return func(v *vars, e *cloud.TrailEvent) {
		session := v.hex + v.hex
		e.SourceIP, e.UserAgent = "192.0.2.92", "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.4 md/GOARCH#amd64"
		e.UserIdentity = n.assumed(v, 0, roleID(role), role, session, n.o.Cloud.SessionARN(n.account(), role, session), n.o.Cloud.RoleARN(n.account(), role))
	}
}

// user is a user of IAM with a long-lived key.
func (n *Noise) user(name, agent string) part {
	key, id := "AKIA"+roleID(name)[4:20], "AIDA"+roleID("user " + name)[4:21]
	return func(_ *vars, e *cloud.TrailEvent) {
		e.Identity = cloud.Identity{ARN: n.o.Cloud.ARNIn(cloud.Place{Account: n.account()}, "iam", "user/"+name), UserID: id, AccessKeyID: key}
		e.SourceIP, e.UserAgent = "192.0.2.60", agent
	}
}

// itself is a service that takes a role, before it has one.
func itself(service string) part {
	return func(_ *vars, e *cloud.TrailEvent) {
		e.UserIdentity = map[string]any{"type": "AWSService", "invokedBy": service}
		e.SourceIP, e.UserAgent = service, service
	}
}

// The names of sessions that differ from one to the next: a machine's id, and a task's.
const (
	ofMachine = "of a machine"
	ofTask    = "of a task"
)

// takes is an AssumeRole by who calls: what comes after it in the scene's which-th session uses the
// key that is in its answer.
func (n *Noise) takes(gap time.Duration, who part, path, role, session string, which int) step {
	arn := n.o.Cloud.RoleARN(n.account(), path+role)
	s := do(gap, who, "sts", "AssumeRole", func(v *vars, e *cloud.TrailEvent) {
		name := session
		switch session {
		case ofTask:
			name = v.hex + v.hex
		case ofMachine:
			name = "i-0" + v.hex
		}
		e.Request = map[string]any{"roleArn": arn, "roleSessionName": name, "durationSeconds": 3600}
		e.Response = map[string]any{
			"assumedRoleUser": map[string]any{"arn": n.o.Cloud.SessionARN(n.account(), role, name), "assumedRoleId": roleID(role) + ":" + name},
			"credentials":     issued(v, v.keys[which]),
		}
		e.Extra = map[string]any{"resources": []map[string]any{{"ARN": arn, "accountId": n.account(), "type": "AWS::IAM::Role"}}}
		if e.UserIdentity["type"] == "AWSService" {
			e.Extra["sharedEventID"] = v.shared
		}
	})
	s.opens = which
	return s
}

// issued are credentials as records show them.
func issued(v *vars, key string) map[string]any {
	return map[string]any{"accessKeyId": key, "expiration": v.until, "sessionToken": "IQoJb3JpZ2luX2Vj" + v.hex + v.hex}
}

func (n *Noise) account() string { return n.o.Cloud.Account() }

// arn is an ARN in the region of an event.
func (n *Noise) arn(v *vars, service, resource string) string {
	return n.o.Cloud.ARN(service, v.region, resource)
}
