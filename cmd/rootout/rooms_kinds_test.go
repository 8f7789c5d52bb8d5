package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestRoomsOfKinds holds the packages of kinds apart: the core names no family and no service, a
// family knows the core and the small packages of references alone, and families come together in
// aws/kind/all and nowhere else.
func TestRoomsOfKinds(t *testing.T) {
	const module, core = "github.com/rootout/rootout/", "aws/kind"
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "../../...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	role := func(name string) string {
		below, isKind := strings.CutPrefix(name, core+"/")
		switch {
		case name == core:
			return "core"
		case !isKind:
			return ""
		case below == "all", below == "kindtest":
			return below
		case strings.HasSuffix(below, "ref"):
			return "reference"
		}
		return "family"
	}
	// may are the rooms of kinds that each of them knows; whoever is none knows the core and all.
	may := map[string][]string{
		"": {"core", "all"}, "core": {}, "reference": {"core"}, "family": {"core", "reference"},
		"all": {"core", "family"}, "kindtest": {"core", "all"},
	}
	met := map[string]int{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		from := strings.TrimPrefix(words[0], module)
		is := role(from)
		met[is]++
		for _, to := range words[1:] {
			if (is == "core" || is == "reference") && strings.HasPrefix(to, "github.com/aws/aws-sdk-go-v2/service/") {
				t.Errorf("%s names a service: %s", from, to)
			}
			ours, inside := strings.CutPrefix(to, module)
			if is == "family" && inside && (strings.HasPrefix(ours, "aws/sim") || strings.HasPrefix(ours, "aws/scan") || strings.HasPrefix(ours, "aws/act")) {
				t.Errorf("%s knows %s", from, ours)
			}
			if known := role(ours); inside && known != "" && !strings.Contains(" "+strings.Join(may[is], " ")+" ", " "+known+" ") {
				t.Errorf("%s must not know %s", from, ours)
			}
		}
	}
	if met["family"] < 4 || met["core"] != 1 || met["all"] != 1 || met["reference"] == 0 {
		t.Errorf("the test has seen only %v", met)
	}
}
