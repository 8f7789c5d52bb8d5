package choosing

import (
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/theme"
)

// Source is what a filter is read and held against.
type Source interface {
	Catalog() *model.Catalog
	// Moment is the present of what is shown, Zone the zone of times without one.
	Moment() time.Time
	Zone() *time.Location
	// Regions are the names of the account's regions.
	Regions() []string
	// Raw reads raw records beside the loop, nil where there is no case.
	Raw() func(model.Ref) (json.RawMessage, bool)
}

// Filter is the filter of resources of one screen.
type Filter struct {
	*Field[model.Resource]
	source Source
}

// NewFilter returns a filter that is not open and selects everything.
func NewFilter(th *theme.Theme, source Source) *Filter {
	f := &Filter{source: source}
	f.Field = NewField(th, `kind:task cpu>=4 age<24h by:…/name region:us-* !name:prod* "any words"   (tab completes)`,
		func(text string) (*query.Query, error) {
			return query.Parse(source.Catalog(), text, query.Options{NoRaw: source.Raw() == nil})
		},
		func(text string, cursor int) []string {
			return query.Complete(source.Catalog(), text, cursor, f.valuesOf)
		},
	)
	return f
}

// valuesOf are the values of a field that can be told without a look at every resource.
func (f *Filter) valuesOf(field string) []string {
	if field == "region" {
		return f.source.Regions()
	}
	return nil
}

// Matcher is the filter as a function for work beside the loop, nil for everything: it reads what
// does not change, and the case's raw records where raw~ asks for them.
func (f *Filter) Matcher() func(*model.Resource) bool {
	if f.parsed == nil {
		return nil
	}
	q, env := f.parsed, f.env()
	return func(r *model.Resource) bool { return q.Match(r, env) }
}

// Unsure tells of a resource whether it cannot be told if the filter selects it; nil without a
// filter.
func (f *Filter) Unsure() func(*model.Resource) bool {
	if f.parsed == nil {
		return nil
	}
	q, env := f.parsed, f.env()
	return func(r *model.Resource) bool { return q.Unsure(r, env) }
}

func (f *Filter) env() query.Env {
	return query.Env{Now: f.source.Moment(), Location: f.source.Zone(), Raw: f.source.Raw()}
}

// Regions hides rows of the grid by the region terms; nil shows all.
func (f *Filter) Regions() func(string) bool {
	if f.parsed == nil {
		return nil
	}
	pass, restricted := f.parsed.Regions()
	if !restricted {
		return nil
	}
	return pass
}

// ambiguous says in a sentence why the filter must not mark, "" where it may.
func (f *Filter) ambiguous() string {
	if f.parsed == nil {
		return ""
	}
	if found := f.parsed.Ambiguous(); len(found) > 0 {
		return found[0].String()
	}
	return ""
}
