package sim_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestRooms: the core of an account knows no service, no service knows another, and no package
// grows past what one reads in a sitting.
func TestRooms(t *testing.T) {
	t.Parallel()
	const here, most = "github.com/rootout/rootout/aws/sim/", 4200
	lines, services := map[string]int{}, map[string]bool{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		room := path.Dir(filepath.ToSlash(file))
		lines[room] += bytes.Count(source, []byte("\n"))
		inCloud, isService := strings.CutPrefix(room, "cloud/")
		service, _, _ := strings.Cut(inCloud, "/")
		if room != "cloud" && !isService || service == "cloudtest" {
			return nil
		}
		services[service] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			to, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), here)
			switch {
			case !ours, to == "wire", to == "cloud", to == "cloud/ptr":
			case isService && (to+"/" == "cloud/"+service+"/" || strings.HasPrefix(to, "cloud/"+service+"/")):
			default:
				t.Errorf("%s knows %s", file, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !services["ecs"] || !services["sts"] || lines["cloud"] == 0 {
		t.Errorf("the walk has seen only %v", services)
	}
	for room, n := range lines {
		if n > most {
			t.Errorf("%s has %d lines, at most %d", room, n, most)
		}
	}
}
