package kind

import (
	"bytes"
	"encoding/base64"
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

// Casing is how a service writes its members on the wire, which is how the AWS CLI prints them.
type Casing uint8

// The casings.
const (
	LowerCamel Casing = iota // clusterArn
	UpperCamel               // ClusterArn
)

// Writing is how the records of a kind are written. Families have it in one place.
type Writing struct {
	Casing Casing
	// LowerTypes are the SDK's types, and LowerMembers single members, that a service of UpperCamel
	// took over from one of LowerCamel in its writing.
	LowerTypes, LowerMembers []string
	// Secret is Def.Secret of the kind.
	Secret []string
}

// Recorded is what AWS said of something, as it is kept.
type Recorded struct {
	JSON json.RawMessage
	// Sealed counts the secrets that were replaced, Altered the texts that are not word for word
	// what AWS had since something in them acts on a terminal.
	Sealed, Altered int
}

// Record turns an SDK struct into JSON as the AWS CLI prints it: members in the service's own
// writing, times in RFC 3339, nothing for what AWS left out. In text that an attacker may have
// written what acts on a terminal becomes a visible escape, and all else is kept byte for byte, so
// that it can be put back (see FromEvidence); identifiers stay exact.
//
// Secrets are replaced by their seal on the way and counted: everything under a member whose name
// says so (see holdsSecret), and under the members that a kind declares secret. What cannot carry a
// secret stays readable there: times, yes and no, words out of AWS's own lists, references to where
// a secret lies, and the names of names and values.
func Record(value any, how Writing, sealer model.Sealer) Recorded {
	w := recordWriter{how: how, sealer: sealer}
	if !w.value(reflect.ValueOf(value), position{}) {
		return Recorded{JSON: json.RawMessage("{}")}
	}
	return Recorded{JSON: w.out.Bytes(), Sealed: w.sealed, Altered: w.altered}
}

// recordWriter writes one record.
type recordWriter struct {
	out    bytes.Buffer
	how    Writing
	sealer model.Sealer

	sealed, altered int
}

// position is where in the record a value stands: the member that holds it, and whether all below
// is secret because of the member opened.
type position struct {
	member string
	secret bool
	opened string
}

// value writes v and says whether there was anything to write.
func (w *recordWriter) value(v reflect.Value, at position) bool {
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
		if v.Type().PkgPath() != "" {
			// A word out of a list of AWS's, which has a type of its own in the SDK.
			at.secret = false
		}
		w.text(v.String(), at)
		return true
	case reflect.Bool:
		w.out.WriteString(strconv.FormatBool(v.Bool()))
		return true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		encoded, err := json.Marshal(v.Interface())
		if err != nil {
			return false
		}
		if at.secret {
			encoded = quoted(w.seal(string(encoded)))
		}
		w.out.Write(encoded)
		return true
	default: // The SDK's shapes hold nothing else.
		return false
	}
}

// object writes the members that are there, in the order of the SDK's struct. A member of the
// holder itself (an empty list element) is {}.
func (w *recordWriter) object(v reflect.Value, at position) bool {
	holder := v.Type()
	pair := pairIn(v)
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
		below := w.member(f.Name, pair, at)
		if !w.value(v.Field(i), below) {
			w.out.Truncate(mark)
			continue
		}
		first = false
	}
	w.out.WriteByte('}')
	return true
}

// member is the position of a member within a struct of AWS's.
func (w *recordWriter) member(name string, pair pair, at position) position {
	below := position{member: name, secret: at.secret, opened: at.opened}
	switch {
	case w.isDeclared(name):
		below.secret, below.opened = true, name
	case reference(name):
		below.secret = false
	case pair.is && name == pair.nameMember:
		below.secret = false
	case pair.secret && name == "Value", w.opens(name):
		below.secret, below.opened = true, name
	}
	return below
}

// pair is a struct that is a name and its value, the list form of a map.
type pair struct {
	is bool
	// nameMember is the member that holds the name; secret says that by its name the value is one.
	nameMember string
	secret     bool
}

func pairIn(v reflect.Value) pair {
	value := v.FieldByName("Value")
	if !value.IsValid() && !v.FieldByName("ValueFrom").IsValid() {
		return pair{}
	}
	for _, member := range [...]string{"Name", "Key"} {
		name := reflect.Indirect(v.FieldByName(member))
		if name.IsValid() && name.Kind() == reflect.String {
			return pair{is: true, nameMember: member, secret: namesSecret(name.String())}
		}
	}
	return pair{}
}

// memberName is the name on the wire.
func (w *recordWriter) memberName(name, holder string) string {
	if w.how.Casing == LowerCamel || slices.Contains(w.how.LowerTypes, holder) || slices.Contains(w.how.LowerMembers, name) {
		return lowerFirst(name)
	}
	return name
}

func lowerFirst(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[size:]
}

func (w *recordWriter) list(v reflect.Value, at position) bool {
	if v.Len() == 0 {
		return false
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		w.text(base64.StdEncoding.EncodeToString(v.Bytes()), at)
		return true
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

func (w *recordWriter) dictionary(v reflect.Value, at position) bool {
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
		w.out.Write(quoted(w.escape(k)))
		w.out.WriteByte(':')
		below := at
		if !at.secret && w.secretKey(k, at.member) {
			below.secret, below.opened = true, k
		}
		if !w.value(v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())), below) {
			w.out.WriteString(`""`)
		}
	}
	w.out.WriteByte('}')
	return true
}

// secretKey says whether the value under a key of a map is secret. Tags and labels are names that
// people give.
func (w *recordWriter) secretKey(key, member string) bool {
	if strings.HasSuffix(member, "Tags") || strings.HasSuffix(member, "Labels") {
		return namesSecret(key) || secretOption(key) || w.isDeclared(key)
	}
	return w.opens(key) || secretOption(key)
}

func (w *recordWriter) text(s string, at position) {
	switch {
	case at.secret && !namesAPlace(at.opened, s):
		s = w.seal(s)
	case carriesInput(at.member):
		s = w.escape(w.embedded(s, true))
	case identifier(at.member):
		s = markLookalikes(s)
	case isJSON(s) && !describesMatches(at.member):
		s = w.escape(w.embedded(s, false))
	default:
		s = w.escape(s)
	}
	w.out.Write(quoted(s))
}

func (w *recordWriter) seal(s string) string {
	w.sealed++
	return w.sealer.Seal(s)
}

// escape makes visible what acts on a terminal, and counts the texts that have it. The ends of lines
// and tabs of a text that was written over several lines are none of that: JSON writes them as \n,
// \r and \t, and they come back as they were.
func (w *recordWriter) escape(s string) string {
	marked := markLookalikes(s)
	var out strings.Builder
	for rest := marked; rest != ""; {
		at := strings.IndexAny(rest, "\n\r\t")
		if at < 0 {
			at = len(rest)
		}
		out.WriteString(model.Escape(rest[:at]))
		if at < len(rest) {
			out.WriteByte(rest[at])
			at++
		}
		rest = rest[at:]
	}
	if out.String() != marked {
		w.altered++
	}
	return out.String()
}

// quoted is s as a JSON string without the escapes for HTML that encoding/json adds; what is not
// UTF-8 has been made visible by escape.
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
