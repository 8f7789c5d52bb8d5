package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Catalog is every kind that this rootout knows. Screens, filters, plans and reports follow from it
// and name no kind themselves.
type Catalog struct {
	kinds []Kind
	byID  map[KindID]int
}

// NewCatalog checks the declarations and puts them into the grid's order. It fails for two kinds of
// one id or alias, an Owns or After that names no kind, an After that goes round in a circle, and a
// field without an order, a getter or a key.
func NewCatalog(kinds ...Kind) (*Catalog, error) {
	c := &Catalog{kinds: slices.Clone(kinds), byID: make(map[KindID]int, len(kinds))}
	slices.SortStableFunc(c.kinds, func(a, b Kind) int { return a.Order - b.Order })
	names := map[string]KindID{}
	for i, k := range c.kinds {
		if _, twice := c.byID[k.ID]; twice {
			return nil, fmt.Errorf("kind %s is declared twice", k.ID)
		}
		c.byID[k.ID] = i
		for _, alias := range append([]string{string(k.ID)}, k.Aliases...) {
			if other, taken := names[alias]; taken && other != k.ID {
				return nil, fmt.Errorf("kinds %s and %s share the name %q", other, k.ID, alias)
			}
			names[alias] = k.ID
		}
		if err := checkFields(k); err != nil {
			return nil, err
		}
	}
	for _, k := range c.kinds {
		for _, held := range k.Owns {
			if _, known := c.Kind(held); !known {
				return nil, fmt.Errorf("kind %s holds %s, which is no kind", k.ID, held)
			}
		}
		if err := c.checkAfter(k.ID, k.ID, nil); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func checkFields(k Kind) error {
	seen := map[string]bool{}
	for _, f := range CommonFields() {
		for _, id := range append([]string{f.ID}, f.Aliases...) {
			seen[id] = true
		}
	}
	for _, f := range k.Fields {
		if f.ID == "" || f.Key == "" || f.Title == "" || f.Order <= 0 || f.Get == nil {
			return fmt.Errorf("kind %s: field %q needs an id, a key, a title, an order above 0 and a getter", k.ID, f.ID)
		}
		for _, id := range append([]string{f.ID}, f.Aliases...) {
			if id != strings.ToLower(id) || seen[id] {
				return fmt.Errorf("kind %s: field name %q is taken or not lower case", k.ID, id)
			}
			seen[id] = true
		}
	}
	return nil
}

func (c *Catalog) checkAfter(start, at KindID, path []KindID) error {
	k, ok := c.Kind(at)
	if !ok {
		return fmt.Errorf("kind %s comes after %s, which is no kind", path[len(path)-1], at)
	}
	for _, next := range k.After {
		if next == start {
			return fmt.Errorf("kinds %v and %s come after each other in a circle", append(path, at), next)
		}
		if len(path) > len(c.kinds) {
			return nil
		}
		if err := c.checkAfter(start, next, append(path, at)); err != nil {
			return err
		}
	}
	return nil
}

// Kinds are all kinds in the order of the grid's columns. The slice is the catalog's own: read
// only.
func (c *Catalog) Kinds() []Kind { return c.kinds }

// InScope are the kinds of one scope in the order of the grid's columns.
func (c *Catalog) InScope(s Scope) []Kind {
	var out []Kind
	for _, k := range c.kinds {
		if k.Scope == s {
			out = append(out, k)
		}
	}
	return out
}

// Kind finds a kind by its id.
func (c *Catalog) Kind(id KindID) (Kind, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Kind{}, false
	}
	return c.kinds[i], true
}

// ByName finds a kind by its id or one of its aliases, whatever their case.
func (c *Catalog) ByName(name string) (Kind, bool) {
	name = strings.ToLower(name)
	for _, k := range c.kinds {
		if string(k.ID) == name || slices.Contains(k.Aliases, name) {
			return k, true
		}
	}
	return Kind{}, false
}

// Fields are the fields of a kind, the common ones first.
func (c *Catalog) Fields(id KindID) []Field {
	k, ok := c.Kind(id)
	if !ok {
		return CommonFields()
	}
	return append(CommonFields(), k.Fields...)
}

// Field finds a field of a kind by id or alias.
func (c *Catalog) Field(kind KindID, name string) (Field, bool) {
	for _, f := range c.Fields(kind) {
		if f.ID == name || slices.Contains(f.Aliases, name) {
			return f, true
		}
	}
	return Field{}, false
}

// CommonFields are what can be said of a resource of any kind.
func CommonFields() []Field {
	return []Field{
		{ID: "name", Key: "name", Title: "NAME", Order: 1, Help: "what people call it", Get: func(r *Resource) Value { return Text(r.Name) }},
		{ID: "kind", Key: "kind", Title: "KIND", Order: 3, Help: "the kind of thing, as in kind:task or kind:ecs:*", Get: func(r *Resource) Value { return Text(string(r.Ref.Kind)) }},
		{ID: "region", Key: "region", Title: "REGION", Order: 2, Help: "AWS's code of the region", Get: func(r *Resource) Value { return Text(r.Ref.Region) }},
		{ID: "state", Aliases: []string{"status"}, Key: "state", Title: "STATE", Order: 4, Help: "AWS's word for its state", Get: func(r *Resource) Value { return Text(r.State) }},
		{ID: "by", Aliases: []string{"madeby", "maker"}, Key: "madeBy", Title: "MADE BY", Order: 8, Help: "the full session ARN of its maker, or ? while it is unknown", Get: makerValue},
		{ID: "age", Aliases: []string{"created", "madeat"}, Key: "madeAt", Title: "AGE", Type: TimeField, Order: 7, Help: "when it was made: age<24h, created>2026-09-01", Get: func(r *Resource) Value { return Time(r.MadeAt) }},
		{ID: "rate", Aliases: []string{"cost", "usdh"}, Key: "usdPerHour", Title: "$/h", Type: NumberField, Unit: USDPerHour, Order: 6, Help: "dollars an hour that it bills now", Get: rateValue},
		{ID: "owner", Key: "owner", Title: "OWNER", Order: 90, Help: "what it lives and dies with", Get: ownerValue},
		{ID: "arn", Key: "arn", Title: "ARN", Order: 99, Help: "its ARN, or KIND:REGION:ID where AWS has none", Get: arnValue},
		{ID: "seen", Key: "firstSeen", Title: "FIRST SEEN", Type: TimeField, Order: 120, Help: "when rootout first met it", Get: func(r *Resource) Value { return Time(r.FirstSeen) }},
		{ID: "verdict", Key: "verdict", Title: "VERDICT", Order: 122, Help: "its place in the hostile set: planted, stolen, touched, exposed, contested, unknown origin; ? while it has none", Get: verdictValue},
		{ID: "account", Key: "account", Title: "ACCOUNT", Order: 121, Help: "the account's twelve digits", Get: func(r *Resource) Value { return Text(r.Ref.Account) }},
	}
}

// makerValue leaves a guess unknown: what is selected by its maker may be marked.
func makerValue(r *Resource) Value {
	if !r.Maker.Known() {
		return Unknown()
	}
	return Text(r.Maker.ARN)
}

// verdictValue is unknown where there is no verdict: nobody has said that the thing is honest.
func verdictValue(r *Resource) Value {
	if r.Verdict() == Unjudged {
		return Unknown()
	}
	return Text(r.Verdict().String())
}

func rateValue(r *Resource) Value {
	if !r.Rate.Billed && r.Rate.Known {
		return Never()
	}
	if !r.Rate.Known {
		return Unknown()
	}
	return Number(r.Rate.PerHour)
}

func ownerValue(r *Resource) Value {
	names := make([]string, len(r.Owners))
	for i, o := range r.Owners {
		names[i] = o.String()
	}
	return List(names...)
}

func arnValue(r *Resource) Value { return Text(r.Thing()) }

// Thing is the name under which JSON, plans and queries know a resource: its ARN, else
// KIND:REGION:ID.
func (r *Resource) Thing() string {
	if r.ARN != "" {
		return Clean(r.ARN)
	}
	return r.Ref.String()
}

// SoFarField is the field "spent" of priced kinds; it needs the moment it is asked at.
func SoFarField(now func() time.Time) Field {
	return Field{
		ID: "spent", Aliases: []string{"sofar"}, Key: "usdSoFar", Title: "SO FAR", Type: NumberField, Unit: USD, Order: 30,
		Help: "dollars billed since it started, at today's price",
		Get: func(r *Resource) Value {
			usd, ok := r.Rate.SoFar(now())
			if !ok {
				return Unknown()
			}
			return Number(usd)
		},
	}
}
