package price_test

import (
	"testing"

	"github.com/rootout/rootout/model/price"
)

// TestWhatHasNoPublishedPriceIsAnEstimate: a sum without the sign ≈ is taken for AWS's own.
func TestWhatHasNoPublishedPriceIsAnEstimate(t *testing.T) {
	for _, x := range []struct {
		name      string
		task      price.FargateTask
		estimated bool
		usd       float64
	}{
		{"us-east-1", price.FargateTask{Region: "us-east-1", VCPU: 1, MemoryMiB: 2048, StorageGiB: 20}, false, 0.04937},
		{"storage in us-east-1", price.FargateTask{Region: "us-east-1", VCPU: 1, MemoryMiB: 2048, StorageGiB: 120}, false, 0.06047},
		{"free storage elsewhere", price.FargateTask{Region: "eu-west-1", VCPU: 1, MemoryMiB: 2048, StorageGiB: 20}, false, 0.04937},
		{"storage elsewhere", price.FargateTask{Region: "eu-west-1", VCPU: 1, MemoryMiB: 2048, StorageGiB: 120}, true, 0.06047},
		{"ARM in Mumbai", price.FargateTask{Region: "ap-south-1", VCPU: 1, MemoryMiB: 1024, Architecture: "ARM64"}, false, 0.02644},
		{"ARM in Tokyo", price.FargateTask{Region: "ap-northeast-1", VCPU: 1, MemoryMiB: 1024, Architecture: "ARM64"}, true, 0.044872},
		{"no price at all", price.FargateTask{Region: "mx-central-1", VCPU: 1, MemoryMiB: 1024}, true, 0.05609},
		{"Spot", price.FargateTask{Region: "us-east-1", VCPU: 1, MemoryMiB: 2048, Spot: true}, true, 0.0157984},
		{"Windows", price.FargateTask{Region: "us-east-1", VCPU: 1, MemoryMiB: 2048, Platform: "WINDOWS_SERVER_2022_CORE"}, true, 0.04937},
	} {
		if got := price.Fargate(x.task); got.Estimated != x.estimated || got.PerHour != x.usd || !got.Known || !got.Billed {
			t.Errorf("%s: %+v, want %v, estimated %v", x.name, got, x.usd, x.estimated)
		}
	}
}
