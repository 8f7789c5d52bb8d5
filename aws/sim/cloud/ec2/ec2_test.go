package ec2_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

// TestDescribeRegions: the default is what the account has; AllRegions shows the rest, and a region
// in transition is not opted in.
func TestDescribeRegions(t *testing.T) {
	t.Parallel()
	c, _ := cloudtest.AtNoon(1)
	c.SetRegion("me-south-1", cloud.RegionEnabled)
	if _, code := cloudtest.Do[account.EnableRegionOutput](t, c, "account", "us-east-1", "EnableRegion",
		&account.EnableRegionInput{RegionName: new("af-south-1")}); code != "" {
		t.Fatal(code)
	}
	regions := func(in *ec2.DescribeRegionsInput) map[string]string {
		out, code := cloudtest.Do[ec2.DescribeRegionsOutput](t, c, "ec2", "us-east-1", "DescribeRegions", in)
		if code != "" {
			t.Fatalf("DescribeRegions said %s", code)
		}
		got := map[string]string{}
		for _, r := range out.Regions {
			got[*r.RegionName] = *r.OptInStatus
		}
		return got
	}
	if got := regions(&ec2.DescribeRegionsInput{}); len(got) != 18 || got["me-south-1"] != "opted-in" || got["us-east-1"] != "opt-in-not-required" {
		t.Errorf("by default: %v", got)
	}
	if got := regions(&ec2.DescribeRegionsInput{AllRegions: new(true)}); len(got) != 34 || got["af-south-1"] != "not-opted-in" {
		t.Errorf("all: %v", got)
	}
	filter := ec2types.Filter{Name: new("region-name"), Values: []string{"eu-*", "sa-east-?"}}
	if got := regions(&ec2.DescribeRegionsInput{Filters: []ec2types.Filter{filter}}); len(got) != 6 || got["sa-east-1"] == "" {
		t.Errorf("filtered: %v", got)
	}
	for _, in := range []*ec2.DescribeRegionsInput{
		{RegionNames: []string{"mars-1"}},
		{Filters: []ec2types.Filter{{Name: new("colour"), Values: []string{"x"}}}},
	} {
		if _, code := cloudtest.Do[ec2.DescribeRegionsOutput](t, c, "ec2", "us-east-1", "DescribeRegions", in); code != "InvalidParameterValue" {
			t.Errorf("%+v said %q", in, code)
		}
	}
}

// TestDescribeNetworkInterfaces: a public address is found by interface and the interface by
// address, in its own region only.
func TestDescribeNetworkInterfaces(t *testing.T) {
	t.Parallel()
	c, _ := cloudtest.AtNoon(1)
	for id, ip := range map[string]string{"eni-1": "192.0.2.1", "eni-2": "192.0.2.2"} {
		c.AddNetworkInterface("eu-west-1", ec2types.NetworkInterface{
			NetworkInterfaceId: new(id), Association: &ec2types.NetworkInterfaceAssociation{PublicIp: new(ip)},
		})
	}
	ask := func(region string, in *ec2.DescribeNetworkInterfacesInput) (string, string) {
		out, code := cloudtest.Do[ec2.DescribeNetworkInterfacesOutput](t, c, "ec2", region, "DescribeNetworkInterfaces", in)
		var ids []string
		if out != nil {
			for _, n := range out.NetworkInterfaces {
				ids = append(ids, *n.NetworkInterfaceId+"="+*n.Association.PublicIp)
			}
		}
		return strings.Join(ids, " "), code
	}
	byID := &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-2"}}
	if got, _ := ask("eu-west-1", byID); got != "eni-2=192.0.2.2" {
		t.Errorf("by id: %q", got)
	}
	if _, code := ask("eu-west-2", byID); code != "InvalidNetworkInterfaceID.NotFound" {
		t.Errorf("in another region: %q", code)
	}
	byIP := &ec2.DescribeNetworkInterfacesInput{Filters: []ec2types.Filter{{Name: new("association.public-ip"), Values: []string{"192.0.2.1"}}}}
	if got, _ := ask("eu-west-1", byIP); got != "eni-1=192.0.2.1" {
		t.Errorf("by address: %q", got)
	}
	c.RemoveNetworkInterface("eu-west-1", "eni-2")
	if _, code := ask("eu-west-1", byID); code != "InvalidNetworkInterfaceID.NotFound" {
		t.Errorf("after removal: %q", code)
	}
}

// TestFilterWildcards compares the filters' * and ? with a regular expression that says the same.
func TestFilterWildcards(t *testing.T) {
	t.Parallel()
	c, _ := cloudtest.AtNoon(1)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[ab/]{0,8}`).Draw(rt, "text")
		pattern := rapid.StringMatching(`[ab/*?]{0,8}`).Draw(rt, "pattern")
		c.AddNetworkInterface("eu-west-1", ec2types.NetworkInterface{NetworkInterfaceId: new("eni-1"), Description: &text})
		out, _ := cloudtest.Do[ec2.DescribeNetworkInterfacesOutput](t, c, "ec2", "eu-west-1", "DescribeNetworkInterfaces",
			&ec2.DescribeNetworkInterfacesInput{Filters: []ec2types.Filter{{Name: new("description"), Values: []string{pattern}}}})
		expression := strings.NewReplacer("*", ".*", "?", ".").Replace(pattern)
		want := regexp.MustCompile("^(" + expression + ")$").MatchString(text)
		if got := len(out.NetworkInterfaces) == 1; got != want {
			rt.Errorf("%q against %q: %v, want %v", pattern, text, got, want)
		}
	})
}
