package breach_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/aws/sim/breach"
)

// onPurpose are members in which the simulator's records differ from real ones, by "source name
// member" where * stands for all, and why.
var onPurpose = map[string]string{
	"* * userIdentity.sessionContext.webIdFederationData": "an empty object that AWS no longer writes",
	"* * userIdentity.inScopeOf":                          "only for credentials of Lambda and ECS themselves",
	"* * vpcEndpointId":                                   "nobody here calls through an endpoint in a VPC",
	"* * sessionCredentialFromConsole":                    "the corpus has few calls of a console",
}

// shape is the members of a record, by their paths: those of what a request asks and an answer
// gives one level deep, since what lies below is the caller's choice.
func shape(record map[string]any) map[string]bool {
	out := map[string]bool{}
	var walk func(path string, v any, depth int)
	walk = func(path string, v any, depth int) {
		members, isObject := v.(map[string]any)
		if !isObject || depth == 0 {
			return
		}
		for name, value := range members {
			out[path+name] = true
			walk(path+name+".", value, depth-1)
		}
	}
	for name, value := range record {
		out[name] = true
		switch name {
		case "userIdentity", "tlsDetails":
			walk(name+".", value, 4)
		case "responseElements":
			walk(name+".", value, 2)
		case "requestParameters", "additionalEventData":
			walk(name+".", value, 1)
		}
	}
	return out
}

// corpus are the real records below a folder, whatever they are wrapped in.
func corpus(t *testing.T, root string) (all []map[string]any) {
	t.Helper()
	var unwrap func(v any)
	unwrap = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				unwrap(x)
			}
		case map[string]any:
			if _, isRecord := v["eventName"]; isRecord && v["eventSource"] != nil {
				all = append(all, v)
				return
			}
			for _, name := range []string{"Records", "detail", "Events"} {
				unwrap(v[name])
			}
			if text, ok := v["CloudTrailEvent"].(string); ok {
				var inner any
				if json.Unmarshal([]byte(text), &inner) == nil {
					unwrap(inner)
				}
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if zipped, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
			if raw, err = io.ReadAll(zipped); err != nil {
				return err
			}
		}
		for dec := json.NewDecoder(bytes.NewReader(raw)); ; {
			var v any
			if dec.Decode(&v) != nil {
				return nil // The end, or one of the files that are broken on purpose.
			}
			unwrap(v)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// kindOfRecord says what records are comparable: the same event with the same outcome.
func kindOfRecord(record map[string]any) string {
	outcome := "ok"
	if code, failed := record["errorCode"].(string); failed && code != "" {
		outcome = "failed"
	}
	text := func(name string) string { s, _ := record[name].(string); return s }
	return text("eventSource") + " " + text("eventName") + " " + outcome
}

func identityType(record map[string]any) string {
	identity, _ := record["userIdentity"].(map[string]any)
	kind, _ := identity["type"].(string)
	return kind
}

// known are the members of the real records of one kind: those that all have, and those that some
// have.
type known struct {
	count    int
	all, any map[string]bool
}

func (k *known) add(members map[string]bool) {
	if k.count++; k.count == 1 {
		k.all, k.any = members, map[string]bool{}
	}
	for m := range k.all {
		if !members[m] {
			k.all = without(k.all, m)
		}
	}
	for m := range members {
		k.any[m] = true
	}
}

func without(set map[string]bool, member string) map[string]bool {
	out := map[string]bool{}
	for m := range set {
		if m != member {
			out[m] = true
		}
	}
	return out
}

// TestRecordsLookReal compares the simulator's records with real ones, event name by event name:
// they have each member that all real ones have, and none that no real one has, but for what
// differs on purpose.
func TestRecordsLookReal(t *testing.T) {
	root := os.Getenv("ROOTOUT_TRAIL_CORPUS")
	if root == "" {
		t.Skip("ROOTOUT_TRAIL_CORPUS does not name a folder of real CloudTrail records")
	}
	t.Parallel()
	real, everywhere := map[string]*known{}, map[string]bool{}
	keep := func(key string, members map[string]bool) {
		if real[key] == nil {
			real[key] = &known{}
		}
		real[key].add(members)
	}
	records := corpus(t, root)
	for _, r := range records {
		members := shape(r)
		keep(kindOfRecord(r), members)
		keep(kindOfRecord(r)+" "+identityType(r), members)
		keep(identityType(r), members)
		for m := range members {
			if !strings.HasPrefix(m, "requestParameters.") && !strings.HasPrefix(m, "responseElements.") {
				everywhere[m] = true
			}
		}
	}
	s, err := breach.New(breach.Options{Seed: 1, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	differs, compared := map[string]int{}, map[string]bool{}
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.Events(region) {
			var r map[string]any
			if err := json.Unmarshal(s.Cloud.Record(e), &r); err != nil {
				t.Fatal(err)
			}
			compare(r, real, everywhere, differs, compared)
		}
	}
	for _, what := range sortedKeys(differs) {
		t.Errorf("%s (%d records)", what, differs[what])
	}
	if len(compared) < 25 {
		t.Errorf("only %d kinds of events were compared", len(compared))
	}
	t.Logf("%d kinds of events compared with %d real records:\n%s", len(compared), len(records), strings.Join(sortedKeys(compared), "\n"))
}

func compare(r map[string]any, real map[string]*known, everywhere map[string]bool, differs map[string]int, compared map[string]bool) {
	kind := kindOfRecord(r)
	like := real[kind]
	if like == nil {
		return
	}
	compared[kind] = true
	members := shape(r)
	alike := real[kind+" "+identityType(r)]
	address, _ := r["sourceIPAddress"].(string)
	_, err := netip.ParseAddr(address)
	for m := range like.all {
		if err != nil && strings.HasPrefix(m, "tlsDetails") {
			continue // The corpus has people's calls; a service's comes through no endpoint.
		}
		// Who calls decides on the members of userIdentity, so only records of the same type tell.
		if !members[m] && (!strings.HasPrefix(m, "userIdentity.") || alike != nil && alike.all[m]) {
			note(differs, kind, "lacks", m)
		}
	}
	for m := range members {
		if !like.any[m] && !everywhere[m] {
			note(differs, kind, "should not have", m)
		}
	}
	if id := real[identityType(r)]; id != nil && id.count > 20 {
		for m := range id.all {
			if strings.HasPrefix(m, "userIdentity.") && !members[m] {
				note(differs, kind, "lacks", m)
			}
		}
	}
}

func note(differs map[string]int, kind, how, member string) {
	parts := strings.Fields(kind)
	for _, key := range []string{"* * " + member, parts[0] + " * " + member, parts[0] + " " + parts[1] + " " + member} {
		if onPurpose[key] != "" {
			return
		}
	}
	differs[kind+" "+how+" "+member]++
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
