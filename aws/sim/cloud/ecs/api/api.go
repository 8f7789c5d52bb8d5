// Package api holds what all operations of Amazon ECS share: the words of its errors, its limits on
// pages and lists, names, tags and ARNs.
//
// It must not know any state.
package api

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// Invalid is an InvalidParameterException.
func Invalid(format string, args ...any) *cloud.APIError {
	return cloud.Errorf("InvalidParameterException", format, args...)
}

// ClientError is a ClientException.
func ClientError(format string, args ...any) *cloud.APIError {
	return cloud.Errorf("ClientException", format, args...)
}

// Limit reads maxResults. ECS allows 1 to most and answers InvalidParameterException beyond (ECS
// API Reference, ListClusters, maxResults).
func Limit(maxResults *int32, usual, most int) (int, error) {
	if maxResults == nil {
		return usual, nil
	}
	if *maxResults < 1 || int(*maxResults) > most {
		return 0, Invalid("maxResults must be between 1 and %d.", most)
	}
	return int(*maxResults), nil
}

// Between refuses an empty or overlong list of identifiers; the words for tasks are AWS's, the
// others follow them.
func Between(n, most int, what string) error {
	if n == 0 {
		return Invalid("%s cannot be empty.", what)
	}
	if n > most {
		return Invalid("%s can have at most %d items.", what, most)
	}
	return nil
}

// BadToken is the answer to a token that no page has handed out.
func BadToken() error { return Invalid("Invalid token: nextToken") }

// ValidName says whether ECS takes a name: "Up to 255 letters (uppercase and lowercase), numbers,
// underscores, and hyphens are allowed" (ECS API Reference, CreateCluster).
func ValidName(s string) bool {
	for _, b := range []byte(s) {
		letter := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
		if !letter && b != '_' && b != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 255
}

// Tags makes tags in the order of their keys.
func Tags(m map[string]string) []ecstypes.Tag {
	var out []ecstypes.Tag
	for k, v := range m {
		out = append(out, ecstypes.Tag{Key: new(k), Value: new(v)})
	}
	slices.SortFunc(out, func(a, b ecstypes.Tag) int { return strings.Compare(*a.Key, *b.Key) })
	return out
}

// MergeTags returns old with each of add put in or replaced.
func MergeTags(old, add []ecstypes.Tag) []ecstypes.Tag {
	out := slices.Clone(old)
	for _, t := range add {
		i := slices.IndexFunc(out, func(o ecstypes.Tag) bool { return ptr.Val(o.Key) == ptr.Val(t.Key) })
		if i < 0 {
			out = append(out, t)
		} else {
			out[i] = t
		}
	}
	return out
}

// SplitARN takes the resource and the region out of an ARN; ok is false for anything else.
func SplitARN(ref string) (resource, region string, ok bool) {
	a, err := arn.Parse(ref)
	return a.Resource, a.Region, err == nil
}

// Member is the short name in ref of something of a kind that lives in a cluster. An ARN that names
// another cluster is refused, as ECS refuses it when the cluster parameter was forgotten (its words:
// aws-toolkit-vscode#2915).
func Member(ref, kind, cluster string) (string, error) {
	resource, _, ok := SplitARN(ref)
	if !ok {
		if strings.Contains(ref, "/") {
			return "", Invalid("Invalid identifier: Unexpected number of separators")
		}
		return ref, nil
	}
	rest, ok := strings.CutPrefix(resource, kind+"/")
	if !ok {
		return "", Invalid("Unsupported resource type: %s", resource[:strings.IndexByte(resource+"/", '/')])
	}
	owner, name, long := strings.Cut(rest, "/")
	switch {
	case !long:
		return rest, nil
	case strings.Contains(name, "/"):
		return "", Invalid("Invalid identifier: Unexpected number of separators")
	case owner != cluster:
		return "", Invalid("Invalid identifier: Identifier is for cluster %s. Your cluster is %s", owner, cluster)
	}
	return name, nil
}

// FargateProvider is one of the two capacity providers that AWS brings.
func FargateProvider(arn, name string) ecstypes.CapacityProvider {
	kind := ecstypes.CapacityProviderTypeFargate
	if name == "FARGATE_SPOT" {
		kind = ecstypes.CapacityProviderTypeFargateSpot
	}
	return ecstypes.CapacityProvider{
		CapacityProviderArn: new(arn), Name: new(name),
		Status: ecstypes.CapacityProviderStatusActive, Type: kind,
	}
}

// IsFargate says whether a provider is one of AWS's own.
func IsFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }
