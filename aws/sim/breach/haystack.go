package breach

import (
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/breach/noise"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// haystack is how many events of honest people and services lie around the story: more than ten
// times the intruder's (facts of D7), in all enabled regions.
const haystack = 21_000

// rest is the haystack's noise, of which each region's is made when somebody reads its history.
func (b *builder) rest() {
	n := b.background()
	b.s.noise, b.s.made = n, b.now
	b.c.OnPast(func(region string) []cloud.TrailEvent {
		var out []cloud.TrailEvent
		who := map[string]string{} // Few people make many events.
		for _, part := range parts(b.now) {
			events := n.Between(region, part.from, part.until, int(part.share*haystack*n.Share(region)))
			for i := range events {
				e := events[i].Trail()
				if arn, known := who[e.Identity.ARN]; known {
					e.Identity.ARN = arn
				}
				who[e.Identity.ARN] = e.Identity.ARN
				out = append(out, e)
			}
		}
		return out
	})
}

// background is the noise of the account.
func (b *builder) background() *noise.Noise {
	p := &b.cast
	o := noise.Options{
		Cloud: b.c.Cloud, Home: [2]string{seoul, tokyo}, Now: b.now, Meanwhile: b.start, Seed: b.c.Seed(),
		Cast: noise.Cast{
			Crew: p.crew, CrewID: p.crewID, Deploy: "github-deploy", DeployID: strings.TrimSuffix(p.deploy.id.UserID, ":GitHubActions"), Office: p.office,
			Runner: p.deploy.ip, DeployAgent: p.deploy.agent,
		},
	}
	for _, info := range cloud.Regions() {
		if b.isOpen(info.Name, b.now) {
			o.Regions = append(o.Regions, info.Name)
		}
	}
	return noise.New(o)
}

// share is a part of the past and how much of the haystack lies in it.
type share struct {
	from, until time.Time
	share       float64
}

// parts are the day of the breach, the two before and the rest of what CloudTrail remembers. Older
// days are thinned out, for at a hundred events a second nobody pages a quarter of a year.
func parts(now time.Time) []share {
	return []share{
		{now.Add(-day), now, 0.40},
		{now.Add(-3 * day), now.Add(-day), 0.20},
		{now.Add(-89 * day), now.Add(-3 * day), 0.40},
	}
}
