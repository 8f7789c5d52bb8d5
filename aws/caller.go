package aws

import (
	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/rootout/rootout/model"
)

// newCaller is who GetCallerIdentity says the connection is.
func newCaller(account, arn, userID string) model.Caller {
	c := model.Caller{Account: account, ARN: arn, UserID: userID}
	if parsed, err := awsarn.Parse(arn); err == nil {
		c.Partition = parsed.Partition
		c.Root = parsed.Service == "iam" && parsed.Resource == "root"
	}
	return c
}

// WarningKind names a warning for whoever wants to treat it differently.
type WarningKind string

// The warnings.
const (
	WarnRoot     WarningKind = "root-caller"
	WarnEndpoint WarningKind = "endpoint"
	WarnRegion   WarningKind = "bootstrap-region"
)

// Warning is something about the connection that the operator should know before trusting it.
type Warning struct {
	Kind WarningKind
	// Text is one sentence of what is so, Next one of what to do.
	Text, Next string
}

func (c *Connection) warnings() []Warning {
	var all []Warning
	caller := c.Caller()
	if caller.Root {
		all = append(all, Warning{
			Kind: WarnRoot,
			Text: "You are signed in as the root user of account " + caller.Account + ".",
			Next: "It cannot be limited by any policy and cannot assume root in member accounts: use an administrator's role if there is one.",
		})
	}
	if endpoint := c.Endpoint(); endpoint != "" {
		all = append(all, Warning{
			Kind: WarnEndpoint,
			Text: "All calls go to " + endpoint + ", not to AWS.",
			Next: "Unset --endpoint-url and AWS_ENDPOINT_URL to see the account itself.",
		})
	}
	if c.configured != "" && c.configured != c.bootstrap {
		all = append(all, Warning{
			Kind: WarnRegion,
			Text: "Region " + c.configured + " could not say who you are, " + c.bootstrap + " could.",
			Next: "It may be disabled for the account, out of reach, or misspelt, or the session token is of version 1.",
		})
	}
	return all
}
