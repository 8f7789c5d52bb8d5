package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rootout/rootout/ui/words"
)

// Sheet is what a screen shows, as rows under JSON keys.
type Sheet struct {
	// Name is its part of the file's name.
	Name string
	Keys []string
	// Rows is called beside the loop and must read what does not change.
	Rows func() [][]any
}

// json is an array of objects in the order of the columns.
func (s *Sheet) json(rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("[")
	for i, row := range rows {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  {")
		for j, key := range s.Keys {
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

// csv is RFC 4180 with a head line. A text that a spreadsheet would take for a formula gets an
// apostrophe in front: an attacker chose it.
func (s *Sheet) csv(rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	if err := out.Write(s.Keys); err != nil {
		return nil, fmt.Errorf("write head: %w", err)
	}
	line := make([]string, len(s.Keys))
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
