package cloud

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tag is a key with its value.
type Tag struct{ Key, Value string }

// The limits of tags, which nearly all services share (AWS General Reference, "Tagging AWS
// resources"; ECS API Reference, Tag).
const (
	tagsMost     = 50
	tagKeyMost   = 128
	tagValueMost = 256
)

// CheckTags says what AWS refuses about the tags that a resource would have, and nothing if they are
// good: their number, a key that comes twice, lengths, characters, the prefix aws: in any case.
func CheckTags(tags []Tag) (wrong string) {
	if len(tags) > tagsMost {
		return fmt.Sprintf("A resource can have at most %d tags.", tagsMost)
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > tagKeyMost:
			return fmt.Sprintf("A tag key must have 1 to %d characters.", tagKeyMost)
		case utf8.RuneCountInString(t.Value) > tagValueMost:
			return fmt.Sprintf("A tag value can have at most %d characters.", tagValueMost)
		case !tagText(t.Key) || !tagText(t.Value):
			return "Tag keys and values can have letters, numbers, spaces and _.:/=+-@ only."
		case reserved(t.Key) || reserved(t.Value):
			return "Tag keys and values that begin with aws: are reserved."
		case seen[t.Key]:
			return "Duplicate tag keys found. Please note that Tag keys are case sensitive: " + t.Key
		}
		seen[t.Key] = true
	}
	return ""
}

func reserved(s string) bool { return strings.HasPrefix(strings.ToLower(s), "aws:") }

// tagText: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*) in the API models.
func tagText(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.In(r, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) {
			return false
		}
	}
	return true
}
