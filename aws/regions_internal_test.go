package aws

import (
	"strings"
	"testing"
)

// TestOnlyRegionsAreAskedByName: a name becomes part of a host name.
func TestOnlyRegionsAreAskedByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"us-east-1": true, "xx-nowhere-9": true, strings.Repeat("a", 63): true,
		"": false, strings.Repeat("a", 64): false, "us-east-1.evil.example": false, "US-EAST-1": false, "us_east_1": false,
		"us-east-1/": false, "ü": false, "{": false, "`": false, ":": false,
	} {
		if isRegionName(name) != want {
			t.Errorf("%q is a region's name: %v", name, !want)
		}
	}
}
