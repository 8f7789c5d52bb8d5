package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/goccy/go-yaml"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
)

// config is the file config.yaml under $XDG_CONFIG_HOME/rootout.
type config struct {
	// Protect are queries of the filter language; what one of them selects, or cannot tell, is
	// never planned.
	Protect []string `yaml:"protect"`
	// Theme, Mouse and Columns are how the console looks: see lookOf.
	Theme   string              `yaml:"theme"`
	Mouse   bool                `yaml:"mouse"`
	Columns map[string][]string `yaml:"columns"`
	// Waive are cells in which AWS is expected to refuse the caller.
	Waive []waiver `yaml:"waive"`
}

// waiver is an entry of the waive list.
type waiver struct {
	Region string `yaml:"region"`
	Kind   string `yaml:"kind"`
	Reason string `yaml:"reason"`
}

func configPath() string { return filepath.Join(xdg.ConfigHome, "rootout", "config.yaml") }

// protection is one query of the protect list as package plan asks it.
type protection struct {
	query *query.Query
	env   func() query.Env
}

// Protects implements plan.Protection.
func (p protection) Protects(r *model.Resource) (bool, string) { return p.query.Protects(r, p.env()) }

// readConfig reads the file; one that is not there says nothing.
func readConfig(path string) (config, error) {
	var c config
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, usage("read the configuration: %w", err)
	}
	documents := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := documents.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, usage("read %s: %s", path, yaml.FormatError(err, false, true))
	}
	// What stands behind a line of --- would be left out without a word.
	if err := documents.Decode(new(any)); !errors.Is(err, io.EOF) {
		return c, usage("read %s: it holds more than one YAML document (---): put all of it into one", path)
	}
	return c, nil
}

// protected is the protect list, and what in it is probably misspelt.
type protected struct {
	list     []plan.Protection
	warnings []string
}

// protectList reads the protect list. A file that is not there protects nothing; one that cannot be
// read, or holds a broken query or a region that cannot be one, is an error that stops every plan and
// never the looking. Of other values that nothing can have it warns.
func protectList(path string, catalog *model.Catalog, now func() time.Time) (protected, error) {
	c, err := readConfig(path)
	if err != nil {
		return protected{}, err
	}
	env := func() query.Env { return query.Env{Now: now()} }
	var out protected
	for i, text := range c.Protect {
		entry := fmt.Sprintf("%s: protect, entry %d", path, i+1)
		q, err := query.Parse(catalog, text, query.Options{NoRaw: true})
		if err != nil {
			return protected{}, usage("%s: %w", entry, err)
		}
		if q.Empty() {
			return protected{}, usage("%s: an empty query would protect everything", entry)
		}
		for _, d := range query.Doubts(q, catalog, regionNames()) {
			if d.Region != "" && !mayBeRegion(d.Region) {
				return protected{}, usage("%s: %s", entry, model.Clean(d.String()))
			}
			out.warnings = append(out.warnings, entry+" protects less than it says: "+model.Clean(d.String()))
		}
		out.list = append(out.list, protection{query: q, env: env})
	}
	return out, nil
}

// writeNew writes a file that only its owner can read, through a temporary one, so that what is
// there is whole or as it was.
func writeNew(path string, data []byte) error {
	if is, err := os.Lstat(path); err == nil {
		switch {
		case !is.Mode().IsRegular():
			return usage("write %s: it is no regular file, and is not replaced by one", path)
		case is.Mode().Perm()&0o200 == 0:
			return usage("write %s: it is there and may not be written", path)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".rootout-*")
	if err != nil {
		return notWritten(path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return notWritten(path, err)
}

// notWritten says what could not be written, why, and what to do where that is plain.
func notWritten(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case casefile.NoSpace(err):
		return fmt.Errorf("write %s: no space is left on its disk: free some, then try again (%w)", path, err)
	}
	return fmt.Errorf("write %s: %w", path, err)
}
