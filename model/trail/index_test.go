package trail_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model/trail"
)

// call is a record of a session.
func call(id, at, name, arn, began, more string) string {
	return fmt.Sprintf(`{"eventID":%q,"eventTime":%q,"eventName":%q,"eventSource":"ecs.amazonaws.com","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7",
		"userAgent":"Boto3","userIdentity":{"type":"AssumedRole","arn":%q,"accessKeyId":"ASIA%s","sessionContext":{"attributes":{"creationDate":%q}}}%s}`,
		id, at, name, arn, id, began, more)
}

const (
	intruder = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_889bf10e708b0b0b/root"
	morning  = "2026-07-11T01:00:00Z"
	evening  = "2026-07-11T19:00:00Z"
)

func night() []string {
	return []string{
		`{"eventID":"saml","eventTime":"` + morning + `","eventName":"AssumeRoleWithSAML","eventSource":"sts.amazonaws.com","awsRegion":"ap-southeast-2","readOnly":true,
			"userIdentity":{"type":"SAMLUser","principalId":"p","userName":"root"},"responseElements":{"assumedRoleUser":{"arn":"` + intruder + `"},"credentials":{"accessKeyId":"ASIAISSUED"}}}`,
		call("a", "2026-07-11T01:00:05Z", "CreateCluster", intruder, morning, ""),
		call("b", "2026-07-11T01:00:07Z", "CreateService", intruder, morning, `,"errorCode":"AccessDenied"`),
		call("c", "2026-07-11T19:00:05Z", "DeleteCluster", intruder, evening, ""),
		`{"eventID":"via","eventTime":"2026-07-11T01:01:00Z","eventName":"CreateRole","eventSource":"iam.amazonaws.com","awsRegion":"us-east-1","sourceIPAddress":"sso.amazonaws.com",
			"userIdentity":{"type":"AssumedRole","arn":"` + intruder + `","invokedBy":"sso.amazonaws.com","sessionContext":{"attributes":{"creationDate":"2026-07-11T01:00:59Z"}}}}`,
		`{"eventID":"chain","eventTime":"2026-07-11T02:00:00Z","eventName":"AssumeRole","eventSource":"sts.amazonaws.com","readOnly":true,
			"userIdentity":{"type":"AssumedRole","arn":"` + intruder + `","sessionContext":{"attributes":{"creationDate":"` + morning + `"}}},
			"responseElements":{"assumedRoleUser":{"arn":"arn:aws:sts::123456789012:assumed-role/ops/x"},"credentials":{"accessKeyId":"ASIAchained"}}}`,
		call("chained", "2026-07-11T02:00:09Z", "RunTask", "arn:aws:sts::123456789012:assumed-role/ops/x", "2026-07-11T02:00:01Z", ""),
		`{"eventName":"timeless","userIdentity":{"type":"AWSService","invokedBy":"config.amazonaws.com"}}`,
	}
}

func indexOf(t testing.TB, records ...string) *trail.Index {
	t.Helper()
	x := trail.NewIndex()
	for _, r := range records {
		x.Add(parse(t, r))
	}
	return x
}

// view is all that an index says, without the numbers that it gives.
func view(x *trail.Index) ([]trail.Row, []trail.Session, []string) {
	rows, sessions := slices.Collect(x.Between(time.Time{}, time.Time{})), x.Sessions()
	var opened []string
	for i := range rows {
		rows[i].Number = 0
	}
	for i := range sessions {
		opened = append(opened, "")
		if n := sessions[i].Opened; n >= 0 {
			opened[i] = x.At(n).ID
		}
		sessions[i].Opened = 0
	}
	return rows, sessions, opened
}

func TestSessions(t *testing.T) {
	x := indexOf(t, night()...)
	found := map[string]trail.Session{}
	for _, s := range x.Sessions() {
		found[fmt.Sprintf("%s %d", s.Who.Label(), s.Key.Began)] = s
	}
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	first := found[fmt.Sprintf("Identity Center user root %d", at(morning).Unix())]
	if first.Calls != 3 || first.Failed != 1 || !first.First.Equal(at("2026-07-11T01:00:05Z")) || !first.Last.Equal(at("2026-07-11T02:00:00Z")) ||
		!slices.Equal(first.AccessKeys, []string{"ASIAa", "ASIAb"}) || !slices.Equal(first.Addresses, []string{"203.0.113.7"}) {
		t.Errorf("the first session: %+v", first)
	}
	// The key that was issued is not the one that calls: the ARN and the second join them.
	if first.Opened < 0 || x.At(first.Opened).ID != "saml" {
		t.Errorf("it is opened by %d", first.Opened)
	}
	second := found[fmt.Sprintf("Identity Center user root %d", at(evening).Unix())]
	if second.Calls != 1 || second.Opened >= 0 {
		t.Errorf("the second session: %+v", second)
	}
	// What a service does with his credentials is his, and none of his sessions'.
	if folded := found["Identity Center user root 0"]; folded.Calls != 1 || folded.Addresses[0] != "sso.amazonaws.com" {
		t.Errorf("via a service: %+v", folded)
	}
	// The second of a chained session is not that of its event: the key that was issued joins them.
	for _, s := range x.Sessions() {
		if s.Who.Label() == "ops/x" && (s.Opened < 0 || x.At(s.Opened).ID != "chain") {
			t.Errorf("the chained session is opened by %d", s.Opened)
		}
	}
	if n := len(found); n != 6 {
		t.Errorf("%d sessions: %v", n, found)
	}
}

func TestBetween(t *testing.T) {
	x := indexOf(t, night()...)
	ids := func(since, until string) []string {
		var bounds [2]time.Time
		for i, text := range []string{since, until} {
			if text != "" {
				bounds[i], _ = time.Parse(time.RFC3339, text)
			}
		}
		var out []string
		for r := range x.Between(bounds[0], bounds[1]) {
			out = append(out, r.ID)
		}
		return out
	}
	if got := ids("2026-07-11T01:00:05Z", "2026-07-11T02:00:00Z"); !slices.Equal(got, []string{"via", "b", "a"}) {
		t.Error(got)
	}
	all := ids("", "")
	if len(all) != 8 || all[0] != "c" || all[6] != "saml" {
		t.Error(all)
	}
	if got := ids(evening, ""); !slices.Equal(got, []string{"c"}) {
		t.Error(got)
	}
}

// TestTheOrderOfReadingDoesNotMatter: the same events in any order, any of them again, give the same
// index.
func TestTheOrderOfReadingDoesNotMatter(t *testing.T) {
	records := night()
	rows, sessions, opened := view(indexOf(t, records...))
	rapid.Check(t, func(r *rapid.T) {
		shuffled := rapid.Permutation(append(slices.Clone(records), rapid.SliceOf(rapid.SampledFrom(records)).Draw(r, "again")...)).Draw(r, "order")
		gotRows, gotSessions, gotOpened := view(indexOf(t, shuffled...))
		if diff := gocmp.Diff(rows, gotRows, cmpopts.IgnoreUnexported(trail.Row{})); diff != "" {
			r.Fatal(diff)
		}
		if diff := gocmp.Diff(sessions, gotSessions); diff != "" {
			r.Fatal(diff)
		}
		if diff := gocmp.Diff(opened, gotOpened); diff != "" {
			r.Fatal(diff)
		}
	})
}
