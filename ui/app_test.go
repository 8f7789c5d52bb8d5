package ui

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

func TestTheFirstFrameDoesNotWaitForAWS(t *testing.T) {
	hang := func(ctx context.Context, _ Ask) (*Session, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	withConsole(t, setup{connect: hang}, func(d *driver) {
		d.Wants("…rootout", "  connecting")
		d.Press("ctrl+r")
		d.Wants("not connected yet")
		d.Press("?", "G")
		d.Wants("Signs")
		d.Press("esc", "q")
		if !d.Quit {
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
		d.Wants(" rootout", "not connected: sts:GetCallerIdentity: AWS said ExpiredToken: run aws sso login", "ctrl+r tries again")
		d.Press("ctrl+r")
		d.WantsNot("not connected")
	})
}

// TestASignInWithABrowserGoesByItself: the dialog closes when the session has come, stays when its
// address is copied, and can be called off.
func TestASignInWithABrowserGoesByItself(t *testing.T) {
	var failed error
	var come chan struct{}
	asks := func(ctx context.Context, ask Ask) (*Session, error) {
		come = make(chan struct{}, 1)
		asking, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			<-come
			stop()
		}()
		_, failed = ask(asking, Question{SignIn: &SignIn{
			Portal: "https://corp.example/start", Address: "https://device.example/", Whole: "https://device.example/?user_code=ABCD-EFGH", Code: "ABCD-EFGH\x1b[2J",
			Until: uitest.Morning().Add(10 * time.Minute),
		}})
		if errors.Is(failed, ErrCancelled) {
			return nil, failed
		}
		return &Session{Caller: uitest.Caller()}, nil
	}
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.golden("sign_in_120x40")
		d.Later(time.Second)
		d.Press("c")
		d.Wants("copied: https://device.example/?user_code=ABCD-EFGH", "code there: ABCD-EFGH")
		come <- struct{}{}
		d.WaitUntilIdle()
		d.WantsNot("ABCD-EFGH.", "connecting")
	})
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.Later(time.Second)
		d.Press("esc")
		d.Wants("not connected: the question was cancelled")
		come <- struct{}{}
	})
}

// TestSignedOutIsSaidOnceWithWhatToDo: in the head of every screen, and reading again signs in from
// each of them.
func TestSignedOutIsSaidOnceWithWhatToDo(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Wants("· live")
		news := &model.Batch{At: uitest.Morning(), Progress: model.Progress{Done: 9, Total: 9, SignedOut: &model.SignedOut{
			Why: "The security token included in the request is expired (ExpiredTokenException)", Next: "Run `aws sso login --profile prod`, then try again.", Since: uitest.Morning(),
		}}}
		d.feed(news)
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			d.Resize(size[0], size[1])
			d.golden("signed_out_" + strconv.Itoa(size[0]) + "x" + strconv.Itoa(size[1]))
		}
		d.WantsNot("· live")
		if n := strings.Count(d.Screen(), "SIGNED OUT"); n != 1 {
			t.Errorf("it is said %d times", n)
		}
		d.Wants("N signs in again: nothing is read before that")
		d.Press("N")
		d.Wants("signing in again")
		if n := len(d.scanner.Rescans); n != 1 {
			t.Errorf("N asked the scanner %d times", n)
		}
		d.scanner.Rescans = nil
		d.Later(20 * time.Second)
		d.Press("5") // A screen that refuses to read again otherwise.
		d.Wants("SIGNED OUT", "aws sso login --profile prod", "ctrl+r tries again")
		d.Press("ctrl+r")
		d.Wants("signing in again")
		if n := len(d.scanner.Rescans); n != 1 || len(d.scanner.Rescans[0]) != 0 {
			t.Errorf("the scanner was asked %v", d.scanner.Rescans)
		}
		again := &model.Batch{At: uitest.Morning(), Progress: model.Progress{Done: 9, Total: 9, SignedInUntil: uitest.Morning().Add(3 * time.Hour)}}
		d.feed(again)
		d.WantsNot("SIGNED OUT", "signed out")
		d.Press("esc")
		d.Wants("h left", "· live")
	})
}

func TestConnectAsksInADialog(t *testing.T) {
	var got string
	var failed error
	asks := func(ctx context.Context, ask Ask) (*Session, error) {
		got, failed = ask(ctx, Question{Text: "MFA code for arn:aws:iam::123456789012:mfa/jm\x1b[31m"})
		if failed != nil {
			return nil, failed
		}
		return &Session{}, nil
	}
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.Wants("MFA code for arn:aws:iam::123456789012:mfa/jm")
		d.Write("123456")
		d.WantsNot("123456 ")
		d.Later(time.Second)
		d.Press("enter")
		if got != "123456" || failed != nil {
			t.Fatalf("the answer came as %q, %v", got, failed)
		}
	})
	withConsole(t, setup{connect: asks}, func(d *driver) {
		d.Later(time.Second)
		d.Press("esc")
		d.Wants("not connected: the question was cancelled")
		if !errors.Is(failed, ErrCancelled) {
			t.Fatal(failed)
		}
	})
}

func TestTheFirstCellTellsBusyFromIdle(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		if got := d.Screen(); !strings.HasPrefix(got, " rootout") {
			t.Fatalf("idle, and the first cell says %q", got[:8])
		}
		d.Send(uitest.Key("down"))
		d.Send(uitest.Key("space")) // its command has not come back yet
		if got := d.Screen(); !strings.HasPrefix(got, "…rootout") {
			t.Fatalf("busy, and the first cell says %q", got[:8])
		}
		d.WaitUntilIdle()
		if got := d.Screen(); !strings.HasPrefix(got, " rootout") {
			t.Fatalf("idle again, and the first cell says %q", got[:8])
		}
	})
}

func TestNothingTicksWhileNothingChanges(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("?")
		d.Later(time.Hour)
		before := d.m.Ticks()
		d.Later(24 * time.Hour)
		if d.m.Ticks() != before {
			t.Fatalf("%d ticks in a day of a still screen", d.m.Ticks()-before)
		}
		d.Press("esc")
		before = d.m.Ticks()
		d.Later(time.Minute)
		if n := d.m.Ticks() - before; n > 60 {
			t.Fatalf("%d ticks a minute on the grid", n)
		}
	})
}

func TestMessagesRunOut(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("T")
		d.Wants("times are in UTC")
		d.Later(20 * time.Second)
		d.WantsNot("times are in UTC")
	})
}

func TestMarksAndNotesComeFromTheCase(t *testing.T) {
	r := uitest.Ref("us-east-1", "ecs:task", "task0003")
	remember := func(s *Session) {
		s.Case.(*uitest.Case).Kept = []model.Ref{r}
		s.Case.(*uitest.Case).NotesKept = map[model.Ref]string{r: "seen on Friday"}
	}
	withConsole(t, setup{batch: uitest.Breach(), session: remember}, func(d *driver) {
		d.Wants("1 mark was kept from before", "N reviews the removal of the 1 marked")
		tasks(d)
		d.Press("j", "j", "j")
		d.Later(20 * time.Second)
		d.Wants("*  task0003", "note: seen on Friday")
	})
}

func TestOfflineSaysWhyNothingIsRead(t *testing.T) {
	withConsole(t, setup{offline: true, noRunner: true}, func(d *driver) {
		d.Wants("offline")
		d.Press("ctrl+r")
		d.Wants("this case is open without AWS")
	})
}

func TestAScanThatEndsIsTold(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		close(d.scanner.Batches)
		d.WaitUntilIdle()
		d.Wants("· ended", "the scan has ended: nothing new comes in")
	})
}

func TestEscAlwaysGoesBackToTheGrid(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		for _, path := range [][]string{
			{"enter"}, {"enter", "enter"}, {"enter", "enter", "y"}, {"?"}, {":"}, {"s"}, {"/"}, {"5"}, {"tab"}, {"enter", "/"}, {"enter", "n"}, {"ctrl+s"},
		} {
			d.Press(path...)
			for range path {
				d.Later(time.Second)
				d.Press("esc")
			}
			d.Wants("5 regions  ")
			d.WantsNot("›")
		}
	})
}

func TestPaletteDoesWhatItNames(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press(":")
		d.Write("mouse")
		d.Press("enter")
		if d.m.View().MouseMode != tea.MouseModeCellMotion {
			t.Fatal("the mouse is off")
		}
		d.Send(tea.MouseClickMsg{X: 4, Y: 8, Button: tea.MouseLeft})
		d.WaitUntilIdle()
		if l := d.Line("▸"); !strings.Contains(l, "eu-west-3") && !strings.Contains(l, "ap-northeast-2") {
			t.Fatalf("the click went to %q", l)
		}
		d.Press(":")
		d.Write("taskdefs")
		d.Press("esc", ":")
		d.Write("task definitions")
		d.Press("enter")
		d.Wants("› task definitions", "miner:1")
		d.Press("esc", ":")
		d.Write("review plan")
		d.Press("enter")
		d.Wants("nothing is marked")
	})
}

func TestTinyAndOddTerminals(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), demo: true}, func(d *driver) {
		walk := []string{"enter", "enter", "esc", "esc", "/", "esc", "5", "1", "?", "esc", ":", "esc", "s", "esc", "tab", "tab"}
		for _, size := range [][2]int{{20, 5}, {1, 1}, {0, 0}, {59, 15}, {60, 14}, {60, 15}, {80, 24}, {300, 80}, {61, 80}, {300, 15}} {
			d.Resize(size[0], size[1])
			for _, k := range append([]string{""}, walk...) {
				if k != "" {
					d.Press(k)
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
		d.Resize(20, 5)
		d.Wants("too small (need", "60×15)")
		d.Resize(80, 24)
		d.Wants("us-east-1")
	})
}

func TestNoColorKeepsTheSigns(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), noColor: true}, func(d *driver) {
		d.Press("down", "space")
		for _, part := range strings.Split(d.m.View().Content, "\x1b[")[1:] {
			params, _, _ := strings.Cut(part, "m")
			for p := range strings.SplitSeq(params, ";") {
				if len(p) == 2 && (p[0] == '3' || p[0] == '4' || p[0] == '9') {
					t.Fatalf("a colour without being asked: %q", params)
				}
			}
		}
		d.Wants("▸*[us-east-1]")
	})
}

func TestDemoLeadsFromStepToStepAndCanBeDismissed(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), demo: true}, func(d *driver) {
		d.Wants("DEMO", "41+ are new in 24h: N shows only them, like / and age<24h")
		d.Press("N")
		d.Wants("N marks all 41 shown")
		d.Press("N")
		d.Wants("41 marked: N reviews")
		d.Press("N")
		d.Wants("type the phrase below")
		d.Write("delete 41 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter")
		d.Wants("regions run side by side")
		d.Press("D")
		d.WantsNot("regions run side by side")
		d.Wants("DEMO")
	})
}

func TestKeysHaveOneMeaningAndNoneOfLater(t *testing.T) {
	withConsole(t, setup{}, func(d *driver) {
		if err := d.m.Keymap().Validate(); err != nil {
			t.Fatal(err)
		}
		for _, b := range d.m.Keymap().All() {
			for _, k := range b.Keys {
				if slices.Contains(strings.Fields("F ! X 2 4 6"), k) {
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
			d.Resize(size[0], size[1])
			d.golden(name + "_" + label)
		}
		d.Resize(120, 40)
	}
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		each(d, "grid")
		d.Press("enter")
		each(d, "list")
		d.Press("esc", "/")
		d.Write("cpx>=4")
		each(d, "filter_wrong")
		d.Press("esc", "tab", "up", "enter")
		each(d, "faults")
		d.Press("esc", "tab")
		openReview(d)
		d.Later(20 * time.Second)
		each(d, "review")
		d.Press("esc", "5", "?")
		each(d, "help")
		d.Press("esc", ":")
		each(d, "palette")
		d.Resize(20, 5)
		d.golden("tiny_20x5")
	})
	lookup := &uitest.Lookup{}
	readsEvents := func(s *Session) { lookup.Answers, s.Lookup = make(chan *port.Answer, 10), lookup }
	withConsole(t, setup{batch: uitest.Breach(), session: readsEvents}, func(d *driver) {
		answerEvents(lookup)
		d.Press("3")
		d.Later(20 * time.Second)
		each(d, "timeline")
	})
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		news := halfway(d.runner.Frozen)
		d.runner.Run.News <- news
		// A run publishes what is gone, as the scan does.
		gone := uitest.News(0)
		for _, s := range news.Steps {
			gone.Gone = append(gone.Gone, s.Reached...)
		}
		d.feed(gone)
		d.Later(30 * time.Second)
		each(d, "run")
	})
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		reviewUndo(d, 3)
		d.Later(20 * time.Second)
		each(d, "undo_review")
		d.Write("undo 3 in 123456789012 #abcd")
		d.Later(time.Second)
		d.Press("enter")
		d.runner.Run.News <- undone(d.runner.UndoPlan)
		d.WaitUntilIdle()
		d.Later(20 * time.Second)
		each(d, "undo_run")
	})
	withConsole(t, setup{batch: uitest.Breach(), demo: true}, func(d *driver) { each(d, "demo") })
	withConsole(t, setup{connect: func(context.Context, Ask) (*Session, error) { return nil, io.ErrUnexpectedEOF }}, func(d *driver) { each(d, "not_connected") })
	withConsole(t, setup{}, func(d *driver) { each(d, "empty") })
	withConsole(t, setup{catalog: uitest.GlobalCatalog(t), batch: uitest.WithIdentities(uitest.Breach(), model.CellCounted, model.CellDenied)}, func(d *driver) {
		each(d, "grid_global")
	})
}

// TestAKeyWithoutAMeaningSaysSoOnce, and again after another one.
func TestAKeyWithoutAMeaningSaysSoOnce(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("Q")
		d.Wants("Q does nothing here: ? lists the keys")
		d.Later(time.Minute)
		d.WantsNot("does nothing here")
		d.Press("Q")
		d.WantsNot("does nothing here")
		d.Press("down", "Q")
		d.Wants("Q does nothing here")
	})
}

// TestHAndLMoveLikeTheArrows as they do in every other program with j and k.
func TestHAndLMoveLikeTheArrows(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("j", "l", "l", "l")
		if l := d.Line("▸"); !strings.Contains(l, "[") || strings.Contains(l, "[us-east-1]") {
			t.Errorf("l does not move: %q", l)
		}
		d.Press("h", "h", "h")
		d.Wants("[us-east-1]")
	})
}
