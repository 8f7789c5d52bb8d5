package aws

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/rootout/rootout/model"
)

// Reason says which of the failures that a person has to act on it is.
type Reason uint8

// The reasons.
const (
	ReasonOther         Reason = iota
	ReasonNoCredentials        // The whole credential chain was empty.
	ReasonExpired              // There are credentials, and they have run out.
	ReasonInvalid              // AWS does not know the credential.
	ReasonProfile              // The named profile, or the config file, is not usable.
	ReasonMFA                  // A code was needed, and was not given or not taken.
	ReasonDenied               // AWS refused.
	ReasonUnreachable          // AWS was not reached.
	ReasonUsage                // An option makes no sense.
	ReasonV1Token              // The session token is of version 1.
	ReasonClock                // This computer's clock is too far off.
)

// Explained is an error made for the person who reads it: what failed, where, AWS's code and words,
// and what to do next.
type Explained struct { //nolint:errname // It is what the word says; errors.As reads well with it.
	Reason Reason
	Class  Class
	// What failed, lower case, for example "signing in"; Where is a profile, region or address, as
	// a phrase such as "with profile prod".
	What, Where string
	// Code and Words are AWS's own where AWS spoke, cleaned; else Words are ours.
	Code, Words string
	// Next is what to do about it: one or more whole sentences.
	Next string
	// Err is the cause.
	Err error
}

// Error is the one style of all of them: "signing in with profile prod: ExpiredToken: the words.
// What to do next."
func (e *Explained) Error() string {
	var b strings.Builder
	b.WriteString(e.What)
	if e.Where != "" {
		b.WriteString(" " + e.Where)
	}
	if e.Code != "" {
		b.WriteString(": " + e.Code)
	}
	if e.Words != "" {
		b.WriteString(": " + strings.TrimRight(e.Words, ". "))
	}
	if e.Next != "" {
		b.WriteString(". " + e.Next)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Explained) Unwrap() error { return e.Err }

// explain words an error of a call for a person.
func explain(what, where string, err error, reason Reason, next string) *Explained {
	f := Describe(err)
	return &Explained{
		Reason: reason, Class: f.Class, What: what, Where: model.Clean(where), Code: f.Code, Words: f.Message, Next: next, Err: err,
	}
}

func statusText(status int) string {
	return "the answer was not AWS's: HTTP " + strconv.Itoa(status) + " " + http.StatusText(status)
}
