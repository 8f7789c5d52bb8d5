package query

// Unsure says whether it cannot be told if the query selects a thing: no term is known to fail, and
// what one compares is unknown. Match is false then, so a count of what matches is a lower bound. A
// field that things of this kind do not have is a clear no, and a free text looks at what is drawn,
// where an unknown value holds no text.
func (f *Filter[T]) Unsure(thing *T, env Env) bool {
	group := f.schema.groupOf(thing)
	unsure := false
	for i := range f.steps {
		s := &f.steps[i]
		switch f.evaluate(s, thing, group, env, s.needles == nil) {
		case no:
			return false
		case cannotTell:
			unsure = true
		case yes:
		}
	}
	return unsure
}
