package cloud

import (
	"net/netip"
	"strings"
)

// RecordShape is how CloudTrail writes the records of one source beside what they say.
type RecordShape struct {
	// Version is eventVersion.
	Version string
	// Host is the endpoint that clients call, with REGION where the region stands; empty means the
	// first word of the source, the region and amazonaws.com.
	Host string
	// OldTLS is a source that still speaks version 1.2, NoTLS one whose records have no tlsDetails.
	OldTLS, NoTLS bool
	// Bare is a source whose records have no parameters when a call failed, whatever the reason.
	Bare bool
}

// ShapeRecords says how the records of a source are written. It is for the service that simulates
// CloudTrail, while the account is put together.
func (c *Cloud) ShapeRecords(shape func(source string) RecordShape) { c.trail.shape = shape }

func (c *Cloud) shapeOf(source string) RecordShape {
	s := RecordShape{}
	if c.trail.shape != nil {
		s = c.trail.shape(source)
	}
	if s.Version == "" {
		s.Version = "1.11"
	}
	if s.Host == "" {
		s.Host = strings.TrimSuffix(source, ".amazonaws.com") + ".REGION.amazonaws.com"
	}
	return s
}

// shapeTail adds what follows from how a call came in, and not from what it was.
func (c *Cloud) shapeTail(r *pairs, e *TrailEvent, shape RecordShape) {
	if e.Name == "AssumeRole" || e.Name == "AssumeRoleWithWebIdentity" {
		c.assumedTail(r, e)
	}
	if !e.fromNetwork() || shape.NoTLS {
		return
	}
	version, suite := "TLSv1.3", "TLS_AES_128_GCM_SHA256"
	if shape.OldTLS {
		version, suite = "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"
	}
	r.set("tlsDetails", pairs{
		{"tlsVersion", version},
		{"cipherSuite", suite},
		{"clientProvidedHostHeader", strings.ReplaceAll(shape.Host, "REGION", e.Region)},
	})
	// A call of the console is a browser's with a session, and the record says "true" as a text.
	if e.apiCall() && strings.HasPrefix(e.UserAgent, "Mozilla/") && !e.Identity.SessionCreated.IsZero() {
		r.set("sessionCredentialFromConsole", "true")
	}
}

// assumedTail names the role in the record itself, as STS's do, and ties the copies of an event
// together that the service's and the role's account have.
func (c *Cloud) assumedTail(r *pairs, e *TrailEvent) {
	in, _ := parameters(e.Request).(map[string]any)
	role, _ := in["roleArn"].(string)
	if _, given := e.Extra["resources"]; !given && role != "" && e.ErrorCode == "" {
		r.set("resources", []pairs{{{"ARN", role}, {"accountId", c.recipient(e)}, {"type", "AWS::IAM::Role"}}})
	}
	_, given := e.Extra["sharedEventID"]
	if service := e.UserIdentity["type"] == "AWSService"; service && !given && len(e.ID) == 36 {
		r.set("sharedEventID", e.ID[28:]+e.ID[8:28]+e.ID[:8])
	}
}

// fromNetwork says whether somebody called through an endpoint; services call each other without
// one.
func (e *TrailEvent) fromNetwork() bool {
	if e.call {
		return true
	}
	_, err := netip.ParseAddr(e.SourceIP)
	return err == nil && e.Type != "AwsServiceEvent"
}

func (e *TrailEvent) apiCall() bool { return e.Type == "" || e.Type == "AwsApiCall" }
