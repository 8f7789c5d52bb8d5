package breach

import (
	"math/rand/v2"
	"time"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// The regions that the story names.
const (
	seoul    = "ap-northeast-2"
	tokyo    = "ap-northeast-1"
	virginia = "us-east-1"
)

// closedRegions are the opt-in regions that the intruder enabled and disabled again: Cape Town,
// Hong Kong, Bahrain, UAE, Hyderabad, Spain, Melbourne, Milan, Jakarta and Zurich.
func closedRegions() []string {
	return []string{
		"af-south-1", "ap-east-1", "me-south-1", "me-central-1", "ap-south-2", "eu-south-2", "ap-southeast-4", "eu-south-1", "ap-southeast-3",
		"eu-central-2",
	}
}

// builder writes one scenario. It exists while New runs, and goes on only as the live attacker.
type builder struct {
	s   *Scenario
	c   *all.Cloud
	rng *rand.Rand
	// now is the moment of the making; start is when the intruder signed in, back when he signed in
	// again.
	now, start, back time.Time
	taken            map[string]bool
	cast             cast
	style            style
	posts            []post
	quotas           []quota
	// odd are the regions of the intruder's special things; they differ from each other.
	odd []string
}

func newBuilder(o Options) *builder {
	c := all.New(cloud.Options{Account: account, Now: o.Now, Speed: o.Speed, Seed: o.Seed})
	b := &builder{
		c: c, rng: rand.New(rand.NewPCG(o.Seed, 0x627265616368)),
		now: c.Now(), taken: map[string]bool{},
		s: &Scenario{Cloud: c, planted: map[string]bool{}, known: map[string]bool{}, makers: map[string]making{}},
	}
	// About seven hours ago, in the night of whoever looks in the morning.
	b.start = b.now.Add(-7*time.Hour + b.upTo(40*time.Minute)).Truncate(time.Second)
	b.back = b.now.Add(-37*time.Minute - b.upTo(4*time.Minute)).Truncate(time.Second)
	b.open()
	b.people()
	b.style = b.newStyle()
	b.s.Since = b.start
	return b
}

// open enables the opt-in regions that are not closed: with the default ones 24 of 34.
func (b *builder) open() {
	closed := map[string]bool{}
	for _, region := range closedRegions() {
		closed[region] = true
	}
	for _, info := range cloud.Regions() {
		if info.OptIn && !closed[info.Name] {
			b.c.SetRegion(info.Name, cloud.RegionEnabled)
		}
	}
}

// isOpen says whether a region is enabled for the account.
func (b *builder) isOpen(region string, now time.Time) bool {
	return isOpen(b.c, region, now)
}

func isOpen(c *all.Cloud, region string, now time.Time) bool {
	status, _ := c.RegionStatus(c.In(region), now)
	return status == cloud.RegionEnabledByDefault || status == cloud.RegionEnabled
}

// upTo is a random duration below d, in whole seconds.
func (b *builder) upTo(d time.Duration) time.Duration {
	return time.Duration(b.rng.Int64N(int64(d/time.Second))) * time.Second
}

// between is a random number from low to high.
func (b *builder) between(low, high int) int { return low + b.rng.IntN(high-low+1) }

// oneOf picks one.
func oneOf[T any](b *builder, all ...T) T { return all[b.rng.IntN(len(all))] }

// plant notes that the thing of this ARN is the intruder's.
func (b *builder) plant(arn string) string {
	b.s.planted[arn] = true
	return arn
}
