package palette

import (
	"testing"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/uitest"
)

func TestThePaletteLeadsToCommandsAndLists(t *testing.T) {
	th := theme.New(theme.Options{})
	keymap := kit.NewKeymap([]kit.Scope{{ID: "here"}, {ID: "there"}}, []kit.Binding{
		screen.Bind("here", "sort", 1, "sort", "sort by a column", "s"), screen.Bind("there", "stop", 1, "stop", "stop a run", "."),
	})
	var did []screen.Intent
	var lists []screen.ListRequest
	find := func(text string) {
		p := New(Needs{
			Theme: &th, Catalog: uitest.Catalog(t), Keymap: keymap, Scopes: []string{"here"},
			Unbound: []kit.Item{{ID: "mouse", Title: "mouse: on or off"}},
			Do:      func(in screen.Intent) { did = append(did, in) },
			List:    func(r screen.ListRequest) { lists = append(lists, r) },
			Over:    func(screen.Overlay) {},
		})
		for _, r := range text {
			p.Key(uitest.Key(string(r)))
		}
		p.Key(uitest.Key("enter"))
	}
	find("sort")
	find("stop a run") // works on another screen only
	find("mouse")
	if len(did) != 2 || did[0] != "sort" || did[1] != "mouse" {
		t.Errorf("did %q", did)
	}
	find("taskdefinitions")
	find("everything")
	if len(lists) != 2 || lists[0].Of.Kind != "ecs:taskdef" || lists[1].Of != (screen.ListOf{}) {
		t.Errorf("listed %+v", lists)
	}
}
