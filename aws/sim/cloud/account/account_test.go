package account_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func turn(t *testing.T, c *all.Cloud, enable bool, region string) string {
	t.Helper()
	if enable {
		_, code := cloudtest.Do[account.EnableRegionOutput](t, c, "account", "us-east-1", "EnableRegion",
			&account.EnableRegionInput{RegionName: &region})
		return code
	}
	_, code := cloudtest.Do[account.DisableRegionOutput](t, c, "account", "us-east-1", "DisableRegion",
		&account.DisableRegionInput{RegionName: &region})
	return code
}

func optStatus(t *testing.T, c *all.Cloud, region string) accounttypes.RegionOptStatus {
	t.Helper()
	out, code := cloudtest.Do[account.GetRegionOptStatusOutput](t, c, "account", "us-east-1", "GetRegionOptStatus",
		&account.GetRegionOptStatusInput{RegionName: &region})
	if code != "" {
		t.Fatalf("GetRegionOptStatus said %s", code)
	}
	return out.RegionOptStatus
}

// TestRegionQuota: six transitions at a time, enabling and disabling together, and the seventh as
// soon as one has ended.
func TestRegionQuota(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	c.SetRegion("mx-central-1", cloud.RegionEnabled)
	changes := 0
	c.OnChange(func() { changes++ })
	for _, region := range []string{"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3"} {
		if code := turn(t, c, true, region); code != "" {
			t.Fatalf("%s: %s", region, code)
		}
	}
	if code := turn(t, c, false, "mx-central-1"); code != "" {
		t.Fatalf("disabling: %s", code)
	}
	if code := turn(t, c, true, "ca-west-1"); code != "TooManyRequestsException" {
		t.Errorf("the seventh said %q", code)
	}
	if code := turn(t, c, false, "af-south-1"); code != "ConflictException" {
		t.Errorf("a region in transition said %q", code)
	}
	if code := turn(t, c, true, "us-east-1"); code != "ValidationException" {
		t.Errorf("a default region said %q", code)
	}
	if code := turn(t, c, true, "mars-1"); code != "ValidationException" {
		t.Errorf("a region that does not exist said %q", code)
	}
	before := changes
	clock.T = clock.T.Add(10 * time.Minute)
	c.CatchUp()
	if changes == before {
		t.Error("nobody was told that the transitions have ended")
	}
	if got := optStatus(t, c, "mx-central-1"); got != accounttypes.RegionOptStatusDisabled {
		t.Errorf("mx-central-1 is %s", got)
	}
	if code := turn(t, c, true, "ca-west-1"); code != "" {
		t.Errorf("after the others: %s", code)
	}
}

// TestRegionSpeed: the speed divides how long a transition takes.
func TestRegionSpeed(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(60)
	if code := turn(t, c, true, "af-south-1"); code != "" {
		t.Fatal(code)
	}
	clock.T = clock.T.Add(3 * time.Second)
	if got := optStatus(t, c, "af-south-1"); got != accounttypes.RegionOptStatusEnabling {
		t.Errorf("after 3 s it is %s", got)
	}
	clock.T = clock.T.Add(4 * time.Second)
	if got := optStatus(t, c, "af-south-1"); got != accounttypes.RegionOptStatusEnabled {
		t.Errorf("after 7 s it is %s", got)
	}
}

// TestListRegions: pages of any size show each region once, and a filter by status holds for all of
// them.
func TestListRegions(t *testing.T) {
	t.Parallel()
	c, _ := cloudtest.AtNoon(1)
	for size := int32(1); size <= 50; size++ {
		var names []string
		in := &account.ListRegionsInput{MaxResults: &size}
		for {
			out, code := cloudtest.Do[account.ListRegionsOutput](t, c, "account", "us-east-1", "ListRegions", in)
			if code != "" || len(out.Regions) > int(size) {
				t.Fatalf("page size %d: %d regions, %s", size, len(out.Regions), code)
			}
			for _, r := range out.Regions {
				names = append(names, *r.RegionName)
			}
			if out.NextToken == nil {
				break
			}
			in.NextToken = out.NextToken
		}
		seen := map[string]bool{}
		for _, n := range names {
			seen[n] = true
		}
		if len(names) != 34 || len(seen) != 34 {
			t.Errorf("page size %d: %d regions, %d different", size, len(names), len(seen))
		}
	}
	out, _ := cloudtest.Do[account.ListRegionsOutput](t, c, "account", "us-east-1", "ListRegions",
		&account.ListRegionsInput{RegionOptStatusContains: []accounttypes.RegionOptStatus{accounttypes.RegionOptStatusDisabled}})
	if len(out.Regions) != 17 {
		t.Errorf("%d regions are disabled, want all 17 opt-in ones", len(out.Regions))
	}
	for _, bad := range []int32{0, 51} {
		if _, code := cloudtest.Do[account.ListRegionsOutput](t, c, "account", "us-east-1", "ListRegions",
			&account.ListRegionsInput{MaxResults: &bad}); code != "ValidationException" {
			t.Errorf("MaxResults %d said %q", bad, code)
		}
	}
}
