package breach

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
)

// Maker is who made one resource of the account, and when: what a search for makers has to find.
type Maker struct {
	// ARN names the resource, Kind is its kind in rootout's words ("ecs:task", and "ecs:task-set"
	// and "ecs:daemon-task-definition" for what rootout has no kind for), Region where it lives.
	ARN, Kind, Region string
	// By is the ARN of the session whose call made it, empty where nobody called: a service's
	// scheduler starts tasks by itself. Began is when that session began and Key the access key
	// that signed, as far as the creating event is remembered.
	By    string
	Began time.Time
	Key   string
	// At is when it was made: the time of the creating event, where there is one.
	At time.Time
	// Event is the eventID of the creating event, which is in the region's history. It is empty for
	// what is older than the 90 days that CloudTrail shows, and for what nobody called for.
	Event string
	// Owner is the ARN of what AWS made it for: the service or daemon of a task, the service of a
	// task set, the rule or schedule that started a task; empty for everything else.
	Owner string
	// Behind is the ARN of the session that is to answer for it: By, or for what has an owner
	// whoever is behind that.
	Behind string
	// Intruder says that it is the intruder's.
	Intruder bool
}

// making is what is known of the making of one thing.
type making struct {
	by, key, event, owner string
	session, at           time.Time
}

// made notes who made a thing, by the event of that id; without one the history does not reach back
// to it.
func (b *builder) made(arn string, by actor, at time.Time, event string) {
	m := making{by: by.id.ARN, at: at.Truncate(time.Second), event: event}
	if event != "" {
		m.session, m.key = by.id.SessionCreated, by.id.AccessKeyID
	}
	b.s.makers[arn] = m
}

// taskSets are the ARNs of the task sets of a seeded service.
func (b *builder) taskSets(s ecs.ServiceSeed, service string) (arns []string) {
	if len(s.TaskSets) == 0 {
		return nil
	}
	for _, part := range b.c.Parts() {
		if part.Kind == "ecs:task-set" && part.Owner == service {
			arns = append(arns, part.ARN)
		}
	}
	return arns
}

// Makers are the makers of everything of ECS, EventBridge and Application Auto Scaling that can be
// seen now in the enabled regions; what is gone is left out. An account of Uniform has no history, so
// nobody made what stands there from the start. It takes the account's lock.
func (s *Scenario) Makers() []Maker {
	var out []Maker
	s.Cloud.Locked(func(now time.Time) {
		f := finder{s: s, judge: s.judge(), scaled: s.Cloud.ScaledServices()}
		for _, r := range s.Cloud.Resources() {
			if !r.Gone && isOpen(s.Cloud, r.Region, now) {
				out = append(out, f.find(r))
			}
		}
		for _, part := range s.Cloud.Parts() {
			if part.Gone || !isOpen(s.Cloud, part.Region, now) {
				continue
			}
			m := f.find(part.ResourceInfo)
			if part.Owner != "" {
				m.Owner = part.Owner
				owner := part.ResourceInfo
				owner.ARN, owner.Kind = part.Owner, "ecs:service"
				m.Intruder = f.judge(owner)
			}
			out = append(out, m)
		}
		f.behind(out)
	})
	return out
}

// finder finds makers; the account's lock is held.
type finder struct {
	s      *Scenario
	judge  func(cloud.ResourceInfo) bool
	scaled map[string]string
	// called are the makings that the history tells of, read when something is met that was not
	// there at the start.
	called map[string]making
}

func (f *finder) find(r cloud.ResourceInfo) Maker {
	m := Maker{ARN: r.ARN, Kind: r.Kind, Region: r.Region, Intruder: f.judge(r)}
	from, isTask := f.s.Cloud.TaskOrigin(r.Region, r.ARN)
	isTask = isTask && r.Kind == "ecs:task"
	if isTask && from.Service+from.Daemon != "" {
		m.Owner, m.At = from.Service+from.Daemon, from.Created
		return m
	}
	k, known := f.s.makers[r.ARN]
	if !known {
		k, known = f.recall(r.ARN)
	}
	if !known {
		// ECS registers the scalable target of an Express Gateway service by itself.
		m.Owner = f.scaled[r.ARN]
		m.At = f.s.makers[m.Owner].at
		return m
	}
	m.By, m.Began, m.Key, m.At, m.Event, m.Owner = k.by, k.session, k.key, k.at, k.event, k.owner
	if isTask && m.Owner == "" {
		m.Owner = f.starter(r.Region, from.StartedBy)
	}
	return m
}

// starter is the rule or schedule that a task's startedBy names, cut off as AWS does.
func (f *finder) starter(region, startedBy string) string {
	kinds := map[string]string{"events-rule": "events:rule", "chronos-schedule": "scheduler:schedule"}
	how, name, _ := strings.Cut(startedBy, "/")
	if kinds[how] == "" {
		return ""
	}
	for _, r := range f.s.Cloud.Resources() {
		if r.Kind == kinds[how] && r.Region == region && strings.HasPrefix(cloud.ShortName(r.ARN), name) {
			return r.ARN
		}
	}
	return ""
}

// behind follows the owners.
func (f *finder) behind(all []Maker) {
	by := map[string]*Maker{}
	for i := range all {
		by[all[i].ARN] = &all[i]
	}
	for i := range all {
		top := &all[i]
		for range 4 { // A task of a task set of a service is the longest chain.
			owner := by[top.Owner]
			if owner == nil {
				break
			}
			top = owner
		}
		all[i].Behind = top.By
	}
}

// recall finds the call that made a thing in the history.
func (f *finder) recall(arn string) (making, bool) {
	if f.called == nil {
		f.called = map[string]making{}
		for _, region := range f.s.Cloud.EventRegions() {
			for _, e := range f.s.Cloud.Events(region) {
				if !e.ReadOnly && e.ErrorCode == "" && makes(e.Name) {
					f.note(f.s.Cloud.Record(e), e)
				}
			}
		}
	}
	m, ok := f.called[arn]
	return m, ok
}

// makes says whether an operation makes things: others name them too, and change them.
func makes(name string) bool {
	return strings.HasPrefix(name, "Create") || strings.HasPrefix(name, "Register") || strings.HasPrefix(name, "Put") ||
		name == "RunTask" || name == "StartTask"
}

// note keeps what an event's answer names as made by it, unless an earlier event has.
func (f *finder) note(raw []byte, e *cloud.TrailEvent) {
	var record struct {
		UserIdentity struct {
			Arn, AccessKeyID string
			SessionContext   struct {
				Attributes struct{ CreationDate time.Time }
			}
		}
		ResponseElements any
	}
	if json.Unmarshal(raw, &record) != nil {
		return
	}
	who := record.UserIdentity
	eachText(record.ResponseElements, func(text string) {
		if _, known := f.called[text]; !known && strings.HasPrefix(text, "arn:") {
			f.called[text] = making{
				by: who.Arn, key: who.AccessKeyID, event: e.ID, session: who.SessionContext.Attributes.CreationDate,
				at: e.Time.Truncate(time.Second),
			}
		}
	})
}

// eachText visits the texts in a JSON value.
func eachText(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, x := range v {
			eachText(x, visit)
		}
	case map[string]any:
		for _, x := range v {
			eachText(x, visit)
		}
	}
}
