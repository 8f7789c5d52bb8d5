package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Version is the format of a plan in JSON; a plan of a newer version is refused. Version 2 has
// words in the place of numbers, and goals.
const Version = 2

// The refusals of a plan.
var (
	// ErrPhrase is a phrase that is not the plan's.
	ErrPhrase = errors.New("the phrase does not match")
	// ErrChanged is a plan whose content is not what its digest says.
	ErrChanged = errors.New("the plan was changed after it was made")
	// ErrAccount is a plan for another account.
	ErrAccount = errors.New("the plan is for another account")
	// ErrNewer is a plan of a version that this rootout does not know.
	ErrNewer = errors.New("the plan was made by a newer rootout")
	// ErrProtected is a plan that holds what is protected now.
	ErrProtected = errors.New("the plan holds protected resources")
	// ErrTakenBack is about a plan that has run and whose run an undo has taken back: run again it
	// would remove what was put back.
	ErrTakenBack = errors.New("the plan has run already, and what it did was undone")
)

// Short is the part of the digest that stands in the phrase.
func (p *Plan) Short() string { return shortOf(p.Digest) }

func shortOf(digest string) string { return digest[:min(4, len(digest))] }

// Phrase is what confirms the plan, for example "delete 412 in 123456789012 #7f3a". A removal of
// more than what is known to be new names what it takes besides: "delete 1643 with 625 older and
// 40 of unknown age in …".
func (p *Plan) Phrase() string {
	return fmt.Sprintf("%s %s in %s #%s", p.Verb, p.Composition.amount(p.N()), p.Account, p.Short())
}

// Confirm checks the phrase, which must be exact: a blank or a line's end around it is not of it.
// Whoever reads it as a line takes off the end of that line first, and nothing else.
func (p *Plan) Confirm(phrase string) error {
	if phrase != p.Phrase() {
		return fmt.Errorf("%w: this plan is confirmed by %q", ErrPhrase, p.Phrase())
	}
	return nil
}

// The digest is over the plan as it is stored, so that a plan that was frozen before an upgrade
// still fits it after the upgrade, whatever members have come since. Stored plans differ in white
// space and in how texts are escaped (a file that people look at shows no control characters),
// which canonical takes out. The digest is the last member, and empty in what it is over.
const digestMember = `,"digest":"`

// canonical is JSON text without white space between tokens and with every text escaped as
// encoding/json does.
func canonical(text []byte) ([]byte, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return nil, err
	}
	in := compact.Bytes()
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		if in[i] != '"' {
			out = append(out, in[i])
			i++
			continue
		}
		end := i + 1
		for in[end] != '"' {
			if in[end] == '\\' {
				end++
			}
			end++
		}
		var word string
		if err := json.Unmarshal(in[i:end+1], &word); err != nil {
			return nil, err
		}
		again, err := json.Marshal(word)
		if err != nil {
			return nil, err
		}
		out = append(out, again...)
		i = end + 1
	}
	return out, nil
}

// digestOf is the SHA-256 of a canonical plan with its digest left empty, in hexadecimal.
func digestOf(text []byte) (string, error) {
	at := bytes.LastIndex(text, []byte(digestMember))
	if at < 0 {
		return "", errors.New("it has no digest")
	}
	at += len(digestMember)
	rest := bytes.IndexByte(text[at:], '"')
	if rest < 0 || string(text[at+rest:]) != `"}` {
		return "", errors.New("its digest is not its last member")
	}
	h := sha256.New()
	h.Write(text[:at])
	h.Write([]byte(`"}`))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// seal freezes a plan: it gets the digest of what will be stored.
func (p *Plan) seal() {
	p.Digest = ""
	p.stored = p.encode()
	// A plan holds strings, numbers and times within years 0 to 9999 only, and ends with its
	// digest.
	p.Digest, _ = digestOf(p.stored)
	p.stored = p.encode()
}

// encode is the plan as canonical JSON.
func (p *Plan) encode() []byte {
	type plain Plan
	text, err := json.Marshal((*plain)(p))
	if err != nil {
		panic("plan: " + err.Error())
	}
	return text
}

// MarshalJSON implements json.Marshaler: a frozen plan is written as it was stored.
func (p *Plan) MarshalJSON() ([]byte, error) {
	if p.stored != nil {
		return p.stored, nil
	}
	return p.encode(), nil
}

// UnmarshalJSON implements json.Unmarshaler; see Parse for what makes sure that it is whole.
func (p *Plan) UnmarshalJSON(text []byte) error {
	type plain Plan
	if err := json.Unmarshal(text, (*plain)(p)); err != nil {
		return err
	}
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Account == "" {
			s.Account = p.Account // The first format named a step's region alone.
		}
	}
	return nil
}

// Parse reads a plan from JSON and checks that it is whole: its version, its digest, and that every
// step stays within the targets, their places and kinds. Protections are not trusted from a file:
// see Recheck.
func Parse(data []byte) (*Plan, error) {
	var named struct {
		Version int    `json:"version"`
		Digest  string `json:"digest"`
	}
	if err := json.Unmarshal(data, &named); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if named.Version > Version {
		return nil, fmt.Errorf("%w (version %d, this one knows %d)", ErrNewer, named.Version, Version)
	}
	if named.Version < 1 || named.Digest == "" {
		return nil, errors.New("read plan: this is not a plan of rootout")
	}
	text, err := canonical(data)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	p := &Plan{}
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	p.stored = text
	if err := p.checkDigest(); err != nil {
		return nil, err
	}
	// What it holds was read from what is stored, so that check is all that is left of Check.
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// Check says whether the plan is whole: what is stored is what its digest says, it is what the plan
// holds, and its steps stay within its targets.
func (p *Plan) Check() error {
	if err := p.checkDigest(); err != nil {
		return err
	}
	stored := &Plan{}
	if err := json.Unmarshal(p.stored, stored); err != nil {
		return ErrChanged
	}
	if !bytes.Equal(stored.encode(), p.encode()) {
		return ErrChanged
	}
	return p.check()
}

func (p *Plan) checkDigest() error {
	if digest, err := digestOf(p.stored); err != nil || digest != p.Digest {
		return ErrChanged
	}
	return nil
}
