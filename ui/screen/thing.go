package screen

import (
	"bytes"
	"encoding/json"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// handleThing does what is asked for one resource, and says whether the intent was of that sort.
func (w *World) handleThing(in Intent, r *model.Resource) bool {
	switch in {
	case IntentRaw, IntentCopy, IntentConsole, IntentCLI, IntentNote:
	default:
		return false
	}
	if r == nil {
		return true
	}
	switch in {
	case IntentRaw:
		w.openRaw(r)
	case IntentCopy:
		w.copy(r.Thing(), r.Thing())
	case IntentConsole:
		link := w.consoleOf(r)
		w.copy(link, link)
	case IntentCLI:
		w.Push(NewText(w, "aws cli", cliText(w.cliOf(r)), "shows it, then removes it; nothing is run by rootout from here"))
	case IntentNote:
		w.editNote(r)
	default:
	}
	return true
}

// refuseThing says why nothing of that sort can be done, "" where it can.
func (w *World) refuseThing(in Intent, r *model.Resource) string {
	switch in {
	case IntentRaw, IntentCopy, IntentConsole, IntentCLI, IntentNote:
	default:
		return ""
	}
	switch {
	case r == nil:
		return "there is no resource under the cursor"
	case in == IntentConsole && w.consoleOf(r) == "":
		return "the AWS console has no page for this kind"
	case in == IntentCLI && len(w.cliOf(r)) == 0:
		return "this kind has no AWS CLI command"
	case in == IntentRaw && (w.Session == nil || w.Session.Case == nil):
		return "raw records lie in the case, and there is none"
	}
	return ""
}

func (w *World) consoleOf(r *model.Resource) string {
	if k, ok := w.Catalog.Kind(r.Ref.Kind); ok && k.Console != nil {
		return k.Console(r)
	}
	return ""
}

func (w *World) cliOf(r *model.Resource) [][]string {
	if k, ok := w.Catalog.Kind(r.Ref.Kind); ok && k.CLI != nil {
		return k.CLI(r)
	}
	return nil
}

// copy puts text on the clipboard of the terminal (OSC 52) and shows it, since not every terminal lets it through.
func (w *World) copy(text, shown string) {
	w.Loop.Run(tea.SetClipboard(text))
	w.Say(kit.Info, "copied: "+shown)
}

// cliText is commands as a shell takes them.
func cliText(commands [][]string) string {
	lines := make([]string, len(commands))
	for i, parts := range commands {
		quoted := make([]string, len(parts))
		for j, word := range parts {
			quoted[j] = shellQuote(word)
		}
		lines[i] = strings.Join(quoted, " ")
	}
	return strings.Join(lines, "\n")
}

// shellQuote makes a word safe for a POSIX shell, whoever chose it.
func shellQuote(word string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
	if word != "" && strings.Trim(word, letters) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// openRaw shows AWS's record as it lies in the case.
func (w *World) openRaw(r *model.Resource) {
	kept, ctx, ref := w.Session.Case, w.Loop.Context(), r.Ref
	type record struct {
		text string
		err  error
	}
	background.Do(w.Loop, func() record {
		raw, err := kept.Raw(ctx, ref)
		if err != nil || raw == nil {
			return record{err: err}
		}
		return record{text: indent(raw)}
	}, func(rec record) {
		switch {
		case rec.err != nil:
			w.Say(kit.Alarm, "the record could not be read from the case: "+rec.err.Error())
		case rec.text == "":
			w.Refuse("the case has no record of it yet")
		default:
			w.Push(NewText(w, "record of "+r.Name, rec.text, secretsText(r.Secrets)))
		}
	})
}

func secretsText(n int) string {
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

func (w *World) editNote(r *model.Resource) {
	field := kit.NewInput(w.Theme, "")
	field.SetValue(w.Notes[r.Ref])
	ref := r.Ref
	w.Ask(&kit.Dialog{
		Title: "Note on " + kit.MiddleCut(r.Name, 40), Field: field,
		Body:    []string{"It is kept in the case; an empty note is none."},
		Buttons: []kit.Button{{ID: "no", Label: "cancel", Cancel: true}, {ID: "keep", Label: "keep"}},
	}, func(a kit.Answer) {
		if a.Cancelled {
			return
		}
		w.keepNote(ref, model.Clean(strings.TrimSpace(a.Text)))
	})
}

func (w *World) keepNote(ref model.Ref, note string) {
	if note == "" {
		delete(w.Notes, ref)
	} else {
		w.Notes[ref] = note
	}
	if w.Session == nil || w.Session.Case == nil {
		w.Refuse("there is no case: the note is lost when rootout ends")
		return
	}
	kept, ctx := w.Session.Case, w.Loop.Context()
	background.Do(w.Loop, func() error { return kept.SetNote(ctx, ref, note) }, func(err error) {
		if err != nil {
			w.Say(kit.Alarm, "the note could not be kept: "+err.Error())
		}
	})
}
