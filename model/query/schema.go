package query

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// The ids of the fields whose values have a meaning of their own.
const (
	kindField   = "kind"
	regionField = "region"
	arnField    = "arn"
	rawField    = "raw"
)

// indexedOrder is the highest Field.Order that free text is looked for in: what is drawn as a
// column (model.Field).
const indexedOrder = 100

// Field declares what can be asked of things that are no resources, such as events and principals;
// resources have the catalog's fields.
type Field[T any] struct {
	// ID and Aliases are its names, lower case. The id "by" makes its values session ARNs, "region"
	// regions.
	ID      string
	Aliases []string
	// Title is what the screen calls it.
	Title string
	Type  model.FieldType
	Unit  model.Unit
	// Order up to 100 makes free text look into it.
	Order int
	Get   func(*T) model.Value
}

// schema is what a parser knows of a type of things: they fall into groups (kinds), each with its
// fields.
type schema[T any] struct {
	groups  [][]Field[T]
	groupOf func(*T) int
	kinds   kindNames
	raw     func(*T, Env) (json.RawMessage, bool)
}

func (f *Field[T]) named(name string) bool { return f.ID == name || slices.Contains(f.Aliases, name) }

// resourceSchema makes the catalog's kinds the groups; the last group is for resources of a kind
// that the catalog does not have.
func resourceSchema(catalog *model.Catalog) *schema[model.Resource] {
	kinds := catalog.Kinds()
	s := &schema[model.Resource]{kinds: catalogKinds{catalog}}
	index := make(map[model.KindID]int, len(kinds))
	common := resourceFields(model.CommonFields())
	for i, k := range kinds {
		index[k.ID] = i
		s.groups = append(s.groups, slices.Concat(common, resourceFields(k.Fields)))
	}
	s.groups = append(s.groups, common)
	s.groupOf = func(r *model.Resource) int {
		if i, known := index[r.Ref.Kind]; known {
			return i
		}
		return len(kinds)
	}
	s.raw = func(r *model.Resource, env Env) (json.RawMessage, bool) {
		if env.Raw == nil {
			return nil, false
		}
		return env.Raw(r.Ref)
	}
	return s
}

func resourceFields(fields []model.Field) []Field[model.Resource] {
	out := make([]Field[model.Resource], len(fields))
	for i, f := range fields {
		out[i] = Field[model.Resource]{
			ID: f.ID, Aliases: f.Aliases, Title: f.Title, Type: f.Type, Unit: f.Unit, Order: f.Order, Get: f.Get,
		}
	}
	return out
}

// flatSchema is for things that are all of one group.
func flatSchema[T any](fields []Field[T], raw func(*T) (json.RawMessage, bool)) *schema[T] {
	return &schema[T]{
		groups:  [][]Field[T]{fields},
		groupOf: func(*T) int { return 0 },
		raw: func(thing *T, _ Env) (json.RawMessage, bool) {
			if raw == nil {
				return nil, false
			}
			return raw(thing)
		},
	}
}

// fieldNames are all names of all fields, those of the first group first, each once.
func (s *schema[T]) fieldNames() []string {
	var names []string
	seen := map[string]bool{}
	for _, group := range s.groups {
		for _, f := range group {
			for _, name := range append([]string{f.ID}, f.Aliases...) {
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
	}
	return append(names, rawField)
}

// declare is what a comparison needs to know of a field under the name that the query used.
func (s *schema[T]) declare(f *Field[T], name string) declaration {
	d := declaration{name: name, title: f.Title, fieldType: f.Type, unit: f.Unit}
	switch f.ID {
	case kindField:
		if s.kinds != nil {
			d.special, d.kinds = kindField, s.kinds
		}
	case regionField, makerField, arnField:
		d.special = f.ID
	}
	return d
}

// columns are the fields of a group that free text is looked for in. Columns of numbers, times and
// yes or no are left out where none of the texts can be in one: to write out a number costs more
// than to search a name.
func columns[T any](group []Field[T], needles []needle) []Field[T] {
	var indexed []Field[T]
	for _, f := range group {
		if f.Order > indexedOrder && f.ID != arnField {
			continue
		}
		if slices.ContainsFunc(needles, func(n needle) bool { return n.canBeIn(f.Type) }) {
			indexed = append(indexed, f)
		}
	}
	return indexed
}

// canBeIn says whether the plain rendering of any value of a type can hold the needle.
func (n *needle) canBeIn(t model.FieldType) bool {
	switch t {
	case model.NumberField:
		return strings.Trim(n.text, "-.0123456789") == ""
	case model.TimeField:
		return strings.Trim(n.text, "-:tz0123456789") == ""
	case model.BoolField:
		return n.in("yes") || n.in("no")
	case model.TextField:
	}
	return true
}
