package main

import (
	"regexp"

	"github.com/rootout/rootout/aws"
)

// roleARN and sessionName are the forms that STS takes (AssumeRole, API reference).
const (
	roleARN     = `^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+$`
	sessionName = `^[\w+=,.@-]{2,64}$`
)

// checkRole refuses half of a role, before anything is asked.
func (g *globals) checkRole() error {
	switch r := g.role; {
	case r == aws.Role{}:
		return nil
	case r.ARN == "":
		return usage("--mfa-serial, --external-id and --session-name are for the role of --role-arn")
	case !regexp.MustCompile(roleARN).MatchString(r.ARN):
		return usage("--role-arn: %q is no ARN of a role, such as arn:aws:iam::123456789012:role/NAME", r.ARN)
	case r.SessionName != "" && !regexp.MustCompile(sessionName).MatchString(r.SessionName):
		return usage("--session-name: %q is no session name: 2 to 64 letters, digits and +=,.@-_", r.SessionName)
	}
	return nil
}
