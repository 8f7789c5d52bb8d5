// Package runs is the plans of the case and their runs: which there are, how far each has come, and
// how it ended.
//
// It must not know a screen, nor how a plan is run: news comes from a port.Run.
package runs

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Progress is how far each step, phase and region of a run has come. It costs the news, never the
// plan.
type Progress struct {
	Plan    *plan.Plan
	Steps   []Step
	Regions []*Region
	Phases  [model.Verify + 1]Tally
	// Reached and Failed count the targets whose goal is proven and the steps that failed.
	Reached, Failed int
	// PerHour is what the plan's targets billed at the start, Stopped what of it has been proven
	// gone; About says that either is an estimate.
	PerHour, Stopped float64
	About            bool
	// ETA is how long the run is expected to take.
	ETA       plan.ETA
	State     port.RunState
	Paused    *model.Failure
	Newcomers []model.Ref
	Started   time.Time
	// Stopping says that the operator stopped it.
	Stopping bool
	// Summary is how it ended, nil until it has; Left are the targets that have not reached their
	// goal, in their order.
	Summary *port.Summary
	Left    []model.Ref
	// Broken is why no more news comes although the run has not told its end.
	Broken string

	byID    map[string]int
	targets map[model.Ref]int
	reached []bool
	// left are the targets that were left when an interrupted run was taken up, nil where it begins.
	left map[model.Ref]bool
}

// Tally counts the steps of a phase by how far they are.
type Tally struct {
	Total, Verified, Failed, Called, Blocked int
}

// Over is how many of them have ended, one way or another.
func (t Tally) Over() int { return t.Verified + t.Failed + t.Blocked }

// Step is a step with the newest that is known of it.
type Step struct {
	Planned *plan.Step
	Status  port.StepStatus
	// CalledAt is when AWS accepted the call.
	CalledAt time.Time
}

// Region is one region of a run.
type Region struct {
	Name, Title string
	Phases      [model.Verify + 1]Tally
	// Latest is the step that the newest news was of, Failure the newest that failed; both index
	// the steps of the run, as Steps do, and are -1 for none.
	Latest, Failure int
	Steps           []int

	// repeated are the steps that AWS has refused and that are tried again, the newest last; those at
	// the end that are not any more are dropped when the newest is asked for.
	repeated []int
	// called are the steps whose call was accepted, in that order; those at the front that are over
	// are dropped when the oldest is asked for.
	called []int
}

// NewProgress costs the plan, and is made beside the loop.
func NewProgress(p *plan.Plan, snap *model.Snapshot) *Progress {
	v := &Progress{
		Plan: p, ETA: p.ETA, Steps: make([]Step, len(p.Steps)), byID: make(map[string]int, len(p.Steps)),
		targets: make(map[model.Ref]int, len(p.Targets)), reached: make([]bool, len(p.Targets)),
	}
	regions := map[string]*Region{}
	for i := range p.Steps {
		s := &p.Steps[i]
		v.Steps[i] = Step{Planned: s, Status: port.StepStatus{Step: s.ID}}
		v.byID[s.ID] = i
		r := regions[s.Region]
		if r == nil {
			r = &Region{Name: s.Region, Title: words.RegionTitle(snap, s.Region), Latest: -1, Failure: -1}
			regions[s.Region] = r
		}
		r.Steps = append(r.Steps, i)
		r.Phases[s.Phase].Total++
		v.Phases[s.Phase].Total++
	}
	for _, name := range slices.Sorted(maps.Keys(regions)) {
		v.Regions = append(v.Regions, regions[name])
	}
	for i := range p.Targets {
		t := &p.Targets[i]
		v.targets[t.Ref] = i
		v.PerHour += t.USDPerHour
		v.About = v.About || t.Estimated
	}
	return v
}

// TakeUp says that an interrupted run goes on with what is left of it: what is billed and how long it
// takes are those of the rest.
func (v *Progress) TakeUp(left map[model.Ref]bool, eta plan.ETA) {
	v.left, v.ETA, v.PerHour = left, eta, 0
	for i := range v.Plan.Targets {
		if t := &v.Plan.Targets[i]; left[t.Ref] {
			v.PerHour += t.USDPerHour
		}
	}
}

// Planned says whether a resource is a target of the plan. It may be asked beside the loop.
func (v *Progress) Planned(ref model.Ref) bool {
	_, ok := v.targets[ref]
	return ok
}

// Resumable says that the run was stopped or lost before its end, so that its phrase takes it up
// again.
func (v *Progress) Resumable() bool {
	return v.Broken != "" || v.Stopping && v.Summary != nil && !v.Summary.Complete()
}

// Complete says whether it has ended and every goal is proven.
func (v *Progress) Complete() bool { return v.Summary != nil && v.Summary.Complete() }

// Going says whether it is under way.
func (v *Progress) Going() bool { return v.Summary == nil && v.Broken == "" }

// StateWord is how it stands, in a word.
func (v *Progress) StateWord() string {
	switch {
	case v.Resumable():
		return "interrupted"
	case v.Complete():
		return WordingOf(v.Plan).Ended
	case v.Summary != nil:
		return "incomplete"
	case v.State == port.RunPaused:
		return "paused"
	case v.Stopping:
		return "stopping"
	case v.State == port.RunVerifying:
		return "verifying"
	}
	return "running"
}

// Take takes news in, and returns what it proves to be gone.
func (v *Progress) Take(u *port.RunUpdate) (gone []model.Ref) {
	v.State = u.State
	v.Paused = u.Paused
	if u.Newcomers != nil {
		v.Newcomers = u.Newcomers
	}
	for i := range u.Steps {
		gone = append(gone, v.takeStep(&u.Steps[i])...)
	}
	if u.Summary != nil {
		v.Summary, v.Left = u.Summary, slices.SortedFunc(maps.Keys(u.Summary.Left), model.Ref.Compare)
	}
	return gone
}

func (v *Progress) takeStep(s *port.StepStatus) (gone []model.Ref) {
	i, ok := v.byID[s.Step]
	if !ok {
		return nil
	}
	x := &v.Steps[i]
	r := v.region(x.Planned.Region)
	v.count(r, x, -1)
	if s.State == port.StepCalled && x.Status.State != port.StepCalled {
		x.CalledAt = s.At
		r.called = append(r.called, i)
	}
	again := s.Refused > x.Status.Refused
	x.Status = *s
	v.count(r, x, 1)
	if again && x.Repeated() {
		r.repeated = append(r.repeated, i)
	}
	r.Latest = i
	if s.State == port.StepFailed {
		r.Failure = i
	} else if r.Failure == i {
		r.Failure = -1
	}
	for _, ref := range s.Reached {
		if at, planned := v.targets[ref]; planned && !v.reached[at] {
			v.reached[at] = true
			v.Reached++
			if v.left == nil || v.left[ref] {
				v.Stopped += v.Plan.Targets[at].USDPerHour
			}
			if v.Plan.Targets[at].Goal == plan.Gone {
				gone = append(gone, ref)
			}
		}
	}
	return gone
}

func (v *Progress) count(r *Region, x *Step, delta int) {
	for _, t := range []*Tally{&r.Phases[x.Planned.Phase], &v.Phases[x.Planned.Phase]} {
		switch x.Status.State {
		case port.StepVerified:
			t.Verified += delta
		case port.StepFailed:
			t.Failed += delta
		case port.StepBlocked:
			t.Blocked += delta
		case port.StepCalled:
			t.Called += delta
		case port.StepWaiting, port.StepCalling:
		}
	}
	if x.Status.State == port.StepFailed {
		v.Failed += delta
	}
}

func (v *Progress) region(name string) *Region {
	i, _ := slices.BinarySearchFunc(v.Regions, name, func(r *Region, n string) int {
		return strings.Compare(r.Name, n)
	})
	return v.Regions[i]
}

// Oldest is the call whose proof a region has waited for longest, nil where it waits for none. It
// drops what is over, so that all frames together cost each step once.
func (v *Progress) Oldest(r *Region) *Step {
	for len(r.called) > 0 {
		if x := &v.Steps[r.called[0]]; x.Status.State == port.StepCalled {
			return x
		}
		r.called = r.called[1:]
	}
	return nil
}

// Repeated is the step of a region that AWS has refused last and that is being tried again, nil for
// none.
func (v *Progress) Repeated(r *Region) *Step {
	for n := len(r.repeated); n > 0; n-- {
		if x := &v.Steps[r.repeated[n-1]]; x.Repeated() {
			return x
		}
		r.repeated = r.repeated[:n-1]
	}
	return nil
}

// Repeated says whether AWS has refused a step and it is being tried again.
func (s *Step) Repeated() bool {
	return s.Status.Refused > 0 && s.Status.Failure != nil && (s.Status.State == port.StepWaiting || s.Status.State == port.StepCalling)
}

// RefusalText is the newest refusal of a step that is being repeated, and how often it was refused.
func (s *Step) RefusalText() string {
	return s.Status.Failure.Code + " " + s.Status.Failure.Operation + words.If(s.Status.Refused > 1, " ×"+kit.Count(s.Status.Refused))
}

// Phase is the first phase of a region that is not over, and whether there is one.
func (r *Region) Phase() (model.Phase, bool) {
	for p := model.Silence; p <= model.Verify; p++ {
		if t := r.Phases[p]; t.Over() < t.Total {
			return p, true
		}
	}
	return model.Verify, false
}

// Sum adds its phases up.
func (r *Region) Sum() Tally {
	var sum Tally
	for _, t := range r.Phases {
		sum.Total += t.Total
		sum.Verified += t.Verified
		sum.Failed += t.Failed
		sum.Called += t.Called
		sum.Blocked += t.Blocked
	}
	return sum
}
