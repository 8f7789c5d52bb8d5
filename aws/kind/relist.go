package kind

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/rootout/rootout/aws"
)

// relistDelay is how long a listing that is asked once more waits for others who need it too.
const relistDelay = 50 * time.Millisecond

// Relisting asks a listing once more when AWS says of what it named that it is not there. One thing
// or two may have gone between two calls, and a fresh listing names them no more. What it still names
// is there: then AWS contradicts itself, and nobody knows which answer is wrong.
type Relisting struct{ asked Batcher[bool] }

// Relist is the listing by ids. It is asked when it is needed and serves all who wait for it then.
func Relist(list func(ctx context.Context) ([]string, error)) *Relisting {
	ask := func(ctx context.Context, _ []string) (map[string]bool, error) {
		names, err := list(ctx)
		named := make(map[string]bool, len(names))
		for _, name := range names {
			named[name] = true
		}
		return named, err
	}
	return &Relisting{asked: Batcher[bool]{Limit: math.MaxInt32, Delay: relistDelay, Ask: ask}}
}

// Still are those of the ids that a listing begun after this question names. Without it all of them
// may be there.
func (r *Relisting) Still(ctx context.Context, ids []string) ([]string, error) {
	named, err := r.asked.Get(ctx, ids)
	if err != nil {
		return ids, err
	}
	var still []string
	for _, id := range ids {
		if named[id] {
			still = append(still, id)
		}
	}
	return still, nil
}

// Gone is nil where a thing that an answer calls gone is listed no more. The operation is the one that
// calls it so.
func (r *Relisting) Gone(ctx context.Context, v *Visit, operation, id string) error {
	still, err := r.Still(ctx, []string{id})
	switch {
	case err != nil:
		return err
	case len(still) > 0:
		return aws.Lacking(operation, v.Region, "it knows nothing of "+id+", which is still listed")
	}
	return nil
}

// StillListed is the error for an answer that calls things missing which a fresh listing names.
func StillListed(v *Visit, operation string, still, asked int) error {
	return aws.Lacking(operation, v.Region, fmt.Sprintf("it calls %d of the %d that were asked for missing, and they are still listed", still, asked))
}
