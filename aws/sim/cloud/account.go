package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
)

// regionQuota is how many regions of one account may be in transition at a time (Account Management guide, "Quotas").
const regionQuota = 6

// AccountOperations are those of the Account Management service.
func (c *Cloud) AccountOperations() []Operation {
	return []Operation{
		Op(c, "ListRegions", true, c.listRegions),
		Op(c, "GetRegionOptStatus", true, c.getRegionOptStatus),
		Op(c, "EnableRegion", false, func(call Call, in *account.EnableRegionInput) (*account.EnableRegionOutput, error) {
			return &account.EnableRegionOutput{}, c.turnRegion(call, in.AccountId, in.RegionName, accounttypes.RegionOptStatusEnabling)
		}),
		Op(c, "DisableRegion", false, func(call Call, in *account.DisableRegionInput) (*account.DisableRegionOutput, error) {
			return &account.DisableRegionOutput{}, c.turnRegion(call, in.AccountId, in.RegionName, accounttypes.RegionOptStatusDisabling)
		}),
	}
}

// ownAccount refuses an AccountId: the parameter is for other members of the organization, and a management account cannot pass its own (API
// reference of EnableRegion, AccountId).
func (c *Cloud) ownAccount(id *string) error {
	switch {
	case id == nil:
		return nil
	case *id == c.Account():
		return Errorf("ValidationException", "The management account cannot specify its own AccountId.")
	}
	return &APIError{Code: "AccessDeniedException", Message: "User is not authorized to access account " + *id, Status: 403}
}

// listRegions pages through the regions in order of name; MaxResults is 1 to 50 (API model).
func (c *Cloud) listRegions(call Call, in *account.ListRegionsInput) (*account.ListRegionsOutput, error) {
	if err := c.ownAccount(in.AccountId); err != nil {
		return nil, err
	}
	limit := 50
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	if limit < 1 || limit > 50 {
		return nil, Errorf("ValidationException", "1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: "+
			"Member must have value between 1 and 50", limit)
	}
	var all []accounttypes.Region
	for _, info := range RegionsOf(c.opts.Partition) {
		status, _ := c.RegionStatus(info.Name, call.Now)
		if len(in.RegionOptStatusContains) > 0 && !slices.Contains(in.RegionOptStatusContains, status) {
			continue
		}
		all = append(all, accounttypes.Region{RegionName: new(info.Name), RegionOptStatus: status})
	}
	token := ""
	if in.NextToken != nil {
		token = *in.NextToken
		if _, known := c.RegionOptIn(token); !known {
			return nil, Errorf("ValidationException", "The specified NextToken is not valid.")
		}
	}
	items, next := page(all, func(r accounttypes.Region) string { return *r.RegionName }, limit, token)
	out := &account.ListRegionsOutput{Regions: items}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

func (c *Cloud) getRegionOptStatus(call Call, in *account.GetRegionOptStatusInput) (*account.GetRegionOptStatusOutput, error) {
	if err := c.ownAccount(in.AccountId); err != nil {
		return nil, err
	}
	name := text(in.RegionName)
	status, ok := c.RegionStatus(name, call.Now)
	if !ok {
		return nil, Errorf("ValidationException", "Region name %s is not valid.", name)
	}
	return &account.GetRegionOptStatusOutput{RegionName: &name, RegionOptStatus: status}, nil
}

// turnRegion starts a transition. A default region cannot be turned, one in transition answers ConflictException, and a seventh transition
// TooManyRequestsException (API reference of EnableRegion and DisableRegion; quotas). Asking for what is already so changes nothing.
func (c *Cloud) turnRegion(call Call, accountID, regionName *string, to accounttypes.RegionOptStatus) error {
	if err := c.ownAccount(accountID); err != nil {
		return err
	}
	name := text(regionName)
	takes, end := enableTakes, accounttypes.RegionOptStatusEnabled
	if to == accounttypes.RegionOptStatusDisabling {
		takes, end = disableTakes, accounttypes.RegionOptStatusDisabled
	}
	// Half as long again at most, so that regions asked for together do not finish together.
	takes += time.Duration(c.rng.Int64N(int64(takes) / 2))

	r := &c.ground.regions
	r.mu.Lock()
	defer r.mu.Unlock()
	status, ok := r.status(c, name, call.Now)
	switch {
	case !ok:
		return Errorf("ValidationException", "Region name %s is not valid.", name)
	case status == accounttypes.RegionOptStatusEnabledByDefault:
		return Errorf("ValidationException", "Region %s is enabled by default and its opt-in status cannot be changed.", name)
	case status == accounttypes.RegionOptStatusEnabling, status == accounttypes.RegionOptStatusDisabling:
		return &APIError{
			Code: "ConflictException", Status: 409,
			Message: "The request could not be processed because of a conflict in the current status of the resource: region " + name + " is " +
				strings.ToLower(string(status)) + ".",
		}
	case status == end:
		return nil
	case r.inFlight(call.Now) >= regionQuota:
		return &APIError{
			Code: "TooManyRequestsException", Status: 429,
			Message: "You have exceeded the quota for 'Number of concurrent region-opt requests for an account'.",
		}
	}
	r.set(name, regionState{status: to, until: c.in(call.Now, takes)})
	c.watchRegions()
	return nil
}

// watchRegions tells listeners when a transition has ended on its own; the cloud's lock and the regions' are held.
func (c *Cloud) watchRegions() {
	r := &c.ground.regions
	if r.watched {
		return
	}
	r.watched = true
	c.OnSettle(func(now time.Time) {
		if r.finish(now) {
			c.notify()
		}
	})
}

// finish writes down the transitions that have ended by now, and says whether there was any.
func (r *regions) finish(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	ended := false
	for name, s := range r.state {
		if next := s.at(now); next.status != s.status {
			r.state[name] = next
			ended = true
		}
	}
	return ended
}

// text is the string behind p, or empty.
func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
