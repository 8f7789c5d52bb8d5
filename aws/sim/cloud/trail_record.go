package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// pairs is a JSON object whose members keep their order: readers made for AWS's records meet the
// members where AWS puts them.
type pairs []pair

type pair struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (p pairs) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, fmt.Errorf("write member name: %w", err)
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("write member %s: %w", m.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// set replaces a member, or adds one at the end.
func (p *pairs) set(name string, value any) {
	for i := range *p {
		if (*p)[i].name == name {
			(*p)[i].value = value
			return
		}
	}
	*p = append(*p, pair{name, value})
}

// Record writes an event as the JSON of a CloudTrail record (CloudTrail user guide, "CloudTrail
// record contents").
func (c *Cloud) Record(e *TrailEvent) []byte {
	if e.Whole != nil {
		whole := e.Whole()
		return c.Record(&whole)
	}
	var identity any = e.UserIdentity
	if e.UserIdentity == nil {
		who := c.userIdentity(e.Identity)
		if e.InvokedBy != "" {
			who.set("invokedBy", e.InvokedBy)
		}
		identity = who
	}
	shape := c.shapeOf(e.Source)
	r := pairs{
		{"eventVersion", shape.Version},
		{"userIdentity", identity},
		{"eventTime", e.Time.UTC().Format(time.RFC3339)},
		{"eventSource", e.Source},
		{"eventName", e.Name},
		{"awsRegion", e.Region},
		{"sourceIPAddress", e.SourceIP},
		{"userAgent", e.UserAgent},
	}
	if e.ErrorCode != "" {
		r = append(r, pair{"errorCode", e.ErrorCode}, pair{"errorMessage", e.ErrorMessage})
	}
	r = append(r, pair{"requestParameters", parameters(e.Request)}, pair{"responseElements", nil})
	if !e.ReadOnly || sessionStart(e.Name) {
		r.set("responseElements", parameters(e.Response))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Extra)) {
		r.set(name, e.Extra[name])
	}
	c.recordTail(&r, e)
	c.shapeTail(&r, e, shape)
	raw, err := json.Marshal(r)
	if err != nil {
		// Only a scenario that put something into a map which JSON cannot say comes here; the
		// record shows it where a test will look.
		raw, _ = json.Marshal(map[string]string{"eventID": e.ID, "errorCode": "SimulationError", "errorMessage": err.Error()})
	}
	return raw
}

// recordTail adds the members that follow the parameters; what Extra has set already stays.
func (c *Cloud) recordTail(r *pairs, e *TrailEvent) {
	kind := e.Type
	if kind == "" {
		kind = "AwsApiCall"
	}
	tail := pairs{
		{"requestID", e.RequestID},
		{"eventID", e.ID},
		{"readOnly", e.ReadOnly},
		{"eventType", kind},
		{"managementEvent", true},
		{"recipientAccountId", c.recipient(e)},
		{"eventCategory", "Management"},
	}
	for _, m := range tail {
		if _, ours := e.Extra[m.name]; !ours && (kind != "AwsConsoleSignIn" || m.name != "requestID") { // Sign-ins have none.
			*r = append(*r, m)
		}
	}
}

func (c *Cloud) recipient(e *TrailEvent) string {
	if e.Account == "" {
		return c.Account()
	}
	return e.Account
}

// sessionStart names the calls that are read-only and still answer with what they handed out: their
// records show whom a session belongs to.
func sessionStart(name string) bool {
	return strings.HasPrefix(name, "AssumeRole") || name == "GetSessionToken" || name == "GetFederationToken"
}

// userIdentity is an Identity in the words of CloudTrail's userIdentity element.
func (c *Cloud) userIdentity(id Identity) pairs {
	kind, name, _ := splitARN(id.ARN)
	types := map[string]string{"root": "Root", "user": "IAMUser", "assumed-role": "AssumedRole", "federated-user": "FederatedUser"}
	if types[kind] == "" {
		return pairs{{"type", "Unknown"}, {"accountId", c.Account()}}
	}
	out := pairs{{"type", types[kind]}, {"principalId", id.UserID}, {"arn", id.ARN}, {"accountId", c.Account()}}
	if id.AccessKeyID != "" {
		out.set("accessKeyId", id.AccessKeyID)
	}
	issuer := pairs{}
	switch kind {
	case "user":
		out.set("userName", name)
	case "assumed-role":
		role, _, _ := strings.Cut(id.UserID, ":")
		issuer = pairs{
			{"type", "Role"},
			{"principalId", role},
			{"arn", c.RoleARN(c.Account(), RolePath(name)+name)},
			{"accountId", c.Account()},
			{"userName", name},
		}
	}
	if !id.SessionCreated.IsZero() {
		out.set("sessionContext", pairs{
			{"sessionIssuer", issuer},
			{"attributes", pairs{
				{"creationDate", id.SessionCreated.UTC().Format(time.RFC3339)},
				{"mfaAuthenticated", "false"},
			}},
		})
	}
	return out
}

// RolePath is the path that the ARN of a role has and the ARN of its session lacks. Identity
// Center's roles lie under a path of their own (IAM Identity Center user guide, "Referencing
// permission sets in resource policies").
func RolePath(role string) string {
	if strings.HasPrefix(role, "AWSReservedSSO_") {
		return "aws-reserved/sso.amazonaws.com/"
	}
	return ""
}

// splitARN takes the ARN of a caller apart: its kind, the name of user or role without its path,
// and the session name of a role's session.
func splitARN(arn string) (kind, name, session string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", "", ""
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	if kind == "assumed-role" {
		name, session, _ = strings.Cut(rest, "/")
		return kind, name, session
	}
	return kind, rest[strings.LastIndexByte(rest, '/')+1:], ""
}

// UserName is what LookupEvents shows as Username: root for the root user, the user's name, and the
// session's name for a role.
func (e *TrailEvent) UserName() string {
	if e.UserIdentity != nil {
		if name, ok := e.UserIdentity["userName"].(string); ok {
			return name
		}
		if arn, ok := e.UserIdentity["arn"].(string); ok {
			return callerName(arn)
		}
		return ""
	}
	return callerName(e.Identity.ARN)
}

func callerName(arn string) string {
	kind, name, session := splitARN(arn)
	switch {
	case kind == "root":
		return "root"
	case session != "":
		return session
	}
	return name
}

// AccessKey is the access key that LookupEvents shows and finds by.
func (e *TrailEvent) AccessKey() string {
	if key, ok := e.UserIdentity["accessKeyId"].(string); ok {
		return key
	}
	return e.Identity.AccessKeyID
}
