package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

func TestAFilterNeverMakesZeroOfWhatCannotBeTold(t *testing.T) {
	b := uitest.Breach()
	ageless := uitest.Thing("sa-east-1", "ecs:cluster", "ageless", "ACTIVE", 0)
	ageless.MadeAt = time.Time{}
	b.Found = append(b.Found, model.Found{Resource: ageless, Pass: 1})
	withConsole(t, setup{batch: b}, func(d *driver) {
		d.Press("/")
		d.Write("age<24h")
		d.Press("enter")
		if cells := strings.Fields(d.Line("sa-east-1")); cells[3] != "?" || cells[4] != "0" {
			t.Errorf("clusters of unknown age are shown as %q, no services as %q", cells[3], cells[4])
		}
		d.Wants("? 1 more may match: 1 cluster")
		d.Press("ctrl+s", "j")
		for name, data := range d.files {
			if !strings.Contains(data, `"region": "sa-east-1", "kind": "ecs:cluster", "state": "counted", "count": null`) {
				t.Errorf("%s: an unknown count is written as a number:\n%s", name, data)
			}
		}
		d.Press("L")
		d.Wants("? 1 more may match")
		d.Press("esc", "/")
		d.Write(" cpu>=4")
		d.Press("enter")
		d.WantsNot("cannot be told") // A cluster has no such field: that is a clear no.
	})
}

func TestYourOwnNewThingsAreOfferedToStay(t *testing.T) {
	b := uitest.Breach()
	fix := uitest.Thing("ap-northeast-2", "ecs:taskdef", "hotfix-주문:1", "ACTIVE", time.Hour)
	fix.Maker = model.Maker{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_00/jm", Source: model.FromRegistered}
	service := uitest.Thing("ap-northeast-2", "ecs:service", "hotfix-주문", "ACTIVE", time.Hour, uitest.Ref("ap-northeast-2", "ecs:cluster", "당근-prod"))
	service.Uses = []model.Ref{fix.Ref}
	b.Found = append(b.Found, model.Found{Resource: fix, Pass: 1}, model.Found{Resource: service, Pass: 1})
	withConsole(t, setup{batch: b, demo: true}, func(d *driver) {
		d.Press("/")
		d.Write("age<24h")
		d.Press("enter")
		d.Wants("NEXT     N leaves out 2 of the 43+ that are your own (hotfix-주문)", "2 are your own (hotfix-주문): N leaves them out")
		d.Press("tab", "enter")
		d.Wants(`filter age<24h !"hotfix-주문"  41+ of 47+`, "N marks the 41 that the filter shows")
		d.Press("*", "x")
		for _, r := range d.runner.Frozen {
			if strings.Contains(r.ID, "hotfix") {
				t.Errorf("%s is planned", r)
			}
		}
	})
}

func TestOneSlowRegionDoesNotKeepBackTheAdvice(t *testing.T) {
	b := uitest.Breach()
	b.Progress = model.Progress{Done: 15, Total: 16, FirstPass: true}
	withConsole(t, setup{batch: b}, func(d *driver) { d.Wants("reading 15/16", "NEXT     N shows the 41+ of 45+ that are new") })
	b = uitest.Breach()
	b.Progress = model.Progress{Done: 5, Total: 16, FirstPass: true}
	withConsole(t, setup{batch: b}, func(d *driver) { d.WantsNot("NEXT") })
}

func TestTheHeaderKeepsWhoAndReadOnly(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), readOnly: true, demo: true}, func(d *driver) {
		d.Resize(80, 24)
		d.Wants("DEMO  123456789012", "  read-only ", "1 denied, 1 unreachable")
		d.Press("down", "space")
		d.Resize(120, 40)
		d.Wants("marked, but this console is read-only")
		d.Wants("/jm (read-only")
	})
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Resize(80, 24)
		d.Wants("/jm")
		d.Press("enter")
		d.Wants("you: …Admin/jm ")
	})
}

func TestAWSsWordsAreWholeOnANarrowScreen(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Resize(60, 20)
		d.Press("tab", "up", "enter", "enter")
		got := strings.Join(strings.Fields(d.Screen()), " ")
		if want := "User: x is not authorized to perform: ecs:ListClusters"; !strings.Contains(got, want) {
			t.Errorf("%q is cut:\n%s", want, d.Screen())
		}
	})
}

func TestACaseThatIsOpenedLaterHasNotCostMoreSince(t *testing.T) {
	caller := func(s *Session) {
		s.Caller.ARN, s.Notices = "", []string{"offline: " + strings.Repeat("what the case held when it was closed, ", 5) + "and no more"}
	}
	withConsole(t, setup{batch: uitest.Breach(), readOnly: true, session: caller}, func(d *driver) {
		close(d.scanner.Batches)
		d.WaitUntilIdle()
		d.Later(7 * 24 * time.Hour)
		d.Press("/")
		d.Write("age<24h")
		d.Press("enter")
		d.Resize(160, 40)
		d.Wants("in all ≥ $98.0", "≥ $25.62/h at 10-04 09:12", "you: read-only, expired", "filter age<24h  41+ of 45+")
		d.WantsNot("/h now", "you:  ")
		d.Press("tab", "up", "up", "up", "up", "enter")
		d.Wants("› note", "and no more")
	})
}

func TestMarksThatCannotBeKeptAreToldOnce(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), session: func(s *Session) {
		kept := s.Case.(*uitest.Case)
		kept.Kept, kept.Locked = []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}, errors.New("the case is open for reading only")
	}}, func(d *driver) {
		d.Wants("1 mark was kept from before")
		d.WantsNot("could not be kept")
		d.Press("down", "space")
		d.Wants("the marks could not be kept in the case: the case is open for reading only")
		d.Later(time.Minute)
		d.Press("space")
		d.WantsNot("could not be kept")
	})
}
