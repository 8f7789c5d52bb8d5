package service_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/service"
)

// TestPartitionsAreTheSDKs compares with partitions.json of the SDK.
func TestPartitionsAreTheSDKs(t *testing.T) {
	type facts struct{ region, global, sts string }
	want := map[string]facts{
		"aws":        {"eu-west-3", "us-east-1", "sts.us-east-1.amazonaws.com"},
		"aws-cn":     {"cn-north-1", "cn-northwest-1", "sts.cn-northwest-1.amazonaws.com.cn"},
		"aws-us-gov": {"us-gov-east-1", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"},
		"aws-eusc":   {"eusc-de-east-1", "eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"},
		"aws-iso":    {"us-iso-west-1", "us-iso-east-1", ""},
		"aws-iso-b":  {"us-isob-east-1", "us-isob-east-1", ""},
		"aws-iso-e":  {"eu-isoe-west-1", "eu-isoe-west-1", ""},
		"aws-iso-f":  {"us-isof-east-1", "us-isof-south-1", ""},
	}
	for id, f := range want {
		p := service.PartitionOf(f.region)
		if p.ID != id || p.GlobalRegion != f.global || p.STSHost() != f.sts {
			t.Errorf("%s is in %+v with %q, want %s and %+v", f.region, p, p.STSHost(), id, f)
		}
		if diff := cmp.Diff(p.ID, service.PartitionNamed(id).ID); diff != "" {
			t.Error(diff)
		}
	}
	if all := service.Partitions(); len(all) != len(want) || all[0].ID != "aws" {
		t.Errorf("%d partitions, the first is %s", len(all), all[0].ID)
	}
	for _, region := range []string{"", "xx-new-9", "aws-global"} {
		if got := service.PartitionOf(region).ID; got != "aws" {
			t.Errorf("%q is in %s", region, got)
		}
	}
	p := service.PartitionNamed("aws-new")
	if p.ID != "aws-new" || p.GlobalRegion != "us-east-1" || p.STSHost() != "" || p.Regions() != nil {
		t.Errorf("of a new partition %+v is known", p)
	}
}

func TestRegions(t *testing.T) {
	count := map[string]int{}
	for _, p := range service.Partitions() {
		regions := p.Regions()
		count[p.ID] = len(regions)
		if !slices.IsSortedFunc(regions, func(a, b service.Region) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("the regions of %s are not in the order of their names", p.ID)
		}
		for _, r := range regions {
			if r.Title == "" || service.RegionTitle(r.Name) != r.Title || strings.TrimSpace(r.Title) != r.Title {
				t.Errorf("%+v has no title to show", r)
			}
			if r.Name == p.GlobalRegion && r.OptIn {
				t.Errorf("%s could be disabled, and is asked first", r.Name)
			}
		}
	}
	want := map[string]int{
		"aws": 34, "aws-cn": 2, "aws-us-gov": 2, "aws-eusc": 1, "aws-iso": 0, "aws-iso-b": 0, "aws-iso-e": 0, "aws-iso-f": 0,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Error(diff)
	}
	// 17 regions are enabled by default, the rest has to be opted in to.
	optIn := 0
	for _, r := range service.PartitionNamed("aws").Regions() {
		if r.OptIn {
			optIn++
		}
	}
	if optIn != 17 || service.RegionTitle("sa-east-1") != "São Paulo" || service.RegionTitle("xx-new-9") != "" {
		t.Errorf("%d regions to opt in to", optIn)
	}
}

// TestTheTableOfPartitionsIsReadOnce, and what a caller does to his copy is his own.
func TestTheTableOfPartitionsIsReadOnce(t *testing.T) {
	all := service.Partitions()
	all[0] = service.Partition{}
	if got := service.Partitions()[0].ID; got != "aws" {
		t.Errorf("the first partition is %q now", got)
	}
	if n := testing.AllocsPerRun(100, func() { service.PartitionNamed("aws-cn") }); n != 0 {
		t.Errorf("looking a partition up allocates %v times", n)
	}
}
