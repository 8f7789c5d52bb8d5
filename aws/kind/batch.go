package kind

import "slices"

// batched cuts a list into pieces of at most n.
func batched[T any](items []T, n int) [][]T { return slices.Collect(slices.Chunk(items, n)) }

// distinct drops empty and repeated texts and keeps the order.
func distinct(items []string) []string {
	var out []string
	for _, s := range items {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// tails are the short names of ARNs.
func tails(arns []string) []string {
	out := make([]string, len(arns))
	for i, a := range arns {
		out[i] = tail(a)
	}
	return out
}
