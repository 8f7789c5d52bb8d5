// Package uitest is what the tests of the console and of its screens share: an account on the
// morning after a breach, fakes of what the screens meet, and a driver that presses keys and reads
// the screen.
//
// It must not know any screen; only tests import it.
package uitest

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Wait is how long everything takes that stands for the disk or the network, in the bubble's own
// time: an Update or a View in which any of this time goes by has waited for it.
const Wait = 10 * time.Millisecond

// Program is what is driven.
type Program interface {
	tea.Model
	// Busy says whether something is under way that the operator waits for, Connecting whether that
	// may take for ever.
	Busy() bool
	Connecting() bool
}

// Driver drives a program in a synctest bubble: commands run in goroutines, and their messages come
// in when all of them wait.
type Driver struct {
	T       *testing.T
	Program Program
	// Copied is what was put on the clipboard, Quit whether the program ended.
	Copied []string
	Quit   bool
	// Width and Height are the size of the terminal.
	Width, Height int

	msgs chan tea.Msg
}

// Start starts a program in a terminal of 120×40.
func Start(t *testing.T, p Program) *Driver {
	t.Helper()
	d := &Driver{T: t, Program: p, msgs: make(chan tea.Msg, 10000)}
	d.run(p.Init())
	d.Resize(120, 40)
	return d
}

// run runs a command as the runtime would.
func (d *Driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if msg == nil {
			return
		}
		d.msgs <- msg
	}()
}

// Send gives one message to Update and draws a frame, watching that neither blocks.
func (d *Driver) Send(msg tea.Msg) {
	d.T.Helper()
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
		return
	case tea.QuitMsg:
		d.Quit = true
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.String && strings.Contains(v.Type().Name(), "setClipboard") {
		d.Copied = append(d.Copied, v.String())
		return
	}
	began := time.Now()
	_, cmd := d.Program.Update(msg)
	d.Program.View()
	if took := time.Since(began); took > 0 {
		d.T.Fatalf("%T held the loop up for %v: it waited for something", msg, took)
	}
	d.run(cmd)
}

// WaitUntilIdle lets everything that was begun come to its end, except for what waits for a clock
// or for a test.
func (d *Driver) WaitUntilIdle() {
	d.T.Helper()
	for idle := 0; idle < 100; {
		synctest.Wait()
		select {
		case msg := <-d.msgs:
			d.Send(msg)
			idle = 0
			continue
		default:
		}
		if !d.Program.Busy() && idle >= 3 || d.Program.Connecting() && idle >= 10 {
			return
		}
		time.Sleep(Wait)
		idle++
	}
	d.T.Fatal("everything waits and the console still says that it is busy")
}

// Later lets time go by.
func (d *Driver) Later(t time.Duration) {
	d.T.Helper()
	time.Sleep(t)
	d.WaitUntilIdle()
}

// Resize changes the size of the terminal.
func (d *Driver) Resize(w, h int) {
	d.T.Helper()
	d.Width, d.Height = w, h
	d.Send(tea.WindowSizeMsg{Width: w, Height: h})
	d.WaitUntilIdle()
}

// Press presses keys and waits after each until the program is idle.
func (d *Driver) Press(names ...string) {
	d.T.Helper()
	for _, name := range names {
		d.Send(Key(name))
		d.WaitUntilIdle()
	}
}

// Write types a text letter by letter.
func (d *Driver) Write(text string) {
	d.T.Helper()
	for _, r := range text {
		if r == ' ' {
			d.Press("space")
			continue
		}
		d.Press(string(r))
	}
}

// Screen is what the terminal shows, without colours.
func (d *Driver) Screen() string { return ansi.Strip(d.Program.View().Content) }

// Wants fails the test unless the screen says all of it.
func (d *Driver) Wants(parts ...string) {
	d.T.Helper()
	got := d.Screen()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			d.T.Fatalf("the screen does not say %q:\n%s", p, got)
		}
	}
}

// WantsNot fails the test if the screen says any of it.
func (d *Driver) WantsNot(parts ...string) {
	d.T.Helper()
	got := d.Screen()
	for _, p := range parts {
		if strings.Contains(got, p) {
			d.T.Fatalf("the screen says %q:\n%s", p, got)
		}
	}
}

// Line is the first line of the screen that holds a text.
func (d *Driver) Line(part string) string {
	d.T.Helper()
	for l := range strings.SplitSeq(d.Screen(), "\n") {
		if strings.Contains(l, part) {
			return l
		}
	}
	d.T.Fatalf("no line of the screen holds %q:\n%s", part, d.Screen())
	return ""
}

// Key is the press of a key as a terminal reports it.
func Key(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"backspace": tea.KeyBackspace, "f1": tea.KeyF1,
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if r, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if name == "ctrl+space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Mod: tea.ModCtrl}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}
