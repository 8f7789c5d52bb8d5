package ecsref

import (
	"context"
	"strings"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
)

// Resolve links what names a definition by its family alone to the revision that AWS would take now,
// the newest ACTIVE one. AWS is asked, once a visit and family, so that the link does not depend on
// what was listed before: newest is DescribeTaskDefinition and answers with the revision's ARN. A
// family without such a revision starts nothing, and links to none. To whom ECS is denied the
// definitions are too, and a link would lead nowhere.
func (s *Starts) Resolve(ctx context.Context, v *kind.Visit, newest func(ctx context.Context, family string) (string, error)) error {
	for _, family := range s.families {
		arn, err := kind.Share(ctx, v, "newest revision of "+kind.Tail(family), func(ctx context.Context) (string, error) {
			arn, err := newest(ctx, family)
			if kind.HasCode(err, "ClientException", "InvalidParameterException") || aws.Classify(err) == aws.Denied {
				return "", nil
			}
			resource, here := v.Here(arn, "ecs")
			if err == nil && (!here || !strings.HasPrefix(resource, "task-definition/"+kind.Tail(family)+":")) {
				err = aws.Lacking("ecs:DescribeTaskDefinition", v.Region, "it does not tell of "+family)
			}
			return arn, err
		})
		if err != nil {
			return err
		}
		if arn != "" {
			s.Definitions.Add(Definition(v, arn))
		}
	}
	return nil
}
