package ecs

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
)

// protections asks which tasks are protected. It is knowledge on the side: where it cannot be had,
// the field stays unknown and nobody asks again in this visit.
type protections struct {
	known   map[model.Ref]*model.Resource
	refused atomic.Bool
}

func newProtections(v *kind.Visit) *protections {
	return &protections{known: v.KnownBy(ecsref.TaskKind)}
}

// before is what an earlier visit found out.
func (p *protections) before(r *model.Resource, k task) model.Value {
	if old := p.known[r.Ref]; old != nil {
		return k.protected(old)
	}
	return model.Unknown()
}

// protectionsMost is how many tasks one GetTaskProtection takes (ECS API Reference, GetTaskProtection,
// tasks; the 10 of its neighbour are UpdateTaskProtection's). protectionWait is how long the answer may
// hold up a listing.
const (
	protectionsMost = 100
	protectionWait  = 2 * time.Second
)

// ask asks about tasks by ARN, beside whatever else is asked, and sends the answers by short id;
// the channel is closed when all is said. Tasks that belong to no service cannot be protected and
// come back as failures, which say nothing.
func (p *protections) ask(ctx context.Context, v *kind.Visit, c inCluster, arns []string) <-chan map[string]bool {
	batches := kind.Batched(arns, protectionsMost)
	answers := make(chan map[string]bool, len(batches))
	calls := kind.NewGroup()
	for _, batch := range batches {
		calls.Start(ctx, func(ctx context.Context) error {
			answers <- p.askBatch(ctx, v, c, batch)
			return nil
		})
	}
	go func() {
		_ = calls.Wait()
		close(answers)
	}()
	return answers
}

func (p *protections) askBatch(ctx context.Context, v *kind.Visit, c inCluster, arns []string) map[string]bool {
	if p.refused.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, protectionWait)
	defer cancel()
	out, err := client(v).GetTaskProtection(ctx, &ecs.GetTaskProtectionInput{Cluster: sdk.String(c.arn), Tasks: arns})
	if err != nil {
		if !kind.HasCode(err, "ClusterNotFoundException", "InvalidParameterException") {
			p.refused.Store(true)
		}
		return nil
	}
	said := map[string]bool{}
	for _, t := range out.ProtectedTasks {
		if arn := sdk.ToString(t.TaskArn); isOurs(v, arn, "task", c.arn) {
			said[kind.Tail(arn)] = t.ProtectionEnabled
		}
	}
	return said
}

// protect reports those tasks again of which the answers say something new.
func (k task) protect(v *kind.Visit, tasks map[string]*model.Resource, answers <-chan map[string]bool) {
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
