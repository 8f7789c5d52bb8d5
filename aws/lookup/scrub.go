package lookup

import (
	"encoding/json"

	"github.com/rootout/rootout/model/trail"
)

// scrub replaces the secrets of records.
func (o Options) scrub(records []json.RawMessage) []json.RawMessage {
	for i, raw := range records {
		records[i] = trail.Scrub(raw, o.Sealer)
	}
	return records
}
