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

// strange says whether a resource cannot be of this place, by its ARN.
func (v *Visit) strange(r *model.Resource) bool {
	if r.ARN == "" {
		return false
	}
	parsed, err := awsarn.Parse(r.ARN)
	return err != nil || parsed.Partition != v.Partition || parsed.AccountID != v.Account ||
		parsed.Region != "" && v.Region != "" && parsed.Region != v.Region
}

// namedMost is how many characters are shown of what is no ARN, which may be any text.
const namedMost = 160

func (v *Visit) notHere(arn string) string {
	name := []rune(model.Clean(arn))
	if len(name) > namedMost {
		name = append(name[:namedMost], '…')
	}
	return string(name) + ", which is not of " + v.Account + " in " + model.Place{Account: v.Account, Region: v.Region}.Title()
}
