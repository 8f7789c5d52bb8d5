//go:build unix

package casefile

import (
	"errors"
	"syscall"
)

// NoSpace says whether the system had no space for what was written.
func NoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
