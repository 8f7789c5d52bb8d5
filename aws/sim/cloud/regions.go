package cloud

import (
	"hash/fnv"
	"sync"
	"time"
)

// OptStatus is the status of a region in an account, in the words of Account Management's
// ListRegions.
type OptStatus string

// The statuses of a region.
const (
	RegionEnabled          OptStatus = "ENABLED"
	RegionEnabling         OptStatus = "ENABLING"
	RegionDisabling        OptStatus = "DISABLING"
	RegionDisabled         OptStatus = "DISABLED"
	RegionEnabledByDefault OptStatus = "ENABLED_BY_DEFAULT"
)

// readyTakes bounds how long, at speed 1, services of a region that is already ENABLED may still
// refuse the account's credentials: they learn of it one after the other.
const readyTakes = 30 * time.Second

// RegionInfo is what AWS publishes of a region.
type RegionInfo struct {
	// Name is the code ("eu-west-3"), Title the place ("Paris").
	Name, Title string
	// OptIn says that accounts do not have it unless they enable it.
	OptIn bool
}

// Regions returns the 34 commercial regions in the order of their names (AWS Regions and
// Availability Zones user guide; titles of the SDK's partition data).
func Regions() []RegionInfo {
	return []RegionInfo{
		{"af-south-1", "Cape Town", true},
		{"ap-east-1", "Hong Kong", true},
		{"ap-east-2", "Taipei", true},
		{"ap-northeast-1", "Tokyo", false},
		{"ap-northeast-2", "Seoul", false},
		{"ap-northeast-3", "Osaka", false},
		{"ap-south-1", "Mumbai", false},
		{"ap-south-2", "Hyderabad", true},
		{"ap-southeast-1", "Singapore", false},
		{"ap-southeast-2", "Sydney", false},
		{"ap-southeast-3", "Jakarta", true},
		{"ap-southeast-4", "Melbourne", true},
		{"ap-southeast-5", "Malaysia", true},
		{"ap-southeast-6", "New Zealand", true},
		{"ap-southeast-7", "Thailand", true},
		{"ca-central-1", "Canada", false},
		{"ca-west-1", "Calgary", true},
		{"eu-central-1", "Frankfurt", false},
		{"eu-central-2", "Zurich", true},
		{"eu-north-1", "Stockholm", false},
		{"eu-south-1", "Milan", true},
		{"eu-south-2", "Spain", true},
		{"eu-west-1", "Ireland", false},
		{"eu-west-2", "London", false},
		{"eu-west-3", "Paris", false},
		{"il-central-1", "Tel Aviv", true},
		{"me-central-1", "UAE", true},
		{"me-south-1", "Bahrain", true},
		{"mx-central-1", "Mexico", true},
		{"sa-east-1", "São Paulo", false},
		{"us-east-1", "N. Virginia", false},
		{"us-east-2", "Ohio", false},
		{"us-west-1", "N. California", false},
		{"us-west-2", "Oregon", false},
	}
}

// RegionsOf returns the regions of a partition; those outside the commercial one have no opt-in
// regions.
func RegionsOf(partition string) []RegionInfo {
	switch partition {
	case "aws-cn":
		return []RegionInfo{{"cn-north-1", "Beijing", false}, {"cn-northwest-1", "Ningxia", false}}
	case "aws-us-gov":
		return []RegionInfo{{"us-gov-east-1", "US-East", false}, {"us-gov-west-1", "US-West", false}}
	case "aws-eusc":
		return []RegionInfo{{"eusc-de-east-1", "Germany", false}}
	}
	return Regions()
}

// regions is each account's own view of the opt-in regions; one that is not in the map is DISABLED.
type regions struct {
	mu    sync.Mutex
	state map[Place]regionState
	optIn map[string]bool
}

// regionState is where a region is, and since when; a transition knows when it ends.
type regionState struct {
	status OptStatus
	until  time.Time
}

// at applies what is due by now: a finished ENABLING is ENABLED since its end, a finished DISABLING
// is DISABLED.
func (s regionState) at(now time.Time) regionState {
	if s.until.IsZero() || now.Before(s.until) {
		return s
	}
	switch s.status {
	case RegionEnabling:
		return regionState{status: RegionEnabled, until: s.until}
	case RegionDisabling:
		return regionState{status: RegionDisabled}
	default:
		return s
	}
}

// SetRegion puts an opt-in region of the cloud's own account into a status at once, as scenarios
// build the past: RegionEnabled or RegionDisabled. Default regions are always enabled, and unknown
// ones are ignored.
func (c *Cloud) SetRegion(region string, status OptStatus) {
	r := &c.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	if optIn, known := r.kind(c, region); known && optIn {
		r.set(c.In(region), regionState{status: status})
	}
}

// ChangeRegion starts a transition (RegionEnabling or RegionDisabling) that ends at a moment, when
// the listeners of OnChange hear of it. The cloud's lock is held.
func (c *Cloud) ChangeRegion(p Place, status OptStatus, until time.Time) {
	r := &c.regions
	r.mu.Lock()
	r.set(p, regionState{status: status, until: until})
	r.mu.Unlock()
	c.At(until, func(time.Time) {}) // What is on the agenda is a change, and the status follows from the clock.
}

// RegionsChanging counts the regions of an account that are in transition.
func (c *Cloud) RegionsChanging(account string, now time.Time) int {
	r := &c.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for p, s := range r.state {
		status := s.at(now).status
		if p.Account == account && (status == RegionEnabling || status == RegionDisabling) {
			n++
		}
	}
	return n
}

// RegionStatus is a region's status in its account now; ok is false for a region that does not
// exist.
func (c *Cloud) RegionStatus(p Place, now time.Time) (status OptStatus, ok bool) {
	r := &c.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status(c, p, now)
}

// RegionOpen says whether a regional service answers an account there: not in regions that are
// DISABLED, ENABLING or DISABLING, and in a freshly ENABLED one only when the service has learned
// of it. A region that does not exist is not open.
func (c *Cloud) RegionOpen(service string, p Place, now time.Time) bool {
	r := &c.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	status, ok := r.status(c, p, now)
	switch {
	case !ok:
		return false
	case status == RegionEnabledByDefault:
		return true
	case status != RegionEnabled:
		return false
	}
	since := r.state[p].until
	if since.IsZero() {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(service + "/" + p.Region))
	share := time.Duration(h.Sum32()%1000) * readyTakes / 1000
	return !now.Before(c.Later(since, share))
}

// RegionOptIn says whether the region exists and whether it is one that accounts must enable.
func (c *Cloud) RegionOptIn(region string) (optIn, exists bool) {
	r := &c.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kind(c, region)
}

func (r *regions) kind(c *Cloud, region string) (optIn, exists bool) {
	if r.optIn == nil {
		r.optIn = map[string]bool{}
		for _, info := range RegionsOf(c.opts.Partition) {
			r.optIn[info.Name] = info.OptIn
		}
	}
	optIn, exists = r.optIn[region]
	return optIn, exists
}

func (r *regions) status(c *Cloud, p Place, now time.Time) (OptStatus, bool) {
	optIn, exists := r.kind(c, p.Region)
	switch {
	case !exists:
		return "", false
	case !optIn:
		return RegionEnabledByDefault, true
	}
	s, ok := r.state[p]
	if !ok {
		return RegionDisabled, true
	}
	return s.at(now).status, true
}

func (r *regions) set(p Place, s regionState) {
	if r.state == nil {
		r.state = map[Place]regionState{}
	}
	r.state[p] = s
}
