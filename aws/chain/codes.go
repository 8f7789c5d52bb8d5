package chain

import (
	"context"
	"sync"
	"time"
)

// declinedFor is how long a refusal to answer stands: hundreds of calls may be waiting for the same
// credentials.
const declinedFor = 30 * time.Second

// codes asks for MFA codes, one question at a time.
type codes struct {
	life context.Context //nolint:containedctx // The SDK's token provider takes no context.
	ask  func(ctx context.Context, serial string) (string, error)
	now  func() time.Time

	mu       sync.Mutex
	declined refusal
}

func (p *codes) token(serial string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.declined.standing(p.now()); err != nil {
		return "", err
	}
	code, err := p.ask(p.life, serial)
	if err != nil {
		return "", p.declined.set(&MFAError{Err: err}, p.now())
	}
	p.declined = refusal{}
	return code, nil
}

// refusal remembers that somebody has just been asked and has said no.
type refusal struct {
	err error
	at  time.Time
}

func (r *refusal) standing(now time.Time) error {
	if r.err != nil && now.Sub(r.at) < declinedFor {
		return r.err
	}
	return nil
}

func (r *refusal) set(err error, now time.Time) error {
	r.err, r.at = err, now
	return err
}
