package cloud

import (
	"encoding/json"
	"fmt"
	"time"
)

// tokenLife is how long a client token stands for its request (ECS Developer Guide, "Ensuring
// idempotency"; EventBridge Scheduler gives no time).
const tokenLife = 24 * time.Hour

// Tokens remember what was done for a client token, so that a request that comes twice is done once.
// The zero value remembers nothing. The cloud's lock is held.
type Tokens[R any] struct {
	uses map[string]tokenUse[R]
}

type tokenUse[R any] struct {
	request string
	at      time.Time
	result  R
}

// Find returns the result of an earlier request with the token; same says whether that was this very
// request. There is none for an empty token.
func (t *Tokens[R]) Find(token string, request any, now time.Time) (result R, same, found bool) {
	use, found := t.uses[token]
	if token == "" || !found || now.Sub(use.at) >= tokenLife {
		return result, false, false
	}
	return use.result, use.request == fingerprint(request), true
}

// Keep remembers the result of a request under its token, if it has one.
func (t *Tokens[R]) Keep(token string, request any, now time.Time, result R) {
	if token == "" {
		return
	}
	if t.uses == nil {
		t.uses = map[string]tokenUse[R]{}
	}
	t.uses[token] = tokenUse[R]{request: fingerprint(request), at: now, result: result}
}

// fingerprint tells requests apart.
func fingerprint(request any) string {
	raw, err := json.Marshal(request)
	if err != nil {
		// Only a free-form document cannot be written; what else there is tells enough.
		raw, _ = json.Marshal(parameters(request))
	}
	return fmt.Sprintf("%T %s", request, raw)
}
