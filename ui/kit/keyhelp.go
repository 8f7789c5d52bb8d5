package kit

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/ui/theme"
)

// Bar draws the hints of a stack of scopes in w cells, in the order of the
// scopes and the catalogue. With too little room the highest ranks go. A hint
// whose key cannot work now stands in parentheses, and goes before others of
// its rank; see [Binding.BarWhenPossible] for those that go at once.
func (m *Keymap) Bar(th *theme.Theme, w int, scopes ...string) string {
	spans := []Span{{" ", th.Text}}
	for i, h := range m.barHints(th, w, scopes) {
		if i > 0 {
			spans = append(spans, Span{"  ", th.Text})
		}
		spans = append(spans, h.spans...)
	}
	return Line(w, spans...)
}

// BarAt is the binding whose hint stands at column x of the same bar; ok is false where none does.
func (m *Keymap) BarAt(th *theme.Theme, w, x int, scopes ...string) (b Binding, ok bool) {
	at := 1
	for _, h := range m.barHints(th, w, scopes) {
		width := spansWidth(h.spans)
		if x >= at && x < at+width {
			return h.binding, true
		}
		at += width + 2
	}
	return Binding{}, false
}

// barHints are the hints that there is room for.
func (m *Keymap) barHints(th *theme.Theme, w int, scopes []string) []barHint {
	var hints []barHint
	used := 1
	for _, b := range m.effective(scopes) {
		idle := b.Reason() != ""
		if b.Bar <= 0 || b.Help == "" || idle && b.BarWhenPossible {
			continue
		}
		h := barHint{binding: b, rank: b.Bar, spans: []Span{{KeyName(b.Keys[0]), th.Key}, {" " + b.Help, th.KeyHint}}}
		if idle {
			h.rank += idleRank
			h.spans = []Span{{"(" + KeyName(b.Keys[0]) + " " + b.Help + ")", th.KeyDisabled}}
		}
		hints = append(hints, h)
		used += spansWidth(h.spans) + 2
	}
	for used-2 > w && len(hints) > 0 {
		worst := 0
		for i, h := range hints {
			if h.rank >= hints[worst].rank {
				worst = i
			}
		}
		used -= spansWidth(hints[worst].spans) + 2
		hints = slices.Delete(hints, worst, worst+1)
	}
	return hints
}

// idleRank is how far behind its rank a hint stands whose key cannot work now.
const idleRank = 6

// barHint is one hint of the bar.
type barHint struct {
	binding Binding
	rank    int
	spans   []Span
}

// effective is the bindings that a stack of scopes leaves in force, innermost
// first: without keys that an inner scope took over.
func (m *Keymap) effective(scopes []string) []Binding {
	taken, begun := map[string]bool{}, map[string]bool{}
	var out []Binding
	for _, s := range scopes {
		mine := m.Bindings(s)
		for _, b := range mine {
			keys := slices.DeleteFunc(slices.Clone(b.Keys), func(k string) bool {
				first, _, _ := strings.Cut(k, " ")
				return taken[k] || taken[first] || begun[k]
			})
			if len(keys) > 0 {
				b.Keys = keys
				out = append(out, b)
			}
		}
		for _, b := range mine {
			for _, k := range b.Keys {
				taken[k] = true
				if first, _, ok := strings.Cut(k, " "); ok {
					begun[first] = true
				}
			}
		}
	}
	return out
}

// WhichKey draws what can follow the first key of a sequence, in columns.
func WhichKey(th *theme.Theme, size Size, next []Binding) string {
	rows := make([]helpRow, len(next))
	for i, b := range next {
		rows[i] = helpRow{keys: b.KeyNames(), text: b.Help, reason: b.Reason()}
	}
	return Block(helpColumns(th, rows, size), size)
}

// helpRow is a key with its meaning, or a heading if it has no keys.
type helpRow struct {
	keys, text, reason string
}

// HelpLines draws the help page of a stack of scopes in w cells: every key in
// force with what it does and, where it cannot work now, why.
func (m *Keymap) HelpLines(th *theme.Theme, w int, scopes ...string) []string {
	inForce := m.effective(scopes)
	var lines []string
	for _, s := range scopes {
		var rows []helpRow
		for _, b := range inForce {
			if b.Scope != s || b.Help == "" {
				continue
			}
			text := b.Long
			if text == "" {
				text = b.Help
			}
			rows = append(rows, helpRow{b.KeyNames(), text, b.Reason()})
		}
		if len(rows) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, Line(w))
		}
		lines = append(lines, Line(w, Span{" " + m.title(s), th.Title}))
		lines = append(lines, helpList(th, rows, w)...)
	}
	return lines
}

func (m *Keymap) title(scope string) string {
	for _, s := range m.scopes {
		if s.ID == scope && s.Title != "" {
			return s.Title
		}
	}
	return scope
}

// helpList draws one row below the other, with long texts broken.
func helpList(th *theme.Theme, rows []helpRow, w int) []string {
	keys := keyColumn(rows, w)
	var lines []string
	for _, r := range rows {
		text := r.text
		if r.reason != "" {
			text += " (not now: " + r.reason + ")"
		}
		for i, part := range Wrap(text, max(w-keys-4, 1)) {
			name := ""
			if i == 0 {
				name = r.keys
			}
			lines = append(lines, Line(w, Span{"  ", th.Text}, Span{Fit(name, keys, AlignLeft), th.Key}, Span{"  " + part, rowStyle(th, r)}))
		}
	}
	return lines
}

// helpColumns draws rows in as many columns as fit, filling downwards.
func helpColumns(th *theme.Theme, rows []helpRow, size Size) []string {
	keys, text := keyColumn(rows, size.W), 0
	for _, r := range rows {
		text = max(text, Width(r.label()))
	}
	width := min(keys+text+4, max(size.W, 1))
	cols := max(size.W/max(width, 1), 1)
	height := (len(rows) + cols - 1) / cols
	lines := make([]string, height)
	for y := range lines {
		for x := range cols {
			i := x*height + y
			if i >= len(rows) {
				break
			}
			r := rows[i]
			lines[y] += Line(width, Span{" ", th.Text}, Span{Fit(r.keys, keys, AlignRight), th.Key}, Span{" " + r.label(), rowStyle(th, r)})
		}
	}
	return lines
}

func (r helpRow) label() string {
	if r.reason != "" {
		return "(" + r.text + ")"
	}
	return r.text
}

func rowStyle(th *theme.Theme, r helpRow) theme.Style {
	if r.reason != "" {
		return th.KeyDisabled
	}
	return th.Text
}

// keyColumn is the width of the column of keys: what they need, at most a third.
func keyColumn(rows []helpRow, w int) int {
	keys := 0
	for _, r := range rows {
		keys = max(keys, Width(r.keys))
	}
	return min(keys, max(w/3, 1))
}

// Markdown writes the bindings of scopes as one table each, for documentation;
// all scopes if none is named.
func (m *Keymap) Markdown(scopes ...string) string {
	if len(scopes) == 0 {
		for _, s := range m.scopes {
			scopes = append(scopes, s.ID)
		}
	}
	escape := strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;")
	var b strings.Builder
	for _, s := range scopes {
		var rows strings.Builder
		for _, bind := range m.Bindings(s) {
			if bind.Help == "" {
				continue
			}
			text := bind.Long
			if text == "" {
				text = bind.Help
			}
			names := make([]string, len(bind.Keys))
			for i, k := range bind.Keys {
				names[i] = codeSpan(KeyName(k))
			}
			rows.WriteString("| " + strings.Join(names, " ") + " | " + escape.Replace(text) + " |\n")
		}
		if rows.Len() == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("| " + escape.Replace(m.title(s)) + " | |\n|---|---|\n" + rows.String())
	}
	return b.String()
}

// codeSpan is a key in backquotes, two of them for the backquote itself.
func codeSpan(key string) string {
	key = strings.ReplaceAll(key, "|", "\\|")
	if strings.Contains(key, "`") {
		return "`` " + key + " ``"
	}
	return "`" + key + "`"
}
