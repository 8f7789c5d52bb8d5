package aws

import "github.com/rootout/rootout/model"

// regionRow is one region as AWS publishes it.
type regionRow struct {
	name, title string
	optIn       bool
}

// regionTable is the list of a partition's regions: names as in the SDK's partitions.json (core v1.47.7), cities and which must be opted into as
// in "AWS Regions" of the Account Management reference. AWS's own list is always asked first.
func regionTable(partition string) []regionRow {
	switch partition {
	case "aws":
		return commercialRegions()
	case "aws-cn":
		return []regionRow{{"cn-north-1", "Beijing", false}, {"cn-northwest-1", "Ningxia", false}}
	case "aws-us-gov":
		return []regionRow{{"us-gov-east-1", "GovCloud East", false}, {"us-gov-west-1", "GovCloud West", false}}
	case "aws-eusc":
		return []regionRow{{"eusc-de-east-1", "Brandenburg", false}}
	}
	return nil
}

func commercialRegions() []regionRow {
	return []regionRow{
		{"us-east-1", "N. Virginia", false},
		{"us-east-2", "Ohio", false},
		{"us-west-1", "N. California", false},
		{"us-west-2", "Oregon", false},
		{"ca-central-1", "Canada Central", false},
		{"sa-east-1", "São Paulo", false},
		{"eu-central-1", "Frankfurt", false},
		{"eu-north-1", "Stockholm", false},
		{"eu-west-1", "Ireland", false},
		{"eu-west-2", "London", false},
		{"eu-west-3", "Paris", false},
		{"ap-northeast-1", "Tokyo", false},
		{"ap-northeast-2", "Seoul", false},
		{"ap-northeast-3", "Osaka", false},
		{"ap-south-1", "Mumbai", false},
		{"ap-southeast-1", "Singapore", false},
		{"ap-southeast-2", "Sydney", false},
		{"af-south-1", "Cape Town", true},
		{"ap-east-1", "Hong Kong", true},
		{"ap-east-2", "Taipei", true},
		{"ap-south-2", "Hyderabad", true},
		{"ap-southeast-3", "Jakarta", true},
		{"ap-southeast-4", "Melbourne", true},
		{"ap-southeast-5", "Malaysia", true},
		{"ap-southeast-6", "New Zealand", true},
		{"ap-southeast-7", "Thailand", true},
		{"ca-west-1", "Calgary", true},
		{"eu-central-2", "Zurich", true},
		{"eu-south-1", "Milan", true},
		{"eu-south-2", "Spain", true},
		{"il-central-1", "Tel Aviv", true},
		{"me-central-1", "UAE", true},
		{"me-south-1", "Bahrain", true},
		{"mx-central-1", "Mexico", true},
	}
}

// RegionTitle is the city or area that people know a region by, or "" for one that is newer than this table.
func RegionTitle(name string) string {
	for _, row := range regionTable(PartitionOf(name)) {
		if row.name == name {
			return row.title
		}
	}
	return ""
}

func newRegion(name string, status model.OptStatus) model.Region {
	return model.Region{Name: name, Title: RegionTitle(name), Status: status}
}
