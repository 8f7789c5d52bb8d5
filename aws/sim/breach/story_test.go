package breach_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// record is what a test looks at in a CloudTrail record.
type record struct {
	EventName, EventSource, EventTime, AwsRegion, SourceIPAddress, ErrorCode, ErrorMessage string

	UserIdentity struct {
		Type, Arn, AccessKeyId string
		SessionContext         struct {
			Attributes struct{ CreationDate string }
		}
	}
	RequestParameters, ResponseElements map[string]any
}

// history is what of the history one wants to read: thousands of records take their time.
func history(t *testing.T, s *breach.Scenario, want func(*cloud.TrailEvent) bool) []record {
	t.Helper()
	var all []record
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.Events(region) {
			if !want(e) {
				continue
			}
			var r record
			if err := json.Unmarshal(s.Cloud.Record(e), &r); err != nil {
				t.Fatal(err)
			}
			if r.ErrorCode == "SimulationError" {
				t.Fatalf("record of %s: %s", e.Name, s.Cloud.Record(e))
			}
			all = append(all, r)
		}
	}
	return all
}

// past is what the history says of the intruder's user since the hostile session began, and how
// much else it holds.
type past struct {
	// made are the sessions that made clusters, by the cluster's ARN; switched counts calls that
	// enable and disable regions.
	made                       map[string]string
	sessions, keys, addresses  map[string]bool
	switched                   map[string]int
	first, last                time.Time
	earlier, others, allEvents int
}

func recall(t *testing.T, s *breach.Scenario) past {
	t.Helper()
	p := past{made: map[string]string{}, sessions: map[string]bool{}, keys: map[string]bool{}, addresses: map[string]bool{}, switched: map[string]int{}}
	his := func(e *cloud.TrailEvent) bool {
		if p.allEvents++; e.Time.After(noon) {
			t.Fatalf("%s at %s", e.Name, e.Time)
		}
		if e.Identity.ARN != s.Intruder() {
			p.others++
		}
		return e.Identity.ARN == s.Intruder()
	}
	for _, e := range history(t, s, his) {
		at, err := time.Parse(time.RFC3339, e.EventTime)
		if err != nil || e.UserIdentity.Arn != s.Intruder() {
			t.Fatalf("%s at %s by %s", e.EventName, e.EventTime, e.UserIdentity.Arn)
		}
		if at.Before(s.Since) {
			if p.earlier++; strings.HasPrefix(e.SourceIPAddress, "203.0.113.") {
				t.Errorf("%s by the honest root from %s", e.EventName, e.SourceIPAddress)
			}
			continue
		}
		created := e.UserIdentity.SessionContext.Attributes.CreationDate
		p.sessions[created], p.keys[e.UserIdentity.AccessKeyId] = true, true
		if !strings.HasSuffix(e.SourceIPAddress, ".amazonaws.com") { // A service with his session.
			p.addresses[e.SourceIPAddress] = true
		}
		switch e.EventName {
		case "CreateCluster":
			cluster, _ := e.ResponseElements["cluster"].(map[string]any)
			arn, _ := cluster["clusterArn"].(string)
			p.made[arn] = created
			if p.first.IsZero() || at.Before(p.first) {
				p.first = at
			}
			if at.After(p.last) {
				p.last = at
			}
		case "EnableRegion", "DisableRegion":
			p.switched[e.EventName]++
		}
	}
	return p
}

// TestHistory: CloudTrail shows the story: one session that makes every cluster within minutes, two
// sessions of the same user, many keys, three addresses, ten regions enabled and disabled; and an
// honest past beside it that reaches the same name.
func TestHistory(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 6} {
		s, err := breach.New(breach.Options{Seed: seed, Now: still})
		if err != nil {
			t.Fatal(err)
		}
		p := recall(t, s)
		if len(p.sessions) != 2 || len(p.keys) < 20 || len(p.addresses) != 3 {
			t.Errorf("seed %d: %d sessions, %d keys, %d addresses", seed, len(p.sessions), len(p.keys), len(p.addresses))
		}
		if p.switched["EnableRegion"] != 10 || p.switched["DisableRegion"] != 10 {
			t.Errorf("seed %d: %v", seed, p.switched)
		}
		if took := p.last.Sub(p.first); took > 20*time.Minute || took < time.Minute {
			t.Errorf("seed %d: the clusters took %s", seed, took)
		}
		makers := map[string]bool{}
		truth := s.Truth()
		for _, m := range slices.Concat(truth.Attacker, truth.Hidden) {
			if kindOf(m.ARN) != "ecs:cluster" {
				continue
			}
			if p.made[m.ARN] == "" {
				t.Errorf("seed %d: nobody made %s", seed, m.ARN)
			}
			makers[p.made[m.ARN]] = true
		}
		if len(makers) != 1 {
			t.Errorf("seed %d: %d sessions made the clusters", seed, len(makers))
		}
		if p.earlier == 0 || p.others < 10*(p.allEvents-p.others) || p.allEvents > 30_000 {
			t.Errorf("seed %d: %d events, %d of others, %d of the user's before", seed, p.allEvents, p.others, p.earlier)
		}
	}
}

// TestDenials: some of what he tried was denied to him, and the records say so as AWS's do.
func TestDenials(t *testing.T) {
	t.Parallel()
	s, err := breach.New(breach.Options{Seed: 1, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]int{}
	denied := func(e *cloud.TrailEvent) bool {
		return e.Identity.ARN == s.Intruder() && strings.Contains(e.ErrorMessage, "is not authorized to perform")
	}
	for _, e := range history(t, s, denied) {
		codes[e.ErrorCode]++
		keeps := e.EventSource == "ec2.amazonaws.com" || e.EventSource == "guardduty.amazonaws.com"
		if keeps != (e.RequestParameters != nil) || !strings.Contains(e.ErrorMessage, " on resource: ") {
			t.Errorf("a denial is %+v", e)
		}
		if ec2 := e.EventSource == "ec2.amazonaws.com"; ec2 != (e.ErrorCode == "Client.UnauthorizedOperation") {
			t.Errorf("%s of %s has the code %s", e.EventName, e.EventSource, e.ErrorCode)
		}
	}
	if codes["AccessDenied"] < 3 || codes["Client.UnauthorizedOperation"] < 1 || len(codes) != 2 {
		t.Errorf("denials by code: %v", codes)
	}
}

// TestAttacker: a dormant intruder adds nothing but what his rule starts, a live one grows and
// takes back what he lost, and stops when his keys do; honest things stay what they are.
func TestAttacker(t *testing.T) {
	t.Parallel()
	clusters := func(s *breach.Scenario) (n int) {
		for _, m := range s.Truth().Attacker {
			if kindOf(m.ARN) == "ecs:cluster" {
				n++
			}
		}
		return n
	}
	synctest.Test(t, func(t *testing.T) {
		r := breached(t, breach.Options{Seed: 2})
		before := r.s.Truth()
		time.Sleep(5 * time.Minute)
		after := r.s.Truth()
		if len(before.Attacker) != len(after.Attacker) || len(before.Honest) != len(after.Honest) {
			t.Errorf("dormant: attacker %d to %d, honest %d to %d", len(before.Attacker), len(after.Attacker), len(before.Honest), len(after.Honest))
		}
		time.Sleep(10 * time.Minute)
		if n := len(r.s.Truth().Attacker); n != len(before.Attacker)+1 {
			t.Errorf("the rule made %d tasks in a quarter of an hour", n-len(before.Attacker))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := breached(t, breach.Options{Seed: 2, Attacker: breach.Live})
		start, honest := clusters(r.s), arns(r.s.Truth().Honest)
		time.Sleep(65 * time.Second)
		if n := clusters(r.s); n != start+3 {
			t.Errorf("live: from %d to %d clusters in 65 s", start, n)
		}
		lost := firstService(r)
		call[ecs.DeleteServiceOutput](r, regionOf(lost), "DeleteService", &ecs.DeleteServiceInput{Cluster: new(strings.Split(lost, "/")[1]), Service: &lost, Force: new(true)})
		if !arns(r.s.Truth().Gone)[lost] {
			t.Errorf("%s was deleted and is not gone", lost)
		}
		time.Sleep(90 * time.Second)
		if !arns(r.s.Truth().Attacker)[lost] {
			t.Errorf("%s was not taken back", lost)
		}
		for arn := range honest {
			if !arns(r.s.Truth().Honest)[arn] {
				t.Errorf("the intruder touched %s", arn)
			}
		}
		for _, e := range history(t, r.s, func(e *cloud.TrailEvent) bool { return e.Identity.ARN == r.s.Intruder() }) {
			r.s.Cloud.SetCredentialInactive(e.UserIdentity.AccessKeyId, true)
		}
		cut := clusters(r.s)
		time.Sleep(5 * time.Minute)
		if n := clusters(r.s); n != cut {
			t.Errorf("without keys: from %d to %d clusters", cut, n)
		}
	})
}

// firstService is a service of the intruder's that has a cluster of its own.
func firstService(r *rig) string {
	for _, m := range r.s.Truth().Attacker {
		if kindOf(m.ARN) == "ecs:service" && regionOf(m.ARN) == "us-east-1" && len(r.tasks("us-east-1", strings.Split(m.ARN, "/")[1])) == 0 {
			return m.ARN
		}
	}
	r.t.Fatal("no service without tasks in us-east-1")
	return ""
}

// TestTruthFile: the file is there at once, follows a change, is never seen half-written, and is
// true at the end.
func TestTruthFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "truth.json")
	r := breached(t, breach.Options{Seed: 8, Speed: 1000})
	if err := r.s.WriteTruth(path); err != nil {
		t.Fatal(err)
	}
	if err := r.s.WriteTruth(path); err == nil {
		t.Error("two writers of one truth")
	}
	read := func() (truth breach.Truth) {
		raw, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(raw, &truth)
		}
		if err != nil {
			t.Fatal(err)
		}
		return truth
	}
	victim := firstService(r)
	if !arns(read().Attacker)[victim] {
		t.Fatalf("the file lacks %s", victim)
	}
	call[ecs.DeleteServiceOutput](r, regionOf(victim), "DeleteService", &ecs.DeleteServiceInput{Cluster: new(strings.Split(victim, "/")[1]), Service: &victim, Force: new(true)})
	for deadline := time.Now().Add(20 * time.Second); !arns(read().Gone)[victim]; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is not gone in the file", victim)
		}
	}
	if arns(read().Attacker)[victim] {
		t.Errorf("%s is there and gone", victim)
	}
	if err := r.s.Flush(); err != nil {
		t.Error(err)
	}
	if err := r.s.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".truth-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := r.s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if err := breached(t, breach.Options{}).s.WriteTruth(filepath.Join(path, "below", "a", "file")); err == nil {
		t.Error("a path that cannot be was accepted")
	}
}

// TestUniform is the account of the scan's measurement.
func TestUniform(t *testing.T) {
	t.Parallel()
	s, err := breach.Uniform(breach.UniformOptions{Now: still})
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, s)
	full := 0
	for _, info := range cloud.Regions() {
		clusters := r.clusters(info.Name)
		if len(clusters) == 0 {
			continue
		}
		full++
		for _, cluster := range clusters {
			if n := len(r.tasks(info.Name, cluster)); n != 10 || len(clusters) != 20 {
				t.Fatalf("%s: %d clusters, %d tasks", info.Name, len(clusters), n)
			}
		}
	}
	if full != 24 {
		t.Errorf("%d regions", full)
	}
	if truth := s.Truth(); len(truth.Honest) != 0 || len(truth.Attacker) != 24*(1+20*12) {
		t.Errorf("%d hostile things, %d honest", len(truth.Attacker), len(truth.Honest))
	}
	if _, err := breach.Uniform(breach.UniformOptions{Regions: 25}); err == nil {
		t.Error("25 regions were accepted")
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := breach.New(breach.Options{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTruth(b *testing.B) {
	s, err := breach.New(breach.Options{Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Truth()
	}
}
