package kit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Scope is a place where keys have meanings: a screen, a part of it, everywhere.
type Scope struct {
	ID, Title string
}

// Binding gives keys a meaning in a scope.
type Binding struct {
	// ID is the meaning, handed to whoever carries it out.
	ID string
	// Keys do the same. Each is a key as Bubble Tea names it ("x", "X",
	// "ctrl+d", "space", "pgdown") or two of them with a space between ("s n"):
	// the first opens the choice, the second makes it.
	Keys []string
	// Help is the word or two in the bar, Long the sentence of the help page.
	// Without Help the binding is in neither.
	Help, Long string
	// Scope is the id of the scope.
	Scope string
	// Bar is the rank in the bar: the highest give way first where there is no
	// room, and 0 is not in it. The order is that of the catalogue.
	Bar int
	// BarWhenPossible leaves it out of the bar while the key cannot work, for
	// what has its moment at the end of something long.
	BarWhenPossible bool
	// DisabledReason says why the key cannot work now, "" if it can. It may be
	// nil.
	DisabledReason func() string
}

// Reason is why the binding cannot work now, "" if it can.
func (b Binding) Reason() string {
	if b.DisabledReason == nil {
		return ""
	}
	return b.DisabledReason()
}

// KeyNames is the binding's keys as they are shown.
func (b Binding) KeyNames() string {
	names := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		names[i] = KeyName(k)
	}
	return strings.Join(names, " ")
}

// KeyName is a key as it is shown: arrows as arrows, a sequence closed up.
func KeyName(key string) string {
	names := map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→", "pgdown": "pgdn"}
	parts := strings.Fields(key)
	short := len(parts) > 1
	for i, p := range parts {
		if n, ok := names[p]; ok {
			parts[i] = n
		}
		short = short && utf8.RuneCountInString(parts[i]) == 1
	}
	if short {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " ")
}

// Keymap is the one catalogue of keys: the resolver, the bar, the help page and
// the written documentation all come out of it.
type Keymap struct {
	scopes   []Scope
	bindings []Binding
	byScope  map[string]map[string]int // scope, key → index of the binding
	prefixes map[string]map[string]bool
}

// NewKeymap makes a catalogue. Scopes and bindings are shown in the order given.
// Call [Keymap.Validate] in a test: of two meanings the first wins here.
func NewKeymap(scopes []Scope, bindings []Binding) *Keymap {
	m := &Keymap{
		scopes: slices.Clone(scopes), bindings: slices.Clone(bindings),
		byScope: map[string]map[string]int{}, prefixes: map[string]map[string]bool{},
	}
	for _, s := range scopes {
		m.byScope[s.ID], m.prefixes[s.ID] = map[string]int{}, map[string]bool{}
	}
	for i, b := range m.bindings {
		if m.byScope[b.Scope] == nil {
			continue // named by Validate
		}
		for _, k := range b.Keys {
			if _, taken := m.byScope[b.Scope][k]; taken {
				continue
			}
			m.byScope[b.Scope][k] = i
			if first, _, ok := strings.Cut(k, " "); ok {
				m.prefixes[b.Scope][first] = true
			}
		}
	}
	return m
}

// Bindings is every binding of a scope, in order.
func (m *Keymap) Bindings(scope string) []Binding {
	var out []Binding
	for _, b := range m.bindings {
		if b.Scope == scope {
			out = append(out, b)
		}
	}
	return out
}

// All is every binding, in order.
func (m *Keymap) All() []Binding { return slices.Clone(m.bindings) }

// Scopes is every scope, in order.
func (m *Keymap) Scopes() []Scope { return slices.Clone(m.scopes) }

// Find is the binding of an id that is innermost in a stack of scopes.
func (m *Keymap) Find(id string, scopes ...string) (Binding, bool) {
	for _, s := range scopes {
		for _, b := range m.bindings {
			if b.Scope == s && b.ID == id {
				return b, true
			}
		}
	}
	return Binding{}, false
}

// Validate refuses what a user would trip over: two meanings of one key in a
// scope, a key that is both a meaning and the beginning of others, keys that
// cannot be pressed, the same id twice in a scope, unknown scopes.
func (m *Keymap) Validate() error {
	var errs []error
	owner := map[[2]string]string{} // scope, key → id
	ids := map[[2]string]bool{}
	for _, b := range m.bindings {
		if m.byScope[b.Scope] == nil {
			errs = append(errs, fmt.Errorf("binding %q is in scope %q, which does not exist", b.ID, b.Scope))
		}
		if b.ID == "" || len(b.Keys) == 0 {
			errs = append(errs, fmt.Errorf("binding %q (%q) in scope %q needs an id and a key", b.ID, b.Help, b.Scope))
		}
		if ids[[2]string{b.Scope, b.ID}] {
			errs = append(errs, fmt.Errorf("binding %q stands twice in scope %q: give one both keys", b.ID, b.Scope))
		}
		ids[[2]string{b.Scope, b.ID}] = true
		for _, k := range b.Keys {
			if err := checkKey(k); err != nil {
				errs = append(errs, fmt.Errorf("binding %q in scope %q: %w", b.ID, b.Scope, err))
			}
			at := [2]string{b.Scope, k}
			if first, taken := owner[at]; taken {
				errs = append(errs, fmt.Errorf("key %q means both %q and %q in scope %q", k, first, b.ID, b.Scope))
				continue
			}
			owner[at] = b.ID
		}
	}
	return errors.Join(append(errs, m.checkPrefixes(owner)...)...)
}

func (m *Keymap) checkPrefixes(owner map[[2]string]string) []error {
	var errs []error
	for _, s := range m.scopes {
		for first := range m.prefixes[s.ID] {
			if id, taken := owner[[2]string{s.ID, first}]; taken {
				errs = append(errs, fmt.Errorf("key %q means %q and begins others in scope %q", first, id, s.ID))
			}
		}
	}
	return errs
}

// Shadowed lists the keys of outer scopes that an inner scope of the stack
// (innermost first) takes over, as "x: inner remove over outer quit".
func (m *Keymap) Shadowed(scopes ...string) []string {
	var out []string
	for i, inner := range scopes {
		for _, outer := range scopes[i+1:] {
			for k, o := range m.byScope[outer] {
				if by := m.taker(inner, k); by != "" && by != m.bindings[o].ID {
					out = append(out, fmt.Sprintf("%s: %s %s over %s %s", k, inner, by, outer, m.bindings[o].ID))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// taker is the id that a scope gives to a key or to its beginning, "a sequence"
// where it only begins some, and "" where the key is free there.
func (m *Keymap) taker(scope, key string) string {
	first, _, _ := strings.Cut(key, " ")
	for _, k := range []string{key, first} {
		if i, ok := m.byScope[scope][k]; ok {
			return m.bindings[i].ID
		}
	}
	if m.prefixes[scope][key] {
		return "a sequence"
	}
	return ""
}

// checkKey refuses the names that no key press has.
func checkKey(key string) error {
	parts := strings.Split(key, " ")
	if len(parts) > 2 {
		return fmt.Errorf("key %q has more than two parts", key)
	}
	for _, p := range parts {
		base := p
		for mods := []string{"ctrl+", "alt+", "shift+", "meta+", "hyper+", "super+"}; len(mods) > 0; mods = mods[1:] {
			base = strings.TrimPrefix(base, mods[0])
		}
		switch {
		case utf8.RuneCountInString(base) == 1:
			if base != p && unicode.IsUpper([]rune(base)[0]) {
				return fmt.Errorf("key %q: write the letter small after a modifier", key)
			}
			if strings.HasPrefix(p, "shift+") && unicode.IsLetter([]rune(base)[0]) {
				return fmt.Errorf("key %q: write the capital letter instead of shift", key)
			}
		case !slices.Contains(namedKeys(), base):
			return fmt.Errorf("key %q is no key", key)
		}
	}
	return nil
}

// namedKeys is the keys with names that terminals can be trusted to send.
func namedKeys() []string {
	names := []string{
		"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "insert", "delete", "pgup", "pgdown", "home", "end",
	}
	for i := 1; i <= 12; i++ {
		names = append(names, fmt.Sprint("f", i))
	}
	return names
}
