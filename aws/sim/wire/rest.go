package wire

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// Route is the REST binding of one operation.
type Route struct {
	// Operation is its name, Method the HTTP method.
	Operation, Method string
	// Path has {Field} where a label stands.
	Path string
	// Query binds query parameters to fields, by parameter.
	Query map[string]string
}

// match finds the route of a request and the values of its labels by field.
func (c *Codec) match(r Request) (found Route, labels map[string]string, ok bool) {
	have := strings.Split(strings.Trim(r.Path, "/"), "/")
	for _, route := range c.Routes {
		if route.Method != r.Method {
			continue
		}
		want := strings.Split(strings.Trim(route.Path, "/"), "/")
		if len(want) != len(have) {
			continue
		}
		if labels, ok := matchSegments(want, have); ok {
			return route, labels, true
		}
	}
	return Route{}, nil, false
}

func matchSegments(want, have []string) (labels map[string]string, ok bool) {
	labels = map[string]string{}
	for i, segment := range want {
		field, isLabel := strings.CutPrefix(segment, "{")
		if !isLabel {
			if segment != have[i] {
				return nil, false
			}
			continue
		}
		text, err := url.PathUnescape(have[i])
		if err != nil || text == "" {
			return nil, false
		}
		labels[strings.TrimSuffix(field, "}")] = text
	}
	return labels, true
}

// decodeREST reads body, labels and query parameters.
func (c *Codec) decodeREST(r Request, v reflect.Value) error {
	if err := c.decodeJSON(r.Body, v); err != nil {
		return err
	}
	route, labels, ok := c.match(r)
	if !ok {
		return fmt.Errorf("no operation at %s %s", r.Method, r.Path)
	}
	for name, text := range labels {
		if err := c.bind(v, name, []string{text}); err != nil {
			return err
		}
	}
	for parameter, name := range route.Query {
		if values := r.Query[parameter]; len(values) > 0 {
			if err := c.bind(v, name, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// bind puts the texts of a label or query parameter into a field.
func (c *Codec) bind(v reflect.Value, name string, values []string) error {
	target := v.FieldByName(name)
	if !target.IsValid() {
		return fmt.Errorf("bind %s: %s has no such field", name, v.Type())
	}
	b := &branch{leaf: values[0]}
	if target.Kind() == reflect.Slice {
		b.kids = map[string]*branch{}
		for i, text := range values {
			b.kids[fmt.Sprint(i+1)] = &branch{leaf: text}
		}
	}
	if err := c.assignForm(target, b); err != nil {
		return fmt.Errorf("bind %s: %w", name, err)
	}
	return nil
}

// RESTOperations are the operations that the routes of a REST service reach.
func (c *Codec) RESTOperations() []string {
	var ops []string
	for _, r := range c.Routes {
		ops = append(ops, r.Operation)
	}
	return ops
}
