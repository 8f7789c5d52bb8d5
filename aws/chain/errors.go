package chain

import "errors"

// ErrNone is a chain that leads to no credentials at all.
var ErrNone = errors.New("no AWS credentials were found")

// ConfigError is a profile, or a variable of the environment, that makes no sense.
type ConfigError struct {
	// Profile is the one to blame, or "".
	Profile string
	// Words say what is wrong, Next what to do.
	Words, Next string
	Err         error
}

// Error words it.
func (e *ConfigError) Error() string { return e.Words }

// Unwrap gives the cause, if any.
func (e *ConfigError) Unwrap() error { return e.Err }

// MissingProfileError is a profile that is in neither file.
type MissingProfileError struct{ Profile string }

// Error words it.
func (e *MissingProfileError) Error() string { return "there is no profile " + e.Profile }

// EndedError is a session that has to be begun anew by a person.
type EndedError struct {
	// Command begins a new one, for example "aws sso login".
	Command string
	// Words say what ended; empty leaves them to Err.
	Words string
	Err   error
}

// Error words it.
func (e *EndedError) Error() string {
	if e.Err == nil {
		return e.Words
	}
	if e.Words == "" {
		return e.Err.Error()
	}
	return e.Words + ": " + e.Err.Error()
}

// Unwrap gives the cause, if any.
func (e *EndedError) Unwrap() error { return e.Err }

// SessionError is an error on the way to a session that Command would begin anew. Whether that would
// help is for those to say who know AWS's codes.
type SessionError struct {
	Command string
	Err     error
}

// Error words it.
func (e *SessionError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *SessionError) Unwrap() error { return e.Err }

// MFAError is a code that was needed and not given.
type MFAError struct{ Err error }

// Error words it.
func (e *MFAError) Error() string { return "the MFA code was not given: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *MFAError) Unwrap() error { return e.Err }

// ErrNobodyToAsk is a code that is needed where nobody can be asked.
var ErrNobodyToAsk = errors.New("the profile's role wants an MFA code, and nobody can be asked here")

// ProcessError is a credential_process that gave no credentials.
type ProcessError struct {
	// Profile is the one that names it.
	Profile string
	// Words say what went wrong, and hold nothing of what it printed on its standard output.
	Words string
	// Said is the end of what it printed on its standard error, scrubbed.
	Said string
	Err  error
}

// Error words it.
func (e *ProcessError) Error() string {
	text := "the credential_process of profile " + e.Profile + " " + e.Words
	if e.Said != "" {
		text += "; it said: " + e.Said
	}
	return text
}

// Unwrap gives the cause, if any.
func (e *ProcessError) Unwrap() error { return e.Err }
