package casefile

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryColumnIsVerifiedOrSaidNotToBe changes every column of every table, so that a new one is
// covered or named here with the reason.
func TestEveryColumnIsVerifiedOrSaidNotToBe(t *testing.T) {
	const inventory = "it is what the last listing said, and the next one rewrites it: what was touched is evidence"
	const operators = "the operator changes it at any time, and nothing is done by it that he does not confirm"
	uncovered := map[string]string{
		"region": inventory, "cell": inventory, "resource": inventory, "content": inventory, "raw": inventory,
		"mark": operators, "note": operators,
	}
	// rows is which row of a covered table is changed, and entry where it has to show.
	rows := map[string]struct {
		where string
		entry uint64
	}{
		"journal": {"seq = 6", 6}, "evidence": {"id = 1", 3}, "plan": {"true", 0}, "meta": {"name = 'ended'", 0},
	}
	path, _ := told(t)
	ended(t, path)
	whole := must(os.ReadFile(path))(t)
	for _, table := range names(t, path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
		row, covered := rows[table]
		if covered == (uncovered[table] != "") {
			t.Errorf("of the table %s nobody says whether it is verified", table)
		}
		if !covered {
			continue
		}
		for _, column := range names(t, path, "SELECT name FROM pragma_table_info('"+table+"')") {
			for _, change := range []string{
				column + " || 'x'", "CAST(" + column + " AS BLOB) || x'00'", "substr(" + column + ", 2)", "CAST(" + column + " AS INTEGER) + 1", "'x'", "x''", "NULL",
				"CAST(" + column + " || 'x' AS BLOB)", "CAST(" + column + " AS BLOB)", "CAST(" + column + " AS TEXT)",
			} {
				t.Run(table+"."+column+" = "+change, func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "changed.case")
					if err := os.WriteFile(path, whole, 0o600); err != nil {
						t.Fatal(err)
					}
					if !altered(t, path, table, column, change, row.where) {
						t.Skip("the table does not take it, or it is no change")
					}
					c, err := Open(t.Context(), path, Reader, options(""))
					if err != nil {
						return // It is noticed before.
					}
					t.Cleanup(func() { _ = c.Close() })
					r := must(c.VerifyChain(t.Context()))(t)
					if r.OK() {
						t.Fatal("it was not noticed")
					}
					if first := r.Faults[0]; row.entry != 0 && first.Seq != row.entry && first.Seq != 0 {
						t.Errorf("it shows as %q, and the entry is %d", first, row.entry)
					}
				})
			}
		}
	}
}

// TestEveryValueOfTheCaseIsVerified: the account, the key, the start and the end are held by the
// journal.
func TestEveryValueOfTheCaseIsVerified(t *testing.T) {
	path, _ := told(t)
	ended(t, path)
	for _, name := range names(t, path, "SELECT name FROM meta") {
		path, _ := told(t)
		ended(t, path)
		forge(t, path, "UPDATE meta SET value = CAST(CASE name WHEN 'count' THEN '3' WHEN 'started' THEN '2001-02-03T04:05:06Z' WHEN 'ended' THEN '2001-02-03T04:05:06Z' ELSE 'x' END AS BLOB) WHERE name = '"+name+"'")
		if r := verified(t, path); r.OK() {
			t.Errorf("a change of %s is not noticed", name)
		}
	}
	forge(t, path, "DELETE FROM meta WHERE name = 'ended'")
	if r := verified(t, path); len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "ended") {
		t.Errorf("a case that is opened again behind its journal: %v", r.Faults)
	}
	path, _ = told(t)
	forge(t, path, "INSERT INTO meta VALUES ('ended', CAST('2001-02-03T04:05:06Z' AS BLOB))")
	if r := verified(t, path); len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "ended") {
		t.Errorf("a case that is ended behind its journal: %v", r.Faults)
	}
}

func ended(t *testing.T, path string) {
	t.Helper()
	c := open(t, path, Writer)
	if err := c.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	shut(t, c)
}

// names is a column of names out of a case.
func names(t *testing.T, path, query string) []string {
	t.Helper()
	c := open(t, path, Reader)
	var all []string
	err := c.look(t.Context(), func(q *sql.Conn) error {
		return each(t.Context(), q, query, nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			all = append(all, name)
			return err
		})
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %v, %v", query, all, err)
	}
	return all
}

// altered changes a column behind the case's back, and says whether that made it another value.
func altered(t *testing.T, path, table, column, change, where string) bool {
	t.Helper()
	db := must(sql.Open(driverName, "file:"+path+"?mode=rw"))(t)
	defer func() { _ = db.Close() }()
	values := func() (all string) {
		if err := db.QueryRowContext(t.Context(), "SELECT group_concat(typeof("+column+") || hex("+column+")) FROM "+table).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := values()
	_, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET "+column+" = "+change+" WHERE "+where)
	return err == nil && values() != before
}

// TestAnEntryThatCannotBeReadIsOneFault of the journal, and the entries behind it are looked at.
func TestAnEntryThatCannotBeReadIsOneFault(t *testing.T) {
	path, _ := told(t)
	forge(t, path, "UPDATE journal SET at = 'x' WHERE seq = 6")
	r := verified(t, path)
	if len(r.Faults) != 2 || r.Faults[0].Seq != 6 || r.Faults[1].Seq != 0 || r.Entries != 10 {
		t.Errorf("%d entries, %v", r.Entries, r.Faults)
	}
}
