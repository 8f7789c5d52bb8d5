// Package account simulates AWS Account Management: which regions an account has, and turning the
// opt-in ones on and off.
//
// What a region's status is and does to calls is the core's; this package has the words, limits and
// times of the API. It must not know other services.
package account

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// regionQuota is how many regions of one account may be in transition at a time (Account Management
// guide, "Quotas").
const regionQuota = 6

// How long a region takes to change, at speed 1. The Account Management guide says "a few minutes"
// for most accounts, and up to hours.
const (
	enableTakes  = 4 * time.Minute
	disableTakes = 3 * time.Minute
)

// manager is the Account Management service.
type manager struct{ c *cloud.Cloud }

// Register adds Account Management to an account.
func Register(c *cloud.Cloud) {
	m := &manager{c}
	c.Register(cloud.Service{
		Wire: wire.Service{
			Name: "account", Protocol: wire.RESTJSON, Version: "1.1", Global: true, Routes: routes(),
			ISOTimes: []string{"GetAccountInformationOutput.AccountCreatedDate"},
		},
		Check: cloud.RefuseUnlisted,
		// The numbers and the error are of the Account Management guide, "Quotas", and the API
		// model, which knows no ThrottlingException.
		Buckets: append(cloud.BucketEach(5, 5, "ListRegions", "GetRegionOptStatus"), cloud.BucketEach(1, 1, "EnableRegion", "DisableRegion")...),
		OverLimit: &cloud.APIError{
			Code: "TooManyRequestsException", Message: "Rate exceeded", Status: http.StatusTooManyRequests,
		},
		Operations: []cloud.Operation{
			cloud.Op(c, "ListRegions", true, m.listRegions),
			cloud.Op(c, "GetRegionOptStatus", true, m.getRegionOptStatus),
			cloud.Op(c, "EnableRegion", false, func(call cloud.Call, in *account.EnableRegionInput) (*account.EnableRegionOutput, error) {
				return &account.EnableRegionOutput{}, m.turnRegion(call, in.AccountId, in.RegionName, cloud.RegionEnabling)
			}),
			cloud.Op(c, "DisableRegion", false, func(call cloud.Call, in *account.DisableRegionInput) (*account.DisableRegionOutput, error) {
				return &account.DisableRegionOutput{}, m.turnRegion(call, in.AccountId, in.RegionName, cloud.RegionDisabling)
			}),
		},
	})
}

// routes: every operation of the Account Management service is a POST to its own name (API model
// 2021-02-01).
func routes() []wire.Route {
	var out []wire.Route
	for _, op := range []string{
		"AcceptPrimaryEmailUpdate", "DeleteAlternateContact", "DisableRegion", "EnableRegion", "GetAccountInformation",
		"GetAlternateContact", "GetContactInformation", "GetGovCloudAccountInformation", "GetPrimaryEmail", "GetRegionOptStatus",
		"ListRegions", "PutAccountName", "PutAlternateContact", "PutContactInformation", "StartPrimaryEmailUpdate",
	} {
		out = append(out, wire.Route{Operation: op, Method: http.MethodPost, Path: "/" + strings.ToLower(op[:1]) + op[1:]})
	}
	return out
}

// ownAccount refuses an AccountId: the parameter is for other members of the organization, and a
// management account cannot pass its own (API reference of EnableRegion, AccountId).
func (m *manager) ownAccount(id *string) error {
	switch {
	case id == nil:
		return nil
	case *id == m.c.Account():
		return cloud.Validation("The management account cannot specify its own AccountId.")
	}
	return &cloud.APIError{Code: "AccessDeniedException", Message: "User is not authorized to access account " + *id, Status: 403}
}

// listRegions pages through the regions in order of name; MaxResults is 1 to 50 (API model).
func (m *manager) listRegions(call cloud.Call, in *account.ListRegionsInput) (*account.ListRegionsOutput, error) {
	if err := m.ownAccount(in.AccountId); err != nil {
		return nil, err
	}
	limit := 50
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	if limit < 1 || limit > 50 {
		return nil, cloud.Validation("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: "+
			"Member must have value between 1 and 50", limit)
	}
	var all []accounttypes.Region
	for _, info := range cloud.RegionsOf(m.c.Partition()) {
		open, _ := m.c.RegionStatus(cloud.Place{Account: call.Account, Region: info.Name}, call.Now)
		status := accounttypes.RegionOptStatus(open)
		if len(in.RegionOptStatusContains) > 0 && !slices.Contains(in.RegionOptStatusContains, status) {
			continue
		}
		all = append(all, accounttypes.Region{RegionName: new(info.Name), RegionOptStatus: status})
	}
	token := ""
	if in.NextToken != nil {
		token = *in.NextToken
	}
	items, next, ok := cloud.Page(all, func(r accounttypes.Region) string { return *r.RegionName }, limit, token)
	if !ok {
		return nil, cloud.Validation("The specified NextToken is not valid.")
	}
	out := &account.ListRegionsOutput{Regions: items}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

func (m *manager) getRegionOptStatus(call cloud.Call, in *account.GetRegionOptStatusInput) (*account.GetRegionOptStatusOutput, error) {
	if err := m.ownAccount(in.AccountId); err != nil {
		return nil, err
	}
	name := ptr.Val(in.RegionName)
	status, ok := m.c.RegionStatus(cloud.Place{Account: call.Account, Region: name}, call.Now)
	if !ok {
		return nil, cloud.Validation("Region name %s is not valid.", name)
	}
	return &account.GetRegionOptStatusOutput{RegionName: &name, RegionOptStatus: accounttypes.RegionOptStatus(status)}, nil
}

// turnRegion starts a transition. A default region cannot be turned, one in transition answers
// ConflictException, and a seventh transition TooManyRequestsException (API reference of
// EnableRegion and DisableRegion; quotas). Asking for what is already so changes nothing.
func (m *manager) turnRegion(call cloud.Call, accountID, regionName *string, to cloud.OptStatus) error {
	if err := m.ownAccount(accountID); err != nil {
		return err
	}
	name := ptr.Val(regionName)
	takes, end := enableTakes, cloud.RegionEnabled
	if to == cloud.RegionDisabling {
		takes, end = disableTakes, cloud.RegionDisabled
	}
	// Half as long again at most, so that regions asked for together do not finish together.
	takes += m.c.UpTo(takes / 2)

	place := cloud.Place{Account: call.Account, Region: name}
	status, ok := m.c.RegionStatus(place, call.Now)
	switch {
	case !ok:
		return cloud.Validation("Region name %s is not valid.", name)
	case status == cloud.RegionEnabledByDefault:
		return cloud.Validation("Region %s is enabled by default and its opt-in status cannot be changed.", name)
	case status == cloud.RegionEnabling, status == cloud.RegionDisabling:
		return &cloud.APIError{
			Code: "ConflictException", Status: 409,
			Message: "The request could not be processed because of a conflict in the current status of the resource: region " + name + " is " +
				strings.ToLower(string(status)) + ".",
		}
	case status == end:
		return nil
	case m.c.RegionsChanging(call.Account, call.Now) >= regionQuota:
		return &cloud.APIError{
			Code: "TooManyRequestsException", Status: 429,
			Message: "You have exceeded the quota for 'Number of concurrent region-opt requests for an account'.",
		}
	}
	m.c.ChangeRegion(place, to, m.c.Later(call.Now, takes))
	return nil
}
