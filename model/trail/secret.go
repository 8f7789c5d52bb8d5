package trail

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootout/rootout/model"
)

// secretWords are what the names of members hold that are secret, in lower case; CloudTrail leaves
// most of them out itself, and not all: the session token stands in the answer of AssumeRole.
func secretWords() []string {
	return []string{"token", "secret", "password", "userdata", "environment", "privatekey", "authorization"}
}

// publicNames end with a word of those above, or hold it, and say nothing that is secret.
func publicNames() []string {
	return []string{
		"nexttoken", "clienttoken", "clientrequesttoken", "idempotencytoken", "paginationtoken", "secretid", "secretarn", "secretname", "versiontoken",
		"tokenaction", "httptokens", "passwordreset", "passwordresetrequired", "passwordlastused", "environmentname", "environmentid", "environmentarn",
		"environmenttype", "environmentfiles", "secrets", "callwithbearertoken", "passwordenabled", "httpputresponsehoplimit",
	}
}

// Scrub replaces what is secret in a record by its length and HMAC, as elsewhere: values of an
// environment, passwords, tokens, the data of an instance's user. A record that holds none comes back
// as it is, and so does what is no JSON.
func Scrub(raw []byte, sealer model.Sealer) []byte {
	low := bytes.ToLower(raw)
	found := false
	for _, w := range secretWords() {
		found = found || bytes.Contains(low, []byte(w))
	}
	if !found {
		return raw
	}
	var out bytes.Buffer
	s := scrubber{
		dec: jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)),
		enc: jsontext.NewEncoder(&out, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)), sealer: sealer,
	}
	if err := s.value(false); err != nil {
		return raw
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

type scrubber struct {
	dec    *jsontext.Decoder
	enc    *jsontext.Encoder
	sealer model.Sealer
}

// value copies one value; sealed replaces all texts in it.
func (s *scrubber) value(sealed bool) error {
	switch s.dec.PeekKind() {
	case '{':
		return s.members(sealed)
	case '[':
		return s.elements(sealed)
	case '"':
		token, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		if !sealed || hidden(token.String()) {
			return s.enc.WriteToken(token)
		}
		return s.enc.WriteToken(jsontext.String(s.sealer.Seal(token.String())))
	default:
		value, err := s.dec.ReadValue()
		if err != nil {
			return err
		}
		return s.enc.WriteValue(value)
	}
}

// hidden says whether AWS has taken the secret out itself.
func hidden(text string) bool {
	return text == "" || text == "HIDDEN_DUE_TO_SECURITY_REASONS" || text == "***" || strings.HasPrefix(text, "<sensitiveDataRemoved")
}

func (s *scrubber) members(sealed bool) error {
	if err := s.copyToken(); err != nil {
		return err
	}
	for s.dec.PeekKind() == '"' {
		token, err := s.dec.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		if err := s.enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		// Within an environment the names of its variables may be told.
		if err := s.value(sealed && !strings.EqualFold(name, "name") && !strings.EqualFold(name, "key") || secretName(name)); err != nil {
			return err
		}
	}
	return s.copyToken()
}

func (s *scrubber) elements(sealed bool) error {
	if err := s.copyToken(); err != nil {
		return err
	}
	for k := s.dec.PeekKind(); k != ']' && k != 0; k = s.dec.PeekKind() {
		if err := s.value(sealed); err != nil {
			return err
		}
	}
	return s.copyToken()
}

func (s *scrubber) copyToken() error {
	token, err := s.dec.ReadToken()
	if err != nil {
		return err
	}
	return s.enc.WriteToken(token)
}

// secretName says whether a member of such a name is secret.
func secretName(name string) bool {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
	for _, public := range publicNames() {
		if name == public {
			return false
		}
	}
	for _, w := range secretWords() {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
