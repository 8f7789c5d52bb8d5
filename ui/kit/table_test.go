package kit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/ui/theme"
)

// things is a source of rows with two columns, in the order of ids.
type things struct {
	ids   []string
	cell  func(i, col int) Cell
	signs string
	skip  map[string]bool
}

func (s *things) Len() int            { return len(s.ids) }
func (s *things) ID(i int) string     { return s.ids[i] }
func (s *things) Gutter(i int) Gutter { return Gutter{Signs: s.signs} }
func (s *things) Skip(i int) bool     { return s.skip[s.ids[i]] }
func (s *things) Cell(i, col int) Cell {
	if s.cell != nil {
		return s.cell(i, col)
	}
	return Cell{Text: fmt.Sprintf("%s.%d", s.ids[i], col)}
}

// indexed is the same with an index.
type indexed struct{ *things }

func (s indexed) Index(id string) (int, bool) {
	i := slices.Index(s.ids, id)
	return i, i >= 0
}

func numbered(from, to int) []string {
	var ids []string
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprintf("r%04d", i))
	}
	return ids
}

func twoColumns() []Column {
	return []Column{{ID: "name", Title: "NAME"}, {ID: "n", Title: "N", Align: AlignRight}}
}

// cursorLine is the line of the drawing that has the cursor's sign, -1 if none.
func cursorLine(view string) int {
	return slices.IndexFunc(strings.Split(ansi.Strip(view), "\n"), func(l string) bool { return strings.HasPrefix(l, cursorSign) })
}

func TestACellKeepsTheEndThatTellsItApart(t *testing.T) {
	table := NewTableOf(darkTheme(), RowsOf[string]{
		Count: func() int { return 1 }, At: func(int) string { return "…AdministratorAccess/root" }, Name: func(s string) string { return s },
	}, ColumnOf[string]{Column: Column{ID: "by", Title: "BY"}, Show: func(s string) Cell { return Cell{Text: s, KeepEnd: true} }})
	if got := table.View(Size{W: 14, H: 2}); !strings.Contains(got, "…Access/root") {
		t.Errorf("what was cut is the end:\n%s", got)
	}
}

func TestTableIsExactForAnyTextAndSize(t *testing.T) {
	check(t, func(t *rapid.T) {
		var cols []Column
		for i := range rapid.IntRange(0, 6).Draw(t, "cols") {
			cols = append(cols, Column{
				ID: fmt.Sprint(i), Title: nasty().Draw(t, "title"), Align: Align(rapid.IntRange(0, 3).Draw(t, "align")),
				MinWidth: rapid.IntRange(0, 20).Draw(t, "min"), MaxWidth: rapid.IntRange(0, 30).Draw(t, "max"),
				Priority: rapid.IntRange(0, 3).Draw(t, "priority"), Order: rapid.IntRange(0, 3).Draw(t, "order"),
			})
		}
		text := nasty().Draw(t, "text")
		span := rapid.IntRange(-1, 4).Draw(t, "span")
		src := &things{ids: numbered(0, rapid.IntRange(0, 30).Draw(t, "rows")), signs: nasty().Draw(t, "signs")}
		src.cell = func(i, col int) Cell {
			c := Cell{Text: text, Style: theme.NewStyle("31")}
			if i%3 == 1 {
				c.Span = span
			}
			return c
		}
		tab := NewTable(darkTheme(), cols...)
		tab.Empty, tab.Total = nasty().Draw(t, "empty"), 99
		tab.SignWidth, tab.Gap = rapid.IntRange(0, 3).Draw(t, "signwidth"), rapid.IntRange(0, 3).Draw(t, "gap")
		tab.Focused = rapid.Bool().Draw(t, "focused")
		tab.SetRows(src)
		for range 8 {
			size := anySize().Draw(t, "size")
			wantBlock(t, "table", tab.View(size), size)
			if rapid.Bool().Draw(t, "range") {
				tab.StartRange()
			}
			tab.Move(Move(rapid.IntRange(0, 7).Draw(t, "move")))
			tab.Scroll(rapid.IntRange(-5, 5).Draw(t, "scroll"))
			src.ids = numbered(rapid.IntRange(0, 5).Draw(t, "from"), rapid.IntRange(0, 30).Draw(t, "to"))
			tab.At(rapid.IntRange(-1, 90).Draw(t, "x"), rapid.IntRange(-1, 12).Draw(t, "y"))
			tab.Range()
		}
	})
}

func TestCursorStaysOnItsThingAndLine(t *testing.T) {
	for _, withIndex := range []bool{false, true} {
		src := &things{ids: numbered(1000, 1100)}
		tab := NewTable(darkTheme(), twoColumns()...)
		if tab.SetRows(src); withIndex {
			tab.SetRows(indexed{src})
		}
		size := Size{40, 20}
		tab.View(size)
		for range 30 {
			tab.Move(MoveDown)
		}
		for range 7 { // to the middle of the window, where no edge holds it
			tab.Move(MoveUp)
		}
		id, line := tab.CursorID(), cursorLine(tab.View(size))

		src.ids = append(numbered(0, 500), src.ids...) // 500 rows come in above
		if got := cursorLine(tab.View(size)); tab.CursorID() != id || got != line {
			t.Errorf("index %v: after rows came in above, cursor on %s line %d, want %s line %d", withIndex, tab.CursorID(), got, id, line)
		}
		src.ids = append(src.ids, numbered(2000, 9000)...)
		slices.Reverse(src.ids) // another order: further away than the quick search reaches
		if tab.View(size); tab.CursorID() != id {
			t.Errorf("index %v: after the order turned, cursor on %s, want %s", withIndex, tab.CursorID(), id)
		}
	}
}

func TestUntouchedCursorStaysAtTheTop(t *testing.T) {
	src := &things{ids: numbered(50, 60)}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	size := Size{40, 6}
	tab.View(size)
	src.ids = numbered(0, 60)
	if tab.View(size); tab.CursorID() != "r0000" {
		t.Errorf("a list that fills has its cursor on %s, want the first row", tab.CursorID())
	}
	tab.Pin()
	src.ids = append([]string{"new"}, src.ids...)
	if tab.View(size); tab.CursorID() != "r0000" {
		t.Errorf("after Pin the cursor went to %s", tab.CursorID())
	}
}

func TestCursorOfRowThatGoesAway(t *testing.T) {
	src := &things{ids: numbered(0, 20)}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(indexed{src})
	tab.GoTo("r0010")
	src.ids = slices.Delete(slices.Clone(src.ids), 10, 11)
	if got := tab.CursorID(); got != "r0011" {
		t.Errorf("cursor on %s, want the row that took the place", got)
	}
	src.ids = numbered(0, 20)
	if got := tab.CursorID(); got != "r0010" {
		t.Errorf("cursor on %s after its row came back, want r0010", got)
	}
	src.ids = []string{}
	if got := tab.CursorID(); got != "" || tab.Cursor() != -1 {
		t.Errorf("cursor on %q of no rows", got)
	}
	src.ids = numbered(0, 20)
	if got := tab.CursorID(); got != "r0010" {
		t.Errorf("cursor on %s after the filter was taken back, want r0010", got)
	}
}

func TestMoves(t *testing.T) {
	src := &things{ids: numbered(0, 100)}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	tab.View(Size{40, 12}) // 10 lines of rows
	for _, c := range []struct {
		move Move
		want string
	}{
		{MoveUp, "r0000"},
		{MoveDown, "r0001"},
		{MovePageDown, "r0010"},
		{MovePageDown, "r0019"},
		{MovePageUp, "r0010"},
		{MoveBottom, "r0099"},
		{MoveDown, "r0099"},
		{MovePageDown, "r0099"},
		{MoveTop, "r0000"},
		{MovePageUp, "r0000"},
	} {
		if tab.Move(c.move); tab.CursorID() != c.want {
			t.Fatalf("after move %d the cursor is on %s, want %s", c.move, tab.CursorID(), c.want)
		}
		if line := cursorLine(tab.View(Size{40, 12})); line < 1 || line > 10 {
			t.Fatalf("after move %d the cursor is on line %d", c.move, line)
		}
	}
}

func TestCursorPassesOverHeadings(t *testing.T) {
	src := &things{ids: []string{"h1", "a", "a2", "b", "h2", "c"}, skip: map[string]bool{"h1": true, "a2": true, "h2": true}}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	tab.View(Size{40, 4})
	var got []string
	for range 4 {
		got = append(got, tab.CursorID())
		tab.Move(MoveDown)
	}
	if want := []string{"a", "b", "c", "c"}; !cmp.Equal(got, want) {
		t.Errorf("cursor went %v, want %v", got, want)
	}
	tab.Move(MoveTop)
	if view := ansi.Strip(tab.View(Size{40, 4})); tab.CursorID() != "a" || !strings.Contains(view, "h1.0") {
		t.Errorf("the heading of the first row is out of reach:\n%s", view)
	}
	tab.StartRange()
	tab.Move(MoveBottom)
	if want := []string{"a", "b", "c"}; !cmp.Equal(tab.Range(), want) {
		t.Errorf("range = %v, want %v", tab.Range(), want)
	}
}

func TestRange(t *testing.T) {
	src := &things{ids: numbered(0, 20)}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	tab.GoTo("r0005")
	if got := tab.Range(); !cmp.Equal(got, []string{"r0005"}) {
		t.Errorf("without an anchor the range is %v", got)
	}
	tab.StartRange()
	tab.Move(MoveUp)
	tab.Move(MoveUp)
	if want := []string{"r0003", "r0004", "r0005"}; !cmp.Equal(tab.Range(), want) {
		t.Errorf("range = %v, want %v", tab.Range(), want)
	}
	if view := ansi.Strip(tab.View(Size{40, 12})); strings.Count(view, "\n"+rangeSign) != 2 || !strings.Contains(view, "range of 3") {
		t.Errorf("the range is not to be seen without colour:\n%s", view)
	}
	src.ids = slices.DeleteFunc(slices.Clone(src.ids), func(id string) bool { return id == "r0005" })
	if tab.InRange() {
		t.Error("the range outlives its anchor")
	}
}

func TestColumnsWhenNarrow(t *testing.T) {
	src := &things{ids: []string{"x"}}
	words := []string{"us-east-1", "12,345", "200", "optional-text", "n"}
	src.cell = func(_, col int) Cell { return Cell{Text: words[col]} }
	tab := NewTable(darkTheme(),
		Column{ID: "region", Title: "REGION"}, Column{ID: "tasks", Title: "TASKS", Align: AlignRight},
		Column{ID: "cpu", Title: "CPU", Align: AlignRight}, Column{ID: "note", Title: "NOTE", Priority: 2}, Column{ID: "last", Title: "LAST", Priority: 1})
	tab.SetRows(src)
	row := func(w int) string { return strings.TrimSpace(strings.Split(ansi.Strip(tab.View(Size{w, 3})), "\n")[1]) }

	for _, c := range []struct {
		w    int
		want string
	}{
		{60, "▸ us-east-1  12,345   200  optional-text  n"},
		{46, "▸ us-east-1  12,345   200  optional-te…  n"},
		{40, "▸ us-east-1  12,345   200  n"},
		{26, "▸ us-east-1  12,345   200"},
		{24, "▸ us-east-1  12,345"},
		{10, "▸ us-east…"},
	} {
		if got := row(c.w); got != c.want {
			t.Errorf("%d cells: %q, want %q", c.w, got, c.want)
		}
	}
	tab.View(Size{26, 3})
	tab.Move(MoveRight)
	if got := row(26); got != "▸ us-east-1   200" {
		t.Errorf("scrolled by one: %q", got)
	}
	tab.Move(MoveRight)
	tab.Move(MoveRight)
	tab.Move(MoveRight)
	if got := row(26); got != "▸ us-east-1  n" {
		t.Errorf("scrolled to the end: %q, want the first and the last column", got)
	}
	if got := tab.Info(); !strings.Contains(got, "← 3 more columns") || strings.Contains(got, "→") {
		t.Errorf("info at the end of the columns: %q", got)
	}
	tab.Move(MoveLeft)
	if got := row(26); !strings.Contains(got, "optional") {
		t.Errorf("one back from the end: %q", got)
	}
}

func TestNumbersAreNeverShortened(t *testing.T) {
	src := &things{ids: []string{"x"}}
	src.cell = func(_, col int) Cell {
		return Cell{Text: []string{"a-rather-long-name-of-a-thing", "1,234,567,890,123"}[col]}
	}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	for w := 60; w > 2; w-- {
		row := strings.Split(ansi.Strip(tab.View(Size{w, 3})), "\n")[1]
		if strings.Contains(row, "1,2") && !strings.Contains(row, "1,234,567,890,123") {
			t.Fatalf("%d cells show a wrong number: %q", w, row)
		}
	}
}

func TestColumnsStandStill(t *testing.T) {
	src := &things{ids: numbered(0, 100)}
	src.cell = func(i, col int) Cell { return Cell{Text: strings.Repeat("x", 1+(i*7)%20)} }
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	width := func() int { return tab.lay.w[0] }
	last := 0
	for range 99 {
		tab.View(Size{80, 6})
		if width() < last {
			t.Fatalf("the column shrank from %d to %d while moving", last, width())
		}
		last = width()
		tab.Move(MoveDown)
	}
}

func TestASpanningCellWhoseColumnIsOutOfSightIsDrawnInTheNextOne(t *testing.T) {
	for _, span := range []int{-1, 3} {
		src := &things{ids: []string{"a", "b"}, cell: func(i, col int) Cell {
			if i == 1 && col == 1 {
				return Cell{Text: "users 14", Span: span}
			}
			return Cell{Text: fmt.Sprintf("c%d---------", col)}
		}}
		tb := NewTable(darkTheme(), Column{ID: "a"}, Column{ID: "b", Priority: 9}, Column{ID: "c", Priority: 1}, Column{ID: "d", Priority: 2}, Column{ID: "e", Priority: 1})
		tb.SetRows(src)
		lines := strings.Split(ansi.Strip(tb.View(Size{W: 54, H: 4})), "\n")
		if strings.Contains(lines[1], "c1") || !strings.Contains(lines[1], "c2---------  c3---------  c4---------") {
			t.Fatalf("the second column has to be out of sight: %q", lines[1])
		}
		want := "  c0---------  users 14"
		if span > 0 {
			want += "                  c4---------"
		}
		if got := strings.TrimRight(lines[2], " "); got != want {
			t.Errorf("span %d is drawn %q, want %q", span, got, want)
		}
	}
}

func TestSpanningCell(t *testing.T) {
	src := &things{ids: []string{"a", "b"}}
	src.cell = func(i, col int) Cell {
		if i == 1 && col == 1 {
			return Cell{Text: "disabled: look later, and it is long", Span: 3}
		}
		return Cell{Text: fmt.Sprint("v", col)}
	}
	cols := []Column{{Title: "A"}, {Title: "BBBBBBBBBBBBBB"}, {Title: "CCCCCCCCCCC"}, {Title: "DDDDDDDDDDDD"}, {Title: "E"}}
	tab := NewTable(darkTheme(), cols...)
	tab.SetRows(src)
	lines := strings.Split(ansi.Strip(tab.View(Size{80, 4})), "\n")
	if !strings.Contains(lines[2], "disabled: look later, and it is long") {
		t.Errorf("spanning cell is cut: %q", lines[2])
	}
	before := func(line string) int { return ansi.StringWidth(line[:max(strings.Index(line, "v4"), 0)]) }
	if a, b := before(lines[1]), before(lines[2]); a != b || a == 0 {
		t.Errorf("the column behind the span is shifted:\n%s\n%s", lines[1], lines[2])
	}
}

func TestHeaderShowsTheOrder(t *testing.T) {
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(&things{ids: []string{"x"}})
	tab.SetSort("n", true)
	if head := strings.Split(ansi.Strip(tab.View(Size{30, 3})), "\n")[0]; !strings.Contains(head, "↓N") {
		t.Errorf("descending head = %q", head)
	}
	tab.SetSort("name", false)
	if head := strings.Split(ansi.Strip(tab.View(Size{30, 3})), "\n")[0]; !strings.Contains(head, "NAME↑") {
		t.Errorf("ascending head = %q", head)
	}
}

func TestInfoAndEmpty(t *testing.T) {
	src := &things{ids: numbered(0, 12345)}
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(src)
	tab.Total, tab.Empty = 100000, "nothing matches"
	if view := ansi.Strip(tab.View(Size{60, 10})); !strings.Contains(view, "12,345 of 100,000") {
		t.Errorf("no count in:\n%s", view)
	}
	src.ids = nil
	if view := ansi.Strip(tab.View(Size{60, 10})); !strings.Contains(view, "nothing matches") || !strings.Contains(view, "0 of 100,000") {
		t.Errorf("no word on emptiness in:\n%s", view)
	}
}

func TestAtFindsWhatWasDrawn(t *testing.T) {
	tab := NewTable(darkTheme(), twoColumns()...)
	tab.SetRows(&things{ids: numbered(0, 50)})
	view := ansi.Strip(tab.View(Size{40, 12}))
	lines := strings.Split(view, "\n")
	before, _, found := strings.Cut(lines[3], "r0002.1")
	if !found {
		t.Fatalf("the row is not drawn:\n%s", view)
	}
	x := ansi.StringWidth(before)
	if h := tab.At(x, 3); h.RowID != "r0002" || h.Column != "n" || h.Header {
		t.Errorf("At(%d, 3) = %+v", x, h)
	}
	if h := tab.At(3, 0); !h.Header || h.Column != "name" || h.Row != -1 {
		t.Errorf("At(3, 0) = %+v", h)
	}
	if h := tab.At(3, 11); h.Row != -1 || h.Header {
		t.Errorf("the last line is no row: %+v", h)
	}
}

// TestAHiddenColumnsOrderShowsInTheHead of the column that always stays.
func TestAHiddenColumnsOrderShowsInTheHead(t *testing.T) {
	th := theme.New(theme.Options{})
	table := NewTable(&th, Column{ID: "name", Title: "NAME", MinWidth: 16}, Column{ID: "mem", Title: " MEM ", Align: AlignRight, Priority: 5})
	table.SetRows(&things{ids: numbered(0, 3)})
	table.SetSort("mem", true)
	head := func(width int) string { return strings.Split(ansi.Strip(table.View(Size{W: width, H: 6})), "\n")[0] }
	if got := head(60); strings.Contains(got, "NAME ↓MEM") || !strings.Contains(got, "↓ MEM") {
		t.Errorf("in sight: %q", got)
	}
	if got := head(19); !strings.Contains(got, "NAME ↓MEM") {
		t.Errorf("out of sight: %q", got)
	}
}
