package kind

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rootout/rootout/model"
)

// casing is how a service writes its members on the wire, which is how the AWS CLI prints them.
type casing uint8

const (
	lowerCamel casing = iota // ECS: clusterArn.
	upperCamel               // EventBridge, Scheduler, Application Auto Scaling: Arn.
)

// record turns an SDK struct into JSON as the AWS CLI prints it: members in the service's own writing, times in RFC 3339, nothing for what AWS left
// out. Secrets are replaced by their seal on the way and counted; text that an attacker may have written is cleaned, identifiers stay exact.
func record(value any, style casing, sealer model.Sealer) (json.RawMessage, int) {
	w := recorder{style: style, sealer: sealer}
	if !w.value(reflect.ValueOf(value), place{}) {
		return json.RawMessage("{}"), 0
	}
	return w.out.Bytes(), w.sealed
}

// recorder writes one record.
type recorder struct {
	out    bytes.Buffer
	style  casing
	sealer model.Sealer
	sealed int
}

// place is where in the record a value stands: the names of its member and of the type that holds it, and whether all text below is secret.
type place struct {
	member, holder string
	secret         bool
}

// value writes v and says whether there was anything to write.
func (w *recorder) value(v reflect.Value, at place) bool {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		if v.IsNil() {
			return false
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return false
	}
	if t, ok := v.Interface().(time.Time); ok {
		w.out.WriteString(strconv.Quote(t.UTC().Format(time.RFC3339Nano)))
		return true
	}
	switch v.Kind() {
	case reflect.Struct:
		return w.object(v, at)
	case reflect.Slice, reflect.Array:
		return w.list(v, at)
	case reflect.Map:
		return w.dictionary(v, at)
	case reflect.String:
		if v.String() == "" {
			return false
		}
		w.text(v.String(), at)
		return true
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		encoded, err := json.Marshal(v.Interface())
		if err != nil {
			return false
		}
		w.out.Write(encoded)
		return true
	default: // The SDK's shapes hold nothing else.
		return false
	}
}

// object writes the members that are there, in the order of the SDK's struct. A member of the holder itself (an empty list element) is {}.
func (w *recorder) object(v reflect.Value, at place) bool {
	holder := v.Type()
	w.out.WriteByte('{')
	first := true
	for i := range holder.NumField() {
		f := holder.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		mark := w.out.Len()
		if !first {
			w.out.WriteByte(',')
		}
		w.out.WriteString(strconv.Quote(w.memberName(f.Name, holder.Name())))
		w.out.WriteByte(':')
		below := place{member: f.Name, holder: holder.Name(), secret: at.secret && f.Name == "Value" || secretMember(f.Name, holder.Name())}
		if holder.Name() == "KeyValuePair" && at.member == "Environment" && f.Name == "Value" {
			below.secret = true
		}
		if !w.value(v.Field(i), below) {
			w.out.Truncate(mark)
			continue
		}
		first = false
	}
	w.out.WriteByte('}')
	return true
}

// memberName is the name on the wire. The few types that EventBridge and Scheduler took over from ECS kept its writing.
func (w *recorder) memberName(name, holder string) string {
	switch holder {
	case "CapacityProviderStrategyItem", "PlacementConstraint", "PlacementStrategy":
		return lowerFirst(name)
	}
	if w.style == lowerCamel || name == "AwsvpcConfiguration" {
		return lowerFirst(name)
	}
	return name
}

func lowerFirst(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[size:]
}

func (w *recorder) list(v reflect.Value, at place) bool {
	if v.Len() == 0 {
		return false
	}
	w.out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if !w.value(v.Index(i), at) {
			w.out.WriteString(`""`)
		}
	}
	w.out.WriteByte(']')
	return true
}

func (w *recorder) dictionary(v reflect.Value, at place) bool {
	if v.Len() == 0 || v.Type().Key().Kind() != reflect.String {
		return false
	}
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	w.out.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.Write(quoted(model.Clean(k)))
		w.out.WriteByte(':')
		below := at
		below.secret = at.secret || secretKey(k)
		if !w.value(v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())), below) {
			w.out.WriteString(`""`)
		}
	}
	w.out.WriteByte('}')
	return true
}

func (w *recorder) text(s string, at place) {
	switch {
	case at.secret:
		s = w.seal(s)
	case carriesInput(at.member):
		s = w.input(s)
	case !identifier(at.member):
		s = model.Clean(s)
	}
	w.out.Write(quoted(s))
}

func (w *recorder) seal(s string) string {
	w.sealed++
	return w.sealer.Seal(s)
}

// quoted is s as a JSON string without the escapes for HTML that encoding/json adds; what is not UTF-8 has been made visible by model.Clean.
func quoted(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return []byte(`""`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// identifier says whether a member holds what AWS's API takes to name a thing.
func identifier(member string) bool {
	for _, end := range [...]string{"Arn", "ARN", "Arns", "Id", "Ids"} {
		if strings.HasSuffix(member, end) {
			return true
		}
	}
	return false
}
