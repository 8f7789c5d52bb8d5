package lookup

import (
	"strings"

	"github.com/rootout/rootout/model/port"
)

// Attribute is the one attribute by which AWS is asked, the most selective of those that have to have
// one value: what a query merely matches may be written otherwise than AWS compares it (facts of C4).
// Exactly gives the value that a field has to have, false where more than one would do.
func Attribute(exactly func(field string) (string, bool)) (by port.LookupBy, value string) {
	for _, a := range []struct {
		field string
		by    port.LookupBy
	}{{"id", port.ByEventID}, {"key", port.ByAccessKey}, {"name", port.ByEventName}} {
		if value, ok := exactly(a.field); ok && (a.by != port.ByEventName || !maybeVersioned(value)) {
			return a.by, value
		}
	}
	if value, ok := exactly("service"); ok {
		return port.ByService, value + ".amazonaws.com"
	}
	return port.AnyEvent, ""
}

// maybeVersioned says whether an event of such a name may stand in CloudTrail with the date of its
// version behind it, as those of Lambda and CloudFront do, so that it is not found by the name alone.
func maybeVersioned(name string) bool {
	for _, word := range []string{
		"Function", "Layer", "Alias", "EventSource", "Permission", "Invoke", "Version", "Concurrency", "Distribution", "Invalidation", "Origin", "Cache", "Tag",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
