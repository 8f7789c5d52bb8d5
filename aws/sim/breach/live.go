package breach

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// The rhythm of an intruder who is awake: one cluster at a time, so that a responder who watches
// sees it grow, and never more at once than the burst that ECS allows (20 calls that modify
// clusters, ECS API Reference, "Request throttling").
const (
	liveEvery = 20 * time.Second
	liveBurst = 20
)

// waking is the intruder at work: what he does next, and when.
type waking struct {
	b    *builder
	next time.Time
	// families are what he registered by now, by region.
	families map[string]string
}

// live lets the intruder go on for as long as a key of his second session works. He moves as the
// account is looked at, like everything in it.
func (b *builder) live() {
	w := &waking{b: b, next: b.c.Now().Add(b.pace()), families: map[string]string{}}
	b.c.OnCatchUp(w.catchUp)
}

// pace is the time between two of his acts at the account's speed.
func (b *builder) pace() time.Duration { return time.Duration(float64(liveEvery) / b.c.Speed()) }

func (w *waking) catchUp(now time.Time) {
	if w.next.After(now) {
		return
	}
	acted := false
	for range liveBurst {
		if w.next.After(now) {
			break
		}
		at := w.next
		w.next = at.Add(w.b.pace())
		if who, ok := w.key(at); ok {
			w.act(who, at)
			acted = true
		}
	}
	if !w.next.After(now) {
		w.next = now.Add(w.b.pace())
	}
	if acted {
		w.b.c.Changed()
	}
}

// key is one of his keys that still works.
func (w *waking) key(at time.Time) (actor, bool) {
	for _, who := range w.b.cast.later {
		c, ok := w.b.c.LookupCredential(who.id.AccessKeyID)
		if ok && !c.Inactive && (c.Expires.IsZero() || at.Before(c.Expires)) {
			return who, true
		}
	}
	return actor{}, false
}

// act remakes a service that he has lost in a region that he can reach, or makes a new one.
func (w *waking) act(who actor, at time.Time) {
	b := w.b
	var lost []post
	for _, p := range b.posts {
		if !b.c.Stands(p.region, p.serviceARN(b.c)) && b.isOpen(p.region, at) {
			lost = append(lost, p)
		}
	}
	if len(lost) > 0 {
		w.make(oneOf(b, lost...), who, at)
		return
	}
	var open []string
	for _, q := range b.quotas {
		if b.isOpen(q.region, at) {
			open = append(open, q.region)
		}
	}
	p := post{region: oneOf(b, open...), cluster: b.fresh(), desired: b.between(1, 4)}
	p.service = p.cluster + b.style.suffix
	b.posts = append(b.posts, p)
	w.make(p, who, at)
}

// make makes what is missing of a post; its tasks come up as those of any new service.
func (w *waking) make(p post, who actor, at time.Time) {
	b := w.b
	if !b.c.Stands(p.region, p.clusterARN(b.c)) {
		b.plant(b.c.SeedCluster(p.region, ecs.ClusterSeed{Name: p.cluster}))
		b.clusterMade(p.region, who, at, p.cluster)
	}
	s := ecs.ServiceSeed{
		Cluster: p.cluster, Name: p.service, TaskDefinition: w.family(p.region, who, at), Desired: p.desired,
		Placement: ecs.Placement{PublicIP: true}, CreatedAt: at, CreatedBy: who.id.ARN,
	}
	seeded := b.c.SeedService(p.region, s)
	b.plant(seeded.ARN)
	b.serviceMade(p.region, who, at, s, seeded)
}

// family is an ACTIVE definition of his in the region, registered anew when it was taken from him.
func (w *waking) family(region string, who actor, at time.Time) string {
	b := w.b
	if arn := w.families[region]; arn != "" {
		if _, _, active := b.c.DefinitionOrigin(region, arn); active {
			return arn
		}
	}
	arn := b.definition(region, b.fresh(), who, at, "")
	w.families[region] = arn
	return arn
}
