package taskdef

import (
	"strconv"
	"strings"
)

// CPUUnits reads a task's cpu: units ("1024") or vCPU ("1 vCPU", ".5 vcpu"), which ECS turns into
// units (ECS API Reference, RegisterTaskDefinition, cpu: "String values are converted to an integer
// that indicates the CPU units").
func CPUUnits(s string) (int, bool) {
	return quantity(s, "vcpu")
}

// MemoryMiB reads a task's memory: MiB ("512") or GB ("1GB", "1 GB"), which ECS turns into MiB.
func MemoryMiB(s string) (int, bool) {
	return quantity(s, "gb")
}

func quantity(s, unit string) (int, bool) {
	low := strings.ToLower(strings.TrimSpace(s))
	if number, ok := strings.CutSuffix(low, unit); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		return int(f * 1024), err == nil && f > 0
	}
	n, err := strconv.Atoi(low)
	return n, err == nil && n > 0
}

// FargateSize says whether Fargate has a task of cpu units and MiB of memory (ECS API Reference,
// TaskDefinition, cpu: the table of valid pairs).
func FargateSize(cpu, memory int) bool {
	const gib = 1024
	between := func(from, to, step int) bool { return memory >= from && memory <= to && (memory-from)%step == 0 }
	switch cpu {
	case 256:
		return memory == 512 || memory == gib || memory == 2*gib
	case 512:
		return between(gib, 4*gib, gib)
	case 1024:
		return between(2*gib, 8*gib, gib)
	case 2048:
		return between(4*gib, 16*gib, gib)
	case 4096:
		return between(8*gib, 30*gib, gib)
	case 8192:
		return between(16*gib, 60*gib, 4*gib)
	case 16384:
		return between(32*gib, 120*gib, 8*gib)
	}
	return false
}
