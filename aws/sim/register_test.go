package sim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// bells is a service that AWS does not have, made of what any package outside the core can use.
type bells struct {
	c      *cloud.Cloud
	towers *cloud.PerPlace[*cloud.Table[string]]
}

type (
	HangBellInput   struct{ BellName *string }
	HangBellOutput  struct{ BellArn *string }
	ListBellsInput  struct{}
	ListBellsOutput struct{ BellArns []string }
)

func registerBells(c *cloud.Cloud) {
	b := &bells{c: c, towers: cloud.NewPerPlace(func(cloud.Place) *cloud.Table[string] { return &cloud.Table[string]{} })}
	c.Register(cloud.Service{
		Wire:        wire.Service{Name: "bells", Protocol: wire.JSON, Version: "1.0", Target: "BellTower", Lower: true},
		State:       b,
		Buckets:     cloud.BucketEach(2, 1, "HangBell"),
		OverLimit:   &cloud.APIError{Code: "TooMuchNoise", Message: "Silence.", Status: 429},
		EventSource: "towers.amazonaws.com",
		Named:       []cloud.NamedMember{{Path: "in.bellName", Type: "AWS::Bells::Bell"}},
		Resources:   b.resources,
		Operations: []cloud.Operation{
			cloud.Op(c, "HangBell", false, b.hang),
			cloud.Op(c, "ListBells", true, b.list),
		},
	})
}

func (b *bells) hang(call cloud.Call, in *HangBellInput) (*HangBellOutput, error) {
	if in.BellName == nil {
		return nil, cloud.Validation("A bell needs a name.")
	}
	bell := b.c.ARNIn(call.Place, "bells", "bell/"+*in.BellName)
	b.towers.At(call.Place).Set(*in.BellName, bell)
	return &HangBellOutput{BellArn: &bell}, nil
}

func (b *bells) list(call cloud.Call, _ *ListBellsInput) (*ListBellsOutput, error) {
	return &ListBellsOutput{BellArns: b.towers.At(call.Place).Select(nil)}, nil
}

func (b *bells) resources(see func(cloud.ResourceInfo)) {
	for _, p := range b.towers.Places() {
		for bell := range b.towers.At(p).All() {
			see(cloud.ResourceInfo{ARN: bell, Kind: "bells:bell", Place: p})
		}
	}
}

// TestServiceFromOutside: a service that no package here knows is spoken, throttled, recorded and
// counted when it is registered, with no edit of any other.
func TestServiceFromOutside(t *testing.T) {
	t.Parallel()
	still := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	c := all.New(cloud.Options{Account: testAccount, Now: func() time.Time { return still }})
	registerBells(c.Cloud)
	c.AddCredential(testKey, cloud.Identity{ARN: testARN, UserID: "AROAEXAMPLEID12345678:jm"})
	c.SetTrailDelay(0)
	web := httptest.NewServer(sim.New(c, sim.Options{}))
	t.Cleanup(web.Close)
	ask := func(region, operation, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", "BellTower."+operation)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+testKey+"/20261121/"+region+"/bells/aws4_request, SignedHeaders=host, Signature=0")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(answer.StatusCode, " ", string(text))
	}

	const bell = "arn:aws:bells:eu-west-1:123456789012:bell/great"
	for _, step := range []struct{ region, operation, body, want string }{
		{"eu-west-1", "HangBell", `{"bellName":"great"}`, `200 {"bellArn":"` + bell + `"}`},
		{"eu-west-1", "HangBell", `{}`, `400 {"__type":"ValidationException","message":"A bell needs a name."}`},
		{"eu-west-1", "HangBell", `{"bellName":"small"}`, `429 {"__type":"TooMuchNoise","message":"Silence."}`},
		{"eu-west-1", "ListBells", `{}`, `200 {"bellArns":["` + bell + `"]}`},
		{"eu-west-2", "ListBells", `{}`, `200 {}`},
		{"eu-west-1", "RingBell", `{}`, `400 {"__type":"UnknownOperationException","message":""}`},
	} {
		if got := ask(step.region, step.operation, step.body); got != step.want {
			t.Errorf("%s in %s: %s, want %s", step.operation, step.region, got, step.want)
		}
	}

	if b, ok := cloud.StateOf[*bells](c.Cloud); !ok || b.towers.At(c.In("eu-west-1")).Len() != 1 {
		t.Error("the service is not found in the account")
	}
	c.Locked(func(_ time.Time) {
		if got := c.Resources(); len(got) != 1 || got[0] != (cloud.ResourceInfo{ARN: bell, Kind: "bells:bell", Place: c.In("eu-west-1")}) {
			t.Errorf("the account holds %+v", got)
		}
	})
	c.ReadTrail(c.In("eu-west-1"), func(h cloud.History) {
		first := h.Events[0]
		if first.Source != "towers.amazonaws.com" || first.Name != "HangBell" {
			t.Errorf("recorded as %s of %s", first.Name, first.Source)
		}
		if got := h.Resources(first); len(got) != 1 || got[0] != (cloud.TrailResource{Type: "AWS::Bells::Bell", Name: "great"}) {
			t.Errorf("the event names %v", got)
		}
	})
	defer func() {
		if recover() == nil {
			t.Error("a second service of the same name is taken")
		}
	}()
	registerBells(c.Cloud)
}
