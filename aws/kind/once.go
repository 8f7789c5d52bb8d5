package kind

import "sync/atomic"

// OnceValues is sync.OnceValues whose callers wait on a channel rather than on a lock: a wait that
// the clock of a test can see through.
func OnceValues[T any](ask func() (T, error)) func() (T, error) {
	var asked atomic.Bool
	var value T
	var err error
	done := make(chan struct{})
	return func() (T, error) {
		if !asked.Swap(true) {
			value, err = ask()
			close(done)
		}
		<-done
		return value, err
	}
}
