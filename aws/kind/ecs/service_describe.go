package ecs

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
)

func serviceLister(v *kind.Visit, clusterARN string) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		// The default is 10 a page, unlike everywhere else in ECS.
		out, err := client(v).ListServices(ctx, &ecs.ListServicesInput{Cluster: sdk.String(clusterARN), MaxResults: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		arns, err := ours(v, "ecs:ListServices", out.ServiceArns, "service", clusterARN)
		return arns, out.NextToken, err
	}
}

// describe describes services of one cluster. listing is what named them, nil where nothing did.
func (k service) describe(ctx context.Context, v *kind.Visit, clusterARN string, services []string, listing *kind.Relisting) ([]types.Service, error) {
	d := describing[types.Service]{operation: "DescribeServices", most: describeServicesMost, home: clusterARN, listed: listedBy(ctx, listing)}
	d.arn = func(s types.Service) (*string, *string) { return s.ServiceArn, s.ClusterArn }
	d.call = func(batch []string) ([]types.Service, []types.Failure, error) {
		out, err := client(v).DescribeServices(ctx, &ecs.DescribeServicesInput{
			Cluster: sdk.String(clusterARN), Services: batch, Include: []types.ServiceField{types.ServiceFieldTags},
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Services, out.Failures, nil
	}
	return d.of(v, services)
}

// describeEach tells of each service that could be described, also where one could not.
func (k service) describeEach(ctx context.Context, v *kind.Visit, clusterARN string, services []string, listing *kind.Relisting, each func(types.Service)) error {
	records, err := k.describe(ctx, v, clusterARN, services, listing)
	for _, s := range records {
		each(s)
	}
	return err
}

// named are the described services that ListServices shows of a cluster now.
func (k service) named(ctx context.Context, v *kind.Visit, c inCluster) ([]types.Service, error) {
	arns, err := kind.All(ctx, serviceLister(v, c.arn))
	if err != nil {
		return nil, err
	}
	return k.describe(ctx, v, c.arn, arns, relist(serviceLister(v, c.arn)))
}
