package query

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// Nearest returns the candidate that a mistyped word was probably meant to be, or "". A third of
// its letters may be wrong, missing, too many or swapped with a neighbour; a word that was cut off
// is completed.
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, fewest := "", max(1, len([]rune(word))/3)+1
	for _, c := range candidates {
		if d := distance([]rune(word), []rune(strings.ToLower(c))); d < fewest {
			best, fewest = c, d
		}
	}
	if best != "" || len(word) < 2 {
		return best
	}
	for _, c := range candidates {
		if strings.HasPrefix(strings.ToLower(c), word) {
			return c
		}
	}
	return ""
}

// distance is the number of letters to insert, remove, replace or swap with a neighbour to get from
// a to b.
func distance(a, b []rune) int {
	// rows hold the distances of the last prefixes of a to all prefixes of b: two ago, one ago,
	// now.
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range a {
		before, last, now := rows[0], rows[1], rows[2]
		now[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		rows[0], rows[1], rows[2] = last, now, before
	}
	return rows[1][len(b)]
}

// catalogKinds resolves kinds by the catalog's names.
type catalogKinds struct{ catalog *model.Catalog }

// namesOf are the names under which a kind can be asked for: its id, its aliases and its plural.
func namesOf(k *model.Kind) []string {
	names := append([]string{string(k.ID)}, k.Aliases...)
	if k.Plural != "" {
		names = append(names, strings.ToLower(k.Plural))
	}
	return names
}

func (c catalogKinds) resolve(pattern string) []string {
	if !hasWildcard(pattern) {
		if k, ok := c.catalog.ByName(pattern); ok {
			return []string{string(k.ID)}
		}
	}
	matches := glob(pattern)
	var ids []string
	for _, k := range c.catalog.Kinds() {
		if slices.ContainsFunc(namesOf(&k), matches) {
			ids = append(ids, string(k.ID))
		}
	}
	return ids
}

func (c catalogKinds) nearest(pattern string) string {
	var ids, short, services []string
	for _, k := range c.catalog.Kinds() {
		ids = append(ids, string(k.ID))
		short = append(short, k.Aliases...)
		services = append(services, k.ID.Service()+":*")
	}
	return Nearest(pattern, slices.Concat(short, ids, services))
}
