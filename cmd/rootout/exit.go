package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
)

// The exit codes of every command.
const (
	exitDone       = 0
	exitFailed     = 1
	exitUsage      = 2
	exitIncomplete = 3
	exitRefused    = 4
)

// exitMeanings say what each code means, by the code.
func exitMeanings() []string {
	return []string{
		exitDone:   "done, and complete",
		exitFailed: "failed, for example because a case is damaged or was written by a newer rootout",
		exitUsage: "used wrongly: a mistake in a query, a flag or the configuration, a query that matches nothing, " +
			"or a file that is not a case",
		exitIncomplete: "incomplete: something was not counted, a step was not proven, or a question could not be asked; " +
			"standard error says which",
		exitRefused: "refused: protected, the wrong phrase or account, a plan that was changed, --read-only, " +
			"or a case that another process is writing, or that has several names",
	}
}

// exit carries the code that a command ends with. An empty text ends it without another word.
type exit struct {
	code int
	err  error
}

// Error implements error.
func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap gives the cause.
func (e *exit) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exit{code: exitUsage, err: fmt.Errorf(format, args...)}
}

func refused(format string, args ...any) error {
	return &exit{code: exitRefused, err: fmt.Errorf(format, args...)}
}

func incomplete(format string, args ...any) error {
	return &exit{code: exitIncomplete, err: fmt.Errorf(format, args...)}
}

// conclude prints what went wrong and turns it into an exit code.
func conclude(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(w, "rootout: "+text)
		var q *query.Error
		if errors.As(err, &q) {
			fmt.Fprintln(w, q.Caret())
		}
	}
	return codeOf(err)
}

// codeOf classes an error by its type, never by its text.
func codeOf(err error) int {
	var own *exit
	if errors.As(err, &own) {
		return own.code
	}
	if _, ok := asAny[*query.Error](err); ok {
		return exitUsage
	}
	if _, ok := asAny[*casefile.NotCaseError](err); ok {
		return exitUsage
	}
	if _, ok := asAny[*casefile.BusyError](err); ok {
		return exitRefused
	}
	if _, ok := asAny[*casefile.LinkedError](err); ok {
		return exitRefused
	}
	if _, ok := asAny[*aws.GuardError](err); ok {
		return exitRefused
	}
	if explained, ok := asAny[*aws.Explained](err); ok && explained.Reason == aws.ReasonUsage {
		return exitUsage
	}
	for _, refusal := range []error{plan.ErrPhrase, plan.ErrAccount, plan.ErrChanged, plan.ErrProtected, plan.ErrTakenBack} {
		if errors.Is(err, refusal) {
			return exitRefused
		}
	}
	if errors.Is(err, context.Canceled) {
		return exitIncomplete
	}
	return exitFailed
}

// closeInto closes at the end of a function whose error it may become: what a case could not write
// is not lost silently.
func closeInto(err *error, c io.Closer) {
	if closeErr := c.Close(); closeErr != nil {
		*err = errors.Join(*err, closeErr)
	}
}

func asAny[E error](err error) (E, bool) {
	var target E
	ok := errors.As(err, &target)
	return target, ok
}
