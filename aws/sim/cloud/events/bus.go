package events

import (
	"regexp"
	"strings"
	"time"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

const (
	// defaultName is the bus, and the schedule group, that every region has.
	defaultName = "default"
	// busesMost is the quota of event buses of an account in a region (Amazon EventBridge quotas).
	busesMost = 100
)

// eventBus is one bus: the default one, or a custom one.
type eventBus struct {
	name, arn   string
	created     time.Time
	description *string
}

func (g *rules) addBus(name string, description *string, at time.Time) *eventBus {
	b := &eventBus{name: name, arn: g.e.c.ARNIn(g.place, "events", "event-bus/"+name), created: at, description: description}
	g.buses.Set(name, b)
	return b
}

// bus finds a bus by its name or ARN; none means the default one (EventBridge API Reference, PutRule,
// EventBusName). Nobody gave this account the bus of another.
func (g *rules) bus(ref *string) (*eventBus, error) {
	name := ptr.Val(ref)
	if a, err := awsarn.Parse(name); err == nil {
		name = strings.TrimPrefix(a.Resource, "event-bus/")
		if a.String() != g.e.c.ARNIn(g.place, "events", "event-bus/"+name) {
			return nil, cloud.Errorf("ResourceNotFoundException", "Event bus %s does not exist.", *ref)
		}
	}
	if name == "" {
		name = defaultName
	}
	b, ok := g.buses.Get(name)
	if !ok {
		return nil, cloud.Errorf("ResourceNotFoundException", "Event bus %s does not exist.", name)
	}
	return b, nil
}

// createEventBus: a custom bus has no slash in its name, and "you can't use the name default";
// partners' buses need a partner's event source, of which there is none here (EventBridge API
// Reference, CreateEventBus).
func (e *EventBridge) createEventBus(call cloud.Call, in *eventbridge.CreateEventBusInput) (*eventbridge.CreateEventBusOutput, error) {
	g, name := e.rules.At(call.Place), ptr.Val(in.Name)
	switch {
	case len(name) > 256 || !regexp.MustCompile(`^[/.\-_A-Za-z0-9]+$`).MatchString(name):
		return nil, cloud.Constraint(name, "name", `satisfy regular expression pattern: [/\.\-_A-Za-z0-9]+`)
	case in.EventSourceName != nil:
		return nil, cloud.Errorf("ResourceNotFoundException", "Event source %s does not exist.", *in.EventSourceName)
	case strings.Contains(name, "/"):
		return nil, cloud.Validation("Event bus name must not contain '/'.")
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	if _, exists := g.buses.Get(name); exists {
		return nil, cloud.Errorf("ResourceAlreadyExistsException", "Event bus %s already exists.", name)
	}
	if g.buses.Len() >= busesMost {
		return nil, cloud.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	b := g.addBus(name, in.Description, call.Now)
	return &eventbridge.CreateEventBusOutput{EventBusArn: new(b.arn), Description: b.description}, nil
}

func (e *EventBridge) describeEventBus(call cloud.Call, in *eventbridge.DescribeEventBusInput) (*eventbridge.DescribeEventBusOutput, error) {
	b, err := e.rules.At(call.Place).bus(in.Name)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeEventBusOutput{
		Name: new(b.name), Arn: new(b.arn), Description: b.description, CreationTime: ptr.Time(b.created), LastModifiedTime: ptr.Time(b.created),
	}, nil
}

func (e *EventBridge) listEventBuses(call cloud.Call, in *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
	n, err := eventsLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	items, next, ok := e.rules.At(call.Place).buses.Page(func(b *eventBus) bool {
		return strings.HasPrefix(b.name, ptr.Val(in.NamePrefix))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &eventbridge.ListEventBusesOutput{EventBuses: []ebtypes.EventBus{}, NextToken: ptr.Opt(next)}
	for _, b := range items {
		out.EventBuses = append(out.EventBuses, ebtypes.EventBus{
			Name: new(b.name), Arn: new(b.arn), Description: b.description, CreationTime: ptr.Time(b.created), LastModifiedTime: ptr.Time(b.created),
		})
	}
	return out, nil
}

// deleteEventBus: "All rules associated with this event bus need to be deleted. You can't delete your
// account's default event bus" (EventBridge API Reference, DeleteEventBus; the words about rules:
// terraform-provider-aws#22131). One that is not there is deleted already: the operation has no
// ResourceNotFoundException.
func (e *EventBridge) deleteEventBus(call cloud.Call, in *eventbridge.DeleteEventBusInput) (*eventbridge.DeleteEventBusOutput, error) {
	g, name := e.rules.At(call.Place), ptr.Val(in.Name)
	if name == defaultName {
		return nil, cloud.Validation("Cannot delete event bus default.")
	}
	for r := range g.All() {
		if r.bus == name {
			return nil, cloud.Validation("EventBus can't be deleted since it has rules.")
		}
	}
	g.buses.Delete(name)
	return &eventbridge.DeleteEventBusOutput{}, nil
}

func badToken() error { return cloud.Validation("The next token is not valid.") }

func checkTags(tags []ebtypes.Tag) error {
	list := make([]cloud.Tag, len(tags))
	for i, t := range tags {
		list[i] = cloud.Tag{Key: ptr.Val(t.Key), Value: ptr.Val(t.Value)}
	}
	if wrong := cloud.CheckTags(list); wrong != "" {
		return cloud.Validation("%s", wrong)
	}
	return nil
}
