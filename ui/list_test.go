package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// tasks opens the list of Virginia's tasks.
func tasks(d *driver) { d.Press("down", "right", "right", "right", "enter") }

func TestListMarksByRef(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		tasks(d)
		d.Press("j", "j")
		before := d.Line("▸")
		first := uitest.News(time.Second, uitest.Task("us-east-1", "aaa", 16, time.Minute))
		d.feed(first)
		if got := d.Line("▸"); !strings.Contains(got, "task0002") {
			t.Fatalf("the cursor left its row: %q, then %q", before, got)
		}
		d.Press("space")
		if !d.m.console.Marks.Has(uitest.Ref("us-east-1", "ecs:task", "task0002")) {
			t.Fatal("the mark fell on another resource")
		}
		d.Wants("*  task0002", "aaa")
		if l := d.Line("aaa"); !strings.Contains(l, "+ aaa") {
			t.Errorf("what is new bears no sign: %q", l)
		}
	})
}

func TestARangeIsMarkedAtOnce(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		tasks(d)
		d.Press("v", "j", "j", "j", "space")
		d.Wants("marked 4 resources of the range")
		d.Press("ctrl+space", "j", "esc")
		d.Wants("us-east-1 tasks") // esc gave up the range and not the list
		if d.m.console.Marks.Len() != 4 {
			t.Fatal("giving up a range marked")
		}
	})
}

func TestWhatIsStoppedCannotBeMarked(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		tasks(d)
		d.Press("G", "space")
		d.Wants("not marked: it is STOPPED: there is nothing left to remove")
		d.Press("*")
		d.Wants("marked all 30 shown")
	})
}

func TestThousandsOfMarksComeInPiecesAndCanBeTakenBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Crowd(20000)}, func(d *driver) {
		d.Press("*")
		if n := d.m.console.Marks.Len(); n != 20000 {
			t.Fatalf("%d marks", n)
		}
		d.Press(`ctrl+\`)
		if d.m.console.Marks.Len() != 0 || len(d.kept.Kept) != 0 {
			t.Fatal("not all were unmarked")
		}
		d.Press("u")
		if n := d.m.console.Marks.Len(); n != 20000 || len(d.kept.Kept) != n {
			t.Fatalf("%d marks after taking back, %d in the case", n, len(d.kept.Kept))
		}
		d.Press("u")
		if n := d.m.console.Marks.Len(); n != 0 {
			t.Fatalf("%d marks after taking back the marking itself", n)
		}
	})
}

func TestSortByLetter(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("enter", "s")
		d.Wants("sort by")
		d.Press("h", "g") // $/h
		if first := strings.Split(d.Screen(), "\n")[3]; !strings.Contains(first, "paris") {
			t.Fatalf("the dearest hour first: %q", first)
		}
		d.Press("s", "h", "g")
		if first := strings.Split(d.Screen(), "\n")[3]; !strings.Contains(first, "정산-배치") {
			t.Fatalf("the cheapest hour first, what has no price last: %q", first)
		}
		d.Press("esc", "enter", "s", "%")
		d.Wants("none of the letters shown")
	})
}

func TestUnknownMakersHaveAHint(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("down", "right", "enter")
		d.Wants("us-east-1 clusters", "? maker unknown; its services run definitions registered by …AdministratorAccess/root")
		d.Press("enter")
		d.Wants("MADE BY", "? (not known)", "assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root", "it marks nothing", "1 service   enter")
		for !strings.Contains(d.Line("▸"), "HOLDS") {
			d.Press("down")
		}
		d.Press("enter")
		d.Wants("cl-00 services", "sv-00")
	})
}

func TestDetailOfWhatIsGoneStays(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		tasks(d)
		d.Press("enter")
		d.Wants("› task0000", "BELONGS TO")
		gone := uitest.News(time.Second)
		gone.Gone = []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}
		d.feed(gone)
		d.Wants("GONE", "it is no longer listed", "task0000")
	})
}

func TestThingKeys(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		tasks(d)
		d.Press("c", "o", "a")
		d.Wants("aws ecs describe-things --region us-east-1 --name task0000")
		d.Press("esc", "y")
		d.Wants("sealed:23:9f86d081884c7d65")
		d.Press("esc", "n")
		d.Write("ours, see 당근")
		d.Later(time.Second)
		d.Press("enter")
		d.Later(20 * time.Second)
		d.Wants("note: ours, see 당근")
		want := []string{
			"arn:aws:ecs:us-east-1:123456789012:task/task0000", "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/task0000",
		}
		if strings.Join(d.Copied, " ") != strings.Join(want, " ") {
			t.Errorf("copied %q", d.Copied)
		}
		if got := d.kept.NotesKept[uitest.Ref("us-east-1", "ecs:task", "task0000")]; got != "ours, see 당근" {
			t.Errorf("the case keeps %q", got)
		}
		d.Press("esc", "o")
		d.Wants("that is for one resource: enter opens the list of a cell")
	})
}

func TestListExportIsWholeAndHarmless(t *testing.T) {
	b := uitest.Breach()
	evil := uitest.Task("us-east-1", "evil", 16, time.Hour)
	evil.Name = `=HYPERLINK("http://198.51.100.7")`
	b.Found = append(b.Found, model.Found{Resource: evil, Pass: 1})
	withConsole(t, setup{batch: b}, func(d *driver) {
		tasks(d)
		d.Press("ctrl+s", "c")
		for name, text := range d.files {
			if !strings.Contains(name, "resources") || !strings.Contains(text, `"'=HYPERLINK`) {
				t.Errorf("%s:\n%s", name, text[:300])
			}
			if !strings.HasPrefix(text, "name,kind,region,") || strings.Count(text, "\r\n") != 33 {
				t.Errorf("%s has %d lines: %s", name, strings.Count(text, "\r\n"), text[:200])
			}
			if !strings.Contains(text, uitest.Intruder) {
				t.Error("the export cuts the maker")
			}
		}
	})
}

func TestAnEmptyListSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		for !strings.Contains(d.Line("▸"), "eu-west-3") {
			d.Press("down")
		}
		d.Press("right", "enter")
		d.Wants("denied: ecs:ListClusters in eu-west-3: AWS said AccessDeniedException")
		d.Press("esc", "down", "enter")
		d.Wants("none: a complete listing came back empty")
	})
}
