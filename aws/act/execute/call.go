package execute

import (
	"context"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
)

// Intent is what the journal says of a call before it is made, and of a step when it is proven.
type Intent struct {
	Op      string      `json:"op"`
	Region  string      `json:"region"`
	Targets []model.Ref `json:"targets"`
}

// IntentOf is the intent of a step, or of a part of its targets.
func IntentOf(s *job.Step, targets []model.Ref) Intent {
	return Intent{Op: s.Op, Region: s.Region, Targets: targets}
}

// Result is what the journal says of a call's answer.
type Result struct {
	OK      bool                      `json:"ok"`
	Failure *model.Failure            `json:"failure,omitempty"`
	Refused map[string]*model.Failure `json:"refused,omitempty"`
	// Receipt is what AWS gave for the work that it goes on with.
	Receipt kind.Receipt `json:"receipt,omitempty"`
	// Spawned says that the call ended what came into a container, and was not the step's own.
	Spawned bool `json:"spawned,omitempty"`
}

// call writes the intent down, makes a call under the step's permit, and writes the answer down. A
// run that is stopped meanwhile lets it end.
func (x *Executor) call(
	s *job.Step, targets []model.Ref, do func(context.Context) (kind.Answer, error),
) (*model.Failure, error) {
	run := x.job.Context
	if err := x.job.Note(run, s.ID, casefile.Intent, IntentOf(s, targets)); err != nil {
		return nil, &unwrittenError{err}
	}
	if run.Err() != nil {
		return nil, run.Err()
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(run))
	defer cancel()
	release := context.AfterFunc(run, func() { time.AfterFunc(x.job.Scaled(callGrace), cancel) })
	defer release()
	a := x.attemptsOf(s)
	ctx = aws.WithLossListener(ctx, func() { a.lost.Store(true) })
	answer, err := do(aws.WithPermit(ctx, x.permit, s.ID))
	if class := aws.Classify(err); class == aws.Unreachable || class == aws.Unreadable {
		a.lost.Store(true)
	}
	failure := failureOf(targets, answer.Refused, err)
	result := Result{
		OK: failure == nil, Failure: failure, Refused: byID(answer.Refused), Receipt: answer.Receipt,
		Spawned: len(targets) > 0 && !x.job.Planned(targets[0]),
	}
	// The answer is written down also when the call took longer than a stopped run gives it.
	if noteErr := x.job.Note(context.WithoutCancel(ctx), s.ID, casefile.Result, result); noteErr != nil {
		return failure, &unwrittenError{noteErr}
	}
	if answer.Receipt != "" {
		s.Receipt = answer.Receipt
	}
	return failure, err
}

// unwrittenError is a journal that does not take an entry: nothing more is called then.
type unwrittenError struct{ err error }

func (e *unwrittenError) Error() string {
	return "nothing is called that cannot be written down: " + e.err.Error()
}

func (e *unwrittenError) Unwrap() error { return e.err }

// failureOf is AWS's refusal of a call as a whole or, in a good answer, of the first target that it
// names.
func failureOf(targets []model.Ref, refused map[model.Ref]*model.Failure, err error) *model.Failure {
	if err != nil {
		return aws.Describe(err).Model()
	}
	for _, ref := range targets {
		if f := refused[ref]; f != nil {
			return f
		}
	}
	return nil
}

func byID(refused map[model.Ref]*model.Failure) map[string]*model.Failure {
	if len(refused) == 0 {
		return nil
	}
	out := make(map[string]*model.Failure, len(refused))
	for ref, f := range refused {
		out[ref.ID] = f
	}
	return out
}
