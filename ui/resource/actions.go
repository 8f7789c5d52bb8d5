package resource

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// Speaker tells and asks the operator.
type Speaker interface {
	Say(level kit.Level, text string)
	Refuse(text string)
	Ask(d *kit.Dialog, then func(kit.Answer))
	Copy(text, shown string)
}

// Actions carries out what is asked for one resource.
type Actions struct {
	Theme   *theme.Theme
	Catalog *model.Catalog
	Loop    *background.Loop
	Speak   Speaker
	Records *Records
	// OpenText shows a text.
	OpenText func(screen.TextRequest)
	// OpenEvents shows the timeline of what a filter selects; NoEvents says why there is none, "" where
	// there is.
	OpenEvents func(filter string)
	NoEvents   func() string
}

// Handle does what is asked for a resource, nil for none, and says whether the intent was of that
// sort.
func (a *Actions) Handle(in screen.Intent, r *model.Resource) bool {
	if !Acts(in) {
		return false
	}
	if r == nil {
		return true
	}
	switch in {
	case IntentRaw:
		a.openRaw(r)
	case screen.IntentCopy:
		a.Speak.Copy(r.Thing(), r.Thing())
	case IntentConsole:
		link := a.console(r)
		a.Speak.Copy(link, link)
	case IntentCLI:
		a.OpenText(screen.TextRequest{
			Title: "aws cli", Text: cliText(a.cli(r)), Remark: "shows it, then removes it; nothing is run by rootout from here",
		})
	case IntentNote:
		a.editNote(r)
	case IntentEvents:
		a.OpenEvents(eventsOn(r))
	case IntentMaker:
		a.OpenEvents(eventsOf(r.About()))
	default:
	}
	return true
}

// Refuse says why nothing of that sort can be done, "" where it can.
func (a *Actions) Refuse(in screen.Intent, r *model.Resource) string {
	switch {
	case !Acts(in):
		return ""
	case r == nil:
		return "there is no resource under the cursor"
	case in == IntentEvents || in == IntentMaker:
		return a.refuseEvents(in, r)
	case in == IntentConsole && a.console(r) == "":
		return "the AWS console has no page for this kind"
	case in == IntentCLI && len(a.cli(r)) == 0:
		return "this kind has no AWS CLI command"
	case in == IntentRaw && !a.Records.Kept():
		return "raw records lie in the case, and there is none"
	}
	return ""
}

func (a *Actions) console(r *model.Resource) string {
	if k, ok := a.Catalog.Kind(r.Ref.Kind); ok && k.Console != nil {
		return k.Console(r)
	}
	return ""
}

func (a *Actions) cli(r *model.Resource) [][]string {
	if k, ok := a.Catalog.Kind(r.Ref.Kind); ok && k.CLI != nil {
		return k.CLI(r)
	}
	return nil
}

// cliText is commands as a shell takes them.
func cliText(commands [][]string) string {
	lines := make([]string, len(commands))
	for i, command := range commands {
		quoted := make([]string, len(command))
		for j, word := range command {
			quoted[j] = words.ShellQuote(word)
		}
		lines[i] = strings.Join(quoted, " ")
	}
	return strings.Join(lines, "\n")
}

// openRaw shows AWS's record as it lies in the case.
func (a *Actions) openRaw(r *model.Resource) {
	store, ctx, ref := a.Records.store, a.Loop.Context(), r.Ref
	type record struct {
		text string
		err  error
	}
	background.Do(a.Loop, func() record {
		raw, err := store.Raw(ctx, ref)
		if err != nil || raw == nil {
			return record{err: err}
		}
		return record{text: indent(raw)}
	}, func(rec record) {
		switch {
		case rec.err != nil:
			a.Speak.Say(kit.Alarm, "the record could not be read from the case: "+rec.err.Error())
		case rec.text == "":
			a.Speak.Refuse("the case has no record of it yet")
		default:
			a.OpenText(screen.TextRequest{Title: "record of " + r.Name, Text: rec.text, Remark: Secrets(r.Secrets)})
		}
	})
}

// Secrets says how many values of a record were replaced before anything was kept of them.
func Secrets(n int) string {
	if n == 0 {
		return "no value had to be replaced"
	}
	return words.Count(n, "value was", "values were") + " replaced by length and HMAC before the case saw them"
}

// indent lays JSON out line by line; every line is cleaned when it is drawn.
func indent(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

func (a *Actions) editNote(r *model.Resource) {
	field := kit.NewInput(a.Theme, "")
	field.SetValue(a.Records.Note(r.Ref))
	ref := r.Ref
	a.Speak.Ask(&kit.Dialog{
		Title: "Note on " + kit.MiddleCut(r.Name, 40), Field: field,
		Body:    []string{"It is kept in the case. An empty note deletes it."},
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "keep", Label: "keep"}},
	}, func(answer kit.Answer) {
		if !answer.Cancelled {
			a.Records.SetNote(ref, model.Clean(strings.TrimSpace(answer.Text)))
		}
	})
}
