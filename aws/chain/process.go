package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
)

// The limits of a credential_process. The time is that of the SDK (processcreds.DefaultTimeout);
// the JSON that AWS describes has some hundred bytes.
const (
	processTimeout = time.Minute
	// processGrace is how long what the process has started may hold on to its output.
	processGrace  = time.Second
	processOutput = 1 << 20
	processSaid   = 600
)

// process is the provider of a credential_process.
type process struct {
	profile, command string
	note             func(text string)
}

// processAnswer is what AWS describes under "Sourcing credentials with an external process".
type processAnswer struct {
	Version                                   int
	AccessKeyID                               string `json:"AccessKeyId"`
	SecretAccessKey, SessionToken, Expiration string
}

// Retrieve implements sdk.CredentialsProvider.
func (p *process) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	args, err := splitCommand(p.command, runtime.GOOS == "windows")
	if err != nil || len(args) == 0 {
		return sdk.Credentials{}, &ProcessError{Profile: p.profile, Words: "is no command: a quote is left open, or there is nothing in it", Err: err}
	}
	printed, said, err := run(ctx, args)
	said = Scrub(strings.Join(strings.Fields(said), " "), secretsIn(printed)...)
	if err != nil {
		return sdk.Credentials{}, &ProcessError{Profile: p.profile, Words: endOf(err, args[0]), Said: said, Err: err}
	}
	credentials, wrong := readAnswer(printed)
	if wrong != "" {
		return sdk.Credentials{}, &ProcessError{Profile: p.profile, Words: wrong, Said: said}
	}
	if said != "" && p.note != nil {
		p.note("the credential_process of profile " + p.profile + " said: " + said)
	}
	return credentials, nil
}

// run runs a command that sees no terminal: nothing to read, no terminal of its own, and both its
// outputs kept.
func run(ctx context.Context, args []string) (printed []byte, said string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, processTimeout, context.DeadlineExceeded)
	defer cancel()
	stdout, stderr := &limited{most: processOutput}, &limited{most: processSaid, tail: true}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // The operator's own configuration says what to run.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, stdout, stderr
	cmd.WaitDelay = processGrace
	apart(cmd)
	err = cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = cmd.Cancel() // What it left running would hold on for as long as it likes.
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return stdout.kept, string(stderr.kept), err
}

// endOf says how a process failed to do its work, without its arguments, which may hold a secret.
func endOf(err error, program string) string {
	var exited *exec.ExitError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "did not end within " + processTimeout.String() + ". It can ask nothing here: if it wants to, run it once in another terminal"
	case errors.Is(err, context.Canceled):
		return "was called off"
	case errors.As(err, &exited):
		return "ended with " + exited.String()
	case errors.Is(err, exec.ErrWaitDelay):
		return "has ended and left something running that holds its output"
	}
	return "cannot be started: is " + filepath.Base(program) + " there, and may it be run?"
}

// readAnswer reads what a process printed, and says what is wrong with it without repeating any.
func readAnswer(printed []byte) (credentials sdk.Credentials, wrong string) {
	if runtime.GOOS == "windows" {
		printed = bytes.ReplaceAll(printed, []byte(`\"`), []byte(`"`))
	}
	var a processAnswer
	if json.Unmarshal(printed, &a) != nil {
		return sdk.Credentials{}, "printed something else than the one JSON object that AWS describes, which must stand alone on its standard output"
	}
	switch {
	case a.Version != 1:
		return sdk.Credentials{}, "printed a JSON object whose Version is not 1"
	case a.AccessKeyID == "":
		return sdk.Credentials{}, "printed a JSON object without AccessKeyId"
	case a.SecretAccessKey == "":
		return sdk.Credentials{}, "printed a JSON object without SecretAccessKey"
	}
	credentials = sdk.Credentials{
		AccessKeyID: a.AccessKeyID, SecretAccessKey: a.SecretAccessKey, SessionToken: a.SessionToken, Source: "credential_process",
	}
	if a.Expiration != "" {
		at, err := time.Parse(time.RFC3339, a.Expiration)
		if err != nil {
			return sdk.Credentials{}, "printed an Expiration that is no time in ISO 8601"
		}
		credentials.CanExpire, credentials.Expires = true, at
	}
	return credentials, ""
}

// secretsIn are the words of an output that are long enough to be a secret: none of them may come
// back in what is shown of the other output.
func secretsIn(printed []byte) []string {
	const shortest = 12
	words := strings.FieldsFunc(string(printed), func(c rune) bool { return strings.ContainsRune(" \t\r\n\"',:{}", c) })
	var long []string
	for _, w := range words {
		if len(w) >= shortest {
			long = append(long, w)
		}
	}
	return long
}

// limited keeps the beginning, or the tail, of what is written to it, and takes all of it.
type limited struct {
	most int
	tail bool
	kept []byte
}

// Write implements io.Writer.
func (l *limited) Write(b []byte) (int, error) {
	l.kept = append(l.kept, b...)
	if over := len(l.kept) - l.most; over > 0 {
		if l.tail {
			l.kept = append(l.kept[:0], l.kept[over:]...)
		} else {
			l.kept = l.kept[:l.most]
		}
	}
	return len(b), nil
}

// errOpenQuote is a command with a quote that is not closed.
var errOpenQuote = errors.New("a quote is left open")

// splitCommand takes a command apart as the AWS CLI does: by blanks, with quotes around what holds
// one, and no shell. A backslash takes the next character as it is, but not on Windows, where it
// stands in paths.
func splitCommand(command string, windows bool) ([]string, error) {
	var args []string
	var arg strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, c := range command {
		switch {
		case escaped:
			if quote == '"' && c != '"' && c != '\\' {
				arg.WriteRune('\\')
			}
			arg.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'' && !windows:
			escaped, begun = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			arg.WriteRune(c)
		case c == '"', c == '\'' && !windows:
			quote, begun = c, true
		case c == ' ', c == '\t', c == '\n', c == '\r':
			if begun {
				args = append(args, arg.String())
				arg.Reset()
			}
			begun = false
		default:
			arg.WriteRune(c)
			begun = true
		}
	}
	if quote != 0 || escaped {
		return nil, errOpenQuote
	}
	if begun {
		args = append(args, arg.String())
	}
	return args, nil
}
