package breach

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/model/price"
)

// The intruder's task: the largest that an ordinary Fargate account starts (Datadog, "Amazon ECS is
// the new EC2 for crypto mining"; AWS GuardDuty on the campaign of 2025-11).
const (
	minerCPU = 16384
	minerMiB = 32768
	// bigShare is what he runs in us-east-1; elsewhere the region's Fargate quota gave him between
	// leastShare and mostShare.
	bigShare, leastShare, mostShare = 200, 4, 20
)

// quota is what one region gets of the intruder.
type quota struct {
	region string
	open   bool
	// clusters is how many he makes, tasks how many of his tasks run.
	clusters, tasks int
	// begins is when his script reaches the region.
	begins time.Time
}

// shareOut decides what each region gets, so that the enabled ones together burn about 400 dollars
// an hour. Regions come in the order in which the script reaches them: the enabled ones at once,
// the ones he has to enable first when they are.
func (b *builder) shareOut() {
	regions := cloud.Regions()
	b.rng.Shuffle(len(regions), func(i, j int) { regions[i], regions[j] = regions[j], regions[i] })
	closed := 0
	for _, info := range regions {
		q := quota{region: info.Name, open: b.isOpen(info.Name, b.now), clusters: b.between(20, 25), tasks: b.between(leastShare, mostShare)}
		switch {
		case q.region == virginia:
			q.clusters, q.tasks = b.between(22, 25), bigShare
			q.begins = b.start.Add(3*time.Minute + b.upTo(30*time.Second))
		case q.open:
			q.begins = b.start.Add(3*time.Minute + time.Duration(len(b.quotas)-closed)*15*time.Second)
		default:
			// Six regions at a time can be in transition, and each takes some minutes.
			q.begins = b.start.Add(7*time.Minute + time.Duration(closed/6)*4*time.Minute + time.Duration(closed%6)*20*time.Second)
			closed++
		}
		b.quotas = append(b.quotas, q)
	}
	b.chooseOdd()
	b.balance(392 + 24*b.rng.Float64())
}

// balance moves single tasks until the enabled regions burn target dollars an hour, to within a
// task's price.
func (b *builder) balance(target float64) {
	for range 10_000 {
		gap := target - b.burning()
		if math.Abs(gap) <= 0.7 {
			return
		}
		q := &b.quotas[b.rng.IntN(len(b.quotas))]
		switch {
		case !q.open || q.region == virginia:
		case gap > 0 && q.tasks < mostShare:
			q.tasks++
		case gap < 0 && q.tasks > leastShare:
			q.tasks--
		}
	}
}

// burning is what the intruder's Fargate tasks in the enabled regions cost, in dollars an hour.
func (b *builder) burning() float64 {
	usd := 0.0
	for _, q := range b.quotas {
		if q.open {
			usd += float64(q.tasks) * hourly(q.region, minerCPU, minerMiB)
		}
	}
	return usd + expressTasks*hourly(b.odd[oddExpress], expressCPU, expressMiB)
}

// hourly is the price of one task of cpu units and MiB.
func hourly(region string, cpu, mib int) float64 {
	return price.Fargate(price.FargateTask{Region: region, VCPU: float64(cpu) / 1024, MemoryMiB: float64(mib), StorageGiB: 20}).PerHour
}

// The places in builder.odd.
const (
	oddExternal = iota
	oddExpress
	oddProtected
	oddDaemon
	oddSchedule
	oddLoose
	oddCount
)

// chooseOdd picks enabled regions for what the intruder has only once.
func (b *builder) chooseOdd() {
	var free []string
	for _, q := range b.quotas {
		if q.open && !slices.Contains([]string{virginia, seoul, tokyo}, q.region) {
			free = append(free, q.region)
		}
	}
	b.odd = free[:oddCount]
}

// is says whether a region was picked for one of the special things.
func (b *builder) is(region string, odd int) bool { return b.odd[odd] == region }

func itoa(n int) string { return strconv.Itoa(n) }
