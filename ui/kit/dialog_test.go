package kit

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func question() *Dialog {
	return &Dialog{ID: "quit", Title: "Leave?", Body: []string{"A run is under way."}, Buttons: []Button{
		{ID: "leave", Label: "leave it running", Key: "l"}, {ID: "stay", Label: "stay", Cancel: true}, {ID: "stop", Label: "stop", DisabledReason: "nothing to stop"},
	}}
}

func TestDialogFocusStartsOnCancel(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	ds.Open(question(), opened)
	a, ok := ds.Update(press("enter"), opened.Add(time.Second))
	if !ok || a.ButtonID != "stay" || !a.Cancelled || ds.Len() != 0 {
		t.Errorf("enter = %+v, %v", a, ok)
	}
}

func TestDialogTakesNoKeysAtFirst(t *testing.T) {
	for _, key := range []string{"l", "enter"} {
		ds := &Dialogs{Theme: darkTheme()}
		ds.Open(question(), opened)
		if a, ok := ds.Update(press(key), opened.Add(Grace-1)); ok {
			t.Errorf("%s within the grace period answered %+v", key, a)
		}
		if _, ok := ds.Update(press(key), opened.Add(Grace)); !ok {
			t.Errorf("%s after the grace period did not answer", key)
		}
	}
	ds := &Dialogs{Theme: darkTheme()}
	ds.Open(question(), opened)
	if a, ok := ds.Update(press("esc"), opened); !ok || !a.Cancelled {
		t.Errorf("esc at once = %+v, %v", a, ok)
	}
}

func TestDialogHeldKeyAnswersNothing(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	ds.Open(question(), opened)
	held := press("l")
	held.IsRepeat = true
	if a, ok := ds.Update(held, opened.Add(time.Minute)); ok {
		t.Errorf("a held key answered %+v", a)
	}
}

func TestDialogSaysWhyAButtonIsDisabled(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	ds.Open(question(), opened)
	now := opened.Add(time.Second)
	ds.Update(press("tab"), now)
	if a, ok := ds.Update(press("enter"), now); ok {
		t.Fatalf("a disabled button answered %+v", a)
	}
	if view := ansi.Strip(ds.Draw(Blank(Size{80, 20}), Size{80, 20})); !strings.Contains(view, "! nothing to stop") {
		t.Errorf("no reason in:\n%s", view)
	}
}

func TestDialogsStack(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	ds.Open(question(), opened)
	field := NewInput(ds.Theme, "code ")
	ds.Open(&Dialog{ID: "mfa", Title: "MFA", Field: field, Buttons: []Button{{ID: "ok", Label: "send"}, {ID: "no", Label: "cancel", Cancel: true}}}, opened)
	now := opened.Add(time.Second)
	for _, k := range []string{"1", "2", "l"} {
		if _, ok := ds.Update(press(k), now); ok {
			t.Fatalf("%q answered a dialog with a text field", k)
		}
	}
	ds.Draw(Blank(Size{80, 20}), Size{80, 20})
	if ds.Cursor() == nil {
		t.Error("no cursor at the text field")
	}
	if a, ok := ds.Update(press("enter"), now); !ok || a.DialogID != "mfa" || a.ButtonID != "ok" || a.Text != "12l" {
		t.Errorf("enter = %+v, %v", a, ok)
	}
	if ds.Len() != 1 || ds.Top().ID != "quit" {
		t.Errorf("%d dialogs left", ds.Len())
	}
	if ds.Close("quit"); ds.Top() != nil {
		t.Error("Close left it open")
	}
}

func TestDialogKeepsItsButtonsWhenItScrolls(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	d := question()
	for i := range 50 {
		d.Body = append(d.Body, "line "+Count(i))
	}
	ds.Open(d, opened)
	size := Size{60, 12}
	if view := ansi.Strip(ds.Draw(Blank(size), size)); !strings.Contains(view, "stay") || !strings.Contains(view, "of 51") {
		t.Errorf("a long body:\n%s", view)
	}
	for range 20 {
		ds.Update(press("pgdown"), opened)
		ds.Draw(Blank(size), size)
	}
	if view := ansi.Strip(ds.Draw(Blank(size), size)); !strings.Contains(view, "line 49") {
		t.Errorf("its end is out of reach:\n%s", view)
	}
}

func TestDialogIsExactForAnyTextAndSize(t *testing.T) {
	th := darkTheme()
	check(t, func(t *rapid.T) {
		ds := &Dialogs{Theme: th}
		d := &Dialog{ID: "x", Title: nasty().Draw(t, "title"), Body: []string{nasty().Draw(t, "body"), nasty().Draw(t, "body2")}}
		for i := range rapid.IntRange(0, 3).Draw(t, "buttons") {
			d.Buttons = append(d.Buttons, Button{ID: "b", Label: nasty().Draw(t, "label"), Cancel: i == 1})
		}
		if rapid.Bool().Draw(t, "field") {
			d.Field = NewInput(th, nasty().Draw(t, "prompt"))
		}
		ds.Open(d, opened)
		size := anySize().Draw(t, "size")
		for range 3 {
			base := Block([]string{Line(size.W, Span{nasty().Draw(t, "base"), th.Hostile})}, size)
			wantBlock(t, "dialog", ds.Draw(base, size), size)
			wantCursor(t, ds.Cursor(), size)
			ds.Update(press(rapid.SampledFrom([]string{"tab", "down", "up", "x", "pgdown", "left", "esc", "enter"}).Draw(t, "key")), opened.Add(time.Second))
		}
	})
}

// TestDialogTellsOfItsKeysAndOfOthers: while it is open no other keys work, and it says so.
func TestDialogTellsOfItsKeysAndOfOthers(t *testing.T) {
	ds := &Dialogs{Theme: darkTheme()}
	d := question()
	ds.Open(d, opened)
	var keys []string
	for _, k := range d.Keys() {
		keys = append(keys, k[0]+" "+k[1])
	}
	if got := strings.Join(keys, ", "); got != "enter on the focus, tab next, l leave it running, esc stay" {
		t.Errorf("keys: %s", got)
	}
	if _, ok := ds.Update(press("x"), opened.Add(time.Second)); ok || !strings.Contains(ansi.Strip(ds.Draw(Blank(Size{80, 24}), Size{80, 24})), "x does nothing here") {
		t.Error("an unknown key is not told of")
	}
	if _, ok := ds.Update(press("tab"), opened.Add(time.Second)); ok || strings.Contains(ansi.Strip(ds.Draw(Blank(Size{80, 24}), Size{80, 24})), "does nothing here") {
		t.Error("a key that works leaves what was said of another")
	}
}
