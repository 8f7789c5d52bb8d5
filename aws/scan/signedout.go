package scan

import (
	"context"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// probeEvery is how often AWS is asked whether it takes the credentials again, one call each time:
// somebody may have signed in beside the console, and AWS may have been wrong.
const probeEvery = 15 * time.Second

// signedOut says whether the error of a call means that AWS takes the credentials no longer, and
// stops the scan in that case: every further call would be refused, and leave a trace.
func (s *Scanner) signedOut(ctx context.Context, err error) bool {
	ended := s.options.AWS.SignedOut(ctx, err)
	if ended == nil {
		return false
	}
	s.lose(ctx, ended)
	return true
}

// lose stops the visits until the credentials are good again.
func (s *Scanner) lose(ctx context.Context, ended *aws.Explained) {
	s.mu.Lock()
	already := s.lost != nil
	if !already {
		s.lost = ended
	}
	s.mu.Unlock()
	if already {
		return
	}
	s.box.signedOut(stateOf(ended, s.options.Now()))
	if s.options.Once {
		s.cancel()
		return
	}
	s.work.Go(func() { s.probe(ctx) })
}

// stateOf is why, and what to do, as screens show it.
func stateOf(e *aws.Explained, now time.Time) *model.SignedOut {
	why := e.Words
	if e.Code != "" {
		why += " (" + e.Code + ")"
	}
	return &model.SignedOut{Why: why, Next: e.Next, Since: now}
}

// probe asks until AWS takes the credentials, or the context ends.
func (s *Scanner) probe(ctx context.Context) {
	for sleep(ctx, probeEvery) {
		s.mu.Lock()
		lost := s.lost
		s.mu.Unlock()
		if lost == nil {
			return
		}
		if s.options.AWS.StillSignedIn(ctx) == nil {
			s.regain()
			return
		}
	}
}

// regain goes on with the visits, all of them at once.
func (s *Scanner) regain() {
	s.mu.Lock()
	was := s.lost
	s.lost = nil
	s.mu.Unlock()
	if was == nil {
		return
	}
	s.box.signedOut(nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.places {
		p.request(nil)
	}
}

// stopped says whether visits would be in vain.
func (s *Scanner) stopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost != nil
}

// signIn signs in anew, beside whoever asked for it, and goes on if AWS takes that.
func (s *Scanner) signIn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signingIn || s.life.Err() != nil {
		return
	}
	s.signingIn = true
	s.work.Go(func() {
		err := s.options.AWS.SignInAgain(s.life)
		s.mu.Lock()
		s.signingIn = false
		s.mu.Unlock()
		if err == nil {
			s.regain()
			return
		}
		if s.life.Err() == nil {
			s.box.signedOut(stateOfError(err, s.options.Now()))
		}
	})
}

// stateOfError is stateOf for what signing in again may answer.
func stateOfError(err error, now time.Time) *model.SignedOut {
	if e, ok := err.(*aws.Explained); ok { //nolint:errorlint // Only what is meant for people is shown as it is.
		return stateOf(e, now)
	}
	return &model.SignedOut{Why: aws.Describe(err).Message, Next: "Sign in to the account that the scan began with, then try again.", Since: now}
}
