package screen

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// sheet is what a screen shows, as rows under JSON keys. Rows is called beside the loop and must read what does not change.
type sheet struct {
	name string
	keys []string
	rows func() [][]any
}

// export writes what a screen shows as CSV or JSON.
func (w *World) export(in Intent, s *sheet) {
	if w.WriteFile == nil {
		w.Refuse("nothing can be written here")
		return
	}
	account, now, write := w.Account(), w.Clock.Now().UTC(), w.WriteFile
	ext := "csv"
	encode := s.csv
	if in == IntentJSON {
		ext, encode = "json", s.json
	}
	name := fmt.Sprintf("rootout-%s-%s-%s.%s", account, s.name, now.Format("20060102T150405Z"), ext)
	type result struct {
		path string
		n    int
		err  error
	}
	background.Do(w.Loop, func() result {
		rows := s.rows()
		data, err := encode(rows)
		if err != nil {
			return result{err: err}
		}
		path, err := write(name, data)
		return result{path, len(rows), err}
	}, func(r result) {
		if r.err != nil {
			w.Say(kit.Alarm, "not exported: "+r.err.Error())
			return
		}
		w.Say(kit.Info, "exported "+words.Count(r.n, "row", "rows")+" to "+r.path)
	})
}

// json is an array of objects in the order of the columns.
func (s *sheet) json(rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("[")
	for i, row := range rows {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  {")
		for j, key := range s.keys {
			value, err := json.Marshal(row[j])
			if err != nil {
				return nil, fmt.Errorf("encode %s: %w", key, err)
			}
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q: %s", key, value)
		}
		b.WriteString("}")
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

// csv is RFC 4180 with a head line. A text that a spreadsheet would take for a formula gets an apostrophe in front: an attacker chose it.
func (s *sheet) csv(rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	if err := out.Write(s.keys); err != nil {
		return nil, fmt.Errorf("write head: %w", err)
	}
	line := make([]string, len(s.keys))
	for _, row := range rows {
		for j, v := range row {
			line[j] = csvText(v)
		}
		if err := out.Write(line); err != nil {
			return nil, fmt.Errorf("write row: %w", err)
		}
	}
	out.Flush()
	return b.Bytes(), out.Error()
}

func csvText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	case []string:
		return csvText(strings.Join(v, " "))
	case float64:
		return words.Number(v, 6)
	}
	return fmt.Sprint(v)
}

// sheet is the list as it is shown, with every field of the kind.
func (l *List) sheet(w *World) *sheet {
	data := l.rows.data
	fields := model.CommonFields()
	if l.place.Kind != "" {
		fields = w.Catalog.Fields(l.place.Kind)
	}
	s := &sheet{name: "resources"}
	for _, f := range fields {
		s.keys = append(s.keys, f.Key)
	}
	s.rows = func() [][]any {
		rows := make([][]any, len(data.rows))
		for i, r := range data.rows {
			row := make([]any, len(fields))
			for j, f := range fields {
				row[j] = f.Get(r).JSON()
			}
			rows[i] = row
		}
		return rows
	}
	return s
}

// sheet is the grid as it is shown, a row a cell; the count is null unless it was counted, and a lower bound stands apart.
func (g *Grid) sheet(w *World) *sheet {
	pic, account := g.pic, w.Account()
	s := &sheet{name: "grid", keys: []string{"account", "region", "kind", "state", "count", "atLeast", "asOf", "vcpu", "memoryMiB", "usdPerHour", "new"}}
	s.rows = func() [][]any {
		var rows [][]any
		for _, at := range pic.order {
			row := &pic.shown.Rows[at]
			for i := range row.Cells {
				c := &row.Cells[i]
				rows = append(rows, cellRow(account, row.Region.Name, pic.shown.Kinds[i].ID, c))
			}
		}
		return rows
	}
	return s
}

func cellRow(account, region string, kind model.KindID, c *model.GridCell) []any {
	row := []any{account, region, string(kind), c.State.String(), nil, nil, nil, nil, nil, nil, nil}
	if !c.Cell.AsOf.IsZero() {
		row[6] = c.Cell.AsOf.UTC().Format(time.RFC3339)
	}
	switch {
	case c.State.Complete() && !c.Sum.AtLeast:
		row[4] = c.Sum.Count
	case c.State.AtLeast() || c.Sum.Count > 0:
		row[5] = c.Sum.Count
	default:
		return row
	}
	row[7], row[8], row[9], row[10] = c.Sum.VCPU, c.Sum.MemoryMiB, c.Sum.PerHour, c.Sum.New
	return row
}
