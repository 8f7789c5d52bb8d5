package kit

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func testKeys() *Keymap {
	scopes := []Scope{{"list", "In the list"}, {"global", "Everywhere"}}
	bindings := append(NavBindings("list"),
		Binding{ID: "open", Keys: []string{"enter"}, Help: "open", Long: "open what the row stands for", Scope: "list", Bar: 1},
		Binding{ID: "drop", Keys: []string{"x", "ctrl+d"}, Help: "drop", Scope: "list", Bar: 2, DisabledReason: func() string { return "nothing is marked" }},
		Binding{ID: "drop.all", Keys: []string{"X"}, Help: "drop all", Scope: "list"},
		Binding{ID: "sort.name", Keys: []string{"s n"}, Help: "by name", Scope: "list"},
		Binding{ID: "sort.age", Keys: []string{"s a"}, Help: "by age", Scope: "list"},
		Binding{ID: "help", Keys: []string{"?"}, Help: "help", Scope: "global", Bar: 1},
		Binding{ID: "other", Keys: []string{"x", "q"}, Help: "other", Long: "a | in it", Scope: "global"},
	)
	return NewKeymap(scopes, bindings)
}

func TestKeymapValidate(t *testing.T) {
	if err := testKeys().Validate(); err != nil {
		t.Errorf("a good catalogue is refused: %v", err)
	}
	bind := func(id, scope string, keys ...string) Binding { return Binding{ID: id, Scope: scope, Keys: keys} }
	for _, c := range []struct {
		name     string
		bindings []Binding
		want     string
	}{
		{"two meanings", []Binding{bind("a", "s", "x"), bind("b", "s", "y", "x")}, `key "x" means both "a" and "b"`},
		{"one meaning twice the key", []Binding{bind("a", "s", "x", "x")}, `key "x" means both "a" and "a"`},
		{"two sequences", []Binding{bind("a", "s", "s n"), bind("b", "s", "s n")}, `key "s n" means both`},
		{"meaning and beginning", []Binding{bind("a", "s", "s"), bind("b", "s", "s n")}, `key "s" means "a" and begins others`},
		{"unknown scope", []Binding{bind("a", "elsewhere", "x")}, `scope "elsewhere", which does not exist`},
		{"no key", []Binding{bind("a", "s")}, "needs an id and a key"},
		{"id twice", []Binding{bind("a", "s", "x"), bind("a", "s", "y")}, "stands twice"},
		{"no such key", []Binding{bind("a", "s", "return")}, `key "return" is no key`},
		{"capital after ctrl", []Binding{bind("a", "s", "ctrl+S")}, "small"},
		{"shift and letter", []Binding{bind("a", "s", "shift+s")}, "capital"},
		{"three keys", []Binding{bind("a", "s", "a b c")}, "more than two"},
	} {
		err := NewKeymap([]Scope{{ID: "s"}, {ID: "t"}}, c.bindings).Validate()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.want)
		}
	}
	if err := NewKeymap([]Scope{{ID: "s"}, {ID: "t"}}, []Binding{bind("a", "s", "x"), bind("b", "t", "x")}).Validate(); err != nil {
		t.Errorf("one key in two scopes is refused: %v", err)
	}
}

func TestResolver(t *testing.T) {
	r := &Resolver{Keymap: testKeys()}
	stack := []string{"list", "global"}
	for _, c := range []struct {
		key    string
		scopes []string
		id     string
		runs   bool
	}{
		{"enter", stack, "open", true},
		{"j", stack, "nav.down", true},
		{"x", stack, "drop", false}, // the innermost scope wins, and says why not
		{"x", stack[1:], "other", true},
		{"ctrl+d", stack, "drop", false},
		{"X", stack, "drop.all", true},
		{"?", stack, "help", true},
		{"z", stack, "", false},
		{"space", stack, "", false},
	} {
		res := r.Press(press(c.key), c.scopes...)
		if res.Binding.ID != c.id || res.Runs() != c.runs {
			t.Errorf("%s in %v = %q runs %v, want %q %v", c.key, c.scopes, res.Binding.ID, res.Runs(), c.id, c.runs)
		}
	}
	if res := r.Press(press("x"), stack...); res.Reason != "nothing is marked" {
		t.Errorf("the reason is %q", res.Reason)
	}
}

func TestResolverSequences(t *testing.T) {
	r := &Resolver{Keymap: testKeys()}
	if res := r.Press(press("s"), "list", "global"); !res.Pending || r.Pending() != "s" {
		t.Fatalf("s = %+v", res)
	}
	var next []string
	for _, b := range r.Continuations("list", "global") {
		next = append(next, b.KeyNames()+" "+b.Help)
	}
	if want := []string{"n by name", "a by age"}; !cmp.Equal(next, want) {
		t.Errorf("after s come %v, want %v", next, want)
	}
	if res := r.Press(press("n"), "list", "global"); res.Binding.ID != "sort.name" || r.Pending() != "" {
		t.Errorf("s n = %+v", res)
	}
	r.Press(press("s"), "list")
	if res := r.Press(press("x"), "list", "global"); res.Binding.ID != "" || !res.Cancelled || !strings.Contains(res.Reason, "s and then x") {
		t.Errorf("s x = %+v, want nothing done and a reason", res)
	}
	r.Press(press("s"), "list")
	if res := r.Press(press("esc"), "list"); !res.Cancelled || res.Reason != "" || r.Pending() != "" {
		t.Errorf("s esc = %+v", res)
	}
}

func TestResolverUnderOtherLayouts(t *testing.T) {
	r := &Resolver{Keymap: testKeys()}
	res := r.Press(tea.KeyPressMsg{Code: 'ㅌ', Text: "ㅌ", BaseCode: 'x'}, "list")
	if res.Binding.ID != "drop" {
		t.Errorf("the x key under a Korean layout = %q", res.Binding.ID)
	}
	res = r.Press(tea.KeyPressMsg{Code: 'ㅌ', Text: "ㅌ", BaseCode: 'x', Mod: tea.ModShift}, "list")
	if res.Binding.ID != "drop.all" {
		t.Errorf("shift and the x key under a Korean layout = %q", res.Binding.ID)
	}
	res = r.Press(tea.KeyPressMsg{Code: 'ㅇ', BaseCode: 'd', Mod: tea.ModCtrl}, "list")
	if res.Binding.ID != "drop" {
		t.Errorf("ctrl and the d key under a Korean layout = %q", res.Binding.ID)
	}
	if res = r.Press(tea.KeyPressMsg{Code: 'ㅌ', Text: "ㅌ"}, "list"); !strings.Contains(res.Reason, "Hangul") {
		t.Errorf("without the layout it says %q", res.Reason)
	}
	// A French keyboard has w where a US one has z: w must not be taken for z.
	if res = r.Press(tea.KeyPressMsg{Code: 'w', Text: "w", BaseCode: 'x'}, "list"); res.Binding.ID != "" {
		t.Errorf("a Latin letter was taken for another: %q", res.Binding.ID)
	}
}

func TestSomeHintsStandInTheBarOnlyWhileTheyWork(t *testing.T) {
	th := darkTheme()
	reason := "it is not over"
	m := NewKeymap([]Scope{{ID: "list"}}, []Binding{
		{ID: "open", Keys: []string{"enter"}, Help: "open", Scope: "list", Bar: 1},
		{ID: "back", Keys: []string{"u"}, Help: "take back", Scope: "list", Bar: 2, BarWhenPossible: true, DisabledReason: func() string { return reason }},
	})
	bar := func() string { return strings.TrimSpace(ansi.Strip(m.Bar(th, 80, "list"))) }
	if got := bar(); got != "enter open" {
		t.Errorf("before its time: %q", got)
	}
	reason = ""
	if got := bar(); got != "enter open  u take back" {
		t.Errorf("in its time: %q", got)
	}
}

func TestBarGivesWayByRank(t *testing.T) {
	m, th := testKeys(), darkTheme()
	if bar := strings.TrimSpace(ansi.Strip(m.Bar(th, 80, "list", "global"))); bar != "enter open  (x drop)  ? help" {
		t.Errorf("bar = %q", bar)
	}
	if bar := strings.TrimSpace(ansi.Strip(m.Bar(th, 24, "list", "global"))); bar != "enter open  ? help" {
		t.Errorf("narrow bar = %q", bar)
	}
	check(t, func(t *rapid.T) {
		w := rapid.IntRange(0, 60).Draw(t, "w")
		wantLine(t, "bar", m.Bar(th, w, "list", "global"), w)
		for _, l := range m.HelpLines(th, w, "list", "global") {
			wantLine(t, "help", l, w)
		}
		size := anySize().Draw(t, "size")
		wantBlock(t, "which-key", WhichKey(th, size, m.Bindings("list")), size)
	})
}

func TestHelpShowsWhatIsInForce(t *testing.T) {
	help := ansi.Strip(strings.Join(testKeys().HelpLines(darkTheme(), 80, "list", "global"), "\n"))
	for _, want := range []string{"In the list", "open what the row stands for", "(not now: nothing is marked)", "x ctrl+d", "sn", "↑ k"} {
		if !strings.Contains(help, want) {
			t.Errorf("no %q in the help:\n%s", want, help)
		}
	}
	for line := range strings.SplitSeq(help, "\n") {
		if strings.Contains(line, "a | in it") && strings.Contains(line, "x") {
			t.Errorf("the help shows a key that an inner scope took over: %q", line)
		}
	}
	if got := testKeys().Shadowed("list", "global"); !cmp.Equal(got, []string{"x: list drop over global other"}) {
		t.Errorf("shadowed = %v", got)
	}
}

func TestMarkdown(t *testing.T) {
	got := testKeys().Markdown("global")
	want := "| Everywhere | |\n|---|---|\n| `?` | help |\n| `x` `q` | a \\| in it |\n"
	if got != want {
		t.Errorf("markdown:\n%swant:\n%s", got, want)
	}
	if all := testKeys().Markdown(); !strings.Contains(all, "| In the list | |") || !strings.Contains(all, "`sn`") {
		t.Errorf("markdown of all scopes:\n%s", all)
	}
}

func TestNavBindingsMove(t *testing.T) {
	for _, b := range NavBindings("list") {
		if _, ok := NavMove(b.ID); !ok {
			t.Errorf("%s is no move", b.ID)
		}
	}
	if _, ok := NavMove("open"); ok {
		t.Error("any id is a move")
	}
}
