package kit

// Pager is a window over lines that are drawn already.
type Pager struct{ top, page, lines int }

// Move scrolls.
func (p *Pager) Move(m Move) {
	switch m {
	case MoveUp:
		p.top--
	case MoveDown:
		p.top++
	case MovePageUp:
		p.top -= max(1, p.page-1)
	case MovePageDown:
		p.top += max(1, p.page-1)
	case MoveTop:
		p.top = 0
	case MoveBottom:
		p.top = p.lines
	case MoveLeft, MoveRight:
	}
	p.bound()
}

func (p *Pager) bound() { p.top = min(max(0, p.lines-p.page), max(0, p.top)) }

// View draws the lines that are in the window.
func (p *Pager) View(lines []string, size Size) string {
	p.lines, p.page = len(lines), max(1, size.H)
	p.bound()
	return Block(lines[p.top:], size)
}

// Below says how many lines are out of sight below the window.
func (p *Pager) Below() int { return max(0, p.lines-p.top-p.page) }
