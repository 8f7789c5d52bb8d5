package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

// TestWhatStaysBehindStaysInSight until the operator says that he saw it gone.
func TestWhatStaysBehindStaysInSight(t *testing.T) {
	link := model.ConsoleURL("aws", "us-east-1", "/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-0")
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.WantsNot("LEFT", "left behind")
		startRun(d)
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{
			Planned: 41, Gone: 41,
			Uncovered: []model.Uncovered{
				{Type: "AWS::EC2::Instance", ID: "i-0", Region: "us-east-1", Console: link}, {Type: "AWS::EC2::Instance", ID: "i-1", Region: "eu-west-3"},
			},
		}}
		d.Later(time.Second)
		d.Press("1", `ctrl+\`)
		d.Resize(160, 40)
		d.Wants("LEFT     2 things stay behind, cost not counted: i-0 in us-east-1, i-1 in eu-west-3", "2 left behind not counted")
		onLeft := func() {
			d.Press("tab")
			for !strings.Contains(d.Line("▸"), "LEFT") {
				d.Press("up")
			}
			d.Press("enter")
			d.Later(time.Second)
			d.Wants("Left behind", "AWS::EC2::Instance i-0 in us-east-1")
		}
		onLeft()
		d.Press("l")
		d.Wants(link, "no console page is known")
		d.Press("esc", "esc")
		d.Wants("LEFT")
		onLeft()
		d.Press("esc")
		d.Wants("LEFT")
		d.Press("esc")
		onLeft()
		d.Press("g")
		d.WantsNot("LEFT", "left behind not counted")
	})
}
