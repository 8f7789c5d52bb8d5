package scan

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rootout/rootout/model"
)

// progress counts what has been answered. The mailbox's lock guards it.
type progress struct {
	began time.Time
	// listed says that the regions are known; before that nothing can be complete.
	listed bool
	// expected are the cells of readable places, open those of them that had no answer yet.
	expected int
	open     map[model.CellKey]bool
	answered map[model.CellKey]bool
	visits   map[model.Place]visitState
	// firstPass ends when every expected cell has had an answer of some kind.
	firstPass bool
	took      time.Duration
	trouble   *model.Failure
	signedOut *model.SignedOut
	// until is when the credentials end, zero if they do not.
	until time.Time
}

// visitState is a visit under way, for naming what is slow.
type visitState struct {
	began   time.Time
	waiting map[model.KindID]bool
}

func newProgress(began time.Time) progress {
	return progress{
		began: began, firstPass: true,
		open: map[model.CellKey]bool{}, answered: map[model.CellKey]bool{}, visits: map[model.Place]visitState{},
	}
}

// expect says which cells are to be answered.
func (p *progress) expect(cells []model.CellKey, listed bool, now time.Time) {
	p.listed = p.listed || listed
	p.expected = len(cells)
	clear(p.open)
	for _, key := range cells {
		if !p.answered[key] {
			p.open[key] = true
		}
	}
	p.endFirstPass(now)
}

// answer takes in that a cell has had an answer of some kind.
func (p *progress) answer(key model.CellKey, now time.Time) {
	p.answered[key] = true
	delete(p.open, key)
	p.forget(key)
	p.endFirstPass(now)
}

// forget takes in that a visit of a cell ended without a word about it.
func (p *progress) forget(key model.CellKey) {
	if v, ok := p.visits[key.Place]; ok {
		delete(v.waiting, key.Kind)
		if len(v.waiting) == 0 {
			delete(p.visits, key.Place)
		}
	}
}

func (p *progress) endFirstPass(now time.Time) {
	if p.firstPass && p.listed && p.expected > 0 && len(p.open) == 0 {
		p.firstPass, p.took = false, now.Sub(p.began)
	}
}

// slowAfter is when a visit begins to be named as slow.
const slowAfter = 2 * time.Second

// shown is the progress as screens see it.
func (p *progress) shown(now time.Time) model.Progress {
	out := model.Progress{
		Done: p.expected - len(p.open), Total: p.expected, FirstPass: p.firstPass, Took: p.took, Trouble: p.trouble,
		SignedOut: p.signedOut, SignedInUntil: p.until,
	}
	var slow []string
	for _, place := range slices.SortedFunc(maps.Keys(p.visits), model.Place.Compare) {
		v := p.visits[place]
		if age := now.Sub(v.began); age >= slowAfter {
			slow = append(slow, fmt.Sprintf("%s %d kinds %s", place.Title(), len(v.waiting), age.Round(time.Second)))
		}
	}
	if len(slow) > 0 {
		out.Slow = slow[0]
		if len(slow) > 1 {
			out.Slow += fmt.Sprintf(" and %d more regions", len(slow)-1)
		}
	}
	return out
}
