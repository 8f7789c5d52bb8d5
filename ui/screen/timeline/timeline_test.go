package timeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onTimeline runs a test on the timeline of an account of which the answers have come.
func onTimeline(t *testing.T, filter string, answers []*port.Answer, test func(h *uitest.Host, lookup *uitest.Lookup)) {
	t.Helper()
	lookup := &uitest.Lookup{}
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		lookup.Answers = make(chan *port.Answer, 1000) // In the bubble, whose time goes on while it waits.
		for _, a := range answers {
			lookup.Answers <- a
		}
		h.History.Connect(uitest.Caller(), lookup)
		return New(Needs{
			Theme: h.Theme, Clock: h.Clock, Window: 6 * time.Hour, History: h.History, Speak: h.Speak, Open: &h.Opened,
			Regions: func() []model.Region { return h.Account.Present().Regions }, Choose: choosing.New(h.Choosing).ChooseOne,
		}, filter)
	}, func(h *uitest.Host) {
		h.WaitUntilIdle()
		h.Later(3 * time.Second)
		test(h, lookup)
	})
}

// read are answers of all regions that can be read.
func read() []*port.Answer {
	return []*port.Answer{
		uitest.Answer("us-east-1", 24*time.Hour, true, uitest.Night()...), uitest.Answer("ap-northeast-2", 24*time.Hour, true),
		uitest.Answer("eu-west-3", 24*time.Hour, true), uitest.Answer("sa-east-1", 24*time.Hour, true),
	}
}

// TestWhoChangedMostStandsFirst, with what came of it, and enter lists what he did.
func TestWhoChangedMostStandsFirst(t *testing.T) {
	onTimeline(t, "", read(), func(h *uitest.Host, _ *uitest.Lookup) {
		h.Wants("25 events, 1 read not listed", "4 of 4 regions read whole", "CreateCluster ×20", "UpdateService", "the last 6h",
			"20 changes, 1 refused, made 20, 3 here now · 1 region · 1 address", "24 events")
		if l := h.Line("▸"); !strings.Contains(l, "Identity Center user root") || !strings.Contains(l, "20") {
			t.Errorf("the first session is %q", l)
		}
		h.Press("enter")
		h.Wants("24 events of Identity Center user root", "AssumeRoleWithSAML", "probe")
		h.WantsNot("UpdateService")
		if !strings.Contains(h.Line("AssumeRoleWithSAML"), "session") || !strings.Contains(h.Line("AccessDenied"), "!") {
			t.Error("what began the session and what was refused are not told apart")
		}
		h.Press("[")
		h.Wants("AssumeRoleWithSAML")
		if l := h.Line("│▸"); !strings.Contains(l, "AssumeRoleWithSAML") {
			t.Errorf("the first event is %q", l)
		}
		h.Press("w")
		h.Wants("ListClusters")
		h.Press("esc")
		h.Wants("UpdateService", "25 events")
	})
}

// TestRunsOfOneCallOpen event by event.
func TestRunsOfOneCallOpen(t *testing.T) {
	onTimeline(t, "name:CreateCluster", read(), func(h *uitest.Host, _ *uitest.Lookup) {
		h.Wants("CreateCluster ×20", "/ name:CreateCluster")
		h.Press("enter")
		h.WantsNot("×20")
		h.Wants("cl-19", "cl-00")
		h.Press("enter")
		text := h.Opened.Texts[0].Text
		for _, want := range []string{"event       ecs:CreateCluster", "who         Identity Center user root", "address     203.0.113.7", `"clusterName": "cl-19"`} {
			if !strings.Contains(text, want) {
				t.Errorf("the event lacks %q:\n%s", want, text)
			}
		}
		h.Press("P", "k")
		if len(h.Opened.Filters) != 1 || h.Opened.Filters[0] != `key="ASIAEXAMPLE"` {
			t.Errorf("the pivots are %v", h.Opened.Filters)
		}
		h.Press("esc")
		if len(h.Opened.Asked) != 1 || h.Opened.Asked[0] != "back" {
			t.Errorf("a timeline that was opened for a filter is not left: %v", h.Opened.Asked)
		}
	})
}

// TestWhatWasNotReadIsNoZero: parts of the time that a region was not read of are drawn as unknown, and
// the region is named.
func TestWhatWasNotReadIsNoZero(t *testing.T) {
	denied := uitest.Answer("eu-west-3", 0, false)
	denied.From, denied.To = time.Time{}, time.Time{}
	denied.Failure = &model.Failure{Operation: "cloudtrail:LookupEvents", Region: "eu-west-3", Code: "AccessDeniedException", Message: "no"}
	answers := slices.Concat(read()[:2], []*port.Answer{denied, uitest.Answer("sa-east-1", time.Hour, false)})
	onTimeline(t, "", answers, func(h *uitest.Host, lookup *uitest.Lookup) {
		h.Wants("2 of 4 regions read whole, not eu-west-3, 1 going back (the last at 08:12)…")
		if l := h.Line(" changes "); !strings.Contains(l, "··") || !strings.Contains(l, "█") || strings.Contains(l, "▁") {
			t.Errorf("a region was never read: %q", l)
		}
		h.Press("i")
		text := h.Opened.Texts[0].Text
		for _, want := range []string{"eu-west-3         nothing read yet", "AccessDeniedException", "sa-east-1         back to 2026-10-04 08:12:31 KST, going on…", "me-south-1        not read: disabled", "us-east-1         whole"} {
			if !strings.Contains(text, want) {
				t.Errorf("the reach lacks %q:\n%s", want, text)
			}
		}
		lookup.Answers <- uitest.Answer("eu-west-3", 24*time.Hour, true)
		lookup.Answers <- uitest.Answer("sa-east-1", 24*time.Hour, true)
		h.Later(3 * time.Second)
		h.Wants("4 of 4 regions read whole")
		if l := h.Line(" changes "); strings.Contains(l, "·") || !strings.Contains(l, "▁") {
			t.Errorf("all was read: %q", l)
		}
	})
}

// TestTheFilterOfEvents is typed like any other, and points at what is wrong.
func TestTheFilterOfEvents(t *testing.T) {
	onTimeline(t, "", read(), func(h *uitest.Host, _ *uitest.Lookup) {
		h.Press("/")
		h.Write("nam:x")
		h.Wants("did you mean name")
		for range 5 {
			h.Press("backspace")
		}
		h.Write("error:*")
		h.Press("enter")
		h.Wants("2 events", "AccessDenied", "/ error:*")
		h.Press("esc")
		h.Wants("25 events")
		h.Press("b")
		h.Wants("KEY", "ASIAEXAMPLE")
		h.Press("b", "b")
		h.Wants("NAME", "ecs:CreateCluster")
	})
}

// TestTimeIsZoomedAndPanned, and follows again at its end.
func TestTimeIsZoomedAndPanned(t *testing.T) {
	onTimeline(t, "", read(), func(h *uitest.Host, lookup *uitest.Lookup) {
		h.Press("+")
		h.Wants("to ")
		h.WantsNot("CreateCluster", "the last")
		h.Press(">", ">")
		h.Wants("the last 3h", "UpdateService")
		h.WantsNot("CreateCluster ×20")
		h.Press("-")
		h.Wants("the last 6h", "CreateCluster ×20")
		h.Press("f")
		h.Later(20 * time.Second)
		lookup.Answers <- uitest.Answer("us-east-1", 24*time.Hour, true, uitest.Event("new", -90*time.Second, "us-east-1", uitest.Intruder, "DeleteCluster", ""))
		h.Later(5 * time.Minute)
		h.WantsNot("DeleteCluster")
		h.Press("f")
		h.Later(time.Second)
		h.Wants("DeleteCluster")
	})
}

// TestATimeIsNeverCut: of another day than today it has its date, on narrow screens too.
func TestATimeIsNeverCut(t *testing.T) {
	answers := []*port.Answer{uitest.Answer("us-east-1", 24*time.Hour, true, uitest.Event("yesterday", 5*time.Hour+41*time.Minute, "ap-southeast-7", uitest.Intruder, "RegisterScalableTargetOfALongName",
		`,"requestParameters":{"clusterName":"a-name-that-takes-all-the-room-there-is"}`),
		uitest.Event("sign-in", 5*time.Hour, "ap-southeast-7", uitest.Intruder, "AssumeRoleWithSAML", `,"readOnly":true`))}
	onTimeline(t, "", answers, func(h *uitest.Host, _ *uitest.Lookup) {
		h.Later(16 * time.Hour) // Another day begins in Seoul.
		h.Press("-", "-", "tab")
		for _, width := range []int{120, 80, 72, 60} {
			h.Resize(width, 24)
			h.Wants("10-04 03:31:31")
		}
	})
}

// TestHostileEventsDoNotBreakTheScreen: what he wrote is drawn as text, of whatever length and type.
func TestHostileEventsDoNotBreakTheScreen(t *testing.T) {
	long := strings.Repeat("가\\u001b[2J\\u202e", 20000)
	hostile := []string{
		`,"requestParameters":{"clusterName":"` + long + `"}`, `,"requestParameters":[[[{}]]]`, `,"requestParameters":7,"responseElements":"x"`,
		`,"resources":null,"additionalEventData":[]`, `,"errorCode":"` + long + `"`, `,"errorCode":"\u001b]0;x\u0007"`,
	}
	answer := uitest.Answer("us-east-1", 24*time.Hour, true)
	for i, more := range hostile {
		answer.Records = append(answer.Records, uitest.Event(fmt.Sprint("h", i), time.Hour, "us-east-1", uitest.Intruder+"\x1b[31m", "Create\x1b[2JCluster", more))
	}
	answer.Records = append(answer.Records, []byte(`{"eventName":"x","userIdentity":null}`), []byte(`{`), []byte(`[]`), []byte(`null`))
	onTimeline(t, "", []*port.Answer{answer}, func(h *uitest.Host, _ *uitest.Lookup) {
		for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 15}, {300, 80}, {20, 5}} {
			h.Resize(size[0], size[1])
			for _, key := range []string{"tab", "enter", "G", "g", "b", "b", "b", "b", "b"} {
				h.Press(key)
				raw := h.Program.View().Content
				for _, bad := range []string{"\x1b[2J", "\x1b]0;", "\u202e", "\x07"} {
					if strings.Contains(raw, bad) {
						t.Fatalf("%q reached the terminal at %v after %s", bad, size, key)
					}
				}
				if n := strings.Count(h.Screen(), "\n"); n >= size[1] {
					t.Fatalf("%d lines at %v", n+1, size)
				}
			}
		}
	})
}

// TestEveryRegionIsAsked for all events of the window, and for those that tell of makers of 90 days.
func TestEveryRegionIsAsked(t *testing.T) {
	onTimeline(t, "", nil, func(h *uitest.Host, lookup *uitest.Lookup) {
		regions, makers := map[string]bool{}, map[string]bool{}
		for _, q := range lookup.Asked() {
			switch {
			case q.By == port.AnyEvent:
				regions[q.Place.Region] = true
			case q.By == port.ByEventName && q.Value == "CreateCluster" && q.Since.Before(uitest.Morning().Add(-89*24*time.Hour)):
				makers[q.Place.Region] = true
			}
		}
		if len(regions) != 4 || len(makers) != 4 || regions["me-south-1"] {
			t.Errorf("asked %v, of makers %v", regions, makers)
		}
		h.Wants("reading…")
		close(lookup.Answers)
		h.Later(time.Second)
		h.Wants("no more events come")
	})
}

// TestMakersReachTheAccount as they are read.
func TestMakersReachTheAccount(t *testing.T) {
	onTimeline(t, "", read(), func(h *uitest.Host, _ *uitest.Lookup) {
		r := h.Account.Resource(uitest.Ref("us-east-1", "ecs:cluster", "cl-00"))
		if r == nil || r.Maker.ARN != uitest.Intruder || r.Maker.Source != model.FromEvent || r.About().Event != "made-0" {
			t.Errorf("%+v", r)
		}
	})
}

// TestWithoutAConnectionItSaysSo, and asks nothing.
func TestWithoutAConnectionItSaysSo(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{Theme: h.Theme, Clock: h.Clock, Window: time.Hour, History: h.History, Speak: h.Speak, Open: &h.Opened}, "")
	}, func(h *uitest.Host) { h.Wants("no events are read here") })
}
