package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
)

// TestExitCodesAreThoseOfTheREADME: its table is made of exitMeanings, each clause of which has an
// error here that ends so, wrapped or not.
func TestExitCodesAreThoseOfTheREADME(t *testing.T) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, inQuery := query.Parse(catalog, "clustr:x", query.Options{})
	for _, c := range []struct {
		clause string
		code   int
		err    error
	}{
		{"done", exitDone, nil},
		{"failed", exitFailed, errors.New("anything else")},
		{"damaged", exitFailed, &casefile.DamagedError{}},
		{"newer rootout", exitFailed, &casefile.NewerError{}},
		{"a query", exitUsage, inQuery},
		{"a flag", exitUsage, flagError(nil, errors.New("unknown flag"))},
		{"the configuration", exitUsage, usage("read config.yaml")},
		{"flag", exitUsage, &aws.Explained{Reason: aws.ReasonUsage, What: "reading the endpoint"}},
		{"not a case", exitUsage, &casefile.NotCaseError{}},
		{"not counted", exitIncomplete, incomplete("cells")},
		{"not proven", exitIncomplete, context.Canceled},
		{"protected", exitRefused, plan.ErrProtected},
		{"phrase", exitRefused, plan.ErrPhrase},
		{"account", exitRefused, plan.ErrAccount},
		{"changed", exitRefused, plan.ErrChanged},
		{"--read-only", exitRefused, &aws.GuardError{}},
		{"another process", exitRefused, &casefile.BusyError{}},
		{"several names", exitRefused, &casefile.LinkedError{}},
	} {
		if !strings.Contains(exitMeanings()[c.code], c.clause) {
			t.Errorf("%d does not mean %q", c.code, c.clause)
		}
		for _, err := range []error{c.err, fmt.Errorf("on the way: %w", c.err)} {
			if c.err == nil {
				err = nil
			}
			var out bytes.Buffer
			if got := conclude(&out, err); got != c.code || (out.Len() > 0) != (c.code != exitDone) {
				t.Errorf("%v ends with %d and %q, want %d", err, got, out.String(), c.code)
			}
		}
	}
}
