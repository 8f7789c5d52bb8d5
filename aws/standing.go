package aws

import (
	"context"
	"errors"
	"sync"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// standingKeeps is how long one answer to "are we still known?" stands: all regions find out at the
// same moment that a session has ended, and one question is enough.
const standingKeeps = 2 * time.Second

// standing is the newest answer of AWS to whether it takes the credentials.
type standing struct {
	// asking holds a token while somebody asks; the others wait for his answer.
	asking chan struct{}

	mu    sync.Mutex
	at    time.Time
	ended *Explained
}

// renewed forgets the answer, since there are other credentials now.
func (s *standing) renewed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.ended = time.Time{}, nil
}

// SignedOut says why AWS takes the credentials no longer, anywhere, and what to do; nil if it does,
// or if the error of a call says nothing of that. One region that does not know the credentials may
// have its own reasons, so the one that said who we are is asked again.
func (c *Connection) SignedOut(ctx context.Context, err error) *Explained {
	class := Classify(err)
	if class != Expired && class != InvalidToken {
		return nil
	}
	var already *Explained
	if errors.As(err, &already) {
		return already // The chain itself has none to give.
	}
	ended, answered := c.stillTaken(ctx)
	if answered || class == InvalidToken {
		return ended
	}
	// Nobody can be asked; an ended session is plain without that.
	return c.explainEnded(Describe(err).Region, err)
}

// StillSignedIn asks AWS whether it takes the credentials, and says why not. That nobody answers says
// nothing of them.
func (c *Connection) StillSignedIn(ctx context.Context) *Explained {
	ended, _ := c.stillTaken(ctx)
	return ended
}

// kept is the newest answer while it stands.
func (s *standing) kept(now time.Time) (ended *Explained, stands bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := now.Sub(s.at)
	return s.ended, !s.at.IsZero() && age >= 0 && age < standingKeeps
}

func (s *standing) keep(ended *Explained, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.ended = now, ended
}

func (c *Connection) stillTaken(ctx context.Context) (ended *Explained, answered bool) {
	select {
	case c.standing.asking <- struct{}{}:
		defer func() { <-c.standing.asking }()
	case <-ctx.Done():
		return nil, false
	}
	if ended, stands := c.standing.kept(c.options.Now()); stands {
		return ended, true
	}
	_, err := c.identify(ctx, c.bootstrap, c.source)
	class := Classify(err)
	switch {
	case err == nil:
	case class == Expired, class == InvalidToken:
		ended = c.explainEnded(c.bootstrap, err)
	default:
		return nil, false
	}
	c.standing.keep(ended, c.options.Now())
	return ended, true
}

// explainEnded words that credentials which were good are so no longer.
func (c *Connection) explainEnded(region string, err error) *Explained {
	e, ok := explainIdentity(c.options, c.source.current(), region, err).(*Explained) //nolint:errorlint // It is that type itself.
	if !ok {
		return noCredentials(err)
	}
	e.What = "signing calls"
	if e.Reason == ReasonInvalid {
		e.Next = "They were good when rootout signed in: the key has been switched off or deleted since, or the session was ended, " +
			"maybe by the intruder. Sign in as somebody else in the same account."
	}
	return e
}

// skewThreshold is how far the clock may be off: AWS takes signatures that are up to 5 minutes old,
// and the SDK corrects what is off by more than 4 (aws/retry, skewThreshold).
const skewThreshold = 4 * time.Minute

// clockSkew is how far AWS's clock is ahead of this computer's, as an answer to a refused call says;
// zero if it is near, or unknown.
func clockSkew(err error, now time.Time) time.Duration {
	var refused *smithyhttp.ResponseError
	if !errors.As(err, &refused) || refused.Response == nil || refused.Response.Response == nil {
		return 0
	}
	theirs, parseErr := time.Parse(time.RFC1123, refused.Response.Header.Get("Date"))
	if parseErr != nil {
		return 0
	}
	return farOff(theirs.Sub(now))
}

// skewOf is clockSkew of a call that was answered.
func skewOf(metadata middleware.Metadata) time.Duration {
	theirs, ok := awsmiddleware.GetServerTime(metadata)
	ours, known := awsmiddleware.GetResponseAt(metadata)
	if !ok || !known {
		return 0
	}
	return farOff(theirs.Sub(ours))
}

func farOff(skew time.Duration) time.Duration {
	if skew.Abs() < skewThreshold {
		return 0
	}
	return skew.Round(time.Second)
}

// ofTheClock says whether a code may mean that the time of a signature is too far from AWS's, by the
// common errors of AWS's APIs and of EC2's and S3's.
func ofTheClock(code string) bool {
	switch code {
	case "RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure":
		return true
	}
	return false
}

// clockWords say in which direction and how far the clock is off.
func clockWords(skew time.Duration) string {
	if skew > 0 {
		return "this computer's clock is " + skew.String() + " behind AWS's"
	}
	return "this computer's clock is " + (-skew).String() + " ahead of AWS's"
}
