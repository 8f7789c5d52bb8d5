package query

// Exactly is the one value that a field has to have for anything to match, taken exactly (field=value);
// false where the query leaves more than one. What is asked elsewhere may be narrowed by it.
func (f *Filter[T]) Exactly(field string) (value string, ok bool) {
	for _, t := range f.terms {
		if t.op != opEqual || t.negated || len(t.values) != 1 || !f.names(field, t.field) {
			continue
		}
		if w := t.values[0]; w.quoted || !isKeyword(w) {
			return w.text, true
		}
	}
	return "", false
}

// names says whether a name is that of a field, or one of its aliases.
func (f *Filter[T]) names(field, name string) bool {
	for _, group := range f.schema.groups {
		for i := range group {
			if group[i].ID == field && group[i].named(name) {
				return true
			}
		}
	}
	return false
}

func isKeyword(w word) bool {
	for _, name := range keywords() {
		if w.keyword(name) {
			return true
		}
	}
	return false
}
