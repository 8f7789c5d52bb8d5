package query

import (
	"encoding/json"
	"testing"

	"github.com/rootout/rootout/model"
)

func TestProtects(t *testing.T) {
	noMaker := madeBy("")
	unread := user(model.Unknown(), model.Unknown())
	for _, c := range []struct {
		query  string
		thing  *model.Resource
		reason string // Empty when it is not protected.
	}{
		{"name:prod*", task(nil), "name:prod*"},
		{"name:test*", task(nil), ""},
		{"  name:prod*   kind:task ", task(nil), "name:prod*   kind:task"},
		{"by:*ci-*", task(nil), "by:*ci-*"},
		{"by:*ci-*", noMaker, "cannot tell: made by is unknown"},
		{"!by:*ci-*", noMaker, "cannot tell: made by is unknown"},
		{"by!=x", noMaker, "cannot tell: made by is unknown"},
		{"by~x", noMaker, "cannot tell: made by is unknown"},
		// A clear no settles it, whatever else is unknown.
		{"name:test* by:*ci-*", noMaker, ""},
		{"by:*ci-* name:prod*", noMaker, "cannot tell: made by is unknown"},
		{"last<7d", unread, "cannot tell: last used is unknown"},
		{"mfa:yes", unread, "cannot tell: mfa is unknown"},
		{"mfa:yes", user(model.Never(), model.Bool(false)), ""},
		{"last<7d", user(model.Never(), model.Bool(false)), ""},
		{"mfa:unknown", unread, "mfa:unknown"},
		{"!mfa:unknown", unread, ""},
		// What the kind does not have is no reason to protect it, unless everything without it is
		// meant.
		{"mfa:yes", task(nil), ""},
		{"mfa:unknown", task(nil), ""},
		{"last>90d", task(nil), ""},
		{"!mfa:no", task(nil), "!mfa:no"},
		{"mfa!=no", task(nil), "mfa!=no"},
		// A word may stand in a text that is not known, never in a number.
		{"ci-42", task(nil), "ci-42"},
		{"ci-42", noMaker, "cannot tell: made by is unknown"},
		{"!api", noMaker, ""},
		{"by:root", madeBy(idcRootARN), "by:root"},
		{"", task(nil), "an empty query protects everything"},
		{"size>1", task(func(r *model.Resource) { r.Attrs[3] = model.Text("big") }), "cannot tell: how to compare size is unknown"},
		{"nothing", task(func(r *model.Resource) { r.Attrs[0] = model.Unknown() }), ""},
	} {
		protects, reason := mustParse(t, c.query).Protects(c.thing, testEnv())
		if protects != (c.reason != "") || reason != c.reason {
			t.Errorf("%q on %s: got %v %q, want %q", c.query, c.thing.Ref.Kind, protects, reason, c.reason)
		}
	}
}

// Raw JSON lies on disk: it is read only for what no cheaper term has ruled out.
// TestRawIsSearchedInWhatPeopleType: a record keeps the normal form that AWS had.
func TestRawIsSearchedInWhatPeopleType(t *testing.T) {
	env := testEnv()
	env.Raw = func(model.Ref) (json.RawMessage, bool) {
		return json.RawMessage("{\"name\":\"\u1112\u1161\u11ab\"}"), true
	}
	if q := mustParse(t, "raw~한"); !q.Match(task(nil), env) {
		t.Error("a decomposed name is not found by its composed form")
	}
}

func TestRawIsReadLast(t *testing.T) {
	reads := 0
	env := testEnv()
	env.Raw = func(model.Ref) (json.RawMessage, bool) {
		reads++
		return nil, true
	}
	q := mustParse(t, "raw~x kind:user")
	q.Match(task(nil), env)
	q.Protects(task(nil), env)
	if reads != 0 {
		t.Errorf("raw JSON was read %d times", reads)
	}
}
