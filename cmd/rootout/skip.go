package main

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rootout/rootout/aws/service"
)

// regionNames are the names of all regions that this rootout knows, of all partitions.
func regionNames() []string {
	var names []string
	for _, p := range service.Partitions() {
		for _, r := range p.Regions() {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return names
}

// looksLikeRegion says whether a text is built as the names of regions are. AWS opens new ones, so a
// name that is not in the table may still be right.
func looksLikeRegion(name string) bool {
	return regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+$`).MatchString(name)
}

// mayBeRegion says whether AWS may open a region of a name one day: it names them by a point of the
// compass.
func mayBeRegion(name string) bool {
	return regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d+$`).MatchString(name)
}

// checkRegion finds a region that cannot be one.
func checkRegion(flag, name string) error {
	if known := append(regionNames(), "aws-global"); !looksLikeRegion(name) && !slices.Contains(known, name) {
		return usage("--%s: %q is not the name of a region%s", flag, name, didYouMean(name, known))
	}
	return nil
}

// regionPatterns are regions by name or pattern.
type regionPatterns []string

// check finds a pattern that cannot mean a region, and patterns that mean all regions there are.
func (p regionPatterns) check() error {
	for _, pattern := range p {
		if !strings.Contains(pattern, "*") {
			if err := checkRegion("skip-regions", pattern); err != nil {
				return err
			}
			continue
		}
		if !namePattern(pattern) || !slices.ContainsFunc(regionNames(), regionPatterns{pattern}.has) {
			return usage("--skip-regions: no region is named like %q", pattern)
		}
	}
	if len(p) > 0 && !slices.ContainsFunc(service.Partitions(), p.leaves) {
		return usage("--skip-regions: that leaves out every region")
	}
	return nil
}

// leftOut is the patterns as a scan asks them, nil for none.
func (p regionPatterns) leftOut() func(region string) bool {
	if len(p) == 0 {
		return nil
	}
	return p.has
}

// leaves says whether a partition has a region besides.
func (p regionPatterns) leaves(of service.Partition) bool {
	return slices.ContainsFunc(of.Regions(), func(r service.Region) bool { return !p.has(r.Name) })
}

// has says whether a region is meant.
func (p regionPatterns) has(region string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		fits, err := path.Match(pattern, region)
		return err == nil && fits
	})
}

// unknown says of each name that is in no table of regions that it may be a mistake.
func (p regionPatterns) unknown() []string {
	var out []string
	known := regionNames()
	for _, name := range p {
		if !strings.Contains(name, "*") && !slices.Contains(known, name) {
			out = append(out, "--skip-regions: rootout knows no region "+name+didYouMean(name, known))
		}
	}
	return out
}
