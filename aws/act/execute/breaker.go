package execute

import (
	"sync"

	"github.com/rootout/rootout/model"
)

// unansweredMost is how many calls in a row a place may leave unanswered before it is taken for
// dead; each has been three attempts of the SDK.
const unansweredMost = 4

// Breaker keeps a dead place from holding the others' summary back: after some calls without an
// answer no more calls are made there, and only the listing at the end tries once more.
type Breaker struct {
	mu         sync.Mutex
	unanswered map[model.Place]int
}

// NewBreaker makes a breaker that trusts every place.
func NewBreaker() *Breaker { return &Breaker{unanswered: map[model.Place]int{}} }

// Heard counts the calls in a row that a place did not answer.
func (b *Breaker) Heard(at model.Place, answered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if answered {
		b.unanswered[at] = 0
	} else {
		b.unanswered[at]++
	}
}

// Reset trusts a place again.
func (b *Breaker) Reset(at model.Place) { b.Heard(at, true) }

// Open says whether a place is taken for dead.
func (b *Breaker) Open(at model.Place) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.unanswered[at] >= unansweredMost
}
