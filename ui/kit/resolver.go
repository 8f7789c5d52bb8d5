package kit

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Resolution is what a key press means.
type Resolution struct {
	// Binding is the meaning; its ID is "" if there is none (yet).
	Binding Binding
	// Pending says that the key began a sequence: show [Resolver.Continuations].
	Pending bool
	// Cancelled says that a sequence was given up with esc.
	Cancelled bool
	// Reason is why the press does nothing: the binding is disabled, or no key of
	// this name exists after the first of a sequence, or the input method is on.
	// "" for a key that simply has no meaning.
	Reason string
}

// Runs says whether the press is to be carried out.
func (r Resolution) Runs() bool { return r.Binding.ID != "" && r.Reason == "" }

// Resolver turns key presses into meanings. It remembers the first key of a
// sequence of two.
type Resolver struct {
	// Keymap is the catalogue.
	Keymap *Keymap

	pending string
}

// Press resolves a key in a stack of scopes, innermost first.
func (r *Resolver) Press(k tea.KeyPressMsg, scopes ...string) Resolution {
	names := keyNames(k)
	if r.pending != "" {
		return r.second(names, scopes)
	}
	for _, s := range scopes {
		for _, name := range names {
			if i, ok := r.Keymap.byScope[s][name]; ok {
				b := r.Keymap.bindings[i]
				return Resolution{Binding: b, Reason: b.Reason()}
			}
			if r.Keymap.prefixes[s][name] {
				r.pending = name
				return Resolution{Pending: true}
			}
		}
	}
	if hasHangul(k.Text) {
		return Resolution{Reason: "the input method types Hangul: switch it to Latin letters for keys"}
	}
	return Resolution{}
}

func (r *Resolver) second(names, scopes []string) Resolution {
	first := r.pending
	r.pending = ""
	if names[0] == "esc" {
		return Resolution{Cancelled: true}
	}
	for _, s := range scopes {
		for _, name := range names {
			if i, ok := r.Keymap.byScope[s][first+" "+name]; ok {
				b := r.Keymap.bindings[i]
				return Resolution{Binding: b, Reason: b.Reason()}
			}
		}
	}
	return Resolution{Cancelled: true, Reason: KeyName(first) + " and then " + KeyName(names[0]) + " means nothing here"}
}

// Pending is the first key of a sequence that waits for its second, "" if none.
func (r *Resolver) Pending() string { return r.pending }

// Reset forgets the first key of a sequence.
func (r *Resolver) Reset() { r.pending = "" }

// Continuations is what can follow the first key of a sequence, innermost scope
// first. Each binding has only the second keys in Keys.
func (r *Resolver) Continuations(scopes ...string) []Binding {
	var out []Binding
	seen := map[string]bool{}
	for _, s := range scopes {
		for _, b := range r.Keymap.Bindings(s) {
			var keys []string
			for _, k := range b.Keys {
				if second, ok := strings.CutPrefix(k, r.pending+" "); ok && r.pending != "" && !seen[second] {
					seen[second] = true
					keys = append(keys, second)
				}
			}
			if len(keys) > 0 {
				b.Keys = keys
				out = append(out, b)
			}
		}
	}
	return out
}

// keyNames is the names under which a press may be bound, the best first. What
// it types comes first; where that is no Latin letter, what the key would type
// on a US keyboard (terminals with the Kitty protocol say so) comes after it, so
// that keys work while a Korean layout is on. Latin layouts are left alone: what
// a French keyboard types is what its user means.
func keyNames(k tea.KeyPressMsg) []string {
	if k.Text == "" || k.Text == " " {
		if k.Code < unicode.MaxASCII {
			k.BaseCode = 0
		}
		return []string{k.Keystroke()}
	}
	names := []string{k.Text}
	if k.BaseCode != 0 && !latin(k.Text) {
		base := k.BaseCode
		if k.Mod&tea.ModShift != 0 {
			base = shifted(base)
		}
		names = append(names, string(base))
	}
	return names
}

func latin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// shifted is what a key of the US keyboard types with shift.
func shifted(r rune) rune {
	const plain, with = "`1234567890-=[]\\;',./", "~!@#$%^&*()_+{}|:\"<>?"
	if i := strings.IndexRune(plain, r); i >= 0 {
		return rune(with[i])
	}
	return unicode.ToUpper(r)
}
