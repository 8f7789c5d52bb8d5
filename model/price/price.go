// Package price knows what AWS bills: published prices from embedded tables that name their source
// and date, and what stands in where none is at hand, as an estimate.
//
// It must not know the network, the clock or any kind of resource: it is asked for the rate of a
// size in a region.
package price

import (
	_ "embed" // The table of prices is part of the program.
	"math"
	"strconv"
	"strings"

	"github.com/rootout/rootout/model"
)

// fargateTable is never changed. It is searched as it stands: a table of thirty lines needs no
// index.
//
//go:embed fargate.csv
var fargateTable string

// The shares by which a price is estimated from another one.
const (
	// armShare is about what ARM costs of x86 in three of the four regions that have both; it is
	// less in ap-south-1.
	armShare = 0.8
	// spotShare is what Fargate Spot costs of the ordinary price. It floats: AWS says "up to 70 %"
	// off, and about 68 % is what is reported.
	spotShare = 0.32
)

// The rows that stand in for what has none: an ordinary dear region, and the region whose storage
// has a published price.
const (
	standInRegion = "ap-northeast-1"
	storageRegion = "us-east-1"
)

// freeStorageGiB is the ephemeral storage that is not billed.
const freeStorageGiB = 20

// The architectures of the table.
const (
	x86   = "x86"
	arm64 = "arm64"
)

// FargateTask is what the price of a task depends on.
type FargateTask struct {
	Region string
	// VCPU and MemoryMiB are the task's size, StorageGiB its ephemeral storage (20 is free).
	VCPU, MemoryMiB, StorageGiB float64
	// Architecture is "ARM64" or anything else; Platform is AWS's platformFamily, for example
	// "Linux" or "WINDOWS_SERVER_2022_CORE".
	Architecture, Platform string
	Spot                   bool
}

// Fargate is what a Fargate task bills an hour. Windows has licence fees that are not in the table:
// its rate is an estimate.
func Fargate(t FargateTask) model.Rate {
	p := fargateOf(t.Region, strings.EqualFold(t.Architecture, arm64))
	rate := model.Rate{PerHour: t.VCPU*p.vcpu + t.MemoryMiB/1024*p.memoryGB, Estimated: p.estimated, Known: true, Billed: true}
	if extra := t.StorageGiB - freeStorageGiB; extra > 0 {
		storage, published := storageOf(t.Region)
		rate.PerHour += extra * storage
		rate.Estimated = rate.Estimated || !published
	}
	if t.Spot {
		rate.PerHour *= spotShare
		rate.Estimated = true
	}
	if strings.HasPrefix(strings.ToUpper(t.Platform), "WINDOWS") {
		rate.Estimated = true
	}
	// What a float adds behind the eighth decimal is noise.
	rate.PerHour = math.Round(rate.PerHour*1e8) / 1e8
	return rate
}

// fargatePrice is US dollars an hour for one vCPU and one GB of memory.
type fargatePrice struct {
	vcpu, memoryGB float64
	estimated      bool
}

// fargateOf is the price of a region, or what stands in for it.
func fargateOf(region string, arm bool) fargatePrice {
	if arm {
		if p, ok := published(region, arm64); ok {
			return p
		}
		p := fargateOf(region, false)
		return fargatePrice{vcpu: p.vcpu * armShare, memoryGB: p.memoryGB * armShare, estimated: true}
	}
	if p, ok := published(region, x86); ok {
		return p
	}
	p, _ := published(standInRegion, x86)
	p.estimated = true
	return p
}

func published(region, architecture string) (fargatePrice, bool) {
	fields, ok := row(region, architecture)
	if !ok {
		return fargatePrice{}, false
	}
	vcpu, errVCPU := strconv.ParseFloat(fields[2], 64)
	memory, errMemory := strconv.ParseFloat(fields[3], 64)
	return fargatePrice{vcpu: vcpu, memoryGB: memory}, errVCPU == nil && errMemory == nil
}

// storageOf is US dollars an hour for one GB of ephemeral storage beyond what is free, and whether
// it is the region's own published price.
func storageOf(region string) (usd float64, published bool) {
	for _, of := range [...]string{region, storageRegion} {
		if fields, ok := row(of, x86); ok {
			if usd, err := strconv.ParseFloat(fields[4], 64); err == nil {
				return usd, of == region
			}
		}
	}
	return 0, false
}

// columns is the number of fields in a row of the table.
const columns = 5

// row finds the line of a region and architecture.
func row(region, architecture string) ([columns]string, bool) {
	var fields [columns]string
	_, rest, found := strings.Cut(fargateTable, "\n"+region+","+architecture+",")
	if !found || region == "" {
		return fields, false
	}
	line, _, _ := strings.Cut(rest, "\n")
	return fields, copy(fields[2:], strings.Split(line, ",")) == columns-2
}
