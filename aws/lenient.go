package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// lenient rewrites a JSON answer so that it fits the type that the SDK reads it into: a number
// where the API has a text becomes one, and a text that is a number becomes a number, as moto and
// LocalStack have it the wrong way round. Without anything that can be rewritten it is not
// readable, and member is the first that cannot be.
func lenient(body []byte, into reflect.Type) (fixed []byte, member string, readable bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var document any
	if into == nil || d.Decode(&document) != nil {
		return nil, "", false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, "", false
	}
	f := &fitting{}
	document = f.fit(document, into, "")
	if f.misfit != "" || f.changed == "" {
		return nil, f.misfit, false
	}
	fixed, err := json.Marshal(document)
	return fixed, f.changed, err == nil
}

// fitting is one walk over a document beside the type that it is read into.
type fitting struct {
	// changed and misfit are the first members that were rewritten and that could not be.
	changed, misfit string
}

// fit is the value as the type wants it. Members that the type does not know are left alone.
func (f *fitting) fit(value any, into reflect.Type, path string) any {
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	if value == nil {
		return nil
	}
	switch kind := into.Kind(); {
	case into == reflect.TypeFor[time.Time]():
		// The protocols have seconds, and some members a date in words.
		if text, ok := value.(string); ok && !json.Valid([]byte(text)) {
			return value
		}
		return f.number(value, true, path)
	case kind == reflect.Struct:
		return f.members(value, into, path)
	case kind == reflect.Slice && into.Elem().Kind() != reflect.Uint8, kind == reflect.Array:
		return f.items(value, into, path)
	case kind == reflect.Map:
		return f.entries(value, into, path)
	case kind == reflect.String:
		return f.text(value, path)
	case kind >= reflect.Int && kind <= reflect.Float64:
		return f.number(value, kind >= reflect.Float32, path)
	case kind == reflect.Bool:
		if _, ok := value.(bool); !ok {
			f.missed(path)
		}
	}
	return value
}

func (f *fitting) missed(path string) {
	if f.misfit == "" {
		f.misfit = path
	}
}

func (f *fitting) rewrote(path string) {
	if f.changed == "" {
		f.changed = path
	}
}

func (f *fitting) members(value any, into reflect.Type, path string) any {
	object, ok := value.(map[string]any)
	if !ok {
		f.missed(path)
		return value
	}
	for name, member := range object {
		field, ok := into.FieldByName(exported(name))
		if !ok {
			continue
		}
		object[name] = f.fit(member, field.Type, joined(path, name))
	}
	return object
}

// exported is how the SDK names a member of the API in Go.
func exported(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (f *fitting) items(value any, into reflect.Type, path string) any {
	list, ok := value.([]any)
	if !ok {
		f.missed(path)
		return value
	}
	for i, item := range list {
		list[i] = f.fit(item, into.Elem(), path+"["+strconv.Itoa(i)+"]")
	}
	return list
}

func (f *fitting) entries(value any, into reflect.Type, path string) any {
	object, ok := value.(map[string]any)
	if !ok {
		f.missed(path)
		return value
	}
	for key, entry := range object {
		object[key] = f.fit(entry, into.Elem(), fmt.Sprintf("%s[%q]", path, key))
	}
	return object
}

func (f *fitting) text(value any, path string) any {
	switch v := value.(type) {
	case string:
	case json.Number:
		f.rewrote(path)
		return v.String()
	default:
		f.missed(path)
	}
	return value
}

func (f *fitting) number(value any, fraction bool, path string) any {
	text, ok := value.(string)
	if !ok {
		if _, ok := value.(json.Number); !ok {
			f.missed(path)
		}
		return value
	}
	_, err := strconv.ParseInt(text, 10, 64)
	if fraction {
		_, err = strconv.ParseFloat(text, 64)
	}
	if err != nil || !json.Valid([]byte(text)) {
		f.missed(path)
		return value
	}
	f.rewrote(path)
	return json.Number(text)
}
