package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// denials records what the intruder tried and was not allowed to do: the organisation's service
// control policies keep its trail, its membership and the larger machines out of everybody's reach.
// A denied call's record has no parameters and the code AccessDenied; EC2 has a code of its own and
// keeps them, and GuardDuty says its message twice. It comes last and draws nothing, so that the
// rest of the account does not depend on it.
func (b *builder) denials() {
	for i, try := range []struct {
		region, source, prefix, name, resource string
	}{
		{virginia, "cloudtrail.amazonaws.com", "cloudtrail", "StopLogging", b.c.ARN("cloudtrail", virginia, "trail/organization")},
		{virginia, "cloudtrail.amazonaws.com", "cloudtrail", "DeleteTrail", b.c.ARN("cloudtrail", virginia, "trail/organization")},
		{virginia, "organizations.amazonaws.com", "organizations", "LeaveOrganization", "*"},
		{virginia, "guardduty.amazonaws.com", "guardduty", "DeleteDetector", b.c.ARN("guardduty", virginia, "detector/12abc34d567e8fa901bc2d34e56789f0")},
		{virginia, "ec2.amazonaws.com", "ec2", "RunInstances", b.c.ARN("ec2", virginia, "instance/*")},
		{tokyo, "ec2.amazonaws.com", "ec2", "RunInstances", b.c.ARN("ec2", tokyo, "instance/*")},
	} {
		who := b.cast.first[i%len(b.cast.first)]
		code := "AccessDenied"
		message := "User: " + who.id.ARN + " is not authorized to perform: " + try.prefix + ":" + try.name + " on resource: " + try.resource +
			" with an explicit deny in a service control policy"
		var request, response any
		switch try.prefix {
		case "ec2":
			code, request = "Client.UnauthorizedOperation", machinesAsked("p5.48xlarge", try.region)
		case "guardduty":
			request, response = map[string]any{"detectorId": cloud.ShortName(try.resource)}, map[string]any{"message": message}
		}
		b.c.RecordEvent(cloud.TrailEvent{
			Time: b.start.Add(105*time.Second + time.Duration(i)*3*time.Second), Region: try.region, Source: try.source, Name: try.name,
			Identity: who.id, SourceIP: who.ip, UserAgent: who.agent, ErrorCode: code, ErrorMessage: message, Request: request, Response: response,
		})
	}
}

// machinesAsked is a request to run one machine as its records show it: the client fills the rest
// in.
func machinesAsked(kind, token string) map[string]any {
	return map[string]any{
		"instancesSet": map[string]any{"items": []map[string]any{{"imageId": "ami-0" + letters(token, hexDigits, 16), "minCount": 1, "maxCount": 1}}},
		"instanceType": kind, "blockDeviceMapping": map[string]any{}, "monitoring": map[string]any{"enabled": false},
		"disableApiStop": false, "disableApiTermination": false, "clientToken": letters(token+kind, hexDigits, 32),
	}
}
