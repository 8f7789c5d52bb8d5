package kind

import (
	"slices"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/rootout/rootout/model"
)

// isARN says whether a text is an ARN of a service.
func isARN(text, service string) bool {
	parsed, err := awsarn.Parse(text)
	return err == nil && parsed.Service == service
}

// resourceOf is the last part of an ARN, which names the thing within its service; "" of anything
// else.
func resourceOf(arn string) string {
	parsed, err := awsarn.Parse(arn)
	if err != nil {
		return ""
	}
	return parsed.Resource
}

// tail is what follows the last slash: the short name in a name or an ARN.
func tail(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// clusterInARN is the name of the cluster in the ARN of a service, task or container instance; ""
// in the old short format, which has none.
func clusterInARN(arn string) string {
	if parts := strings.Split(resourceOf(arn), "/"); len(parts) >= 3 {
		return parts[1]
	}
	return ""
}

// arn builds the ARN of something in the visit's region.
func (v *Visit) arn(service, resource string) string {
	return awsarn.ARN{
		Partition: v.Partition, Service: service, Region: v.Region, AccountID: v.Account, Resource: resource,
	}.String()
}

// clusterRef names a cluster by its name or ARN.
func (v *Visit) clusterRef(cluster string) model.Ref {
	if !isARN(cluster, "ecs") {
		cluster = v.arn("ecs", "cluster/"+cluster)
	}
	return v.Ref(clusterKind, cluster)
}

// serviceRef names a service of a cluster. One that is known under the old short ARN, which does
// not name its cluster, keeps it.
func (v *Visit) serviceRef(clusterARN, name string) model.Ref {
	short := v.arn("ecs", "service/"+name)
	for _, r := range v.known(serviceKind) {
		if r.Ref.ID == short && ownedBy(r, v.clusterRef(clusterARN)) {
			return r.Ref
		}
	}
	return v.Ref(serviceKind, v.arn("ecs", "service/"+tail(clusterARN)+"/"+name))
}

// definitionRef names a task definition by its ARN or family:revision; false for a bare family,
// which means "the newest" and names none.
func (v *Visit) definitionRef(definition string) (model.Ref, bool) {
	if !strings.Contains(tail(definition), ":") {
		return model.Ref{}, false
	}
	if !isARN(definition, "ecs") {
		definition = v.arn("ecs", "task-definition/"+definition)
	}
	return v.Ref(definitionKind, definition), true
}

// providerRef names a capacity provider over an Auto Scaling group; false for AWS's own FARGATE
// ones, which are nobody's to remove.
func (v *Visit) providerRef(provider string) (model.Ref, bool) {
	if provider == "" || isFargate(tail(provider)) {
		return model.Ref{}, false
	}
	for _, r := range v.known(providerKind) {
		if r.Name == tail(provider) {
			return r.Ref, true
		}
	}
	if !isARN(provider, "ecs") {
		provider = v.arn("ecs", "capacity-provider/"+provider)
	}
	return v.Ref(providerKind, provider), true
}

func isFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

func ownedBy(r *model.Resource, owner model.Ref) bool { return slices.Contains(r.Owners, owner) }

// refSet collects references once each, in the order they came.
type refSet []model.Ref

func (s *refSet) add(ref model.Ref, ok bool) {
	if ok && !ref.IsZero() && !slices.Contains(*s, ref) {
		*s = append(*s, ref)
	}
}
