package query

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
)

// TestValuesThatNothingCanHaveAreDoubted, by what the kinds declare.
func TestValuesThatNothingCanHaveAreDoubted(t *testing.T) {
	catalog, err := model.NewCatalog(
		model.Kind{ID: "ecs:cluster", Aliases: []string{"cluster"}, States: []string{"ACTIVE", "INACTIVE"}},
		model.Kind{ID: "ecs:task", Aliases: []string{"task"}, States: []string{"RUNNING", "STOPPED"}},
		model.Kind{ID: "application-autoscaling:target", Aliases: []string{"scaling"}, ARNType: "scalable-target"},
	)
	if err != nil {
		t.Fatal(err)
	}
	regions := []string{"eu-west-1", "eu-west-3", "us-east-1"}
	for text, want := range map[string]string{
		"region:eu-wst-1":          "region:eu-wst-1: no region is called so; did you mean eu-west-1?",
		"!region:eu-wst-1":         "did you mean eu-west-1?",
		"region:us-east-1,ue-*":    "region:ue-*: no region is called so",
		"region=EU-WEST-1":         "region=EU-WEST-1: no region is called so",
		"region:EU-West-*":         "",
		"region:*":                 "",
		"region:global,unknown":    "",
		"region!=us-east-1":        "",
		"state:ACTIV":              "state:ACTIV: nothing is ever in such a state; did you mean ACTIVE?",
		"status:active,stop*":      "",
		"state=active":             "did you mean ACTIVE?",
		"state~ACTIV":              "",
		"kind:task state:ACTIVE":   "state:ACTIVE: nothing is ever in such a state",
		"!kind:task state:ACTIVE":  "",
		"kind:ecs:* state:RUNNING": "",
		"kind:scaling state:on":    "nothing is ever in such a state",
		"name:prod state:unknown":  "",
		"name:clusters/x":          "",
		"clusters":                 "",
		"arn:arn:aws:ecs:eu-west-1:123456789012:clusters/*": "has clusters before its name; did you mean cluster/?",
		"arn:aws:ecs:eu-west-1:123456789012:cluster/*":      "",
		"arn:aws:ecs:*:*:task/*":                            "",
		"arn:aws:ecs:*:*:cluster":                           "has cluster before its name; did you mean cluster/?",
		"arn:aws:esc:eu-west-1:123456789012:cluster/x":      "rootout removes nothing of the service esc; did you mean ecs?",
		"arn:aws:ecs:eu-wst-1:123456789012:cluster/x":       "no region is called so; did you mean eu-west-1?",
		"arn:*/prod":                "",
		"arn:arn:aws:ecs:*":         "",
		"arn:arn:aws:ecs:eu-west-1": "an ARN has six parts",
		"arn:aws:application-autoscaling:*:*:scalable-target/*":        "",
		"arn:ecs:cluster:eu-west-1:x":                                  "",
		"arn:cluster/prod":                                             "it is neither an ARN nor KIND:REGION:ID",
		"arn:aws:ecs:eu-west-1:123456789012:c*":                        "",
		"arn:aws:*:*:*:clusters/*":                                     "",
		"kind:task arn:aws:ecs:eu-west-1:123456789012:cluster/billing": "has cluster before its name",
	} {
		q, err := Parse(catalog, text, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		found := Doubts(q, catalog, regions)
		switch {
		case want == "" && len(found) > 0:
			t.Errorf("%s is doubted: %s", text, found[0])
		case want != "" && (len(found) != 1 || !strings.Contains(found[0].String(), want)):
			t.Errorf("%s: %v, want %s", text, found, want)
		}
	}
}
