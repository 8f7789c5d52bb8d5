package query

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// Doubt is a value of a query that nothing there is can have: most likely it is misspelt.
type Doubt struct {
	// Term is the field and the value as they were written, Why what is odd about it.
	Term, Why string
	// Near is what was probably meant, or "".
	Near string
	// Region is the name of a region that is not known; "" where the doubt is about something else.
	Region string
}

// String words it.
func (d Doubt) String() string {
	if d.Near != "" {
		return d.Term + ": " + d.Why + "; did you mean " + d.Near + "?"
	}
	return d.Term + ": " + d.Why
}

// stateField is the field of AWS's words for states.
const stateField = "state"

// Doubts are the values of a query's terms for regions, states and ARNs that nothing can have, by
// what the kinds declare and by the regions that are known. An entry of the protect list with one of
// them protects less than whoever wrote it thinks.
func Doubts(q *Query, catalog *model.Catalog, regions []string) []Doubt {
	d := doubts{kinds: q.kindsOf(catalog), regions: regions}
	state := ""
	for _, f := range model.CommonFields() {
		if f.ID == stateField {
			state = strings.Join(append([]string{f.ID}, f.Aliases...), " ")
		}
	}
	for _, t := range q.terms {
		if t.op != opMatch && t.op != opEqual && t.op != opDiffer {
			continue
		}
		for _, w := range t.values {
			d.term, d.exact = t.field+string(t.op)+w.text, t.op != opMatch
			switch {
			case compileKnowledge(t.op, w, &declaration{special: t.special}) != nil:
			case t.special == regionField:
				d.region(w.text)
			case t.special == arnField:
				d.arn(wholeARN(w.text))
			case slices.Contains(strings.Fields(state), t.field):
				d.state(w.text)
			}
		}
	}
	return d.found
}

// kindsOf are the kinds that a query can select.
func (f *Filter[T]) kindsOf(catalog *model.Catalog) []model.Kind {
	kinds := slices.Clone(catalog.Kinds())
	for _, t := range f.terms {
		if t.special != kindField || t.negated || t.op != opMatch && t.op != opEqual {
			continue
		}
		kinds = slices.DeleteFunc(kinds, func(k model.Kind) bool {
			return !slices.ContainsFunc(t.values, func(w word) bool {
				return w.keyword(anyPattern) || slices.Contains(catalogKinds{catalog}.resolve(w.text), string(k.ID))
			})
		})
	}
	return kinds
}

// doubts collects them.
type doubts struct {
	kinds   []model.Kind
	regions []string
	found   []Doubt
	// term is what is looked at, exact that * stands for itself in it.
	term  string
	exact bool
}

func (d *doubts) add(why, near string) {
	d.found = append(d.found, Doubt{Term: d.term, Why: why, Near: near})
}

func (d *doubts) wild(text string) bool { return !d.exact && hasWildcard(text) }

// anyOf says whether one of some words is meant.
func (d *doubts) anyOf(words []string, text string) bool {
	if d.exact {
		return slices.Contains(words, text)
	}
	return slices.ContainsFunc(words, glob(text))
}

func (d *doubts) region(name string) {
	switch {
	case d.anyOf(d.regions, name):
	case hasWildcard(name):
		d.add("no region is called so", "")
	default:
		d.add("no region is called so", Nearest(name, d.regions))
		d.found[len(d.found)-1].Region = name
	}
}

func (d *doubts) state(name string) {
	var states []string
	for _, k := range d.kinds {
		states = append(states, k.States...)
	}
	if !d.anyOf(states, name) {
		d.add("nothing is ever in such a state", Nearest(name, states))
	}
}

// arn judges an ARN by its parts, as far as they have no wildcard in them.
func (d *doubts) arn(text string) {
	const whole = 6
	parts := strings.SplitN(text, ":", whole)
	switch {
	case parts[0] != "arn":
		if !d.wild(text) && !slices.ContainsFunc(d.kinds, func(k model.Kind) bool { return strings.HasPrefix(text, string(k.ID)+":") }) {
			d.add("it is neither an ARN nor KIND:REGION:ID", "")
		}
		return
	case len(parts) < whole && !d.wild(text):
		d.add("an ARN has six parts, with colons between them", "")
		return
	case len(parts) < whole:
		return // The wildcard may stand for the others.
	}
	service, region := parts[2], parts[3]
	if d.wild(service) {
		return
	}
	var services, resources []string
	for _, k := range d.kinds {
		services = append(services, k.ID.Service())
		if k.ID.Service() == service {
			resources = append(resources, k.ARNWord())
		}
	}
	if len(resources) == 0 {
		d.add("rootout removes nothing of the service "+service, Nearest(service, services))
		return
	}
	if region != "" && !d.wild(region) {
		d.region(region)
	}
	resource, _, slash := strings.Cut(parts[5], "/")
	if !d.wild(resource) && (!slash || !slices.Contains(resources, resource)) {
		near := Nearest(resource, resources)
		if near != "" {
			near += "/"
		}
		d.add("no ARN of "+service+" that rootout knows has "+resource+" before its name", near)
	}
}
