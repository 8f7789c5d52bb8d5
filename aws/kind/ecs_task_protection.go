package kind

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/model"
)

// protections asks which tasks are protected. It is knowledge on the side: where it cannot be had, the field stays unknown and nobody asks again in
// this visit.
type protections struct {
	known   map[model.Ref]*model.Resource
	refused atomic.Bool
}

func newProtections(v *Visit) *protections {
	p := &protections{known: map[model.Ref]*model.Resource{}}
	for _, r := range v.known(taskKind) {
		p.known[r.Ref] = r
	}
	return p
}

// before is what an earlier visit found out.
func (p *protections) before(r *model.Resource, k task) model.Value {
	if old := p.known[r.Ref]; old != nil {
		return k.protected(old)
	}
	return model.Unknown()
}

// protectionsMost is how many tasks one GetTaskProtection is asked about. The ECS API Reference allows 100 there and 10 for UpdateTaskProtection;
// the smaller number holds for both. protectionWait is how long the answer may hold up a listing.
const (
	protectionsMost = 10
	protectionWait  = 2 * time.Second
)

// ask asks about tasks by ARN, beside whatever else is asked, and sends the answers by short id; the channel is closed when all is said. Tasks
// that belong to no service cannot be protected and come back as failures, which say nothing.
func (p *protections) ask(ctx context.Context, v *Visit, c inCluster, arns []string) <-chan map[string]bool {
	batches := batched(arns, protectionsMost)
	answers := make(chan map[string]bool, len(batches))
	calls := newGroup()
	for _, batch := range batches {
		calls.start(ctx, func(ctx context.Context) error {
			answers <- p.askBatch(ctx, v, c, batch)
			return nil
		})
	}
	go func() {
		_ = calls.wait()
		close(answers)
	}()
	return answers
}

func (p *protections) askBatch(ctx context.Context, v *Visit, c inCluster, arns []string) map[string]bool {
	if p.refused.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, protectionWait)
	defer cancel()
	out, err := ecsClient(v).GetTaskProtection(ctx, &ecs.GetTaskProtectionInput{Cluster: sdk.String(c.arn), Tasks: arns})
	if err != nil {
		if !hasCode(err, "ClusterNotFoundException", "InvalidParameterException") {
			p.refused.Store(true)
		}
		return nil
	}
	said := map[string]bool{}
	for _, t := range out.ProtectedTasks {
		said[tail(sdk.ToString(t.TaskArn))] = t.ProtectionEnabled
	}
	return said
}

// protect reports those tasks again of which the answers say something new.
func (k task) protect(v *Visit, tasks map[string]*model.Resource, answers <-chan map[string]bool) {
	for said := range answers {
		for id, on := range said {
			r := tasks[id]
			if r == nil || k.protected(r) == model.Bool(on) {
				continue
			}
			again := *r
			again.Attrs = slices.Clone(r.Attrs)
			again.Attrs[k.protectedAt] = model.Bool(on)
			v.Found(&again, nil)
		}
	}
}
