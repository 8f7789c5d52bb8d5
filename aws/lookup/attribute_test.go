package lookup_test

import (
	"testing"

	"github.com/rootout/rootout/aws/lookup"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/model/trail"
)

// TestAttribute: only what has to be exactly so narrows what AWS is asked, since AWS compares with case
// and leaves out what a filter would find.
func TestAttribute(t *testing.T) {
	for text, want := range map[string]struct {
		by    port.LookupBy
		value string
	}{
		"":                                     {port.AnyEvent, ""},
		"name:CreateCluster":                   {port.AnyEvent, ""},
		"name=CreateCluster region:us-*":       {port.ByEventName, "CreateCluster"},
		"event=CreateCluster key=ASIAEXAMPLE1": {port.ByAccessKey, "ASIAEXAMPLE1"},
		"!name=CreateCluster":                  {port.AnyEvent, ""},
		"name=CreateCluster,RunTask":           {port.AnyEvent, ""},
		"name=CreateFunction service=lambda":   {port.ByService, "lambda.amazonaws.com"},
		"id=e-1 name=RunTask":                  {port.ByEventID, "e-1"},
		"name=unknown":                         {port.AnyEvent, ""},
		"name!=RunTask":                        {port.AnyEvent, ""},
	} {
		f, err := trail.ParseFilter(text)
		if err != nil {
			t.Fatal(text, err)
		}
		if by, value := lookup.Attribute(f.Exactly); by != want.by || value != want.value {
			t.Errorf("%s asks for %q %q, want %q %q", text, by, value, want.by, want.value)
		}
	}
}
