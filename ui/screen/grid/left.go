package grid

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// left is what runs left behind and what the operator has not said to be gone: no listing of ours
// meets such things, so that only he can see it.
func (g *Screen) left() []model.Uncovered {
	return slices.DeleteFunc(g.needs.Plans.LeftBehind(), func(u model.Uncovered) bool { return g.seenGone[u] })
}

// leftLine names what stays behind.
func (g *Screen) leftLine() string {
	left := g.left()
	if len(left) == 0 {
		return ""
	}
	names := make([]string, 0, len(left))
	for _, u := range left {
		names = append(names, model.Clean(u.ID)+words.In(u.Region))
	}
	return words.Count(len(left), "thing stays", "things stay") + " behind, cost not counted: " + strings.Join(names, ", ")
}

// askLeft names them and takes the operator's word that they are gone.
func (g *Screen) askLeft() {
	const most = 6 // A dialog holds no more on the smallest screen.
	left := g.left()
	body := []string{"rootout cannot remove them, nor see whether they are there. End them in the console:"}
	for i, u := range left {
		if i == most {
			body = append(body, "and "+kit.Count(len(left)-most)+" more")
			break
		}
		body = append(body, u.Type+" "+model.Clean(u.ID)+words.In(u.Region))
	}
	g.needs.Speak.Ask(&kit.Dialog{
		Title: "Left behind", Body: body,
		Buttons: []kit.Button{
			{ID: "back", Label: "back", Cancel: true},
			{ID: "links", Label: "links", Key: "l"},
			{ID: "gone", Label: "I saw that they are gone", Key: "g"},
		},
	}, func(a kit.Answer) {
		switch {
		case a.Cancelled:
		case a.ButtonID == "links":
			g.needs.Open.Text(screen.TextRequest{Title: "left behind", Text: linksOf(left), Remark: "What runs there is billed until you end it there."})
		default:
			for _, u := range left {
				g.seenGone[u] = true
			}
		}
	})
}

// linksOf is each thing with its page in the console.
func linksOf(left []model.Uncovered) string {
	var b strings.Builder
	for _, u := range left {
		b.WriteString(model.Clean(u.Type) + " " + model.Clean(u.ID) + words.In(u.Region) + "\n  " + cmp.Or(model.Clean(u.Console), "no console page is known") + "\n")
	}
	return b.String()
}
