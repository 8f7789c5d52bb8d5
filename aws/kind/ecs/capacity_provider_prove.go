package ecs

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

func (k provider) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	homes := map[string][]model.Ref{}
	for _, ref := range refs {
		home, _ := homeOf(v, ref)
		homes[home] = append(homes[home], ref)
	}
	readings := map[model.Ref]kind.Reading{}
	for home, members := range homes {
		met := map[string]kind.Reading{}
		err := k.describe(ctx, v, home, kind.IDs(members), func(p types.CapacityProvider) {
			r, _ := k.resource(v, p)
			if r.Counts {
				met[kind.Tail(r.ARN)] = kind.Reading{
					Presence: kind.Present, Resource: r, Why: r.State + " " + string(p.UpdateStatus), Failed: deletionFailed(p),
				}
			}
		})
		if goneIsNothing(err) != nil {
			return nil, err
		}
		for _, ref := range members {
			readings[ref] = kind.Reading{Presence: kind.Absent}
			if f, ok := met[kind.Tail(ref.ID)]; ok {
				readings[ref] = f
			}
		}
	}
	return readings, nil
}

// deletionFailed is AWS's word and reason for a provider that it could not delete, or "".
func deletionFailed(p types.CapacityProvider) string {
	if p.UpdateStatus != types.CapacityProviderUpdateStatusDeleteFailed {
		return ""
	}
	return worded(string(p.UpdateStatus), sdk.ToString(p.UpdateStatusReason))
}

// proveOff asks the cluster of a step whether it names no capacity provider any more, and whether
// AWS has finished taking them off.
func (k provider) proveOff(ctx context.Context, v *kind.Visit, step plan.Step, _ kind.Receipt) (kind.Proof, error) {
	arn := step.Params["cluster"]
	records, err := describeClusters(ctx, v, []string{arn}, nil)
	if err != nil {
		return kind.Proof{}, err
	}
	c, ok := records[arn]
	if !ok || sdk.ToString(c.Status) == inactive {
		return kind.Proof{State: kind.Reached, Why: "the cluster is gone"}, nil
	}
	switch status := sdk.ToString(c.AttachmentsStatus); {
	case status == "UPDATE_FAILED" && len(c.CapacityProviders) > 0:
		return kind.Proof{State: kind.Lost, Why: "AWS has given up taking the providers off the cluster: " + worded(status, attachmentReason(c))}, nil
	case strings.HasSuffix(status, "IN_PROGRESS"):
		return kind.Proof{Why: "the cluster's capacity providers are changing"}, nil
	case len(c.CapacityProviders) > 0:
		return kind.Proof{Why: "the cluster still names " + model.Clean(strings.Join(c.CapacityProviders, ", "))}, nil
	}
	return kind.Proof{State: kind.Reached}, nil
}

// attachmentReason is why an attachment of a cluster failed, in AWS's words, or "".
func attachmentReason(c types.Cluster) string {
	for _, a := range c.Attachments {
		for _, d := range a.Details {
			if strings.EqualFold(sdk.ToString(d.Name), "statusReason") || strings.EqualFold(sdk.ToString(d.Name), "reason") {
				return sdk.ToString(d.Value)
			}
		}
	}
	return ""
}

// worded is a status of AWS's with its reason, fit to be shown.
func worded(status, reason string) string {
	if reason == "" {
		return model.Clean(status)
	}
	return model.Clean(status + ", " + reason)
}
