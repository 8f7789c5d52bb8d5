// Command rootout is an incident console in the terminal for a breached AWS account: it shows what
// runs in every region and who made it, removes what does not belong in the right order in all
// regions at once, and proves by a fresh listing that it is gone.
//
// The package wires the others together, one file a command. It must not decide anything about AWS,
// plans or screens itself.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// Go's own packages log to standard error, which would paint over the screen: the HTTP client of
	// a server that answers out of turn, for one.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), ends()...)
	code := run(ctx, os.Args[1:], stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// ends are the signals that end rootout in order: a run is stopped, the case closed, the terminal
// given back. A hang-up that was ignored when it began, as nohup has it, stays so.
func ends() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// stdio are the streams of one invocation.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, streams stdio) int {
	root := newRoot(streams) //nolint:contextcheck // Each command gets its context from ExecuteContext.
	root.SetArgs(args)
	root.SetIn(streams.in)
	root.SetOut(streams.out)
	root.SetErr(streams.err)
	misread := refuseHelpOfNothing(root)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = misread()
	}
	return conclude(streams.err, err)
}
