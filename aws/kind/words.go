package kind

import (
	"net/url"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/model"
)

// ids are the ids of references.
func ids(refs []model.Ref) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.ID
	}
	return out
}

// awsCLI is a command of the AWS CLI about a resource.
func awsCLI(r *model.Resource, words ...string) []string {
	return append([]string{"aws", "--region", r.Ref.Region}, words...)
}

// ecsConsole is a page of the ECS console.
func ecsConsole(r *model.Resource, path string) string {
	return model.ConsoleURL(r.Ref.Partition, r.Ref.Region, "/ecs/v2"+escaped(path)+"?region="+r.Ref.Region)
}

// escaped makes a path fit for an address: names are an attacker's words.
func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// ecsTags are tags as key=value. What a tag's name calls a secret is not shown.
func ecsTags(tags []types.Tag) model.Value {
	words := make([]string, len(tags))
	for i, t := range tags {
		words[i] = sdk.ToString(t.Key) + "=" + sdk.ToString(t.Value)
		if namesSecret(sdk.ToString(t.Key)) && sdk.ToString(t.Value) != "" {
			words[i] = sdk.ToString(t.Key) + "=(sealed)"
		}
	}
	return model.List(words...)
}

// getter reads one of a kind's own fields by its id.
func getter(fields []model.Field, id string) func(*model.Resource) model.Value {
	for _, f := range fields {
		if f.ID == id {
			return f.Get
		}
	}
	return func(*model.Resource) model.Value { return model.Unknown() }
}

// clusterARN is the ARN of the cluster that something lives in, by its name.
func clusterARN(ref model.Ref, name string) string {
	return awsarn.ARN{
		Partition: ref.Partition, Service: "ecs", Region: ref.Region, AccountID: ref.Account, Resource: "cluster/" + name,
	}.String()
}

// strategyNames are the providers that a strategy names.
func strategyNames(items []types.CapacityProviderStrategyItem) []string {
	names := make([]string, len(items))
	for i, s := range items {
		names[i] = sdk.ToString(s.CapacityProvider)
	}
	return names
}

// lower is AWS's word for a choice in the writing that people type.
func lower[T ~string](word T) model.Value { return model.Text(strings.ToLower(string(word))) }
