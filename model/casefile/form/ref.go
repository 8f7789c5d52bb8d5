package form

import (
	"encoding/json"
	"fmt"

	"github.com/rootout/rootout/model"
)

// RefParts are the five parts of a reference: partition, account, region, kind, id.
func RefParts(ref model.Ref) [5]string {
	return [5]string{ref.Partition, ref.Account, ref.Region, string(ref.Kind), ref.ID}
}

// Ref is a reference as a JSON array of its five parts: partition, account, region, kind, id.
type Ref struct{ model.Ref }

// MarshalJSON implements json.Marshaler.
func (r Ref) MarshalJSON() ([]byte, error) { return json.Marshal(RefParts(r.Ref)) }

// UnmarshalJSON implements json.Unmarshaler.
func (r *Ref) UnmarshalJSON(text []byte) error {
	var parts [5]string
	if err := json.Unmarshal(text, &parts); err != nil {
		return fmt.Errorf("read a reference: %w", err)
	}
	r.Ref = model.Ref{Partition: parts[0], Place: model.Place{Account: parts[1], Region: parts[2]}, Kind: model.KindID(parts[3]), ID: parts[4]}
	return nil
}

// EncodeRef is a reference as a column holds it.
func EncodeRef(ref model.Ref) (string, error) {
	text, err := json.Marshal(Ref{ref})
	return string(text), err
}

// DecodeRef is the inverse of EncodeRef.
func DecodeRef(text string) (model.Ref, error) {
	var r Ref
	err := json.Unmarshal([]byte(text), &r)
	return r.Ref, err
}

// MakerWord is a maker's source as it is stored, which is empty for an unknown one.
func MakerWord(source model.MakerSource) string {
	if source == model.MakerUnknown {
		return ""
	}
	return source.String()
}

// ParseMakerWord is the inverse of MakerWord.
func ParseMakerWord(word string) (model.MakerSource, error) {
	if word == "" {
		return model.MakerUnknown, nil
	}
	source, ok := model.ParseMakerSource(word)
	if !ok {
		return source, fmt.Errorf("read a resource: %q is no source of a maker", word)
	}
	return source, nil
}
