package ui

import (
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen/grid"
	"github.com/rootout/rootout/ui/screen/list"
	"github.com/rootout/rootout/ui/theme"
)

// gridColumns is the grid's name among the columns that the operator wants.
const gridColumns = "grid"

// Skins are the names of the sets of colours, the default first.
func Skins() []string {
	var names []string
	for _, s := range theme.Skins() {
		names = append(names, s[0])
	}
	return names
}

// CheckSkin says in a sentence why a name is no skin, "" where it is one or none is named.
func CheckSkin(name string) string {
	if name == "" || theme.IsSkin(name) {
		return ""
	}
	return "there is no theme " + model.Clean(name) + ": " + strings.Join(Skins(), ", ")
}

// CheckColumns says in sentences which columns that the operator wants there are not.
func CheckColumns(catalog *model.Catalog, columns map[string][]string) []string {
	var wrong []string
	for _, of := range slices.Sorted(maps.Keys(columns)) {
		var unknown []string
		if of == gridColumns {
			unknown = grid.UnknownColumns(catalog, columns[of])
		} else {
			at := slices.IndexFunc(catalog.Kinds(), func(k model.Kind) bool { return string(k.ID) == of || slices.Contains(k.Aliases, of) })
			if at < 0 {
				wrong = append(wrong, "columns: there is no kind "+model.Clean(of)+", nor is it the grid")
				continue
			}
			unknown = list.UnknownColumns(catalog, catalog.Kinds()[at].ID, columns[of])
		}
		for _, name := range unknown {
			wrong = append(wrong, "columns: "+of+" has no column "+model.Clean(name))
		}
	}
	return wrong
}
