package trail

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
)

// Index holds many events compactly: each once, whatever order and however often they come in. It
// keeps of an event what one looks for; the record itself is kept elsewhere, under the event's number
// here. It costs some 150 bytes an event. It is not safe for use by several goroutines.
type Index struct {
	columns
	words words
	// ids are the numbers of the events by the sum of their ids.
	ids map[[16]byte]int32
	// sessions are found by their keys, and numbered as those stand; opened are session starts by
	// whom they let in.
	sessions map[SessionKey]*session
	opened   map[opening]int32
	// order are the numbers of all events, oldest first; sorted says that it is.
	order  []int32
	sorted bool
}

// columns are what events say, by their numbers. What was written once never changes, but for who a
// session is, which an earlier event may tell better.
type columns struct {
	rows []row
	// sums tell the ids of events; those that are no UUIDs are kept as well.
	sums  [][16]byte
	other []otherID
	names []word
	texts []string
	keys  []SessionKey
	who   []caller
}

// caller is who a session is, and what the session is called.
type caller struct {
	label, by, session string
	kind               Kind
}

// row is an event; its words are numbers in the table of words.
type row struct {
	at      int64 // Milliseconds since 1970, the least number where the record has no time.
	session int32
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
	x.table().of("")
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
	if x.sums = append(x.sums, sum); !isUUID(sum, e.ID) {
		x.other = append(x.other, otherID{n, model.Clean(e.ID)})
	}
	w := x.table()
	r := row{
		at: stamp(e.Time), source: w.of(e.Source), name: w.of(e.Name), region: w.of(e.Region), address: w.of(e.Address),
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

// Find is the number of the event with an id; false where there is none.
func (x *Index) Find(id string) (n int32, found bool) {
	n, found = x.ids[idSum(id)]
	return n, found
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

// uuid is an id as AWS writes it.
func uuid(sum [16]byte) string {
	text := uuidText(sum)
	return string(text[:])
}

func isUUID(sum [16]byte, id string) bool {
	text := uuidText(sum)
	return string(text[:]) == id
}

func uuidText(sum [16]byte) (text [36]byte) {
	hex.Encode(text[:8], sum[:4])
	for i, at := range [...]int{9, 14, 19} {
		hex.Encode(text[at:at+4], sum[4+2*i:6+2*i])
	}
	hex.Encode(text[24:], sum[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return text
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

// Row is an event as the index holds it. Its texts were cleaned on their way in.
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
	// of caller that is. Session is his session, in words.
	By, Who, Session string
	Caller           Kind
	Class            Class
	of               *columns
}

// Names are the things that it names: ARNs, ids and names, at most 16; of what only looked only those
// that CloudTrail lists itself.
func (r *Row) Names() []string {
	of := &r.of.rows[r.Number]
	var out []string
	for _, w := range r.of.names[of.names : of.names+uint32(of.named)] {
		out = append(out, r.of.texts[w])
	}
	return out
}

// At is the event of a number.
func (x *columns) At(n int32) Row {
	r, w := &x.rows[n], x.texts
	s := &x.who[r.session]
	return Row{
		Number: n, ID: x.ID(n), Time: unstamp(r.at), Source: w[r.source], Name: w[r.name], Region: w[r.region], Address: w[r.address],
		Agent: w[r.agent], Error: w[r.err], AccessKey: w[r.key], Via: w[r.via], Target: w[r.target], Class: r.class,
		By: s.by, Who: s.label, Session: s.session, Caller: s.kind, of: x,
	}
}

// ID is the id of the event of a number.
func (x *columns) ID(n int32) string {
	if id, is := x.otherOf(n); is {
		return id
	}
	return uuid(x.sums[n])
}

// otherID is the id of an event that is no UUID; they are kept in the order of their numbers.
type otherID struct {
	n    int32
	text string
}

func (x *columns) otherOf(n int32) (id string, is bool) {
	at, is := slices.BinarySearchFunc(x.other, n, func(o otherID, n int32) int { return cmp.Compare(o.n, n) })
	if !is {
		return "", false
	}
	return x.other[at].text, true
}

// compareIDs orders events of one moment.
func (x *columns) compareIDs(a, b int32) int {
	if len(x.other) > 0 {
		return strings.Compare(x.ID(a), x.ID(b))
	}
	return bytes.Compare(x.sums[a][:], x.sums[b][:])
}

// Frozen is an index as it was at one moment. It never changes, and may be used by several goroutines
// while the index goes on.
type Frozen struct {
	columns
	order []int32
}

// Freeze gives the index as it is now. It costs a copy of four bytes an event, and of the sessions.
func (x *Index) Freeze() *Frozen {
	x.sort()
	f := &Frozen{columns: x.columns, order: slices.Clone(x.order)}
	f.who = slices.Clone(x.who)
	return f
}

// Len is how many events it holds.
func (f *Frozen) Len() int { return len(f.rows) }

// Between is as of the index.
func (f *Frozen) Between(since, until time.Time) iter.Seq[Row] {
	return f.between(f.order, since, until)
}

// Between are the events of an interval, the newest first; a zero time is no bound. Events of one
// moment stand in the order of their ids. What has no time comes last, where there is no bound below.
func (x *Index) Between(since, until time.Time) iter.Seq[Row] {
	x.sort()
	return x.between(x.order, since, until)
}

func (x *columns) between(order []int32, since, until time.Time) iter.Seq[Row] {
	low, high := 0, len(order)
	if !since.IsZero() {
		low = sort.Search(len(order), func(i int) bool { return x.rows[order[i]].at >= since.UnixMilli() })
	}
	if !until.IsZero() {
		high = sort.Search(len(order), func(i int) bool { return x.rows[order[i]].at >= until.UnixMilli() })
	}
	return func(yield func(Row) bool) {
		for i := high - 1; i >= low; i-- {
			if !yield(x.At(order[i])) {
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
		return cmp.Or(cmp.Compare(r.at, s.at), x.compareIDs(a, b))
	})
	x.sorted = true
}

// word is the number of a text in a table.
type word uint32

// words are the numbers of texts that come again and again; each is kept once.
type words map[string]word

// table adds texts to the columns.
type table struct {
	words words
	texts *[]string
}

func (x *Index) table() table {
	if x.words == nil {
		x.words = words{}
	}
	return table{x.words, &x.texts}
}

func (t table) of(text string) word {
	if n, known := t.words[text]; known {
		return n
	}
	clean := strings.Clone(model.Clean(text))
	*t.texts = append(*t.texts, clean)
	n := word(len(*t.texts) - 1)
	if clean != text {
		clean = strings.Clone(text)
	}
	t.words[clean] = n
	return n
}

// Service is the event's source without ".amazonaws.com".
func (r *Row) Service() string { return strings.TrimSuffix(r.Source, ".amazonaws.com") }
