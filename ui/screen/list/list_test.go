package list

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onList runs a test on a list of the account after the breach.
func onList(t *testing.T, batch *model.Batch, of screen.ListOf, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), batch, func(h *uitest.Host) screen.Screen {
		return New(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog, Window: h.Window,
			Account: h.Account, Marks: h.Marks, Notes: h.Records, Speak: h.Speak, Export: h.Export, Open: &h.Opened,
			Choosing: h.Choosing, Actions: h.Actions, RowOrder: h.RowOrder,
		}, screen.ListRequest{Of: of})
	}, test)
}

// tasks is the list of Virginia's tasks.
func tasks() screen.ListOf { return screen.ListOf{Region: "us-east-1", Kind: "ecs:task"} }

func TestListMarksByRef(t *testing.T) {
	onList(t, uitest.Breach(), tasks(), func(h *uitest.Host) {
		h.Press("j", "j")
		before := h.Line("▸")
		first := uitest.News(time.Second, uitest.Task("us-east-1", "aaa", 16, time.Minute))
		h.Feed(first)
		if got := h.Line("▸"); !strings.Contains(got, "task0002") {
			t.Fatalf("the cursor left its row: %q, then %q", before, got)
		}
		h.Press("space")
		if !h.Marks.Has(uitest.Ref("us-east-1", "ecs:task", "task0002")) {
			t.Fatal("the mark fell on another resource")
		}
		h.Wants("*  task0002", "aaa")
		if l := h.Line("aaa"); !strings.Contains(l, "+ aaa") {
			t.Errorf("what is new bears no sign: %q", l)
		}
	})
}

func TestARangeIsMarkedAtOnce(t *testing.T) {
	onList(t, uitest.Breach(), tasks(), func(h *uitest.Host) {
		h.Press("v", "j", "j", "j", "space")
		h.Wants("marked 4 resources of the range")
		h.Press("ctrl+space", "j", "esc")
		h.Wants("us-east-1 tasks") // esc gave up the range and not the list
		if h.Marks.Len() != 4 {
			t.Fatal("giving up a range marked")
		}
	})
}

func TestWhatIsStoppedCannotBeMarked(t *testing.T) {
	onList(t, uitest.Breach(), tasks(), func(h *uitest.Host) {
		h.Press("G", "space")
		h.Wants("not marked: it is STOPPED: there is nothing left to remove")
		h.Press("*")
		h.Wants("No filter is set", "Mark all 30 shown?")
		h.Press("enter") // the focus is on cancel
		if h.Marks.Len() != 0 {
			t.Errorf("%d marked without an answer", h.Marks.Len())
		}
		h.Press("*")
		h.Later(time.Second)
		h.Press("m")
		h.Wants("marked all 30 shown")
	})
}

func TestSortByLetter(t *testing.T) {
	onList(t, uitest.Breach(), screen.ListOf{}, func(h *uitest.Host) {
		h.Press("s")
		h.Wants("sort by")
		h.Press("h", "g") // $/h
		if first := strings.Split(h.Screen(), "\n")[3]; !strings.Contains(first, "paris") {
			t.Fatalf("the dearest hour first: %q", first)
		}
		h.Press("s", "h", "g")
		if first := strings.Split(h.Screen(), "\n")[3]; !strings.Contains(first, "정산-배치") {
			t.Fatalf("the cheapest hour first, what has no price last: %q", first)
		}
		h.Press("s", "%")
		h.Wants("none of the letters shown")
	})
}

func TestListExportIsWholeAndHarmless(t *testing.T) {
	b := uitest.Breach()
	evil := uitest.Task("us-east-1", "evil", 16, time.Hour)
	evil.Name = `=HYPERLINK("http://198.51.100.7")`
	b.Found = append(b.Found, model.Found{Resource: evil, Pass: 1})
	onList(t, b, tasks(), func(h *uitest.Host) {
		h.Press("ctrl+s", "c")
		for name, text := range h.Files {
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
	denied := screen.ListOf{Region: "eu-west-3", Kind: "ecs:cluster"}
	onList(t, uitest.Breach(), denied, func(h *uitest.Host) {
		h.Wants("denied: ecs:ListClusters in eu-west-3: AWS said AccessDeniedException")
	})
	empty := screen.ListOf{Region: "sa-east-1", Kind: "ecs:cluster"}
	onList(t, uitest.Breach(), empty, func(h *uitest.Host) {
		h.Wants("none: a complete listing came back empty")
	})
}

// TestWhatEventsSayIsShownWithAWSsRecord: a maker that only the trail knows comes with its batch,
// stays over a relisting, and goes when it is taken back.
func TestWhatEventsSayIsShownWithAWSsRecord(t *testing.T) {
	cluster := uitest.Ref("us-east-1", "ecs:cluster", "cl-00")
	b := uitest.Breach()
	for i := range b.Found {
		if r := b.Found[i].Resource; r.Ref == cluster {
			r.MadeAt = time.Time{} // ECS tells no age of clusters.
		}
	}
	onList(t, b, screen.ListOf{Region: "us-east-1", Kind: "ecs:cluster"}, func(h *uitest.Host) {
		known := func() {
			t.Helper()
			if l := h.Line("cl-00 "); !strings.Contains(l, "…AdministratorAccess/root") || !strings.Contains(l, "  3h") {
				t.Errorf("the row is %q", l)
			}
			h.Wants("planted")
			h.WantsNot("maker unknown")
		}
		unknown := func() {
			t.Helper()
			if l := h.Line("cl-00 "); strings.Contains(l, "root") || strings.Contains(l, "3h") {
				t.Errorf("the row is %q", l)
			}
			h.Wants("? maker unknown")
			h.WantsNot("planted")
		}
		unknown()
		h.Overlay(uitest.Told(cluster, "create-7"))
		known()
		h.Press("ctrl+s", "j")
		for name, text := range h.Files {
			if !strings.Contains(text, `"madeBy": "`+uitest.Intruder+`"`) || !strings.Contains(text, `"madeAt": "2026-10-03T21:12:31Z"`) || !strings.Contains(text, `"verdict": "planted"`) {
				t.Errorf("%s lacks what events say:\n%s", name, text)
			}
		}
		h.Later(20 * time.Second)
		again := uitest.Thing("us-east-1", "ecs:cluster", "cl-00", "ACTIVE", 0)
		again.MadeAt = time.Time{}
		h.Feed(uitest.News(time.Minute, again))
		known()
		h.Overlay(&model.OverlayBatch{Source: "events", Remove: []model.Ref{cluster}})
		unknown()
	})
}

func TestAGuessedMakerIsCalledAGuess(t *testing.T) {
	cluster := uitest.Ref("us-east-1", "ecs:cluster", "cl-00")
	onList(t, uitest.Breach(), screen.ListOf{Region: "us-east-1", Kind: "ecs:cluster"}, func(h *uitest.Host) {
		h.Overlay(&model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{cluster: {
			Maker: model.Maker{ARN: "arn:aws:iam::123456789012:role/deploy", Source: model.Guessed},
		}}})
		h.Wants("? maker unknown; perhaps role/deploy, a guess")
		if l := h.Line("cl-00 "); strings.Contains(l, "deploy") {
			t.Errorf("the guess stands as its maker: %q", l)
		}
	})
}

func TestAListLeadsToTheResourceUnderTheCursor(t *testing.T) {
	onList(t, uitest.Breach(), tasks(), func(h *uitest.Host) {
		h.Press("j", "enter")
		if opened := h.Opened.Resources; len(opened) != 1 || opened[0].Name != "task0001" {
			t.Fatalf("opened %v", opened)
		}
		h.Press("esc")
		if len(h.Opened.Asked) != 1 {
			t.Fatal("esc does not go back")
		}
	})
}

// TestAFrameLooksForNoHint: who registered what a cluster runs costs what is in it, and is found once,
// beside the loop.
func TestAFrameLooksForNoHint(t *testing.T) {
	onList(t, uitest.Breach(), screen.ListOf{Region: "us-east-1", Kind: "ecs:cluster"}, func(h *uitest.Host) {
		unknown := uitest.Told(uitest.Ref("us-east-1", "ecs:cluster", "cl-00"), "x")
		unknown.Set[uitest.Ref("us-east-1", "ecs:cluster", "cl-00")] = model.About{Event: "x"}
		h.Overlay(unknown)
		l := h.Stack.Top().(*Screen)
		h.Press("j", "k")
		found := l.hint
		if found.text == "" {
			t.Fatalf("no hint was found: %q", h.Line("? maker"))
		}
		for range 3 {
			h.Program.View()
		}
		if l.hint.graph != found.graph || l.hint.ref != found.ref {
			t.Error("a frame looked for the hint anew")
		}
		l.hint.text = "as it was found"
		h.Wants("as it was found")
	})
}

// TestTheOperatorsColumnsOfAKind in his order, behind the name, which tells the rows apart.
func TestTheOperatorsColumnsOfAKind(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog, Window: h.Window, Columns: map[string][]string{"task": {"launch", "nosuch", "cpu"}},
			Account: h.Account, Marks: h.Marks, Notes: h.Records, Speak: h.Speak, Export: h.Export, Open: &h.Opened,
			Choosing: h.Choosing, Actions: h.Actions, RowOrder: h.RowOrder,
		}, screen.ListRequest{Of: tasks()})
	}, func(h *uitest.Host) {
		if got := strings.Join(strings.Fields(h.Line("NAME")), " "); got != "NAME LAUNCH vCPU" {
			t.Errorf("the heads are %q", got)
		}
	})
}
