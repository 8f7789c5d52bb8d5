// Package form is how values and records lie in the columns of a case, so that they come back exactly.
//
// It must not know the columns, nor the disk.
package form

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
)

// Value is a model.Value as JSON that comes back exactly: "?" is unknown, "-" never, "s…" a
// text, a list is an array of texts, "n…" a number, "t…" a time in nanoseconds since 1970, "b1" and
// "b0" yes and no. Numbers are text because JSON has no infinity.
type Value struct{ model.Value }

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) {
	if number, ok := v.Number(); ok {
		return strconv.AppendQuote(nil, "n"+strconv.FormatFloat(number, 'g', -1, 64)), nil
	}
	if at, ok := v.Time(); ok {
		return strconv.AppendQuote(nil, "t"+strconv.FormatInt(at.UnixNano(), 10)), nil
	}
	if yes, ok := v.Bool(); ok {
		if yes {
			return []byte(`"b1"`), nil
		}
		return []byte(`"b0"`), nil
	}
	switch content := v.JSON().(type) {
	case string:
		return json.Marshal("s" + content)
	case []string:
		return json.Marshal(content)
	}
	if v.IsNever() {
		return []byte(`"-"`), nil
	}
	return []byte(`"?"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		var items []string
		if err := json.Unmarshal(text, &items); err != nil {
			return fmt.Errorf("read a list: %w", err)
		}
		v.Value = model.List(items...)
		return nil
	}
	var tagged string
	if err := json.Unmarshal(text, &tagged); err != nil {
		return fmt.Errorf("read a value: %w", err)
	}
	value, err := parseValue(tagged)
	v.Value = value
	return err
}

func parseValue(tagged string) (model.Value, error) {
	if tagged == "" {
		return model.Value{}, fmt.Errorf("read a value: it has no type")
	}
	rest := tagged[1:]
	switch tagged[0] {
	case '?':
		return model.Unknown(), nil
	case '-':
		return model.Never(), nil
	case 's':
		return model.Text(rest), nil
	case 'b':
		return model.Bool(rest == "1"), nil
	case 'n':
		number, err := strconv.ParseFloat(rest, 64)
		if err != nil {
			return model.Value{}, fmt.Errorf("read a number: %w", err)
		}
		return model.Number(number), nil
	case 't':
		nanos, err := strconv.ParseInt(rest, 10, 64)
		if err != nil {
			return model.Value{}, fmt.Errorf("read a time: %w", err)
		}
		return model.Time(time.Unix(0, nanos)), nil
	}
	return model.Value{}, fmt.Errorf("read a value: %q is no type", tagged[:1])
}

// Instant is a time as JSON text, "seconds.nanoseconds" since 1970: it holds any time that AWS may
// send, which RFC 3339 (years 0 to 9999) and a count of nanoseconds (years 1678 to 2262) do not. It
// comes back in UTC.
type Instant struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (i Instant) MarshalJSON() ([]byte, error) {
	text := strconv.FormatInt(i.Unix(), 10)
	if n := i.Nanosecond(); n != 0 {
		text += "." + strconv.Itoa(n)
	}
	return strconv.AppendQuote(nil, text), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *Instant) UnmarshalJSON(text []byte) error {
	var plain string
	if err := json.Unmarshal(text, &plain); err != nil {
		return fmt.Errorf("read a time: %w", err)
	}
	whole, fraction, exact := strings.Cut(plain, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return fmt.Errorf("read a time: %w", err)
	}
	var nanos int64
	if exact {
		if nanos, err = strconv.ParseInt(fraction, 10, 64); err != nil {
			return fmt.Errorf("read a time: %w", err)
		}
	}
	i.Time = time.Unix(seconds, nanos).UTC()
	return nil
}

// savedFailure is a model.Failure as JSON.
type savedFailure struct {
	Operation string `json:"operation"`
	Region    string `json:"region"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
	RequestID string `json:"requestId,omitempty"`
	Waived    string `json:"waived,omitempty"`
}

// EncodeFailure is a failure as a column holds it, NULL for none.
func EncodeFailure(f *model.Failure) (any, error) {
	if f == nil {
		return nil, nil
	}
	text, err := json.Marshal(savedFailure(*f))
	return string(text), err
}

// DecodeFailure is the inverse of EncodeFailure.
func DecodeFailure(stored sql.NullString) (*model.Failure, error) {
	if !stored.Valid {
		return nil, nil
	}
	var f savedFailure
	if err := json.Unmarshal([]byte(stored.String), &f); err != nil {
		return nil, fmt.Errorf("read a cell's failure: %w", err)
	}
	failure := model.Failure(f)
	return &failure, nil
}
