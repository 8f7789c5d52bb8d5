// Package profile reads the files that the AWS CLI and the SDKs share: ~/.aws/config and
// ~/.aws/credentials, with the place of everything in them, so that what is wrong with a file can be
// said with its line.
//
// It must not know what a profile is good for, and never repeats a line of a file in words: it may
// hold a secret.
package profile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Default is the profile that is used when none is named.
const Default = "default"

// Section are the settings of one profile, by their names in lower case.
type Section struct {
	// Name is the profile's name, or that of a sso-session or services section.
	Name   string
	values map[string]string
	nested map[string]map[string]string
	// problems are the lines of the section that cannot be read.
	problems []*Error
}

// Get is a setting, or "".
func (s *Section) Get(key string) string {
	if s == nil {
		return ""
	}
	return s.values[key]
}

// Nested is a setting below another one, as services sections have them, or "".
func (s *Section) Nested(outer, key string) string {
	if s == nil {
		return ""
	}
	return s.nested[outer][key]
}

// Outers are the settings that have others below them, in order.
func (s *Section) Outers() []string {
	if s == nil {
		return nil
	}
	var out []string
	for outer := range s.nested {
		out = append(out, outer)
	}
	slices.Sort(out)
	return out
}

// Problem is the first line of the section that cannot be read, or nil.
func (s *Section) Problem() error {
	if s == nil || len(s.problems) == 0 {
		return nil
	}
	return s.problems[0]
}

// Files is what both files say together. What ~/.aws/credentials says of a profile goes before what
// ~/.aws/config says of it, as with the AWS CLI and the SDKs.
type Files struct {
	profiles, sessions, services map[string]*Section
	// problems are what no section can be blamed for.
	problems []*Error
}

// Empty are files that say nothing.
func Empty() *Files {
	return &Files{profiles: map[string]*Section{}, sessions: map[string]*Section{}, services: map[string]*Section{}}
}

// Load reads both files from where the environment says they are. A file that is not there says
// nothing; one that cannot be read says so in Problem.
func Load(env func(string) string) *Files {
	f := Empty()
	home := homeOf(env)
	f.read(place(env("AWS_CONFIG_FILE"), home, "config"), f.configSection)
	f.read(place(env("AWS_SHARED_CREDENTIALS_FILE"), home, "credentials"), f.credentialsSection)
	return f
}

// Names are the names of the profiles, in order.
func (f *Files) Names() []string { return slices.Sorted(maps.Keys(f.profiles)) }

// Profile is a profile by its name, nil if there is none.
func (f *Files) Profile(name string) *Section { return f.profiles[name] }

// Session is a sso-session section, nil if there is none.
func (f *Files) Session(name string) *Section { return f.sessions[name] }

// Services is a services section, nil if there is none.
func (f *Files) Services(name string) *Section { return f.services[name] }

// Problem is the first thing wrong with the files that no profile can be blamed for, or nil.
func (f *Files) Problem() error {
	if len(f.problems) == 0 {
		return nil
	}
	return f.problems[0]
}

// Problems are all things wrong with the files, those of profiles too.
func (f *Files) Problems() []*Error {
	all := slices.Clone(f.problems)
	for _, sections := range []map[string]*Section{f.profiles, f.sessions, f.services} {
		for _, s := range sections {
			all = append(all, s.problems...)
		}
	}
	slices.SortFunc(all, func(a, b *Error) int {
		if by := strings.Compare(a.Path, b.Path); by != 0 {
			return by
		}
		return a.Line - b.Line
	})
	return slices.CompactFunc(all, func(a, b *Error) bool { return *a == *b })
}

// configSection is the section that a heading of ~/.aws/config names, nil if it is of no use here.
func (f *Files) configSection(heading string) *Section {
	kind, name, named := strings.Cut(heading, " ")
	name = unquote(strings.TrimSpace(name))
	switch {
	case strings.EqualFold(heading, Default):
		return sectionOf(f.profiles, Default)
	case !named || name == "":
		return nil
	case kind == "profile":
		return sectionOf(f.profiles, name)
	case kind == "sso-session":
		return sectionOf(f.sessions, name)
	case kind == "services":
		return sectionOf(f.services, name)
	}
	return nil
}

// credentialsSection is the section that a heading of ~/.aws/credentials names.
func (f *Files) credentialsSection(heading string) *Section {
	if strings.HasPrefix(heading, "profile ") {
		return nil
	}
	return sectionOf(f.profiles, heading)
}

func sectionOf(sections map[string]*Section, name string) *Section {
	s := sections[name]
	if s == nil {
		s = &Section{Name: name, values: map[string]string{}, nested: map[string]map[string]string{}}
		sections[name] = s
	}
	return s
}

func unquote(name string) string {
	for _, quote := range []string{`"`, `'`} {
		if len(name) > 1 && strings.HasPrefix(name, quote) && strings.HasSuffix(name, quote) {
			return name[1 : len(name)-1]
		}
	}
	return name
}

func homeOf(env func(string) string) string {
	if home := env("HOME"); home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return home
}

// Home is the folder in which the AWS CLI keeps its files, ~/.aws.
func Home(env func(string) string) string { return filepath.Join(homeOf(env), ".aws") }

func place(named, home, usual string) string {
	if named == "" {
		return filepath.Join(home, ".aws", usual)
	}
	if rest, ok := strings.CutPrefix(named, "~/"); ok {
		return filepath.Join(home, rest)
	}
	return named
}
