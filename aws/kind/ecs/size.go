package ecs

import (
	"math"
	"strconv"
	"strings"
)

// cpuVCPU reads a CPU size as vCPU. ECS takes CPU units ("16384", 1024 a vCPU) and "16 vCPU" (ECS
// API Reference, RegisterTaskDefinition, cpu) and answers with units; other implementations answer
// with what was registered.
func cpuVCPU(text string) (float64, bool) {
	s := strings.ToLower(strings.TrimSpace(text))
	if number, ok := strings.CutSuffix(s, "vcpu"); ok {
		return amount(number, 1)
	}
	return amount(s, 1.0/1024)
}

// memoryMiB reads a memory size as MiB: "32768", "32 GB", "30GB", "512 MB" (same page, memory).
func memoryMiB(text string) (float64, bool) {
	s := strings.ToLower(strings.TrimSpace(text))
	for _, unit := range [...]struct {
		suffix string
		mib    float64
	}{{"gib", 1024}, {"gb", 1024}, {"mib", 1}, {"mb", 1}} {
		if number, ok := strings.CutSuffix(s, unit.suffix); ok {
			return amount(number, unit.mib)
		}
	}
	return amount(s, 1)
}

// amount reads digits with at most one point, and nothing that strconv would take beyond that
// (exponents, hexadecimal, "inf").
func amount(number string, unit float64) (float64, bool) {
	number = strings.TrimSpace(number)
	if number == "" || strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f <= 0 || math.IsInf(f, 0) {
		return 0, false
	}
	return f * unit, true
}
