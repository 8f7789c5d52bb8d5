package cloud

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// OnPast lets past make a part of the history of each region of the cloud's own account when
// somebody first reads it: an account with a long past costs nothing while nobody looks. past is
// called once a region, with the history's lock held; its events bring their ids, and lie before
// the account's making. It is for scenarios, before anybody calls.
func (c *Cloud) OnPast(past func(region string) []TrailEvent) {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	t.past = past
}

// RecordedEvents are the Events that were recorded one by one: without the past that OnPast makes.
func (c *Cloud) RecordedEvents(region string) []*TrailEvent {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.events[c.In(region)]), func(e *TrailEvent) bool { return e.made })
}

// remember makes a place's past, if that is still to be done; the lock is held. Of the same time,
// what was recorded before comes first, as its numbers do.
func (c *Cloud) remember(p Place) {
	t := &c.trail
	if t.past == nil || p.Account != c.Account() || t.remembered[p] {
		return
	}
	if t.remembered == nil {
		t.remembered = map[Place]bool{}
	}
	if t.events == nil {
		t.events = map[Place][]*TrailEvent{}
	}
	t.remembered[p] = true
	past := t.past(p.Region)
	h := fnv.New64a()
	_, _ = h.Write([]byte(p.Region))
	rng := rand.New(rand.NewPCG(c.opts.Seed, h.Sum64()))
	events := slices.Grow(slices.Clone(t.events[p]), len(past))
	for i := range past {
		e := &past[i]
		t.seq++
		e.seq, e.Account, e.made = t.seq, p.Account, true
		e.visible = c.Later(e.Time, t.late(rng))
		events = append(events, e)
	}
	slices.SortStableFunc(events, func(a, b *TrailEvent) int { return a.Time.Compare(b.Time) })
	t.events[p] = events
}

// late is how long one event stays out of LookupEvents; the lock is held.
func (t *trail) late(rng *rand.Rand) time.Duration {
	delay := defaultTrailDelay
	if t.delay != nil {
		delay = *t.delay
	} else if rng.IntN(lateShare) == 0 {
		return delay + time.Duration(rng.Int64N(int64(latest-delay)))
	}
	return time.Duration((0.5 + rng.Float64()) * float64(delay))
}
