package trail

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Groupings are the words by which events are put together.
func Groupings() []string { return []string{"session", "key", "address", "name", "region"} }

// Group is what is known of events that have something in common.
type Group struct {
	// Key is what they have in common, Label says it to people.
	Key, Label string
	// First and Last are when the first and the last of them happened, zero where no record says.
	First, Last time.Time
	// Events are how many, Changes how many of them changed something, Failed how many were refused.
	Events, Changes, Failed int
	// Regions and Addresses are how many different ones.
	Regions, Addresses map[string]bool
}

// Groups puts events together as they come.
type Groups struct {
	by  string
	all map[string]*Group
}

// NewGroups begins with none; by is one of Groupings.
func NewGroups(by string) *Groups { return &Groups{by: by, all: map[string]*Group{}} }

// Add counts an event and says what it has in common with others.
func (g *Groups) Add(r *Row) (common string) {
	key, label := g.key(r)
	one := g.all[key]
	if one == nil {
		one = &Group{Key: key, Label: label, Regions: map[string]bool{}, Addresses: map[string]bool{}}
		g.all[key] = one
	}
	one.add(r)
	return key
}

func (g *Groups) key(r *Row) (key, label string) {
	switch g.by {
	case "key":
		return r.AccessKey, cmp.Or(r.AccessKey, "no access key")
	case "address":
		return r.Address, cmp.Or(r.Address, "no address")
	case "name":
		return r.Source + ":" + r.Name, r.Service() + ":" + r.Name
	case "region":
		return r.Region, cmp.Or(r.Region, "no region")
	}
	return r.Session, r.Who
}

func (g *Group) add(r *Row) {
	g.Events++
	switch {
	case r.Error != "" && r.Class != Probe:
		g.Failed++
	case r.Class == Write:
		g.Changes++
	}
	if r.Region != "" {
		g.Regions[r.Region] = true
	}
	if r.Address != "" {
		g.Addresses[r.Address] = true
	}
	if r.Time.IsZero() {
		return
	}
	if g.First.IsZero() || r.Time.Before(g.First) {
		g.First = r.Time
	}
	if r.Time.After(g.Last) {
		g.Last = r.Time
	}
}

// All are the groups, the one with the last event first.
func (g *Groups) All() []*Group {
	return slices.SortedFunc(maps.Values(g.all), func(a, b *Group) int {
		return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Key, b.Key))
	})
}
