package profile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error is a file, or a line of it, that cannot be read.
type Error struct {
	// Path is the file, Line the line in it from 1, or 0 for all of it.
	Path string
	Line int
	// Words say what is wrong, Next what to do about it.
	Words, Next string
}

// Error words it.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Words
	}
	return e.Path + ", line " + strconv.Itoa(e.Line) + ": " + e.Words
}

// The beginnings of files that Windows editors write.
const (
	bomUTF8    = "\xef\xbb\xbf"
	bomUTF16LE = "\xff\xfe"
	bomUTF16BE = "\xfe\xff"
)

// read takes in one file; section gives the section of a heading.
func (f *Files) read(path string, section func(heading string) *Section) {
	text, err := os.ReadFile(path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			f.problems = append(f.problems, unreadable(path, err))
		}
		return
	}
	for _, mark := range []string{bomUTF8, bomUTF16LE, bomUTF16BE} {
		if bytes.HasPrefix(text, []byte(mark)) {
			f.problems = append(f.problems, &Error{
				Path: path, Line: 1, Words: "the file begins with a byte order mark",
				Next: "Save it as UTF-8 without a mark (\"UTF-8\", not \"UTF-8 with BOM\" or \"Unicode\").",
			})
			return
		}
	}
	r := &reader{files: f, path: path, section: section}
	for line := range strings.Lines(string(text)) {
		r.number++
		r.line(strings.TrimRight(line, "\r\n"))
	}
}

func unreadable(path string, err error) *Error {
	e := &Error{Path: path, Words: "the file is there and cannot be read", Next: "Check that it is a file, and yours."}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		e.Words += ": " + pathError.Err.Error()
	}
	if errors.Is(err, fs.ErrPermission) {
		e.Next = "Give yourself the right to read it, for example with `chmod 600 " + path + "`."
	}
	return e
}

// reader reads one file line by line.
type reader struct {
	files   *Files
	path    string
	section func(heading string) *Section
	number  int

	now *Section
	// begun says that there was a heading; skipping that the lines belong to a section that is of no
	// use here, or that has no readable heading.
	begun, skipping bool
	// outer is the setting that lines further in belong to, indent how far in it stands itself.
	outer  string
	indent int
}

func (r *reader) line(line string) {
	text := strings.TrimSpace(line)
	switch {
	case text == "" || text[0] == '#' || text[0] == ';':
		return
	case !utf8.ValidString(line) || strings.ContainsRune(line, 0):
		r.bad("the line is not text in UTF-8")
	case text[0] == '[':
		r.heading(text)
	case !r.begun:
		r.bad("a setting stands before the first [section]")
	default:
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		if r.outer != "" && indent > r.indent {
			r.goOn(text)
			return
		}
		r.indent = indent
		r.setting(text)
	}
}

func (r *reader) heading(text string) {
	r.begun, r.outer, r.indent, r.now = true, "", 0, nil
	name, rest, closed := strings.Cut(text[1:], "]")
	name = strings.Join(strings.Fields(name), " ")
	if rest = strings.TrimSpace(rest); !closed || rest != "" && rest[0] != '#' && rest[0] != ';' {
		r.skipping = true
		r.bad("the heading is not [NAME]")
		return
	}
	r.now = r.section(name)
	r.skipping = r.now == nil
}

func (r *reader) setting(text string) {
	r.outer = ""
	at := strings.IndexAny(text, "=:")
	if at <= 0 {
		r.bad("the line is neither a [section] nor a setting such as \"region = us-east-1\"")
		return
	}
	if r.skipping {
		return
	}
	key := strings.ToLower(strings.TrimSpace(text[:at]))
	value := strings.TrimSpace(text[at+1:])
	// A command may hold anything, such as a blank before a #.
	if key != "credential_process" {
		value = withoutComment(value)
	}
	r.now.values[key], r.outer = value, key
}

// goOn takes a line that is further in than the setting before it and belongs to that.
func (r *reader) goOn(text string) {
	if r.skipping {
		return
	}
	if r.now.values[r.outer] != "" {
		r.now.values[r.outer] += "\n" + text
		return
	}
	key, value, _ := strings.Cut(text, "=")
	if r.now.nested[r.outer] == nil {
		r.now.nested[r.outer] = map[string]string{}
	}
	r.now.nested[r.outer][strings.ToLower(strings.TrimSpace(key))] = withoutComment(strings.TrimSpace(value))
}

// withoutComment drops what stands behind a blank and a # or ;.
func withoutComment(value string) string {
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		value, _, _ = strings.Cut(value, mark)
	}
	return strings.TrimSpace(value)
}

func (r *reader) bad(words string) {
	e := &Error{Path: r.path, Line: r.number, Words: words, Next: "Correct the line."}
	if r.now == nil {
		r.files.problems = append(r.files.problems, e)
		return
	}
	r.now.problems = append(r.now.problems, e)
}
