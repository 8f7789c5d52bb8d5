package breach_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/model/price"
)

// TestRegions: 24 of 34 are enabled and in each of the 34 the intruder has 20 clusters or more,
// Seoul and the disabled ones among them.
func TestRegions(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 1, 2, 77, 1 << 40} {
		r := breached(t, breach.Options{Seed: seed, Now: still})
		open := map[string]bool{}
		for _, info := range cloud.Regions() {
			switch status, _ := r.s.Cloud.RegionStatus(r.s.Cloud.In(info.Name), noon); status {
			case cloud.RegionEnabled, cloud.RegionEnabledByDefault:
				open[info.Name] = true
			default:
			}
		}
		if len(open) != 24 || open["af-south-1"] || open["eu-central-2"] {
			t.Errorf("seed %d: %d regions are enabled", seed, len(open))
		}
		truth := r.s.Truth()
		count := map[string]int{}
		for _, m := range slices.Concat(truth.Attacker, truth.Hidden) {
			if kindOf(m.ARN) == "ecs:cluster" {
				count[regionOf(m.ARN)]++
			}
		}
		for _, info := range cloud.Regions() {
			if count[info.Name] < 20 {
				t.Errorf("seed %d: %d hostile clusters in %s", seed, count[info.Name], info.Name)
			}
		}
		for _, m := range truth.Attacker {
			if !open[regionOf(m.ARN)] {
				t.Fatalf("seed %d: %s is called visible in a disabled region", seed, m.ARN)
			}
		}
		for _, m := range truth.Hidden {
			if open[regionOf(m.ARN)] {
				t.Fatalf("seed %d: %s is called hidden in an enabled region", seed, m.ARN)
			}
		}
	}
}

// TestMoney: the intruder's Fargate tasks burn about 400 dollars an hour in the enabled regions
// whatever the seed, 200 of them in us-east-1 and 4 to 20 elsewhere.
func TestMoney(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9} {
		r := breached(t, breach.Options{Seed: seed, Now: still})
		truth := r.s.Truth()
		hostile := arns(truth.Attacker)
		usd, tasks := 0.0, map[string]int{}
		for _, info := range cloud.Regions() {
			for _, cluster := range r.clusters(info.Name) {
				for _, task := range r.tasks(info.Name, cluster) {
					if *task.Cpu == "16384" && *task.Memory == "32768" {
						tasks[info.Name]++
					}
					if hostile[*task.TaskArn] && string(task.LaunchType) == "FARGATE" {
						usd += price.Fargate(price.FargateTask{
							Region: info.Name, VCPU: number(*task.Cpu) / 1024, MemoryMiB: number(*task.Memory), StorageGiB: 20,
						}).PerHour
					}
				}
			}
		}
		if usd < 380 || usd > 430 {
			t.Errorf("seed %d: $%.2f an hour", seed, usd)
		}
		for _, info := range cloud.Regions() {
			if n := tasks[info.Name]; info.Name == "us-east-1" && n != 200 || info.Name != "us-east-1" && (n < 4 || n > 20) {
				t.Errorf("seed %d: %d large tasks in %s", seed, n, info.Name)
			}
		}
	}
}

func number(s string) float64 {
	var f float64
	_, _ = fmt.Sscan(s, &f)
	return f
}

// TestTruthIsWhatTheAPILists: the truth names exactly what the listings show, each thing once, of
// every kind, and in disabled regions too.
func TestTruthIsWhatTheAPILists(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 5} {
		r := breached(t, breach.Options{Seed: seed, Now: still})
		truth := r.s.Truth()
		told := map[string]bool{}
		for _, m := range slices.Concat(truth.Attacker, truth.Hidden, truth.Honest) {
			if told[m.ARN] {
				t.Errorf("seed %d: %s is told twice", seed, m.ARN)
			}
			told[m.ARN] = true
		}
		shown := map[string]bool{}
		for _, info := range cloud.Regions() {
			for arn := range r.listed(info.Name) {
				shown[arn] = true
			}
		}
		if diff := cmp.Diff(shown, told); diff != "" {
			t.Errorf("seed %d: -listed +told\n%s", seed, diff)
		}
		if len(truth.Gone) != 0 {
			t.Errorf("seed %d: gone at the start: %v", seed, truth.Gone)
		}
		for _, kind := range []string{
			"ecs:cluster", "ecs:service", "ecs:task", "ecs:task-definition", "ecs:container-instance", "ecs:capacity-provider", "ecs:daemon",
			"events:rule", "scheduler:schedule", "application-autoscaling:scalable-target",
		} {
			has := func(members []breach.Member) bool {
				return slices.ContainsFunc(members, func(m breach.Member) bool { return kindOf(m.ARN) == kind })
			}
			if !has(truth.Attacker) || kind != "ecs:daemon" && !has(truth.Honest) {
				t.Errorf("seed %d: %s lacks on a side", seed, kind)
			}
		}
	}
}

// TestHonestStaysHonest: what the company made is nobody's booty, the part among it that the
// intruder's user made before, and what it made while his script was there; and nothing that runs
// from a registry of strangers is called honest.
func TestHonestStaysHonest(t *testing.T) {
	t.Parallel()
	r := breached(t, breach.Options{Seed: 3, Now: still})
	truth := r.s.Truth()
	honest, hostile := arns(truth.Honest), arns(slices.Concat(truth.Attacker, truth.Hidden))
	before := 0
	for _, info := range cloud.Regions() {
		r.s.Cloud.Locked(func(time.Time) {
			for _, m := range slices.Concat(truth.Honest, truth.Attacker, truth.Hidden) {
				if kindOf(m.ARN) != "ecs:task-definition" || regionOf(m.ARN) != info.Name {
					continue
				}
				by, at, _ := r.s.Cloud.DefinitionOrigin(info.Name, m.ARN)
				his := by == r.s.Intruder()
				if his && at.Before(r.s.Since) {
					before++
				}
				if hostile[m.ARN] != (his && !at.Before(r.s.Since)) {
					t.Errorf("%s registered by %s at %s", m.ARN, by, at)
				}
			}
		})
		for _, cluster := range r.clusters(info.Name) {
			for _, task := range r.tasks(info.Name, cluster) {
				own := strings.HasPrefix(*task.Containers[0].Image, "123456789012.dkr.ecr.")
				if own != honest[*task.TaskArn] {
					t.Errorf("%s runs %s", *task.TaskArn, *task.Containers[0].Image)
				}
			}
		}
	}
	if before < 3 {
		t.Errorf("the intruder's user made %d definitions before", before)
	}
	korean := 0
	for arn := range honest {
		if strings.ContainsFunc(arn, func(c rune) bool { return unicode.Is(unicode.Hangul, c) }) {
			korean++
			if region := regionOf(arn); region != "ap-northeast-1" && region != "ap-northeast-2" {
				t.Errorf("%s is not at home", arn)
			}
		}
	}
	if korean < 3 {
		t.Errorf("%d honest things have Korean names", korean)
	}
	guests := 0
	for arn := range hostile {
		if strings.Contains(arn, ":service/prod-web/") {
			guests++
		}
	}
	if guests != 1 || !honest["arn:aws:ecs:ap-northeast-1:123456789012:cluster/prod-web"] {
		t.Errorf("%d hostile services in prod-web", guests)
	}
}

// TestPeople: intruder and responder share the permission set's role, and the environment signs in
// the responder.
func TestPeople(t *testing.T) {
	t.Parallel()
	s, err := breach.New(breach.Options{Seed: 9, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	key, secret, token := s.Responder()
	who, ok := s.Cloud.LookupCredential(key)
	if !ok || who.SessionToken != token || token == "" || secret == "" {
		t.Fatalf("the responder's key: %+v", who)
	}
	role, name, _ := strings.Cut(strings.TrimPrefix(who.ARN, "arn:aws:sts::123456789012:assumed-role/"), "/")
	hostileRole, hostileName, _ := strings.Cut(strings.TrimPrefix(s.Intruder(), "arn:aws:sts::123456789012:assumed-role/"), "/")
	if role != hostileRole || name != "jm" || hostileName != "root" || !strings.HasPrefix(role, "AWSReservedSSO_AdministratorAccess_") {
		t.Errorf("responder %s, intruder %s", who.ARN, s.Intruder())
	}
	if strings.Split(who.UserID, ":")[0] == "" || who.UserID != strings.Split(who.UserID, ":")[0]+":jm" {
		t.Errorf("unique id %s", who.UserID)
	}
	env := s.Env("http://127.0.0.1:4566")
	for _, want := range []string{"AWS_ENDPOINT_URL=http://127.0.0.1:4566", "AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_SESSION_TOKEN=" + token} {
		if !slices.Contains(env, want) {
			t.Errorf("the environment lacks %s", want)
		}
	}
	if got, want := s.Truth().Flag, s.Intruder()+"@"+s.Since.UTC().Format(time.RFC3339); got != want {
		t.Errorf("flag %s", got)
	}
	if _, err := breach.New(breach.Options{Attacker: "asleep"}); err == nil {
		t.Error("an attacker who is asleep was accepted")
	}
}

// TestDeterministic: the same seed and clock give the same account and history, another seed gives
// another.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	sum := func(seed uint64) ([]byte, []byte) {
		s, err := breach.New(breach.Options{Seed: seed, Now: still})
		if err != nil {
			t.Fatal(err)
		}
		var history bytes.Buffer
		for _, region := range s.Cloud.EventRegions() {
			for i, e := range s.Cloud.Events(region) {
				if history.WriteString(e.ID); i%40 == 0 {
					history.Write(s.Cloud.Record(e))
				}
			}
		}
		return s.Truth().JSON(), history.Bytes()
	}
	truth, history := sum(4)
	again, historyAgain := sum(4)
	if !bytes.Equal(truth, again) || !bytes.Equal(history, historyAgain) {
		t.Error("one seed, two accounts")
	}
	other, _ := sum(5)
	if bytes.Equal(truth, other) {
		t.Error("two seeds, one account")
	}
}
