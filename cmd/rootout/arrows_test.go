package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestArrowsPointDown holds the architecture: cmd → ui → model and cmd → aws → model, model without
// network, SDK or screen, and the disk for casefile alone. It asks the go command, so it sees what
// is really linked.
func TestArrowsPointDown(t *testing.T) {
	const module = "github.com/rootout/rootout/"
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Deps \" \"}}", "../../...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	forbidden := func(from, to string) string {
		switch {
		case strings.HasPrefix(from, module+"ui"):
			if strings.HasPrefix(to, module+"aws") || to == module+"model/casefile" || strings.HasPrefix(to, "github.com/aws/") {
				return "screens see AWS and the case through model/port"
			}
		case strings.HasPrefix(from, module+"aws"):
			if strings.HasPrefix(to, module+"ui") || strings.HasPrefix(to, "charm.land/") {
				return "AWS knows no screen"
			}
		case from == module+"model/casefile":
			if strings.HasPrefix(to, module+"aws") || strings.HasPrefix(to, module+"ui") || strings.HasPrefix(to, "github.com/aws/") {
				return "the case knows neither AWS nor the screen"
			}
		case strings.HasPrefix(from, module+"model"):
			switch {
			case strings.HasPrefix(to, module+"aws"), strings.HasPrefix(to, module+"ui"), to == module+"model/casefile",
				strings.HasPrefix(to, "github.com/aws/"), strings.HasPrefix(to, "charm.land/"), to == "net", to == "net/http", to == "os/exec":
				return "model does no network and no I/O"
			}
		}
		if strings.HasPrefix(to, module+"cmd") && !strings.HasPrefix(from, module+"cmd") {
			return "nothing below cmd knows it"
		}
		return ""
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		from, deps, _ := strings.Cut(strings.TrimSpace(line), " ")
		packages++
		for to := range strings.FieldsSeq(deps) {
			if why := forbidden(from, to); why != "" {
				t.Errorf("%s reaches %s: %s", strings.TrimPrefix(from, module), to, why)
			}
		}
	}
	if packages < 10 {
		t.Fatalf("go list named %d packages: the test looks at nothing", packages)
	}
}
