//go:build linux || darwin

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
)

// modesOn are the private modes of the terminal that were switched on and never off: 1049 is the
// alternate screen (xterm, ctlseqs). That of the cursor, 25, is on at first and in the end.
func modesOn(written string) map[string]bool {
	on := map[string]bool{"25": true}
	for _, m := range regexp.MustCompile(`\x1b\[\?([\d;]+)([hl])`).FindAllStringSubmatch(written, -1) {
		for mode := range strings.SplitSeq(m[1], ";") {
			on[mode] = m[2] == "h"
			if !on[mode] {
				delete(on, mode)
			}
		}
	}
	return on
}

func demoFolders(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "rootout-demo-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// awaitEnd waits until the process is gone and all that it wrote has arrived.
func (term *terminal) awaitEnd(t *testing.T) error {
	t.Helper()
	select {
	case err := <-term.ended:
		for before := ""; before != term.written(); time.Sleep(100 * time.Millisecond) {
			before = term.written()
		}
		return err
	case <-time.After(time.Minute):
		t.Fatalf("it does not end:\n%s", term.text())
		return nil
	}
}

// TestSignalsEndTheConsoleInOrder: the terminal is as it was before, and the demo's folder is gone.
func TestSignalsEndTheConsoleInOrder(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			console := startTerminal(t, 100, 30, "demo", "--latency", "2ms")
			console.until("the grid", time.Minute, `(/| of )34 regions`)
			if on := modesOn(console.written()); !on["1049"] || on["25"] || len(demoFolders(t, console.temp)) != 1 {
				t.Fatalf("modes %v, folders %v", on, demoFolders(t, console.temp))
			}
			if err := console.process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if err := console.awaitEnd(t); err != nil {
				t.Errorf("it ends with %v", err)
			}
			if on := modesOn(console.written()); len(on) != 1 || !on["25"] {
				t.Errorf("the terminal is left with the modes %v", on)
			}
			now, err := term.GetState(console.tty.Fd())
			if err != nil || !reflect.DeepEqual(now, console.cooked) {
				t.Errorf("the terminal is left raw: %v, %v", now, err)
			}
			if left := demoFolders(t, console.temp); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestAClosedTerminalLeavesNothing closes the window, which takes the terminal away and hangs up.
func TestAClosedTerminalLeavesNothing(t *testing.T) {
	console := startTerminal(t, 100, 30, "demo", "--latency", "2ms")
	console.until("the grid", time.Minute, `(/| of )34 regions`)
	_ = console.tty.Close()
	_ = console.master.Close()
	_ = console.awaitEnd(t)
	if left := demoFolders(t, console.temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTheNextDemoSweeps what one that was killed has left, and not that of one that still runs.
func TestTheNextDemoSweeps(t *testing.T) {
	dir := t.TempDir()
	running := startTerminalIn(t, dir, 100, 30, "demo", "--latency", "2ms")
	running.until("the grid", time.Minute, `(/| of )34 regions`)
	alive := demoFolders(t, dir)
	killed := startTerminalIn(t, dir, 100, 30, "demo", "--latency", "2ms")
	killed.until("the grid", time.Minute, `(/| of )34 regions`)
	if err := killed.process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.awaitEnd(t)
	if len(alive) != 1 || len(demoFolders(t, dir)) != 2 {
		t.Fatalf("alive %v, all %v", alive, demoFolders(t, dir))
	}
	next := startTerminalIn(t, dir, 100, 30, "demo", "--latency", "2ms")
	next.until("the grid", time.Minute, `(/| of )34 regions`)
	left := demoFolders(t, dir)
	if len(left) != 2 || left[0] != alive[0] && left[1] != alive[0] {
		t.Errorf("the folders are %v, want that of the first, %v, and that of the newest", left, alive)
	}
	running.send("q")
	next.send("q")
	_, _ = running.awaitEnd(t), next.awaitEnd(t)
	if left := demoFolders(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNohupIsHeeded: a hang-up that was ignored when rootout began does not end it.
func TestNohupIsHeeded(t *testing.T) {
	cmd := exec.Command("sh", "-c", `trap "" HUP; exec rootout sim --listen 127.0.0.1:0`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("no shell here:", err)
	}
	ended := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		_ = cmd.Process.Signal(syscall.SIGHUP)
		for lines.Scan() {
		}
		ended <- cmd.Wait()
	}()
	select {
	case err := <-ended:
		t.Errorf("the hang-up ends it: %v", err)
	case <-time.After(2 * time.Second):
		_ = cmd.Process.Signal(os.Interrupt)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
