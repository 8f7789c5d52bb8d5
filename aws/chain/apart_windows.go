package chain

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// apart gives a process no console that it could write to, and keeps a ctrl+c at ours from it.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP}
	cmd.Cancel = func() error { return cmd.Process.Kill() }
}
