package lookup

import (
	"context"
	"slices"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// place is one region, whose questions take turns: the two calls a second are for all of them. What
// it knows is locked by its Lookup.
type place struct {
	is     model.Place
	lookup *Lookup
	wake   chan struct{}
	asked  []*asked
	turn   int
}

// asked is a question and how far it has been answered.
type asked struct {
	question port.Question
	// open are the parts of the interval that nobody has read yet, the newest first.
	open []window
	// from and to are the part that was read without a gap.
	from, to time.Time
	whole    bool
	// tailed is up to when what is new was asked for last; next is when it is its turn again after a
	// failure.
	tailed   time.Time
	next     time.Time
	failures int
	gone     bool
}

// window is a part of an interval under one token: AWS takes a token back only with the parameters
// that it was given for.
type window struct {
	since, until time.Time
	token        string
	// tail says that what came since is read, over what was read before.
	tail bool
}

// subject tells questions apart: one that merely reaches further is the same.
func subject(q port.Question) port.Question {
	q.Since, q.Until = time.Time{}, time.Time{}
	return q
}

// ask takes in a question. The lock is held.
func (p *place) ask(q port.Question, now time.Time) {
	until := q.Until
	if until.IsZero() || until.After(now) {
		until = now
	}
	since := q.Since
	if oldest := now.Add(-history); since.Before(oldest) {
		since = oldest
	}
	since, until = since.UTC().Truncate(time.Second), until.UTC().Truncate(time.Second)
	at := slices.IndexFunc(p.asked, func(a *asked) bool { return subject(a.question) == subject(q) })
	switch {
	case at < 0:
		p.asked = append(p.asked, &asked{question: q, open: []window{{since: since, until: until}}, from: until, to: until, tailed: until})
	case since.Before(p.asked[at].question.Since):
		a := p.asked[at]
		a.open = append(a.open, window{since: since, until: a.question.Since})
		a.question.Since, a.whole, a.next = since, false, time.Time{}
	case p.asked[at].failures > 0:
		p.asked[at].next = time.Time{}
	}
	if at < 0 {
		p.asked[len(p.asked)-1].question.Since = since
	}
	p.rouse()
}

func (p *place) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// forget drops questions; none means all. The lock is held.
func (p *place) forget(questions []port.Question) {
	p.asked = slices.DeleteFunc(p.asked, func(a *asked) bool {
		drop := len(questions) == 0 || slices.ContainsFunc(questions, func(q port.Question) bool { return subject(q) == subject(a.question) })
		a.gone = a.gone || drop
		return drop
	})
}

// read answers the place's questions until the end of the context.
func (p *place) read(ctx context.Context) {
	for ctx.Err() == nil {
		a, wait := p.pick()
		if a != nil {
			p.page(ctx, a)
			continue
		}
		p.rest(ctx, wait)
	}
}

// rest waits for a question, or until one's time has come.
func (p *place) rest(ctx context.Context, wait time.Duration) {
	var timer <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-ctx.Done():
	case <-p.wake:
	case <-timer:
	}
}

// pick is the question whose turn it is, or how long nobody's is; 0 is for ever.
func (p *place) pick() (next *asked, wait time.Duration) {
	p.lookup.mu.Lock()
	defer p.lookup.mu.Unlock()
	now := p.lookup.options.Now()
	for i := range p.asked {
		a := p.asked[(p.turn+i)%len(p.asked)]
		if a.next.After(now) {
			if d := a.next.Sub(now); wait == 0 || d < wait {
				wait = d
			}
			continue
		}
		if tail := p.lookup.options.Tail; a.question.Until.IsZero() && tail > 0 {
			if due := a.tailed.Add(tail); !due.After(now) {
				a.askForNew(now)
			} else if d := due.Sub(now); len(a.open) == 0 && (wait == 0 || d < wait) {
				wait = d
			}
		}
		if len(a.open) == 0 {
			continue
		}
		p.turn = (p.turn + i + 1) % len(p.asked)
		return a, 0
	}
	return nil, wait
}

// askForNew puts what came since before everything that is still to be read: a history of days must not
// keep anybody from what happens now.
func (a *asked) askForNew(now time.Time) {
	until, since := now.UTC().Truncate(time.Second), a.to.Add(-overlap)
	if since.Before(a.question.Since) {
		since = a.question.Since
	}
	a.tailed = until
	if len(a.open) > 0 && a.open[0].tail {
		return // The last one is not read to its end yet, and goes on under its token.
	}
	a.open = append([]window{{since: since, until: until, tail: true}}, a.open...)
}

// page reads one page of a question's newest open part.
func (p *place) page(ctx context.Context, a *asked) {
	w := a.open[0]
	region := p.is.Region
	if region == "" {
		region = p.lookup.options.AWS.GlobalRegion()
	}
	call, cancel := context.WithTimeout(ctx, p.lookup.options.Deadline)
	found, err := lookupPage(call, p.lookup.options.AWS.Clients(region), a.question, w)
	cancel()
	if ctx.Err() != nil {
		return
	}
	p.lookup.mu.Lock()
	if a.gone {
		p.lookup.mu.Unlock()
		return
	}
	answer := &port.Answer{Question: a.question, At: p.lookup.options.Now()}
	if err != nil {
		a.failed(p.lookup.options.Now(), err)
	} else {
		a.took(found)
	}
	answer.From, answer.To, answer.Complete = a.from, a.to, a.whole
	p.lookup.mu.Unlock()
	if err != nil {
		answer.Failure = failure(ctx, p.lookup.options.AWS, err)
	} else {
		answer.Records = p.lookup.options.scrub(found.records)
	}
	answer.Open = p.lookup.open()
	p.lookup.tell(answer)
}

// took notes a page. The lock is held.
func (a *asked) took(found page) {
	a.failures = 0
	w := &a.open[0]
	w.token = found.next
	if !w.tail && !found.oldest.IsZero() && found.oldest.Before(a.from) {
		a.from = found.oldest
	}
	if w.token != "" {
		return
	}
	if w.tail {
		a.to = w.until
	} else {
		a.from = w.since
	}
	a.open = a.open[1:]
	a.whole = a.whole || len(a.open) == 0
}

// The pauses after failures: what a network drops comes back soon, what is denied rarely.
const (
	firstPause = 5 * time.Second
	mostPause  = 2 * time.Minute
)

// failed notes why a page did not come. The lock is held.
func (a *asked) failed(now time.Time, err error) {
	a.failures++
	w := &a.open[0]
	if w.token != "" && aws.Describe(err).Code == "InvalidNextTokenException" {
		// Tokens end; what was read up to here needs not be read again, but for the second that it
		// ended in.
		w.token = ""
		if !w.tail && a.from.Before(w.until) {
			w.until = a.from.Add(time.Second)
		}
		return
	}
	pause := firstPause << min(a.failures-1, 5)
	if aws.Classify(err) == aws.Denied {
		pause = mostPause
	}
	a.next = now.Add(min(pause, mostPause))
}

// failure is what is shown of one; AWS's taking the credentials no longer is a matter of the whole
// connection.
func failure(ctx context.Context, connection AWS, err error) *model.Failure {
	if out := connection.SignedOut(ctx, err); out != nil {
		err = out
	}
	return aws.Describe(err).Model()
}
