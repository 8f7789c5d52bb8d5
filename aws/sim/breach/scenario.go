// Package breach builds the simulated accounts that rootout is shown, practised and measured on:
// one that was breached hours ago, and an even one for benchmarks.
//
// It says what stands in the account since when, what CloudTrail remembers of it, and whose each
// thing is (the truth). It must not know wire protocols, nor anything of rootout's own scan, plans
// or screens: what it calls planted is known from the making, never by looking.
package breach

import (
	"fmt"
	"sync"
	"time"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/breach/noise"
)

// The words of Options.Attacker.
const (
	// Dormant lets the intruder's things live on and the intruder sleep; it is what an empty word
	// means.
	Dormant = "dormant"
	// Live lets him make new clusters and remake lost ones while his keys work.
	Live = "live"
)

// account is the simulated account's id, one that AWS uses in its documentation.
const account = "123456789012"

// Options are the circumstances of a scenario.
type Options struct {
	// Seed gives other names, counts, times and noise; the same seed and clock give the same
	// account.
	Seed uint64
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Speed divides durations and never touches timestamps; 0 means 1.
	Speed float64
	// Attacker is Dormant or Live.
	Attacker string
}

// Scenario is a simulated account with its story. Its methods are safe for concurrent use.
type Scenario struct {
	// Cloud is the account; package sim answers for it.
	Cloud *all.Cloud
	// Since is when the hostile session began: what the intruder's user did before was honest.
	Since time.Time

	intruder  string
	responder credential
	// noise is what lies around the story, until made.
	noise *noise.Noise
	made  time.Time

	// planted holds the ARNs that were seeded by the intruder; what lives in them or stems from
	// them is his too. The cloud's lock guards it, and known with it.
	planted map[string]bool
	// known are all ARNs of the intruder's that were ever seen.
	known map[string]bool
	// makers are who made what was seeded, by ARN; the lock guards it too.
	makers map[string]making

	mu   sync.Mutex
	file *truthFile
}

// credential is what a client signs with.
type credential struct{ key, secret, token string }

// New builds the breached account.
//
// 24 regions are enabled and 10 disabled; one session of an Identity Center user named root has
// made 20 and more clusters in each of the 34 within minutes, and runs tasks of 16 vCPU and 32 GB
// from Docker Hub images for about $400 an hour in the enabled ones. Beside it stands an honest
// workload in Seoul and Tokyo, a part of it made months ago by the same user.
func New(o Options) (*Scenario, error) {
	if o.Attacker != "" && o.Attacker != Dormant && o.Attacker != Live {
		return nil, fmt.Errorf("breach: the attacker is %s or %s, not %q", Dormant, Live, o.Attacker)
	}
	b := newBuilder(o)
	b.c.Locked(func(time.Time) {
		b.workload()
		b.intrusion()
		b.specials()
		b.sweepRegions()
		b.noise()
		b.responding()
		b.denials()
		b.rest()
	})
	if o.Attacker == Live {
		b.live()
	}
	return b.s, nil
}

// Responder is who holds the session that the environment of Env signs with: an administrator with
// the same permission set as the intruder. The session does not run out by itself; sim's expire
// fault makes it.
func (s *Scenario) Responder() (accessKey, secret, sessionToken string) {
	return s.responder.key, s.responder.secret, s.responder.token
}

// Intruder is the ARN of the hostile session.
func (s *Scenario) Intruder() string { return s.intruder }

// Env is the environment, as NAME=value, that makes any AWS client use the scenario behind an
// endpoint ("http://127.0.0.1:4566").
func (s *Scenario) Env(endpoint string) []string {
	return []string{
		"AWS_ENDPOINT_URL=" + endpoint,
		"AWS_ACCESS_KEY_ID=" + s.responder.key,
		"AWS_SECRET_ACCESS_KEY=" + s.responder.secret,
		"AWS_SESSION_TOKEN=" + s.responder.token,
		"AWS_REGION=" + seoul,
		"AWS_DEFAULT_REGION=" + seoul,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// Close ends the writing of the truth file, after a last write. A scenario without one has nothing
// to close.
func (s *Scenario) Close() error {
	s.mu.Lock()
	f := s.file
	s.file = nil
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f.close()
}
