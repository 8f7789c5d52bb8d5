package cloud

import (
	"slices"
	"strings"
	"sync"

	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// interfaces are the network interfaces of every region, by region and id.
type interfaces struct {
	mu sync.Mutex
	by map[string]map[string]ec2types.NetworkInterface
}

// EC2Operations are those of EC2 that an account's regions and a task's public address need.
func (c *Cloud) EC2Operations() []Operation {
	return []Operation{
		Op(c, "DescribeRegions", true, c.describeRegions),
		Op(c, "DescribeNetworkInterfaces", true, c.describeNetworkInterfaces),
	}
}

// AddNetworkInterface puts a network interface into a region, as a task or an instance that starts does; what had its id is replaced. The
// caller keeps no part of what the interface points to.
func (c *Cloud) AddNetworkInterface(region string, eni ec2types.NetworkInterface) {
	n := &c.ground.interfaces
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.by == nil {
		n.by = map[string]map[string]ec2types.NetworkInterface{}
	}
	if n.by[region] == nil {
		n.by[region] = map[string]ec2types.NetworkInterface{}
	}
	n.by[region][text(eni.NetworkInterfaceId)] = eni
}

// RemoveNetworkInterface takes a network interface away; one that is not there is no error.
func (c *Cloud) RemoveNetworkInterface(region, id string) {
	n := &c.ground.interfaces
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.by[region], id)
}

// describeRegions answers with the regions that are enabled, or with AllRegions with every one. OptInStatus knows no transitions: a region is
// opted-in when it is ENABLED (API reference of DescribeRegions, which names three values).
func (c *Cloud) describeRegions(call Call, in *ec2.DescribeRegionsInput) (*ec2.DescribeRegionsOutput, error) {
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, name := range in.RegionNames {
		if _, known := c.RegionOptIn(name); !known {
			return nil, Errorf("InvalidParameterValue", "Region not found: %s", name)
		}
	}
	out := &ec2.DescribeRegionsOutput{}
	for _, info := range RegionsOf(c.opts.Partition) {
		status, _ := c.RegionStatus(info.Name, call.Now)
		opted := "not-opted-in"
		switch status {
		case accounttypes.RegionOptStatusEnabledByDefault:
			opted = "opt-in-not-required"
		case accounttypes.RegionOptStatusEnabled:
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

// describeNetworkInterfaces lists by id or filter; MaxResults is 5 to 1,000 and cannot go with ids (API reference of
// DescribeNetworkInterfaces).
func (c *Cloud) describeNetworkInterfaces(call Call, in *ec2.DescribeNetworkInterfacesInput) (*ec2.DescribeNetworkInterfacesOutput, error) {
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	limit := 1000
	if in.MaxResults != nil {
		if limit = int(*in.MaxResults); limit < 5 || limit > 1000 {
			return nil, Errorf("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.", limit)
		}
		if len(in.NetworkInterfaceIds) > 0 {
			return nil, Errorf("InvalidParameterCombination", "The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults")
		}
	}
	if _, err := filtered(in.Filters, func(name string) ([]string, bool) { return interfaceAttribute(ec2types.NetworkInterface{}, name) }); err != nil {
		return nil, err
	}
	n := &c.ground.interfaces
	n.mu.Lock()
	defer n.mu.Unlock()
	here := n.by[call.Region]
	for _, id := range in.NetworkInterfaceIds {
		if _, ok := here[id]; !ok {
			return nil, Errorf("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist", id)
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
	id := func(e ec2types.NetworkInterface) string { return text(e.NetworkInterfaceId) }
	slices.SortFunc(all, func(a, b ec2types.NetworkInterface) int { return strings.Compare(id(a), id(b)) })
	items, next := page(all, id, limit, text(in.NextToken))
	out := &ec2.DescribeNetworkInterfacesOutput{NetworkInterfaces: items}
	if next != "" {
		out.NextToken = &next
	}
	return out, nil
}

// interfaceAttribute is what a filter of DescribeNetworkInterfaces compares; ok is false for a filter that this account does not know.
func interfaceAttribute(eni ec2types.NetworkInterface, filter string) (values []string, ok bool) {
	switch filter {
	case "network-interface-id":
		return []string{text(eni.NetworkInterfaceId)}, true
	case "association.public-ip", "addresses.association.public-ip":
		if eni.Association == nil {
			return nil, true
		}
		return []string{text(eni.Association.PublicIp)}, true
	case "private-ip-address", "addresses.private-ip-address":
		return []string{text(eni.PrivateIpAddress)}, true
	case "description":
		return []string{text(eni.Description)}, true
	case "subnet-id":
		return []string{text(eni.SubnetId)}, true
	case "vpc-id":
		return []string{text(eni.VpcId)}, true
	case "status":
		return []string{string(eni.Status)}, true
	case "interface-type":
		return []string{string(eni.InterfaceType)}, true
	case "requester-id":
		return []string{text(eni.RequesterId)}, true
	case "group-id":
		for _, g := range eni.Groups {
			values = append(values, text(g.GroupId))
		}
		return values, true
	}
	return nil, false
}

// filtered says whether a thing passes all filters: each by any of its values, in which * and ? stand for any letters (EC2 user guide,
// "Filtering resources").
func filtered(filters []ec2types.Filter, attribute func(name string) ([]string, bool)) (bool, error) {
	for _, f := range filters {
		if _, ok := attribute(text(f.Name)); !ok {
			return false, Errorf("InvalidParameterValue", "The filter '%s' is invalid", text(f.Name))
		}
	}
	for _, f := range filters {
		have, _ := attribute(text(f.Name))
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
	return &APIError{Code: "DryRunOperation", Status: 412, Message: "Request would have succeeded, but DryRun flag is set."}
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
