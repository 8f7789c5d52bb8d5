package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The refusals of a plan; each is answered with exit code 4 on the command line.
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
)

// N is the number of resources that the plan changes or removes, children included.
func (p *Plan) N() int { return len(p.Targets) }

// Short is the part of the digest that stands in the phrase.
func (p *Plan) Short() string { return p.Digest[:min(4, len(p.Digest))] }

// Phrase is what confirms the plan, for example "delete 412 in 123456789012 #7f3a".
func (p *Plan) Phrase() string {
	return fmt.Sprintf("%s %d in %s #%s", p.Verb, p.N(), p.Account, p.Short())
}

// Confirm checks the phrase. Blanks at both ends do not matter; everything else does.
func (p *Plan) Confirm(phrase string) error {
	if strings.TrimSpace(phrase) != p.Phrase() {
		return fmt.Errorf("%w: this plan is confirmed by %q", ErrPhrase, p.Phrase())
	}
	return nil
}

// digest is the SHA-256 of the plan without its digest. encoding/json writes fields in their order and map keys sorted, so that it is
// canonical.
func (p *Plan) digest() string {
	bare := *p
	bare.Digest = ""
	data, err := json.Marshal(&bare)
	if err != nil {
		// A plan holds strings, numbers and times within years 0 to 9999 only.
		panic("plan: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Parse reads a plan from JSON and checks that it is whole: its version, its digest, and that every step stays within the targets, their
// regions and kinds. Protections are not trusted from a file: see Recheck.
func Parse(data []byte) (*Plan, error) {
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if p.Version > Version {
		return nil, fmt.Errorf("%w (version %d, this one knows %d)", ErrNewer, p.Version, Version)
	}
	if p.Version < 1 || p.Digest == "" {
		return nil, errors.New("read plan: this is not a plan of rootout")
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	return &p, nil
}

// Check says whether the plan is whole: its content is what its digest says, and its steps stay within its targets.
func (p *Plan) Check() error {
	if p.digest() != p.Digest {
		return ErrChanged
	}
	return p.check()
}
