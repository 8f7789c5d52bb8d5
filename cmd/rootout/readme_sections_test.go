package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/lookup"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui"
)

// generated are the sections of the README that follow from declarations, by name.
func generated(t *testing.T) map[string]string {
	t.Helper()
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(stdio{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	root.InitDefaultCompletionCmd()
	portable(root)
	return map[string]string{
		"keys":     keyTable(),
		"kinds":    kindTable(catalog),
		"fields":   fieldTable(catalog),
		"iam":      policy(defs),
		"commands": commandTable(root),
		"flags":    flagTable(root),
		"exits":    exitTable(),
		"json":     jsonExample(t, catalog),
		"states":   stateWords(),
		"faults":   "```text\n" + sim.FaultsHelp + "\n```\n",
	}
}

// cellOf is a text inside a Markdown table.
func cellOf(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "\n", " ").Replace(text)
}

func codes(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "`" + w + "`"
	}
	return strings.Join(out, " ")
}

// keyTable makes one table of those that the catalogue of keys writes.
func keyTable() string {
	var b strings.Builder
	b.WriteString("| key | does |\n|---|---|\n")
	for table := range strings.SplitSeq(strings.TrimSpace(ui.KeyTable()), "\n\n") {
		lines := strings.Split(table, "\n")
		title := strings.TrimSpace(strings.Trim(lines[0], "| "))
		fmt.Fprintf(&b, "| **%s** | |\n%s\n", title, strings.Join(lines[2:], "\n"))
	}
	return b.String()
}

func kindTable(c *model.Catalog) string {
	var b strings.Builder
	b.WriteString("| kind | filter | phase | goes after | can be made again |\n|---|---|---|---|---|\n")
	for _, k := range c.Kinds() {
		var after []string
		for _, id := range k.After {
			before, _ := c.Kind(id)
			after = append(after, before.Plural)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", k.Plural, codes(append([]string{string(k.ID)}, k.Aliases...)), k.Phase, strings.Join(after, ", "), k.Undo)
	}
	return b.String()
}

func fieldTable(c *model.Catalog) string {
	var b strings.Builder
	b.WriteString("| field of every kind | says |\n|---|---|\n")
	for _, f := range model.CommonFields() {
		fmt.Fprintf(&b, "| %s | %s |\n", codes(append([]string{f.ID}, f.Aliases...)), cellOf(f.Help))
	}
	b.WriteString("\n| kind | its own fields |\n|---|---|\n")
	for _, k := range c.Kinds() {
		var names []string
		for _, f := range k.Fields {
			name := "`" + f.ID + "`"
			if f.Unit != model.NoUnit && f.Unit != model.CountOfThem {
				name += " (" + string(f.Unit) + ")"
			}
			names = append(names, name)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", k.Aliases[0], strings.Join(names, " "))
	}
	return b.String()
}

// policy is the IAM policy in three statements: what a scan calls, what a run reads besides, and
// what it changes.
func policy(defs []kind.Def) string {
	all := kind.Permissions(defs)
	looks := map[string]bool{string(aws.FromAccount): true, string(aws.FromEC2): true, lookup.Action: true}
	for _, d := range defs {
		for _, call := range d.Calls {
			looks[call] = true
		}
	}
	besides := slices.DeleteFunc(slices.Clone(all.Read), func(action string) bool { return looks[action] })
	var b strings.Builder
	b.WriteString("```json\n{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n")
	statements := []struct {
		sid     string
		actions []string
	}{{"Look", slices.Sorted(maps.Keys(looks))}, {"KeepEvidenceAndProve", besides}, {"Remove", all.Remove}, {"TakeBack", all.Restore}}
	for i, s := range statements {
		fmt.Fprintf(&b, "    {\n      \"Sid\": %q,\n      \"Effect\": \"Allow\",\n      \"Resource\": \"*\",\n      \"Action\": [%s\n      ]\n    }", s.sid, actionLines(s.actions))
		if i < len(statements)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("  ]\n}\n```\n")
	return b.String()
}

// actionLines puts sorted actions on lines of at most 110 characters, each service on its own.
func actionLines(actions []string) string {
	var b strings.Builder
	line, service := 0, ""
	for i, a := range actions {
		text := fmt.Sprintf("%q", a)
		if i < len(actions)-1 {
			text += ","
		}
		of, _, _ := strings.Cut(a, ":")
		if of != service || line+1+len(text) > 110 {
			b.WriteString("\n        " + text)
			line, service = 8+len(text), of
			continue
		}
		b.WriteString(" " + text)
		line += 1 + len(text)
	}
	return b.String()
}

// each visits the commands that people see, in the order of their names.
func each(root *cobra.Command, visit func(*cobra.Command)) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "help" {
			visit(c)
			each(c, visit)
		}
	}
}

func commandTable(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| command | does |\n|---|---|\n| `%s` | %s |\n", root.Name(), root.Short)
	each(root, func(c *cobra.Command) {
		switch {
		case c.HasSubCommands():
		default:
			parent := c.Parent().CommandPath()
			fmt.Fprintf(&b, "| `%s %s` | %s |\n", parent, cellOf(c.Use), cellOf(c.Short))
		}
	})
	return b.String()
}

// takenBy names the commands in which a shared flag does something.
func takenBy(root *cobra.Command, f *pflag.Flag) string {
	names := []string{root.Name()}
	each(root, func(c *cobra.Command) {
		if !c.HasSubCommands() && c.InheritedFlags().Lookup(f.Name) != nil {
			names = append(names, c.Name())
		}
	})
	return strings.Join(names, ", ")
}

// flagTable names the commands of a flag on one line where they say the same of it.
func flagTable(root *cobra.Command) string {
	of := map[string][]string{}
	var rows []string
	add := func(command string) func(*pflag.Flag) {
		return func(f *pflag.Flag) {
			if f.Hidden || f.Name == "help" {
				return
			}
			name, does := "--"+f.Name, cellOf(f.Usage)
			if f.Shorthand != "" {
				name = "-" + f.Shorthand + ", " + name
			}
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
				does += " (`" + f.DefValue + "`)"
			}
			row := fmt.Sprintf("| `%s` | %%s | %s |\n", name, strings.ReplaceAll(does, "%", "%%"))
			if of[row] == nil {
				rows = append(rows, row)
			}
			of[row] = append(of[row], command)
		}
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { add(takenBy(root, f))(f) })
	each(root, func(c *cobra.Command) { c.LocalNonPersistentFlags().VisitAll(add(c.Name())) })
	var b strings.Builder
	b.WriteString("| flag | of | does |\n|---|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&b, row, strings.Join(of[row], ", "))
	}
	return b.String()
}

func exitTable() string {
	var b strings.Builder
	b.WriteString("| exit code | means |\n|---|---|\n")
	for code, means := range exitMeanings() {
		fmt.Fprintf(&b, "| %d | %s |\n", code, cellOf(means))
	}
	return b.String()
}

func stateWords() string {
	var words []string
	for s := model.CellUnasked; s <= model.CellUnsupported; s++ {
		words = append(words, s.String())
	}
	return "`state` is one of " + codes(words) + ".\n"
}

// jsonExample is what scan --json prints of one region in which one listing came back, one was
// refused and one broke off.
func jsonExample(t *testing.T, catalog *model.Catalog) string {
	t.Helper()
	at := time.Date(2026, 10, 4, 0, 12, 31, 0, time.UTC)
	where, err := query.Parse(catalog, "", query.Options{})
	if err != nil {
		t.Fatal(err)
	}
	inventory := model.NewInventory()
	inventory.Apply(exampleBatch(t, catalog, at))
	r := report{
		catalog: catalog, snapshot: inventory.Snapshot(), where: where, window: sinceDefault, now: at,
		caller: model.Caller{Account: "123456789012", ARN: "arn:aws:sts::123456789012:assumed-role/Admin/jm", UserID: "AROAEXAMPLE:jm"},
	}
	var line bytes.Buffer
	if err := r.writeJSON(&line); err != nil {
		t.Fatal(err)
	}
	shown := spread(strings.TrimSpace(line.String()))
	var back bytes.Buffer
	if err := json.Compact(&back, []byte(shown)); err != nil || back.String()+"\n" != line.String() {
		t.Fatalf("the example is not what scan prints: %v\n%s", err, shown)
	}
	for _, k := range catalog.Kinds() {
		if !slices.Contains(exampleKinds(), k.ID) {
			shown = regexp.MustCompile(`,\n    \{[^{}]*"kind": "`+string(k.ID)+`"[^{}]*\}`).ReplaceAllString(shown, "")
		}
	}
	if !json.Valid([]byte(shown)) || strings.Count(shown, `"kind"`) != len(exampleKinds())+1 {
		t.Fatalf("the example is broken:\n%s", shown)
	}
	return "```json\n" + shown + "\n```\n"
}

// exampleKinds are those whose cells the example shows.
func exampleKinds() []model.KindID { return []model.KindID{"ecs:cluster", "ecs:service", "ecs:task"} }

func exampleBatch(t *testing.T, catalog *model.Catalog, at time.Time) *model.Batch {
	t.Helper()
	const region, account = "us-east-1", "123456789012"
	b := &model.Batch{Regions: []model.Region{{Name: region, Title: "N. Virginia", Status: model.EnabledByDefault}}, At: at}
	denied := &model.Failure{
		Operation: "ecs:ListServices", Region: region, Code: "AccessDeniedException", Message: "not authorized", RequestID: "4f2c",
	}
	for _, k := range catalog.Kinds() {
		c := model.Cell{Key: model.CellKey{Place: model.Place{Account: account, Region: region}, Kind: k.ID}, State: model.CellCounted, Pass: 1, AsOf: at}
		switch k.ID {
		case "ecs:service":
			c.State, c.Failure = model.CellDenied, denied
		case "ecs:task":
			c.State = model.CellPartial
		}
		b.Cells = append(b.Cells, c)
	}
	arn := "arn:aws:ecs:us-east-1:123456789012:task/build/0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	r := &model.Resource{
		Ref: model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: region}, Kind: "ecs:task", ID: arn},
		ARN: arn, Name: "build:3/0f1e2d3c", State: "RUNNING", Counts: true, MadeAt: at.Add(-4 * time.Hour), FirstSeen: at, SeenAt: at,
		Size: model.Size{VCPU: 4, MemoryMiB: 8192, Known: true},
		Rate: model.Rate{PerHour: 0.19748, Known: true, Billed: true},
	}
	task, _ := catalog.Kind("ecs:task")
	values := map[string]model.Value{
		"cluster": model.Text("build"), "cpu": model.Number(4), "memory": model.Number(8192), "launch": model.Text("FARGATE"), "exec": model.Bool(true),
	}
	for _, f := range task.Fields {
		v, known := values[f.ID]
		if !known {
			v = model.Unknown()
		}
		r.Attrs = append(r.Attrs, v)
	}
	b.Found = []model.Found{{Resource: r, Pass: 1}}
	return b
}

// spread breaks one line of JSON for people: a line for every member of the outermost object, one
// for every cell, and several for a resource.
func spread(text string) string {
	var b strings.Builder
	depth, column := 0, 0
	quoted, escaped := false, false
	newline := func() {
		b.WriteString("\n" + strings.Repeat("  ", depth))
		column = 2 * depth
	}
	for _, r := range text {
		if !quoted && (r == '}' || r == ']') {
			if depth--; depth < 2 {
				newline()
			}
		}
		b.WriteRune(r)
		column++
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '{' || r == '[':
			if depth++; depth <= 2 {
				newline()
			}
		case r == ':':
			b.WriteByte(' ')
			column++
		case r == ',' && (depth <= 2 || depth == 3 && column > 120):
			newline()
		case r == ',':
			b.WriteByte(' ')
			column++
		}
	}
	return b.String()
}
