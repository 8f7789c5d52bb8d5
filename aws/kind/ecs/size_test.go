package ecs

import "testing"

func TestSizesAreReadInBothWritings(t *testing.T) {
	for text, want := range map[string]float64{
		"16384": 16, "256": 0.25, "16 vCPU": 16, ".25 vCPU": 0.25, "0.5vcpu": 0.5, " 4 VCPU ": 4, "1536": 1.5,
	} {
		if got, ok := cpuVCPU(text); !ok || got != want {
			t.Errorf("cpu %q: got %v %v, want %v", text, got, ok, want)
		}
	}
	for text, want := range map[string]float64{
		"32768": 32768, "32 GB": 32768, "30GB": 30720, "0.5 GB": 512, "512 MB": 512, "2 gb": 2048, "1024": 1024,
	} {
		if got, ok := memoryMiB(text); !ok || got != want {
			t.Errorf("memory %q: got %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "lots", "1e9", "inf vCPU", "0x10", "1.2.3", "vCPU", "16 cores", "NaN"} {
		if got, ok := cpuVCPU(text); ok {
			t.Errorf("cpu %q was read as %v", text, got)
		}
		if got, ok := memoryMiB(text); ok {
			t.Errorf("memory %q was read as %v", text, got)
		}
	}
}
