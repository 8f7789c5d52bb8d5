package cloud

import (
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// hidden is what CloudTrail writes for values that it does not show.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// parameters is a request or response as a record shows it: lowerCamel members, without what is
// empty and without secrets; nothing at all is null. Maps are taken as they are.
func parameters(v any) any {
	if v == nil {
		return nil
	}
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct {
		return v
	}
	out := memberMap(value)
	if len(out) == 0 {
		return nil
	}
	return out
}

// memberMap turns an SDK struct into a map.
func memberMap(v reflect.Value) map[string]any {
	out := map[string]any{}
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		switch f.Name {
		// CloudTrail never shows these (IAM and STS user guides, logging sections: the secret key
		// and passwords are left out).
		case "Password", "OldPassword", "NewPassword", "SecretAccessKey", "SecretString", "TokenCode":
			continue
		}
		if x, ok := member(v.Field(i)); ok {
			out[lowerCamel(f.Name)] = conceal(t.Name(), f.Name, x)
		}
	}
	return out
}

// conceal hides values of environment variables and the like: they are written by name only.
func conceal(owner, name string, x any) any {
	if (owner == "KeyValuePair" && name == "Value") || name == "UserData" {
		return hidden
	}
	return x
}

// member is one value of an SDK struct in JSON's terms; ok is false for one that is not set.
func member(v reflect.Value) (x any, ok bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, false
		}
		return member(v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return nil, false
		}
		return union(v.Elem())
	case reflect.Struct:
		if at, isTime := v.Interface().(time.Time); isTime {
			return at.UTC().Format("Jan 2, 2006, 3:04:05 PM"), true
		}
		return memberMap(v), true
	case reflect.Slice:
		if v.IsNil() {
			return nil, false
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return hidden, true
		}
		list := make([]any, 0, v.Len())
		for i := range v.Len() {
			if x, ok := member(v.Index(i)); ok {
				list = append(list, x)
			}
		}
		return list, true
	case reflect.Map:
		if v.IsNil() {
			return nil, false
		}
		m := map[string]any{}
		for it := v.MapRange(); it.Next(); {
			if x, ok := member(it.Value()); ok {
				m[it.Key().String()] = x
			}
		}
		return m, true
	case reflect.String:
		return v.String(), v.Len() > 0
	case reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return v.Interface(), true
	default:
		return nil, false
	}
}

// union is a member of an SDK union: a struct XMemberName with one Value.
func union(v reflect.Value) (any, bool) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	_, name, isMember := strings.Cut(v.Type().Name(), "Member")
	if v.Kind() != reflect.Struct || !isMember || !v.FieldByName("Value").IsValid() {
		return nil, false
	}
	x, ok := member(v.FieldByName("Value"))
	return map[string]any{lowerCamel(name): x}, ok
}

func lowerCamel(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
