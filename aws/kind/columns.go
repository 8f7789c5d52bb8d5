package kind

import "github.com/rootout/rootout/model"

// column declares a field of a kind together with where its value comes from in the SDK's type T.
type column[T any] struct {
	model.Field
	from func(T) model.Value
}

// columns turns declarations into the fields of a model.Kind and the function that reads their values off a record. The values of a resource
// lie in the order of its fields, so that a getter is an index.
func columns[T any](list ...column[T]) (fields []model.Field, values func(T) []model.Value) {
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
			if c.from != nil {
				attrs[i] = c.from(record)
			}
		}
		return attrs
	}
}
