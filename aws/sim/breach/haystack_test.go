package breach_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// TestHaystack: in every enabled region others are at work as well, ten of their events stand
// against one of the intruder's, and while his script runs honest people make things in many
// regions.
func TestHaystack(t *testing.T) {
	t.Parallel()
	s, err := breach.New(breach.Options{Seed: 3, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	his, others := 0, 0
	meanwhile, created := map[string]bool{}, map[string]bool{}
	for _, info := range cloud.Regions() {
		here, day := 0, 0
		for _, e := range s.Cloud.Events(info.Name) {
			if e.Identity.ARN == s.Intruder() && !e.Time.Before(s.Since) {
				his++
				continue
			}
			if here++; noon.Sub(e.Time) < 24*time.Hour {
				day++
			}
			if e.ReadOnly || e.ErrorCode != "" || !strings.HasPrefix(e.Name, "Create") && !strings.HasPrefix(e.Name, "Run") && !strings.HasPrefix(e.Name, "Register") {
				continue
			}
			created[e.Region] = true
			if since := e.Time.Sub(s.Since); since > 0 && since < 20*time.Minute && e.Source == "ecs.amazonaws.com" {
				meanwhile[e.Region] = true
			}
		}
		others += here
		if status, _ := s.Cloud.RegionStatus(s.Cloud.In(info.Name), noon); status == cloud.RegionDisabled {
			if here != 0 {
				t.Errorf("%s is disabled and has %d events of others", info.Name, here)
			}
		} else if here < 150 || day < 50 {
			t.Errorf("%s has %d events of others, %d of them of the last day", info.Name, here, day)
		}
	}
	if others < 10*his || his < 1000 {
		t.Errorf("%d events of others, %d of the intruder", others, his)
	}
	if len(meanwhile) < 6 || len(created) < 20 {
		t.Errorf("honest creates of ECS in %d regions meanwhile, of anything in %d ever", len(meanwhile), len(created))
	}
}

// TestHaystackKeys: a session that somebody assumed is known by the key in the answer, and what it
// calls by its ARN.
func TestHaystackKeys(t *testing.T) {
	t.Parallel()
	s, err := breach.New(breach.Options{Seed: 3, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	issued := map[string]string{}
	type used struct{ arn, key, name string }
	var calls []used
	names := map[string]int{}
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.RecordedEvents(region) {
			names["recorded "+e.Source] = 1
		}
		for _, e := range s.Cloud.Events(region) {
			names[e.Name]++
			if strings.HasPrefix(e.Name, "AssumeRole") || e.Name == "GetFederationToken" {
				var r struct {
					ResponseElements struct {
						AssumedRoleUser, FederatedUser struct{ Arn string }
						Credentials                    struct{ AccessKeyID string }
					}
				}
				if err := json.Unmarshal(s.Cloud.Record(e), &r); err != nil {
					t.Fatal(err)
				}
				issued[r.ResponseElements.Credentials.AccessKeyID] = r.ResponseElements.AssumedRoleUser.Arn + r.ResponseElements.FederatedUser.Arn
				continue
			}
			if strings.HasPrefix(e.AccessKey(), "ASIA") {
				calls = append(calls, used{e.Identity.ARN, e.AccessKey(), e.Name})
			}
		}
	}
	joined := 0
	for _, c := range calls {
		arn, known := issued[c.key]
		if known && arn != c.arn {
			t.Errorf("the key of %s is used by %s for %s", arn, c.arn, c.name)
		}
		if known {
			joined++
		}
	}
	if joined < len(calls)/2 {
		t.Errorf("of %d calls with a session's key %d have a key that somebody was given", len(calls), joined)
	}
	for _, name := range []string{
		"ConsoleLogin", "GetSigninToken", "GetFederationToken", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "RunInstances", "CreateSnapshot",
		"UpdateInstanceInformation", "GetBucketPolicy", "BackupJobCompleted", "CreateChangeSet", "Decrypt", "StartSession",
	} {
		if names[name] == 0 {
			t.Errorf("nobody did %s", name)
		}
	}
}
