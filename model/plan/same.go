package plan

import (
	"bytes"
	"encoding/json"
	"time"
)

// SameAs says whether two plans would do the same for the same reasons: whether they differ in nothing
// but when they were frozen, and hence in their digest.
func (p *Plan) SameAs(q *Plan) bool {
	if p.N() != q.N() || len(p.Steps) != len(q.Steps) {
		return false
	}
	a, errA := undated(p)
	b, errB := undated(q)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

func undated(p *Plan) ([]byte, error) {
	type plain Plan // Without the text that was stored.
	out := plain(*p)
	out.FrozenAt, out.Digest = time.Time{}, ""
	return json.Marshal(out)
}
