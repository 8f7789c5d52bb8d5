package screen

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
)

// ListOf says which resources a list is of: a cell, a row (no kind), a column (no region),
// everything (neither), or what an owner holds.
type ListOf struct {
	Region string
	Kind   model.KindID
	// Owner is the resource whose children are listed; the zero Ref for none. Users lists those
	// that refer to it instead.
	Owner model.Ref
	Users bool
	// Name is what the path in the header says of an owner.
	Name string
}

// ListRequest asks for a list of resources.
type ListRequest struct {
	Of ListOf
	// Filter is in force when the list is opened, nil for none.
	Filter *query.Query
	// SortBy is the id of the field that orders it, "" for the order in which things were met.
	SortBy     string
	Descending bool
	// Remarks are words on some of the resources, for the line below the rows.
	Remarks map[model.Ref]string
}

// TextRequest asks for a text to be shown: a record, commands, the words of a failure.
type TextRequest struct {
	Title, Text string
	// Remark stands above it.
	Remark string
	// Prose is broken at the width of the screen; anything else scrolls to the right.
	Prose bool
}

// ARNsMost bounds how many things a list by ARN names.
const ARNsMost = 200

// ListOfARNs asks for a list of things by their ARNs; ok is false where there is none.
func ListOfARNs(catalog *model.Catalog, name string, arns []string) (request ListRequest, ok bool) {
	if len(arns) == 0 {
		return ListRequest{}, false
	}
	q, err := query.Parse(catalog, `arn:"`+strings.Join(arns, `","`)+`"`, query.Options{NoRaw: true})
	if err != nil {
		return ListRequest{}, false
	}
	return ListRequest{Of: ListOf{Name: name}, Filter: q}, true
}
