package main

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui"
)

// look is how the operator wants the console to look.
type look struct {
	skin    string
	mouse   bool
	columns map[string][]string
	// notices say what of it there is not; nobody is kept from looking by that.
	notices []string
}

// lookOf reads it from the config. A file that is not there or cannot be read changes nothing: the
// protect list, which is read from it too, says why.
func lookOf(path string, catalog *model.Catalog) look {
	c, err := readConfig(path)
	if err != nil {
		return look{}
	}
	l := look{skin: c.Theme, mouse: c.Mouse, columns: c.Columns, notices: ui.CheckColumns(catalog, c.Columns)}
	if wrong := ui.CheckSkin(c.Theme); wrong != "" {
		l.skin, l.notices = "", append([]string{wrong}, l.notices...)
	}
	for i, text := range l.notices {
		l.notices[i] = path + ": " + text
	}
	return l
}
