package query

import "strings"

// makerField is the field whose values are session ARNs. A value of it without / and : is also held
// against the name at the end of the ARN: the session's, the user's.
const makerField = "by"

// rootUserWord is the root user of the account, rootName the name that a session or a user may have
// as well.
const (
	rootUserWord = "root-user"
	rootName     = "root"
)

// makerGlob compiles a value of the maker field for the operator : (fold) or = (exact).
func makerGlob(value string, exact bool) func(string) bool {
	if strings.EqualFold(value, rootUserWord) {
		return isRootUser
	}
	whole := func(s string) bool { return s == value }
	if !exact {
		whole = glob(value)
	}
	if strings.ContainsAny(value, "/:") {
		return whole
	}
	both := isBareRoot(value)
	return func(s string) bool {
		return whole(s) || whole(s[strings.LastIndexByte(s, '/')+1:]) || both && isRootUser(s)
	}
}

// isBareRoot says whether a value could mean either root.
func isBareRoot(value string) bool { return strings.EqualFold(value, rootName) }

// isRootUser says whether an ARN is the root user's, arn:PARTITION:iam::ACCOUNT:root. ECS's
// registeredBy may be just :root.
func isRootUser(arn string) bool {
	rest, ok := strings.CutSuffix(arn, ":"+rootName)
	if !ok || rest == "" {
		return ok
	}
	account := strings.LastIndexByte(rest, ':')
	return account >= 0 && !strings.Contains(rest[account:], "/") &&
		strings.HasPrefix(rest, "arn:") && strings.HasSuffix(rest[:account], ":iam:")
}

// Ambiguity is a term that can be read in two ways. It may be looked through; it must not mark or
// plan anything.
type Ambiguity struct {
	// Column and Offset are where the value stands, as in Error; Text is the term with this value
	// alone.
	Column, Offset int
	Text           string
	// Readings are the terms that say it clearly.
	Readings []Reading
}

// Reading is one thing that an ambiguous term may mean: the query that says so, and in words what
// it selects.
type Reading struct{ Query, Means string }

// String is a sentence that names all readings.
func (a Ambiguity) String() string {
	parts := make([]string, len(a.Readings))
	for i, r := range a.Readings {
		parts[i] = r.Query + " is " + r.Means
	}
	return a.Text + " can mean two things: " + strings.Join(parts, ", ")
}

// ambiguities finds the values that mean either root.
func ambiguities(text string, terms []*term) []Ambiguity {
	var found []Ambiguity
	for _, t := range terms {
		if t.special != makerField || t.op == opRegexp {
			continue
		}
		sign := ""
		if t.negated != (t.op == opDiffer) {
			sign = "!"
		}
		for _, w := range t.values {
			if !isBareRoot(w.text) {
				continue
			}
			name := sign + t.field + string(opMatch)
			found = append(found, Ambiguity{
				Column: columnOf(text, w.at),
				Offset: w.at,
				Text:   name + w.text,
				Readings: []Reading{
					{Query: name + rootUserWord, Means: "the root user of the account"},
					{Query: name + "…/" + rootName, Means: "a session or a user named root, such as an Identity Center user's, and not the root user"},
				},
			})
		}
	}
	return found
}
