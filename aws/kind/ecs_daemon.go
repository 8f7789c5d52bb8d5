package kind

import (
	"context"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// daemonKind names the kind to the kinds that come after, own or use its resources.
const daemonKind model.KindID = "ecs:daemon"

// ecsDaemon is `ecs:daemon`: a managed daemon, which keeps one task on every instance of its Managed Instances providers.
func ecsDaemon() Def {
	k := newDaemon()
	return Def{
		Kind: model.Kind{
			ID: daemonKind, Aliases: []string{"daemon"}, Title: "DAEMON", Plural: "daemons", Order: 50,
			Fields: k.fields, Phase: model.Remove, Undo: model.UndoPartly,
			MadeByEvents: []string{"ecs.amazonaws.com:CreateDaemon"},
			Console: func(r *model.Resource) string {
				return ecsConsole(r, "/clusters/"+k.cluster(r).String()+"/daemons/"+r.Name)
			},
			CLI: func(r *model.Resource) [][]string {
				return [][]string{
					awsCLI(r, "ecs", "describe-daemon", "--daemon-arn", r.Ref.ID),
					awsCLI(r, "ecs", "delete-daemon", "--daemon-arn", r.Ref.ID),
				}
			},
		},
		List: k.list, Calls: []string{"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListDaemons", "ecs:DescribeDaemon"},
		Evidence: k.evidence, EvidenceCalls: []string{"ecs:DescribeDaemonRevisions"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "ecs:DeleteDaemon", Goal: plan.Gone, Undo: model.UndoPartly,
					Proof:   "DescribeDaemon says that there is none",
					UndoHow: "CreateDaemon from the evidence",
				}}
			}}),
			Settle: 30 * time.Second,
		},
		Ops: map[string]Op{"ecs:DeleteDaemon": {
			Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
				_, err := ecsClient(v).DeleteDaemon(ctx, &ecs.DeleteDaemonInput{DaemonArn: sdk.String(step.Targets[0].ID)})
				return Answer{}, err
			},
			// A daemon that is not ACTIVE any more has been told to go.
			Gone: append(daemonGone(), "DaemonNotActiveException"),
		}},
		Read: k.prove, ReadBatch: 20, ReadCalls: []string{"ecs:DescribeDaemon"},
	}
}

// daemonGone are AWS's codes for a daemon or its cluster that is not there.
func daemonGone() []string {
	return []string{"DaemonNotFoundException", "ResourceNotFoundException", "ClusterNotFoundException"}
}

type daemon struct {
	fields             []model.Field
	values             func(types.DaemonDetail) []model.Value
	cluster, revisions func(*model.Resource) model.Value
}

func newDaemon() daemon {
	fields, values := columns(daemonColumns()...)
	return daemon{fields: fields, values: values, cluster: getter(fields, "cluster"), revisions: getter(fields, "revisions")}
}

func daemonColumns() []column[types.DaemonDetail] {
	return []column[types.DaemonDetail]{
		{
			model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			func(d types.DaemonDetail) model.Value { return model.Text(tail(sdk.ToString(d.ClusterArn))) },
		},
		{
			model.Field{ID: "running", Aliases: []string{"tasks"}, Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 9, Help: "tasks that run"},
			func(d types.DaemonDetail) model.Value {
				n := int32(0)
				for _, r := range d.CurrentRevisions {
					n += r.TotalRunningCount
				}
				return model.Number(float64(n))
			},
		},
		{
			model.Field{ID: "providers", Aliases: []string{"provider"}, Key: "capacityProviders", Title: "PROVIDERS", Order: 10, Help: "the capacity providers on whose machines it runs"},
			func(d types.DaemonDetail) model.Value { return model.List(tails(daemonProviders(d))...) },
		},
		{
			model.Field{ID: "updated", Key: "updatedAt", Title: "UPDATED", Type: model.TimeField, Order: 31, Help: "when it was last changed"},
			func(d types.DaemonDetail) model.Value { return model.TimePtr(d.UpdatedAt) },
		},
		{
			model.Field{ID: "revisions", Key: "revisions", Title: "REVISIONS", Order: 105, Help: "the revisions that it runs"},
			func(d types.DaemonDetail) model.Value {
				var arns []string
				for _, r := range d.CurrentRevisions {
					arns = append(arns, sdk.ToString(r.Arn))
				}
				return model.List(distinct(arns)...)
			},
		},
	}
}

func daemonProviders(d types.DaemonDetail) []string {
	var arns []string
	for _, r := range d.CurrentRevisions {
		for _, p := range r.CapacityProviders {
			arns = append(arns, sdk.ToString(p.Arn))
		}
	}
	return distinct(arns)
}

// list asks cluster by cluster: without one AWS takes the cluster named default (ECS API Reference, ListDaemons).
func (k daemon) list(ctx context.Context, v *Visit) error {
	calls := newGroup()
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error {
		return pages(ctx, func(ctx context.Context, token *string) ([]types.DaemonSummary, *string, error) {
			out, err := ecsClient(v).ListDaemons(ctx, &ecs.ListDaemonsInput{
				ClusterArn: sdk.String(c.arn), MaxResults: sdk.Int32(100), NextToken: token,
			})
			if err != nil {
				return nil, nil, err
			}
			return out.DaemonSummariesList, out.NextToken, nil
		}, func(page []types.DaemonSummary) {
			for _, s := range page {
				if !c.live() {
					continue
				}
				calls.start(ctx, func(ctx context.Context) error { return k.describe(ctx, v, c, s) })
			}
		})
	})
	calls.fail(err)
	return calls.wait()
}

// describe reports a daemon; one that cannot be described is there all the same.
func (k daemon) describe(ctx context.Context, v *Visit, c inCluster, s types.DaemonSummary) error {
	out, err := ecsClient(v).DescribeDaemon(ctx, &ecs.DescribeDaemonInput{DaemonArn: s.DaemonArn})
	if hasCode(err, daemonGone()...) {
		return nil
	}
	detail := types.DaemonDetail{DaemonArn: s.DaemonArn, ClusterArn: sdk.String(c.arn), Status: s.Status, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt}
	if err == nil && out.Daemon != nil {
		detail = *out.Daemon
	}
	if detail.ClusterArn == nil {
		detail.ClusterArn = sdk.String(c.arn)
	}
	r, raw := k.resource(v, detail)
	v.Found(r, raw)
	return err
}

func (k daemon) resource(v *Visit, d types.DaemonDetail) (*model.Resource, []byte) {
	arn := sdk.ToString(d.DaemonArn)
	r := &model.Resource{
		Ref: v.Ref(daemonKind, arn), ARN: arn, Name: model.Clean(tail(arn)), State: model.Clean(string(d.Status)), Counts: true,
		Owners: []model.Ref{v.clusterRef(sdk.ToString(d.ClusterArn))}, MadeAt: sdk.ToTime(d.CreatedAt),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(d),
	}
	var uses refSet
	for _, p := range daemonProviders(d) {
		uses.add(v.providerRef(p))
	}
	r.Uses = uses
	raw, sealed := record(d, lowerCamel, v.Sealer)
	r.Secrets = sealed
	return r, raw
}

// evidence keeps what the daemon runs: its revisions name images and the daemon task definition.
func (k daemon) evidence(ctx context.Context, v *Visit, r *model.Resource) []Evidence {
	item := Evidence{What: "daemon revisions"}
	arns := k.revisions(r).Texts()
	if len(arns) == 0 {
		item.Missing = "AWS names no revision"
		return []Evidence{item}
	}
	const most = 20 // DescribeDaemonRevisions takes 20 (ECS API Reference).
	out, err := ecsClient(v).DescribeDaemonRevisions(ctx, &ecs.DescribeDaemonRevisionsInput{DaemonRevisionArns: arns[:min(most, len(arns))]})
	if err != nil {
		item.Missing = whyMissing(err)
		return []Evidence{item}
	}
	item.Data, _ = record(out.DaemonRevisions, lowerCamel, v.Sealer)
	return []Evidence{item}
}

func (k daemon) prove(ctx context.Context, v *Visit, refs []model.Ref) (map[model.Ref]Reading, error) {
	readings := make(map[model.Ref]Reading, len(refs))
	for _, ref := range refs {
		out, err := ecsClient(v).DescribeDaemon(ctx, &ecs.DescribeDaemonInput{DaemonArn: sdk.String(ref.ID)})
		switch {
		case hasCode(err, daemonGone()...), err == nil && out.Daemon == nil:
			readings[ref] = Reading{Presence: Absent}
		case err != nil:
			return nil, err
		default:
			r, _ := k.resource(v, *out.Daemon)
			running, _ := getter(k.fields, "running")(r).Number()
			readings[ref] = Reading{Presence: Present, Resource: r, Why: fmt.Sprintf("%s, %.0f tasks are running", r.State, running)}
		}
	}
	return readings, nil
}
