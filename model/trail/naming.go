package trail

import (
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/rootout/rootout/model"
)

// body is a record's members as an EventOf names them.
type body struct {
	event     *Event
	partition string
	parts     map[string]any
}

func newBody(e *Event, partition string) *body {
	b := &body{event: e, partition: partition, parts: map[string]any{}}
	for name, raw := range map[string][]byte{"requestParameters": e.Params, "responseElements": e.Answer, "serviceEventDetails": e.Details} {
		var value any
		if raw != nil && json.Unmarshal(raw, &value, lenient()) == nil {
			b.parts[name] = value
		}
	}
	return b
}

// ids are what the first of the templates that can be filled gives: see model.EventOf.
func (b *body) ids(templates []string) []string {
	for _, template := range templates {
		if ids := b.fill(template); len(ids) > 0 {
			return ids
		}
	}
	return nil
}

// fill gives the texts that a template stands for, none where a member of it is not there.
func (b *body) fill(template string) []string {
	filled := []string{""}
	for template != "" {
		plain, rest, more := strings.Cut(template, "{")
		for i := range filled {
			filled[i] += plain
		}
		if !more {
			break
		}
		member, after, _ := strings.Cut(rest, "}")
		template = after
		values := b.member(member)
		if len(values) == 0 {
			return nil
		}
		longer := make([]string, 0, len(filled)*len(values))
		for _, begun := range filled {
			for _, v := range values {
				longer = append(longer, begun+v)
			}
		}
		filled = longer
	}
	return filled
}

// member are the values of one member of the record, after what is to be done with them.
func (b *body) member(text string) []string {
	steps := strings.Split(text, "|")
	var values []string
	switch steps[0] {
	case "partition":
		values = []string{b.partition}
	case "region":
		values = []string{b.event.Region}
	case "account":
		values = []string{b.event.Account}
	default:
		values = texts(b.parts, strings.Split(steps[0], "."))
	}
	for _, step := range steps[1:] {
		what, word, _ := strings.Cut(step, ":")
		switch {
		case what == "or" && len(values) == 0:
			values = []string{word}
		case what == "tail":
			for i, v := range values {
				values[i] = v[strings.LastIndexByte(v, '/')+1:]
			}
		case what == "not" && len(values) == 1 && values[0] == word:
			values = nil
		}
	}
	return values
}

// texts are the words at a path of members; "[]" behind a member means each of its list.
func texts(value any, path []string) []string {
	if len(path) == 0 {
		if s, ok := value.(string); ok && s != "" {
			return []string{s}
		}
		return nil
	}
	members, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	name, each := strings.CutSuffix(path[0], "[]")
	if !each {
		return texts(members[name], path[1:])
	}
	list, _ := members[name].([]any)
	var all []string
	for _, one := range list {
		all = append(all, texts(one, path[1:])...)
	}
	return all
}

// of says whether an id may belong to something of the place where an event was recorded: an ARN names
// its own region and account.
func (b *body) of(id string, scope model.Scope) bool {
	if !strings.HasPrefix(id, "arn:") {
		return id != ""
	}
	parts := strings.SplitN(id, ":", 6)
	return len(parts) == 6 && parts[4] == b.event.Account && (scope == model.Global || parts[3] == b.event.Region)
}
