package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// noise records the ordinary days before: about ninety of them, with what people and services do,
// and lets the rest of them be made when somebody looks.
func (b *builder) noise() {
	b.days()
	b.honestRoot()
	b.rootUser()
}

// days are the working days of the last quarter: a few looks by people, and roles that services
// take for their tasks.
func (b *builder) days() {
	people := []actor{b.cast.jm, b.cast.hana}
	looks := [][2]string{
		{ecsSource, "DescribeServices"},
		{ecsSource, "ListTasks"},
		{ecsSource, "DescribeClusters"},
		{"ec2.amazonaws.com", "DescribeNetworkInterfaces"},
		{"logs.amazonaws.com", "DescribeLogStreams"},
		{"cloudtrail.amazonaws.com", "LookupEvents"},
	}
	for d := 89; d >= 1; d-- {
		morning := b.ago(time.Duration(d) * day)
		if !b.remembered(morning) || morning.After(b.now) {
			continue
		}
		for range b.between(1, 3) {
			b.taskRole(oneOf(b, seoul, tokyo), morning.Add(b.upTo(10*time.Hour)))
		}
		if morning.Weekday() == time.Saturday || morning.Weekday() == time.Sunday {
			continue
		}
		who := b.at(people[d%len(people)], morning)
		if d%6 == 0 {
			who.ip = b.cast.home
		}
		region := oneOf(b, seoul, seoul, tokyo)
		for i := range b.between(2, 4) {
			look := looks[b.rng.IntN(len(looks))]
			b.read(who, morning.Add(time.Duration(i)*time.Minute+b.upTo(50*time.Second)), region, look[0], look[1], looked(look[1]))
		}
	}
}

// looked is what a look asks for, as its record says.
func looked(name string) any {
	switch name {
	case "DescribeNetworkInterfaces":
		return map[string]any{"networkInterfaceIdSet": map[string]any{}, "filterSet": map[string]any{}}
	case "LookupEvents":
		return map[string]any{"lookupAttributes": []map[string]any{{"attributeKey": "EventSource", "attributeValue": ecsSource}}}
	}
	return nil
}

// taskRole records that ECS takes a role for a task, as it does over and over.
func (b *builder) taskRole(region string, at time.Time) {
	if at.After(b.now) {
		return
	}
	const service = "ecs-tasks.amazonaws.com"
	name := b.letters(hexDigits, 32)
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at, Region: region, Source: "sts.amazonaws.com", Name: "AssumeRole", ReadOnly: true, SourceIP: service, UserAgent: service,
		UserIdentity: map[string]any{"type": "AWSService", "invokedBy": service},
		Request:      &session{b.roleARN("app-task"), name},
		Response: map[string]any{
			"assumedRoleUser": map[string]any{
				"arn": b.c.SessionARN(account, "app-task", name), "assumedRoleId": "AROA" + letters("app-task", base32, 17) + ":" + name,
			},
			"credentials": issued("ASIA"+letters(name, base32, 16), at.Add(6*time.Hour)),
		},
	})
}

// honestRoot are acts of the Identity Center user named root from before anybody else was he: from
// the office, with his own browser.
func (b *builder) honestRoot() {
	for _, d := range []int{74, 52, 31, 12} {
		at := b.ago(time.Duration(d) * day)
		who := b.at(b.cast.formerRoot, at)
		b.assumed(who.id.SessionCreated, "root", b.cast.role, b.cast.roleName, b.cast.roleID, who.id.AccessKeyID)
		b.read(who, at, tokyo, ecsSource, "DescribeServices", &inCluster{"reporting"})
		b.read(who, at.Add(20*time.Second), seoul, ecsSource, "DescribeClusters", &several{[]string{"search"}})
		b.did(who, at.Add(2*time.Minute), tokyo, ecsSource, "UpdateService", &serviceChanged{Cluster: "reporting", Service: "reports", ForceNewDeployment: true},
			b.serviceAnswer(tokyo, "reporting", "reports"))
	}
}

// rootUser are two acts of the account's root user, who is somebody else than the user named root.
func (b *builder) rootUser() {
	at := b.ago(41 * day)
	who := actor{id: cloud.Identity{
		ARN: "arn:aws:iam::" + account + ":root", UserID: account, SessionCreated: at, AccessKeyID: b.key("ASIA"),
	}, ip: b.cast.office, agent: agentMac}
	before := cloud.Identity{ARN: who.id.ARN, UserID: who.id.UserID} // He gets a session by it.
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at, Region: virginia, Source: "signin.amazonaws.com", Name: "ConsoleLogin", Type: "AwsConsoleSignIn", Identity: before,
		SourceIP: who.ip, UserAgent: who.agent, Response: map[string]any{"ConsoleLogin": "Success"},
		Extra: map[string]any{"additionalEventData": map[string]any{
			"LoginTo": "https://console.aws.amazon.com/console/home", "MFAUsed": "Yes", "MobileVersion": "No",
		}},
	})
	b.read(who, at.Add(90*time.Second), virginia, "ce.amazonaws.com", "GetCostAndUsage", nil)
}

// responding is how the responder came in, minutes ago.
func (b *builder) responding() {
	who := b.cast.jm
	b.assumed(who.id.SessionCreated, "jm", b.cast.role, b.cast.roleName, b.cast.roleID, who.id.AccessKeyID)
	b.read(who, who.id.SessionCreated.Add(12*time.Second), seoul, "sts.amazonaws.com", "GetCallerIdentity", nil)
	b.read(who, who.id.SessionCreated.Add(50*time.Second), virginia, ecsSource, "ListClusters", nil)
}
