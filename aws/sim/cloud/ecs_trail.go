package cloud

import (
	"crypto/sha256"
	"encoding/base32"
	"time"
)

// serviceCall is a call that one AWS service makes to another on the account's behalf.
type serviceCall struct {
	region, source, name string
	// role is the ARN of the role that the service takes, session the session's name, invokedBy the service's own name, which also stands for
	// address and agent.
	role, session, invokedBy string
	request, response        any
}

// recordServiceCall writes such a call into the trail: whoever looks for what raised a count again finds it there.
func (p *compute) recordServiceCall(at time.Time, s serviceCall) {
	name := tail(s.role)
	sum := sha256.Sum256([]byte(s.role))
	principal := "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
	account := p.c.opts.Account
	p.c.RecordEvent(TrailEvent{
		Time: at, Region: s.region, Source: s.source, Name: s.name, Request: s.request, Response: s.response,
		SourceIP: s.invokedBy, UserAgent: s.invokedBy,
		UserIdentity: map[string]any{
			"type": "AssumedRole", "principalId": principal + ":" + s.session, "accountId": account, "invokedBy": s.invokedBy,
			"arn": "arn:" + p.c.opts.Partition + ":sts::" + account + ":assumed-role/" + name + "/" + s.session,
			"sessionContext": map[string]any{
				"sessionIssuer": map[string]any{"type": "Role", "principalId": principal, "arn": s.role, "accountId": account, "userName": name},
				"attributes":    map[string]any{"creationDate": at.UTC().Format(time.RFC3339), "mfaAuthenticated": "false"},
			},
		},
	})
}
