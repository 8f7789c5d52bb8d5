package trail

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/rootout/rootout/model"
)

// session is what is known of one, by numbers.
type session struct {
	number      int32
	who         Identity
	first, last int64
	calls       int
	failed      int
	regions     map[word]bool
	addresses   map[word]bool
	agents      map[word]bool
	keys        map[word]bool
	// earliest is the event by which who is told, so that it does not depend on the order in which
	// they came.
	earliest int32
}

// Session is what one did and where he came from.
type Session struct {
	Key SessionKey
	// Who is his identity by the first record of the session.
	Who Identity
	// First and Last are his first and last call; zero where no record says when.
	First, Last time.Time
	// Calls is how many, Failed how many of them were refused.
	Calls, Failed int
	// Regions, Addresses, Agents and AccessKeys are all that he used, in order.
	Regions, Addresses, Agents, AccessKeys []string
	// Opened is the event by which the session began, -1 where none is known.
	Opened int32
}

// opening is whom a session start let in: by the ARN of the session and the second, or by the access
// key that was issued.
type opening struct {
	arn    string
	second int64
	key    string
}

// join finds the session of an event, or begins one.
func (x *Index) join(e *Event) int32 {
	key := e.Identity.SessionKey()
	s := x.sessions[key]
	if s == nil {
		s = &session{
			number: int32(len(x.keys)), first: never, last: never, earliest: -1,
			regions: map[word]bool{}, addresses: map[word]bool{}, agents: map[word]bool{}, keys: map[word]bool{},
		}
		x.keys, x.who = append(x.keys, key), append(x.who, caller{})
		x.sessions[key] = s
	}
	if n := int32(len(x.rows)); s.earliest < 0 || x.before(e, s.earliest) {
		s.earliest, s.who = n, e.Identity
		x.who[s.number] = caller{
			label: model.Clean(e.Identity.Label()), by: model.Clean(key.Principal), session: model.Clean(key.String()), kind: e.Identity.Kind(),
		}
	}
	return s.number
}

// before says whether an event that is not in the index yet was before one that is.
func (x *Index) before(e *Event, n int32) bool {
	r := &x.rows[n]
	return cmp.Or(cmp.Compare(stamp(e.Time), r.at), strings.Compare(e.ID, x.ID(n))) < 0
}

func (s *session) add(r *row) {
	s.calls++
	if r.err != 0 {
		s.failed++
	}
	if r.at != never {
		if s.first == never || r.at < s.first {
			s.first = r.at
		}
		s.last = max(s.last, r.at)
	}
	for _, set := range []struct {
		of map[word]bool
		is word
	}{{s.regions, r.region}, {s.addresses, r.address}, {s.agents, r.agent}, {s.keys, r.key}} {
		if set.is != 0 {
			set.of[set.is] = true
		}
	}
}

// open notes whom a session start let in.
func (x *Index) open(e *Event, n int32) {
	if e.Class() != Start || !e.Happened() {
		return
	}
	for _, o := range openings(e) {
		if was, known := x.opened[o]; !known || x.before(e, was) {
			x.opened[o] = n
		}
	}
}

// openings are by what a session is known for the one that an event began. A key alone does not
// join a session of Identity Center: what AWS issues is not what then calls (facts, finding 3).
func openings(e *Event) []opening {
	var answer struct {
		Assumed struct {
			ARN string `json:"arn"`
		} `json:"assumedRoleUser"`
		Federated struct {
			ARN string `json:"arn"`
		} `json:"federatedUser"`
		Credentials struct {
			Key string `json:"accessKeyId"`
		} `json:"credentials"`
	}
	if e.Answer == nil || json.Unmarshal(e.Answer, &answer, lenient()) != nil {
		return nil
	}
	var out []opening
	for _, arn := range []string{answer.Assumed.ARN, answer.Federated.ARN} {
		if arn != "" && !e.Time.IsZero() {
			out = append(out, opening{arn: arn, second: e.Time.Unix()})
		}
	}
	if answer.Credentials.Key != "" {
		out = append(out, opening{key: answer.Credentials.Key})
	}
	return out
}

// Sessions are all sessions, the one that called last first.
func (x *Index) Sessions() []Session {
	out := make([]Session, 0, len(x.sessions))
	for key, s := range x.sessions {
		out = append(out, x.session(key, s))
	}
	slices.SortFunc(out, func(a, b Session) int {
		return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.Key.Principal, b.Key.Principal),
			cmp.Compare(a.Key.Began, b.Key.Began), strings.Compare(a.Key.SignIn, b.Key.SignIn))
	})
	return out
}

func (x *Index) session(key SessionKey, s *session) Session {
	sorted := func(set map[word]bool) []string {
		var all []string
		for w := range maps.Keys(set) {
			all = append(all, x.texts[w])
		}
		slices.Sort(all)
		return all
	}
	out := Session{
		Key: key, Who: s.who, First: unstamp(s.first), Last: unstamp(s.last), Calls: s.calls, Failed: s.failed,
		Regions: sorted(s.regions), Addresses: sorted(s.addresses), Agents: sorted(s.agents), AccessKeys: sorted(s.keys), Opened: -1,
	}
	if n, ok := x.opened[opening{arn: key.Principal, second: key.Began}]; ok && key.Began != 0 {
		out.Opened = n
		return out
	}
	for _, k := range out.AccessKeys {
		if n, ok := x.opened[opening{key: k}]; ok {
			out.Opened = n
			return out
		}
	}
	return out
}
