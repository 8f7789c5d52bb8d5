package ecs

import (
	"context"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Daemon is `ecs:daemon`: a managed daemon, which keeps one task on every instance of its Managed
// Instances providers.
func Daemon() kind.Def {
	k := newDaemon()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.DaemonKind, Aliases: []string{"daemon"}, Title: "DAEMON", Plural: "daemons", Order: 50,
			Fields: k.fields, Phase: model.Remove, Undo: model.UndoPartly,
			States: kind.Texts(types.DaemonStatus("").Values()),
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:CreateDaemon", IDs: []string{"{responseElements.daemonArn}", "{responseElements.daemon.daemonArn}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:DeleteDaemon", IDs: []string{"{responseElements.daemonArn}", "{requestParameters.daemonArn}"}},
			},
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/clusters/"+k.cluster(r).String()+"/daemons/"+r.Name)
			},
			CLI: func(r *model.Resource) [][]string {
				return [][]string{
					kind.AWSCLI(r, "ecs", "describe-daemon", "--daemon-arn", r.Ref.ID),
					kind.AWSCLI(r, "ecs", "delete-daemon", "--daemon-arn", r.Ref.ID),
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
		Ops: map[string]kind.Op{"ecs:DeleteDaemon": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				_, err := client(v).DeleteDaemon(ctx, &ecs.DeleteDaemonInput{DaemonArn: sdk.String(step.Targets[0].ID)})
				return kind.Answer{}, err
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
	fields, values := kind.Columns(daemonColumns()...)
	return daemon{fields: fields, values: values, cluster: kind.Getter(fields, "cluster"), revisions: kind.Getter(fields, "revisions")}
}

func daemonColumns() []kind.Column[types.DaemonDetail] {
	return []kind.Column[types.DaemonDetail]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			From:  func(d types.DaemonDetail) model.Value { return model.Text(kind.Tail(sdk.ToString(d.ClusterArn))) },
		},
		{
			Field: model.Field{ID: "running", Aliases: []string{"tasks"}, Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 9, Help: "tasks that run"},
			From: func(d types.DaemonDetail) model.Value {
				n := int32(0)
				for _, r := range d.CurrentRevisions {
					n += r.TotalRunningCount
				}
				return model.Number(float64(n))
			},
		},
		{
			Field: model.Field{ID: "providers", Aliases: []string{"provider"}, Key: "capacityProviders", Title: "PROVIDERS", Order: 10, Help: "the capacity providers on whose machines it runs"},
			From:  func(d types.DaemonDetail) model.Value { return model.List(kind.Tails(daemonProviders(d))...) },
		},
		{
			Field: model.Field{ID: "updated", Key: "updatedAt", Title: "UPDATED", Type: model.TimeField, Order: 31, Help: "when it was last changed"},
			From:  func(d types.DaemonDetail) model.Value { return model.TimePtr(d.UpdatedAt) },
		},
		{
			Field: model.Field{ID: "revisions", Key: "revisions", Title: "REVISIONS", Order: 105, Help: "the revisions that it runs"},
			From: func(d types.DaemonDetail) model.Value {
				var arns []string
				for _, r := range d.CurrentRevisions {
					arns = append(arns, sdk.ToString(r.Arn))
				}
				return model.List(kind.Distinct(arns)...)
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
	return kind.Distinct(arns)
}

// list asks cluster by cluster: without one AWS takes the cluster named default (ECS API Reference,
// ListDaemons).
func (k daemon) list(ctx context.Context, v *kind.Visit) error {
	calls, earlier := kind.NewGroup(), v.KnownBy(ecsref.DaemonKind)
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error {
		listing := daemonsAgain(v, c.arn)
		return kind.Pages(ctx, daemonLister(v, c.arn), func(page []types.DaemonSummary) {
			for _, s := range page {
				if !c.live() {
					continue
				}
				calls.Start(ctx, func(ctx context.Context) error {
					r, raw, err := k.describe(ctx, v, c, s, listing)
					if r == nil {
						return c.orGone(ctx, v, err)
					}
					if old := earlier[r.Ref]; err != nil && old != nil {
						r, raw = kind.StillThere(r, old), nil
					}
					v.Found(r, raw)
					return c.orGone(ctx, v, err)
				})
			}
		})
	})
	calls.Fail(err)
	return calls.Wait()
}

func daemonLister(v *kind.Visit, clusterARN string) func(context.Context, *string) ([]types.DaemonSummary, *string, error) {
	return func(ctx context.Context, token *string) ([]types.DaemonSummary, *string, error) {
		out, err := client(v).ListDaemons(ctx, &ecs.ListDaemonsInput{
			ClusterArn: sdk.String(clusterARN), MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		page, err := kind.Sieve(v, "ecs:ListDaemons", out.DaemonSummariesList,
			func(s types.DaemonSummary) string { return sdk.ToString(s.DaemonArn) },
			func(s types.DaemonSummary) bool { return isOurs(v, sdk.ToString(s.DaemonArn), "daemon", clusterARN) })
		return page, out.NextToken, err
	}
}

func daemonsAgain(v *kind.Visit, clusterARN string) *kind.Relisting {
	return kind.Relist(func(ctx context.Context) ([]string, error) {
		daemons, err := kind.All(ctx, daemonLister(v, clusterARN))
		arns := make([]string, len(daemons))
		for i, d := range daemons {
			arns[i] = sdk.ToString(d.DaemonArn)
		}
		return arns, err
	})
}

// describe is a daemon, none if it has gone away; one that cannot be described is there all the same,
// and the error says why.
func (k daemon) describe(ctx context.Context, v *kind.Visit, c inCluster, s types.DaemonSummary, listing *kind.Relisting) (*model.Resource, []byte, error) {
	told, err := describeDaemon(ctx, v, sdk.ToString(s.DaemonArn))
	if kind.HasCode(err, daemonGone()...) {
		if err = listing.Gone(ctx, v, "ecs:DescribeDaemon", sdk.ToString(s.DaemonArn)); err == nil || goneIsNothing(err) == nil {
			return nil, nil, err
		}
	}
	detail := types.DaemonDetail{DaemonArn: s.DaemonArn, ClusterArn: sdk.String(c.arn), Status: s.Status, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt}
	if err == nil {
		detail = *told
	}
	if detail.ClusterArn == nil {
		detail.ClusterArn = sdk.String(c.arn)
	}
	r, raw := k.resource(v, detail)
	return r, raw, err
}

// describeDaemon is AWS's record of one daemon; an answer without it is not whole.
func describeDaemon(ctx context.Context, v *kind.Visit, arn string) (*types.DaemonDetail, error) {
	out, err := client(v).DescribeDaemon(ctx, &ecs.DescribeDaemonInput{DaemonArn: sdk.String(arn)})
	if err != nil {
		return nil, err
	}
	if out.Daemon == nil || sdk.ToString(out.Daemon.DaemonArn) != arn {
		return nil, aws.Lacking("ecs:DescribeDaemon", v.Region, "it does not tell of "+arn)
	}
	return out.Daemon, nil
}

func (k daemon) resource(v *kind.Visit, d types.DaemonDetail) (*model.Resource, []byte) {
	arn := sdk.ToString(d.DaemonArn)
	r := &model.Resource{
		Ref: v.Ref(ecsref.DaemonKind, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), State: model.Clean(string(d.Status)), Counts: true,
		Owners: []model.Ref{ecsref.Cluster(v, sdk.ToString(d.ClusterArn))}, MadeAt: sdk.ToTime(d.CreatedAt),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(d),
	}
	var uses kind.Refs
	for _, p := range daemonProviders(d) {
		uses.Add(providerRef(v, p))
	}
	r.Uses = uses
	return r, record(v, r, d)
}

// describeRevisionsMost is how many one DescribeDaemonRevisions takes (ECS API Reference).
const describeRevisionsMost = 20

// evidence keeps what the daemon runs: its revisions name images and the daemon task definition.
func (k daemon) evidence(ctx context.Context, v *kind.Visit, r *model.Resource) []kind.Evidence {
	item := kind.Evidence{What: "daemon revisions"}
	arns := k.revisions(r).Texts()
	if len(arns) == 0 {
		item.Missing = "AWS names no revision"
		return []kind.Evidence{item}
	}
	d := describing[types.DaemonRevision]{operation: "DescribeDaemonRevisions", most: describeRevisionsMost}
	d.arn = func(r types.DaemonRevision) (*string, *string) { return r.DaemonRevisionArn, nil }
	d.call = func(batch []string) ([]types.DaemonRevision, []types.Failure, error) {
		out, err := client(v).DescribeDaemonRevisions(ctx, &ecs.DescribeDaemonRevisionsInput{DaemonRevisionArns: batch})
		if err != nil {
			return nil, nil, err
		}
		return out.DaemonRevisions, out.Failures, nil
	}
	revisions, err := d.of(v, arns)
	switch {
	case err != nil:
		item.Missing = kind.WhyMissing(err)
	case len(revisions) == 0:
		item.Missing = "its revisions are not there any more"
	default:
		item.Data = kind.Record(revisions, writing(), v.Sealer).JSON
	}
	return []kind.Evidence{item}
}

func (k daemon) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for _, ref := range refs {
		told, err := describeDaemon(ctx, v, ref.ID)
		switch {
		case kind.HasCode(err, daemonGone()...):
			readings[ref] = kind.Reading{Presence: kind.Absent}
		case err != nil:
			return nil, err
		default:
			r, _ := k.resource(v, *told)
			running, _ := kind.Getter(k.fields, "running")(r).Number()
			readings[ref] = kind.Reading{Presence: kind.Present, Resource: r, Why: fmt.Sprintf("%s, %.0f tasks are running", r.State, running)}
		}
	}
	return readings, nil
}
