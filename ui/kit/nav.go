package kit

// navMoves is the meanings of the moving keys, with the moves they stand for.
func navMoves() map[string]Move {
	return map[string]Move{
		"nav.up": MoveUp, "nav.down": MoveDown, "nav.pageup": MovePageUp, "nav.pagedown": MovePageDown,
		"nav.top": MoveTop, "nav.bottom": MoveBottom, "nav.left": MoveLeft, "nav.right": MoveRight,
	}
}

// NavBindings is the keys that move in a list or a text, for a catalogue of
// keys. [NavMove] turns their ids into moves.
func NavBindings(scope string) []Binding {
	bind := func(id, help, long string, keys ...string) Binding {
		return Binding{ID: id, Keys: keys, Help: help, Long: long, Scope: scope}
	}
	return []Binding{
		bind("nav.up", "up", "one up", "up", "k"),
		bind("nav.down", "down", "one down", "down", "j"),
		bind("nav.pageup", "page up", "one page up", "pgup", "ctrl+b"),
		bind("nav.pagedown", "page down", "one page down", "pgdown", "ctrl+f"),
		bind("nav.top", "top", "to the first row", "g", "home"),
		bind("nav.bottom", "bottom", "to the last row", "G", "end"),
		bind("nav.left", "left", "columns to the left", "left", "h"),
		bind("nav.right", "right", "columns to the right", "right", "l"),
	}
}

// NavMove is the move that a meaning from [NavBindings] stands for.
func NavMove(id string) (Move, bool) {
	m, ok := navMoves()[id]
	return m, ok
}

// Navigate makes the move that a meaning from [NavBindings] stands for, and says whether it stands
// for one.
func Navigate(id string, move func(Move)) bool {
	m, ok := NavMove(id)
	if ok {
		move(m)
	}
	return ok
}
