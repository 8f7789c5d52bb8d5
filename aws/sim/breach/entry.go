package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// sweepRegions records how the intruder came in, what he looked at, and how he enabled and disabled
// regions: what left traces in CloudTrail and nowhere else.
func (b *builder) sweepRegions() {
	b.signIn(b.start, b.cast.first[0])
	b.look()
	b.enableRegions()
	b.signIn(b.back, b.cast.later[0])
	b.lookAgain()
}

// signIn records an Identity Center sign-in with a password alone, and the session of the account
// that comes of it. Nothing but the second ties the two together (facts of the records: sign-in by
// user id, session by ARN).
func (b *builder) signIn(at time.Time, who actor) {
	b.portal(at.Add(-40*time.Second), who)
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at.Add(-time.Second), Region: seoul, Source: "sso.amazonaws.com", Name: "GetRoleCredentials", Type: "AwsServiceEvent", ReadOnly: true,
		UserIdentity: b.portalIdentity(), SourceIP: who.ip, UserAgent: who.agent,
		Extra: map[string]any{"serviceEventDetails": map[string]any{"role_name": "AdministratorAccess", "account_id": account}},
	})
	b.assumed(at, "root", b.cast.role, b.cast.roleName, b.cast.roleID, b.key("ASIA"))
}

// portal records the steps of the sign-in page.
func (b *builder) portal(at time.Time, who actor) {
	for i, name := range []string{"CredentialChallenge", "CredentialVerification", "UserAuthentication"} {
		b.c.RecordEvent(cloud.TrailEvent{
			Time: at.Add(time.Duration(i) * 2 * time.Second), Region: seoul, Source: "signin.amazonaws.com", Name: name, Type: "AwsServiceEvent",
			UserIdentity: b.portalIdentity(), SourceIP: who.ip, UserAgent: agentChrome,
			Extra: map[string]any{
				"additionalEventData": map[string]any{"CredentialType": "PASSWORD", "UserName": "root"},
				"serviceEventDetails": map[string]any{name: "Success"},
			},
		})
	}
}

func (b *builder) portalIdentity() map[string]any {
	return map[string]any{
		"type": "IdentityCenterUser", "accountId": account, "credentialId": b.cast.portal,
		"onBehalfOf": map[string]any{"userId": b.cast.userID, "identityStoreArn": b.cast.store},
	}
}

// assumed records the AssumeRoleWithSAML by which Identity Center enters an account, in its own
// region. Its address and agent are AWS's.
func (b *builder) assumed(at time.Time, user, role, roleName, roleID, key string) {
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at, Region: seoul, Source: "sts.amazonaws.com", Name: "AssumeRoleWithSAML", ReadOnly: true, SourceIP: "192.0.2.10", UserAgent: agentSAML,
		UserIdentity: map[string]any{
			"type": "SAMLUser", "principalId": b.cast.portal[:8] + ":" + user, "userName": user, "identityProvider": b.cast.portal[:8],
		},
		Request: map[string]any{
			"roleArn": role, "roleSessionName": user, "durationSeconds": 43200,
			"principalArn": "arn:aws:iam::" + account + ":saml-provider/AWSSSO_DO_NOT_DELETE",
		},
		Response: map[string]any{
			"subject": user, "subjectType": "persistent",
			"assumedRoleUser": map[string]any{
				"arn": "arn:aws:sts::" + account + ":assumed-role/" + roleName + "/" + user, "assumedRoleId": roleID + ":" + user,
			},
			"credentials": issued(key, at.Add(12*time.Hour)),
		},
		Extra: map[string]any{"additionalEventData": map[string]any{
			"RequestDetails": map[string]any{"awsServingRegion": seoul, "endpointType": "regional"},
		}},
	})
}

// issued are credentials as the record of the call shows them that hands them out: with the
// session's token, which opens nothing without the secret that is left out.
func issued(key string, until time.Time) map[string]any {
	return map[string]any{
		"accessKeyId": key, "expiration": until.UTC().Format("Jan 2, 2006, 3:04:05 PM"), "sessionToken": "IQoJb3JpZ2luX2Vj" + letters(key, base32, 32),
	}
}

// look records the enumeration of the first two minutes.
func (b *builder) look() {
	who, at := b.cast.first[0], b.start
	for i, call := range [][2]string{
		{"sts.amazonaws.com", "GetCallerIdentity"},
		{"iam.amazonaws.com", "ListUsers"},
		{"organizations.amazonaws.com", "DescribeOrganization"},
		{"organizations.amazonaws.com", "ListAccounts"},
		{"account.amazonaws.com", "ListRegions"},
	} {
		b.read(who, at.Add(time.Duration(10+5*i)*time.Second), virginia, call[0], call[1], nil)
	}
	quota := map[string]any{"serviceCode": "fargate", "quotaCode": "L-3032A538"}
	for i, q := range b.quotas {
		if q.open {
			b.read(b.cast.first[i%4], at.Add(40*time.Second+time.Duration(i)*time.Second), q.region, "servicequotas.amazonaws.com", "GetServiceQuota", quota)
		}
	}
	b.c.RecordEvent(cloud.TrailEvent{
		Time: at.Add(100 * time.Second), Region: virginia, Source: "ec2.amazonaws.com", Name: "RunInstances", Identity: who.id, SourceIP: who.ip,
		UserAgent: who.agent, ErrorCode: "Client.DryRunOperation", ErrorMessage: "Request would have succeeded, but DryRun flag is set.",
		Request: machinesAsked("c7i.4xlarge", "dry"),
	})
	for i, q := range b.quotas {
		who := b.cast.first[i%len(b.cast.first)]
		b.read(who, q.begins.Add(-2*time.Second), q.region, ecsSource, "ListClusters", nil)
		b.read(who, q.begins.Add(3*time.Minute+b.upTo(time.Minute)), q.region, ecsSource, "ListClusters", nil)
	}
}

// enableRegions records how the ten regions were enabled, six at a time, and disabled when the
// script was through with them.
func (b *builder) enableRegions() {
	const source = "account.amazonaws.com"
	who := b.cast.first[6]
	for i, region := range closedRegions() {
		wave := time.Duration(i/6) * 4 * time.Minute
		at := b.start.Add(2*time.Minute + wave + time.Duration(i%6)*2*time.Second)
		b.read(who, at.Add(-time.Second), virginia, source, "GetRegionOptStatus", &regionAsked{region})
		b.did(who, at, virginia, source, "EnableRegion", &regionAsked{region}, nil)
		b.did(b.cast.first[7], at.Add(19*time.Minute), virginia, source, "DisableRegion", &regionAsked{region}, nil)
	}
}

// lookAgain records the second session: he looks whether everything still runs.
func (b *builder) lookAgain() {
	b.read(b.cast.later[0], b.back.Add(9*time.Second), seoul, "sts.amazonaws.com", "GetCallerIdentity", nil)
	i := 0
	for _, q := range b.quotas {
		if !q.open {
			continue
		}
		at := b.back.Add(time.Minute + time.Duration(i)*70*time.Second)
		i++
		if at.After(b.now) {
			return
		}
		who := b.cast.later[i%len(b.cast.later)]
		b.read(who, at, q.region, ecsSource, "ListClusters", nil)
		b.read(who, at.Add(4*time.Second), q.region, ecsSource, "ListTasks", &inCluster{b.postIn(q.region, 0).cluster})
	}
}
