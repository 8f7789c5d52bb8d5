package aws

import awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

// Caller is who the connection is, as GetCallerIdentity says it.
type Caller struct {
	// Account is the twelve-digit account id, ARN the caller's ARN (a session's for roles), UserID
	// the unique id, for a session with the session's name behind a colon.
	Account, ARN, UserID string
	// Partition is taken from the ARN, never assumed.
	Partition string
	// IsRoot is true for the account's root user, not for whoever is named root.
	IsRoot bool
}

func newCaller(account, arn, userID string) Caller {
	c := Caller{Account: account, ARN: arn, UserID: userID}
	if parsed, err := awsarn.Parse(arn); err == nil {
		c.Partition = parsed.Partition
		c.IsRoot = parsed.Service == "iam" && parsed.Resource == "root"
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
	if caller.IsRoot {
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
