package kind

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"
)

// holdsSecret says by a name what stands under it: a member, a key of a map or a key of JSON whose
// name holds one of these words carries what somebody meant to keep, whichever service it is of.
// Case, hyphens, dots and underscores do not matter.
func holdsSecret(name string) bool {
	return contains(name, "environment") || namesSecret(name)
}

// namesSecret is holdsSecret for names that people give, in tags, labels and lists of pairs: there
// "environment" says where something runs ("production"), and not what it is run with.
func namesSecret(name string) bool {
	return contains(name, "secret") || contains(name, "token") || contains(name, "password") ||
		contains(name, "userdata") || contains(name, "webhook")
}

// contains says whether a name holds a word of lower-case letters, whatever the case and
// separators.
func contains(name, word string) bool {
	for start := range len(name) {
		met := 0
		for _, c := range []byte(name[start:]) {
			if c == '_' || c == '-' || c == '.' || c == ' ' {
				continue
			}
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if c != word[met] {
				break
			}
			if met++; met == len(word) {
				return true
			}
		}
	}
	return false
}

// reference says whether a member of an AWS API names where a secret lies, and does not hold it:
// secretArn, secretId, the valueFrom of a container's secret, environmentFiles. It goes by the end
// of the name in AWS's own writing, and is asked of AWS's members only, never of a key that
// somebody chose: SECRET_ID may be half of a sign-in.
func reference(member string) bool {
	for _, end := range [...]string{"Arn", "Arns", "ARN", "ARNs", "Id", "Ids", "ID", "IDs", "ValueFrom", "File", "Files"} {
		if strings.HasSuffix(member, end) {
			return true
		}
	}
	return member == "valueFrom"
}

// namesAPlace says whether a value is the ARN of a stored secret or parameter. Such maps as App
// Runner's RuntimeEnvironmentSecrets have nothing else in them, and whoever cleans up has to know
// which secrets were within reach.
func namesAPlace(member, value string) bool {
	if !strings.HasSuffix(member, "Secret") && !strings.HasSuffix(member, "Secrets") {
		return false
	}
	arn, err := awsarn.Parse(value)
	return err == nil && (arn.Service == "secretsmanager" || arn.Service == "ssm")
}

// secretOption says whether the value under a key of free options (a log driver's, a label's) may
// be a secret: such options carry the tokens and addresses of log services. The options of awslogs,
// which name groups and streams in the account, never do.
func secretOption(key string) bool {
	name := strings.ToLower(key)
	if strings.HasPrefix(name, "awslogs-") {
		return false
	}
	for _, word := range [...]string{
		"passwd", "apikey", "api_key", "api-key", "access_key", "accesskey", "private", "credential", "auth", "header", "uri", "url",
		"dsn", "license",
	} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return name == "key"
}

// carriesInput says whether a member of a rule's or schedule's target holds text that becomes the
// request of the started task.
func carriesInput(member string) bool {
	return member == "Input" || member == "InputTemplate"
}

// describesMatches says whether a member holds JSON that is compared with something: the words in
// it are looked for, and are nobody's secret.
func describesMatches(member string) bool {
	return strings.HasSuffix(member, "Pattern") || strings.HasSuffix(member, "Policy") || strings.HasSuffix(member, "Document")
}

// isJSON says whether a text may be an object or a list in JSON.
func isJSON(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// embedded replaces the secrets inside JSON text. What cannot be read, such as a template that is
// no JSON before its placeholders are filled in, is sealed whole when it speaks of a secret and
// wholly is true.
func (w *recordWriter) embedded(text string, wholly bool) string {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil || decoder.More() {
		if wholly && w.opens(text) {
			return w.seal(text)
		}
		return text
	}
	before := w.sealed
	tree = w.sealTree(tree, false)
	if w.sealed == before {
		return text
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(tree) != nil {
		return w.seal(text)
	}
	return strings.TrimRight(b.String(), "\n")
}

// sealTree goes through decoded JSON; secret is true below a key that says so.
func (w *recordWriter) sealTree(node any, secret bool) any {
	switch n := node.(type) {
	case map[string]any:
		w.sealObject(n, secret)
		return n
	case []any:
		for i, child := range n {
			n[i] = w.sealTree(child, secret)
		}
		return n
	case string:
		switch {
		case secret && n != "":
			return w.seal(n)
		case isJSON(n) && w.opens(n):
			// A universal target may carry JSON inside JSON.
			return w.embedded(n, true)
		}
	case json.Number:
		if secret {
			return w.seal(n.String())
		}
	case bool:
		if secret {
			return w.seal(strconv.FormatBool(n))
		}
	}
	return node
}

// sealObject goes through one object. Of a pair of a name and its value the name stays, and so does
// what says where a value is taken from.
func (w *recordWriter) sealObject(object map[string]any, secret bool) {
	name, hasName := stringFold(object, "name", "key")
	_, hasValue := ValueFold(object, "value")
	for k, child := range object {
		_, isText := child.(string)
		below := secret || w.opens(k)
		switch {
		case !secret && reference(k) && !w.isDeclared(k):
			below = false
		case secret && hasName && isText && (isAny(k, "name", "key") && hasValue || isAny(k, "valueFrom")):
			continue
		case secret && hasName && isText && isAny(k, "name"):
			if _, from := ValueFold(object, "valueFrom"); from {
				continue
			}
		case hasName && isAny(k, "value") && namesSecret(name):
			below = true
		}
		object[k] = w.sealTree(child, below)
	}
}

// opens says whether everything under a name is secret, by its meaning or because the kind says so.
func (w *recordWriter) opens(name string) bool { return holdsSecret(name) || w.isDeclared(name) }

func (w *recordWriter) isDeclared(name string) bool {
	return slices.ContainsFunc(w.how.Secret, func(d string) bool { return strings.EqualFold(d, name) })
}

func isAny(key string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, key) })
}

// ValueFold is the member of a JSON object by its name in any case.
func ValueFold(object map[string]any, key string) (any, bool) {
	for k, v := range object {
		if strings.EqualFold(k, key) {
			return v, true
		}
	}
	return nil, false
}

// stringFold is the first text under one of the keys.
func stringFold(object map[string]any, keys ...string) (string, bool) {
	for _, key := range keys {
		if value, ok := ValueFold(object, key); ok {
			if text, ok := value.(string); ok {
				return text, true
			}
		}
	}
	return "", false
}
