package breach

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// How often the truth file follows the account: changes within gather become one write, and time
// moves on by itself at least every tick, since an account that nobody calls stands still.
const (
	gather = 50 * time.Millisecond
	tick   = time.Second
)

// truthFile keeps a file equal to the truth.
type truthFile struct {
	s     *Scenario
	path  string
	dirty chan struct{}
	quit  chan struct{}
	done  chan struct{}

	mu  sync.Mutex
	err error
}

// WriteTruth writes the truth to a file at once, and again after every change until Close. Whoever
// reads the file meets the old truth or the new one, never a part. No call to the account waits for
// the disk.
func (s *Scenario) WriteTruth(path string) error {
	f := &truthFile{s: s, path: path, dirty: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		return errors.New("breach: the truth is being written already")
	}
	if err := f.write(); err != nil {
		return err
	}
	s.file = f
	s.Cloud.Locked(func(time.Time) { s.Cloud.OnChange(f.mark) })
	go f.follow()
	return nil
}

// Flush writes the truth file now and returns when it is on the disk; without one there is nothing
// to do.
func (s *Scenario) Flush() error {
	s.mu.Lock()
	f := s.file
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f.write()
}

// mark notes that there is something new. It is called with the account's lock held and never
// waits.
func (f *truthFile) mark() {
	select {
	case f.dirty <- struct{}{}:
	default:
	}
}

func (f *truthFile) follow() {
	defer close(f.done)
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for {
		select {
		case <-f.quit:
			return
		case <-clock.C:
			f.s.Cloud.CatchUp()
			if f.failed() {
				f.mark()
			}
		case <-f.dirty:
			wait := time.NewTimer(gather)
			select {
			case <-f.quit:
				wait.Stop()
				return
			case <-wait.C:
			}
			// A failure is kept for Close and tried again at the next tick: on Windows a reader may
			// hold the file for a moment.
			_ = f.write()
		}
	}
}

func (f *truthFile) failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err != nil
}

// write replaces the file by the truth of the moment.
func (f *truthFile) write() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = replace(f.path, f.s.Truth().JSON())
	return f.err
}

func (f *truthFile) close() error {
	close(f.quit)
	<-f.done
	return f.write()
}

// replace writes a file beside the old one and puts it into its place.
func replace(path string, data []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".truth-*")
	if err != nil {
		return fmt.Errorf("write truth file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write truth file: %w", err), os.Remove(temp.Name()))
		}
	}()
	if _, err = temp.Write(data); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err = temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
