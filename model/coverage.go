package model

import (
	"slices"
	"time"
)

// Coverage is how much of an account was read. It costs the number of cells, so that a frame may ask
// for it.
type Coverage struct {
	// Regions, Read and Disabled count regions: all, those of which every cell is known, and those
	// the account has disabled; LeftOut those that the operator left out. The account as a whole is
	// no region.
	Regions, Read, Disabled, LeftOut int
	// Unread counts the regions that were asked and are not known whole, by the worst of their
	// cells.
	Unread map[CellState]int
	// GlobalWorst is the worst state among the cells of the account as a whole that could not be
	// counted, CellUnasked where there is none.
	GlobalWorst CellState
}

// CoverageOf is how much of a snapshot was read, at a moment.
func CoverageOf(s *Snapshot, c *Catalog, now time.Time) Coverage {
	account, kinds := accountOf(s), c.InScope(Regional)
	out := Coverage{Unread: map[CellState]int{}, GlobalWorst: worst(s.states(c.InScope(Global), Place{Account: account}, Region{}, now))}
	for _, region := range s.Regions {
		out.Regions++
		switch {
		case region.CellState() == CellLeftOut:
			out.LeftOut++
			continue
		case !region.Readable():
			out.Disabled++
			continue
		}
		states := s.states(kinds, Place{Account: account, Region: region.Name}, region, now)
		if slices.Contains(states, CellUnasked) || slices.Contains(states, CellScanning) {
			continue
		}
		if state := worst(states); state == CellUnasked {
			out.Read++
		} else {
			out.Unread[state]++
		}
	}
	return out
}

// UnreadRegion is a region that was asked and is not known whole, with the worst state of its cells.
type UnreadRegion struct {
	Name  string
	State CellState
}

// UnreadRegions are the regions that were asked and are not known whole at a moment, in the order of
// the snapshot.
func UnreadRegions(s *Snapshot, c *Catalog, now time.Time) []UnreadRegion {
	account, kinds := accountOf(s), c.InScope(Regional)
	var out []UnreadRegion
	for _, region := range s.Regions {
		if region.CellState() == CellLeftOut || !region.Readable() {
			continue
		}
		states := s.states(kinds, Place{Account: account, Region: region.Name}, region, now)
		if state := worst(states); state != CellUnasked {
			out = append(out, UnreadRegion{region.Name, state})
		} else if slices.Contains(states, CellUnasked) || slices.Contains(states, CellScanning) {
			out = append(out, UnreadRegion{region.Name, CellScanning})
		}
	}
	return out
}

// states are those of the cells of a place.
func (s *Snapshot) states(kinds []Kind, place Place, region Region, now time.Time) []CellState {
	states := make([]CellState, len(kinds))
	for i := range kinds {
		states[i] = s.stateIn(place.Cell(kinds[i].ID), region, now)
	}
	return states
}

// stateIn is the state of a cell at a moment: that of its region, where it cannot be read.
func (s *Snapshot) stateIn(key CellKey, region Region, now time.Time) CellState {
	if state := region.CellState(); state != CellUnasked {
		return state
	}
	return s.Cell(key).StateAt(now)
}

// TroubledStates are the states of cells that were asked and could not be counted, the worst first:
// of what does not answer least is known.
func TroubledStates() []CellState {
	return []CellState{CellUnreachable, CellUnreadable, CellDenied, CellThrottled, CellPartial}
}

// worst is the worst of states, CellUnasked where none is of a cell that could not be counted.
func worst(states []CellState) CellState {
	for _, state := range TroubledStates() {
		if slices.Contains(states, state) {
			return state
		}
	}
	return CellUnasked
}
