package choosing

import "strings"

// Order is by which column a screen orders its rows, "" for none.
type Order struct {
	Column     string
	Descending bool
}

// Choose orders by a column, or turns the order round where it was that one already.
// DescendingFirst says that the biggest comes first.
func (o *Order) Choose(column string, descendingFirst bool) {
	if o.Column == column {
		o.Descending = !o.Descending
		return
	}
	o.Column, o.Descending = column, descendingFirst
}

// ChooseOrder lets the operator choose a column by letter; pick is called with its index.
func (c *Chooser) ChooseOrder(titles []string, pick func(i int)) {
	labels := make([]string, len(titles))
	for i, title := range titles {
		labels[i] = strings.TrimSpace(title)
	}
	c.choose("sort by", labels, c.needs.Letters.Of(labels), pick)
}

// ChooseOne lets the operator choose one of a few by letter; pick is called with its index.
func (c *Chooser) ChooseOne(title string, labels []string, pick func(i int)) {
	own := Letters{}
	c.choose(title, labels, own.Of(labels), pick)
}

func (c *Chooser) choose(title string, labels, keys []string, pick func(i int)) {
	c.needs.Over(newLetters(c.needs.Theme, c.needs.Speak, title, labels, keys, pick))
}
