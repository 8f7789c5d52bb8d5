package ecs

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
)

// clusterPage is one page of a region's clusters. Pages hang together as a list that grows as it is
// walked: whichever kind of the visit comes first asks AWS, the others get the same answer, and
// everybody starts on a page as soon as it is there.
type clusterPage struct {
	arns []string
	// astray says what is listed as a cluster and is none of this place, if anything.
	astray error
	// describe asks for the records of the page's clusters, next for the page after it (nil at the
	// end); each asks AWS once.
	describe func() (map[string]types.Cluster, error)
	next     func() (*clusterPage, error)
}

// clusterPages is the first page of the clusters of the visit's region. The calls run under the
// context of whoever asks first, so kinds of one visit have to share their deadline.
func clusterPages(ctx context.Context, v *kind.Visit) (*clusterPage, error) {
	return kind.Share(ctx, v, "ecs clusters", func(ctx context.Context) (*clusterPage, error) {
		return listClusterPage(ctx, v, nil, &kind.Turning{})
	})
}

func listClusterPage(ctx context.Context, v *kind.Visit, token *string, turned *kind.Turning) (*clusterPage, error) {
	out, err := client(v).ListClusters(ctx, &ecs.ListClustersInput{MaxResults: sdk.Int32(100), NextToken: token})
	if err != nil {
		return nil, err
	}
	page := &clusterPage{}
	page.arns, page.astray = ours(v, "ecs:ListClusters", out.ClusterArns, "cluster", "")
	page.describe = kind.OnceValues(func() (map[string]types.Cluster, error) { return describeClusters(ctx, v, page.arns, clustersAgain(v)) })
	page.next = kind.OnceValues(func() (*clusterPage, error) {
		if sdk.ToString(out.NextToken) == "" {
			return nil, nil //nolint:nilnil // The end of the list.
		}
		if err := turned.Page(*out.NextToken, len(out.ClusterArns)); err != nil {
			return nil, err
		}
		return listClusterPage(ctx, v, out.NextToken, turned)
	})
	return page, nil
}

// clustersAgain is the listing of the region's clusters for who was told that one is not there.
func clustersAgain(v *kind.Visit) *kind.Relisting {
	return kind.Shared(v, "ecs clusters again", func() *kind.Relisting {
		return kind.Relist(func(ctx context.Context) ([]string, error) {
			return kind.All(ctx, func(ctx context.Context, token *string) ([]string, *string, error) {
				out, err := client(v).ListClusters(ctx, &ecs.ListClustersInput{MaxResults: sdk.Int32(100), NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return out.ClusterArns, out.NextToken, nil
			})
		})
	})
}

// describeClusters describes clusters by ARN with everything that AWS tells; those that are not
// there any more are absent from the result. listing is what named them, nil where nothing did.
func describeClusters(ctx context.Context, v *kind.Visit, arns []string, listing *kind.Relisting) (map[string]types.Cluster, error) {
	const most = 100 // DescribeClusters takes 100 (ECS API Reference).
	d := describing[types.Cluster]{operation: "DescribeClusters", most: most, listed: listedBy(ctx, listing)}
	d.arn = func(c types.Cluster) (*string, *string) { return c.ClusterArn, nil }
	d.call = func(batch []string) ([]types.Cluster, []types.Failure, error) {
		out, err := client(v).DescribeClusters(ctx, &ecs.DescribeClustersInput{
			Clusters: batch,
			Include: []types.ClusterField{
				types.ClusterFieldStatistics, types.ClusterFieldAttachments, types.ClusterFieldSettings, types.ClusterFieldConfigurations,
				types.ClusterFieldTags,
			},
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Clusters, out.Failures, nil
	}
	records, err := d.of(v, arns)
	found := make(map[string]types.Cluster, len(records))
	for _, c := range records {
		found[sdk.ToString(c.ClusterArn)] = c
	}
	return found, err
}

// inCluster is one cluster whose children are being listed.
type inCluster struct {
	arn, name string
	page      *clusterPage
}

// live says whether the cluster still lives. AWS does not list INACTIVE clusters, other
// implementations do, and what such a cluster seems to hold is not there any more. A cluster that
// cannot be described is taken for alive.
func (c inCluster) live() bool {
	records, err := c.page.describe()
	if record, known := records[c.arn]; known {
		return sdk.ToString(record.Status) != inactive
	}
	return err != nil
}

// orGone is the error of a call about something in the cluster. One that says that there is no such
// cluster is none if the cluster is listed no more: it went away meanwhile, with all that it held.
func (c inCluster) orGone(ctx context.Context, v *kind.Visit, err error) error {
	if err == nil || goneIsNothing(err) != nil {
		return err
	}
	f := aws.Describe(err)
	return clustersAgain(v).Gone(ctx, v, f.Service+":"+f.Op, c.arn)
}

// eachCluster runs list for every cluster of the region, all at once and whatever their counters
// say. The descriptions are asked for beside it, so that they cost no round trip of their own. A
// cluster that went away meanwhile is no error; any other error is joined to the rest.
func eachCluster(ctx context.Context, v *kind.Visit, calls *kind.Group, list func(ctx context.Context, c inCluster) error) error {
	return eachClusterPage(ctx, v, func(page *clusterPage) {
		calls.Start(ctx, func(context.Context) error {
			_, _ = page.describe() // The clusters' own listing reports its error.
			return nil
		})
		for _, arn := range page.arns {
			c := inCluster{arn: arn, name: kind.Tail(arn), page: page}
			calls.Start(ctx, func(ctx context.Context) error {
				return c.orGone(ctx, v, list(ctx, c))
			})
		}
	})
}

// eachClusterPage walks through the pages of the region's clusters. What is listed as one and is none
// of this place may hold anything, so that whoever walks here has not seen all.
func eachClusterPage(ctx context.Context, v *kind.Visit, each func(*clusterPage)) error {
	var astray error
	page, err := clusterPages(ctx, v)
	for err == nil && page != nil {
		each(page)
		astray = aws.AppendError(astray, page.astray)
		page, err = page.next()
	}
	return aws.AppendError(astray, err)
}
