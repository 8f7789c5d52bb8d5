package aws

import (
	"maps"
	"slices"
	"strings"

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
	WarnClock    WarningKind = "clock"
	WarnProcess  WarningKind = "credential-process"
	WarnFile     WarningKind = "file"
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
	all = append(all, c.signInWarnings()...)
	if c.configured != "" && c.configured != c.bootstrap {
		all = append(all, Warning{
			Kind: WarnRegion,
			Text: "Region " + c.configured + " could not say who you are, " + c.bootstrap + " could.",
			Next: "It may be disabled for the account, out of reach, or misspelt, or the session token is of version 1.",
		})
	}
	return all
}

// signInWarnings are what the way to the credentials met.
func (c *Connection) signInWarnings() []Warning {
	var all []Warning
	base := c.source.current()
	if base.endpoints.general == "" {
		for _, name := range slices.Sorted(maps.Keys(base.endpoints.byService)) {
			all = append(all, Warning{
				Kind: WarnEndpoint,
				Text: "Calls of " + model.Clean(name) + " go to " + model.Clean(base.endpoints.byService[name]) + ", not to AWS.",
				Next: "Take AWS_ENDPOINT_URL_" + strings.ToUpper(model.Clean(name)) + ", or the profile's services section, away to see the account itself.",
			})
		}
	}
	for _, problem := range base.problems {
		all = append(all, Warning{Kind: WarnFile, Text: model.Clean(problem.Error()) + ".", Next: problem.Next})
	}
	c.mu.Lock()
	skew := c.skew
	c.mu.Unlock()
	if skew != 0 {
		words := clockWords(skew)
		all = append(all, Warning{
			Kind: WarnClock, Text: strings.ToUpper(words[:1]) + words[1:] + ".",
			Next: "Set it right: AWS refuses signatures of another time, and ages are counted by it.",
		})
	}
	for _, said := range c.notes.all() {
		all = append(all, Warning{Kind: WarnProcess, Text: strings.ToUpper(said[:1]) + said[1:] + ".", Next: "rootout signed in all the same."})
	}
	return all
}
