package service

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

//go:embed partitions.csv
var partitionsCSV string

//go:embed regions.csv
var regionsCSV string

// Partition is one of AWS's separate worlds, with accounts, regions and credentials of its own.
type Partition struct {
	// ID is its name in ARNs: "aws", "aws-cn", …
	ID string
	// GlobalRegion is the region that no account can disable and that serves the global services.
	GlobalRegion string
	// DNSSuffix is what the names of its hosts end with; Public says whether public DNS knows them.
	DNSSuffix string
	Public    bool

	prefixes []string
}

// Region is one region as AWS publishes it.
type Region struct {
	// Name is its code ("eu-west-3"), Title the city or area that people know it by.
	Name, Title string
	// OptIn says that an account does not have it unless it enables it.
	OptIn bool
}

// Partitions is every partition, the public one first.
func Partitions() []Partition { return slices.Clone(partitions()) }

// partitions reads the table once: it is asked at every call of a client. Nobody may change it.
//
//nolint:gochecknoglobals // What it holds is a constant that Go cannot write as one.
var partitions = sync.OnceValue(func() []Partition {
	rows := table(partitionsCSV)
	all := make([]Partition, len(rows))
	for i, row := range rows {
		all[i] = Partition{
			ID: row[0], GlobalRegion: row[1], DNSSuffix: row[2], Public: row[3] == "yes",
			prefixes: strings.Fields(row[4]),
		}
	}
	return all
})

// PartitionNamed is the partition with an id. Of one that is not known nothing is but its id; the
// public one's global region is as good a guess as any.
func PartitionNamed(id string) Partition {
	all := partitions()
	for _, p := range all {
		if p.ID == id {
			return p
		}
	}
	return Partition{ID: id, GlobalRegion: all[0].GlobalRegion}
}

// PartitionOf tells a region's partition by its name. What fits no other belongs to "aws".
func PartitionOf(region string) Partition { return partitionOf(partitions(), region) }

func partitionOf(all []Partition, region string) Partition {
	for _, p := range all {
		for _, prefix := range p.prefixes {
			if strings.HasPrefix(region, prefix) {
				return p
			}
		}
	}
	return all[0]
}

// STSHost is a host name that exists as long as there is a network, or "" for a partition that
// public DNS does not know.
func (p Partition) STSHost() string {
	if !p.Public {
		return ""
	}
	return "sts." + p.GlobalRegion + "." + p.DNSSuffix
}

// Regions are the partition's regions in the order of their names; none where no table has them.
func (p Partition) Regions() []Region {
	all := partitions()
	var regions []Region
	for _, row := range table(regionsCSV) {
		if partitionOf(all, row[0]).ID == p.ID {
			regions = append(regions, Region{Name: row[0], OptIn: row[1] == "yes", Title: row[2]})
		}
	}
	return regions
}

// RegionTitle is the city or area that people know a region by, or "" for one that is newer than
// the table.
func RegionTitle(name string) string {
	for _, row := range table(regionsCSV) {
		if row[0] == name {
			return row[2]
		}
	}
	return ""
}

// table reads an embedded table; a test holds that both can be read.
func table(text string) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	return rows
}
