package model

import (
	"path"
	"strings"
)

// Waiver says that AWS is expected to refuse the caller in some cells, and why. It changes what a
// scan complains of and never what is known: a cell that is waived is not counted.
type Waiver struct {
	// Region is a region's name and Kind a kind's id; * stands for any characters. The region of the
	// account as a whole is GlobalTitle.
	Region string `json:"region"`
	Kind   string `json:"kind"`
	// Reason is the operator's own.
	Reason string `json:"reason"`
}

// Covers says whether a cell is meant.
func (w Waiver) Covers(key CellKey) bool {
	region := key.Region
	if region == "" {
		region = GlobalTitle
	}
	return like(w.Region, region) && like(w.Kind, string(key.Kind))
}

// like compares without case. Neither regions nor kinds hold a character that path.Match treats
// otherwise; a pattern that it cannot read fits nothing.
func like(pattern, name string) bool {
	fits, err := path.Match(strings.ToLower(pattern), strings.ToLower(name))
	return err == nil && fits
}

// WaiverOf is the reason of the first waiver that covers a cell, "" where none does.
func WaiverOf(waivers []Waiver, key CellKey) string {
	for _, w := range waivers {
		if w.Covers(key) {
			return w.Reason
		}
	}
	return ""
}
