package cloud

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// ServiceCall is a call that one AWS service makes to another on the account's behalf.
type ServiceCall struct {
	Time time.Time
	// Account is the account; empty means the cloud's own.
	Account string
	// Region, Source and Name are those of the event: "ecs.amazonaws.com" and "RunTask".
	Region, Source, Name string
	// Role is the ARN of the role that the service takes, Session its session's name, InvokedBy the
	// service's own name ("events.amazonaws.com"), which also stands for address and agent.
	Role, Session, InvokedBy string
	// Request and Response are as in TrailEvent.
	Request, Response any
}

// RecordServiceCall writes such a call into the history and returns its eventID: whoever looks for
// what raised a count again finds it there.
func (c *Cloud) RecordServiceCall(s ServiceCall) string {
	if s.Account == "" {
		s.Account = c.Account()
	}
	name := s.Role[strings.LastIndexByte(s.Role, '/')+1:]
	sum := sha256.Sum256([]byte(s.Role))
	principal := "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
	return c.RecordEvent(TrailEvent{
		Time: s.Time, Account: s.Account, Region: s.Region, Source: s.Source, Name: s.Name,
		Request: s.Request, Response: s.Response, SourceIP: s.InvokedBy, UserAgent: s.InvokedBy,
		UserIdentity: map[string]any{
			"type": "AssumedRole", "principalId": principal + ":" + s.Session, "accountId": s.Account, "invokedBy": s.InvokedBy,
			"arn": c.SessionARN(s.Account, name, s.Session),
			"sessionContext": map[string]any{
				"sessionIssuer": map[string]any{"type": "Role", "principalId": principal, "arn": s.Role, "accountId": s.Account, "userName": name},
				"attributes":    map[string]any{"creationDate": s.Time.UTC().Format(time.RFC3339), "mfaAuthenticated": "false"},
			},
		},
	})
}
