package ec2

// wireNames are the names in EC2's XML that are not the field's with a small first letter, for the
// operations that are simulated (API model 2016-11-15).
func wireNames() map[string]string {
	return map[string]string{
		"DescribeRegionsOutput.Regions":                     "regionInfo",
		"Region.Endpoint":                                   "regionEndpoint",
		"Region.Geography":                                  "geographySet",
		"DescribeNetworkInterfacesOutput.NetworkInterfaces": "networkInterfaceSet",
		"NetworkInterface.AssociatedSubnets":                "associatedSubnetSet",
		"NetworkInterface.Groups":                           "groupSet",
		"NetworkInterface.Ipv4Prefixes":                     "ipv4PrefixSet",
		"NetworkInterface.Ipv6Addresses":                    "ipv6AddressesSet",
		"NetworkInterface.Ipv6Prefixes":                     "ipv6PrefixSet",
		"NetworkInterface.PrivateIpAddresses":               "privateIpAddressesSet",
	}
}

// formNames are the names in EC2's requests that are not the field's: lists are called by what they
// hold.
func formNames() map[string]string {
	return map[string]string{
		"DescribeRegionsInput.Filters":                       "Filter",
		"DescribeRegionsInput.RegionNames":                   "RegionName",
		"DescribeNetworkInterfacesInput.Filters":             "Filter",
		"DescribeNetworkInterfacesInput.NetworkInterfaceIds": "NetworkInterfaceId",
		"Filter.Values": "Value",
	}
}
