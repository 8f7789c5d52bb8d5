package resource

import (
	"strings"

	"github.com/rootout/rootout/model"
)

// separator stands between the parts of a row's id; no part that AWS allows holds it.
const separator = "\x1f"

// RowID is a resource's Ref as one text, by which a table names its row.
func RowID(ref model.Ref) string {
	return strings.Join([]string{ref.Partition, ref.Account, ref.Region, string(ref.Kind), ref.ID}, separator)
}

// RefOf is the Ref that a row's id stands for.
func RefOf(id string) model.Ref {
	p := strings.SplitN(id, separator, 5)
	if len(p) < 5 {
		return model.Ref{}
	}
	return model.Ref{Partition: p[0], Place: model.Place{Account: p[1], Region: p[2]}, Kind: model.KindID(p[3]), ID: p[4]}
}
