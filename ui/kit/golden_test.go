package kit

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/ui/theme"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a drawing with testdata/NAME.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n"), strings.Split(got+"\n", "\n")); diff != "" {
		t.Errorf("%s is drawn otherwise (-want +got):\n%s", name, diff)
	}
}

// grid is a source like those of real screens: numbers, wide names, a row in
// words, growth.
type grid struct{ th *theme.Theme }

func (g grid) Len() int        { return 6 }
func (g grid) ID(i int) string { return fmt.Sprint("row", i) }
func (g grid) Gutter(i int) Gutter {
	if i == 1 {
		return Gutter{Signs: "!", Row: g.th.Hostile}
	}
	return Gutter{Signs: map[int]string{3: "*"}[i]}
}

func (g grid) Cell(i, col int) Cell {
	if i == 4 && col == 2 {
		return Cell{Text: "disabled: look later", Span: -1, Style: g.th.Muted}
	}
	row := [][]string{
		{"us-east-1", "N. Virginia", "23", "3,200", "158.0", "+243", "▁▁▁█▇▃▁▁"},
		{"ap-northeast-2", "서울", "22", "131", "6.5", "+44", "▂▁▁▂█▁▁▁"},
		{"eu-west-3", "Paris", "denied", "192+", "9.5+", "+12", "▁▁▁▂█▁▁▁"},
		{"us-west-2", "Oregon", "0", "0", "0", "", "▁▁▁▁▁▁▁▁"},
		{"me-south-1", "Bahrain"},
		{"sa-east-1", "São Paulo", "·", "·", "·", "", "········"},
	}[i]
	if col >= len(row) {
		return Cell{}
	}
	c := Cell{Text: row[col]}
	if col == 5 {
		c.Style = g.th.New
	}
	return c
}

func gridScreen(th *theme.Theme, size Size) string {
	tabs := &Tabs{Theme: th, Items: []Tab{{Key: "1", Title: "grid"}, {Key: "2", Title: "people", Badge: "61"}}}
	tab := NewTable(th,
		Column{ID: "region", Title: "REGION"}, Column{ID: "place", Title: "PLACE", Priority: 2},
		Column{ID: "n", Title: "CLUSTER", Align: AlignRight}, Column{ID: "cpu", Title: "vCPU", Align: AlignRight, Priority: 1},
		Column{ID: "cost", Title: "$/h", Align: AlignRight}, Column{ID: "new", Title: "NEW", Align: AlignRight, Priority: 3},
		Column{ID: "events", Title: "EVENTS 72h", Priority: 4})
	tab.SetRows(grid{th})
	tab.SetSort("n", true)
	tab.Total = 34
	tab.Move(MoveDown)
	return Stack(tabs.View(size.W), tab.View(Size{size.W, max(size.H-2, 0)}), testKeys().Bar(th, size.W, "list", "global"))
}

func TestGolden(t *testing.T) {
	th := darkTheme()
	plain := theme.New(theme.Options{NoColor: true})
	for _, size := range []Size{{20, 5}, {40, 10}, {80, 11}, {120, 11}} {
		golden(t, fmt.Sprintf("grid_%dx%d", size.W, size.H), ansi.Strip(gridScreen(th, size)))
	}
	golden(t, "grid_80x11_colour", escaped(gridScreen(th, Size{80, 11})))
	golden(t, "grid_80x11_nocolor", escaped(gridScreen(&plain, Size{80, 11})))

	a := ask(phrase)
	a.typeIn("delete 412 in 12")
	golden(t, "confirm_80x4", ansi.Strip(a.View(Size{80, 4})))
	golden(t, "confirm_40x6", ansi.Strip(a.View(Size{40, 6})))

	ds := &Dialogs{Theme: th}
	ds.Open(question(), opened)
	golden(t, "dialog_80x11", ansi.Strip(ds.Draw(gridScreen(th, Size{80, 11}), Size{80, 11})))
	golden(t, "help_80", ansi.Strip(strings.Join(testKeys().HelpLines(th, 80, "list", "global"), "\n")))
	golden(t, "whichkey_40x4", ansi.Strip(WhichKey(th, Size{40, 4}, testKeys().Bindings("list"))))

	p := NewPalette(th, ": ")
	p.SetItems(commands())
	p.SetQuery("go")
	golden(t, "palette_50x6", ansi.Strip(p.View(Size{50, 6})))
}

// escaped makes the styles of a drawing readable.
func escaped(s string) string { return strings.ReplaceAll(s, "\x1b", "\\e") }
