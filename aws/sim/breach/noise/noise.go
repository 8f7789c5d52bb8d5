// Package noise is what an account's own people, pipelines and services do all day, as CloudTrail
// records it: the haystack around a story.
//
// It is made of short scenes (a sweep of Config, a deployment, somebody at the console), each one
// session with its key, so that what joins events by session or key has something to join.
// Everything follows from the seed, and a region's past is made when somebody asks for it. It must
// not know the story: whom it is about, and what he made.
package noise

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// Options are whose noise it is.
type Options struct {
	// Cloud is the account, which writes the records. Regions are those with noise, Home the two in
	// which the company works, the first with its Identity Center.
	Cloud   *cloud.Cloud
	Regions []string
	Home    [2]string
	// Now is the end of it; Meanwhile a moment in whose next minutes somebody makes honest things
	// in many regions.
	Now, Meanwhile time.Time
	Seed           uint64
	Cast           Cast
}

// Cast are the principals that the account has already.
type Cast struct {
	// Crew is the role of the developers in Identity Center and CrewID its unique id, Deploy and
	// DeployID those of the pipeline.
	Crew, CrewID, Deploy, DeployID string
	// Office is the address of people, Runner that of the pipeline, and DeployAgent its user agent.
	Office, Runner, DeployAgent string
}

// Noise makes events. It is safe for concurrent use.
type Noise struct {
	o       Options
	scenes  []scene
	weights map[string]float64
}

// New returns the noise of an account.
func New(o Options) *Noise {
	n := &Noise{o: o, weights: map[string]float64{}}
	n.scenes = slices.Concat(n.byServices(), n.byPeople(), n.byPipelines())
	for i := range n.scenes {
		for j := range n.scenes[i].steps {
			n.scenes[i].steps[j].scene = n.scenes[i].name
		}
	}
	rest := 0.0
	for _, region := range o.Regions {
		if fixed(o, region) == 0 {
			n.weights[region] = 0.5 + float64(hash(region)%1000)/1000
			rest += n.weights[region]
		}
	}
	for _, region := range o.Regions {
		if share := fixed(o, region); share > 0 {
			n.weights[region] = share
		} else {
			n.weights[region] *= (1 - 0.60) / rest
		}
	}
	return n
}

// fixed are the shares of the regions where the company works, and of the one that records what is
// global: 0.60 together.
func fixed(o Options, region string) float64 {
	switch region {
	case o.Home[0]:
		return 0.25
	case o.Home[1]:
		return 0.18
	case o.Cloud.HomeRegion():
		return 0.17
	}
	return 0
}

// Share is how much of all noise a region has, 0 for one without any.
func (n *Noise) Share(region string) float64 { return n.weights[region] }

// Regions are those with noise, in order.
func (n *Noise) Regions() []string { return slices.Sorted(slices.Values(n.o.Regions)) }

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return h.Sum64()
}

// Event is one event of the noise before it is written.
type Event struct {
	At   time.Time
	step *step
	play *play
	// ids are what its eventID and requestID are made of.
	ids [4]uint64
}

// play is one playing of a scene: what its events have in common.
type play struct {
	// keys are those of the scene's sessions, of which a chain has several; began is when they
	// were.
	keys              [3]string
	began             [3]time.Time
	region            string
	hex, word, person string
}

// Between makes count events of a region from a time until another, in order of time. The same
// arguments make the same events.
func (n *Noise) Between(region string, from, until time.Time, count int) []Event {
	rng := rand.New(rand.NewPCG(n.o.Seed^hash(region), uint64(from.Unix())))
	events := make([]Event, 0, count)
	for _, m := range n.meanwhile() {
		if m.region == region && !m.at.Before(from) && m.at.Before(until) && count-len(events) >= len(m.scene.steps) {
			events = n.play(events, m.scene, region, m.at, until, count, rng)
		}
	}
	pick := n.picker(region)
	for tries := 0; len(events) < count && tries < 100*count+1000; tries++ {
		s := pick(rng)
		start := n.begin(s, from, until, rng)
		if s.whole && (count-len(events) < len(s.steps) || until.Sub(start) < s.longest()) {
			continue
		}
		events = n.play(events, s, region, start, until, count, rng)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	return events
}

// begin picks when a scene begins; people work by day.
func (n *Noise) begin(s *scene, from, until time.Time, rng *rand.Rand) time.Time {
	span := int64(until.Sub(from))
	at := from
	for range 12 {
		at = from.Add(time.Duration(rng.Int64N(span)))
		if hour := at.UTC().Hour(); !s.byDay || hour < 10 { // 9:00 to 19:00 in Seoul.
			break
		}
	}
	return at
}

// play plays a scene until its end, the end of the time or the last event that is wanted.
func (n *Noise) play(events []Event, s *scene, region string, start, until time.Time, count int, rng *rand.Rand) []Event {
	p := &play{
		region: region, hex: letters(rng, hexDigits, 16), word: oneOf(rng, "orders", "users", "gateway", "search", "reports", "billing", "imgproxy", "checkout"),
		person: oneOf(rng, "hana", "minseo", "jisoo", "taeyang"),
	}
	p.began[0] = start.Truncate(time.Second)
	for i := range p.keys {
		p.keys[i] = "ASIA" + letters(rng, keyLetters, 16)
	}
	at := start
	for i := range s.steps {
		step := &s.steps[i]
		if step.gap > 0 {
			at = at.Add(step.gap/2 + time.Duration(rng.Int64N(int64(step.gap))))
		}
		if len(events) == count || !at.Before(until) {
			break
		}
		if step.opens > 0 {
			p.began[step.opens] = at.Truncate(time.Second)
		}
		events = append(events, Event{At: at, step: step, play: p, ids: [4]uint64{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()}})
	}
	return events
}

// picker picks scenes of a region by their weights there.
func (n *Noise) picker(region string) func(*rand.Rand) *scene {
	class := n.class(region)
	total := 0
	for i := range n.scenes {
		total += n.scenes[i].weight[class]
	}
	return func(rng *rand.Rand) *scene {
		x := rng.IntN(total)
		for i := range n.scenes {
			if x -= n.scenes[i].weight[class]; x < 0 {
				return &n.scenes[i]
			}
		}
		return &n.scenes[0]
	}
}

// The classes of regions: where Identity Center is, where the company works too, where AWS records
// what is global, and all others.
const (
	atHome = iota
	atWork
	global
	elsewhere
)

func (n *Noise) class(region string) int {
	switch region {
	case n.o.Home[0]:
		return atHome
	case n.o.Home[1]:
		return atWork
	case n.o.Cloud.HomeRegion():
		return global
	}
	return elsewhere
}

// meantime is a scene that is played at a given moment.
type meantime struct {
	region string
	at     time.Time
	scene  *scene
}

// meanwhile are honest things made while something else goes on: a rollout of the pipeline over
// eight regions, and a preview of a pull request in each.
func (n *Noise) meanwhile() (out []meantime) {
	if n.o.Meanwhile.IsZero() {
		return nil
	}
	for i := range n.scenes {
		s := &n.scenes[i]
		if s.name != "rollout" && s.name != "preview" {
			continue
		}
		for j, region := range n.busy() {
			at := n.o.Meanwhile.Add(3*time.Minute + time.Duration(j)*47*time.Second)
			out = append(out, meantime{region, at, s})
		}
	}
	return out
}

// busy are eight regions that the company deploys to.
func (n *Noise) busy() []string {
	return slices.DeleteFunc([]string{
		n.o.Home[0], n.o.Home[1], "us-west-2", "eu-west-1", "ap-southeast-1", "eu-central-1", "us-east-2", "ca-central-1",
	}, func(region string) bool { return !slices.Contains(n.o.Regions, region) })
}

const (
	keyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexDigits  = "0123456789abcdef"
)

func letters(rng *rand.Rand, alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[rng.IntN(len(alphabet))])
	}
	return b.String()
}

func oneOf(rng *rand.Rand, all ...string) string { return all[rng.IntN(len(all))] }
