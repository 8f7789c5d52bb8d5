package events

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// patternMost is how long an event pattern may be (Amazon EventBridge quotas, "Event pattern size").
const patternMost = 2048

// checkPattern refuses what is no event pattern: an object whose leaves are lists of values and
// matchers (Amazon EventBridge User Guide, "Event patterns" and "Comparison operators"). The reasons
// are worded as AWS's Ruler library words them.
func checkPattern(text string) error {
	bad := func(reason string) error {
		return cloud.Errorf("InvalidEventPatternException", "Event pattern is not valid. Reason: %s", reason)
	}
	if len(text) > patternMost {
		return bad("Event pattern is too long")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	var tree any
	if decoder.Decode(&tree) != nil || decoder.More() {
		return bad("Event pattern is not valid JSON")
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return bad("Filter is not an object")
	}
	if reason := wrongFilter(object); reason != "" {
		return bad(reason)
	}
	return nil
}

// wrongFilter is why an object of a pattern is none.
func wrongFilter(object map[string]any) string {
	if len(object) == 0 {
		return "Empty objects are not allowed"
	}
	for name, value := range object {
		switch v := value.(type) {
		case map[string]any:
			if reason := wrongFilter(v); reason != "" {
				return reason
			}
		case []any:
			if reason := wrongList(name, v); reason != "" {
				return reason
			}
		default:
			return "\"" + name + "\" must be an object or an array"
		}
	}
	return ""
}

func wrongList(name string, list []any) string {
	if len(list) == 0 {
		return "Empty arrays are not allowed"
	}
	for _, item := range list {
		inner, isObject := item.(map[string]any)
		_, isList := item.([]any)
		reason := ""
		switch {
		case isList:
			reason = "Match value must be String, number, true, false, or null"
		case isObject && name == "$or":
			reason = wrongFilter(inner)
		case isObject:
			reason = wrongMatcher(inner)
		}
		if reason != "" {
			return reason
		}
	}
	return ""
}

func wrongMatcher(matcher map[string]any) string {
	if len(matcher) != 1 {
		return "Only one key allowed in match expression"
	}
	known := []string{"prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "exists", "cidr"}
	for name, value := range matcher {
		if !slices.Contains(known, name) {
			return "Unrecognized match type " + name
		}
		_, isBool := value.(bool)
		_, isList := value.([]any)
		_, isText := value.(string)
		switch {
		case name == "exists" && !isBool:
			return "exists match pattern must be either true or false."
		case name == "numeric" && !isList:
			return "Value of numeric must be an array."
		case (name == "wildcard" || name == "cidr") && !isText:
			return name + " match pattern must be a string"
		}
	}
	return ""
}
