package words

import (
	"strings"

	"github.com/rootout/rootout/model"
)

// Figure is a number of a sum.
type Figure struct {
	text string
	zero bool
	// more says that it may be more.
	more bool
}

// CountFigure is how many a sum counts.
func CountFigure(s *model.Sum) Figure {
	return Figure{CountOf(s.Count, false), s.Count == 0, s.LowerBound()}
}

// NewFigure is how many of them are new.
func NewFigure(s *model.Sum) Figure {
	return Figure{If(s.New > 0, "+") + CountOf(s.New, false), s.New == 0, s.LowerBound() || s.Undated > 0}
}

// VCPUFigure is their computing power.
func VCPUFigure(s *model.Sum) Figure {
	return Figure{Number(s.VCPU, 1), s.VCPU == 0, s.LowerBound() || s.Unsized > 0}
}

// MemoryFigure is their memory.
func MemoryFigure(s *model.Sum) Figure {
	return Figure{Memory(s.MemoryMiB), s.MemoryMiB == 0, s.LowerBound() || s.Unsized > 0}
}

// RateFigure is what they cost an hour.
func RateFigure(s *model.Sum) Figure {
	return Figure{If(s.Estimated, Estimate) + Rate(s.PerHour), s.PerHour == 0, s.LowerBound() || s.Unpriced > 0}
}

// Zero says whether nothing of it is known, or it is nothing.
func (f Figure) Zero() bool { return f.zero }

// Text is the number, with a + where it may be more. A sum of nothing that is known and something that
// is not is no zero: it is not known, or not known yet while something of it is being read.
func (f Figure) Text(pending bool) string {
	switch {
	case f.more && f.zero && pending:
		return Unasked
	case f.more && f.zero:
		return Unknown
	case f.more:
		// Behind a unit the plus would be read as part of it.
		number, unit, _ := strings.Cut(f.text, " ")
		return strings.TrimSuffix(number+"+ "+unit, " ")
	}
	return f.text
}
