package kit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/ui/theme"
)

// counting is a large source that counts how often it is asked.
type counting struct {
	first, n   int
	ids, cells int
	style      theme.Style
}

func (s *counting) Len() int            { return s.n }
func (s *counting) ID(i int) string     { s.ids++; return "task-" + strconv.Itoa(i-s.first) }
func (s *counting) Gutter(i int) Gutter { return Gutter{Signs: "!*"[i%2 : i%2+1]} }
func (s *counting) Cell(i, col int) Cell {
	s.cells++
	switch i -= s.first; col {
	case 0:
		return Cell{Text: "ap-northeast-2"}
	case 1:
		return Cell{Text: "한국어 이름 " + strconv.Itoa(i), Style: s.style}
	case 2:
		return Cell{Text: "arn:aws:ecs:us-east-1:123456789012:task/blue/" + strconv.Itoa(i)}
	default:
		return Cell{Text: Count(i * col), Style: s.style}
	}
}

// arrive puts rows above all others, so that every index changes.
func (s *counting) arrive(n int) { s.first, s.n = s.first+n, s.n+n }

func bigTable(src *counting) *Table {
	cols := []Column{{ID: "region", Title: "REGION"}, {ID: "name", Title: "NAME", MaxWidth: 30}, {ID: "arn", Title: "ARN", MaxWidth: 60}}
	for i := 3; i < 13; i++ {
		cols = append(cols, Column{ID: fmt.Sprint(i), Title: "NUMBER", Align: AlignRight, Priority: i})
	}
	src.style = theme.NewStyle("31")
	t := NewTable(darkTheme(), cols...)
	t.SignWidth = 1
	t.SetRows(src)
	t.Pin()
	return t
}

func TestDrawingAsksOnlyForTheWindow(t *testing.T) {
	src := &counting{n: 100_000}
	tab := bigTable(src)
	size := Size{200, 60}
	tab.View(size)
	tab.Move(MoveBottom)
	tab.Move(MovePageUp)
	for _, arriving := range []int{0, 500} {
		src.ids, src.cells = 0, 0
		tab.Move(MoveDown)
		src.arrive(arriving)
		tab.View(size)
		if want := 60 * 13; src.cells > want {
			t.Errorf("with %d rows arriving one drawing asked for %d cells, want at most %d", arriving, src.cells, want)
		}
		if want := 2*arriving + 50; src.ids > want {
			t.Errorf("with %d rows arriving one drawing asked for %d ids, want at most %d", arriving, src.ids, want)
		}
	}
}

// hostileNames is a source whose every text is as costly to draw as one can be.
type hostileNames struct{ counting }

func (s *hostileNames) Cell(i, _ int) Cell {
	return Cell{Text: strings.Repeat("👨\u200d👩\u200d👧e\u0301\u0336\u1112\u1161\u11ab", 25) + strconv.Itoa(i)}
}

func BenchmarkTableOfHostileNames(b *testing.B) {
	src := &hostileNames{counting{n: 100_000}}
	tab := bigTable(&src.counting)
	tab.SetRows(src)
	size := Size{200, 60}
	for b.Loop() {
		tab.Move(MoveDown)
		tab.View(size)
	}
}

// BenchmarkTable is the budget "Update and View at 100,000 rows, 200×60: p99 at
// most 5 ms". The bound beside it is what copying the same bytes costs.
func BenchmarkTable(b *testing.B) {
	for _, batch := range []int{0, 500} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			src := &counting{n: 100_000}
			tab := bigTable(src)
			size := Size{200, 60}
			moves := []Move{MoveDown, MovePageDown, MoveDown, MoveRight, MoveUp, MoveBottom, MoveLeft, MoveTop}
			took := make([]time.Duration, 0, b.N)
			frame := tab.View(size)
			for i := 0; b.Loop(); i++ {
				src.arrive(batch)
				begin := time.Now()
				tab.Move(moves[i%len(moves)])
				frame = tab.View(size)
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			p99 := took[len(took)*99/100]
			into := make([]byte, len(frame))
			begin := time.Now()
			for range 1000 {
				copy(into, frame)
			}
			bound := time.Since(begin) / 1000
			b.ReportMetric(float64(p99.Microseconds())/1000, "p99-ms")
			b.ReportMetric(5, "budget-ms")
			b.ReportMetric(float64(bound.Nanoseconds())/1e6, "bound-ms")
			b.ReportMetric(float64(len(into)), "bytes/frame")
		})
	}
}
