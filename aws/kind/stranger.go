package kind

import (
	"context"
	"errors"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// ListIn lists the kind in a place. An answer that names what cannot be of that place makes the
// listing incomplete, whatever else it told: nobody knows what it leaves out instead.
func (d Def) ListIn(ctx context.Context, v *Visit) error {
	err := d.List(ctx, v)
	v.mu.Lock()
	defer v.mu.Unlock()
	arn, met := v.strangers[d.ID]
	if !met {
		return err
	}
	service, _, _ := strings.Cut(string(d.ID), ":")
	return errors.Join(err, &aws.UnreadableError{Service: service, Operation: "listing " + string(d.ID), Region: v.Region, Names: v.notHere(arn)})
}

// Here is the last part of an ARN that names something of a service in the account and region that
// are asked; false of any other, and of what is no ARN.
func (v *Visit) Here(arn, service string) (resource string, ok bool) {
	parsed, err := awsarn.Parse(arn)
	ok = err == nil && parsed.Service == service && parsed.Partition == v.Partition && parsed.AccountID == v.Account && parsed.Region == v.Region
	return parsed.Resource, ok
}

// Sieve keeps what belongs where it was asked for of the items of one page. The error names the first
// of the others: nothing is asked about them, nor done with them, and the listing is not complete.
func Sieve[T any](v *Visit, operation string, page []T, arn func(T) string, belongs func(T) bool) ([]T, error) {
	kept := make([]T, 0, len(page))
	var err error
	for _, item := range page {
		if belongs(item) {
			kept = append(kept, item)
		} else if err == nil {
			err = aws.Astray(operation, v.Region, v.notHere(arn(item)))
		}
	}
	return kept, err
}

// strange says whether a resource cannot be of this place, by its ARN. It is the last look at what a
// listing found; what a listing asks AWS about goes through [Sieve] before.
func (v *Visit) strange(r *model.Resource) bool {
	if r.ARN == "" {
		return r.Ref.ID == ""
	}
	parsed, err := awsarn.Parse(r.ARN)
	service, _, _ := strings.Cut(string(r.Ref.Kind), ":")
	return err != nil || parsed.Service != service || parsed.Partition != v.Partition || parsed.AccountID != v.Account ||
		parsed.Region != "" && v.Region != "" && parsed.Region != v.Region
}

// namedMost is how many characters are shown of what is no ARN, which may be any text.
const namedMost = 160

func (v *Visit) notHere(arn string) string {
	name := []rune(model.Clean(arn))
	if len(name) == 0 {
		name = []rune("a thing without an ARN")
	}
	if len(name) > namedMost {
		name = append(name[:namedMost], '…')
	}
	return string(name) + ", which is not of " + v.Account + " in " + model.Place{Account: v.Account, Region: v.Region}.Title()
}
