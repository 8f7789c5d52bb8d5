package noise

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// vars are what an event differs in from others of its step.
func (e *Event) vars() *vars {
	p := e.play
	return &vars{
		at: e.At, began: p.began, keys: p.keys, region: p.region, hex: p.hex, word: p.word, person: p.person,
		id: uuid(e.ids[0], e.ids[1]), request: uuid(e.ids[2], e.ids[3]), shared: uuid(e.ids[1], e.ids[2]),
		until: e.At.Add(time.Hour).UTC().Format(recordTime),
	}
}

// uuid is a UUID of version 4 out of two numbers.
func uuid(hi, lo uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var out [36]byte
	hex.Encode(out[:8], b[:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:], b[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// Trail is the event for an account's history: what one searches by, and the whole when somebody
// reads it.
func (e *Event) Trail() cloud.TrailEvent {
	full := e.step.write(e.vars())
	light := cloud.TrailEvent{
		Time: full.Time, Region: full.Region, Source: full.Source, Name: full.Name, ReadOnly: full.ReadOnly, ErrorCode: full.ErrorCode, ID: full.ID,
		Identity: cloud.Identity{ARN: full.Identity.ARN},
	}
	light.Identity.AccessKeyID = full.AccessKey()
	if arn, ok := full.UserIdentity["arn"].(string); ok {
		light.Identity.ARN = arn
	} else if full.UserIdentity != nil {
		light.UserIdentity = full.UserIdentity // A subject without an ARN has only this to be found by.
	}
	light.Whole = func() cloud.TrailEvent { return e.step.write(e.vars()) }
	return light
}

// Writer writes many events fast: each step is written once by the account, with marks in the
// places of what differs, and events are put together of the pieces between them. It is for one
// goroutine.
type Writer struct {
	n      *Noise
	pieces map[*step][]piece
}

// piece is text, and which of the vars follows it.
type piece struct {
	text []byte
	then mark
}

// NewWriter returns a writer.
func (n *Noise) NewWriter() *Writer { return &Writer{n: n, pieces: map[*step][]piece{}} }

// Append appends the record of an event.
func (w *Writer) Append(b []byte, e *Event) []byte {
	pieces := w.pieces[e.step]
	if pieces == nil {
		pieces = w.n.cut(e.step)
		w.pieces[e.step] = pieces
	}
	v := e.vars()
	for _, p := range pieces {
		b = append(b, p.text...)
		b = p.then.append(b, v)
	}
	return b
}

// mark is one of the vars.
type mark int

const (
	noMark mark = iota
	markAt
	markBegan
	markBeganSecond
	markBeganThird
	markRegion
	markID
	markRequest
	markShared
	markKey
	markKeySecond
	markKeyThird
	markHex
	markWord
	markPerson
	markUntil
)

// marked are vars whose every value is found again in a record. No value is a part of another.
func marked() *vars {
	return &vars{
		at: time.Date(1971, 1, 1, 1, 1, 1, 0, time.UTC), keys: [3]string{"~key~", "~key-2~", "~key-3~"},
		began: [3]time.Time{
			time.Date(1972, 2, 2, 2, 2, 2, 0, time.UTC), time.Date(1973, 3, 3, 3, 3, 3, 0, time.UTC), time.Date(1974, 4, 4, 4, 4, 4, 0, time.UTC),
		},
		region: "~region~", id: "~event-id~", request: "~request-id~", shared: "~shared~", hex: "~hex~", word: "~word~", person: "~person~", until: "~until~",
	}
}

func (m mark) append(b []byte, v *vars) []byte {
	switch m {
	case markAt:
		return v.at.UTC().AppendFormat(b, time.RFC3339)
	case markBegan, markBeganSecond, markBeganThird:
		return v.began[m-markBegan].UTC().AppendFormat(b, time.RFC3339)
	default:
	}
	return append(b, m.text(v)...)
}

func (m mark) text(v *vars) string {
	switch m {
	case markRegion:
		return v.region
	case markID:
		return v.id
	case markRequest:
		return v.request
	case markShared:
		return v.shared
	case markKey, markKeySecond, markKeyThird:
		return v.keys[m-markKey]
	case markHex:
		return v.hex
	case markWord:
		return v.word
	case markPerson:
		return v.person
	case markUntil:
		return v.until
	default: // Times are appended, and after the last piece nothing is.
		return ""
	}
}

// cut cuts the record of a step at its marks.
func (n *Noise) cut(s *step) []piece {
	v := marked()
	full := s.write(v)
	raw := n.o.Cloud.Record(&full)
	var marks []mark
	for m := markAt; m <= markUntil; m++ {
		marks = append(marks, m)
	}
	var out []piece
	for {
		at, found, length := len(raw), noMark, 0
		for _, m := range marks {
			text := m.append(nil, v)
			if i := bytes.Index(raw, text); i >= 0 && i < at {
				at, found, length = i, m, len(text)
			}
		}
		out = append(out, piece{slices.Clone(raw[:at]), found})
		if found == noMark {
			return out
		}
		raw = raw[at+length:]
	}
}

// Steps are the names of the events that the noise is made of, in order and each once.
func (n *Noise) Steps() []string {
	var names []string
	for i := range n.scenes {
		for j := range n.scenes[i].steps {
			e := n.scenes[i].steps[j].write(marked())
			names = append(names, strings.TrimSuffix(e.Source, ".amazonaws.com")+":"+e.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
