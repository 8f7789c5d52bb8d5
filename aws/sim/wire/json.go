package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	smithydocument "github.com/aws/smithy-go/document"
)

// epoch is a time as JSON bodies carry it: seconds, with milliseconds behind the point.
func appendEpoch(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(b, ms/1000, 10)
	}
	return strconv.AppendFloat(b, float64(ms)/1000, 'f', 3, 64)
}

func (c *Codec) appendObject(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	first := true
	for _, f := range c.outFields(v.Type()) {
		member := v.Field(f.index)
		if absent(member) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendString(b, f.wire)
		b = append(b, ':')
		if f.iso {
			b = appendString(b, xmlText(reflect.Indirect(member)))
			continue
		}
		b = c.appendJSON(b, member)
	}
	return append(b, '}')
}

func (c *Codec) appendJSON(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return c.appendJSON(b, v.Elem())
	case reflect.Interface:
		return c.appendUnion(b, v)
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return appendEpoch(b, t)
		}
		return c.appendObject(b, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return appendString(b, base64.StdEncoding.EncodeToString(v.Bytes()))
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = c.appendJSON(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, k.String())
			b = append(b, ':')
			b = c.appendJSON(b, v.MapIndex(k))
		}
		return append(b, '}')
	default:
		return appendScalar(b, v)
	}
}

func appendScalar(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Float32, reflect.Float64:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendString(b, strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"))
		}
		return strconv.AppendFloat(b, f, 'g', -1, v.Type().Bits())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	default:
		return append(b, "null"...)
	}
}

// appendUnion writes a union as an object of one member, and a free-form document as what it holds.
func (c *Codec) appendUnion(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	if doc, ok := v.Interface().(smithydocument.Marshaler); ok {
		raw, err := doc.MarshalSmithyDocument()
		if err != nil {
			return append(b, "null"...)
		}
		return append(b, raw...)
	}
	name, value, ok := c.unionMember(v.Elem())
	if !ok {
		return append(b, "null"...)
	}
	b = append(b, '{')
	b = appendString(b, name)
	b = append(b, ':')
	b = c.appendJSON(b, value)
	return append(b, '}')
}

// appendString writes a JSON string; bytes that are no UTF-8 become the replacement character.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		ch := s[i]
		switch {
		case ch == '"' || ch == '\\':
			b = append(b, '\\', ch)
		case ch == '\n':
			b = append(b, '\\', 'n')
		case ch < ' ' || ch == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[ch>>4], hex[ch&15])
		case ch < utf8.RuneSelf:
			b = append(b, ch)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size
			continue
		}
		i++
	}
	return append(b, '"')
}

// decodeJSON reads a body into a struct; no body is an empty object.
func (c *Codec) decodeJSON(body []byte, v reflect.Value) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return fmt.Errorf("read JSON body: %w", err)
	}
	object, ok := x.(map[string]any)
	if !ok {
		return fmt.Errorf("read JSON body: it is no object")
	}
	return c.assignObject(v, object)
}

func (c *Codec) assignObject(v reflect.Value, object map[string]any) error {
	for _, f := range c.inFields(v.Type()) {
		x, ok := object[f.wire]
		if !ok || x == nil {
			continue
		}
		if err := c.assign(v.Field(f.index), x); err != nil {
			return fmt.Errorf("%s: %w", f.wire, err)
		}
	}
	return nil
}

// assign puts a decoded JSON value into v.
func (c *Codec) assign(v reflect.Value, x any) error {
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := c.assign(p.Elem(), x); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Interface:
		return c.assignUnion(v, x)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return assignTime(v, x)
		}
		if object, ok := x.(map[string]any); ok {
			return c.assignObject(v, object)
		}
	case reflect.Slice:
		return c.assignSlice(v, x)
	case reflect.Map:
		if object, ok := x.(map[string]any); ok {
			return c.assignMap(v, object)
		}
	case reflect.String:
		if s, ok := x.(string); ok {
			v.SetString(s)
			return nil
		}
	case reflect.Bool:
		if t, ok := x.(bool); ok {
			v.SetBool(t)
			return nil
		}
	default:
		if n, ok := x.(json.Number); ok {
			return assignNumber(v, n.String())
		}
	}
	return fmt.Errorf("%T cannot be a %s", x, v.Type())
}

func (c *Codec) assignSlice(v reflect.Value, x any) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		s, ok := x.(string)
		if !ok {
			return fmt.Errorf("%T cannot be a blob", x)
		}
		return assignBlob(v, s)
	}
	list, ok := x.([]any)
	if !ok {
		return fmt.Errorf("%T cannot be a list", x)
	}
	out := reflect.MakeSlice(v.Type(), len(list), len(list))
	for i, item := range list {
		if item == nil {
			continue
		}
		if err := c.assign(out.Index(i), item); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	v.Set(out)
	return nil
}

func (c *Codec) assignMap(v reflect.Value, object map[string]any) error {
	out := reflect.MakeMapWithSize(v.Type(), len(object))
	for k, item := range object {
		value := reflect.New(v.Type().Elem()).Elem()
		if item != nil {
			if err := c.assign(value, item); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		out.SetMapIndex(reflect.ValueOf(k).Convert(v.Type().Key()), value)
	}
	v.Set(out)
	return nil
}

// assignUnion makes the member of a union that an object names, or a document of whatever stands
// there.
func (c *Codec) assignUnion(v reflect.Value, x any) error {
	if document, ok := c.Documents[v.Type()]; ok {
		v.Set(reflect.ValueOf(document(plain(x))))
		return nil
	}
	object, ok := x.(map[string]any)
	if !ok {
		return fmt.Errorf("%T cannot be a union", x)
	}
	for _, t := range c.Unions[v.Type()] {
		member := reflect.New(t)
		name, value, ok := c.unionMember(member)
		if !ok || object[name] == nil {
			continue
		}
		if err := c.assign(value, object[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		v.Set(member)
		return nil
	}
	return nil
}

// plain turns the numbers of a decoded value into ones that a document can carry.
func plain(x any) any {
	switch x := x.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		f, _ := x.Float64()
		return f
	case []any:
		for i := range x {
			x[i] = plain(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = plain(x[k])
		}
	}
	return x
}

func assignBlob(v reflect.Value, s string) error {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return fmt.Errorf("read blob: %w", err)
	}
	v.SetBytes(raw)
	return nil
}

// assignTime takes seconds since 1970, as JSON bodies carry them, and ISO 8601, as forms do.
func assignTime(v reflect.Value, x any) error {
	var text string
	switch x := x.(type) {
	case json.Number:
		text = x.String()
	case string:
		if t, err := time.Parse(time.RFC3339, x); err == nil {
			v.Set(reflect.ValueOf(t.UTC()))
			return nil
		}
		text = x
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%v cannot be a time", x)
	}
	v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()))
	return nil
}

// assignNumber reads a number out of its text, within the range of v.
func assignNumber(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("read number: %w", err)
		}
		v.SetFloat(f)
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			f, floatErr := strconv.ParseFloat(text, 64)
			if floatErr != nil || f != math.Trunc(f) || v.OverflowInt(int64(f)) {
				return fmt.Errorf("read number: %w", err)
			}
			n = int64(f)
		}
		v.SetInt(n)
		return nil
	default:
		return fmt.Errorf("%s cannot be a %s", text, v.Type())
	}
}
