package kind

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

// words is a shape of texts, as an SDK has it.
type words struct {
	Text, Input *string
	List        []string
	Map         map[string]string
}

func keptAs(raw json.RawMessage) Kept {
	return func(what string) json.RawMessage {
		if what == "record" {
			return raw
		}
		return nil
	}
}

// TestWhatIsKeptComesBackWordForWordOrNotAtAll: a record either gives back exactly what AWS had, in
// whatever normal form and however much it looks like an escape, or says that it cannot.
func TestWhatIsKeptComesBackWordForWordOrNotAtAll(t *testing.T) {
	letters := []string{
		`\`, `\\`, "x", "u", "U", "0", "5", "c", "e9", "1b", "0001f600", "\"", "<&>", "/", " ",
		"\n", "\r", "\t", "é", "e\u0301", "한", "\u1112\u1161\u11ab", "\u212b", "😀", "日",
	}
	harmful := []string{"\x1b", "\v", "\x7f", "\u202e", "\u200b", "\ufe0f", "\xff", "\U000e0041"}
	rapid.Check(t, func(r *rapid.T) {
		spoiled := 0
		text := func(name string) string {
			from := letters
			bad := rapid.IntRange(0, 9).Draw(r, "spoil "+name) == 0
			if bad {
				from = slices.Concat(letters, harmful)
			}
			s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 1, 12).Draw(r, name), "")
			if slices.ContainsFunc(harmful, func(h string) bool { return strings.Contains(s, h) }) {
				spoiled++
			}
			return s
		}
		was := words{Text: new(text("text")), Input: new(text("input")), List: []string{text("a"), text("b")}, Map: map[string]string{}}
		was.Map[text("key")] = text("value")
		kept := Record(was, Writing{}, sealer())
		var back words
		err := FromEvidence(keptAs(kept.JSON), "record", &back)
		switch {
		case kept.Sealed > 0:
			r.Fatalf("sealed in %s", kept.JSON)
		case kept.Altered != spoiled:
			r.Fatalf("%d altered, %d are harmful: %s", kept.Altered, spoiled, kept.JSON)
		case spoiled > 0 && err == nil:
			r.Fatalf("it comes back from %s", kept.JSON)
		case spoiled == 0 && err != nil:
			r.Fatalf("%v: %s", err, kept.JSON)
		case spoiled == 0 && !cmp.Equal(was, back):
			r.Fatalf("%s of %s", cmp.Diff(was, back), kept.JSON)
		}
	})
}

// TestEscapesOfJSONComeBack: what boto3 writes for text that is not ASCII is no control character.
func TestEscapesOfJSONComeBack(t *testing.T) {
	const input = `{"message":"\ud55c\uae00 \u001b[31m","path":"C:\\x0a"}`
	kept := Record(words{Input: new(input)}, Writing{}, sealer())
	var back words
	if err := FromEvidence(keptAs(kept.JSON), "record", &back); err != nil || *back.Input != input || kept.Altered != 0 {
		t.Errorf("%v, %d altered: %s", err, kept.Altered, kept.JSON)
	}
}

// TestTextsAreKeptInTheirNormalForm: composed and decomposed letters look alike and are two texts
// to AWS; screens compose what they draw.
func TestTextsAreKeptInTheirNormalForm(t *testing.T) {
	const decomposed = "\u1112\u1161\u11ab"
	kept := Record(words{Text: new(decomposed)}, Writing{}, sealer())
	if !strings.Contains(string(kept.JSON), decomposed) || kept.Altered != 0 {
		t.Errorf("kept as %s, %d altered", kept.JSON, kept.Altered)
	}
	if got := model.Clean(decomposed); got != "한" {
		t.Errorf("a screen draws %q", got)
	}
}

func TestEvidenceThatIsNotExactIsRefused(t *testing.T) {
	seal := sealer().Seal("hunter2")
	for evidence, why := range map[string]string{
		`{"Text":"` + seal + `"}`:           "it holds a secret value, which is never kept",
		`{"Text":"key=` + seal + `"}`:       "it holds a secret value, which is never kept",
		`{"List":["a","b\\x1b"]}`:           "one of its texts holds characters",
		`{"Map":{"a\\u202e":"b"}}`:          "one of its texts holds characters",
		`{"Map":{"a":{"b":["\\U000e0041"]}`: "cannot be read",
		`{"List":"a"}`:                      "cannot be read",
		``:                                  "there is no evidence of its record",
	} {
		raw := json.RawMessage(evidence)
		if evidence == "" {
			raw = nil
		}
		if err := FromEvidence(keptAs(raw), "record", &words{}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %q", evidence, err, why)
		}
	}
	for _, evidence := range []string{`{"Text":"unsealed: 12"}`, `{"Text":"C:\\new\\x"}`, `{"Text":"\\u00E9"}`, `{"Text":"\\x5cx1b"}`} {
		if err := FromEvidence(keptAs(json.RawMessage(evidence)), "record", &words{}); err != nil {
			t.Errorf("%s: %v", evidence, err)
		}
	}
	var numbers struct{ N json.Number }
	if err := FromEvidence(keptAs(json.RawMessage(`{"N":9007199254740993}`)), "record", &numbers); err != nil || numbers.N != "9007199254740993" {
		t.Errorf("a number came back as %s: %v", numbers.N, err)
	}
}

// TestIdentifiersStayExact, even those that somebody spoiled: AWS has to be asked with them.
func TestIdentifiersStayExact(t *testing.T) {
	kept := Record(struct{ TaskArn *string }{new("arn:\u202e한")}, Writing{}, sealer())
	var back map[string]string
	if err := json.Unmarshal(kept.JSON, &back); err != nil || !slices.Contains(slices.Collect(maps.Values(back)), "arn:\u202e한") {
		t.Errorf("%v: %s", err, kept.JSON)
	}
}
