package trail

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
)

// Makers tells who made what, by the events that say so: the kinds declare which those are. The same
// events give the same makers in whatever order they come. It is not safe for use by several
// goroutines.
type Makers struct {
	catalog   *model.Catalog
	partition string
	tells     map[string][]telling
	told      map[model.Ref][]told
	said      map[model.Ref]model.About
}

// telling is an event that tells of a kind.
type telling struct {
	kind  model.KindID
	scope model.Scope
	ids   []string
	ends  bool
}

// told is what one event said of one resource.
type told struct {
	at      int64
	id      string
	ends    bool
	arn     string
	session string
	// service says that AWS made it on somebody's behalf, or on its own.
	service bool
}

// NewMakers begins with no events. The partition is that of the account.
func NewMakers(catalog *model.Catalog, partition string) *Makers {
	m := &Makers{
		catalog: catalog, partition: partition, tells: map[string][]telling{}, told: map[model.Ref][]told{}, said: map[model.Ref]model.About{},
	}
	for _, k := range catalog.Kinds() {
		for _, e := range k.MadeBy {
			m.tells[e.Event] = append(m.tells[e.Event], telling{kind: k.ID, scope: k.Scope, ids: e.IDs})
		}
		for _, e := range k.EndedBy {
			m.tells[e.Event] = append(m.tells[e.Event], telling{kind: k.ID, scope: k.Scope, ids: e.IDs, ends: true})
		}
	}
	return m
}

// Events are the names of all events that tell of a maker, in order, by service: what has to be read
// for makers to be known.
func (m *Makers) Events() []string {
	var names []string
	for name := range m.tells {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Add takes in an event and says whether it tells of a maker. One that was refused made nothing; one
// that was taken in before changes nothing.
func (m *Makers) Add(e *Event) bool {
	tells := m.tells[e.Source+":"+e.Name]
	if len(tells) == 0 || !e.Happened() || e.Time.IsZero() {
		return false
	}
	b := newBody(e, m.partition)
	who := told{at: e.Time.UnixMilli(), id: e.ID, arn: e.Identity.principal(), session: e.Identity.SessionKey().String(), service: e.Identity.actsForAWS()}
	for _, t := range tells {
		for _, id := range b.ids(t.ids) {
			if !b.of(id, t.scope) {
				continue
			}
			ref := model.Ref{Partition: m.partition, Place: model.Place{Account: e.Account, Region: e.Region}, Kind: t.kind, ID: id}
			if t.scope == model.Global {
				ref.Region = ""
			}
			who.ends = t.ends
			m.note(ref, who)
		}
	}
	return true
}

// Made counts the things that each session is known to have made, by its words, whether they are still
// there or not; what AWS made on its own is nobody's.
func (m *Makers) Made() map[string]int {
	made := map[string]int{}
	for _, all := range m.told {
		for i := range all {
			if !all[i].ends && !all[i].service {
				made[all[i].session]++
			}
		}
	}
	return made
}

// note puts what was said in the order of time.
func (m *Makers) note(ref model.Ref, t told) {
	all := m.told[ref]
	at, known := slices.BinarySearchFunc(all, t, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.id, b.id))
	})
	if !known {
		m.told[ref] = slices.Insert(all, at, t)
	}
}

// actsForAWS says whether a call is no person's own: of a service, of a service-linked role, or by a
// service with the credentials of a role that it assumed. What a service does with the credentials of
// whoever asked it is his own.
func (i *Identity) actsForAWS() bool {
	if i.Kind() == Service || strings.HasPrefix(i.RoleName(), "AWSServiceRoleFor") {
		return true
	}
	return i.Via != "" && i.Kind() == Role
}

// made is how far the clocks of an event and of the resource's own time of creation may be apart.
const made = 2 * time.Minute

// birth is the event that made a resource, nil where those that were read do not tell. Names come back:
// of what has a time of creation the event has to have that time; of the rest the first one since it
// last ended counts, since asking again for what is there makes nothing (ECS API Reference,
// CreateCluster; EventBridge API Reference, PutRule).
func (m *Makers) birth(r *model.Resource) *told {
	all := m.told[r.Ref]
	listed := r.AsListed().MadeAt
	var best *told
	for i := range all {
		t := &all[i]
		if listed.IsZero() {
			switch {
			case t.ends:
				best = nil
			case best == nil:
				best = t
			}
			continue
		}
		apart := time.UnixMilli(t.at).Sub(listed).Abs()
		if !t.ends && apart <= made && (best == nil || apart < time.UnixMilli(best.at).Sub(listed).Abs()) {
			best = t
		}
	}
	return best
}

// Overlay says what is new about the makers of the resources of a snapshot, since it was last asked;
// nil where nothing is.
func (m *Makers) Overlay(s *model.Snapshot) *model.OverlayBatch {
	now := map[model.Ref]model.About{}
	var byRef map[model.Ref]*model.Resource
	find := func(ref model.Ref) *model.Resource {
		if byRef == nil {
			byRef = make(map[model.Ref]*model.Resource, s.Len())
			for r := range s.All {
				byRef[r.Ref] = r
			}
		}
		return byRef[ref]
	}
	for r := range s.All {
		if about := m.about(r, find, 0); !about.IsZero() {
			now[r.Ref] = about
		}
	}
	batch := &model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{}}
	for ref, about := range now {
		if was, known := m.said[ref]; !known || !was.Equal(about) {
			batch.Set[ref] = about
		}
	}
	for ref := range m.said {
		if _, still := now[ref]; !still {
			batch.Remove = append(batch.Remove, ref)
		}
	}
	m.said = now
	if len(batch.Set)+len(batch.Remove) == 0 {
		return nil
	}
	return batch
}

// ownersDeep bounds how many owners up a maker is looked for: rule, service, task.
const ownersDeep = 4

// about is what events say of the making of a resource, and of what it was made for.
func (m *Makers) about(r *model.Resource, find func(model.Ref) *model.Resource, depth int) model.About {
	b := m.birth(r)
	if b != nil && !b.service {
		return b.about(model.FromEvent)
	}
	kind, _ := m.catalog.Kind(r.Ref.Kind)
	if depth < ownersDeep {
		for _, ref := range m.madeFor(r, kind.MadeFor, b != nil) {
			if owner := find(ref); owner != nil {
				if about, ok := inherited(owner, m.about(owner, find, depth+1)); ok {
					return about
				}
			}
		}
	}
	if b == nil {
		return model.About{}
	}
	// AWS made it, for nobody that is known: when is all that can be told.
	return model.About{Event: b.id, MadeAt: time.UnixMilli(b.at).UTC()}
}

// madeFor are what AWS made a resource for. What it lives and dies with is AWS's word; what it merely
// names, as startedBy does, anyone may have written, and counts only where an event shows that a
// service made it.
func (m *Makers) madeFor(r *model.Resource, kinds []model.KindID, byService bool) []model.Ref {
	var refs []model.Ref
	for _, o := range r.Owners {
		if slices.Contains(kinds, o.Kind) {
			refs = append(refs, o)
		}
	}
	if byService {
		for _, u := range r.Uses {
			if slices.Contains(kinds, u.Kind) {
				refs = append(refs, u)
			}
		}
	}
	return refs
}

// inherited is what the maker of an owner says of what was made for it; false where nobody knows him.
func inherited(owner *model.Resource, about model.About) (model.About, bool) {
	maker := about.Maker
	if listed := owner.AsListed().Maker; maker.ARN == "" && listed.Known() {
		maker = listed
	}
	if !maker.Known() {
		return model.About{}, false
	}
	return model.About{Maker: model.Maker{ARN: maker.ARN, Source: model.FromOwner}, Session: about.Session, Event: about.Event}, true
}

func (t *told) about(source model.MakerSource) model.About {
	return model.About{Maker: model.Maker{ARN: t.arn, Source: source}, Session: t.session, Event: t.id, MadeAt: time.UnixMilli(t.at).UTC()}
}
