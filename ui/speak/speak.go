// Package speak is what the console says to the operator and asks him: passing messages, dialogs,
// and text on his clipboard.
//
// It must not know what is said, nor draw where it stands: the shell lays it over the screen.
package speak

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// Speaker says and asks. It belongs to the update loop.
type Speaker struct {
	Dialogs *kit.Dialogs
	Toasts  *kit.Toasts

	loop *background.Loop
	now  func() time.Time
	// answers are called with what the open dialogs are left with; dialogs numbers them.
	answers map[string]func(kit.Answer)
	dialogs int
	// alarmUntil is when the newest alarm has been up long enough.
	alarmUntil time.Time
}

// New returns a speaker that has said nothing.
func New(loop *background.Loop, th *theme.Theme, now func() time.Time) *Speaker {
	return &Speaker{
		Dialogs: &kit.Dialogs{Theme: th}, Toasts: &kit.Toasts{Theme: th},
		loop: loop, now: now, answers: map[string]func(kit.Answer){},
	}
}

// toastTime is how long a message stays; a longer one takes longer to read.
func toastTime(text string) time.Duration {
	return 4*time.Second + time.Duration(len(text))*40*time.Millisecond
}

// Say shows a passing message. It takes the place of what was said before, which is no longer what
// the operator did; only alarms stay until they have been up long enough.
func (s *Speaker) Say(level kit.Level, text string) {
	now := s.now()
	s.Answered()
	if level == kit.Alarm {
		s.alarmUntil = now.Add(toastTime(text))
	}
	s.Toasts.Add(level, model.Clean(text), now.Add(toastTime(text)))
}

// Refuse tells why something cannot be done.
func (s *Speaker) Refuse(text string) { s.Say(kit.Notice, text) }

// Hush takes what was said away.
func (s *Speaker) Hush() { s.Toasts.Clear() }

// Answered takes away what was said before a key that does something: it is about what the operator
// did then. Only alarms stay until they have been up long enough.
func (s *Speaker) Answered() {
	if !s.now().Before(s.alarmUntil) {
		s.Toasts.Clear()
	}
}

// Ask opens a dialog; then is called with its answer.
func (s *Speaker) Ask(d *kit.Dialog, then func(kit.Answer)) { s.Raise(d, then) }

// Raise is Ask for a dialog that Withdraw may take away by the id.
func (s *Speaker) Raise(d *kit.Dialog, then func(kit.Answer)) (id string) {
	s.dialogs++
	d.ID = "d" + strconv.Itoa(s.dialogs)
	s.answers[d.ID] = then
	s.Dialogs.Open(d, s.now())
	return d.ID
}

// Withdraw takes a dialog away that nobody waits for any more; its answer is not asked for.
func (s *Speaker) Withdraw(id string) {
	delete(s.answers, id)
	s.Dialogs.Close(id)
}

// Answer gives a message to the open dialog.
func (s *Speaker) Answer(msg tea.Msg) {
	a, ok := s.Dialogs.Update(msg, s.now())
	if !ok {
		return
	}
	then := s.answers[a.DialogID]
	delete(s.answers, a.DialogID)
	if then != nil {
		then(a)
	}
}

// Copy puts text on the clipboard of the terminal (OSC 52) and shows it, since not every terminal
// lets it through.
func (s *Speaker) Copy(text, shown string) {
	s.loop.Run(tea.SetClipboard(text))
	s.Say(kit.Info, "copied: "+shown)
}
