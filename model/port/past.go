package port

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Past is a plan as the case tells of it.
type Past struct {
	Plan *plan.Plan
	// Begun and Ended are when its last run did, zero where it did not: a plan that was begun and
	// has not ended was interrupted.
	Begun, Ended time.Time
	// Outcome is how that run ended, nil unless it has.
	Outcome *Outcome
}

// Interrupted says that its run was begun and has not ended.
func (p *Past) Interrupted() bool { return !p.Begun.IsZero() && p.Ended.IsZero() }

// Outcome is a [Summary] as the journal keeps it, at the end of a run.
type Outcome struct {
	Planned int `json:"planned"`
	Gone    int `json:"gone"`
	Made    int `json:"made"`
	Changed int `json:"changed"`
	// Left are why targets have not reached their goals, by the words of their references.
	Left      map[string]string `json:"left"`
	Uncovered []model.Uncovered `json:"uncovered"`
	Uncounted int               `json:"uncounted"`
	Respawned []string          `json:"respawned"`
	TookMs    int64             `json:"tookMs"`
}

// Outcome is what the journal keeps of it.
func (s *Summary) Outcome() *Outcome {
	o := &Outcome{
		Planned: s.Planned, Gone: s.Gone, Made: s.Made, Changed: s.Changed, Left: make(map[string]string, len(s.Left)),
		Uncovered: s.Uncovered, Uncounted: len(s.Uncounted), Respawned: make([]string, 0, len(s.Respawned)), TookMs: s.Took.Milliseconds(),
	}
	for ref, why := range s.Left {
		o.Left[ref.String()] = why
	}
	for _, r := range s.Respawned {
		o.Respawned = append(o.Respawned, r.Ref.String()+": "+r.Cause)
	}
	return o
}

// Reached is how many targets have reached their goal.
func (o *Outcome) Reached() int { return o.Gone + o.Made + o.Changed }

// Complete says whether every goal was proven and nothing was left behind.
func (o *Outcome) Complete() bool {
	return o.Reached() == o.Planned && len(o.Left) == 0 && len(o.Uncovered) == 0 && o.Uncounted == 0 && len(o.Respawned) == 0
}
