package ui

import (
	"context"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// question is one that Connect asks; the answer goes back on its own channel, so that nobody waits
// for the loop.
type question struct {
	text   string
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
func (c *console) question(ctx context.Context, text string) (string, error) {
	reply := make(chan answer, 1)
	select {
	case c.questions <- question{text: text, answer: reply}:
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

// show puts a question into a dialog. What is typed is a code or a password, and is not drawn.
func (c *console) show(q *question) {
	field := kit.NewInput(c.Theme, "")
	field.Secret = true
	c.Speak.Ask(&kit.Dialog{
		Title: "AWS asks", Body: []string{model.Clean(q.text)}, Field: field,
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "ok", Label: "answer"}},
	}, func(a kit.Answer) {
		if a.Cancelled {
			q.answer <- answer{err: ErrCancelled}
			return
		}
		q.answer <- answer{text: a.Text}
	})
}

// connection is how it stands with AWS, for the grid.
type connection struct{ c *console }

// Problem says in words why nothing can be known yet, "" once one is connected.
func (n connection) Problem() string {
	switch c := n.c; {
	case c.connectError != nil:
		return "not connected: " + model.Clean(c.connectError.Error()) + "\nctrl+r tries again, q quits"
	case c.connecting:
		return "connecting…"
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
