package screen

import (
	"slices"

	"github.com/rootout/rootout/ui/kit"
)

// Intent is what a key asks for; its text is the id of a binding in the catalogue.
type Intent string

// The intents that have a meaning on several screens. What only one screen does it declares itself.
const (
	IntentBack   Intent = "back"
	IntentOpen   Intent = "open"
	IntentCopy   Intent = "copy"
	IntentUndo   Intent = "undo"
	IntentReview Intent = "review"
	IntentRescan Intent = "rescan"
	IntentFaults Intent = "faults"
)

// The scopes that lie below all others: the keys that move, and those that work everywhere.
const (
	ScopeMove       = "move"
	ScopeEverywhere = "global"
)

// Keys are the keys of one screen, or those that several share, declared in their own package.
type Keys struct {
	Scope    kit.Scope
	Bindings []kit.Binding
	// Shared are the scopes that a screen shares with others, innermost first. Those of moving and
	// of everywhere lie below them and need not be named.
	Shared []string
	// NotInBar are those of them whose keys the bar leaves out.
	NotInBar []string
	// FromEverywhere are the keys that open the screen from any other.
	FromEverywhere []kit.Binding
}

// Bind is a binding of a scope to an intent.
func Bind(scope string, in Intent, bar int, help, long string, keys ...string) kit.Binding {
	return kit.Binding{ID: string(in), Keys: keys, Help: help, Long: long, Scope: scope, Bar: bar}
}

// Catalogue is the one catalogue of keys: those of every screen, those that screens share, and
// those that work everywhere.
type Catalogue struct {
	// Screens and Shared are shown in the order given.
	Screens, Shared []Keys
	// Everywhere makes the keys that work everywhere, around those that open screens.
	Everywhere func(openers []kit.Binding) Keys
}

// Scopes is the stack of scopes of a screen, innermost first.
func (c *Catalogue) Scopes(scope string) []string {
	k := c.keysOf(scope)
	return append(append([]string{scope}, k.Shared...), ScopeMove, ScopeEverywhere)
}

// BarScopes is the stack of scopes whose keys the bar shows.
func (c *Catalogue) BarScopes(scope string) []string {
	hidden := c.keysOf(scope).NotInBar
	return slices.DeleteFunc(c.Scopes(scope), func(s string) bool { return slices.Contains(hidden, s) })
}

func (c *Catalogue) keysOf(scope string) Keys {
	for i := range c.Screens {
		if c.Screens[i].Scope.ID == scope {
			return c.Screens[i]
		}
	}
	return Keys{}
}

// Keymap is the whole catalogue for whoever resolves and shows keys. Reason tells why an intent
// cannot work now; it may be nil where nothing is shown, as in documentation.
func (c *Catalogue) Keymap(reason func(Intent) string) *kit.Keymap {
	var openers []kit.Binding
	for i := range c.Screens {
		openers = append(openers, c.Screens[i].FromEverywhere...)
	}
	all := slices.Concat(c.Screens, c.Shared, []Keys{
		{Scope: kit.Scope{ID: ScopeMove, Title: "Moving"}, Bindings: kit.NavBindings(ScopeMove)},
		c.Everywhere(openers),
	})
	var scopes []kit.Scope
	var bindings []kit.Binding
	for i := range all {
		scopes = append(scopes, all[i].Scope)
		bindings = append(bindings, all[i].Bindings...)
	}
	if reason != nil {
		for i := range bindings {
			in := Intent(bindings[i].ID)
			bindings[i].DisabledReason = func() string { return reason(in) }
		}
	}
	return kit.NewKeymap(scopes, bindings)
}
