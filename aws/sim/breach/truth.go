package breach

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// Planted is the verdict of everything that the intruder made.
const Planted = "planted"

// Truth is what is whose in the account. A task counts while its lastStatus is not STOPPED, a task
// definition while it is ACTIVE or INACTIVE, or still in use; what a service, rule or daemon of the
// intruder's starts is the intruder's.
type Truth struct {
	// Flag is what one would flag first, with its since: the ARN of the hostile session, "@" and an
	// RFC 3339 time.
	Flag string `json:"flag"`
	// Attacker is what the intruder made and what can be seen now; Hidden is what he made in
	// regions that are disabled; Gone is what was his and is no more.
	Attacker []Member `json:"attacker"`
	Hidden   []Member `json:"hidden"`
	Gone     []Member `json:"gone"`
	// Honest is everything else.
	Honest []Member `json:"honest"`
}

// Member is one resource, named by its ARN.
type Member struct {
	ARN string `json:"arn"`
	// Verdict is Planted for the intruder's things and empty for honest ones.
	Verdict string `json:"verdict,omitempty"`
}

// JSON is the truth as the truth file holds it.
func (t Truth) JSON() []byte {
	raw, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		panic("breach: write the truth: " + err.Error()) // Texts and lists of texts always have a JSON form.
	}
	return append(raw, '\n')
}

// Truth is the truth of the moment. It takes the account's lock for a millisecond or two.
func (s *Scenario) Truth() Truth {
	t := Truth{
		Flag:     s.intruder + "@" + s.Since.UTC().Format(time.RFC3339),
		Attacker: []Member{}, Hidden: []Member{}, Gone: []Member{}, Honest: []Member{},
	}
	s.Cloud.Locked(func(now time.Time) {
		judge := s.judge()
		live := map[string]bool{}
		for _, r := range s.Cloud.Resources() {
			hostile := judge(r)
			switch {
			case !hostile && !r.Gone:
				t.Honest = append(t.Honest, Member{ARN: r.ARN})
			case !hostile:
			case r.Gone:
				s.known[r.ARN] = true
			default:
				s.known[r.ARN], live[r.ARN] = true, true
				if isOpen(s.Cloud, r.Region, now) {
					t.Attacker = append(t.Attacker, Member{r.ARN, Planted})
				} else {
					t.Hidden = append(t.Hidden, Member{r.ARN, Planted})
				}
			}
		}
		for _, arn := range slices.Sorted(maps.Keys(s.known)) {
			if !live[arn] {
				t.Gone = append(t.Gone, Member{arn, Planted})
			}
		}
	})
	return t
}

// judge tells the intruder's things from honest ones by what they were made by and live in. The
// account's lock is held.
func (s *Scenario) judge() func(cloud.ResourceInfo) bool {
	c := s.Cloud
	scaled := c.ScaledServices()
	clusterOf := func(arn string) string {
		head, resource, _ := cutResource(arn)
		if parts := strings.Split(resource, "/"); len(parts) == 3 {
			return head + "cluster/" + parts[1]
		}
		return ""
	}
	return func(r cloud.ResourceInfo) bool {
		if s.planted[r.ARN] || s.planted[clusterOf(r.ARN)] {
			return true
		}
		switch r.Kind {
		case "ecs:task":
			from, _ := c.TaskOrigin(r.Region, r.ARN)
			return s.planted[from.Service] || s.registeredHere(r.Region, from.Definition)
		case "ecs:task-definition":
			return s.registeredHere(r.Region, r.ARN)
		case "application-autoscaling:target":
			service := scaled[r.ARN]
			return s.planted[service] || s.planted[clusterOf(service)]
		}
		return false
	}
}

// registeredHere says whether a task definition was registered by the hostile session, and not by
// its user before it.
func (s *Scenario) registeredHere(region, definition string) bool {
	by, at, _ := s.Cloud.DefinitionOrigin(region, definition)
	return by == s.intruder && !at.Before(s.Since)
}

// cutResource splits an ARN before its resource.
func cutResource(arn string) (head, resource string, ok bool) {
	at := 0
	for range 5 {
		next := strings.IndexByte(arn[at:], ':')
		if next < 0 {
			return "", "", false
		}
		at += next + 1
	}
	return arn[:at], arn[at:], true
}
