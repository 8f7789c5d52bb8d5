package kit

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestToasts(t *testing.T) {
	ts := &Toasts{Theme: darkTheme()}
	if _, ok := ts.Next(); ok {
		t.Error("something to wait for without messages")
	}
	ts.Add(Info, "marked 43", opened.Add(3*time.Second))
	ts.Add(Alarm, "refused", opened.Add(5*time.Second))
	ts.Add(Info, "copied", opened.Add(4*time.Second))
	if line := ansi.Strip(ts.View(40)); !strings.HasPrefix(line, "! refused") || !strings.Contains(line, "+2 more") {
		t.Errorf("the weightiest is not on top: %q", line)
	}
	if at, ok := ts.Next(); !ok || !at.Equal(opened.Add(3*time.Second)) {
		t.Errorf("Next = %v, %v", at, ok)
	}
	if ts.Expire(opened.Add(time.Second)) || !ts.Expire(opened.Add(3*time.Second)) || ts.Len() != 2 {
		t.Errorf("%d messages after the first was over", ts.Len())
	}
	ts.Add(Info, "copied", opened.Add(9*time.Second))
	if ts.Expire(opened.Add(5 * time.Second)); !strings.Contains(ts.View(40), "copied") || ts.Len() != 1 {
		t.Error("the same message again did not stay longer")
	}
	for i := range 100 {
		ts.Add(Info, fmt.Sprint(i), opened.Add(time.Hour))
	}
	if ts.Len() > toastsMax {
		t.Errorf("%d messages wait", ts.Len())
	}
}

func TestMeterNeverLies(t *testing.T) {
	th := darkTheme()
	check(t, func(t *rapid.T) {
		w := rapid.IntRange(1, 60).Draw(t, "w")
		total := rapid.IntRange(1, 1_000_000).Draw(t, "total")
		done := rapid.IntRange(0, total).Draw(t, "done")
		bar := ansi.Strip(Meter(th, w, done, total))
		wantLine(t, "meter", bar, w)
		if full := !strings.Contains(bar, "░"); full != (done == total) {
			t.Fatalf("%d of %d is drawn %q", done, total, bar)
		}
		if empty := !strings.Contains(bar, "█"); w > 1 && empty != (done == 0) {
			t.Fatalf("%d of %d is drawn %q", done, total, bar)
		}
	})
	if bar := ansi.Strip(Meter(th, 4, 2, 0)); bar != "····" {
		t.Errorf("an unknown total is drawn %q", bar)
	}
	if bar := ansi.Strip(Meter(th, 10, 5, 10)); bar != "█████░░░░░" {
		t.Errorf("a half is drawn %q", bar)
	}
}

func TestSpark(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		in   []float64
		w    int
		want string
	}{
		{"zero is lowest, any is higher", []float64{0, 0.001, 50, 100}, 4, "▁▂▅█"},
		{"unknown is no zero", []float64{nan, 0, 1, -1}, 4, "·▁█·"},
		{"fewer than columns", []float64{1, 2}, 4, "▅█  "},
		{"a burst is not lost", []float64{0, 0, 0, 0, 9, 0, 0, 0}, 2, "▁█"},
		{"unknown and known share", []float64{nan, 0, nan, nan}, 2, "▁·"},
		{"all zero", []float64{0, 0}, 2, "▁▁"},
		{"infinite", []float64{1, math.Inf(1)}, 2, "██"},
		{"none", nil, 2, "  "},
		{"no room", []float64{1}, 0, ""},
	} {
		if got := Spark(c.in, c.w); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	check(t, func(t *rapid.T) {
		w := rapid.IntRange(0, 40).Draw(t, "w")
		wantLine(t, "spark", Spark(rapid.SliceOf(rapid.Float64()).Draw(t, "values"), w), w)
	})
}

func TestTabs(t *testing.T) {
	tabs := &Tabs{Theme: darkTheme(), Items: []Tab{{Key: "1", Title: "grid"}, {Key: "2", Title: "신원", Badge: "61"}, {Key: "3", Title: "timeline"}}, Selected: 1}
	line := ansi.Strip(tabs.View(60))
	if !strings.Contains(line, " 1 grid [2 신원 61] 3 timeline") {
		t.Errorf("tabs = %q", line)
	}
	if got := [...]int{tabs.At(2), tabs.At(10), tabs.At(22), tabs.At(50)}; got != [...]int{0, 1, 2, -1} {
		t.Errorf("clicks hit %v", got)
	}
	tabs.Selected = 2
	if line := ansi.Strip(tabs.View(12)); !strings.Contains(line, "[3 timeline]") {
		t.Errorf("the selected tab is out of sight: %q", line)
	}
	check(t, func(t *rapid.T) {
		tabs := &Tabs{Theme: darkTheme(), Items: []Tab{{Title: nasty().Draw(t, "a")}, {Key: "2", Title: "b", Badge: nasty().Draw(t, "b")}}, Selected: rapid.IntRange(-1, 3).Draw(t, "sel")}
		w := rapid.IntRange(0, 40).Draw(t, "w")
		wantLine(t, "tabs", tabs.View(w), w)
	})
}

func TestViewer(t *testing.T) {
	v := &Viewer{Theme: darkTheme(), Empty: "nothing recorded"}
	size := Size{40, 5}
	if view := ansi.Strip(v.View(size)); !strings.Contains(view, "nothing recorded") {
		t.Errorf("empty:\n%s", view)
	}
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "line %02d %s\n", i, strings.Repeat("x", 60)+"end")
	}
	v.SetText(text.String())
	v.View(size)
	v.Move(MoveBottom)
	view := ansi.Strip(v.View(size))
	if !strings.Contains(view, "line 99") || !strings.Contains(view, "97–100 of 100") {
		t.Errorf("the end:\n%s", view)
	}
	for range 20 {
		v.Move(MoveRight)
	}
	if view := ansi.Strip(v.View(size)); !strings.Contains(view, "end ") && !strings.Contains(view, "end\n") {
		t.Errorf("the right end:\n%s", view)
	}
	v.Move(MoveTop)
	v.Scroll(3)
	if v.Top() != 3 {
		t.Errorf("the wheel went to line %d", v.Top())
	}
}

func TestViewerOfOneHugeLine(t *testing.T) {
	v := &Viewer{Theme: darkTheme()}
	v.SetText(strings.Repeat("한글", 1_000_000))
	size := Size{80, 24}
	begin := time.Now()
	for range 20 {
		wantBlock(t, "viewer", v.View(size), size)
		v.Move(MovePageDown)
	}
	// Drawing the whole of the line twenty times takes seconds.
	if took := time.Since(begin); took > time.Second {
		t.Errorf("twenty drawings took %v", took)
	}
}

func TestViewerIsExactForAnyTextAndSize(t *testing.T) {
	check(t, func(t *rapid.T) {
		v := &Viewer{Theme: darkTheme(), Empty: nasty().Draw(t, "empty")}
		v.SetText(strings.Join(rapid.SliceOfN(nasty(), 0, 20).Draw(t, "text"), "\n"))
		for range 5 {
			size := anySize().Draw(t, "size")
			wantBlock(t, "viewer", v.View(size), size)
			v.Move(Move(rapid.IntRange(0, 7).Draw(t, "move")))
		}
	})
}

func commands() []Item {
	return []Item{
		{ID: "grid", Title: "go to grid", Hint: "1"},
		{ID: "people", Title: "go to identities", Hint: "2"},
		{ID: "x", Title: "review removal", DisabledReason: "nothing is marked"},
		{ID: "ko", Title: "한국어 안내"},
	}
}

func TestPalette(t *testing.T) {
	p := NewPalette(darkTheme(), ": ")
	p.SetItems(commands())
	for _, k := range []string{"i", "d", "n"} {
		p.Update(press(k))
	}
	if it, ok := p.Selected(); !ok || it.ID != "people" {
		t.Fatalf("searching idn selects %+v", it)
	}
	if ev := p.Update(press("enter")); ev != PalettePicked || p.Picked().ID != "people" {
		t.Errorf("enter = %d, %+v", ev, p.Picked())
	}
	p.SetQuery("한안")
	if it, _ := p.Selected(); it.ID != "ko" {
		t.Errorf("searching in Korean selects %+v", it)
	}
	p.SetQuery("removal")
	if ev := p.Update(press("enter")); ev != PaletteNone {
		t.Errorf("picking a disabled item = %d", ev)
	}
	if view := ansi.Strip(p.View(Size{60, 6})); !strings.Contains(view, "! nothing is marked") {
		t.Errorf("no reason in:\n%s", view)
	}
	if p.SetQuery("zzz"); !strings.Contains(ansi.Strip(p.View(Size{60, 6})), "nothing matches") {
		t.Error("no word on nothing found")
	}
	if ev := p.Update(press("enter")); ev != PaletteNone {
		t.Errorf("enter on nothing = %d", ev)
	}
	if ev := p.Update(press("esc")); ev != PaletteCancelled {
		t.Errorf("esc = %d", ev)
	}
}

func TestPaletteKeepsItsSelection(t *testing.T) {
	p := NewPalette(darkTheme(), ": ")
	p.SetItems(commands())
	p.Update(press("down"))
	p.SetItems(append([]Item{{ID: "new", Title: "new"}}, commands()...))
	if it, _ := p.Selected(); it.ID != "people" {
		t.Errorf("after new items came the selection is on %+v", it)
	}
}

func TestPaletteIsExactForAnyTextAndSize(t *testing.T) {
	check(t, func(t *rapid.T) {
		p := NewPalette(darkTheme(), nasty().Draw(t, "prompt"))
		var items []Item
		for i := range rapid.IntRange(0, 6).Draw(t, "items") {
			items = append(items, Item{ID: fmt.Sprint(i), Title: nasty().Draw(t, "title"), Hint: nasty().Draw(t, "hint"), DisabledReason: nasty().Draw(t, "why")})
		}
		p.SetItems(items)
		for range 4 {
			size := anySize().Draw(t, "size")
			wantBlock(t, "palette", p.View(size), size)
			wantCursor(t, p.Cursor(), size)
			p.Update(press(rapid.SampledFrom([]string{"down", "up", "pgdown", "a", "한", "0", "enter", "backspace"}).Draw(t, "key")))
			p.Update(tea.PasteMsg{Content: rapid.SampledFrom([]string{"", "국", "x"}).Draw(t, "paste")})
		}
	})
}

// TestSignsAreOneCell guards the signs that drawings count as one cell.
func TestSignsAreOneCell(t *testing.T) {
	for _, s := range strings.Split(cursorSign+rangeSign+upSign+downSign+ellipsis+replacement+"█░·↑↓←→▏─│┌┐└┘–!*?~+"+sparks, "") {
		if g, wc := ansi.StringWidth(s), ansi.StringWidthWc(s); g != 1 || wc != 1 {
			t.Errorf("%q takes %d cells by cluster, %d by rune", s, g, wc)
		}
	}
}

func TestFrameIsExact(t *testing.T) {
	check(t, func(t *rapid.T) {
		size := anySize().Draw(t, "size")
		wantBlock(t, "frame", Frame(darkTheme(), nasty().Draw(t, "title"), Line(7, Span{Text: nasty().Draw(t, "inner")}), size), size)
	})
}

func TestAPaletteSaysThatNothingIsCalledSo(t *testing.T) {
	p := NewPalette(darkTheme(), ": ")
	p.SetItems([]Item{{ID: "a", Title: "rescan"}})
	p.SetQuery("zzz")
	if got := p.View(Size{W: 70, H: 5}); !strings.Contains(got, "none of 1 is called so") {
		t.Errorf("the palette says\n%s", got)
	}
}
