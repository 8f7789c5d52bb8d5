package trail_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
)

// TestFilterOfEvents: what responders ask of events, and what root means.
func TestFilterOfEvents(t *testing.T) {
	root := parse(t, `{"eventID":"root","eventTime":"2026-07-11T02:00:00Z","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com","awsRegion":"us-east-1",
		"userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root"},"additionalEventData":{"MFAUsed":"No"}}`)
	sso := event(t, 10, thief, "iam.amazonaws.com", "AttachUserPolicy", `{"userName":"supdev","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`, `null`, "")
	probe := event(t, 11, thief, "ec2.amazonaws.com", "RunInstances", `{}`, `null`, `},"errorCode":"Client.DryRunOperation","x":{"y":1`)
	read := event(t, 12, honest, "ecs.amazonaws.com", "ListClusters", `{}`, `null`, `},"readOnly":true,"x":{"y":1`)
	x := trail.NewIndex()
	for _, e := range []*trail.Event{root, sso, probe, read} {
		x.Add(e)
	}
	for text, want := range map[string][]string{
		"":                              {"root", "e-ListClusters-12", "e-RunInstances-11", "e-AttachUserPolicy-10"},
		"by:root":                       {"root", "e-RunInstances-11", "e-AttachUserPolicy-10"},
		"by:root-user":                  {"root"},
		"by:…/root":                     {"e-RunInstances-11", "e-AttachUserPolicy-10"},
		"name:attach*":                  {"e-AttachUserPolicy-10"},
		"on:supdev":                     {"e-AttachUserPolicy-10"},
		"on:*/AdministratorAccess":      {"e-AttachUserPolicy-10"},
		"sort:probe":                    {"e-RunInstances-11"},
		"sort:read,session":             {"root", "e-ListClusters-12"},
		"service:ecs":                   {"e-ListClusters-12"},
		"error:*DryRun*":                {"e-RunInstances-11"},
		`caller:"Identity Center user"`: {"e-RunInstances-11", "e-AttachUserPolicy-10"},
		"time>2026-07-11T01:30:00Z":     {"root"},
		"age<1h":                        {"root", "e-ListClusters-12", "e-RunInstances-11"},
		"supdev":                        {"e-AttachUserPolicy-10"},
		"region:us-*":                   {"root"},
	} {
		f, err := trail.ParseFilter(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got []string
		for r := range x.Between(time.Time{}, time.Time{}) {
			if f.Match(&r, query.Env{Now: at(60 + 10).Add(30 * time.Second)}) {
				got = append(got, r.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s selects %v, want %v", text, got, want)
		}
	}
	if _, err := trail.ParseFilter("nam:x"); err == nil {
		t.Error("a field that there is not passes")
	}
	for r := range x.Between(at(10), at(11)) {
		if r.Target != "supdev" {
			t.Errorf("the target is %q", r.Target)
		}
	}
}

func TestHistogram(t *testing.T) {
	x := trail.NewIndex()
	for minute := range 10 {
		x.Add(event(t, minute, thief, "ecs.amazonaws.com", "RunTask", `{}`, `null`, ""))
	}
	x.Add(event(t, 9, honest, "ecs.amazonaws.com", "ListClusters", `{}`, `null`, `},"readOnly":true,"x":{"y":1`))
	x.Add(event(t, 0, honest, "ecs.amazonaws.com", "StopTask", `{}`, `null`, `},"errorCode":"AccessDenied","x":{"y":1`))
	h := trail.NewHistogram(at(0), at(10), 5)
	for r := range x.Between(time.Time{}, time.Time{}) {
		h.Add(&r)
	}
	if !slices.Equal(h.Writes, []int{2, 2, 2, 2, 2}) || !slices.Equal(h.Reads, []int{0, 0, 0, 0, 1}) || !slices.Equal(h.Errors, []int{1, 0, 0, 0, 0}) {
		t.Errorf("%+v", h)
	}
	if _, in := h.Part(at(10)); in || !h.Begins(1).Equal(at(2)) {
		t.Error("the end is not in it, and the second part begins after two minutes")
	}
	if _, in := h.Part(time.Time{}); in {
		t.Error("an event without a time is in it")
	}
}
