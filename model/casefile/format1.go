package casefile

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// format1Order holds, by kind, the ids of the fields whose values a record of format 1 holds one
// after the other. It describes files that are written: it never changes, whatever becomes of the
// kinds.
//
//go:embed format1.json
var format1Order []byte

// resource1 is a resource as format 1 holds it, where it differs from savedResource.
type resource1 struct {
	savedResource
	Container form.Ref          `json:"holder"`
	MakerFrom int               `json:"makerHow"`
	Size      size1             `json:"size"`
	Leftovers []leftover1       `json:"behind"`
	Attrs     []json.RawMessage `json:"attrs"`
}

type size1 struct {
	VCPU      float64 `json:"VCPU"`
	MemoryMiB float64 `json:"MemoryMiB"`
	Known     bool    `json:"Known"`
}

type leftover1 struct {
	Type    string `json:"Type"`
	ID      string `json:"ID"`
	Region  string `json:"Region"`
	Console string `json:"Console"`
}

// fromFormat1 is the step from format 1 to 2: attributes get the ids of their fields in place of
// their positions, and the maker's source becomes a word.
func fromFormat1() (recordUpgrade, error) {
	var order map[model.KindID][]string
	if err := json.Unmarshal(format1Order, &order); err != nil {
		return nil, fmt.Errorf("read the fields of format 1: %w", err)
	}
	return func(text []byte) ([]byte, error) {
		var old resource1
		if err := json.Unmarshal(text, &old); err != nil {
			return nil, fmt.Errorf("read a resource of format 1: %w", err)
		}
		words := [...]string{"", "event", "registered", "owner"}
		if old.MakerFrom < 0 || old.MakerFrom >= len(words) {
			return nil, fmt.Errorf("read a resource of format 1: %d is no source of a maker", old.MakerFrom)
		}
		now := old.savedResource
		now.Container, now.MakerFrom, now.Size = old.Container, words[old.MakerFrom], savedSize(old.Size)
		for _, l := range old.Leftovers {
			now.Leftovers = append(now.Leftovers, savedLeftover(l))
		}
		if len(old.Attrs) > 0 {
			now.Attrs = attrsByID(old.Attrs, order[old.Ref.Kind])
		}
		return json.Marshal(now)
	}, nil
}

// attrsByID names values by the fields of their positions. Format 2 leaves unknown values out. A
// value that the order does not know is kept under a name that no field can have.
func attrsByID(values []json.RawMessage, order []string) map[string]json.RawMessage {
	named := make(map[string]json.RawMessage, len(values))
	for i, text := range values {
		switch {
		case string(text) == `"?"`:
		case i < len(order):
			named[order[i]] = text
		default:
			named["format 1, "+strconv.Itoa(i)] = text
		}
	}
	return named
}
