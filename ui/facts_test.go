package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

func TestAFilterNeverMakesZeroOfWhatCannotBeTold(t *testing.T) {
	b := breach()
	ageless := thing("sa-east-1", "ecs:cluster", "ageless", "ACTIVE", 0)
	ageless.MadeAt = time.Time{}
	b.Found = append(b.Found, model.Found{Resource: ageless, Pass: 1})
	withConsole(t, setup{batch: b}, func(d *driver) {
		d.press("/")
		d.write("age<24h")
		d.press("enter")
		if cells := strings.Fields(d.line("sa-east-1")); cells[3] != "?" || cells[4] != "0" {
			t.Errorf("clusters of unknown age are shown as %q, no services as %q", cells[3], cells[4])
		}
		d.wants("? 1 more cannot be told: 1 cluster")
		d.press("ctrl+s", "j")
		for name, data := range d.files {
			if !strings.Contains(data, `"region": "sa-east-1", "kind": "ecs:cluster", "state": "counted", "count": null`) {
				t.Errorf("%s: an unknown count is written as a number:\n%s", name, data)
			}
		}
		d.press("L")
		d.wants("? 1 more cannot be told")
		d.press("esc", "/")
		d.write(" cpu>=4")
		d.press("enter")
		d.wantsNot("cannot be told") // A cluster has no such field: that is a clear no.
	})
}

func TestYourOwnNewThingsAreOfferedToStay(t *testing.T) {
	b := breach()
	fix := thing("ap-northeast-2", "ecs:taskdef", "hotfix-주문:1", "ACTIVE", time.Hour)
	fix.Maker = model.Maker{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_00/jm", Source: model.FromRegistered}
	service := thing("ap-northeast-2", "ecs:service", "hotfix-주문", "ACTIVE", time.Hour, ref("ap-northeast-2", "ecs:cluster", "당근-prod"))
	service.Uses = []model.Ref{fix.Ref}
	b.Found = append(b.Found, model.Found{Resource: fix, Pass: 1}, model.Found{Resource: service, Pass: 1})
	withConsole(t, setup{batch: b, demo: true}, func(d *driver) {
		d.press("/")
		d.write("age<24h")
		d.press("enter")
		d.wants("NEXT     2 of the 43 go back to you (hotfix-주문): enter leaves them out", "2 are your own (hotfix-주문): tab, enter leaves them out")
		d.press("tab", "enter")
		d.wants(`filter age<24h !"hotfix-주문"  41 of 47`, "* marks the 41 that the filter shows")
		d.press("*", "x")
		for _, r := range d.runner.frozen {
			if strings.Contains(r.ID, "hotfix") {
				t.Errorf("%s is planned", r)
			}
		}
	})
}

func TestNextAppliesWhatItAdvises(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("tab", "enter")
		d.wants("/ age<24h")
		d.press("enter")
		d.wants("filter age<24h  41 of 45")
	})
}

func TestOneSlowRegionDoesNotKeepBackTheAdvice(t *testing.T) {
	b := breach()
	b.Progress = model.Progress{Done: 15, Total: 16, FirstPass: true}
	withConsole(t, setup{batch: b}, func(d *driver) { d.wants("reading 15/16", "NEXT     41 of 45 are new") })
	b = breach()
	b.Progress = model.Progress{Done: 5, Total: 16, FirstPass: true}
	withConsole(t, setup{batch: b}, func(d *driver) { d.wantsNot("NEXT") })
}

func TestTheHeaderKeepsWhoAndReadOnly(t *testing.T) {
	withConsole(t, setup{batch: breach(), readOnly: true, demo: true}, func(d *driver) {
		d.resize(80, 24)
		d.wants("you: read-only ")
		d.press("down", "space")
		d.resize(120, 40)
		d.wants("marked, but this console is read-only")
		d.wants("/jm (read-only")
	})
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.resize(80, 24)
		d.wants("/jm")
		d.press("enter")
		d.wants("you: jm ")
	})
}

func TestAWSsWordsAreWholeOnANarrowScreen(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.resize(60, 20)
		d.press("tab", "up", "enter", "enter")
		got := strings.Join(strings.Fields(d.screen()), " ")
		if want := "User: x is not authorized to perform: ecs:ListClusters"; !strings.Contains(got, want) {
			t.Errorf("%q is cut:\n%s", want, d.screen())
		}
	})
}

func TestACaseThatIsOpenedLaterHasNotCostMoreSince(t *testing.T) {
	caller := func(s *Session) {
		s.Caller.ARN, s.Notices = "", []string{"offline: " + strings.Repeat("what the case held when it was closed, ", 5) + "and no more"}
	}
	withConsole(t, setup{batch: breach(), readOnly: true, session: caller}, func(d *driver) {
		close(d.scanner.batches)
		d.settle()
		d.later(7 * 24 * time.Hour)
		d.press("/")
		d.write("age<24h")
		d.press("enter")
		d.wants("MONEY    ≥ $98.0", "≥ $25.62/h at 10-04 09:12", "you: read-only, expired", "filter age<24h  41 of 45")
		d.wantsNot("/h now", "you:  ")
		d.press("tab", "up", "up", "up", "up", "enter")
		d.wants("› note", "and no more")
	})
}

func TestMarksThatCannotBeKeptAreToldOnce(t *testing.T) {
	withConsole(t, setup{batch: breach(), session: func(s *Session) {
		kept := s.Case.(*fakeCase)
		kept.marks, kept.locked = []model.Ref{ref("us-east-1", "ecs:task", "task0000")}, errors.New("the case is open for reading only")
	}}, func(d *driver) {
		d.wants("1 mark was kept from before")
		d.wantsNot("could not be kept")
		d.press("down", "space")
		d.wants("the marks could not be kept in the case: the case is open for reading only")
		d.later(time.Minute)
		d.press("space")
		d.wantsNot("could not be kept")
	})
}
