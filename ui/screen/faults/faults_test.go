package faults

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onFaults runs a test on what could not be counted after the breach.
func onFaults(t *testing.T, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Speak: h.Speak, Export: h.Export, Open: &h.Opened,
		})
	}, test)
}

func TestAFaultTeachesAndIsReadAgain(t *testing.T) {
	onFaults(t, func(h *uitest.Host) {
		h.Wants("5 entries", "partial", "unreachable", "disabled")
		h.Press("enter", "c", "ctrl+r")
		if texts := h.Opened.Texts; len(texts) != 1 || !strings.Contains(texts[0].Text, "request   4f2c-1\n\nAWS refused the caller. Allow ecs:ListClusters") {
			t.Errorf("opened %+v", texts)
		}
		if len(h.Copied) != 1 || !strings.Contains(h.Copied[0], "request 4f2c-1") {
			t.Errorf("copied %q", h.Copied)
		}
		if read := h.Scanner.Rescans; len(read) != 1 || len(read[0]) != 1 || read[0][0].Region != "eu-west-3" {
			t.Errorf("read again: %v", read)
		}
		h.Press("ctrl+s", "c")
		for name, data := range h.Files {
			if !strings.Contains(name, "not-counted") || strings.Count(data, "\r\n") != 6 {
				t.Errorf("%s:\n%s", name, data)
			}
		}
	})
}

func TestADisabledRegionIsNotReadAgain(t *testing.T) {
	onFaults(t, func(h *uitest.Host) {
		h.Press("G", "ctrl+r")
		h.Wants("a disabled region answers no call: enable it in the AWS console")
		if len(h.Scanner.Rescans) != 0 {
			t.Errorf("read again: %v", h.Scanner.Rescans)
		}
	})
}

// TestAnErrorOfAWSIsNoPageOfAProxy: what to do follows from who answered.
func TestAnErrorOfAWSIsNoPageOfAProxy(t *testing.T) {
	for code, want := range map[string]string{"": "A proxy or a sign-in page", "InvalidParameterException": "an error that is not a denial"} {
		x := fault{state: model.CellUnreadable, cell: model.Cell{Failure: &model.Failure{Code: code}}}
		if got := x.advice(); !strings.Contains(got, want) {
			t.Errorf("%q: %s", code, got)
		}
	}
}
