package ui

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootout/rootout/model"
)

func TestTheFirstFrameDoesNotWaitForAWS(t *testing.T) {
	hang := func(ctx context.Context, _ Ask) (*Session, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	withConsole(t, setup{connect: hang}, func(d *driver) {
		d.wants("…rootout", "  connecting…")
		d.press("ctrl+r")
		d.wants("not connected yet")
		d.press("?", "G")
		d.wants("Signs")
		d.press("esc", "q")
		if !d.quit {
			t.Fatal("q does not quit while connecting")
		}
	})
}

func TestAFailedConnectionCanBeTriedAgain(t *testing.T) {
	tries := 0
	flaky := func(context.Context, Ask) (*Session, error) {
		if tries++; tries == 1 {
			return nil, errors.New("sts:GetCallerIdentity: AWS said ExpiredToken: run aws sso login")
		}
		return &Session{}, nil
	}
	withConsole(t, setup{connect: flaky}, func(d *driver) {
		d.wants(" rootout", "not connected: sts:GetCallerIdentity: AWS said ExpiredToken: run aws sso login", "ctrl+r tries again")
		d.press("ctrl+r")
		d.wantsNot("not connected")
	})
}

func TestConnectAsksInADialog(t *testing.T) {
	var got string
	var failed error
	asks := func(ctx context.Context, ask Ask) (*Session, error) {
		got, failed = ask(ctx, "MFA code for arn:aws:iam::123456789012:mfa/jm\x1b[31m")
		if failed != nil {
			return nil, failed
		}
		return &Session{}, nil
	}
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.wants("MFA code for arn:aws:iam::123456789012:mfa/jm")
		d.write("123456")
		d.wantsNot("123456 ")
		d.later(time.Second)
		d.press("enter")
		if got != "123456" || failed != nil {
			t.Fatalf("the answer came as %q, %v", got, failed)
		}
	})
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.later(time.Second)
		d.press("esc")
		d.wants("not connected: the question was cancelled")
		if !errors.Is(failed, ErrCancelled) {
			t.Fatal(failed)
		}
	})
}

func TestTheFirstCellTellsBusyFromIdle(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		if got := d.screen(); !strings.HasPrefix(got, " rootout") {
			t.Fatalf("idle, and the first cell says %q", got[:8])
		}
		d.send(key("down"))
		d.send(key("space")) // its command has not come back yet
		if got := d.screen(); !strings.HasPrefix(got, "…rootout") {
			t.Fatalf("busy, and the first cell says %q", got[:8])
		}
		d.settle()
		if got := d.screen(); !strings.HasPrefix(got, " rootout") {
			t.Fatalf("idle again, and the first cell says %q", got[:8])
		}
	})
}

func TestNothingTicksWhileNothingChanges(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("?")
		d.later(time.Hour)
		before := d.m.Ticks()
		d.later(24 * time.Hour)
		if d.m.Ticks() != before {
			t.Fatalf("%d ticks in a day of a still screen", d.m.Ticks()-before)
		}
		d.press("esc")
		before = d.m.Ticks()
		d.later(time.Minute)
		if n := d.m.Ticks() - before; n > 60 {
			t.Fatalf("%d ticks a minute on the grid", n)
		}
	})
}

func TestMessagesRunOut(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("T")
		d.wants("times are in UTC")
		d.later(20 * time.Second)
		d.wantsNot("times are in UTC")
	})
}

func TestMarksAndNotesComeFromTheCase(t *testing.T) {
	r := ref("us-east-1", "ecs:task", "task0003")
	remember := func(s *Session) {
		s.Case.(*fakeCase).marks = []model.Ref{r}
		s.Case.(*fakeCase).notes = map[model.Ref]string{r: "seen on Friday"}
	}
	withConsole(t, setup{batch: breach(), session: remember}, func(d *driver) {
		d.wants("1 mark was kept from before", "(1 marked)")
		tasks(d)
		d.press("j", "j", "j")
		d.later(20 * time.Second)
		d.wants("*  task0003", "note: seen on Friday")
	})
}

func TestOfflineSaysWhyNothingIsRead(t *testing.T) {
	withConsole(t, setup{offline: true, noRunner: true}, func(d *driver) {
		d.wants("offline")
		d.press("ctrl+r")
		d.wants("this case is open without AWS")
	})
}

func TestAScanThatEndsIsTold(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		close(d.scanner.batches)
		d.settle()
		d.wants("· ended", "the scan has ended: nothing new comes in")
	})
}

func TestEscAlwaysGoesBackToTheGrid(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		for _, path := range [][]string{
			{"enter"}, {"enter", "enter"}, {"enter", "enter", "y"}, {"?"}, {":"}, {"s"}, {"/"}, {"5"}, {"tab"}, {"enter", "/"}, {"enter", "n"}, {"ctrl+s"},
		} {
			d.press(path...)
			for range path {
				d.later(time.Second)
				d.press("esc")
			}
			d.wants("5 regions  ")
			d.wantsNot("›")
		}
	})
}

func TestPaletteDoesWhatItNames(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press(":")
		d.write("mouse")
		d.press("enter")
		if d.m.View().MouseMode != tea.MouseModeCellMotion {
			t.Fatal("the mouse is off")
		}
		d.send(tea.MouseClickMsg{X: 4, Y: 8})
		d.settle()
		if l := d.line("▸"); !strings.Contains(l, "eu-west-3") && !strings.Contains(l, "ap-northeast-2") {
			t.Fatalf("the click went to %q", l)
		}
		d.press(":")
		d.write("taskdefs")
		d.press("esc", ":")
		d.write("task definitions")
		d.press("enter")
		d.wants("› task definitions", "miner:1")
		d.press("esc", ":")
		d.write("review plan")
		d.press("enter")
		d.wants("nothing is marked")
	})
}

func TestTinyAndOddTerminals(t *testing.T) {
	withConsole(t, setup{batch: breach(), demo: true}, func(d *driver) {
		walk := []string{"enter", "enter", "esc", "esc", "/", "esc", "5", "1", "?", "esc", ":", "esc", "s", "esc", "tab", "tab"}
		for _, size := range [][2]int{{20, 5}, {1, 1}, {0, 0}, {59, 15}, {60, 14}, {60, 15}, {80, 24}, {300, 80}, {61, 80}, {300, 15}} {
			d.resize(size[0], size[1])
			for _, k := range append([]string{""}, walk...) {
				if k != "" {
					d.press(k)
				}
				content := d.m.View().Content
				if size[0] == 0 {
					continue
				}
				lines := strings.Split(content, "\n")
				if len(lines) != size[1] {
					t.Fatalf("%v after %q: %d lines", size, k, len(lines))
				}
				for i, l := range lines {
					if w := ansi.StringWidth(l); w != size[0] {
						t.Fatalf("%v after %q: line %d is %d wide: %q", size, k, i, w, ansi.Strip(l))
					}
				}
			}
		}
		d.resize(20, 5)
		d.wants("too small (need", "60×15)")
		d.resize(80, 24)
		d.wants("us-east-1")
	})
}

func TestNoColorKeepsTheSigns(t *testing.T) {
	withConsole(t, setup{batch: breach(), noColor: true}, func(d *driver) {
		d.press("down", "space")
		for _, part := range strings.Split(d.m.View().Content, "\x1b[")[1:] {
			params, _, _ := strings.Cut(part, "m")
			for p := range strings.SplitSeq(params, ";") {
				if len(p) == 2 && (p[0] == '3' || p[0] == '4' || p[0] == '9') {
					t.Fatalf("a colour without being asked: %q", params)
				}
			}
		}
		d.wants("▸*[us-east-1]")
	})
}

func TestDemoLeadsFromStepToStepAndCanBeDismissed(t *testing.T) {
	withConsole(t, setup{batch: breach(), demo: true}, func(d *driver) {
		d.wants("DEMO", "41 are new in 24h: press /, type age<24h and enter")
		d.press("/")
		d.write("age<24h")
		d.press("enter")
		d.wants("* marks all 41 shown")
		d.press("*")
		d.wants("41 marked: x reviews")
		d.press("x")
		d.wants("type the phrase below")
		d.write("delete 41 in 123456789012 #7f3a")
		d.later(time.Second)
		d.press("enter")
		d.wants("regions run side by side")
		d.press("D")
		d.wantsNot("regions run side by side")
		d.wants("DEMO")
	})
}

func TestKeysHaveOneMeaningAndNoneOfLater(t *testing.T) {
	withConsole(t, setup{}, func(d *driver) {
		if err := d.m.Keymap().Validate(); err != nil {
			t.Fatal(err)
		}
		for _, b := range d.m.Keymap().All() {
			for _, k := range b.Keys {
				if slices.Contains(strings.Fields("F ! X 2 3 4 6 m t P i"), k) {
					t.Errorf("%s is bound to %s, and its screen does not exist", k, b.ID)
				}
			}
			if b.Help == "" || b.Long == "" {
				t.Errorf("%s says nothing about itself", b.ID)
			}
		}
	})
	table := KeyTable()
	for _, want := range []string{"| Everywhere |", "`ctrl+s c`", "| `space` |"} {
		if !strings.Contains(table, want) {
			t.Errorf("the README's table lacks %q", want)
		}
	}
}

// TestGoldenScreens keeps the screens as people see them.
func TestGoldenScreens(t *testing.T) {
	sizes := map[string][2]int{"80x24": {80, 24}, "120x40": {120, 40}, "200x60": {200, 60}}
	each := func(d *driver, name string) {
		for label, size := range sizes {
			d.resize(size[0], size[1])
			d.golden(name + "_" + label)
		}
		d.resize(120, 40)
	}
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		each(d, "grid")
		d.press("enter")
		each(d, "list")
		d.press("esc", "/")
		d.write("cpx>=4")
		each(d, "filter_wrong")
		d.press("esc", "tab", "up", "enter")
		each(d, "faults")
		d.press("esc", "tab")
		openReview(d)
		d.later(20 * time.Second)
		each(d, "review")
		d.press("esc", "5", "?")
		each(d, "help")
		d.press("esc", ":")
		each(d, "palette")
		d.resize(20, 5)
		d.golden("tiny_20x5")
	})
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		d.runner.run.news <- halfway(d.runner.frozen)
		d.later(30 * time.Second)
		each(d, "run")
	})
	withConsole(t, setup{batch: breach(), demo: true}, func(d *driver) { each(d, "demo") })
	withConsole(t, setup{connect: func(context.Context, Ask) (*Session, error) { return nil, io.ErrUnexpectedEOF }}, func(d *driver) { each(d, "not_connected") })
	withConsole(t, setup{}, func(d *driver) { each(d, "empty") })
}
