package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// tasks opens the list of Virginia's tasks.
func tasks(d *driver) { d.press("down", "right", "right", "right", "enter") }

func TestListMarksByRef(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		tasks(d)
		d.press("j", "j")
		before := d.line("▸")
		first := news(time.Second, task("us-east-1", "aaa", 16, time.Minute))
		d.feed(first)
		if got := d.line("▸"); !strings.Contains(got, "task0002") {
			t.Fatalf("the cursor left its row: %q, then %q", before, got)
		}
		d.press("space")
		if !d.m.console.Marks.Has(ref("us-east-1", "ecs:task", "task0002")) {
			t.Fatal("the mark fell on another resource")
		}
		d.wants("*  task0002", "aaa")
		if l := d.line("aaa"); !strings.Contains(l, "+ aaa") {
			t.Errorf("what is new bears no sign: %q", l)
		}
	})
}

func TestARangeIsMarkedAtOnce(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		tasks(d)
		d.press("v", "j", "j", "j", "space")
		d.wants("marked 4 resources of the range")
		d.press("ctrl+space", "j", "esc")
		d.wants("us-east-1 tasks") // esc gave up the range and not the list
		if d.m.console.Marks.Len() != 4 {
			t.Fatal("giving up a range marked")
		}
	})
}

func TestWhatIsStoppedCannotBeMarked(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		tasks(d)
		d.press("G", "space")
		d.wants("not marked: it is STOPPED: there is nothing left to remove")
		d.press("*")
		d.wants("marked all 30 shown")
	})
}

func TestThousandsOfMarksComeInPiecesAndCanBeTakenBack(t *testing.T) {
	withConsole(t, setup{batch: crowd(20000)}, func(d *driver) {
		d.press("*")
		if n := d.m.console.Marks.Len(); n != 20000 {
			t.Fatalf("%d marks", n)
		}
		d.press(`ctrl+\`)
		if d.m.console.Marks.Len() != 0 || len(d.kept.marks) != 0 {
			t.Fatal("not all were unmarked")
		}
		d.press("u")
		if n := d.m.console.Marks.Len(); n != 20000 || len(d.kept.marks) != n {
			t.Fatalf("%d marks after taking back, %d in the case", n, len(d.kept.marks))
		}
		d.press("u")
		if n := d.m.console.Marks.Len(); n != 0 {
			t.Fatalf("%d marks after taking back the marking itself", n)
		}
	})
}

func TestSortByLetter(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("enter", "s")
		d.wants("sort by")
		d.press("h", "g") // $/h
		if first := strings.Split(d.screen(), "\n")[3]; !strings.Contains(first, "paris") {
			t.Fatalf("the dearest hour first: %q", first)
		}
		d.press("s", "h", "g")
		if first := strings.Split(d.screen(), "\n")[3]; !strings.Contains(first, "정산-배치") {
			t.Fatalf("the cheapest hour first, what has no price last: %q", first)
		}
		d.press("esc", "enter", "s", "%")
		d.wants("none of the letters shown")
	})
}

func TestUnknownMakersHaveAHint(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("down", "right", "enter")
		d.wants("us-east-1 clusters", "? maker unknown; its services run definitions registered by …AdministratorAccess/root")
		d.press("enter")
		d.wants("MADE BY", "? (not known)", "assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root", "it marks nothing", "1 service   enter")
		for !strings.Contains(d.line("▸"), "HOLDS") {
			d.press("down")
		}
		d.press("enter")
		d.wants("cl-00 services", "sv-00")
	})
}

func TestDetailOfWhatIsGoneStays(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		tasks(d)
		d.press("enter")
		d.wants("› task0000", "BELONGS TO")
		gone := news(time.Second)
		gone.Gone = []model.Ref{ref("us-east-1", "ecs:task", "task0000")}
		d.feed(gone)
		d.wants("GONE", "it is no longer listed", "task0000")
	})
}

func TestThingKeys(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		tasks(d)
		d.press("c", "o", "a")
		d.wants("aws ecs describe-things --region us-east-1 --name task0000")
		d.press("esc", "y")
		d.wants("sealed:23:9f86d081884c7d65")
		d.press("esc", "n")
		d.write("ours, see 당근")
		d.later(time.Second)
		d.press("enter")
		d.later(20 * time.Second)
		d.wants("note: ours, see 당근")
		want := []string{
			"arn:aws:ecs:us-east-1:123456789012:task/task0000", "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/task0000",
		}
		if strings.Join(d.copied, " ") != strings.Join(want, " ") {
			t.Errorf("copied %q", d.copied)
		}
		if got := d.kept.notes[ref("us-east-1", "ecs:task", "task0000")]; got != "ours, see 당근" {
			t.Errorf("the case keeps %q", got)
		}
		d.press("esc", "o")
		d.wants("that is for one resource: enter opens the list of a cell")
	})
}

func TestListExportIsWholeAndHarmless(t *testing.T) {
	b := breach()
	evil := task("us-east-1", "evil", 16, time.Hour)
	evil.Name = `=HYPERLINK("http://198.51.100.7")`
	b.Found = append(b.Found, model.Found{Resource: evil, Pass: 1})
	withConsole(t, setup{batch: b}, func(d *driver) {
		tasks(d)
		d.press("ctrl+s", "c")
		for name, text := range d.files {
			if !strings.Contains(name, "resources") || !strings.Contains(text, `"'=HYPERLINK`) {
				t.Errorf("%s:\n%s", name, text[:300])
			}
			if !strings.HasPrefix(text, "name,kind,region,") || strings.Count(text, "\r\n") != 33 {
				t.Errorf("%s has %d lines: %s", name, strings.Count(text, "\r\n"), text[:200])
			}
			if !strings.Contains(text, intruder) {
				t.Error("the export cuts the maker")
			}
		}
	})
}

func TestAnEmptyListSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		for !strings.Contains(d.line("▸"), "eu-west-3") {
			d.press("down")
		}
		d.press("right", "enter")
		d.wants("denied: ecs:ListClusters in eu-west-3: AWS said AccessDeniedException")
		d.press("esc", "down", "enter")
		d.wants("none: a complete listing came back empty")
	})
}
