package kind

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/rootout/rootout/model"
)

// secretMember says whether everything in a member is secret wherever it stands: user data, web hook addresses, and what EventBridge sends along
// to HTTP endpoints.
func secretMember(member, holder string) bool {
	name := strings.ToLower(member)
	if strings.Contains(name, "userdata") || strings.Contains(name, "webhook") {
		return true
	}
	return holder == "HttpParameters"
}

// secretKey says whether the value under a key of free options (a log driver's, a label's) may be a secret: such options carry the tokens and
// addresses of log services. The options of awslogs, which name groups and streams in the account, never do.
func secretKey(key string) bool {
	name := strings.ToLower(key)
	if strings.HasPrefix(name, "awslogs-") {
		return false
	}
	for _, word := range [...]string{
		"token", "password", "passwd", "secret", "apikey", "api_key", "api-key", "access_key", "accesskey", "private", "credential",
		"auth", "header", "webhook", "uri", "url", "dsn", "license",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return name == "key"
}

// carriesInput says whether a member of a rule's or schedule's target holds text that becomes the request of the started task.
func carriesInput(member string) bool {
	return member == "Input" || member == "InputTemplate"
}

// input replaces the environment values inside the JSON text that a target passes on. A template that is no JSON before its placeholders are
// filled in is sealed whole when it speaks of an environment.
func (w *recorder) input(text string) string {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil || decoder.More() {
		if strings.Contains(strings.ToLower(text), "environment") {
			return w.seal(text)
		}
		return model.Clean(text)
	}
	before := w.sealed
	tree = w.sealEnvironment(tree, false)
	if w.sealed == before {
		return model.Clean(text)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(tree) != nil {
		return w.seal(text)
	}
	return model.Clean(strings.TrimRight(b.String(), "\n"))
}

// sealEnvironment goes through decoded JSON; inside is true below a key named environment, where values are secret: either a list of name and
// value, or an object of names.
func (w *recorder) sealEnvironment(node any, inside bool) any {
	switch n := node.(type) {
	case map[string]any:
		_, named := valueFold(n, "name")
		_, valued := valueFold(n, "value")
		for k, child := range n {
			switch {
			case inside && named && valued && !strings.EqualFold(k, "value"):
			default:
				n[k] = w.sealEnvironment(child, inside || strings.EqualFold(k, "environment"))
			}
		}
		return n
	case []any:
		for i, child := range n {
			n[i] = w.sealEnvironment(child, inside)
		}
		return n
	case string:
		if inside && n != "" {
			return w.seal(n)
		}
		// A universal target may carry JSON inside JSON.
		if strings.HasPrefix(strings.TrimSpace(n), "{") && strings.Contains(strings.ToLower(n), "environment") {
			return w.input(n)
		}
	case json.Number:
		if inside {
			return w.seal(n.String())
		}
	}
	return node
}

func valueFold(object map[string]any, key string) (any, bool) {
	for k, v := range object {
		if strings.EqualFold(k, key) {
			return v, true
		}
	}
	return nil, false
}
