package casefile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// refKey is the identity of a resource in the tables: the first 16 bytes of the SHA-256 of its
// reference.
type refKey [16]byte

func keyOf(ref model.Ref) refKey {
	h := newHasher("rootout ref 1")
	for _, part := range form.RefParts(ref) {
		h.text(part)
	}
	sum := h.sum()
	return refKey(sum[:16])
}

// savedResource is a model.Resource as JSON, without FirstSeen and SeenAt, which have columns of
// their own. All its keys stand here, so that a name which changes in the model changes no record.
type savedResource struct {
	Ref       form.Ref        `json:"ref"`
	ARN       string          `json:"arn,omitempty"`
	Name      string          `json:"name,omitempty"`
	State     string          `json:"state,omitempty"`
	Counts    bool            `json:"counts,omitempty"`
	Deleting  bool            `json:"deleting,omitempty"`
	Owners    []form.Ref      `json:"owners,omitempty"`
	Uses      []form.Ref      `json:"uses,omitempty"`
	Container form.Ref        `json:"container,omitzero"`
	Maker     string          `json:"maker,omitempty"`
	MakerFrom string          `json:"makerFrom,omitempty"`
	MadeAt    form.Instant    `json:"madeAt,omitzero"`
	Size      savedSize       `json:"size,omitzero"`
	Rate      savedRate       `json:"rate,omitzero"`
	Leftovers []savedLeftover `json:"leftovers,omitempty"`
	Secrets   int             `json:"secrets,omitempty"`
	Spent     *savedSpent     `json:"spent,omitempty"`
	// Attrs are the values by the ids of their fields. An unknown value is left out; one whose
	// field the catalog does not know stays as it is and is not read.
	Attrs map[string]json.RawMessage `json:"attrs,omitempty"`
}

type savedSize struct {
	VCPU      float64 `json:"vcpu,omitempty"`
	MemoryMiB float64 `json:"memoryMiB,omitempty"`
	Known     bool    `json:"known,omitempty"`
}

type savedRate struct {
	PerHour   float64      `json:"perHour,omitempty"`
	Since     form.Instant `json:"since,omitzero"`
	Estimated bool         `json:"estimated,omitempty"`
	Known     bool         `json:"known,omitempty"`
	Billed    bool         `json:"billed,omitempty"`
}

type savedLeftover struct {
	Type    string `json:"type,omitempty"`
	ID      string `json:"id,omitempty"`
	Region  string `json:"region,omitempty"`
	Console string `json:"console,omitempty"`
}

func (ids fieldIDs) encode(r *model.Resource) (*savedResource, error) {
	if r.Maker.Source > model.Guessed {
		return nil, fmt.Errorf("write down %s: its maker's source %d has no word", r.Ref, r.Maker.Source)
	}
	s := &savedResource{
		Ref: form.Ref{Ref: r.Ref}, ARN: r.ARN, Name: r.Name, State: r.State, Counts: r.Counts, Deleting: r.Deleting,
		Owners: saveRefs(r.Owners), Uses: saveRefs(r.Uses), Container: form.Ref{Ref: r.Container},
		Maker: r.Maker.ARN, MakerFrom: form.MakerWord(r.Maker.Source), MadeAt: form.Instant{Time: r.MadeAt}, Size: savedSize(r.Size),
		Rate:    savedRate{r.Rate.PerHour, form.Instant{Time: r.Rate.Since}, r.Rate.Estimated, r.Rate.Known, r.Rate.Billed},
		Secrets: r.Secrets,
	}
	for _, u := range r.Leftovers {
		s.Leftovers = append(s.Leftovers, savedLeftover{u.Type, u.ID, u.Region, u.Console})
	}
	return s, ids.encodeAttrs(s, r)
}

func (ids fieldIDs) encodeAttrs(s *savedResource, r *model.Resource) error {
	known := ids[r.Ref.Kind]
	if len(r.Attrs) > len(known) {
		return fmt.Errorf("write down %s: %d values, and its kind has %d fields", r.Ref, len(r.Attrs), len(known))
	}
	for i, v := range r.Attrs {
		if v.IsUnknown() {
			continue
		}
		text, err := form.Value{Value: v}.MarshalJSON()
		if err != nil {
			return fmt.Errorf("write down %s of %s: %w", known[i], r.Ref, err)
		}
		if s.Attrs == nil {
			s.Attrs = make(map[string]json.RawMessage, len(r.Attrs))
		}
		s.Attrs[known[i]] = text
	}
	return nil
}

func (ids fieldIDs) decode(text []byte) (*model.Resource, error) {
	var s savedResource
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read a resource: %w", err)
	}
	source, err := form.ParseMakerWord(s.MakerFrom)
	if err != nil {
		return nil, err
	}
	r := &model.Resource{
		Ref: s.Ref.Ref, ARN: s.ARN, Name: s.Name, State: s.State, Counts: s.Counts, Deleting: s.Deleting,
		Owners: loadRefs(s.Owners), Uses: loadRefs(s.Uses), Container: s.Container.Ref,
		Maker: model.Maker{ARN: s.Maker, Source: source}, MadeAt: s.MadeAt.Time, Size: model.Size(s.Size),
		Rate: model.Rate{
			PerHour: s.Rate.PerHour, Since: s.Rate.Since.Time, Estimated: s.Rate.Estimated, Known: s.Rate.Known, Billed: s.Rate.Billed,
		},
		Secrets: s.Secrets,
	}
	for _, l := range s.Leftovers {
		r.Leftovers = append(r.Leftovers, model.Uncovered{Type: l.Type, ID: l.ID, Region: l.Region, Console: l.Console})
	}
	return r, ids.decodeAttrs(r, s.Attrs)
}

// decodeAttrs puts the values where the catalog of now has their fields; a field without a value is
// unknown.
func (ids fieldIDs) decodeAttrs(r *model.Resource, stored map[string]json.RawMessage) error {
	if len(stored) == 0 {
		return nil
	}
	known := ids[r.Ref.Kind]
	r.Attrs = make([]model.Value, len(known))
	for i, id := range known {
		text, ok := stored[id]
		if !ok {
			continue
		}
		var v form.Value
		// The whole record was valid JSON, so this part need not be looked through once more.
		if err := v.UnmarshalJSON(text); err != nil {
			return fmt.Errorf("read %s of a resource: %w", id, err)
		}
		r.Attrs[i] = v.Value
	}
	return nil
}

// adopt takes over from an earlier record the values whose fields the catalog does not know:
// another rootout wrote them, and may read the case again.
func (ids fieldIDs) adopt(s *savedResource, earlier []byte) error {
	var old struct {
		Attrs map[string]json.RawMessage `json:"attrs"`
	}
	if err := json.Unmarshal(earlier, &old); err != nil {
		return fmt.Errorf("read a resource: %w", err)
	}
	for id, text := range old.Attrs {
		if slices.Contains(ids[s.Ref.Kind], id) {
			continue
		}
		if s.Attrs == nil {
			s.Attrs = map[string]json.RawMessage{}
		}
		s.Attrs[id] = text
	}
	return nil
}

func saveRefs(refs []model.Ref) []form.Ref {
	if len(refs) == 0 {
		return nil
	}
	saved := make([]form.Ref, len(refs))
	for i, ref := range refs {
		saved[i] = form.Ref{Ref: ref}
	}
	return saved
}

func loadRefs(saved []form.Ref) []model.Ref {
	if len(saved) == 0 {
		return nil
	}
	refs := make([]model.Ref, len(saved))
	for i, s := range saved {
		refs[i] = s.Ref
	}
	return refs
}

// fingerprint is eight bytes of a SHA-256: enough to tell that one resource's record is what it
// was, and never 0, which means no record.
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
