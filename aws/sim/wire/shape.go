package wire

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// field is one member of an SDK struct and its name on the wire.
type field struct {
	index int
	wire  string
	// iso says that a time is written as ISO 8601 in JSON.
	iso bool
}

// outFields are the members of a struct as answers name them.
func (c *Codec) outFields(t reflect.Type) []field {
	if known, ok := c.outward.Load(t); ok {
		return known.([]field)
	}
	lower := c.Lower || c.Protocol == EC2
	fields := c.members(t, lower, c.Names)
	c.outward.Store(t, fields)
	return fields
}

// inFields are the members of a struct as requests name them.
func (c *Codec) inFields(t reflect.Type) []field {
	if known, ok := c.inward.Load(t); ok {
		return known.([]field)
	}
	names := c.Names
	if c.Protocol == EC2 {
		names = c.FormNames
	}
	fields := c.members(t, c.Lower, names)
	c.inward.Store(t, fields)
	return fields
}

func (c *Codec) members(t reflect.Type, lower bool, names map[string]string) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		wire, irregular := names[t.Name()+"."+f.Name]
		if !irregular {
			wire = f.Name
			if lower {
				wire = lowerFirst(wire)
			}
		}
		fields = append(fields, field{index: i, wire: wire, iso: slices.Contains(c.ISOTimes, t.Name()+"."+f.Name)})
	}
	return fields
}

// absent says that a value is not sent: what is nil, and an enum without a value. Numbers and
// booleans that are no pointers have no such state.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	default:
		return false
	}
}

// unionMember takes a union apart: the wire name of the member that is set, and its value. ok is
// false for anything else.
func (c *Codec) unionMember(v reflect.Value) (name string, value reflect.Value, ok bool) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return "", v, false
	}
	_, name, ok = strings.Cut(v.Type().Name(), "Member")
	value = v.FieldByName("Value")
	if !ok || !value.IsValid() {
		return "", v, false
	}
	if c.Lower {
		name = lowerFirst(name)
	}
	return name, value, true
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
