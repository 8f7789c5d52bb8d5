package cloud

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Unlisted is a word in a request that is not in AWS's list for its member.
type Unlisted struct {
	// Member is the member's path in the writing of AWS's messages ("target.ecsParameters.launchType").
	Member, Value string
	// Allowed are the words of the list.
	Allowed []string
}

// Words are what most services say of it.
func (u Unlisted) Words() string {
	return "1 validation error detected: Value '" + u.Value + "' at '" + u.Member +
		"' failed to satisfy constraint: Member must satisfy enum value set: [" + strings.Join(u.Allowed, ", ") + "]"
}

// FindUnlisted finds the first word of an SDK input struct that its enumeration does not have. The
// SDK lets any word through, and AWS refuses it.
func FindUnlisted(input any) (Unlisted, bool) {
	return unlisted(reflect.ValueOf(input), "")
}

// RefuseUnlisted is a Service.Check of enumerations alone, for services that answer with a
// ValidationException.
func RefuseUnlisted(call Call, input any) error {
	return RefuseUnlistedAs("ValidationException")(call, input)
}

// RefuseUnlistedAs is RefuseUnlisted for services that have another code for it.
func RefuseUnlistedAs(code string) func(Call, any) error {
	return func(_ Call, input any) error {
		if u, found := FindUnlisted(input); found {
			return Errorf(code, "%s", u.Words())
		}
		return nil
	}
}

func unlisted(v reflect.Value, path string) (Unlisted, bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unlisted(v.Elem(), path)
		}
	case reflect.Struct:
		return unlistedMember(v, path)
	case reflect.Slice:
		for i := range v.Len() {
			if u, found := unlisted(v.Index(i), path); found {
				return u, true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if u, found := unlisted(it.Value(), path); found {
				return u, true
			}
		}
	case reflect.String:
		return unlistedWord(v, path)
	default:
	}
	return Unlisted{}, false
}

func unlistedMember(v reflect.Value, path string) (Unlisted, bool) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		return Unlisted{}, false
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		name := lowerCamel(f.Name)
		if path != "" {
			name = path + "." + name
		}
		if u, found := unlisted(v.Field(i), name); found {
			return u, true
		}
	}
	return Unlisted{}, false
}

// unlistedWord asks the SDK's own type for its words; one without a value was left out.
func unlistedWord(v reflect.Value, path string) (Unlisted, bool) {
	if v.Len() == 0 || v.Type().PkgPath() == "" {
		return Unlisted{}, false
	}
	values := v.MethodByName("Values")
	if !values.IsValid() || values.Type().NumIn() != 0 || values.Type().NumOut() != 1 {
		return Unlisted{}, false
	}
	list := values.Call(nil)[0]
	allowed := make([]string, list.Len())
	for i := range allowed {
		allowed[i] = list.Index(i).String()
	}
	if slices.Contains(allowed, v.String()) {
		return Unlisted{}, false
	}
	return Unlisted{Member: path, Value: v.String(), Allowed: allowed}, true
}
