package ui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// wait is how long everything takes that stands for the disk or the network, in the bubble's own
// time: an Update or a View in which any of this time goes by has waited for it.
const wait = 10 * time.Millisecond

// driver is the console under test: commands run in goroutines of a synctest bubble, and their
// messages come in when all of them wait.
type driver struct {
	t       *testing.T
	m       *Model
	msgs    chan tea.Msg
	scanner *fakeScanner
	kept    *fakeCase
	runner  *fakeRunner
	files   map[string]string
	copied  []string
	quit    bool

	width, height int
}

type setup struct {
	demo, readOnly, noRunner, offline bool
	batch                             *model.Batch
	session                           func(*Session)
	connect                           func(ctx context.Context, ask Ask) (*Session, error)
	noColor                           bool
}

// withConsole runs a test in a bubble with a console of 120×40 that has read the breach.
func withConsole(t *testing.T, s setup, test func(d *driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		d := &driver{
			t: t, msgs: make(chan tea.Msg, 10000), scanner: &fakeScanner{batches: make(chan *model.Batch, 1000)}, kept: &fakeCase{},
			files: map[string]string{}, runner: &fakeRunner{run: &fakeRun{news: make(chan *port.RunUpdate, 1000)}},
		}
		session := &Session{
			Caller:  port.Caller{Account: account, Partition: "aws", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_00/jm", Expires: morning.Add(41*time.Minute + 30*time.Second)},
			Scanner: d.scanner, Runner: d.runner, Case: d.kept, ReadOnly: s.readOnly, ReadOnlyReason: "started with --read-only",
		}
		if s.noRunner {
			session.Runner = nil
		}
		if s.offline {
			session.Scanner = nil
		}
		if s.session != nil {
			s.session(session)
		}
		connect := s.connect
		if connect == nil {
			connect = func(context.Context, Ask) (*Session, error) { return session, nil }
		}
		d.m = New(ctx, Options{
			Catalog: shop(t), Connect: connect, Demo: s.demo, Version: "test", Location: seoul(), NoColor: s.noColor,
			Now: func() time.Time { return morning.Add(time.Since(began)) },
			WriteFile: func(name string, data []byte) (string, error) {
				time.Sleep(wait)
				d.files[name] = string(data)
				return "/home/jm/" + name, nil
			},
		})
		d.run(d.m.Init())
		d.resize(120, 40)
		if s.batch != nil {
			d.scanner.batches <- s.batch
		}
		d.settle()
		test(d)
		cancel()
		time.Sleep(time.Minute)
	})
}

// run runs a command as the runtime would.
func (d *driver) run(cmd tea.Cmd) {
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

// send gives one message to Update and draws a frame, watching that neither blocks.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
		return
	case tea.QuitMsg:
		d.quit = true
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.String && strings.Contains(v.Type().Name(), "setClipboard") {
		d.copied = append(d.copied, v.String())
		return
	}
	began := time.Now()
	_, cmd := d.m.Update(msg)
	d.m.View()
	if took := time.Since(began); took > 0 {
		d.t.Fatalf("%T held the loop up for %v: it waited for something", msg, took)
	}
	d.run(cmd)
}

// settle lets everything that was begun come to its end, except for what waits for a clock or for a
// test.
func (d *driver) settle() {
	d.t.Helper()
	for idle := 0; idle < 100; {
		synctest.Wait()
		select {
		case msg := <-d.msgs:
			d.send(msg)
			idle = 0
			continue
		default:
		}
		if !d.m.console.Busy() && idle >= 3 || d.m.console.connecting && idle >= 10 {
			return
		}
		time.Sleep(wait)
		idle++
	}
	d.t.Fatal("everything waits and the console still says that it is busy")
}

// later lets time go by.
func (d *driver) later(t time.Duration) {
	d.t.Helper()
	time.Sleep(t)
	d.settle()
}

func (d *driver) resize(w, h int) {
	d.t.Helper()
	d.width, d.height = w, h
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.settle()
}

// press presses keys and settles after each.
func (d *driver) press(names ...string) {
	d.t.Helper()
	for _, name := range names {
		d.send(key(name))
		d.settle()
	}
}

// write types a text letter by letter.
func (d *driver) write(text string) {
	d.t.Helper()
	for _, r := range text {
		if r == ' ' {
			d.press("space")
			continue
		}
		d.press(string(r))
	}
}

func (d *driver) feed(b *model.Batch) {
	d.t.Helper()
	d.scanner.batches <- b
	d.settle()
}

func (d *driver) screen() string { return ansi.Strip(d.m.View().Content) }

func (d *driver) wants(parts ...string) {
	d.t.Helper()
	got := d.screen()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			d.t.Fatalf("the screen does not say %q:\n%s", p, got)
		}
	}
}

func (d *driver) wantsNot(parts ...string) {
	d.t.Helper()
	got := d.screen()
	for _, p := range parts {
		if strings.Contains(got, p) {
			d.t.Fatalf("the screen says %q:\n%s", p, got)
		}
	}
}

// line is the first line of the screen that holds a text.
func (d *driver) line(part string) string {
	d.t.Helper()
	for l := range strings.SplitSeq(d.screen(), "\n") {
		if strings.Contains(l, part) {
			return l
		}
	}
	d.t.Fatalf("no line of the screen holds %q:\n%s", part, d.screen())
	return ""
}

// golden compares the screen with the one that is kept.
func (d *driver) golden(name string) {
	d.t.Helper()
	d.picture(name)
	got := d.screen()
	var lines []string
	for l := range strings.SplitSeq(got, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	got = strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		d.t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// key is the press of a key as a terminal reports it.
func key(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace,
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
