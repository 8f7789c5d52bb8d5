//go:build linux || darwin

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/ui/kit"
)

// terminal is a process in a pseudo-terminal with a terminal emulator behind it.
type terminal struct {
	t      testing.TB
	master *os.File
	tty    *os.File
	screen *vt.SafeEmulator
	ended  chan error
	began  time.Time
	// temp is the process's folder for temporary files, and cooked how the terminal was before it.
	temp    string
	process *os.Process
	cooked  *term.State

	mu  sync.Mutex
	raw []byte // All that the process has written.
}

func startTerminal(t testing.TB, cols, rows int, args ...string) *terminal {
	t.Helper()
	return startTerminalIn(t, t.TempDir(), cols, rows, args...)
}

func startTerminalIn(t testing.TB, dir string, cols, rows int, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command("rootout", args...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "TMPDIR="+dir, "HOME="+dir)
	for key, value := range isolated(dir) {
		if key != "NO_COLOR" {
			cmd.Env = append(cmd.Env, key+"="+value)
		}
	}
	// What the race detector finds in the process is read when it has ended: see ownRaces.
	races := filepath.Join(t.TempDir(), "races")
	cmd.Env = append(cmd.Env, "GORACE=exitcode=0 log_path="+races)
	cmd.Dir = dir
	console := &terminal{t: t, screen: vt.NewSafeEmulator(cols, rows), ended: make(chan error, 1), began: time.Now(), temp: dir}
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal here:", err)
	}
	console.master, console.tty = master, tty
	if err := pty.Setsize(tty, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)}); err != nil {
		t.Fatal(err)
	}
	if console.cooked, err = term.GetState(tty.Fd()); err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	// A hang-up that this process ignores, as under nohup, would be ignored by what it starts too.
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	defer signal.Stop(hangUps)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	console.process = cmd.Process
	pump := func(read func([]byte) (int, error), write func([]byte) (int, error)) {
		buf := make([]byte, 16<<10)
		for {
			n, err := read(buf)
			if err != nil {
				return
			}
			if _, err := write(buf[:n]); err != nil {
				return
			}
		}
	}
	go pump(master.Read, func(text []byte) (int, error) {
		console.mu.Lock()
		console.raw = append(console.raw, text...)
		console.mu.Unlock()
		return console.screen.Write(text)
	})
	go pump(console.screen.Read, master.Write)
	go func() { console.ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = master.Close()
		_ = tty.Close()
		for _, race := range ownRaces(t, races) {
			t.Error(race)
		}
	})
	return console
}

// ownRaces are the reports of the race detector, less that of a library: muesli/cancelreader closes
// its files while its own goroutine still waits for them, when the program is told to end.
func ownRaces(t testing.TB, path string) []string {
	t.Helper()
	files, err := filepath.Glob(path + ".*")
	if err != nil {
		t.Fatal(err)
	}
	var own []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for report := range strings.SplitSeq(string(text), "==================") {
			if strings.Contains(report, "DATA RACE") && !strings.Contains(report, "cancelreader.(*epollCancelReader).Close") {
				own = append(own, report)
			}
		}
	}
	return own
}

// written is all that the process has written.
func (term *terminal) written() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return string(term.raw)
}

// text is what the terminal shows. Of the ways to read the emulator only Render is safe beside a
// writer.
func (term *terminal) text() string { return ansi.Strip(term.screen.Render()) }

// until waits for a pattern and returns its match.
func (term *terminal) until(what string, limit time.Duration, pattern string) string {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		if found := re.FindString(term.text()); found != "" {
			return found
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("waited %v for %s:\n%s", limit, what, term.text())
		}
	}
}

func (term *terminal) send(keys string) {
	term.t.Helper()
	if _, err := term.master.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// paste is what a terminal sends when somebody pastes.
func (term *terminal) paste(text string) { term.send("\x1b[200~" + text + "\x1b[201~") }

func readTruth(t testing.TB, path string) breach.Truth {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var truth breach.Truth
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	return truth
}

func arnsOf(members []breach.Member) []string {
	out := make([]string, 0, len(members))
	for _, m := range members {
		out = append(out, m.ARN)
	}
	slices.Sort(out)
	return out
}

// selecting is a query for all that is the intruder's: his clusters, with what is in them, and by
// its own ARN whatever is in none of them.
func selecting(truth breach.Truth) string {
	clusters := map[string]bool{}
	var values []string
	for _, m := range truth.Attacker {
		if region, name, ok := strings.Cut(strings.TrimPrefix(m.ARN, "arn:aws:ecs:"), ":123456789012:cluster/"); ok {
			clusters[region+"/"+name] = true
			values = append(values, m.ARN)
		}
	}
	for _, m := range truth.Attacker {
		if !inOneOf(clusters, m.ARN) {
			values = append(values, m.ARN)
		}
	}
	return "arn:" + strings.Join(values, ",")
}

func inOneOf(clusters map[string]bool, arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "ecs" {
		return false
	}
	path := strings.Split(parts[5], "/")
	return len(path) > 1 && clusters[parts[3]+"/"+path[1]]
}

// TestDemoEndsTheStory is the main job as a person does it: the demo in a terminal, filter, marks,
// the review, the phrase, and the intruder's things in all enabled regions gone while the honest
// ones and those in disabled regions are as they were.
func TestDemoEndsTheStory(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole demo is left out of -short")
	}
	truthFile := filepath.Join(t.TempDir(), "truth.json")
	term := startTerminal(t, 120, 40, "demo", "--speed", "10", "--latency", "5ms", "--truth", truthFile)
	term.until("the whole grid", 60*time.Second, `24 of 34 regions read, 10 disabled .* live`)
	before := readTruth(t, truthFile)
	if len(before.Attacker) < 1000 || len(before.Hidden) == 0 || len(before.Honest) == 0 {
		t.Fatalf("the truth has %d, %d hidden and %d honest things", len(before.Attacker), len(before.Hidden), len(before.Honest))
	}
	term.send("/")
	term.until("the filter line", 10*time.Second, `enter keep`)
	term.paste(selecting(before))
	time.Sleep(500 * time.Millisecond)
	term.send("\r")
	term.until("the selection", time.Minute, `[\d,]+ of [\d,]+`)
	term.send("*")
	term.until("the marks", time.Minute, `N (reviews the removal of the [\d,]+ marked|marks [\d,]+ more)`)
	term.send("x")
	phrase := term.until("the phrase", 30*time.Second, `delete \d+ (with [^#]*)?in 123456789012 #[0-9a-f]{4}`)
	time.Sleep(600 * time.Millisecond) // What is typed in the first 400 ms confirms nothing.
	term.send("\t")
	term.send(phrase)
	term.until("the complete phrase", 10*time.Second, `complete: enter to run`)
	time.Sleep(100 * time.Millisecond)
	term.send("\r")
	term.until("the fresh listing", 150*time.Second, `fresh listing: done`)
	checkStory(t, before, truthFile, term)
	term.send("\x1b")
	time.Sleep(200 * time.Millisecond)
	term.send("1")
	term.until("the grid", 10*time.Second, `REGION`)
	term.send("G\r")
	time.Sleep(200 * time.Millisecond)
	term.send("G")
	term.until("a disabled region", 10*time.Second, `me-south-1\]? .*disabled`)
	term.send("q")
	select {
	case err := <-term.ended:
		if err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Errorf("q does not end the demo:\n%s", term.text())
	}
}

// TestTheNextKeyAloneLeadsToOnePlan: from the grid to a review that holds all that the intruder has in
// regions that can be read, and nothing of anybody else, by pressing what NEXT says.
func TestTheNextKeyAloneLeadsToOnePlan(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole demo is left out of -short")
	}
	truthFile := filepath.Join(t.TempDir(), "truth.json")
	term := startTerminal(t, 120, 40, "demo", "--speed", "10", "--latency", "5ms", "--truth", truthFile)
	term.until("the whole grid", 60*time.Second, `24 of 34 regions read, 10 disabled .* live`)
	// Who made what is known once the events were read: clusters have no age before.
	term.send("3")
	term.until("the whole timeline", 2*time.Minute, `24 of 24 regions read whole`)
	term.send("1")
	for _, says := range []string{
		`NEXT +N shows the [\d,]+\+ of`, `NEXT +N leaves out \d+ of`, `NEXT +N marks the [\d,]+ that the filter shows`,
	} {
		term.until("the next step", time.Minute, says)
		term.send("N")
	}
	// What nobody knows the age of is offered next, where it holds nothing but what is marked.
	if step := term.until("the next step", time.Minute, `NEXT +N marks [\d,]+ more that|NEXT +N reviews the removal`); strings.Contains(step, "more") {
		term.send("N")
		term.until("the review", time.Minute, `NEXT +N reviews the removal of the [\d,]+ marked`)
	}
	term.send("N")
	said := term.until("the plan", 30*time.Second, `DELETE [\d,]+ resources`)
	truth := readTruth(t, truthFile)
	if want := "DELETE " + kit.Count(len(truth.Attacker)) + " resources"; said != want {
		t.Errorf("the plan says %q, want %q:\n%s", said, want, term.text())
	}
}

// checkStory compares who has what before and after.
func checkStory(t *testing.T, before breach.Truth, truthFile string, term *terminal) {
	t.Helper()
	var after breach.Truth
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		after = readTruth(t, truthFile) // It is written a moment after each change.
		if len(after.Attacker) == 0 || time.Now().After(deadline) {
			break
		}
	}
	if len(after.Attacker) > 0 {
		t.Errorf("%d of the intruder's things are left, such as %s\n%s", len(after.Attacker), after.Attacker[0].ARN, term.text())
	}
	if !slices.Equal(arnsOf(before.Hidden), arnsOf(after.Hidden)) {
		t.Error("something in the disabled regions changed")
	}
	honest := arnsOf(after.Honest)
	for _, arn := range arnsOf(before.Honest) {
		if _, there := slices.BinarySearch(honest, arn); !there && !strings.Contains(arn, ":task/") {
			t.Errorf("honest and gone: %s", arn)
		}
	}
}

// TestFirstFrame measures the start; the figure is printed, since wall time depends on the machine.
func TestFirstFrame(t *testing.T) {
	term := startTerminal(t, 120, 40, "demo")
	term.until("the first frame", time.Minute, `rootout +DEMO`)
	first := time.Since(term.began)
	term.until("the first counted cells", time.Minute, `[1-9]\d* of 34 regions read`)
	counted := time.Since(term.began)
	term.until("the whole grid", time.Minute, `24 of 34 regions read`)
	t.Logf("first frame after %v (budget 100ms, warm), first region read after %v, the whole grid after %v",
		first.Round(time.Millisecond), counted.Round(time.Millisecond), time.Since(term.began).Round(time.Millisecond))
}
