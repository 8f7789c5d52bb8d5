package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui"
)

// terminalAsk asks on the terminal what a sign-in wants to know, for commands without a screen; nil
// where there is nobody to ask. It writes to standard error, so that output can go to a file.
func terminalAsk(streams stdio) asker {
	in, inOK := streams.in.(*os.File)
	out, outOK := streams.err.(*os.File)
	if !inOK || !outOK || !term.IsTerminal(in.Fd()) || !term.IsTerminal(out.Fd()) {
		return nil
	}
	return func(ctx context.Context, q ui.Question) (string, error) {
		if q.SignIn != nil {
			fmt.Fprintln(out, signInText(q.SignIn))
			<-ctx.Done()
			return "", ctx.Err()
		}
		defer fmt.Fprintln(out)
		return readHidden(ctx, in.Fd(), func() { fmt.Fprintf(out, "%s: ", model.Clean(q.Text)) })
	}
}

// signInText says where to sign in with a browser.
func signInText(s *ui.SignIn) string {
	text := fmt.Sprintf("Sign in to %s: open %s in a browser, on any computer, and check that it shows the code %s.",
		model.Clean(s.Portal), model.Clean(s.Address), model.Clean(s.Code))
	if s.Whole != "" {
		text += "\nWith the code in it: " + model.Clean(s.Whole)
	}
	if !s.Until.IsZero() {
		text += "\nThe code is good until " + s.Until.Local().Format(time.TimeOnly) + "."
	}
	return text
}

// readHidden reads a line without showing it, until the context ends. It asks once the terminal shows
// no more what is typed: somebody may answer at once.
func readHidden(ctx context.Context, fd uintptr, ask func()) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("ask on the terminal: %w", err)
	}
	type answer struct {
		text []byte
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		read <- answer{text, err}
	}()
	for range 1000 {
		if now, err := term.GetState(fd); err != nil || !reflect.DeepEqual(now, before) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	ask()
	select {
	case a := <-read:
		if a.err == nil && len(a.text) == 0 {
			a.err = errors.New("nothing was typed")
		}
		return string(a.text), a.err
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(fd, before))
	}
}
