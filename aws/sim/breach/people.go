package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// actor is somebody at work: one session with one key, from one address, with one tool.
type actor struct {
	id        cloud.Identity
	ip, agent string
	// via is the service that calls with his credentials, empty where he calls himself.
	via string
}

// cast are the people of the story, and the keys they work with.
type cast struct {
	// role is the ARN of the role that the intruder and the responder share, roleName its name and
	// roleID its unique id; crew are those of the developers, deploy of the pipeline.
	role, roleName, roleID string
	crew, crewID           string
	// userID is the Identity Center user named root; store its identity store.
	userID, store, portal string
	// first are the keys of the intruder's first session, later those of the second; office is
	// where honest people sit, abroad where he does.
	first, later []actor
	abroad       []string
	office, home string

	jm, hana, deploy, formerRoot actor
}

// The tools that callers name themselves. Versions are those of late 2026, invented where it does
// not matter.
const (
	agentBoto   = "Boto3/1.42.9 md/Botocore#1.42.9 ua/2.1 os/linux#6.8.0-49-generic md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#legacy"
	agentCLI    = "aws-cli/2.33.1 md/awscrt#0.29.1 ua/2.1 os/linux#6.8.0-49-generic md/arch#x86_64 lang/python#3.13.9 md/prompt#off md/command#ecs"
	agentChrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	agentMac    = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	agentDeploy = "aws-sdk-js/3.940.0 ua/2.1 os/linux#6.11.0 lang/js md/nodejs#22.21.1 api/ecs#3.940.0"
	agentSAML   = "aws-sdk-java/2.38.1 Linux/5.10.245 OpenJDK_64-Bit_Server_VM/17.0.17 exec-env/AWS_ECS_FARGATE"
)

// firstKeys and laterKeys are how many access keys the intruder's two sessions use.
const (
	firstKeys = 24
	laterKeys = 3
)

// people makes up who there is, and gives the intruder and the responder keys that work.
func (b *builder) people() {
	p := &b.cast
	p.roleName = "AWSReservedSSO_AdministratorAccess_" + b.letters(hexDigits, 16)
	p.role, p.roleID = b.roleARN("aws-reserved/sso.amazonaws.com/"+p.roleName), "AROA"+b.letters(base32, 17)
	p.crew, p.crewID = "AWSReservedSSO_DeveloperAccess_"+b.letters(hexDigits, 16), "AROA"+b.letters(base32, 17)
	p.userID = b.letters(hexDigits, 8) + "-" + b.letters(hexDigits, 4) + "-7" + b.letters(hexDigits, 3) + "-a" + b.letters(hexDigits, 3) + "-" + b.letters(hexDigits, 12)
	p.store, p.portal = "arn:aws:identitystore::"+account+":identitystore/d-"+b.letters(hexDigits, 10), b.uuid()
	p.office, p.home = "198.51.100.24", "198.51.100."+oneOf(b, "77", "131", "208")
	net := b.between(10, 190)
	for i := range 3 {
		p.abroad = append(p.abroad, "203.0.113."+itoa(net+17*i))
	}
	for i := range firstKeys {
		p.first = append(p.first, b.hostile(b.start, i))
	}
	for i := range laterKeys {
		p.later = append(p.later, b.hostile(b.back, i+1))
	}
	b.s.intruder = p.first[0].id.ARN
	p.formerRoot = actor{id: b.session(p.roleName, p.roleID, "root", time.Time{}), ip: p.office, agent: agentMac}
	p.hana = actor{id: b.session(p.crew, p.crewID, "hana", time.Time{}), ip: p.office, agent: agentMac}
	p.deploy = actor{id: b.session("github-deploy", "AROA"+b.letters(base32, 17), "GitHubActions", time.Time{}), ip: "192.0.2.44", agent: agentDeploy}
	p.jm = actor{id: b.session(p.roleName, p.roleID, "jm", b.now.Add(-19*time.Minute).Truncate(time.Second)), ip: p.office, agent: agentMac}
	b.s.responder = b.admit(&p.jm, time.Time{})
}

// hostile is one key of the intruder's; sessions of his permission set last twelve hours.
func (b *builder) hostile(created time.Time, i int) actor {
	p := &b.cast
	a := actor{id: b.session(p.roleName, p.roleID, "root", created), ip: p.abroad[i%len(p.abroad)], agent: agentBoto}
	switch i % 5 {
	case 3:
		a.agent = agentCLI
	case 4:
		// What an intruder calls himself is data, and may be meant for the terminal of whoever
		// reads it.
		a.agent = "aws-cli/2.33.1 \x1b]0;idle\x07\x1b[1A\u202etxet"
	}
	b.admit(&a, created.Add(12*time.Hour))
	return a
}

// session is an identity of a role's session with a new key.
func (b *builder) session(role, roleID, name string, created time.Time) cloud.Identity {
	return cloud.Identity{
		ARN: "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + name, UserID: roleID + ":" + name, SessionCreated: created,
		AccessKeyID: b.key("ASIA"),
	}
}

// admit lets the account know an actor's key.
func (b *builder) admit(a *actor, expires time.Time) credential {
	c := credential{key: a.id.AccessKeyID, secret: b.letters(hexDigits, 40), token: "v2-" + b.letters(hexDigits, 96)}
	b.c.PutCredential(cloud.Credential{Identity: a.id, Expires: expires, SessionToken: c.token})
	return c
}

// at is an honest actor in a session of one day's work: everything within one UTC day and one key.
func (b *builder) at(a actor, when time.Time) actor {
	a.id.SessionCreated = when.Add(-b.upTo(40 * time.Minute)).Truncate(time.Second)
	a.id.AccessKeyID = b.key("ASIA")
	return a
}

// sometime is at for what was added to a story whose draws of chance must stay: nothing is drawn.
func (b *builder) sometime(a actor, when time.Time) actor {
	a.id.SessionCreated = when.Add(-17 * time.Minute).Truncate(time.Second)
	a.id.AccessKeyID = "ASIA" + letters(a.id.ARN+when.String(), base32, 16)
	return a
}

func (b *builder) roleARN(path string) string { return "arn:aws:iam::" + account + ":role/" + path }
