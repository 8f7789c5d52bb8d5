package ecs

import (
	"context"
	"slices"
	"strings"
	"sync"
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

// CapacityProvider is `ecs:capacity-provider`: over an Auto Scaling group, or of Managed Instances
// inside one cluster. AWS's own FARGATE and FARGATE_SPOT are nobody's and are not listed.
func CapacityProvider() kind.Def {
	k := newProvider()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.ProviderKind, Aliases: []string{"provider", "capacityprovider"}, Title: "PROVIDER", Plural: "capacity providers", Order: 70,
			Fields: k.fields, Phase: model.Remove, Undo: model.UndoPartly,
			States: kind.Texts(types.CapacityProviderStatus("").Values()),
			After:  []model.KindID{ecsref.ServiceKind, ecsref.TaskKind, ecsref.DaemonKind, ecsref.InstanceKind},
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:CreateCapacityProvider", IDs: []string{"{responseElements.capacityProvider.capacityProviderArn}", "arn:{partition}:ecs:{region}:{account}:capacity-provider/{requestParameters.name}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:DeleteCapacityProvider", IDs: []string{"{responseElements.capacityProvider.capacityProviderArn}", "arn:{partition}:ecs:{region}:{account}:capacity-provider/{requestParameters.capacityProvider|tail}"}},
			},
			Console: func(r *model.Resource) string {
				if name := k.cluster(r); name.IsKnown() {
					return ecsref.Console(r, "/clusters/"+name.String()+"/infrastructure")
				}
				return ecsref.Console(r, "/clusters")
			},
			CLI: k.cli,
		},
		List: k.list, Calls: []string{"ecs:DescribeCapacityProviders", "ecs:ListClusters", "ecs:DescribeClusters"},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Refuse: k.refuse, Warn: k.warn}), Settle: 30 * time.Second},
		Ops: map[string]kind.Op{
			"ecs:PutClusterCapacityProviders": {
				Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
					// The cluster is planned too, so that it loses all of its providers: two steps
					// of one cluster cannot undo each other. The provider's ARN does not say which
					// cluster it is, so that this one param has to be verified by making the steps
					// again.
					_, err := client(v).PutClusterCapacityProviders(ctx, &ecs.PutClusterCapacityProvidersInput{
						Cluster: sdk.String(step.Params["cluster"]), CapacityProviders: []string{},
						DefaultCapacityProviderStrategy: []types.CapacityProviderStrategyItem{},
					})
					return kind.Answer{}, err
				},
				Gone:  []string{"ClusterNotFoundException"},
				Again: []string{"UpdateInProgressException", "ResourceInUseException"},
				Prove: k.proveOff, Reads: []string{"ecs:DescribeClusters"},
			},
			"ecs:DeleteCapacityProvider": {
				Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
					in := &ecs.DeleteCapacityProviderInput{CapacityProvider: sdk.String(step.Targets[0].ID)}
					// One over an Auto Scaling group lives in no cluster.
					if home, err := stepHome(v, step); err == nil {
						in.Cluster = sdk.String(home)
					}
					_, err := client(v).DeleteCapacityProvider(ctx, in)
					return kind.Answer{}, err
				},
				Gone:  []string{"ClusterNotFoundException", "ResourceNotFoundException"},
				Again: []string{"UpdateInProgressException", "ResourceInUseException"},
			},
		},
		Read: k.prove, ReadBatch: 100, ReadCalls: []string{"ecs:DescribeCapacityProviders"},
	}
}

type provider struct {
	fields  []model.Field
	values  func(types.CapacityProvider) []model.Value
	cluster func(*model.Resource) model.Value
}

func newProvider() provider {
	fields, values := kind.Columns(providerColumns()...)
	return provider{fields: fields, values: values, cluster: kind.Getter(fields, "cluster")}
}

func providerColumns() []kind.Column[types.CapacityProvider] {
	return []kind.Column[types.CapacityProvider]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the cluster that a Managed Instances provider lives in"},
			From:  func(p types.CapacityProvider) model.Value { return model.Text(kind.Tail(sdk.ToString(p.Cluster))) },
		},
		{
			Field: model.Field{ID: "type", Key: "type", Title: "TYPE", Order: 9, Help: "ec2_autoscaling or managed_instances"},
			From: func(p types.CapacityProvider) model.Value {
				switch {
				case p.ManagedInstancesProvider != nil:
					return kind.Lower(types.CapacityProviderTypeManagedInstances)
				case p.AutoScalingGroupProvider != nil:
					return kind.Lower(types.CapacityProviderTypeEc2Autoscaling)
				}
				return kind.Lower(p.Type)
			},
		},
		{
			Field: model.Field{ID: "asg", Aliases: []string{"group"}, Key: "autoScalingGroup", Title: "ASG", Order: 10, Help: "the Auto Scaling group behind it, which stays when it is gone"},
			From: func(p types.CapacityProvider) model.Value {
				if p.AutoScalingGroupProvider == nil {
					return model.Never()
				}
				return model.Text(groupName(sdk.ToString(p.AutoScalingGroupProvider.AutoScalingGroupArn)))
			},
		},
		{
			Field: model.Field{ID: "update", Key: "updateStatus", Title: "UPDATE", Order: 31, Help: "how its last change goes, in AWS's word"},
			From:  func(p types.CapacityProvider) model.Value { return model.Text(string(p.UpdateStatus)) },
		},
		{
			Field: model.Field{ID: "updatereason", Key: "updateStatusReason", Title: "UPDATE REASON", Order: 105, Help: "why, in AWS's words"},
			From:  func(p types.CapacityProvider) model.Value { return model.TextPtr(p.UpdateStatusReason) },
		},
		{
			Field: model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 106, Help: "its tags as key=value"},
			From:  func(p types.CapacityProvider) model.Value { return tagWords(p.Tags) },
		},
	}
}

// groupName is the name in an Auto Scaling group's ARN: …:autoScalingGroupName/NAME.
func groupName(arn string) string { return kind.Tail(arn) }

// list asks for the region's providers, and for those of each cluster that names one which the
// region's list does not hold: a provider of Managed Instances is shown only to who names its
// cluster.
func (k provider) list(ctx context.Context, v *kind.Visit) error {
	calls := kind.NewGroup()
	met := &nameSet{}
	regional := make(chan struct{})
	calls.Start(ctx, func(ctx context.Context) error {
		defer close(regional)
		return k.describe(ctx, v, "", nil, func(p types.CapacityProvider) {
			met.add(sdk.ToString(p.Name))
			k.report(v, p)
		})
	})
	err := eachClusterPage(ctx, v, func(page *clusterPage) {
		records, describeErr := page.describe()
		calls.Fail(describeErr)
		select {
		case <-regional:
		case <-ctx.Done():
			calls.Fail(aws.Ended(ctx))
			return
		}
		for arn, c := range records {
			if sdk.ToString(c.Status) == inactive || !met.lacksAny(c.CapacityProviders) {
				continue
			}
			calls.Start(ctx, func(ctx context.Context) error {
				return inCluster{arn: arn}.orGone(ctx, v, k.describe(ctx, v, arn, nil, func(p types.CapacityProvider) {
					if p.Cluster != nil || p.ManagedInstancesProvider != nil {
						if p.Cluster == nil {
							p.Cluster = sdk.String(arn)
						}
						k.report(v, p)
					}
				}))
			})
		}
	})
	calls.Fail(err)
	return calls.Wait()
}

// nameSet is a set of names for several goroutines.
type nameSet struct {
	mu    sync.Mutex
	names []string
}

func (s *nameSet) add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names = append(s.names, name)
}

// lacksAny says whether one of the names, other than AWS's own, is not in the set.
func (s *nameSet) lacksAny(names []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(names, func(n string) bool { return !isFargate(n) && !slices.Contains(s.names, n) })
}

func (k provider) report(v *kind.Visit, p types.CapacityProvider) {
	if isFargate(sdk.ToString(p.Name)) {
		return
	}
	r, raw := k.resource(v, p)
	v.Found(r, raw)
}

// describeProvidersMost is how many are asked for by name at once: DescribeCapacityProviders takes 100
// and answers with 10 a page (ECS API Reference, maxResults).
const describeProvidersMost = 10

// describe tells of the named providers, or where none is named of all of a cluster, or of the region
// for "".
func (k provider) describe(ctx context.Context, v *kind.Visit, clusterARN string, names []string, each func(types.CapacityProvider)) error {
	in := &ecs.DescribeCapacityProvidersInput{Include: []types.CapacityProviderField{types.CapacityProviderFieldTags}}
	if clusterARN != "" {
		in.Cluster = sdk.String(clusterARN)
	}
	if len(names) == 0 {
		return k.describeAll(ctx, v, in, each)
	}
	d := describing[types.CapacityProvider]{operation: "DescribeCapacityProviders", most: describeProvidersMost}
	d.arn = func(p types.CapacityProvider) (*string, *string) { return p.CapacityProviderArn, nil }
	d.call = func(batch []string) ([]types.CapacityProvider, []types.Failure, error) {
		in.CapacityProviders = batch
		out, err := client(v).DescribeCapacityProviders(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		return out.CapacityProviders, out.Failures, nil
	}
	found, err := d.of(v, names)
	for _, p := range found {
		each(p)
	}
	return err
}

func (k provider) describeAll(ctx context.Context, v *kind.Visit, in *ecs.DescribeCapacityProvidersInput, each func(types.CapacityProvider)) error {
	in.MaxResults = sdk.Int32(10)
	return kind.Pages(ctx, func(ctx context.Context, token *string) ([]types.CapacityProvider, *string, error) {
		in.NextToken = token
		out, err := client(v).DescribeCapacityProviders(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		page, err := kind.Sieve(v, "ecs:DescribeCapacityProviders", out.CapacityProviders,
			func(p types.CapacityProvider) string { return sdk.ToString(p.CapacityProviderArn) },
			func(p types.CapacityProvider) bool {
				resource, here := v.Here(sdk.ToString(p.CapacityProviderArn), "ecs")
				return here && strings.HasPrefix(resource, "capacity-provider/") || isFargate(sdk.ToString(p.Name))
			})
		return page, out.NextToken, aws.AppendError(err, failuresOf(out.Failures, "ecs:DescribeCapacityProviders"))
	}, func(page []types.CapacityProvider) {
		for _, p := range page {
			each(p)
		}
	})
}

func (k provider) resource(v *kind.Visit, p types.CapacityProvider) (*model.Resource, []byte) {
	arn := sdk.ToString(p.CapacityProviderArn)
	r := &model.Resource{
		Ref: v.Ref(ecsref.ProviderKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(p.Name)), State: model.Clean(string(p.Status)),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(p),
	}
	r.Counts = p.Status != types.CapacityProviderStatusInactive
	if home := sdk.ToString(p.Cluster); home != "" {
		r.Owners = []model.Ref{ecsref.Cluster(v, home)}
	}
	if group := p.AutoScalingGroupProvider; group != nil {
		name := groupName(sdk.ToString(group.AutoScalingGroupArn))
		r.Leftovers = []model.Uncovered{{
			Type: "AWS::AutoScaling::AutoScalingGroup", ID: model.Clean(name), Region: v.Region,
			Console: model.ConsoleURL(v.Partition, v.Region, "/ec2/home?region="+v.Region+"#AutoScalingGroupDetails:id="+kind.EscapePath(name)),
		}}
	}
	return r, record(v, r, p)
}

// home is the ARN of the cluster that a Managed Instances provider lives in, or "".
func (k provider) home(r *model.Resource) string {
	for _, o := range r.Owners {
		if o.Kind == ecsref.ClusterKind {
			return o.ID
		}
	}
	return ""
}

// clustersOf are the live clusters that use a provider over an Auto Scaling group.
func clustersOf(r *model.Resource, g *model.Graph) []*model.Resource {
	var list []*model.Resource
	for _, u := range g.Users(r.Ref) {
		if u.Ref.Kind == ecsref.ClusterKind && u.Counts {
			list = append(list, u)
		}
	}
	return list
}

func (k provider) steps(r *model.Resource, g *model.Graph) []plan.Step {
	last := plan.Step{
		Op: "ecs:DeleteCapacityProvider", Goal: plan.Gone, Undo: model.UndoPartly,
		Before: "no service and no cluster uses it any more", Proof: "DescribeCapacityProviders says INACTIVE or MISSING",
		UndoHow: "CreateCapacityProvider from the evidence",
	}
	if home := k.home(r); home != "" {
		last.Params = homeParams(r.Ref, home)
		return []plan.Step{last}
	}
	var steps []plan.Step
	for _, c := range clustersOf(r, g) {
		steps = append(steps, plan.Step{
			Op: "ecs:PutClusterCapacityProviders", Goal: plan.Changed, Interim: true, Params: map[string]string{"cluster": c.Ref.ID}, Undo: model.UndoExactly,
			Proof: "DescribeClusters names no capacity providers", UndoHow: "PutClusterCapacityProviders with the cluster's evidence",
		})
	}
	return append(steps, last)
}

// refuse keeps a provider that a cluster outside the plan stands on.
func (k provider) refuse(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string {
	for _, u := range g.Users(r.Ref) {
		if u.Counts && !planned(u.Ref) && (u.Ref.Kind == ecsref.ClusterKind || u.Ref.Kind == ecsref.ServiceKind) {
			return u.Thing() + ", which is not in the plan, uses it"
		}
	}
	return ""
}

func (k provider) warn(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
	if len(r.Leftovers) == 0 {
		return plan.Warning{}
	}
	return plan.Warning{
		Name: r.Name, One: "the Auto Scaling group behind provider " + r.Name + " stays and goes on starting machines: end it in its own console",
		Many: "Auto Scaling groups behind providers stay and go on starting machines: end them in their own consoles",
	}
}

func (k provider) cli(r *model.Resource) [][]string {
	show := kind.AWSCLI(r, "ecs", "describe-capacity-providers", "--capacity-providers", r.Ref.ID, "--include", "TAGS")
	remove := kind.AWSCLI(r, "ecs", "delete-capacity-provider", "--capacity-provider", r.Ref.ID)
	if home := k.home(r); home != "" {
		show, remove = append(show, "--cluster", home), append(remove, "--cluster", home)
	}
	return [][]string{show, remove}
}
