// Package export writes what a screen shows as CSV or JSON.
//
// It must not know what is shown, nor where files lie.
package export

import (
	"fmt"
	"time"

	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Scope is the scope of the keys that export.
const Scope = "export"

// The formats that can be asked for.
const (
	IntentCSV  screen.Intent = "export-csv"
	IntentJSON screen.Intent = "export-json"
)

// Keys are the keys that export what is shown.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Export"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, IntentCSV, 0, "CSV", "export what is shown as CSV", "ctrl+s c"),
			screen.Bind(Scope, IntentJSON, 0, "JSON", "export what is shown as JSON", "ctrl+s j"),
		},
	}
}

// Exporter writes sheets.
type Exporter struct {
	Loop *background.Loop
	Now  func() time.Time
	Say  func(level kit.Level, text string)
	// Account is the account's number, "" until it is known.
	Account func() string
	// WriteFile keeps an export and says where; it may be nil.
	WriteFile func(name string, data []byte) (path string, err error)
}

// Export writes what a screen shows in the format that was asked for.
func (e *Exporter) Export(in screen.Intent, s *Sheet) {
	if e.WriteFile == nil {
		e.Say(kit.Notice, "nothing can be written here")
		return
	}
	write, ext, encode := e.WriteFile, "csv", s.csv
	if in == IntentJSON {
		ext, encode = "json", s.json
	}
	name := fmt.Sprintf("rootout-%s-%s-%s.%s", e.Account(), s.Name, e.Now().UTC().Format("20060102T150405Z"), ext)
	type result struct {
		path string
		n    int
		err  error
	}
	background.Do(e.Loop, func() result {
		rows := s.Rows()
		data, err := encode(rows)
		if err != nil {
			return result{err: err}
		}
		path, err := write(name, data)
		return result{path, len(rows), err}
	}, func(r result) {
		if r.err != nil {
			e.Say(kit.Alarm, "not exported: "+r.err.Error())
			return
		}
		e.Say(kit.Info, "exported "+words.Count(r.n, "row", "rows")+" to "+r.path)
	})
}
