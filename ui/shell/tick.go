package shell

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/screen"
)

// tickMsg is the clock.
type tickMsg int

// onTick is what time alone changes: messages run out, counts grow stale.
func (s *Shell) onTick(tick tickMsg) {
	if int(tick) != s.tick {
		return
	}
	s.tickAt = time.Time{}
	s.o.Speak.Toasts.Expire(s.o.Now())
	if s.every() > 0 {
		s.o.Stack.Refresh(false)
	}
}

// every is how often the screen that is shown changes with time alone, 0 for never.
func (s *Shell) every() time.Duration {
	if c, ok := s.o.Stack.Top().(screen.Clocked); ok {
		return c.Every()
	}
	return 0
}

// scheduleTick asks for the clock where something on the screen changes by time alone, and for the
// earliest such time only. While nothing does, nothing ticks.
func (s *Shell) scheduleTick() {
	now := s.o.Now()
	next, ok := s.o.Speak.Toasts.Next()
	if every := s.every(); every > 0 {
		if at := now.Add(every); !ok || at.Before(next) {
			next, ok = at, true
		}
	}
	if !ok || !s.tickAt.IsZero() && !next.Before(s.tickAt) {
		return
	}
	s.tickAt = next
	s.tick++
	id, ctx, wait := tickMsg(s.tick), s.o.Loop.Context(), max(time.Millisecond, next.Sub(now))
	s.o.Loop.Run(func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return id
		case <-ctx.Done():
			return nil
		}
	})
}

// Ticks is how often the clock has been asked for.
func (s *Shell) Ticks() int { return s.tick }
