package model

import (
	"slices"
	"strings"
)

// OverlayBatch is what one source has to say about resources. Each source speaks for itself alone:
// what another said stays.
type OverlayBatch struct {
	// Source names who speaks, for example "events" or "hostile set".
	Source string
	// Replace takes back all that the source said before and does not say here.
	Replace bool
	// Remove takes back what the source said about some resources, Set says something new in the
	// place of what it said before; what stands in both is set. A zero About says nothing.
	Remove []Ref
	Set    map[Ref]About
}

// overlay is what is known about resources beside AWS's records of them, by resource, apart from
// the records: listings come and go, and it stays. It also keeps what is said about resources that
// no listing has met.
type overlay struct {
	// layers are sorted by source, so that what they say together depends on no order of arrival.
	layers []overlayLayer
}

// overlayLayer is what one source says, by cell and id.
type overlayLayer struct {
	source string
	said   map[CellKey]map[string]*About
}

// about joins what all sources say about a resource; nil when none says anything.
func (o *overlay) about(key CellKey, id string) *About {
	var found *About
	for i := range o.layers {
		said := o.layers[i].said[key][id]
		switch {
		case said == nil:
		case found == nil:
			found = said
		default:
			both := found.merge(*said)
			found = &both
		}
	}
	return found
}

// apply takes in a batch and returns the resources of which something else is said now, by cell. It
// costs the size of the batch, and with Replace of what the source had said.
func (o *overlay) apply(b *OverlayBatch) map[CellKey][]string {
	layer := o.layer(b.Source)
	changed := map[CellKey][]string{}
	note := func(key CellKey, id string, about *About) {
		if layer.set(key, id, about) {
			changed[key] = append(changed[key], id)
		}
	}
	set := make(map[CellKey]map[string]bool, len(b.Set))
	for ref, about := range b.Set {
		key := ref.Cell()
		if set[key] == nil {
			set[key] = map[string]bool{}
		}
		set[key][ref.ID] = true
		note(key, ref.ID, &about)
	}
	for _, ref := range b.Remove {
		if !set[ref.Cell()][ref.ID] {
			note(ref.Cell(), ref.ID, nil)
		}
	}
	if b.Replace {
		for key, cell := range layer.said {
			for id := range cell {
				if !set[key][id] {
					note(key, id, nil)
				}
			}
		}
	}
	if len(layer.said) == 0 {
		o.layers = slices.DeleteFunc(o.layers, func(l overlayLayer) bool { return l.source == b.Source })
	}
	return changed
}

// layer finds or makes the layer of a source.
func (o *overlay) layer(source string) *overlayLayer {
	at, known := slices.BinarySearchFunc(o.layers, source, func(l overlayLayer, s string) int {
		return strings.Compare(l.source, s)
	})
	if !known {
		o.layers = slices.Insert(o.layers, at, overlayLayer{source: source, said: map[CellKey]map[string]*About{}})
	}
	return &o.layers[at]
}

// set puts down or, with nil or nothing to say, takes back what is said about a resource; changed
// says whether that is anything new.
func (l *overlayLayer) set(key CellKey, id string, about *About) (changed bool) {
	before := l.said[key][id]
	if about == nil || about.IsZero() {
		delete(l.said[key], id)
		if len(l.said[key]) == 0 {
			delete(l.said, key)
		}
		return before != nil
	}
	if before != nil && before.Equal(*about) {
		return false
	}
	if l.said[key] == nil {
		l.said[key] = map[string]*About{}
	}
	l.said[key][id] = about
	return true
}
