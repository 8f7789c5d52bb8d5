package screen

// Stack is the screens that lie on one another. The lowest is the home screen, which stays.
type Stack struct {
	screens []Screen
	overlay Overlay
}

// SetHome puts the home screen in its place, before anything else is done with the stack.
func (s *Stack) SetHome(home Screen) { s.screens = []Screen{home} }

// Top is the screen that is shown.
func (s *Stack) Top() Screen { return s.screens[len(s.screens)-1] }

// AtHome says whether the home screen is shown.
func (s *Stack) AtHome() bool { return len(s.screens) == 1 }

// AboveHome are the screens that lie on the home screen, the lowest first.
func (s *Stack) AboveHome() []Screen { return s.screens[1:] }

// Push shows a screen above the present one.
func (s *Stack) Push(next Screen) {
	s.screens = append(s.screens, next)
	s.Refresh(true)
}

// Pop goes back; the home screen stays.
func (s *Stack) Pop() {
	if !s.AtHome() {
		s.screens = s.screens[:len(s.screens)-1]
		s.Refresh(true)
	}
}

// Home goes back to the home screen.
func (s *Stack) Home() {
	s.screens = s.screens[:1]
	s.Refresh(true)
}

// PushOnHome shows a screen right above the home screen, whatever lay there.
func (s *Stack) PushOnHome(next Screen) {
	s.screens = s.screens[:1]
	s.Push(next)
}

// Refresh has the screen that is shown read again what it shows. Loud says that the operator waits
// for it. Before there is a home screen nothing is shown.
func (s *Stack) Refresh(loud bool) {
	if len(s.screens) == 0 {
		return
	}
	if r, ok := s.Top().(Refresher); ok {
		r.Refresh(loud)
	}
}

// MarksChanged tells the screen that is shown, if it asks to be told.
func (s *Stack) MarksChanged() {
	if len(s.screens) == 0 {
		return
	}
	if f, ok := s.Top().(MarkFollower); ok {
		f.MarksChanged()
	}
}

// Over shows an overlay; nil takes it away.
func (s *Stack) Over(o Overlay) { s.overlay = o }

// Overlay is what lies over the screen, nil for nothing.
func (s *Stack) Overlay() Overlay { return s.overlay }
