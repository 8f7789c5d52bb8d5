package trail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"
)

// Index holds many events compactly: each once, whatever order and however often they come in. It
// keeps of an event what one looks for; the record itself is kept elsewhere, under the event's number
// here. It costs some 150 bytes an event. It is not safe for use by several goroutines.
type Index struct {
	words words
	rows  []row
	names []word
	// ids are the numbers of the events by the sum of their ids.
	ids map[[16]byte]int32
	// sessions are found by their keys, and numbered as those stand; opened are session starts by
	// whom they let in.
	sessions map[SessionKey]*session
	keys     []SessionKey
	list     []*session
	opened   map[opening]int32
	// order are the numbers of all events, oldest first; sorted says that it is.
	order  []int32
	sorted bool
}

// row is an event; its words are numbers in the table of words.
type row struct {
	at      int64 // Milliseconds since 1970, the least number where the record has no time.
	session int32
	id      word
	source  word
	name    word
	region  word
	address word
	agent   word
	err     word
	key     word
	via     word
	target  word
	// names are those from here on, so many, in the index's list.
	names uint32
	named uint8
	class Class
}

// NewIndex returns an index of nothing.
func NewIndex() *Index {
	x := &Index{ids: map[[16]byte]int32{}, sessions: map[SessionKey]*session{}, opened: map[opening]int32{}}
	x.words.of("")
	return x
}

// Len is how many events it holds.
func (x *Index) Len() int { return len(x.rows) }

// Add takes an event in and returns its number; false where it holds it already, with the number that
// it has.
func (x *Index) Add(e *Event) (n int32, fresh bool) {
	sum := idSum(e.ID)
	if n, known := x.ids[sum]; known {
		return n, false
	}
	n = int32(len(x.rows))
	x.ids[sum] = n
	w := &x.words
	r := row{
		at: stamp(e.Time), id: w.once(e.ID), source: w.of(e.Source), name: w.of(e.Name), region: w.of(e.Region), address: w.of(e.Address),
		agent: w.of(e.Agent), err: w.of(e.Error), key: w.of(e.Identity.Key), via: w.of(e.Identity.Via), class: e.Class(),
	}
	names := e.Names[:min(len(e.Names), namesMost)]
	r.target, r.names, r.named = w.of(e.Target), uint32(len(x.names)), uint8(len(names))
	for _, name := range names {
		x.names = append(x.names, w.of(name))
	}
	r.session = x.join(e)
	x.rows = append(x.rows, r)
	x.sessions[x.keys[r.session]].add(&x.rows[n])
	x.open(e, n)
	x.order, x.sorted = append(x.order, n), false
	return n, true
}

// idSum is what tells events apart.
func idSum(id string) (sum [16]byte) {
	if text := strings.ReplaceAll(id, "-", ""); len(text) == 32 {
		if _, err := hex.Decode(sum[:], []byte(text)); err == nil {
			return sum
		}
	}
	whole := sha256.Sum256([]byte(id))
	return [16]byte(whole[:16])
}

// never is the time of an event whose record does not say when it happened.
const never = -1 << 62

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixMilli()
}

func unstamp(ms int64) time.Time {
	if ms == never {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Row is an event as the index holds it.
type Row struct {
	// Number is its own; records are kept under it.
	Number int32
	ID     string
	// Time is in UTC and to the millisecond, zero where the record does not say.
	Time                                                        time.Time
	Source, Name, Region, Address, Agent, Error, AccessKey, Via string
	// Target is what it was about, in a word.
	Target string
	// By is the ARN of the caller, or who else it is; Who says it whole, in words, and Caller what kind
	// of caller that is.
	By, Who string
	Caller  Kind
	Class   Class
	Session SessionKey
	index   *Index
}

// Names are the things that it names: ARNs, ids and names, at most 16; of what only looked only those
// that CloudTrail lists itself.
func (r *Row) Names() []string {
	of := &r.index.rows[r.Number]
	var out []string
	for _, w := range r.index.names[of.names : of.names+uint32(of.named)] {
		out = append(out, r.index.words.all[w])
	}
	return out
}

// At is the event of a number.
func (x *Index) At(n int32) Row {
	r, w := &x.rows[n], x.words.all
	s := x.list[r.session]
	return Row{
		Number: n, ID: w[r.id], Time: unstamp(r.at), Source: w[r.source], Name: w[r.name], Region: w[r.region], Address: w[r.address],
		Agent: w[r.agent], Error: w[r.err], AccessKey: w[r.key], Via: w[r.via], Target: w[r.target], Class: r.class, Session: x.keys[r.session],
		By: x.keys[r.session].Principal, Who: s.label, Caller: s.kind, index: x,
	}
}

// Between are the events of an interval, the newest first; a zero time is no bound. Events of one
// moment stand in the order of their ids. What has no time comes last, where there is no bound below.
func (x *Index) Between(since, until time.Time) iter.Seq[Row] {
	x.sort()
	low, high := 0, len(x.order)
	if !since.IsZero() {
		low = sort.Search(len(x.order), func(i int) bool { return x.rows[x.order[i]].at >= since.UnixMilli() })
	}
	if !until.IsZero() {
		high = sort.Search(len(x.order), func(i int) bool { return x.rows[x.order[i]].at >= until.UnixMilli() })
	}
	return func(yield func(Row) bool) {
		for i := high - 1; i >= low; i-- {
			if !yield(x.At(x.order[i])) {
				return
			}
		}
	}
}

// sort puts the events in order.
func (x *Index) sort() {
	if x.sorted {
		return
	}
	slices.SortFunc(x.order, func(a, b int32) int {
		r, s := &x.rows[a], &x.rows[b]
		return cmp.Or(cmp.Compare(r.at, s.at), strings.Compare(x.words.all[r.id], x.words.all[s.id]))
	})
	x.sorted = true
}

// word is the number of a text in a table.
type word uint32

// words are texts that come again and again, each kept once.
type words struct {
	all []string
	at  map[string]word
}

func (w *words) of(text string) word {
	if n, known := w.at[text]; known {
		return n
	}
	n := w.once(text)
	if w.at == nil {
		w.at = map[string]word{}
	}
	w.at[w.all[n]] = n
	return n
}

// once keeps a text of which there is no other.
func (w *words) once(text string) word {
	w.all = append(w.all, strings.Clone(text))
	return word(len(w.all) - 1)
}

// Service is the event's source without ".amazonaws.com".
func (r *Row) Service() string { return strings.TrimSuffix(r.Source, ".amazonaws.com") }
