package events

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/kind"
)

// list reads every bus, the default one without waiting for the list of buses.
func (k rule) list(ctx context.Context, v *kind.Visit) error {
	calls, listing := kind.NewGroup(), kind.Relist(func(ctx context.Context) ([]string, error) {
		buses, err := kind.All(ctx, busLister(v))
		names := make([]string, len(buses))
		for i, b := range buses {
			names[i] = sdk.ToString(b.Name)
		}
		return names, err
	})
	calls.Start(ctx, func(ctx context.Context) error { return k.listBus(ctx, v, calls, "default", listing) })
	calls.Fail(kind.Pages(ctx, busLister(v), func(buses []types.EventBus) {
		for _, b := range buses {
			if name := sdk.ToString(b.Name); name != "default" {
				calls.Start(ctx, func(ctx context.Context) error { return k.listBus(ctx, v, calls, name, listing) })
			}
		}
	}))
	return calls.Wait()
}

func busLister(v *kind.Visit) func(context.Context, *string) ([]types.EventBus, *string, error) {
	return func(ctx context.Context, token *string) ([]types.EventBus, *string, error) {
		out, err := client(v).ListEventBuses(ctx, &eventbridge.ListEventBusesInput{Limit: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.EventBuses, out.NextToken, nil
	}
}

func ruleLister(v *kind.Visit, bus string) func(context.Context, *string) ([]types.Rule, *string, error) {
	return func(ctx context.Context, token *string) ([]types.Rule, *string, error) {
		out, err := client(v).ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: sdk.String(bus), Limit: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		page, err := kind.Sieve(v, "events:ListRules", out.Rules, func(r types.Rule) string { return sdk.ToString(r.Arn) }, func(r types.Rule) bool {
			return isOnBus(v, r, bus)
		})
		return page, out.NextToken, err
	}
}

// listBus reads the rules of one bus. A bus or a rule that AWS then says is not there has gone, if it
// is listed no more.
func (k rule) listBus(ctx context.Context, v *kind.Visit, calls *kind.Group, bus string, buses *kind.Relisting) error {
	listing := kind.Relist(func(ctx context.Context) ([]string, error) {
		rules, err := kind.All(ctx, ruleLister(v, bus))
		if kind.HasCode(err, ruleGone()...) {
			return nil, buses.Gone(ctx, v, "events:ListRules", bus)
		}
		arns := make([]string, len(rules))
		for i, r := range rules {
			arns[i] = sdk.ToString(r.Arn)
		}
		return arns, err
	})
	err := kind.Pages(ctx, ruleLister(v, bus), func(rules []types.Rule) {
		for _, r := range rules {
			calls.Start(ctx, func(ctx context.Context) error { return k.look(ctx, v, r, listing) })
		}
	})
	if kind.HasCode(err, ruleGone()...) {
		return buses.Gone(ctx, v, "events:ListRules", bus)
	}
	return err
}

// isOnBus says whether a rule is on a bus of this place, and is called as its ARN has it: the ARN is
// what it is removed by.
func isOnBus(v *kind.Visit, r types.Rule, bus string) bool {
	resource, here := v.Here(sdk.ToString(r.Arn), "events")
	name := sdk.ToString(r.Name)
	if bus != "default" {
		name = bus + "/" + name
	}
	return here && resource == "rule/"+name && busName(r.EventBusName) == bus
}

func ruleGone() []string { return []string{"ResourceNotFoundException"} }

// look reads the targets of a rule, and reports it if one of them starts tasks.
func (k rule) look(ctx context.Context, v *kind.Visit, r types.Rule, listing *kind.Relisting) error {
	targets, err := targetsOf(ctx, v, sdk.ToString(r.Name), busName(r.EventBusName))
	if kind.HasCode(err, ruleGone()...) {
		return listing.Gone(ctx, v, "events:ListTargetsByRule", sdk.ToString(r.Arn))
	}
	if err != nil {
		return err
	}
	rule, raw, err := k.resource(ctx, v, r, targets)
	if rule != nil {
		v.Found(rule, raw)
	}
	return err
}

func targetsOf(ctx context.Context, v *kind.Visit, name, bus string) ([]types.Target, error) {
	return kind.All(ctx, func(ctx context.Context, token *string) ([]types.Target, *string, error) {
		out, err := client(v).ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{
			Rule: sdk.String(name), EventBusName: sdk.String(bus), Limit: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Targets, out.NextToken, nil
	})
}
