package query

// truth is Kleene's: AND is the smaller, OR the greater of two, NOT turns the order round.
type truth int8

const (
	no truth = iota
	cannotTell
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}
