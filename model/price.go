package model

import (
	"math"
	"strings"
)

// FargatePrice is what Fargate bills in a region for Linux.
type FargatePrice struct {
	// VCPUHour and GBHour are US dollars for one vCPU and one GB of memory for an hour.
	VCPUHour, GBHour float64
	// Estimated is true where no published price of the region was at hand.
	Estimated bool
}

// ephemeralGBHour is US dollars for one GB of ephemeral storage above the free 20 GB for an hour
// (AWS Fargate pricing) in ephemeralRegion; elsewhere it stands in, as an estimate.
const (
	ephemeralGBHour = 0.000111
	ephemeralRegion = "us-east-1"
)

// spotShare is what Fargate Spot costs of the ordinary price; it floats, so a price made with it is
// an estimate (AWS says "up to 70 %" off, and about 68 % is what is reported).
const spotShare = 0.32

// FargatePriceOf returns the price of a region for x86 or ARM. Prices of x86 are those of the AWS
// price list of 2026-09-29; where it had none at hand the Tokyo price stands in, as an estimate.
// ARM is known for four regions, and estimated at four fifths elsewhere.
func FargatePriceOf(region string, arm bool) FargatePrice {
	if arm {
		switch region {
		case "us-east-1", "eu-west-1":
			return FargatePrice{VCPUHour: 0.03238, GBHour: 0.00356}
		case "sa-east-1":
			return FargatePrice{VCPUHour: 0.0557, GBHour: 0.00612}
		case "ap-south-1":
			return FargatePrice{VCPUHour: 0.02383, GBHour: 0.00261}
		}
		p := FargatePriceOf(region, false)
		return FargatePrice{VCPUHour: p.VCPUHour * 0.8, GBHour: p.GBHour * 0.8, Estimated: true}
	}
	switch region {
	case "us-east-1", "us-east-2", "us-west-2", "eu-west-1":
		return FargatePrice{VCPUHour: 0.04048, GBHour: 0.004445}
	case "us-west-1", "eu-west-2", "eu-central-1", "ap-northeast-2":
		return FargatePrice{VCPUHour: 0.04656, GBHour: 0.00511}
	case "ca-central-1":
		return FargatePrice{VCPUHour: 0.04456, GBHour: 0.004865}
	case "eu-north-1":
		return FargatePrice{VCPUHour: 0.0445, GBHour: 0.0049}
	case "eu-west-3", "eu-south-1", "us-gov-east-1", "us-gov-west-1":
		return FargatePrice{VCPUHour: 0.0486, GBHour: 0.0053}
	case "ap-south-1":
		return FargatePrice{VCPUHour: 0.04256, GBHour: 0.004655}
	case "ap-southeast-2":
		return FargatePrice{VCPUHour: 0.04856, GBHour: 0.00532}
	case "ap-southeast-1", "ap-northeast-1":
		return FargatePrice{VCPUHour: 0.05056, GBHour: 0.00553}
	case "ap-east-1":
		return FargatePrice{VCPUHour: 0.0556, GBHour: 0.0061}
	case "me-south-1":
		return FargatePrice{VCPUHour: 0.0526, GBHour: 0.0058}
	case "af-south-1":
		return FargatePrice{VCPUHour: 0.0546, GBHour: 0.006}
	case "sa-east-1":
		return FargatePrice{VCPUHour: 0.0696, GBHour: 0.0076}
	}
	return FargatePrice{VCPUHour: 0.05056, GBHour: 0.00553, Estimated: true}
}

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

// RateOf is what a Fargate task bills an hour. Windows has licence fees that are not in the table:
// its rate is an estimate.
func RateOf(t FargateTask) Rate {
	p := FargatePriceOf(t.Region, strings.EqualFold(t.Architecture, "ARM64"))
	usd := t.VCPU*p.VCPUHour + t.MemoryMiB/1024*p.GBHour
	estimated := p.Estimated
	if extra := t.StorageGiB - 20; extra > 0 {
		usd += extra * ephemeralGBHour
		estimated = estimated || t.Region != ephemeralRegion
	}
	rate := Rate{PerHour: usd, Estimated: estimated, Known: true, Billed: true}
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
