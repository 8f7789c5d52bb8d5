package plan_test

import (
	"testing"
	"time"
)

// TestAPlanThatIsMadeAgainIsTheSame whenever it was frozen, until what it does or says has changed.
func TestAPlanThatIsMadeAgainIsTheSame(t *testing.T) {
	a, b := thing(ref(hand, "r", "a")), thing(ref(hand, "r", "b"))
	in := input(t, snapshot(a, b), a.Ref)
	first := freeze(t, in)
	in.Now = in.Now.Add(time.Minute)
	if again := freeze(t, in); again.Digest == first.Digest || !again.SameAs(first) {
		t.Errorf("made again it is another: #%s and #%s", first.Short(), again.Short())
	}
	in.HiddenByFilter = 1
	if freeze(t, in).SameAs(first) {
		t.Error("what it says has changed, and it is taken for the same")
	}
	if freeze(t, input(t, snapshot(a, b), b.Ref)).SameAs(first) {
		t.Error("a plan for another thing is taken for the same")
	}
}
