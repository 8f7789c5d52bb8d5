package ecs

import (
	"encoding/json"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
)

// client asks Amazon ECS in the visit's region.
func client(v *kind.Visit) *ecs.Client { return aws.Client(v.Clients, ecs.NewFromConfig) }

// The words of ECS for states that the SDK leaves as plain strings.
const (
	active   = ecsref.Active
	draining = "DRAINING"
	inactive = "INACTIVE"
	stopped  = "STOPPED"
	missing  = "MISSING"
)

// writing is how records of ECS are written; secret are the members that a kind declares.
func writing(secret ...string) kind.Writing {
	return kind.Writing{Casing: kind.LowerCamel, Secret: secret}
}

// record is AWS's record of a resource, whose secrets it counts.
func record(v *kind.Visit, r *model.Resource, value any, secret ...string) json.RawMessage {
	kept := kind.Record(value, writing(secret...), v.Sealer)
	r.Secrets = kept.Sealed
	return kept.JSON
}

// providerRef names a capacity provider over an Auto Scaling group; false for AWS's own FARGATE
// ones, which are nobody's to remove.
func providerRef(v *kind.Visit, provider string) (model.Ref, bool) {
	if provider == "" || isFargate(kind.Tail(provider)) {
		return model.Ref{}, false
	}
	for _, r := range v.KnownOf(ecsref.ProviderKind) {
		if r.Name == kind.Tail(provider) {
			return r.Ref, true
		}
	}
	if !kind.IsARN(provider, "ecs") {
		provider = v.ARN("ecs", "capacity-provider/"+provider)
	}
	return v.Ref(ecsref.ProviderKind, provider), true
}

func isFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

// strategyNames are the providers that a strategy names.
func strategyNames(items []types.CapacityProviderStrategyItem) []string {
	names := make([]string, len(items))
	for i, s := range items {
		names[i] = sdk.ToString(s.CapacityProvider)
	}
	return names
}

// tagWords are tags as key=value. What a tag's name calls a secret is not shown.
func tagWords(tags []types.Tag) model.Value {
	words := make([]string, len(tags))
	for i, t := range tags {
		words[i] = kind.TagWord(sdk.ToString(t.Key), sdk.ToString(t.Value))
	}
	return model.List(words...)
}
