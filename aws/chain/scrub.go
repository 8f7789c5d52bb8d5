package chain

import (
	"regexp"
	"strings"

	"github.com/rootout/rootout/model"
)

// hidden stands where a secret stood.
const hidden = "[hidden]"

// labelled is what names itself as a secret: in JSON, in INI files, in a query, and in the canonical
// request that AWS repeats when a signature does not match.
var labelled = regexp.MustCompile(
	`(?i)((?:secret_?-?access_?-?key|session_?-?token|security_?-?token|access_?-?token|refresh_?-?token|id_?-?token|` +
		`client_?-?secret|device_?-?code|code_?-?verifier|web_?-?identity_?-?token|saml_?-?assertion|dpop_?-?key|password|passwd|` +
		`token_?-?code|x-amz-security-token|x-amz-signature|signature|authorization|bearer)` +
		`\\?["']?\s*(?:[:=]|\s)\s*(?:bearer\s+|basic\s+)?\\?["']?)([^\s"'\\&,;<>{}]{4,})`)

// runs are unbroken runs of what keys and tokens are written in, and ARNs and addresses, which look
// like it and are none.
var runs = regexp.MustCompile(`(?:arn:[^\s"',;<>]+|https?://[^\s"'?<>]+|[A-Za-z0-9+/=_\-]{24,})`)

// Scrub takes out of a text whatever is, or may be, a secret, and what a terminal must not be given.
// It is for what is said of signing in, where a helper's or a service's words may repeat what they
// were given. Known are secrets that are known to be about.
func Scrub(text string, known ...string) string {
	text = ScrubLabelled(text)
	for _, secret := range known {
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	text = runs.ReplaceAllStringFunc(text, func(run string) string {
		if secretLooking(run) {
			return hidden
		}
		return run
	})
	return model.Clean(text)
}

// ScrubLabelled takes out of a text only what names itself as a secret. It is for the words of
// services about other things, which may hold long names and encoded messages that people need.
func ScrubLabelled(text string) string {
	return labelled.ReplaceAllStringFunc(text, func(match string) string {
		part := labelled.FindStringSubmatch(match)
		label, value := part[1], part[2]
		// Words about a token ("the security token included …") have no sign between, and no value.
		if !strings.ContainsAny(label, ":=\"'") && !secretLooking(value) {
			return match
		}
		return label + hidden
	})
}

// secretLooking says whether a run has what random keys have and words have not: small and capital
// letters and digits, all mixed. A secret access key has 40 characters, tokens have more.
func secretLooking(run string) bool {
	const shortest = 24
	if len(run) < shortest || strings.HasPrefix(run, "arn:") || strings.HasPrefix(run, "http") {
		return false
	}
	var small, capital, digit, changes int
	before := ' '
	for _, c := range run {
		class := ' '
		switch {
		case 'a' <= c && c <= 'z':
			small++
			class = 'a'
		case 'A' <= c && c <= 'Z':
			capital++
			class = 'A'
		case '0' <= c && c <= '9':
			digit++
			class = '0'
		}
		if class != before {
			changes++
		}
		before = class
	}
	// In random text about two of three neighbours differ in class; in names such as
	// "AWSReservedSSO_Admin_0123456789" far fewer do.
	return small > 0 && capital > 0 && digit > 0 && changes*3 >= len(run)
}
