package ecsref

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
)

// ResolveCalls are the operations that Resolve makes.
func ResolveCalls() []string { return []string{"ecs:DescribeTaskDefinition"} }

// Resolve links what names a definition by its family alone to the revision that AWS would take now,
// the newest ACTIVE one. AWS is asked, once a visit and family, so that the link does not depend on
// what was listed before. A family without such a revision starts nothing, and links to none. To
// whom ECS is denied the definitions are too, and a link would lead nowhere.
func (s *Starts) Resolve(ctx context.Context, v *kind.Visit) error {
	for _, family := range s.families {
		arn, err := kind.Share(ctx, v, "newest revision of "+kind.Tail(family), func(ctx context.Context) (string, error) {
			out, err := aws.Client(v.Clients, ecs.NewFromConfig).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: sdk.String(family)})
			switch {
			case kind.HasCode(err, "ClientException", "InvalidParameterException"), aws.Classify(err) == aws.Denied:
				return "", nil
			case err != nil || out.TaskDefinition == nil:
				return "", err
			}
			return sdk.ToString(out.TaskDefinition.TaskDefinitionArn), nil
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
