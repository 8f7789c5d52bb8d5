package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/ui/uitest"
)

// tasks opens the list of Virginia's tasks.
func tasks(d *driver) { d.Press("down", "right", "right", "right", "enter") }

func TestUnknownMakersHaveAHint(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("down", "right", "enter")
		d.Wants("us-east-1 clusters", "? maker unknown; what runs in it was registered by …AdministratorAccess/root")
		d.Resize(80, 24)
		d.Wants("? maker unknown; what runs in it was registered by …", "/root ")
		d.Resize(120, 40)
		d.Press("enter")
		d.Wants("MADE BY", "? (not known)", "assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root", "it marks nothing", "1 service   enter")
		for !strings.Contains(d.Line("▸"), "HOLDS") {
			d.Press("down")
		}
		d.Press("enter")
		d.Wants("cl-00 services", "sv-00")
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
		d.Wants("the note is saved in the case")
		d.Press("down", "up") // What was said goes with the next key, and hides the row's own line no longer.
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
