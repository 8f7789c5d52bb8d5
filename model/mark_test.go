package model_test

import (
	"slices"
	"testing"

	"github.com/rootout/rootout/model"
)

func TestMarksNameOneThing(t *testing.T) {
	instance := model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-0", Region: "us-east-1", Console: "https://console"}
	mark := model.MarkUncovered(testAccount, instance)
	elsewhere := instance
	elsewhere.Console = ""
	if mark != model.MarkUncovered(testAccount, elsewhere) {
		t.Error("a thing is told apart by its console page")
	}
	if mark == model.MarkUncovered("999999999999", instance) {
		t.Error("a thing of another account is the same")
	}
	if mark.String() != "AWS::EC2::Instance:us-east-1:i-0" || mark.Place() != (model.Place{Account: testAccount, Region: "us-east-1"}) {
		t.Errorf("%s in %v", mark, mark.Place())
	}
	if u, ok := mark.Uncovered(); !ok || u != elsewhere {
		t.Errorf("uncovered %+v %v", u, ok)
	}
	if ref, ok := mark.Ref(); ok {
		t.Errorf("an uncovered thing is the resource %v", ref)
	}
	ref := stallRef("us-east-1", "a")
	if got, ok := model.MarkOf(ref).Ref(); !ok || got != ref || model.MarkOf(ref).String() != "fair:stall:us-east-1:a" {
		t.Errorf("%v %v", got, ok)
	}
	if _, ok := model.MarkOf(ref).Uncovered(); ok {
		t.Error("a resource is uncovered")
	}
	// A thing of ours and one that we do not cover are never one, whatever they are called.
	same := model.MarkUncovered(testAccount, model.Uncovered{Type: string(testKind), ID: "a", Region: "us-east-1"})
	ours := ref
	ours.Partition = ""
	if same == model.MarkOf(ours) || same.Compare(model.MarkOf(ours)) == 0 {
		t.Error("a covered and an uncovered thing are one")
	}
	if !(model.Mark{}).IsZero() || mark.IsZero() {
		t.Error("zero")
	}
	if _, ok := (model.Mark{}).Ref(); ok {
		t.Error("no mark names a resource")
	}
}

func TestMarksAreCleanAndOrdered(t *testing.T) {
	evil := model.MarkUncovered(testAccount, model.Uncovered{Type: "AWS::X::Y", ID: "a\x1b[31mb", Region: "r"})
	if slices.Contains([]byte(evil.String()), 0x1b) {
		t.Errorf("%q", evil.String())
	}
	arn := model.MarkUncovered(testAccount, model.Uncovered{Type: "AWS::S3::Bucket", ID: "arn:aws:s3:::b", Region: ""})
	if arn.String() != "arn:aws:s3:::b" || !arn.Place().Global() {
		t.Errorf("%s", arn)
	}
	marks := []model.Mark{
		evil, arn, model.MarkOf(stallRef("us-east-1", "b")), model.MarkOf(stallRef("us-east-1", "a")), model.MarkOf(stallRef("eu-west-1", "z")),
	}
	slices.SortFunc(marks, model.Mark.Compare)
	want := []model.Mark{
		model.MarkOf(stallRef("eu-west-1", "z")), model.MarkOf(stallRef("us-east-1", "a")), model.MarkOf(stallRef("us-east-1", "b")), arn, evil,
	}
	if !slices.Equal(marks, want) {
		t.Errorf("%v", marks)
	}
}

// TestWordsAreReadBack: files and filters name verdicts and sources by their words.
func TestWordsAreReadBack(t *testing.T) {
	for v := model.Unjudged; v <= model.UnknownOrigin; v++ {
		if got, ok := model.ParseVerdict(v.String()); !ok || got != v {
			t.Errorf("%q is %v %v", v.String(), got, ok)
		}
	}
	for s := model.MakerUnknown; s <= model.Guessed; s++ {
		if got, ok := model.ParseMakerSource(s.String()); !ok || got != s {
			t.Errorf("%q is %v %v", s.String(), got, ok)
		}
	}
	if _, ok := model.ParseVerdict("guilty"); ok {
		t.Error("guilty is a verdict")
	}
	if _, ok := model.ParseMakerSource("hearsay"); ok {
		t.Error("hearsay is a source")
	}
}
