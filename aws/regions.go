package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// RegionSource says where a list of regions comes from.
type RegionSource string

// The sources, best first.
const (
	FromAccount  RegionSource = "account:ListRegions"
	FromEC2      RegionSource = "ec2:DescribeRegions"
	FromEmbedded RegionSource = "rootout's own table"
)

// RegionList is the account's regions and how well they are known.
type RegionList struct {
	// Regions are sorted by name. A status is empty where it could not be told: with FromEmbedded,
	// for opt-in regions that did not answer.
	Regions []model.Region
	// Source is where the list comes from. FromEC2 knows no region in transition; FromEmbedded
	// misses regions newer than this program.
	Source RegionSource
	// Failures say why better sources were not used.
	Failures []Failure
	// Doubt says what the answer of the source left out or contradicts; nil for nothing. The regions
	// hold what is known better.
	Doubt error
}

// regionPage is the largest page of account:ListRegions (API reference).
const regionPage = 50

// probeTimeout is how long a region may take to say who we are; all are asked at once.
const probeTimeout = 10 * time.Second

// Regions lists the regions of the account's partition in every status, from the best source that
// answers (see RegionList).
func (c *Connection) Regions(ctx context.Context) ([]model.Region, error) {
	list, err := c.RegionList(ctx)
	return list.Regions, err
}

// RegionList is Regions with what is known of its source. It fails only if the context ends or the
// credentials have run out: anybody who can ask who he is gets a list.
func (c *Connection) RegionList(ctx context.Context) (RegionList, error) {
	var list RegionList
	for _, source := range []struct {
		name RegionSource
		ask  func(context.Context) ([]model.Region, error)
	}{{FromAccount, c.accountRegions}, {FromEC2, c.ec2Regions}, {FromEmbedded, c.embeddedRegions}} {
		regions, err := within(ctx, source.ask)
		if err == nil && len(regions) > 0 {
			list.Source, list.Regions = source.name, regions
			if source.name != FromEmbedded {
				c.doubt(ctx, &list)
			}
			slices.SortFunc(list.Regions, func(a, b model.Region) int { return cmp.Compare(a.Name, b.Name) })
			return list, nil
		}
		if err == nil {
			err = errors.New("the list is empty")
		}
		switch class := Classify(err); {
		case ctx.Err() != nil:
			return list, fmt.Errorf("list regions: %w", ctx.Err())
		case class == Expired:
			return list, fmt.Errorf("list regions: %w", err)
		}
		list.Failures = append(list.Failures, Describe(err))
	}
	return list, fmt.Errorf("list regions: no table for partition %q", c.Caller().Partition)
}

// within gives a source its share of time: a region list that hangs would keep everything else from
// starting.
func within(ctx context.Context, ask func(context.Context) ([]model.Region, error)) ([]model.Region, error) {
	ctx, cancel := context.WithTimeout(ctx, identifyTimeout)
	defer cancel()
	return ask(ctx)
}

func (c *Connection) accountRegions(ctx context.Context) ([]model.Region, error) {
	var regions []model.Region
	pages := account.NewListRegionsPaginator(Client(c.Clients(c.bootstrap), account.NewFromConfig), &account.ListRegionsInput{MaxResults: sdk.Int32(regionPage)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, region := range page.Regions {
			regions = c.appendRegion(regions, sdk.ToString(region.RegionName), model.OptStatus(region.RegionOptStatus))
		}
	}
	return regions, nil
}

func (c *Connection) ec2Regions(ctx context.Context) ([]model.Region, error) {
	out, err := Client(c.Clients(c.bootstrap), ec2.NewFromConfig).DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: sdk.Bool(true)})
	if err != nil {
		return nil, err
	}
	var regions []model.Region
	for _, region := range out.Regions {
		var status model.OptStatus
		switch sdk.ToString(region.OptInStatus) {
		case "opt-in-not-required":
			status = model.EnabledByDefault
		case "opted-in":
			status = model.Enabled
		case "not-opted-in":
			status = model.Disabled
		}
		regions = c.appendRegion(regions, sdk.ToString(region.RegionName), status)
	}
	return regions, nil
}

// appendRegion leaves out what is not of the caller's partition, as stand-ins for AWS list it, and
// what cannot be a host name.
func (c *Connection) appendRegion(regions []model.Region, name string, status model.OptStatus) []model.Region {
	if !isRegionName(name) || service.PartitionOf(name).ID != c.Caller().Partition {
		return regions
	}
	return append(regions, newRegion(name, status))
}

// doubt compares an answer with the table of the partition's regions. AWS names every region in every
// status, so what is missing was cut off, and is asked one by one; a region that answers, or that no
// account can disable, is not disabled.
func (c *Connection) doubt(ctx context.Context, list *RegionList) {
	rows := service.PartitionNamed(c.Caller().Partition).Regions()
	at := make(map[string]int, len(list.Regions))
	for i, r := range list.Regions {
		at[r.Name] = i
	}
	var lacking []service.Region
	var wrong []string
	for _, row := range rows {
		i, named := at[row.Name]
		switch {
		case !named:
			lacking = append(lacking, row)
		case !row.OptIn && !list.Regions[i].Readable():
			list.Regions[i].Status = model.EnabledByDefault
			wrong = append(wrong, row.Name)
		}
	}
	if i, named := at[c.bootstrap]; named && list.Regions[i].Status == model.Disabled && c.probe(ctx, c.bootstrap) == model.Enabled {
		list.Regions[i].Status = model.Enabled
		wrong = append(wrong, c.bootstrap)
	}
	if len(wrong) > 0 {
		list.Doubt = Wrong(string(list.Source), c.bootstrap, "it calls "+someOf(wrong)+" disabled: a region that answers, or that no account can disable, is not, so it is read")
	}
	if len(lacking) == 0 {
		return
	}
	names := make([]string, len(lacking))
	for i, row := range lacking {
		names[i] = row.Name
	}
	list.Regions = append(list.Regions, c.askedRegions(ctx, lacking)...)
	what := fmt.Sprintf("it lacks %d of the %d regions that rootout knows (%s); they are read, and regions that are newer than this rootout may be missing", len(lacking), len(rows), someOf(names))
	list.Doubt = AppendError(list.Doubt, Lacking(string(list.Source), c.bootstrap, what))
}

// someOf names the first few of many.
func someOf(names []string) string {
	const most = 3
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func (c *Connection) embeddedRegions(ctx context.Context) ([]model.Region, error) {
	regions := c.askedRegions(ctx, service.PartitionNamed(c.Caller().Partition).Regions())
	return regions, ctx.Err()
}

// askedRegions asks each opt-in region of some who we are, which no policy can deny: it answers if it
// is enabled, and does not know the credentials if it is not. It knows none of a version 1 token
// either, so that with a session that no opt-in region accepts all stay unknown.
func (c *Connection) askedRegions(ctx context.Context, rows []service.Region) []model.Region {
	regions := make([]model.Region, len(rows))
	var wait sync.WaitGroup
	for i, row := range rows {
		regions[i] = newRegion(row.Name, model.EnabledByDefault)
		if !row.OptIn {
			continue
		}
		wait.Go(func() { regions[i].Status = c.probe(ctx, row.Name) })
	}
	wait.Wait()
	accepted := slices.ContainsFunc(regions, func(r model.Region) bool { return r.Status == model.Enabled })
	for i := range regions {
		if regions[i].Status == model.Disabled && c.hasSession() && !accepted {
			regions[i].Status = ""
		}
	}
	return regions
}

func (c *Connection) probe(ctx context.Context, region string) model.OptStatus {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	_, err := Client(c.Clients(region), sts.NewFromConfig).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch Classify(err) {
	case None:
		return model.Enabled
	case InvalidToken:
		return model.Disabled
	default:
		return ""
	}
}

// isRegionName says whether a name can stand in a host name as AWS's regions do; anything else is
// not asked.
func isRegionName(name string) bool {
	if name == "" || len(name) > 63 {
		return false
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

func newRegion(name string, status model.OptStatus) model.Region {
	return model.Region{Name: name, Title: service.RegionTitle(name), Status: status}
}
