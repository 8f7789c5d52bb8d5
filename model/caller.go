package model

import "time"

// Caller is who rootout runs as, as GetCallerIdentity says it. A plan keeps the ARN and the unique
// id; the account and the partition have members of their own there.
type Caller struct {
	// Account is the twelve-digit account id; Partition is taken from the ARN, never assumed.
	Account   string `json:"-"`
	Partition string `json:"-"`
	// ARN is the caller's ARN, a session's for roles. UserID is the unique id, for a session with
	// the session's name behind a colon.
	ARN    string `json:"arn"`
	UserID string `json:"userId"`
	// Root is true for the account's root user, not for whoever is named root.
	Root bool `json:"-"`
	// Expires is when the credential ends; zero when it does not or nobody knows.
	Expires time.Time `json:"-"`
}
