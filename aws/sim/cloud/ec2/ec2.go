// Package ec2 simulates what an account's regions and a task's public address need of Amazon EC2.
//
// It must not know who attaches interfaces, nor other services.
package ec2

import (
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// EC2 is the part of Amazon EC2 that an account's regions and a task's public address need. Its
// lock is the last one taken, so an interface may come and go with or without the cloud's.
type EC2 struct {
	c          *cloud.Cloud
	mu         sync.Mutex
	interfaces *cloud.PerPlace[map[string]ec2types.NetworkInterface]
}

// Register adds EC2 to an account.
func Register(c *cloud.Cloud) *EC2 {
	e := &EC2{c: c, interfaces: cloud.NewPerPlace(func(cloud.Place) map[string]ec2types.NetworkInterface {
		return map[string]ec2types.NetworkInterface{}
	})}
	operations := []cloud.Operation{
		cloud.Op(c, "DescribeRegions", true, e.describeRegions),
		cloud.Op(c, "DescribeNetworkInterfaces", true, e.describeNetworkInterfaces),
	}
	c.Register(cloud.Service{
		Wire: wire.Service{
			Name: "ec2", Protocol: wire.EC2, Version: "http://ec2.amazonaws.com/doc/2016-11-15/", Names: wireNames(), FormNames: formNames(),
		},
		State:      e,
		Operations: operations,
		// EC2 developer guide, "Request throttling for the Amazon EC2 API" (non-mutating actions).
		Buckets:     cloud.BucketEach(100, 20, "DescribeRegions", "DescribeNetworkInterfaces"),
		ErrorPrefix: "Client.",
	})
	return e
}

// Attach puts a network interface into a place, as a task or an instance that starts does; what had
// its id is replaced. The caller keeps no part of what the interface points to.
func (e *EC2) Attach(p cloud.Place, eni ec2types.NetworkInterface) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.interfaces.At(p)[ptr.Val(eni.NetworkInterfaceId)] = eni
}

// Detach takes a network interface away; one that is not there is no error.
func (e *EC2) Detach(p cloud.Place, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.interfaces.At(p), id)
}

// AddNetworkInterface is Attach in a region of the cloud's own account.
func (e *EC2) AddNetworkInterface(region string, eni ec2types.NetworkInterface) {
	e.Attach(e.c.In(region), eni)
}

// RemoveNetworkInterface is Detach in a region of the cloud's own account.
func (e *EC2) RemoveNetworkInterface(region, id string) { e.Detach(e.c.In(region), id) }

// describeRegions answers with the regions that are enabled, or with AllRegions with every one.
// OptInStatus knows no transitions: a region is opted-in when it is ENABLED (API reference of
// DescribeRegions, which names three values).
func (e *EC2) describeRegions(call cloud.Call, in *ec2.DescribeRegionsInput) (*ec2.DescribeRegionsOutput, error) {
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, name := range in.RegionNames {
		if _, known := e.c.RegionOptIn(name); !known {
			return nil, cloud.Errorf("InvalidParameterValue", "Region not found: %s", name)
		}
	}
	out := &ec2.DescribeRegionsOutput{}
	for _, info := range cloud.RegionsOf(e.c.Partition()) {
		status, _ := e.c.RegionStatus(cloud.Place{Account: call.Account, Region: info.Name}, call.Now)
		opted := "not-opted-in"
		switch status {
		case cloud.RegionEnabledByDefault:
			opted = "opt-in-not-required"
		case cloud.RegionEnabled:
			opted = "opted-in"
		default:
		}
		named := slices.Contains(in.RegionNames, info.Name)
		if len(in.RegionNames) > 0 && !named {
			continue
		}
		if opted == "not-opted-in" && !named && (in.AllRegions == nil || !*in.AllRegions) {
			continue
		}
		endpoint := "ec2." + info.Name + ".amazonaws.com"
		keep, err := filtered(in.Filters, func(name string) ([]string, bool) {
			switch name {
			case "region-name":
				return []string{info.Name}, true
			case "opt-in-status":
				return []string{opted}, true
			case "endpoint":
				return []string{endpoint}, true
			}
			return nil, false
		})
		if err != nil {
			return nil, err
		}
		if keep {
			out.Regions = append(out.Regions, ec2types.Region{RegionName: new(info.Name), Endpoint: &endpoint, OptInStatus: &opted})
		}
	}
	return out, nil
}

// describeNetworkInterfaces lists by id or filter; MaxResults is 5 to 1,000 and cannot go with ids
// (API reference of DescribeNetworkInterfaces).
func (e *EC2) describeNetworkInterfaces(call cloud.Call, in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	limit := 1000
	if in.MaxResults != nil {
		if limit = int(*in.MaxResults); limit < 5 || limit > 1000 {
			return nil, cloud.Errorf("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.", limit)
		}
		if len(in.NetworkInterfaceIds) > 0 {
			return nil, cloud.Errorf("InvalidParameterCombination", "The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults")
		}
	}
	if _, err := filtered(in.Filters, func(name string) ([]string, bool) { return interfaceAttribute(ec2types.NetworkInterface{}, name) }); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	here := e.interfaces.At(call.Place)
	for _, id := range in.NetworkInterfaceIds {
		if _, ok := here[id]; !ok {
			return nil, cloud.Errorf("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", id)
		}
	}
	var all []ec2types.NetworkInterface
	for id, eni := range here {
		if len(in.NetworkInterfaceIds) > 0 && !slices.Contains(in.NetworkInterfaceIds, id) {
			continue
		}
		keep, err := filtered(in.Filters, func(name string) ([]string, bool) { return interfaceAttribute(eni, name) })
		if err != nil {
			return nil, err
		}
		if keep {
			all = append(all, eni)
		}
	}
	id := func(n ec2types.NetworkInterface) string { return ptr.Val(n.NetworkInterfaceId) }
	slices.SortFunc(all, func(a, b ec2types.NetworkInterface) int { return strings.Compare(id(a), id(b)) })
	items, next, ok := cloud.Page(all, id, limit, ptr.Val(in.NextToken))
	if !ok {
		// EC2 API reference, "Client error codes".
		return nil, cloud.Errorf("InvalidNextToken", "The specified NextToken is not valid.")
	}
	out := &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: items}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

// interfaceAttribute is what a filter of DescribeNetworkInterfaces compares; ok is false for a
// filter that this account does not know.
func interfaceAttribute(eni ec2types.NetworkInterface, filter string) (values []string, ok bool) {
	switch filter {
	case "network-interface-id":
		return []string{ptr.Val(eni.NetworkInterfaceId)}, true
	case "association.public-ip", "addresses.association.public-ip":
		if eni.Association == nil {
			return nil, true
		}
		return []string{ptr.Val(eni.Association.PublicIp)}, true
	case "private-ip-address", "addresses.private-ip-address":
		return []string{ptr.Val(eni.PrivateIpAddress)}, true
	case "description":
		return []string{ptr.Val(eni.Description)}, true
	case "subnet-id":
		return []string{ptr.Val(eni.SubnetId)}, true
	case "vpc-id":
		return []string{ptr.Val(eni.VpcId)}, true
	case "status":
		return []string{string(eni.Status)}, true
	case "interface-type":
		return []string{string(eni.InterfaceType)}, true
	case "requester-id":
		return []string{ptr.Val(eni.RequesterId)}, true
	case "group-id":
		for _, g := range eni.Groups {
			values = append(values, ptr.Val(g.GroupId))
		}
		return values, true
	}
	return nil, false
}

// filtered says whether a thing passes all filters: each by any of its values, in which * and ?
// stand for any letters (EC2 user guide, "Filtering resources").
func filtered(filters []ec2types.Filter, attribute func(name string) ([]string, bool)) (bool, error) {
	for _, f := range filters {
		if _, ok := attribute(ptr.Val(f.Name)); !ok {
			return false, cloud.Errorf("InvalidParameterValue", "The filter '%s' is invalid", ptr.Val(f.Name))
		}
	}
	for _, f := range filters {
		have, _ := attribute(ptr.Val(f.Name))
		if !slices.ContainsFunc(f.Values, func(want string) bool {
			return slices.ContainsFunc(have, func(h string) bool {
				return wildcard(want, h)
			})
		}) {
			return false, nil
		}
	}
	return true, nil
}

// dryRun answers a dry run as EC2 does: that it would have worked is an error.
func dryRun(asked *bool) error {
	if asked == nil || !*asked {
		return nil
	}
	return &cloud.APIError{Code: "DryRunOperation", Status: 412, Message: "Request would have succeeded, but DryRun flag is set."}
}

// wildcard matches text against a pattern in which * is any run of bytes and ? any one.
func wildcard(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
