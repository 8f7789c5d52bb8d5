package main

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/ui"
)

func TestWhereToSignInIsSaidWhole(t *testing.T) {
	text := signInText(&ui.SignIn{
		Portal: "https://corp.awsapps.com/start\x1b[2J", Address: "https://device.sso.us-east-1.amazonaws.com/", Code: "ABCD-EFGH",
		Whole: "https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH", Until: time.Date(2026, 11, 27, 12, 0, 0, 0, time.Local),
	})
	for _, want := range []string{"https://corp.awsapps.com/start", "open https://device.sso.us-east-1.amazonaws.com/ ", "the code ABCD-EFGH", "?user_code=ABCD-EFGH", "12:00:00"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("%q moves the terminal", text)
	}
}
