package cloud

import "strings"

// NamedMember is a member of a request or response that names a resource. LookupEvents computes its
// Resources itself and names what records leave out; AWS publishes no list, so each service's holds
// what a search by name is tried on.
type NamedMember struct {
	// Path leads to the member, from "in." for the request or "out." for the response; Type is the
	// resource's ("AWS::IAM::User").
	Path, Type string
}

// NameResources says which members name resources in the events of a source that only scenarios
// record. A registered service brings its own, and these win.
func (c *Cloud) NameResources(source string, members ...NamedMember) {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.named[source] == nil {
		t.name(source, members)
	}
}

// name is NameResources for a registered service; the lock is held.
func (t *trail) name(source string, members []NamedMember) {
	if t.named == nil {
		t.named = map[string][]NamedMember{}
	}
	t.named[source] = members
}

// resources are what LookupEvents names beside the event; the lock is held.
func (t *trail) resources(e *TrailEvent) []TrailResource {
	if e.Resources != nil || e.found != nil {
		return append(e.found, e.Resources...)
	}
	if e.Whole != nil {
		whole := e.Whole()
		e.found = t.resources(&whole)
		return e.found
	}
	e.found = []TrailResource{}
	members := t.named[e.Source]
	if len(members) == 0 {
		return e.found
	}
	in, out := parameters(e.Request), parameters(e.Response)
	for _, m := range members {
		side, path, _ := strings.Cut(m.Path, ".")
		value := in
		if side == "out" {
			value = out
		}
		for step := range strings.SplitSeq(path, ".") {
			members, _ := value.(map[string]any)
			value = members[step]
		}
		if name, ok := value.(string); ok && name != "" {
			e.found = append(e.found, TrailResource{Type: m.Type, Name: name})
		}
	}
	return e.found
}
