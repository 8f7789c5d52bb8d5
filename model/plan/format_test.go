package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// The phrase of testdata/format1.json, a plan that the first format's rootout made of a simulated
// account and wrote to a file.
const format1Phrase = "delete 47 in 123456789012 #1b54"

func format1(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/format1.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestPlansOfTheFirstFormatAreReadOn: a plan that was frozen before an upgrade means the same after
// it, under the same digest.
func TestPlansOfTheFirstFormatAreReadOn(t *testing.T) {
	data := format1(t)
	p, err := plan.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.Phrase(), format1Phrase) || p.Version != 1 || p.Check() != nil {
		t.Errorf("%s, version %d, %v", p.Phrase(), p.Version, p.Check())
	}
	removing, interim := 0, 0
	for _, s := range p.Steps {
		switch {
		case s.Account != p.Account || s.Region != "eu-west-3":
			t.Errorf("step %s is in %+v", s.ID, s.Place)
		case s.Op == "ecs:DeregisterTaskDefinition":
			if s.Goal != plan.Changed || !s.Interim || s.Phase != model.Tidy {
				t.Errorf("%s: %v, interim %v, %v", s.Op, s.Goal, s.Interim, s.Phase)
			}
			interim++
		default:
			if s.Goal != plan.Gone || s.Interim {
				t.Errorf("%s: %v, interim %v", s.Op, s.Goal, s.Interim)
			}
			removing++
		}
	}
	if removing == 0 || interim == 0 {
		t.Errorf("%d steps remove, %d are on the way to it", removing, interim)
	}
	for _, target := range p.Targets {
		if target.Goal != plan.Gone {
			t.Errorf("%s: %v", target.Ref, target.Goal)
		}
	}
	if p.ETA.Phases[model.Tidy] == 0 || p.ETA.Phases[model.Erase] != 0 {
		t.Errorf("times of phases: %v", p.ETA.Phases)
	}
	// It is written again as it was stored, so that it fits its digest for whoever reads it next.
	again, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(again, []byte(`"removes":true`)) {
		t.Error("it was written in another format than its digest is over")
	}
	if twice, err := plan.Parse(again); err != nil || twice.Digest != p.Digest {
		t.Errorf("read again: %v", err)
	}
	if _, err := plan.Parse([]byte(strings.Replace(string(data), `"op": "ecs:DeleteTaskDefinitions"`, `"op": "ecs:DeleteCluster"`, 1))); !errors.Is(err, plan.ErrChanged) {
		t.Errorf("a changed one: %v", err)
	}
}

// TestAPlanThatSaysNothingOfItsMakeUpKeepsItsPhrase: testdata/format2.json was frozen by a rootout
// that did not tell new from old.
func TestAPlanThatSaysNothingOfItsMakeUpKeepsItsPhrase(t *testing.T) {
	data, err := os.ReadFile("testdata/format2.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if p.Version != 2 || p.Composition != nil || p.Check() != nil || p.Confirm("delete 2 in 123456789012 #96b9") != nil {
		t.Errorf("version %d, %+v, %v, %q", p.Version, p.Composition, p.Check(), p.Phrase())
	}
	if p.OutOfMarked() != 0 || p.Owned() != 1 {
		t.Errorf("%d left out, %d owned", p.OutOfMarked(), p.Owned())
	}
}

// TestDigestIsOverWhatIsStored: white space and escapes do not matter, whatever a later version
// adds is under the digest, and a digest that does not come last, where it could be hidden, is
// refused.
func TestDigestIsOverWhatIsStored(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, " ", "\t"); err != nil {
		t.Fatal(err)
	}
	escaped := strings.ReplaceAll(string(text), "r-yard", `\u0072\u002dyard`)
	for name, file := range map[string]string{"pretty": pretty.String(), "escaped": escaped} {
		if got, err := plan.Parse([]byte(file)); err != nil || got.Digest != p.Digest {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string]string{
		"a member that is new":           strings.Replace(string(text), `{"version"`, `{"more":1,"version"`, 1),
		"a digest that is not the last":  strings.TrimSuffix(string(text), "}") + `,"more":1}`,
		"a second list of steps":         strings.Replace(string(text), `,"digest":"`, `,"steps":[],"digest":"`, 1),
		"another digest":                 strings.Replace(string(text), p.Digest[:8], "00000000", 1),
		"a digest in the place of a key": `{"version":2,"digest":"aa"}`,
	} {
		if _, err := plan.Parse([]byte(file)); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	grown := plan.SealedText([]byte(strings.Replace(string(text), `{"version"`, `{"more":1,"version"`, 1)))
	if _, err := plan.Parse(grown); err != nil {
		t.Errorf("a member that is new, under its digest: %v", err)
	}
}

func TestWhatTheMemoryHoldsIsWhatIsStored(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	p.Steps[0].Op = "fair:BurnItAllDown"
	if !errors.Is(p.Check(), plan.ErrChanged) {
		t.Error("a plan that was changed in memory passes")
	}
}

// TestPlansHoldWordsInThePlaceOfNumbers, so that a phase that is added in the middle changes no
// plan that is frozen.
func TestPlansHoldWordsInThePlaceOfNumbers(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet")))
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"phase":"drain"`, `"undo":"not"`, `"goal":"gone"`, `"goal":"changed","interim":true`, `"until":"proven"`, `"until":"attempted"`, `"phasesNs":{"`,
	} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the plan holds no %s:\n%s", want, text)
		}
	}
}
