package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/cmd/rootout/printed"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/ui/words"
)

func newCaseList(g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the cases: account, when begun and last written, plans, size, file", Args: cobra.NoArgs,
		Long: "list prints the cases of this machine, the one begun last first. rootout and plan go on with the newest\nopen case of the account, --case names another one.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listCases(cmd.Context(), g.cases, cmd.OutOrStdout())
		},
	}
}

func listCases(ctx context.Context, dir string, out io.Writer) error {
	cases, err := casefile.List(ctx, dir)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		fmt.Fprintln(out, "there is no case yet: rootout and rootout plan begin one")
		return nil
	}
	t := printed.NewTable("ACCOUNT", "BEGUN", "LAST WRITTEN")
	t.Numbers("PLANS", "SIZE")
	t.Column("FILE", false)
	var failed []error
	for _, info := range cases {
		written, size := lastWritten(info.Path)
		plans, err := plansOf(ctx, info)
		file := info.Path
		if err != nil {
			failed = append(failed, err)
			file += "  (cannot be read)"
		}
		t.Add(model.Clean(info.Account), minute(info.Started), minute(written), plans, sizeText(size), model.Clean(file))
	}
	fmt.Fprint(out, t.String())
	return errors.Join(failed...)
}

// plansOf is how many plans a case holds, ? where that cannot be read.
func plansOf(ctx context.Context, info casefile.Info) (text string, err error) {
	if info.Err != nil {
		return words.Unknown, info.Err
	}
	c, err := casefile.Open(ctx, info.Path, casefile.Reader, casefile.Options{})
	if err != nil {
		return words.Unknown, err
	}
	defer closeInto(&err, c)
	plans, err := c.Plans(ctx)
	if err != nil {
		return words.Unknown, err
	}
	return strconv.Itoa(len(plans)), nil
}

// lastWritten is when a case was last written, and how much it takes. While it is open, or was not
// closed, the newest of it lies in a file beside it.
func lastWritten(path string) (at time.Time, size int64) {
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
			if info.Size() > 0 && info.ModTime().After(at) {
				at = info.ModTime()
			}
		}
	}
	return at, size
}

func minute(t time.Time) string {
	if t.IsZero() {
		return words.Unknown
	}
	return t.Local().Format("2006-01-02 15:04")
}

func sizeText(bytes int64) string {
	const kib = 1 << 10
	if bytes < kib*kib {
		return strconv.FormatInt((bytes+kib-1)/kib, 10) + " KiB"
	}
	return words.Memory(float64(bytes) / kib / kib)
}
