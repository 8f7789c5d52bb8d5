package model_test

import (
	"testing"

	"github.com/rootout/rootout/model"
)

func TestWaiversCoverByName(t *testing.T) {
	waivers := []model.Waiver{
		{Region: "eu-west-3", Kind: "ecs:*", Reason: "Paris"},
		{Region: "ap-*", Kind: "events:rule", Reason: "Asia"},
		{Region: "global", Kind: "*", Reason: "account"},
		{Region: "[", Kind: "*", Reason: "broken"},
	}
	for _, c := range []struct {
		region string
		kind   model.KindID
		want   string
	}{
		{"eu-west-3", "ecs:cluster", "Paris"},
		{"eu-west-3", "events:rule", ""},
		{"eu-west-30", "ecs:cluster", ""},
		{"ap-south-1", "events:rule", "Asia"},
		{"ap-south-1", "events:rules", ""},
		{"", "iam:user", "account"},
		{"us-east-1", "ecs:cluster", ""},
	} {
		if got := model.WaiverOf(waivers, model.Place{Account: "1", Region: c.region}.Cell(c.kind)); got != c.want {
			t.Errorf("%s in %q is waived by %q, want %q", c.kind, c.region, got, c.want)
		}
	}
}
