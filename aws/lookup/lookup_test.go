package lookup_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/lookup"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	simcloud "github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/model/trail"
)

// stage is the simulated breach and a connection to it.
type stage struct {
	t        *testing.T
	scenario *breach.Scenario
	server   *sim.Server
	conn     *aws.Connection
	// meddle may answer a request in the simulator's place; nil lets it pass.
	meddle func(r *http.Request) *http.Response

	mu    sync.Mutex
	calls []time.Time
}

func newStage(t *testing.T, latency time.Duration) *stage {
	t.Helper()
	scenario, err := breach.New(breach.Options{Seed: 7, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{t: t, scenario: scenario, server: sim.New(scenario.Cloud, sim.Options{Latency: latency})}
	key, secret, token := scenario.Responder()
	st.conn, err = aws.Connect(t.Context(), aws.Options{
		Transport: st, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.conn.Close)
	return st
}

func (st *stage) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".LookupEvents") && strings.Contains(r.Header.Get("Authorization"), "/us-east-1/") {
		st.mu.Lock()
		st.calls = append(st.calls, time.Now())
		st.mu.Unlock()
	}
	if st.meddle != nil {
		if answer := st.meddle(r); answer != nil {
			return answer, nil
		}
	}
	return st.server.Transport().RoundTrip(r)
}

func (st *stage) start(alter func(*lookup.Options)) *lookup.Lookup {
	o := lookup.Options{AWS: st.conn, Sealer: model.NewSealer([]byte("a key for tests, 16+ bytes")), Tail: -1}
	if alter != nil {
		alter(&o)
	}
	l := lookup.Start(st.t.Context(), o)
	st.t.Cleanup(l.Close)
	return l
}

func (st *stage) place(region string) model.Place {
	return model.Place{Account: st.conn.Caller().Account, Region: region}
}

// since is before everything that the history of the simulated account holds.
func (st *stage) since() time.Time { return time.Now().Add(-89 * 24 * time.Hour) }

// read takes answers until every question was answered whole or has failed, and gives the ids of the
// events by region, and the last answer to each question.
func (st *stage) read(l *lookup.Lookup, questions int) (ids map[string]map[string]int, last map[port.Question]*port.Answer) {
	st.t.Helper()
	ids, last = map[string]map[string]int{}, map[port.Question]*port.Answer{}
	for {
		ended := 0
		for _, a := range last {
			if a.Complete || a.Failure != nil {
				ended++
			}
		}
		if ended == questions {
			return ids, last
		}
		a, err := l.Next(st.t.Context())
		if err != nil {
			st.t.Fatal(err)
		}
		last[a.Question] = a
		for _, raw := range a.Records {
			e, err := trail.Parse(raw)
			if err != nil {
				st.t.Fatalf("%s: %v", raw, err)
			}
			if ids[a.Question.Place.Region] == nil {
				ids[a.Question.Place.Region] = map[string]int{}
			}
			ids[a.Question.Place.Region][e.ID]++
		}
	}
}

// visible are the ids of all events of a region that LookupEvents shows by now, from the
// simulator's own log.
func (st *stage) visible(region string, pass func(*simcloud.TrailEvent) bool) map[string]bool {
	all := map[string]bool{}
	for _, e := range st.scenario.Cloud.Events(region) {
		if e.Visible(time.Now()) && e.Time.After(st.since()) && (pass == nil || pass(e)) {
			all[e.ID] = true
		}
	}
	return all
}

func (st *stage) same(what string, got map[string]int, want map[string]bool) {
	st.t.Helper()
	for id := range want {
		if got[id] == 0 {
			st.t.Errorf("%s: event %s is missing", what, id)
			return
		}
	}
	if len(got) < len(want) || len(want) == 0 {
		st.t.Errorf("%s: %d events, the history has %d", what, len(got), len(want))
	}
}

// TestARegionIsReadWhole: every event once, newest first, at AWS's two calls a second, without one
// call that AWS throttles.
func TestARegionIsReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 40*time.Millisecond)
		want := st.visible("us-east-1", nil)
		l := st.start(nil)
		began := time.Now()
		q := port.Question{Place: st.place("us-east-1"), Since: st.since()}
		l.Ask(q, q)
		got, last := st.read(l, 1)
		st.same("us-east-1", got["us-east-1"], want)
		for id, n := range got["us-east-1"] {
			if n != 1 {
				t.Fatalf("event %s came %d times", id, n)
			}
		}
		for asked, a := range last {
			if !a.Complete || a.From.After(asked.Since) || a.Open != 0 {
				t.Errorf("it was read from %v to %v of %v, %d open", a.From, a.To, asked.Since, a.Open)
			}
		}
		pages := len(want)/50 + 1
		if len(st.calls) > pages+1 {
			t.Errorf("%d calls for %d pages: AWS throttled some", len(st.calls), pages)
		}
		if took, least := time.Since(began), time.Duration(pages-2)*500*time.Millisecond; took > least+2*time.Second {
			t.Errorf("it took %v; two calls a second would take %v", took, least)
		}
	})
}

// TestWhatComesLateIsFound: events show minutes after they happened and out of order, and what comes
// in between is read again and again.
func TestWhatComesLateIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		l := st.start(func(o *lookup.Options) { o.Tail = time.Minute })
		l.Ask(port.Question{Place: st.place("us-east-1"), Since: time.Now().Add(-time.Hour)})
		events := map[string]bool{}
		until := func(d time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			defer cancel()
			for {
				a, err := l.Next(ctx)
				if err != nil {
					return
				}
				if a.Failure != nil {
					t.Fatal(a.Failure)
				}
				for _, raw := range a.Records {
					if e, err := trail.Parse(raw); err == nil {
						events[e.ID] = true
					}
				}
			}
		}
		until(90 * time.Second)
		for i := range 40 {
			st.scenario.Cloud.RecordEvent(simcloud.TrailEvent{Time: time.Now(), Region: "us-east-1", Source: "ecs.amazonaws.com", Name: "CreateCluster", ID: "late-" + string(rune('a'+i))})
			until(7 * time.Second)
		}
		until(6 * time.Minute)
		for i := range 40 {
			if id := "late-" + string(rune('a'+i)); !events[id] {
				t.Errorf("event %s was never seen", id)
			}
		}
	})
}

// TestWhatIsNewComesFirst: while a long history is still being read, what happens now is seen within
// minutes.
func TestWhatIsNewComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		for i := range 60_000 { // Ten minutes at two calls a second.
			st.scenario.Cloud.RecordEvent(simcloud.TrailEvent{Time: time.Now().Add(-24 * time.Hour).Add(-time.Duration(i) * time.Second), Region: "eu-north-1", Source: "ecs.amazonaws.com", Name: "ListTasks", ReadOnly: true})
		}
		l := st.start(func(o *lookup.Options) { o.Tail = time.Minute })
		l.Ask(port.Question{Place: st.place("eu-north-1"), Since: st.since()})
		began := time.Now()
		recorded := false
		for {
			a, err := l.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !recorded && time.Since(began) > time.Minute {
				recorded = true
				st.scenario.Cloud.RecordEvent(simcloud.TrailEvent{Time: time.Now(), Region: "eu-north-1", Source: "ecs.amazonaws.com", Name: "CreateCluster", ID: "now"})
			}
			for _, raw := range a.Records {
				if e, _ := trail.Parse(raw); e.ID == "now" {
					if took := time.Since(began); took > 6*time.Minute || a.Complete {
						t.Errorf("it was seen after %v, the history was whole: %v", took, a.Complete)
					}
					return
				}
			}
			if a.Complete {
				t.Fatal("the whole history was read before what is new")
			}
		}
	})
}

// TestTroubleIsOneRegions: what is denied or does not answer says so, with nothing read; all others
// are whole.
func TestTroubleIsOneRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		faults, err := sim.ParseFaults("deny=eu-west-3:cloudtrail,blackhole=sa-east-1,throttle=0.3,5xx=0.05")
		if err != nil {
			t.Fatal(err)
		}
		regions := []string{"us-east-1", "ap-northeast-2", "eu-west-3", "sa-east-1", "eu-central-1"}
		want := map[string]map[string]bool{}
		var questions []port.Question
		for _, r := range regions {
			want[r] = st.visible(r, nil)
			questions = append(questions, port.Question{Place: st.place(r), Since: st.since()})
		}
		st.server.SetFaults(faults)
		l := st.start(func(o *lookup.Options) { o.Deadline = 20 * time.Second })
		l.Ask(questions...)
		got, last := st.read(l, len(questions))
		for q, a := range last {
			switch region := q.Place.Region; region {
			case "eu-west-3":
				if a.Failure == nil || !strings.HasPrefix(a.Failure.Code, "AccessDenied") || a.Failure.Operation != "cloudtrail:LookupEvents" || a.Failure.Region != region {
					t.Errorf("%s: %+v", region, a.Failure)
				}
			case "sa-east-1":
				if a.Failure == nil || a.Failure.Code != "" {
					t.Errorf("%s: %+v", region, a.Failure)
				}
			default:
				if !a.Complete {
					t.Errorf("%s is not whole: %+v", region, a.Failure)
				}
				st.same(region, got[region], want[region])
			}
			if a.Failure != nil && (a.Complete || !a.From.Equal(a.To) || len(got[q.Place.Region]) > 0) {
				t.Errorf("%s has failed and claims to be read from %v to %v", q.Place.Region, a.From, a.To)
			}
		}
	})
}

// TestATokenThatEndsLosesNothing: AWS takes a token no longer; the reading goes on where it stopped.
func TestATokenThatEndsLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		refused := 0
		st.meddle = func(r *http.Request) *http.Response {
			if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".LookupEvents") {
				return nil
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			if !strings.Contains(string(body), "NextToken") || refused >= 3 || time.Now().UnixMilli()/1000%3 != 0 {
				return nil
			}
			refused++
			text := `{"__type":"InvalidNextTokenException","message":"Invalid token."}`
			return &http.Response{
				StatusCode: http.StatusBadRequest, Request: r, Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)),
				Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amzn-Errortype": {"InvalidNextTokenException"}},
			}
		}
		want := st.visible("us-east-1", nil)
		l := st.start(nil)
		l.Ask(port.Question{Place: st.place("us-east-1"), Since: st.since()})
		ids := map[string]bool{}
		for {
			a, err := l.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, raw := range a.Records {
				e, _ := trail.Parse(raw)
				ids[e.ID] = true
			}
			if a.Complete {
				break
			}
		}
		if refused == 0 {
			t.Fatal("no token was refused: the test shows nothing")
		}
		for id := range want {
			if !ids[id] {
				t.Fatalf("event %s was lost, %d of %d read", id, len(ids), len(want))
			}
		}
	})
}

// TestOneAttribute: AWS selects by one, and questions of one region take turns.
func TestOneAttribute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		l := st.start(nil)
		byName := port.Question{Place: st.place("us-east-1"), By: port.ByEventName, Value: "CreateCluster", Since: st.since()}
		all := port.Question{Place: st.place("us-east-1"), Since: st.since()}
		l.Ask(all, byName)
		whole := map[port.LookupBy]int{}
		n, made := 0, map[string]int{}
		for len(whole) < 2 {
			a, err := l.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if n++; a.Complete {
				whole[a.Question.By] = n
			}
			for _, raw := range a.Records {
				if e, _ := trail.Parse(raw); a.Question.By == port.ByEventName {
					if made[e.ID]++; e.Name != "CreateCluster" {
						t.Fatalf("%s came", e.Name)
					}
				}
			}
		}
		st.same("CreateCluster", made, st.visible("us-east-1", func(e *simcloud.TrailEvent) bool { return e.Name == "CreateCluster" }))
		if whole[port.ByEventName] > whole[port.AnyEvent] || whole[port.ByEventName] > 2*(len(made)/50+1)+1 {
			t.Errorf("the narrow question was answered whole with answer %d, the wide one with %d", whole[port.ByEventName], whole[port.AnyEvent])
		}
	})
}

// TestReachingFurther: a question that reaches further back reads what is missing only, and one that
// nobody waits for is read no more.
func TestReachingFurther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		l := st.start(nil)
		q := port.Question{Place: st.place("us-east-1"), Since: time.Now().Add(-2 * time.Hour)}
		l.Ask(q)
		near, _ := st.read(l, 1)
		q.Since = st.since()
		l.Ask(q)
		far, last := st.read(l, 1)
		for id := range far["us-east-1"] {
			if near["us-east-1"][id] > 0 {
				far["us-east-1"][id] = 0
			}
		}
		again := 0
		for _, n := range far["us-east-1"] {
			if n == 0 {
				again++
			}
		}
		if again > 2 {
			t.Errorf("%d events were read again", again)
		}
		for id, n := range near["us-east-1"] {
			far["us-east-1"][id] += n
		}
		st.same("us-east-1", far["us-east-1"], st.visible("us-east-1", nil))
		for _, a := range last {
			if !a.From.Equal(q.Since.UTC().Truncate(time.Second)) {
				t.Errorf("it says that it was read from %v, asked was %v", a.From, q.Since)
			}
		}
		other := port.Question{Place: st.place("us-west-2"), Since: st.since()}
		l.Ask(other)
		l.Cancel(other)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for n := 0; ; n++ {
			if _, err := l.Next(ctx); err != nil {
				break
			} else if n > 1 {
				t.Fatal("a question that was taken back is answered")
			}
		}
		l.Close()
		if _, err := l.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestSecretsNeverComeIn: what CloudTrail does not hide itself is replaced before anyone sees it.
func TestSecretsNeverComeIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 10*time.Millisecond)
		st.scenario.Cloud.RecordEvent(simcloud.TrailEvent{
			Time: time.Now().Add(-time.Hour), Region: "us-west-2", Source: "sts.amazonaws.com", Name: "AssumeRole", ID: "e-1",
			Response: map[string]any{"credentials": map[string]any{"accessKeyId": "ASIAEXAMPLE", "sessionToken": "planted-secret"}},
			Request:  map[string]any{"containerDefinitions": []any{map[string]any{"environment": []any{map[string]any{"name": "POOL", "value": "planted-secret"}}}}},
		})
		l := st.start(nil)
		l.Ask(port.Question{Place: st.place("us-west-2"), By: port.ByEventID, Value: "e-1", Since: st.since()})
		a, err := l.Next(t.Context())
		if err != nil || len(a.Records) != 1 {
			t.Fatal(a, err)
		}
		raw := string(a.Records[0])
		if strings.Contains(raw, "planted-secret") || !strings.Contains(raw, "ASIAEXAMPLE") || !strings.Contains(raw, "POOL") || strings.Count(raw, "sealed:") != 2 {
			t.Error(raw)
		}
	})
}
