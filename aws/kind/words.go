package kind

import (
	"net/url"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// AWSCLI is a command of the AWS CLI about a resource, in its region.
func AWSCLI(r *model.Resource, words ...string) []string {
	return append([]string{"aws", "--region", r.Ref.Region}, words...)
}

// EscapePath makes a path fit for an address: names are an attacker's words.
func EscapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// TagWord is a tag as key=value. What the key calls a secret is not shown.
func TagWord(key, value string) string {
	if namesSecret(key) && value != "" {
		value = "(sealed)"
	}
	return key + "=" + value
}

// Lower is AWS's word for a choice in the writing that people type.
func Lower[T ~string](word T) model.Value { return model.Text(strings.ToLower(string(word))) }

// Batched cuts a list into pieces of at most n.
func Batched[T any](items []T, n int) [][]T { return slices.Collect(slices.Chunk(items, n)) }

// Distinct drops empty and repeated texts and keeps the order.
func Distinct(items []string) []string {
	var out []string
	met := make(map[string]bool, len(items))
	for _, s := range items {
		if s != "" && !met[s] {
			met[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Texts are the words of one of AWS's enumerations.
func Texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}
