package wire

import (
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// isForm says that a request's body is a form.
func isForm(r Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// readForm reads the parameters of a query request, from its body or, in a GET, from its query
// string.
func readForm(r Request) (url.Values, error) {
	if len(r.Body) == 0 {
		return r.Query, nil
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, fmt.Errorf("read form: %w", err)
	}
	return form, nil
}

// branch is a form as a tree: Filter.1.Value.2=x is a leaf x under Filter, 1, Value, 2.
type branch struct {
	leaf string
	kids map[string]*branch
}

// formDepth bounds how deep a form may nest; the deepest SDK input is far below it.
const formDepth = 32

// plant makes the tree of a form.
func plant(form url.Values) *branch {
	root := &branch{}
	for key, values := range form {
		if len(values) == 0 || strings.Count(key, ".") >= formDepth {
			continue
		}
		at := root
		for part := range strings.SplitSeq(key, ".") {
			next := at.kids[part]
			if next == nil {
				next = &branch{}
				if at.kids == nil {
					at.kids = map[string]*branch{}
				}
				at.kids[part] = next
			}
			at = next
		}
		at.leaf = values[0]
	}
	return root
}

// items are the numbered branches in order, below a "member" or "entry" if there is one.
func (b *branch) items() []*branch {
	for _, name := range []string{"member", "entry"} {
		if inner := b.kids[name]; inner != nil {
			b = inner
			break
		}
	}
	type numbered struct {
		n    int
		item *branch
	}
	var found []numbered
	for key, kid := range b.kids {
		if n, err := strconv.Atoi(key); err == nil {
			found = append(found, numbered{n, kid})
		}
	}
	slices.SortFunc(found, func(x, y numbered) int { return x.n - y.n })
	out := make([]*branch, len(found))
	for i, f := range found {
		out[i] = f.item
	}
	return out
}

// assignForm puts a branch into v.
func (c *Codec) assignForm(v reflect.Value, b *branch) error {
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := c.assignForm(p.Elem(), b); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return assignTime(v, b.leaf)
		}
		for _, f := range c.inFields(v.Type()) {
			kid, ok := b.kids[f.wire]
			if !ok {
				continue
			}
			if err := c.assignForm(v.Field(f.index), kid); err != nil {
				return fmt.Errorf("%s: %w", f.wire, err)
			}
		}
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return assignBlob(v, b.leaf)
		}
		items := b.items()
		out := reflect.MakeSlice(v.Type(), len(items), len(items))
		for i, item := range items {
			if err := c.assignForm(out.Index(i), item); err != nil {
				return fmt.Errorf("%d: %w", i+1, err)
			}
		}
		v.Set(out)
		return nil
	case reflect.Map:
		return c.assignFormMap(v, b)
	case reflect.Interface:
		return c.assignFormUnion(v, b)
	case reflect.String:
		v.SetString(b.leaf)
		return nil
	case reflect.Bool:
		t, err := strconv.ParseBool(b.leaf)
		if err != nil {
			return fmt.Errorf("read boolean: %w", err)
		}
		v.SetBool(t)
		return nil
	default:
		return assignNumber(v, b.leaf)
	}
}

// assignFormMap reads entries of key and value.
func (c *Codec) assignFormMap(v reflect.Value, b *branch) error {
	out := reflect.MakeMap(v.Type())
	for _, entry := range b.items() {
		key, value := entry.kids["key"], entry.kids["value"]
		if key == nil || value == nil {
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := c.assignForm(item, value); err != nil {
			return fmt.Errorf("%s: %w", key.leaf, err)
		}
		out.SetMapIndex(reflect.ValueOf(key.leaf).Convert(v.Type().Key()), item)
	}
	v.Set(out)
	return nil
}

// assignFormUnion makes the member of a union that a branch names; one that names none is ignored.
func (c *Codec) assignFormUnion(v reflect.Value, b *branch) error {
	for _, t := range c.Unions[v.Type()] {
		member := reflect.New(t)
		name, value, ok := c.unionMember(member)
		if !ok || b.kids[name] == nil {
			continue
		}
		if err := c.assignForm(value, b.kids[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		v.Set(member)
	}
	return nil
}

// xmlText is a scalar as XML and query strings carry it.
func xmlText(v reflect.Value) string {
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format("2006-01-02T15:04:05.999Z")
	}
	if v.Kind() == reflect.Slice {
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return strings.Trim(string(appendScalar(nil, v)), `"`)
}
