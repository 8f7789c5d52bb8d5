package trail

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// namesMost is how many things one event keeps by name: a call on a hundred tasks is found by the
// first of them.
const namesMost = 16

// nameLongest is the longest word that is taken for a name: ARNs have at most 2,048 characters, and
// none of those that are looked for has more than a few hundred.
const nameLongest = 512

// targetMembers are the members that say best what a call was about, the best first.
func targetMembers() []string {
	return []string{
		"servicename", "clustername", "family", "username", "rolename", "groupname", "policyname", "functionname", "bucketname", "instanceid",
		"rolearn", "policyarn", "regionname", "accesskeyid", "service", "taskdefinition", "resourceid", "cluster", "capacityprovider", "loggroupname",
		"launchtemplatename", "autoscalinggroupname", "keyname", "displayname", "name", "arn", "resourcearn", "id",
	}
}

// about is what an event was about in a word, and all things that it names. What only looked is about
// nothing: that would be most of what is read and hardly anything that is looked for.
func (e *Event) about() (target string, names []string) {
	for _, r := range e.Resources {
		names = appendName(names, r.ARN)
		names = appendName(names, r.Name)
	}
	if e.Class() == Read {
		return "", names
	}
	best := len(targetMembers())
	for _, part := range [][]byte{e.Params, e.Answer} {
		eachName(part, func(member, value string) bool {
			if at := slices.Index(targetMembers(), member); at >= 0 && at < best {
				best, target = at, value
			}
			if naming(member) || strings.HasPrefix(value, "arn:") {
				names = appendName(names, value)
			}
			return len(names) < namesMost
		})
	}
	return target, names
}

func appendName(names []string, name string) []string {
	if name == "" || len(name) > nameLongest || len(names) >= namesMost || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// naming says whether a member of such a name holds a name, an ARN or an id.
func naming(member string) bool {
	return strings.HasSuffix(member, "name") || strings.HasSuffix(member, "arn") || strings.HasSuffix(member, "id") ||
		slices.Contains(targetMembers(), member)
}

// eachName gives the texts of a JSON value with the members that hold them, in lower case, until it is
// told to stop.
func eachName(raw []byte, take func(member, value string) bool) {
	if raw == nil {
		return
	}
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	member := ""
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return
		}
		if token.Kind() != '"' {
			continue
		}
		// In an object every other text is the name of a member.
		if kind, n := dec.StackIndex(dec.StackDepth()); kind == '{' && n%2 == 1 {
			member = strings.ToLower(token.String())
			continue
		}
		if value := token.String(); value != "" && len(value) <= nameLongest && !take(member, value) {
			return
		}
	}
}
