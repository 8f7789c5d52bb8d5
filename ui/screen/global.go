package screen

import (
	"github.com/rootout/rootout/ui/kit"
)

// Reason says why an intent cannot work on the screen that is shown, "" where it can. The bar, the help and the palette ask it too.
func (w *World) Reason(in Intent) string {
	subject := w.Top()
	if w.asked != nil {
		subject = w.asked
	}
	if s, ok := subject.(Refuser); ok {
		if why := s.Refuse(w, in); why != "" {
			return why
		}
	}
	switch in {
	case IntentHint:
		if !w.Demo {
			return "only the demo has a line with the next step"
		}
	case IntentRescan:
		switch {
		case w.ConnectError != nil:
			return ""
		case w.Session == nil:
			return "not connected yet"
		case w.Session.Scanner == nil:
			return "this case is open without AWS: nothing can be read again"
		}
	case IntentReview:
		if why := w.cannotPlan(); why != "" {
			return why
		}
		if w.Marks.Len() == 0 {
			return "nothing is marked"
		}
	case IntentUnmark:
		if w.Marks.Len() == 0 {
			return "nothing is marked"
		}
	default:
	}
	return ""
}

// Do carries an intent out: on the screen that is shown first, then everywhere.
func (w *World) Do(in Intent, keymap *kit.Keymap) {
	if in == IntentRescan && w.ConnectError != nil {
		w.Connect()
		return
	}
	if w.Top().Handle(w, in) {
		return
	}
	switch in {
	case IntentBack:
		w.Pop()
	case IntentQuit:
		w.askQuit()
	case IntentHelp:
		w.Push(NewHelp(keymap, w.Top()))
	case IntentPalette:
		w.Over(NewPalette(w, keymap, w.Top().Scope(), func(w *World, in Intent) { w.Do(in, keymap) }))
	case IntentGrid:
		w.Home()
	case IntentPlans:
		w.OpenPlans()
	case IntentZone:
		w.Clock.UTC = !w.Clock.UTC
		w.Say(kit.Info, "times are in "+w.Clock.ZoneName())
	case IntentFreeze:
		w.Freeze()
	case IntentHint:
		w.HintOff = !w.HintOff
	case IntentMouse:
		w.Mouse = !w.Mouse
		text := "the mouse is left to the terminal"
		if w.Mouse {
			text = "the mouse is on: rows, heads and the wheel; selecting text needs shift in most terminals"
		}
		w.Say(kit.Info, text)
	default:
		w.Refuse("that does nothing here")
	}
}

// askQuit ends the console, after a question only while a run is under way.
func (w *World) askQuit() {
	e := w.Going()
	if e == nil {
		w.Quit()
		return
	}
	w.Ask(&kit.Dialog{
		Title: "A run is under way",
		Body: []string{
			"Its calls end when rootout does, at " + kit.Count(e.View.gone) + " of " + kit.Count(e.Plan.N()) + ".",
			"The journal keeps what was done; the plan is offered again at the next start and resumes on its phrase.",
		},
		Buttons: []kit.Button{{ID: "stay", Label: "stay", Cancel: true}, {ID: "quit", Label: "quit", Key: "q"}},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			w.Quit()
		}
	})
}
