package query

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// The things that queries are held against.
type cast struct{ plain, unknown, nameless, neverUsed, usedNow, unread *model.Resource }

func newCast() cast {
	return cast{
		plain: task(nil),
		unknown: task(func(r *model.Resource) {
			r.Maker, r.MadeAt, r.Rate = model.Maker{}, time.Time{}, model.Rate{}
			r.Attrs = nil
		}),
		nameless:  task(func(r *model.Resource) { r.Name = "" }),
		neverUsed: user(model.Never(), model.Bool(false)),
		usedNow:   user(model.Time(testNow().Add(-time.Minute)), model.Bool(true)),
		unread:    user(model.Unknown(), model.Unknown()),
	}
}

// check is one thing and whether a query selects it.
type check struct {
	thing *model.Resource
	want  bool
}

func checkMatches(t *testing.T, table map[string][]check) {
	t.Helper()
	for query, checks := range table {
		q := mustParse(t, query)
		for i, c := range checks {
			if got := q.Match(c.thing, testEnv()); got != c.want {
				t.Errorf("%s: check %d: got %v", query, i, got)
			}
		}
	}
}

func TestTexts(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"name:prod-api":        {{c.plain, true}, {c.nameless, false}},
		"name:PROD*":           {{c.plain, true}},
		"name:prod":            {{c.plain, false}},
		"name:*-a…":            {{c.plain, true}},
		"name=prod-api":        {{c.plain, false}},
		"name=Prod-API":        {{c.plain, true}},
		"name=Prod*":           {{c.plain, false}},
		"name!=Prod-API":       {{c.plain, false}, {c.nameless, true}},
		"!name:prod*":          {{c.plain, false}, {c.nameless, true}},
		"!!name:prod*":         {{c.plain, true}, {c.nameless, false}},
		"name:x,prod-api":      {{c.plain, true}},
		"!name:x,prod-api":     {{c.plain, false}},
		"name~^Prod":           {{c.plain, true}},
		"name~^prod":           {{c.plain, false}},
		"name:never":           {{c.plain, false}, {c.nameless, true}},
		`name:"never"`:         {{c.nameless, false}},
		"name:*":               {{c.plain, true}, {c.nameless, false}},
		"NAME:prod-api":        {{c.plain, true}},
		"status:running":       {{c.plain, true}},
		"image:nginx*":         {{c.plain, true}},
		"image=nginx:1.27":     {{c.plain, true}},
		"image:*:1.2?":         {{c.plain, false}},
		"!image:*xmrig*":       {{c.plain, false}},
		"image~^xmrig/":        {{c.plain, true}},
		"image:a,xmrig/*":      {{c.plain, true}},
		"account:123456789012": {{c.plain, true}},
	})
}

func TestKindsRegionsARNs(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"kind:task":           {{c.plain, true}, {c.neverUsed, false}},
		"kind:TASKS":          {{c.plain, true}},
		"kind=ecs:task":       {{c.plain, true}},
		"kind:ecs:*":          {{c.plain, true}, {cluster("a"), true}, {c.neverUsed, false}},
		"kind:task,user":      {{c.plain, true}, {c.neverUsed, true}, {cluster("a"), false}},
		"!kind:task":          {{c.plain, false}, {c.neverUsed, true}},
		"region:us-*,eu-*":    {{c.plain, true}, {cluster("a"), true}, {c.neverUsed, false}},
		"!region:us-*":        {{c.plain, false}, {c.neverUsed, true}},
		"region:global":       {{c.plain, false}, {c.neverUsed, true}},
		"arn:*task/main/0af1": {{c.plain, true}},
		"arn:aws:ecs:us-east-1:123456789012:task/main/0af1": {{c.plain, true}},
		"arn:ecs:cluster:eu-west-3:a":                       {{cluster("a"), true}},
	})
}

func TestNumbers(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"cpu:4":          {{c.plain, true}},
		"cpu>=4":         {{c.plain, true}},
		"cpu>4":          {{c.plain, false}},
		"vcpu=4vCPU":     {{c.plain, true}},
		"cpu!=4":         {{c.plain, false}},
		"cpu<=3.99":      {{c.plain, false}},
		"cpu:2,4":        {{c.plain, true}},
		"memory=8GiB":    {{c.plain, true}},
		"mem:8192":       {{c.plain, true}},
		"memory>8191MiB": {{c.plain, true}},
		"memory<0.01TiB": {{c.plain, true}},
		"rate>=$0.5":     {{c.plain, true}},
		"rate>$0.5/h":    {{c.plain, false}},
		"cost<1":         {{c.plain, true}},
		"spent:$3":       {{c.plain, true}},
		"spent>2.99USD":  {{c.plain, true}},
		"cpu:*":          {{c.plain, true}, {c.unknown, false}},
		"size>=1GiB":     {{c.plain, true}, {cluster("a"), false}},
		"size:large":     {{c.plain, false}, {cluster("a"), true}},
		"!size:large":    {{c.plain, false}, {cluster("a"), false}},
	})
}

func TestTimes(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"age<24h":                           {{c.plain, true}, {c.neverUsed, false}},
		"age>6h":                            {{c.plain, false}},
		"age>=6h":                           {{c.plain, true}},
		"age<=5h59m":                        {{c.plain, false}},
		"age>1w":                            {{c.plain, false}, {c.neverUsed, true}},
		"created>2026-09-01":                {{c.plain, true}, {c.neverUsed, false}},
		"created<2026-09-01":                {{c.plain, false}, {c.neverUsed, true}},
		"created:2026-10-04":                {{c.plain, true}},
		"created:2026-10-03":                {{c.plain, false}},
		"created!=2026-10-04":               {{c.plain, false}},
		"created=2026-10-04T06:00:00Z":      {{c.plain, true}},
		"created=2026-10-04T15:00:00+09:00": {{c.plain, true}},
		"created>2026-10-04T06:00:00Z":      {{c.plain, false}},
		"created>=2026-10-04T06:00":         {{c.plain, true}},
		`created<"2026-10-04 06:01"`:        {{c.plain, true}},
		"last>90d":                          {{c.neverUsed, true}, {c.usedNow, false}, {c.unread, false}},
		"!last>90d":                         {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"last<90d":                          {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"!last<90d":                         {{c.neverUsed, true}, {c.unread, false}},
		"last:never":                        {{c.neverUsed, true}, {c.usedNow, false}, {c.unread, false}},
		"!last:never":                       {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"last!=never":                       {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"last<2026-01-01":                   {{c.neverUsed, true}, {c.usedNow, false}},
		"last>2026-01-01":                   {{c.neverUsed, false}, {c.usedNow, true}},
	})
}

// A comparison with what is not known is false, also when it is negated.
func TestKnowledge(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"mfa:no":         {{c.neverUsed, true}, {c.usedNow, false}, {c.unread, false}},
		"mfa:YES":        {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"mfa=false":      {{c.neverUsed, true}},
		"!mfa:no":        {{c.neverUsed, false}, {c.usedNow, true}, {c.unread, false}},
		"mfa:unknown":    {{c.neverUsed, false}, {c.unread, true}, {c.plain, false}},
		"!mfa:unknown":   {{c.neverUsed, true}, {c.unread, false}, {c.plain, false}},
		"mfa:no,unknown": {{c.neverUsed, true}, {c.usedNow, false}, {c.unread, true}},
		"by:unknown":     {{c.plain, false}, {c.unknown, true}},
		"!by:unknown":    {{c.plain, true}, {c.unknown, false}},
		"by:x":           {{c.unknown, false}},
		"!by:x":          {{c.plain, true}, {c.unknown, false}},
		"by!=x":          {{c.unknown, false}},
		"!by~x":          {{c.unknown, false}},
		"cpu>=4 by:x":    {{c.plain, false}},
		"rate<100":       {{c.unknown, false}},
		"!rate<100":      {{c.unknown, false}},
	})
}

// A field that the kind does not have is false either way.
func TestForeignFields(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"cpu>=1":  {{cluster("a"), false}},
		"!cpu>=1": {{cluster("a"), false}, {c.plain, false}},
	})
}

func TestKnownAbsence(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"!owner:x":    {{c.plain, true}},
		"owner:never": {{c.plain, true}},
		"!owner~x":    {{c.plain, true}},
		"owner:*":     {{c.plain, false}},
	})
}

func TestFreeText(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"api":              {{c.plain, true}, {cluster("a"), false}},
		"XMRIG":            {{c.plain, true}},
		`"main/0af1"`:      {{c.plain, true}},
		"nothing,API":      {{c.plain, true}},
		"!api":             {{c.plain, false}, {cluster("a"), true}},
		"!nothing":         {{c.plain, true}, {c.unknown, true}},
		"8192":             {{c.plain, true}},
		`"hidden words"`:   {{c.plain, false}},
		"note:hidden*":     {{c.plain, true}},
		"2026-10-04T06":    {{c.plain, true}},
		"running api":      {{c.plain, true}},
		"running cluster5": {{c.plain, false}},
		"ci-42":            {{c.plain, true}},
		"":                 {{c.plain, true}, {c.unknown, true}},
		"  \t ":            {{c.plain, true}},
	})
}

func TestRaw(t *testing.T) {
	c := newCast()
	checkMatches(t, map[string][]check{
		"raw~FARGATE":        {{c.plain, true}},
		`raw~"\"id\":\"arn"`: {{c.plain, true}},
		"!raw~FARGATE":       {{c.plain, false}},
		"raw~EC2,FARGATE":    {{c.plain, true}},
		"raw~fargate":        {{c.plain, false}},
	})
}

func TestRoots(t *testing.T) {
	for query, want := range map[string][5]bool{
		// The root user, an Identity Center user named root, an IAM user named root, a pipeline,
		// somebody unknown.
		"by:root-user":       {true, false, false, false, false},
		"!by:root-user":      {false, true, true, true, false},
		"by=root-user":       {true, false, false, false, false},
		"by:root":            {true, true, true, false, false},
		"by:ROOT":            {true, true, true, false, false},
		`by:"root"`:          {true, true, true, false, false},
		"!by:root":           {false, false, false, true, false},
		"by!=root":           {false, false, false, true, false},
		"by:…/root":          {false, true, true, false, false},
		"by:*/root":          {false, true, true, false, false},
		"by:*user/root":      {false, false, true, false, false},
		"by:" + rootUserARN:  {true, false, false, false, false},
		"by=" + idcRootARN:   {false, true, false, false, false},
		"by:*SSO_Admin*":     {false, true, false, false, false},
		"by:ci-42":           {false, false, false, true, false},
		"by:CI-*":            {false, false, false, true, false},
		"by=CI-42":           {false, false, false, false, false},
		"by:root-user,ci-42": {true, false, false, true, false},
	} {
		q := mustParse(t, query)
		for i, arn := range []string{rootUserARN, idcRootARN, iamRootARN, ciARN, ""} {
			if got := q.Match(madeBy(arn), testEnv()); got != want[i] {
				t.Errorf("%s of %q: got %v", query, arn, got)
			}
		}
	}
	for arn, want := range map[string]bool{
		":root": true, "arn:aws-us-gov:iam::111122223333:root": true, "arn:aws:iam::111122223333:user/x:root": false,
		"arn:aws:sts::111122223333:root": false, "x:root": false, "root": false,
	} {
		if isRootUser(arn) != want {
			t.Errorf("isRootUser(%q) = %v", arn, !want)
		}
	}
}

func TestAmbiguous(t *testing.T) {
	for query, want := range map[string]string{
		"by:root":           "by:root can mean two things: by:root-user is the root user of the account, by:…/root is a session or a user named root, such as an Identity Center user's, and not the root user",
		"cpu>1 !by:x,Root":  "!by:Root can mean two things: !by:root-user is the root user of the account, !by:…/root is a session or a user named root, such as an Identity Center user's, and not the root user",
		"madeby!=root":      "!madeby:root can mean two things: !madeby:root-user is the root user of the account, !madeby:…/root is a session or a user named root, such as an Identity Center user's, and not the root user",
		"by:root-user":      "",
		"by:…/root":         "",
		"by~root":           "",
		"name:root root":    "",
		"by:" + rootUserARN: "",
	} {
		found := mustParse(t, query).Ambiguous()
		if want == "" {
			if len(found) > 0 {
				t.Errorf("%s is ambiguous: %v", query, found)
			}
			continue
		}
		if len(found) != 1 || found[0].String() != want {
			t.Errorf("%s: got %v", query, found)
			continue
		}
		for _, r := range found[0].Readings {
			if again := mustParse(t, r.Query).Ambiguous(); len(again) > 0 {
				t.Errorf("the reading %s of %s is ambiguous itself", r.Query, query)
			}
		}
	}
	err := parseError(t, "kind:task by:x,root", Options{Unambiguous: true})
	if err.Column != 16 {
		t.Errorf("refused at column %d", err.Column)
	}
}

func TestRegions(t *testing.T) {
	for query, want := range map[string][4]bool{
		// restricted, us-east-1, eu-west-3, no region
		"cpu>=4 us-east-1":      {false, true, true, true},
		"region:us-*":           {true, true, false, false},
		"region:us-* name:x":    {true, true, false, false},
		"!region:us-*":          {true, false, true, true},
		"region!=us-east-1":     {true, false, true, true},
		"region:us-*,global":    {true, true, false, true},
		"region:*-1 region:eu*": {true, false, false, false},
		"region~west":           {true, false, true, false},
	} {
		pass, restricted := mustParse(t, query).Regions()
		if got := [4]bool{restricted, pass("us-east-1"), pass("eu-west-3"), pass("")}; got != want {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
}

func TestWithoutClockOrRecord(t *testing.T) {
	for _, query := range []string{"age<24h", "!age<24h", "raw~FARGATE", "!raw~FARGATE"} {
		q := mustParse(t, query)
		if q.Match(task(nil), Env{}) {
			t.Errorf("%s selects without a clock and raw JSON", query)
		}
		if protects, _ := q.Protects(task(nil), Env{}); !protects {
			t.Errorf("%s does not protect without a clock and raw JSON", query)
		}
	}
}

// A date begins where the reader is: midnight of 4 October in Seoul is 15:00 of the 3rd in UTC.
func TestDatesBeginWhereTheReaderIs(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	r := task(func(r *model.Resource) { r.MadeAt = time.Date(2026, 10, 3, 16, 0, 0, 0, time.UTC) })
	for query, want := range map[string][2]bool{
		"created:2026-10-04":           {false, true},
		"created>2026-10-04":           {false, true},
		"created:2026-10-04T01:00":     {false, true},
		"created=2026-10-03T16:00:00Z": {true, true},
		"created<2026-10-03T16:00:01Z": {true, true},
		"created:2026-10-03":           {true, false},
	} {
		q := mustParse(t, query)
		if got := [2]bool{q.Match(r, Env{}), q.Match(r, Env{Location: seoul})}; got != want {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
}

func TestKindOutsideTheCatalog(t *testing.T) {
	r := &model.Resource{Ref: ref("sqs:queue", "us-east-1", "q"), Name: "q", Attrs: []model.Value{model.Number(8)}}
	if !mustParse(t, "name:q").Match(r, testEnv()) {
		t.Error("its common fields cannot be asked for")
	}
	if mustParse(t, "cpu>=4").Match(r, testEnv()) {
		t.Error("another kind's field was read")
	}
}

// Events and principals have fields of their own and the same language.
func TestParseFor(t *testing.T) {
	type event struct {
		name, by string
		at       time.Time
	}
	fields := []Field[event]{
		{ID: "event", Title: "EVENT", Order: 1, Get: func(e *event) model.Value { return model.Text(e.name) }},
		{ID: "by", Title: "WHO", Order: 2, Get: func(e *event) model.Value { return model.Text(e.by) }},
		{ID: "at", Title: "TIME", Type: model.TimeField, Order: 3, Get: func(e *event) model.Value { return model.Time(e.at) }},
		{ID: "kind", Title: "KIND", Order: 4, Get: func(*event) model.Value { return model.Text("call") }},
	}
	raw := func(e *event) (json.RawMessage, bool) { return json.RawMessage(`"` + e.name + `"`), true }
	e := &event{name: "CreateCluster", by: idcRootARN, at: testNow().Add(-time.Hour)}
	for query, want := range map[string]bool{
		"event:create* at<2h": true,
		"by:root":             true,
		"by:root-user":        false,
		"createcl":            true,
		"kind:call":           true,
		`raw~"^\"Create"`:     true,
		"at>2h":               false,
	} {
		f, err := ParseFor(fields, raw, query, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(e, Env{Now: testNow()}); got != want {
			t.Errorf("%s: got %v", query, got)
		}
	}
	if _, err := ParseFor(fields, nil, "evnt:x", Options{}); err == nil || err.Error() != `column 1: there is no field "evnt"; did you mean event?` {
		t.Errorf("got %v", err)
	}
}
