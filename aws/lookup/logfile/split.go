package logfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	errParquet  = errors.New("it is Parquet, which is not supported: export it as JSON or CSV")
	errNothing  = errors.New("it holds no CloudTrail records")
	errTooLong  = errors.New("a record of it is longer than any of CloudTrail's")
	errFileMost = errors.New("it goes on without end: the rest was not read")
)

// stopError is an error of whoever takes the records, which ends all.
type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }
func (e *stopError) Unwrap() error { return e.err }

// splitter finds the records in one file.
type splitter struct {
	options Options
	*unpacker
	ctx  context.Context //nolint:containedctx // It lives as long as one reading.
	emit func(record []byte) error

	records, digests, insights int
	faults                     []error
}

// read unpacks a file and finds its records.
func (s *splitter) read(file io.Reader, name string) error {
	plain, err := s.unpack(file)
	if err != nil {
		return err
	}
	in := s.buffer(&bounded{from: plain, left: s.options.FileMost})
	head, err := in.Peek(4)
	if err != nil && len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return errNothing
		}
		return err
	}
	if string(head) == "PAR1" {
		return errParquet
	}
	if strings.Contains(strings.ToLower(name), ".csv") {
		err = s.table(in)
	} else {
		err = s.documents(in)
	}
	if err == nil && s.records+s.digests+s.insights == 0 && len(s.faults) == 0 {
		return errNothing
	}
	return err
}

// bounded ends with an error where a file has no end.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errFileMost
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// allowance gives a decoder so many bytes for its next value: it keeps a value whole, and one may go
// on without end.
type allowance struct {
	from io.Reader
	most int64
	left int64
}

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errTooLong
	}
	n, err := a.from.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}

func (a *allowance) renew() { a.left = a.most }

// documents reads one JSON value after the other: most files hold one, JSON lines one a line. A line
// that is broken costs no other line.
func (s *splitter) documents(in io.Reader) error {
	lines, rest, err := s.documentsUntilFault(in)
	if err == nil || !lines || ends(err) || s.ctx.Err() != nil {
		return err
	}
	s.fault(err)
	return s.lines(bufio.NewReaderSize(rest, 64<<10))
}

// ends says whether an error is the end of a file, and not of a line of it.
func ends(err error) bool {
	var stop *stopError
	return errors.As(err, &stop) || errors.Is(err, errFileMost) || errors.Is(err, errTooLong)
}

// faultsMost is how many broken lines of one file are named.
const faultsMost = 100

func (s *splitter) fault(err error) {
	if len(s.faults) < faultsMost {
		s.faults = append(s.faults, err)
	}
}

// lines reads what is left of a file after a broken line, each line by itself. It begins in that line.
func (s *splitter) lines(in *bufio.Reader) error {
	for first := true; ; first = false {
		line, err := s.line(in)
		if len(line) > 0 && !first {
			if _, _, broken := s.documentsUntilFault(bytes.NewReader(line)); broken != nil {
				if ends(broken) {
					return broken
				}
				s.fault(broken)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return s.cut(err)
		}
	}
}

// line is the next line, as far as a record may go.
func (s *splitter) line(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case int64(len(line)) > s.options.RecordMost:
			return nil, errTooLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return bytes.TrimSpace(line), err
		}
	}
}

// cut says that a file ends before its time.
func (s *splitter) cut(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it is cut off, after %d records", s.records)
	}
	return err
}

// documentsUntilFault says with its error whether what broke was one value of several, and what has
// not been read yet.
func (s *splitter) documentsUntilFault(in io.Reader) (lines bool, rest io.Reader, err error) {
	a := &allowance{from: in, most: s.options.RecordMost}
	a.renew()
	dec := jsontext.NewDecoder(a, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	for n := 0; ; n++ {
		a.renew()
		switch dec.PeekKind() {
		case '{':
			err = s.document(dec, a)
		case '[':
			err = s.elements(dec, a, s.any)
		default:
			err = dec.SkipValue()
			if errors.Is(err, io.EOF) {
				return false, nil, nil
			}
		}
		if err != nil {
			lines = n > 0 || dec.StackDepth() <= 1
			return lines, io.MultiReader(bytes.NewReader(bytes.Clone(dec.UnreadBuffer())), in), s.worded(err, dec)
		}
	}
}

// worded says where a document broke.
func (s *splitter) worded(err error, dec *jsontext.Decoder) error {
	var stop *stopError
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &stop), errors.Is(err, errTooLong), errors.Is(err, errFileMost):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it is cut off at byte %d, after %d records", dec.InputOffset(), s.records)
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON at byte %d, after %d records", syntax.ByteOffset, s.records)
	}
	return fmt.Errorf("it cannot be read further at byte %d, after %d records: %w", dec.InputOffset(), s.records, err)
}

// lists are the members that hold records: of the trail's files, of LookupEvents.
func lists(name string) bool { return name == "Records" || name == "Events" || name == "records" }

// document reads an object: one that wraps a list of records is read record by record; any other is
// put together again, since only all of it tells what it is.
func (s *splitter) document(dec *jsontext.Decoder, a *allowance) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	whole := []byte{'{'}
	wrapped := false
	for dec.PeekKind() == '"' {
		a.renew()
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		name = bytes.Clone(name)
		plain, _ := jsontext.AppendUnquote(nil, name)
		if lists(string(plain)) && dec.PeekKind() == '[' {
			wrapped = true
			each := s.any
			if string(plain) == "Records" {
				each = s.ofTrail
			}
			if err := s.elements(dec, a, each); err != nil {
				return err
			}
			continue
		}
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if int64(len(whole)+len(name)+len(value)) > s.options.RecordMost {
			return errTooLong
		}
		if len(whole) > 1 {
			whole = append(whole, ',')
		}
		whole = append(append(append(whole, name...), ':'), value...)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if wrapped {
		return nil
	}
	return s.any(append(whole, '}'))
}

// elements reads a list value by value.
func (s *splitter) elements(dec *jsontext.Decoder, a *allowance, each func([]byte) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for k := dec.PeekKind(); k != ']'; k = dec.PeekKind() {
		a.renew()
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if value.Kind() != '{' {
			continue
		}
		if err := each(value); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// wrapping are the members that tell what an object is.
type wrapping struct {
	// Record is a record as LookupEvents wraps it, Detail as EventBridge does.
	Record     string         `json:"CloudTrailEvent"`
	Detail     jsontext.Value `json:"detail"`
	DetailType string         `json:"detail-type"`
	Name       jsontext.Value `json:"eventName"`
	Source     jsontext.Value `json:"eventSource"`
	Type       jsontext.Value `json:"eventType"`
	Digest     jsontext.Value `json:"digestS3Bucket"`
}

// any hands on the record that an object is or wraps.
func (s *splitter) any(object []byte) error {
	var w wrapping
	if err := json.Unmarshal(object, &w, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return nil //nolint:nilerr // An object of another shape is no record.
	}
	switch {
	case w.Record != "":
		return s.record([]byte(w.Record))
	case w.DetailType != "" && w.Detail.Kind() == '{':
		return s.record(w.Detail)
	case string(w.Type) == `"AwsCloudTrailInsight"`:
		s.insights++
	case w.Name != nil, w.Source != nil:
		return s.record(object)
	case w.Digest != nil:
		s.digests++
	}
	return nil
}

// ofTrail hands on what a trail's file lists, which is a record unless it is an insight.
func (s *splitter) ofTrail(object []byte) error {
	if bytes.Contains(object, []byte("AwsCloudTrailInsight")) || !bytes.Contains(object, []byte("event")) {
		return s.any(object)
	}
	return s.record(object)
}

func (s *splitter) record(raw []byte) error {
	if err := s.ctx.Err(); err != nil {
		return &stopError{err}
	}
	if err := s.emit(raw); err != nil {
		return &stopError{err}
	}
	s.records++
	return nil
}

// table reads a CSV, as Athena and CloudTrail Lake export it: a record stands in a cell as JSON.
func (s *splitter) table(in io.Reader) error {
	rows := csv.NewReader(in)
	rows.LazyQuotes, rows.FieldsPerRecord, rows.ReuseRecord = true, -1, true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is no CSV, after %d records: %w", s.records, err)
		}
		for _, cell := range row {
			if !strings.HasPrefix(strings.TrimSpace(cell), "{") {
				continue
			}
			if err := s.any([]byte(cell)); err != nil {
				return err
			}
		}
	}
}
