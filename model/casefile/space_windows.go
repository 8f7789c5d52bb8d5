package casefile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// NoSpace says whether the system had no space for what was written.
func NoSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
