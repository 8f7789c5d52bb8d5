package model

import "strings"

// Place is one account and one region, or the account as a whole where the region is empty: global
// kinds are listed, planned and run there once.
type Place struct {
	// Account is twelve digits, for example "123456789012".
	Account string `json:"account"`
	// Region is AWS's code of the region, empty for the account as a whole.
	Region string `json:"region"`
}

// Global says that the place is the account as a whole and no region of it.
func (p Place) Global() bool { return p.Region == "" }

// PlacesIn are the places of an account's regions; the empty name is the account as a whole.
func PlacesIn(account string, regions ...string) []Place {
	places := make([]Place, len(regions))
	for i, region := range regions {
		places[i] = Place{Account: account, Region: region}
	}
	return places
}

// Cell is the cell of a kind in this place.
func (p Place) Cell(k KindID) CellKey { return CellKey{Place: p, Kind: k} }

// Title is the place as people read it: its region, or "GLOBAL".
func (p Place) Title() string {
	if p.Global() {
		return GlobalTitle
	}
	return p.Region
}

// GlobalTitle is how the account as a whole is named among the regions.
const GlobalTitle = "GLOBAL"

// Compare orders places by account and region; the account as a whole stands before its regions.
func (p Place) Compare(other Place) int {
	if c := strings.Compare(p.Account, other.Account); c != 0 {
		return c
	}
	return strings.Compare(p.Region, other.Region)
}
