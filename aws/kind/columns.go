package kind

import "github.com/rootout/rootout/model"

// Column declares a field of a kind together with where its value comes from in the SDK's type T.
type Column[T any] struct {
	Field model.Field
	// From reads the value off AWS's record; nil where it comes from elsewhere.
	From func(T) model.Value
}

// Columns turns declarations into the fields of a model.Kind and the function that reads their
// values off a record. The values of a resource lie in the order of its fields, so that a getter is
// an index.
func Columns[T any](list ...Column[T]) (fields []model.Field, values func(T) []model.Value) {
	fields = make([]model.Field, len(list))
	for i, c := range list {
		fields[i] = c.Field
		if fields[i].Get == nil {
			fields[i].Get = func(r *model.Resource) model.Value { return r.Attr(i) }
		}
	}
	return fields, func(record T) []model.Value {
		attrs := make([]model.Value, len(list))
		for i, c := range list {
			if c.From != nil {
				attrs[i] = c.From(record)
			}
		}
		return attrs
	}
}

// Getter reads one of a kind's own fields by its id.
func Getter(fields []model.Field, id string) func(*model.Resource) model.Value {
	for _, f := range fields {
		if f.ID == id {
			return f.Get
		}
	}
	return func(*model.Resource) model.Value { return model.Unknown() }
}
