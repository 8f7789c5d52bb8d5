package chain

import (
	"errors"
	"slices"
	"testing"
)

// TestACommandIsTakenApartAsTheAWSCLIDoes: the wanted words are those of botocore's
// compat_shell_split.
func TestACommandIsTakenApartAsTheAWSCLIDoes(t *testing.T) {
	for _, x := range []struct {
		command string
		windows bool
		want    []string
	}{
		{`helper --a b`, false, []string{"helper", "--a", "b"}},
		{`"/opt/my tools/get"`, false, []string{"/opt/my tools/get"}},
		{`'/opt/my tools/get' "a b"c`, false, []string{"/opt/my tools/get", "a bc"}},
		{`/opt/my\ tools/get "a\"b\\c\d" '\x'`, false, []string{"/opt/my tools/get", `a"b\c\d`, `\x`}},
		{`a "" ''`, false, []string{"a", "", ""}},
		{"  a\tb\n c ", false, []string{"a", "b", "c"}},
		{`$HOME/get | cat`, false, []string{"$HOME/get", "|", "cat"}},
		{`"C:\Program Files\get.exe" --x C:\y`, true, []string{`C:\Program Files\get.exe`, "--x", `C:\y`}},
	} {
		if got, err := splitCommand(x.command, x.windows); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s is %q, %v; want %q", x.command, got, err, x.want)
		}
	}
	for _, command := range []string{`"a`, `'a`, `a\`} {
		if _, err := splitCommand(command, false); !errors.Is(err, errOpenQuote) {
			t.Errorf("%s: %v", command, err)
		}
	}
}

func TestOnlyAsMuchIsKeptAsHasAPlace(t *testing.T) {
	head, tail := &limited{most: 4}, &limited{most: 4, tail: true}
	for _, text := range []string{"abc", "defg", "h"} {
		for _, l := range []*limited{head, tail} {
			if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
		}
	}
	if string(head.kept) != "abcd" || string(tail.kept) != "efgh" {
		t.Errorf("kept %q and %q", head.kept, tail.kept)
	}
}
