//go:build linux || darwin

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestACommandAsksForTheCodeOfAnMFADevice on the terminal that it has, and shows none of it.
func TestACommandAsksForTheCodeOfAnMFADevice(t *testing.T) {
	codes := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == "AssumeRole" {
			codes <- form.Get("TokenCode")
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>MultiFactorAuthentication failed with invalid MFA one time pass code.</Message></Error></ErrorResponse>`)
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	const serial = "arn:aws:iam::123456789012:mfa/jm"
	console := startTerminal(t, 160, 30, "scan", "--endpoint-url", server.URL, "--region", "us-east-1",
		"--role-arn", "arn:aws:iam::123456789012:role/Ops", "--mfa-serial", serial)
	console.until("the question", time.Minute, `code of the MFA device `+serial+`:`)
	console.send("481516\r")
	console.until("the answer", time.Minute, `AccessDenied`)
	_ = console.awaitEnd(t)
	if got := <-codes; got != "481516" {
		t.Errorf("the code was %q", got)
	}
	if strings.Contains(console.written(), "481516") {
		t.Error("the code was shown")
	}
}
