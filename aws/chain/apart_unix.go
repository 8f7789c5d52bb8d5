//go:build unix

package chain

import (
	"os/exec"
	"syscall"
)

// apart gives a process a session of its own: it has no terminal that it could open, its children
// end with it, and a ctrl+c at the console does not reach it.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
