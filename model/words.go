package model

import (
	"encoding/json"
	"fmt"
	"slices"
)

// ReadWord reads one of a list's words from JSON text and returns its place in the list. Files keep
// words and never numbers, so that a list may grow in the middle. The first format wrote numbers:
// numbered are its words in the order of their numbers.
func ReadWord(text []byte, what string, words, numbered []string) (int, error) {
	var word string
	var number int
	if json.Unmarshal(text, &number) == nil {
		if number < 0 || number >= len(numbered) {
			return 0, fmt.Errorf("read a %s: there is none of number %d", what, number)
		}
		word = numbered[number]
	} else if err := json.Unmarshal(text, &word); err != nil {
		return 0, fmt.Errorf("read a %s: %w", what, err)
	}
	at := slices.Index(words, word)
	if at < 0 {
		return 0, fmt.Errorf("read a %s: %q is none", what, Clean(word))
	}
	return at, nil
}
