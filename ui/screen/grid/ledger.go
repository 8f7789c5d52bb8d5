package grid

import (
	"time"

	"github.com/rootout/rootout/model"
)

// ledger keeps what had been spent by things that are no longer counted, so that removing them does
// not make the money look unspent. It compares each snapshot with the one before it, cell by cell;
// cells that did not change cost nothing.
type ledger struct {
	last  *model.Snapshot
	spent map[model.Ref]float64
	about bool
	// seeded says that it holds what was spent before this session.
	seeded bool
}

// seed takes what was spent before this session by things that this session never saw.
func (l *ledger) seed(before map[model.Ref]model.Spent) {
	if l.seeded || before == nil {
		return
	}
	l.seeded = true
	if l.spent == nil {
		l.spent = map[model.Ref]float64{}
	}
	for ref, spent := range before {
		if _, known := l.spent[ref]; !known {
			l.spent[ref] = spent.USD
			l.about = l.about || spent.Estimated
		}
	}
}

func (l *ledger) compare(snap *model.Snapshot, now time.Time) (spent float64, about bool) {
	if l.last != nil && l.last != snap {
		for _, key := range l.last.Cells() {
			l.compareCell(l.last.In(key), snap.In(key), now)
		}
	}
	l.last = snap
	for _, usd := range l.spent {
		spent += usd
	}
	return spent, l.about
}

func (l *ledger) compareCell(old, now []*model.Resource, at time.Time) {
	if len(old) == len(now) && (len(old) == 0 || &old[0] == &now[0]) {
		return
	}
	counted := make(map[model.Ref]bool, len(now))
	for _, r := range now {
		if r.Counts {
			counted[r.Ref] = true
			delete(l.spent, r.Ref)
		}
	}
	for _, r := range old {
		if !r.Counts || counted[r.Ref] {
			continue
		}
		if usd, known := r.Rate.SoFar(at); known && r.Rate.Billed {
			if l.spent == nil {
				l.spent = map[model.Ref]float64{}
			}
			l.spent[r.Ref] = usd
			l.about = l.about || r.Rate.Estimated
		}
	}
}
