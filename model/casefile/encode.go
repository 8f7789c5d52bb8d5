package casefile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/rootout/rootout/model"
)

// refKey is the identity of a resource in the tables: the first 16 bytes of the SHA-256 of its reference.
type refKey [16]byte

func keyOf(ref model.Ref) refKey {
	h := newHasher("rootout ref 1")
	for _, part := range refParts(ref) {
		h.text(part)
	}
	sum := h.sum()
	return refKey(sum[:16])
}

func refParts(ref model.Ref) [5]string {
	return [5]string{ref.Partition, ref.Account, ref.Region, string(ref.Kind), ref.ID}
}

// savedRef is a reference as a JSON array of its five parts: partition, account, region, kind, id.
type savedRef struct{ model.Ref }

// MarshalJSON implements json.Marshaler.
func (r savedRef) MarshalJSON() ([]byte, error) { return json.Marshal(refParts(r.Ref)) }

// UnmarshalJSON implements json.Unmarshaler.
func (r *savedRef) UnmarshalJSON(text []byte) error {
	var parts [5]string
	if err := json.Unmarshal(text, &parts); err != nil {
		return fmt.Errorf("read a reference: %w", err)
	}
	r.Ref = model.Ref{Partition: parts[0], Place: model.Place{Account: parts[1], Region: parts[2]}, Kind: model.KindID(parts[3]), ID: parts[4]}
	return nil
}

func encodeRef(ref model.Ref) (string, error) {
	text, err := json.Marshal(savedRef{ref})
	return string(text), err
}

func decodeRef(text string) (model.Ref, error) {
	var r savedRef
	err := json.Unmarshal([]byte(text), &r)
	return r.Ref, err
}

// savedResource is a model.Resource as JSON, without FirstSeen and SeenAt, which have columns of their own.
type savedResource struct {
	Ref      savedRef          `json:"ref"`
	ARN      string            `json:"arn,omitempty"`
	Name     string            `json:"name,omitempty"`
	State    string            `json:"state,omitempty"`
	Counts   bool              `json:"counts,omitempty"`
	Deleting bool              `json:"deleting,omitempty"`
	Owners   []savedRef        `json:"owners,omitempty"`
	Uses     []savedRef        `json:"uses,omitempty"`
	Holder   savedRef          `json:"holder,omitzero"`
	Maker    string            `json:"maker,omitempty"`
	MakerHow model.MakerSource `json:"makerHow,omitempty"`
	MadeAt   instant           `json:"madeAt,omitzero"`
	Size     *model.Size       `json:"size,omitempty"`
	Rate     *savedRate        `json:"rate,omitempty"`
	Behind   []model.Uncovered `json:"behind,omitempty"`
	Secrets  int               `json:"secrets,omitempty"`
	Attrs    []savedValue      `json:"attrs,omitempty"`
}

type savedRate struct {
	PerHour   float64 `json:"perHour"`
	Since     instant `json:"since,omitzero"`
	Estimated bool    `json:"estimated,omitempty"`
	Known     bool    `json:"known,omitempty"`
	Billed    bool    `json:"billed,omitempty"`
}

func encodeResource(r *model.Resource) ([]byte, error) {
	s := savedResource{
		Ref: savedRef{r.Ref}, ARN: r.ARN, Name: r.Name, State: r.State, Counts: r.Counts, Deleting: r.Deleting,
		Owners: saveRefs(r.Owners), Uses: saveRefs(r.Uses), Holder: savedRef{r.Holder}, Maker: r.Maker.ARN, MakerHow: r.Maker.Source, MadeAt: instant{r.MadeAt},
		Behind: r.Behind, Secrets: r.Secrets,
	}
	if r.Size != (model.Size{}) {
		s.Size = &r.Size
	}
	if r.Rate != (model.Rate{}) {
		s.Rate = &savedRate{r.Rate.PerHour, instant{r.Rate.Since}, r.Rate.Estimated, r.Rate.Known, r.Rate.Billed}
	}
	if len(r.Attrs) > 0 {
		s.Attrs = make([]savedValue, len(r.Attrs))
		for i, v := range r.Attrs {
			s.Attrs[i] = savedValue{v}
		}
	}
	return json.Marshal(s)
}

func decodeResource(text []byte) (*model.Resource, error) {
	var s savedResource
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read a resource: %w", err)
	}
	r := &model.Resource{
		Ref: s.Ref.Ref, ARN: s.ARN, Name: s.Name, State: s.State, Counts: s.Counts, Deleting: s.Deleting,
		Owners: loadRefs(s.Owners), Uses: loadRefs(s.Uses), Holder: s.Holder.Ref, Maker: model.Maker{ARN: s.Maker, Source: s.MakerHow}, MadeAt: s.MadeAt.Time,
		Behind: s.Behind, Secrets: s.Secrets,
	}
	if s.Size != nil {
		r.Size = *s.Size
	}
	if s.Rate != nil {
		r.Rate = model.Rate{
			PerHour: s.Rate.PerHour, Since: s.Rate.Since.Time, Estimated: s.Rate.Estimated, Known: s.Rate.Known, Billed: s.Rate.Billed,
		}
	}
	if len(s.Attrs) > 0 {
		r.Attrs = make([]model.Value, len(s.Attrs))
		for i, v := range s.Attrs {
			r.Attrs[i] = v.Value
		}
	}
	return r, nil
}

func saveRefs(refs []model.Ref) []savedRef {
	if len(refs) == 0 {
		return nil
	}
	saved := make([]savedRef, len(refs))
	for i, ref := range refs {
		saved[i] = savedRef{ref}
	}
	return saved
}

func loadRefs(saved []savedRef) []model.Ref {
	if len(saved) == 0 {
		return nil
	}
	refs := make([]model.Ref, len(saved))
	for i, s := range saved {
		refs[i] = s.Ref
	}
	return refs
}

// fingerprint is eight bytes of a SHA-256: enough to tell that one resource's record is what it was, and never 0, which means no record.
func fingerprint(text []byte) int64 {
	if text == nil {
		return 0
	}
	sum := sha256.Sum256(text)
	n := int64(binary.BigEndian.Uint64(sum[:8]))
	if n == 0 {
		return 1
	}
	return n
}
