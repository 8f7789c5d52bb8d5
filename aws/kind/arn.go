package kind

import (
	"slices"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/rootout/rootout/model"
)

// IsARN says whether a text is an ARN of a service.
func IsARN(text, service string) bool {
	parsed, err := awsarn.Parse(text)
	return err == nil && parsed.Service == service
}

// ResourceOf is the last part of an ARN, which names the thing within its service; "" of anything
// else.
func ResourceOf(arn string) string {
	parsed, err := awsarn.Parse(arn)
	if err != nil {
		return ""
	}
	return parsed.Resource
}

// Tail is what follows the last slash: the short name in a name or an ARN.
func Tail(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// Tails are the short names of ARNs.
func Tails(arns []string) []string {
	out := make([]string, len(arns))
	for i, a := range arns {
		out[i] = Tail(a)
	}
	return out
}

// ARN builds the ARN of something in the visit's region.
func (v *Visit) ARN(service, resource string) string {
	return awsarn.ARN{
		Partition: v.Partition, Service: service, Region: v.Region, AccountID: v.Account, Resource: resource,
	}.String()
}

// OwnedBy says whether a resource names an owner.
func OwnedBy(r *model.Resource, owner model.Ref) bool { return slices.Contains(r.Owners, owner) }

// IDs are the ids of references.
func IDs(refs []model.Ref) []string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.ID
	}
	return out
}

// Refs collects references once each, in the order they came.
type Refs []model.Ref

// Add takes a reference in if it is one; what names a thing may say with ok that it names none.
func (s *Refs) Add(ref model.Ref, ok bool) {
	if ok && !ref.IsZero() && !slices.Contains(*s, ref) {
		*s = append(*s, ref)
	}
}
