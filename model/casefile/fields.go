package casefile

import (
	"errors"

	"github.com/rootout/rootout/model"
)

// errNoCatalog is for whoever opens a case without a catalog and wants resources of it all the
// same.
var errNoCatalog = errors.New("the case was opened without a catalog, so nothing can tell which value is which")

// fieldIDs are the ids of the fields of every kind, in the order in which a resource holds their
// values. Records name values by these ids: a field that is added, removed or moved in the
// declaration of a kind changes the meaning of no value that is stored.
type fieldIDs map[model.KindID][]string

// fieldsOf reads the ids out of a catalog; nil for no catalog.
func fieldsOf(catalog *model.Catalog) fieldIDs {
	if catalog == nil {
		return nil
	}
	ids := fieldIDs{}
	for _, kind := range catalog.Kinds() {
		ids[kind.ID] = make([]string, len(kind.Fields))
		for i, f := range kind.Fields {
			ids[kind.ID][i] = f.ID
		}
	}
	return ids
}
