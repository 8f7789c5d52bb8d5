//go:build linux || darwin

package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// TestRunInATerminal runs the program in a pseudo-terminal with a terminal emulator behind it: the
// first frame, keys, the case on the way out.
func TestRunInATerminal(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal here:", err)
	}
	defer master.Close()
	defer slave.Close()
	if err := pty.Setsize(slave, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	screen := vt.NewSafeEmulator(100, 24)
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			screen.Write(buf[:n])
		}
	}()
	go func() {
		buf := make([]byte, 256)
		for {
			n, err := screen.Read(buf)
			if err != nil {
				return
			}
			master.Write(buf[:n])
		}
	}()
	until := func(what string) {
		t.Helper()
		deadline := time.Now().Add(10 * time.Second)
		// Of the two ways to read the emulator only Render is safe beside a writer.
		for !strings.Contains(ansi.Strip(screen.Render()), what) {
			if time.Now().After(deadline) {
				t.Fatalf("the terminal never showed %q:\n%s", what, ansi.Strip(screen.Render()))
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	kept, connect := &uitest.Case{}, make(chan struct{})
	scanner := &uitest.Scanner{Batches: make(chan *model.Batch, 1)}
	scanner.Batches <- uitest.Breach()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(context.Background(), Options{
			Catalog: uitest.Catalog(t), Location: uitest.Seoul(), Now: uitest.Morning,
			Connect: func(context.Context, Ask) (*Session, error) {
				<-connect
				return &Session{Scanner: scanner, Case: kept, Runner: &uitest.Runner{}}, nil
			},
		}, slave, slave)
	}()
	until("connecting")
	close(connect)
	until("disabled: what is in it keeps running")
	send := func(keys string) {
		t.Helper()
		if _, err := master.Write([]byte(keys)); err != nil {
			t.Fatal(err)
		}
	}
	send("j ")
	until("marked 39 in us-east-1")
	send("q")
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("q does not end the program")
	}
	if len(kept.Kept) != 39 {
		t.Errorf("%d marks in the case after quitting", len(kept.Kept))
	}
}
