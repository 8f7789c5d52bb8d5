package aws_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// guarded is a connection whose wire fails when touched, after it has said who the caller is.
func guarded(t *testing.T, options aws.Options) *aws.Connection {
	t.Helper()
	c, _ := watched(t, options)
	return c
}

// watched counts the touches too.
func watched(t *testing.T, options aws.Options) (*aws.Connection, *int) {
	t.Helper()
	touches := -1
	c := connect(t, options, func(r *http.Request) (*http.Response, error) {
		touches++
		if touches == 0 {
			return identity(r, callerARN), nil
		}
		return nil, context.Canceled
	})
	return c, &touches
}

type operation struct {
	service, name string
	call          func(ctx context.Context, bare bool) error
}

// linked is one client of every service that rootout calls. A client that is missing here is
// guarded like any other, only not tried.
func linked(c *aws.Clients) []any {
	return []any{
		aws.Client(c, accountapi.NewFromConfig),
		aws.Client(c, applicationautoscaling.NewFromConfig),
		aws.Client(c, cloudtrail.NewFromConfig),
		aws.Client(c, cloudwatchlogs.NewFromConfig),
		aws.Client(c, ec2.NewFromConfig),
		aws.Client(c, ecs.NewFromConfig),
		aws.Client(c, eventbridge.NewFromConfig),
		aws.Client(c, scheduler.NewFromConfig),
		aws.Client(c, sts.NewFromConfig),
	}
}

// operations enumerates every operation of those clients.
func operations(clients *aws.Clients) []operation {
	var all []operation
	for _, made := range linked(clients) {
		client := reflect.ValueOf(made)
		for j := range client.NumMethod() {
			method := client.Type().Method(j)
			if !isOperation(method.Type) {
				continue
			}
			function := client.Method(j)
			all = append(all, operation{
				service: strings.TrimPrefix(client.Type().Elem().PkgPath(), "github.com/aws/aws-sdk-go-v2/service/"),
				name:    method.Name,
				call: func(ctx context.Context, bare bool) error {
					arguments := []reflect.Value{reflect.ValueOf(ctx), filled(function.Type().In(1))}
					if bare {
						arguments = append(arguments, withoutMiddleware(function.Type().In(2).Elem()))
					}
					err, _ := function.Call(arguments)[1].Interface().(error)
					return err
				},
			})
		}
	}
	return all
}

func isOperation(method reflect.Type) bool {
	return method.NumIn() == 4 && method.NumOut() == 2 && method.In(2).Kind() == reflect.Pointer &&
		strings.HasSuffix(method.In(2).Elem().Name(), "Input")
}

// filled is an input whose members pass the SDK's own validation.
func filled(pointer reflect.Type) reflect.Value {
	input := reflect.New(pointer.Elem())
	fill(input.Elem(), 0)
	return input
}

func fill(v reflect.Value, depth int) {
	if depth > 6 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x1")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	default: // Numbers, flags, maps and unions may stay empty.
	}
}

// withoutMiddleware is func(o *Options) { o.APIOptions = nil }.
func withoutMiddleware(option reflect.Type) reflect.Value {
	return reflect.MakeFunc(option, func(arguments []reflect.Value) []reflect.Value {
		arguments[0].Elem().FieldByName("APIOptions").SetZero()
		return nil
	})
}

func TestEveryChangeIsRefusedBeforeTheWire(t *testing.T) {
	c, touches := watched(t, static())
	refused, passed, gated := 0, 0, 0
	for _, op := range operations(c.Clients("eu-west-3")) {
		before := *touches
		err := op.call(t.Context(), false)
		if service.Of(op.service).IsRead(op.name) {
			passed++
			if *touches != before+1 || !errors.Is(err, context.Canceled) {
				t.Errorf("%s %s is a read and does not reach the wire once: %v", op.service, op.name, err)
			}
		} else {
			refused++
			var guard *aws.GuardError
			if !errors.As(err, &guard) || guard.Refusal != aws.RefusedNoPermit || guard.Operation != op.name || guard.Region == "" {
				t.Errorf("%s %s: %v, want a refusal that names it", op.service, op.name, err)
			}
			if *touches != before || aws.Classify(err) != aws.Guard {
				t.Errorf("%s %s: class %v, %d touches", op.service, op.name, aws.Classify(err), *touches-before)
			}
		}
		// Whatever drops the guard's step is refused by the gate, reads too; the SDK's own
		// validation may come first.
		before = *touches
		if err := op.call(t.Context(), true); aws.Classify(err) == aws.Guard {
			gated++
		} else if err == nil || *touches != before {
			t.Errorf("%s %s without middleware: %v, %d touches", op.service, op.name, err, *touches-before)
		}
	}
	if passed < 100 || refused < 600 || gated < (passed+refused)*9/10 {
		t.Fatalf("%d reads passed, %d changes were refused, %d came to the gate: the enumeration is broken", passed, refused, gated)
	}
}

// TestReadsExist: a read that no client has is a slip of the pen, and the operation that was meant
// would be refused.
func TestReadsExist(t *testing.T) {
	existing := map[string][]string{}
	for _, op := range operations(guarded(t, static()).Clients("eu-west-3")) {
		prefix := service.Of(op.service).Prefix
		existing[prefix] = append(existing[prefix], op.name)
	}
	tried := 0
	for _, s := range service.All() {
		if existing[s.Prefix] == nil {
			continue // Its client is not linked.
		}
		for _, name := range s.Reads {
			tried++
			if !slices.Contains(existing[s.Prefix], name) {
				t.Errorf("%s:%s is on the read list and no client has it", s.Prefix, name)
			}
		}
	}
	if tried < 100 {
		t.Errorf("%d reads were looked for: the enumeration is broken", tried)
	}
}

// paris is a place of the caller's account.
func paris() model.Place { return model.Place{Account: "123456789012", Region: "eu-west-3"} }

func grant(t *testing.T, c *aws.Connection) *aws.Permit {
	t.Helper()
	p, err := c.Grant("7f3a", "123456789012", map[string]aws.Allowed{
		"step-1": {Service: "ecs", Operations: []string{"UpdateService", "DeleteService"}, Place: paris()},
		"step-2": {Service: "account", Operations: []string{"EnableRegion"}, Place: model.Place{Account: "123456789012"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPermitLetsItsStepByAndNothingElse(t *testing.T) {
	c := guarded(t, static())
	p := grant(t, c)
	paris, ireland := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig), aws.Client(c.Clients("eu-west-1"), ecs.NewFromConfig)
	remove := func(client *ecs.Client) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := client.DeleteService(ctx, &ecs.DeleteServiceInput{Service: sdk.String("miner")})
			return err
		}
	}
	for _, test := range []struct {
		name    string
		step    string
		call    func(context.Context) error
		refusal aws.Refusal
	}{
		{"its operation in its region", "step-1", remove(paris), ""},
		{"another region", "step-1", remove(ireland), aws.RefusedRegion},
		{"another region by the call's own options", "step-1", func(ctx context.Context) error {
			_, err := paris.DeleteService(ctx, &ecs.DeleteServiceInput{Service: sdk.String("x")}, func(o *ecs.Options) { o.Region = "eu-west-1" })
			return err
		}, aws.RefusedRegion},
		{"another operation", "step-1", func(ctx context.Context) error {
			_, err := paris.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: sdk.String("x")})
			return err
		}, aws.RefusedOperation},
		{"another step", "step-2", remove(paris), aws.RefusedOperation},
		{"a step that is not in the plan", "step-9", remove(paris), aws.RefusedStep},
		{"a global service without a region", "step-2", func(ctx context.Context) error {
			_, err := aws.Client(c.Clients("eu-west-3"), accountapi.NewFromConfig).EnableRegion(ctx, &accountapi.EnableRegionInput{RegionName: sdk.String("me-south-1")})
			return err
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.call(aws.WithPermit(t.Context(), p, test.step))
			var guard *aws.GuardError
			switch {
			case test.refusal == "" && !errors.Is(err, context.Canceled):
				t.Errorf("%v, want the wire", err)
			case test.refusal != "" && (!errors.As(err, &guard) || guard.Refusal != test.refusal):
				t.Errorf("%v, want %q", err, test.refusal)
			}
		})
	}
	p.Revoke()
	var guard *aws.GuardError
	if err := remove(paris)(aws.WithPermit(t.Context(), p, "step-1")); !errors.As(err, &guard) || guard.Refusal != aws.RefusedRevoked {
		t.Errorf("after revoking: %v", err)
	}
}

func TestForgedPermitsRefuse(t *testing.T) {
	c, other := guarded(t, static()), guarded(t, static())
	for name, p := range map[string]*aws.Permit{"nil": nil, "zero": {}, "of another connection": grant(t, other)} {
		_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).DeleteService(aws.WithPermit(t.Context(), p, "step-1"),
			&ecs.DeleteServiceInput{Service: sdk.String("x")})
		if aws.Classify(err) != aws.Guard {
			t.Errorf("permit %s: %v", name, err)
		}
	}
}

func TestGrantIsRefused(t *testing.T) {
	readOnly := static()
	readOnly.ReadOnly = true
	steps := map[string]aws.Allowed{"s": {Service: "ecs", Operations: []string{"StopTask"}, Place: paris()}}
	for _, test := range []struct {
		name            string
		options         aws.Options
		digest, account string
		steps           map[string]aws.Allowed
		want            aws.Refusal
	}{
		{"read-only", readOnly, "7f3a", "123456789012", steps, aws.RefusedReadOnly},
		{"another account", static(), "7f3a", "111122223333", steps, aws.RefusedOtherAccount},
		{"no digest", static(), "", "123456789012", steps, aws.RefusedEmpty},
		{"no steps", static(), "7f3a", "123456789012", nil, aws.RefusedEmpty},
		{"a step in another account", static(), "7f3a", "123456789012", map[string]aws.Allowed{
			"s": {Service: "ecs", Operations: []string{"StopTask"}, Place: model.Place{Account: "111122223333", Region: "eu-west-3"}},
		}, aws.RefusedOtherAccount},
		{"a step without operations", static(), "7f3a", "123456789012", map[string]aws.Allowed{"s": {Service: "ecs"}}, aws.RefusedEmpty},
	} {
		p, err := guarded(t, test.options).Grant(test.digest, test.account, test.steps)
		var guard *aws.GuardError
		if p != nil || !errors.As(err, &guard) || guard.Refusal != test.want {
			t.Errorf("%s: %v, %v, want %q", test.name, p, err, test.want)
		}
	}
}

func TestChangingTheStepsAfterwardsAllowsNothing(t *testing.T) {
	c := guarded(t, static())
	steps := map[string]aws.Allowed{"s": {Service: "ecs", Operations: []string{"StopTask"}, Place: paris()}}
	p, err := c.Grant("7f3a", "123456789012", steps)
	if err != nil {
		t.Fatal(err)
	}
	steps["s"].Operations[0] = "DeleteCluster"
	steps["t"] = aws.Allowed{Service: "ecs", Operations: []string{"DeleteCluster"}, Place: paris()}
	for _, step := range []string{"s", "t"} {
		_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).DeleteCluster(aws.WithPermit(t.Context(), p, step), &ecs.DeleteClusterInput{Cluster: sdk.String("x")})
		if aws.Classify(err) != aws.Guard {
			t.Errorf("step %s: %v", step, err)
		}
	}
}

func TestRemovingTheGuardFromTheStackIsRefused(t *testing.T) {
	c := guarded(t, static())
	_, err := aws.Client(c.Clients("eu-west-3"), sts.NewFromConfig).AssumeRole(t.Context(),
		&sts.AssumeRoleInput{RoleArn: sdk.String("arn:aws:iam::123456789012:role/x"), RoleSessionName: sdk.String("x")},
		func(o *sts.Options) {
			o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
				_, err := stack.Initialize.Remove("RootoutGuard")
				return err
			})
		})
	var guard *aws.GuardError
	if !errors.As(err, &guard) || guard.Refusal != aws.RefusedUnstamped {
		t.Errorf("%v, want the gate's refusal", err)
	}
}
