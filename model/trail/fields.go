package trail

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
)

// Fields are what can be asked of events in a filter.
func Fields() []query.Field[Row] {
	text := func(get func(*Row) string) func(*Row) model.Value {
		return func(r *Row) model.Value { return model.Cleaned(get(r)) }
	}
	return []query.Field[Row]{
		{ID: "time", Aliases: []string{"at", "age"}, Title: "TIME", Type: model.TimeField, Order: 1, Get: func(r *Row) model.Value { return model.Time(r.Time) }},
		{ID: "region", Title: "REGION", Order: 2, Get: text(func(r *Row) string { return r.Region })},
		{ID: "sort", Aliases: []string{"class"}, Title: "SORT", Order: 3, Get: func(r *Row) model.Value { return model.Cleaned(r.Class.String()) }},
		{ID: "name", Aliases: []string{"event"}, Title: "EVENT", Order: 4, Get: text(func(r *Row) string { return r.Name })},
		{ID: "on", Aliases: []string{"target"}, Title: "ON", Order: 5, Get: func(r *Row) model.Value { return model.List(r.Names()...) }},
		{ID: "who", Aliases: []string{"user"}, Title: "WHO", Order: 6, Get: text(func(r *Row) string { return r.Who })},
		{ID: "by", Aliases: []string{"principal"}, Title: "BY", Order: 7, Get: text(func(r *Row) string { return r.By })},
		{ID: "session", Title: "SESSION", Order: 8, Get: func(r *Row) model.Value { return model.Cleaned(r.Session) }},
		{ID: "key", Aliases: []string{"accesskey"}, Title: "ACCESS KEY", Order: 9, Get: text(func(r *Row) string { return r.AccessKey })},
		{ID: "address", Aliases: []string{"ip", "from"}, Title: "ADDRESS", Order: 10, Get: text(func(r *Row) string { return r.Address })},
		{ID: "agent", Title: "AGENT", Order: 11, Get: text(func(r *Row) string { return r.Agent })},
		{ID: "error", Title: "ERROR", Order: 12, Get: text(func(r *Row) string { return r.Error })},
		{ID: "service", Aliases: []string{"source"}, Title: "SERVICE", Order: 13, Get: text(func(r *Row) string { return r.Service() })},
		{ID: "via", Title: "VIA", Order: 14, Get: text(func(r *Row) string { return r.Via })},
		{ID: "caller", Title: "CALLER", Order: 15, Get: func(r *Row) model.Value { return model.Cleaned(r.Caller.String()) }},
		{ID: "id", Title: "EVENT ID", Order: 99, Get: text(func(r *Row) string { return r.ID })},
	}
}

// ParseFilter compiles a filter of events. A bare by:root is both the root user and a session named
// root.
func ParseFilter(text string) (*query.Filter[Row], error) {
	return query.ParseFor(Fields(), nil, text, query.Options{NoRaw: true})
}
