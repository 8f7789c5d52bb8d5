package ui

import (
	"context"
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Question is what Connect asks: for a text, or to sign in with a browser.
type Question struct {
	// Text is what is to be typed. It is not drawn while it is: it is a code or a password.
	Text string
	// SignIn is where to sign in instead; its question is over when its context ends.
	SignIn *SignIn
}

// SignIn is what a person needs to sign in with a browser on any computer.
type SignIn struct {
	// Portal is what is signed in to. Address is to be opened and Code compared there; Whole is the
	// address with the code in it, or "".
	Portal, Address, Whole, Code string
	// Until is when the code ends.
	Until time.Time
}

// question is one that Connect asks; the answer goes back on its own channel, so that nobody waits
// for the loop.
type question struct {
	Question
	ctx    context.Context //nolint:containedctx // Whoever asks has stopped to wait when it ends.
	answer chan<- answer
}

type answer struct {
	text string
	err  error
}

// connect makes the session beside the loop.
func (c *console) connect() {
	if c.options.Connect == nil || c.connecting || c.session != nil {
		return
	}
	c.connecting, c.connectError = true, nil
	type connected struct {
		session *Session
		err     error
	}
	ctx, do := c.Loop.Context(), c.options.Connect
	background.Watch(c.Loop, func() connected {
		s, err := do(ctx, c.question)
		return connected{s, err}
	}, func(done connected) {
		c.connecting = false
		if done.err != nil {
			c.connectError = done.err
			return
		}
		c.start(done.session)
	})
}

// question is what Connect calls to ask the operator, outside the loop.
func (c *console) question(ctx context.Context, asked Question) (string, error) {
	reply := make(chan answer, 1)
	select {
	case c.questions <- question{Question: asked, ctx: ctx, answer: reply}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case a := <-reply:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// takeQuestions waits for the next question of Connect.
func (c *console) takeQuestions() {
	questions, ctx := c.questions, c.Loop.Context()
	background.Watch(c.Loop, func() *question {
		select {
		case q := <-questions:
			return &q
		case <-ctx.Done():
			return nil
		}
	}, func(q *question) {
		if q != nil {
			c.show(q)
			c.takeQuestions()
		}
	})
}

// show puts a question into a dialog, and takes it away when nobody waits for the answer any more.
func (c *console) show(q *question) {
	d, then := c.field(q)
	if q.SignIn != nil {
		d, then = c.signIn(q)
	}
	answered := make(chan struct{})
	dialog := c.Speak.Raise(d, func(a kit.Answer) {
		close(answered)
		then(a)
	})
	background.Watch(c.Loop, func() struct{} {
		select {
		case <-q.ctx.Done():
		case <-answered:
		}
		return struct{}{}
	}, func(struct{}) { c.Speak.Withdraw(dialog) })
}

// field asks for a text. What is typed is a code or a password, and is not drawn.
func (c *console) field(q *question) (*kit.Dialog, func(kit.Answer)) {
	field := kit.NewInput(c.Theme, "")
	field.Secret = true
	dialog := &kit.Dialog{
		Title: "AWS asks", Body: []string{model.Clean(q.Text)}, Field: field,
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "ok", Label: "answer"}},
	}
	return dialog, func(a kit.Answer) {
		if a.Cancelled {
			q.answer <- answer{err: ErrCancelled}
			return
		}
		q.answer <- answer{text: a.Text}
	}
}

// signIn shows where to sign in. It goes by itself when that is done; copying does not end it.
func (c *console) signIn(q *question) (*kit.Dialog, func(kit.Answer)) {
	in := q.SignIn
	address := in.Whole
	if address == "" {
		address = in.Address
	}
	body := []string{
		"Your session at " + model.Clean(in.Portal) + " has ended, or there was none. Sign in with a browser, on any computer:",
		"", model.Clean(address), "",
		"Compare the code there: " + model.Clean(in.Code) + ". Agree only if it is the same. It is good until " + c.Clock.Full(in.Until) + ".",
		"This goes on by itself once you have signed in.",
	}
	dialog := &kit.Dialog{
		Title: "Sign in", Body: body,
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "copy", Label: "copy the address", Key: "c"}},
	}
	return dialog, func(a kit.Answer) {
		if a.Cancelled {
			q.answer <- answer{err: ErrCancelled}
			return
		}
		c.Speak.Copy(address, address)
		if q.ctx.Err() == nil {
			c.show(q)
		}
	}
}

// connection is how it stands with AWS, for the grid.
type connection struct{ c *console }

// Problem says in words why nothing can be known yet, "" once one is connected.
func (n connection) Problem() string {
	switch c := n.c; {
	case c.connectError != nil:
		return "not connected: " + model.Clean(c.connectError.Error()) + "\nctrl+r tries again, q quits"
	case c.connecting:
		return "connecting"
	case c.session == nil:
		return "not connected"
	}
	return ""
}

// Notices are whole sentences that are shown above the grid.
func (n connection) Notices() []string {
	notices := n.c.options.Notices
	if n.c.session != nil {
		notices = slices.Concat(notices, n.c.session.Notices)
	}
	return notices
}
