package wire_test

import (
	"bytes"
	"context"
	"go/token"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/document"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim/wire"
)

// client is an SDK client under test.
type client struct {
	service string
	make    func(sdk.Config) any
	// only limits the operations; empty means all.
	only []string
	// skip are operations that the codec does not speak, with the reason.
	skip map[string]string
}

func clients() []client {
	return []client{
		{service: "sts", make: func(c sdk.Config) any { return sts.NewFromConfig(c) }},
		{service: "iam", make: func(c sdk.Config) any { return iam.NewFromConfig(c) }},
		{
			service: "ec2", make: func(c sdk.Config) any { return ec2.NewFromConfig(c) },
			only: []string{"DescribeRegions", "DescribeNetworkInterfaces"},
		},
		{service: "account", make: func(c sdk.Config) any { return account.NewFromConfig(c) }},
		{service: "ecs", make: func(c sdk.Config) any { return ecs.NewFromConfig(c) }},
		{service: "application-autoscaling", make: func(c sdk.Config) any { return applicationautoscaling.NewFromConfig(c) }},
		{service: "events", make: func(c sdk.Config) any { return eventbridge.NewFromConfig(c) }},
		{service: "scheduler", make: func(c sdk.Config) any { return scheduler.NewFromConfig(c) }},
		{service: "cloudtrail", make: func(c sdk.Config) any { return cloudtrail.NewFromConfig(c) }},
		{service: "logs", make: func(c sdk.Config) any { return cloudwatchlogs.NewFromConfig(c) }, skip: map[string]string{
			"GetLogObject":  "answers with an event stream",
			"StartLiveTail": "answers with an event stream",
		}},
		{service: "organizations", make: func(c sdk.Config) any { return organizations.NewFromConfig(c) }},
	}
}

// filler fills a value so that every member differs from its zero and from its neighbours.
type filler struct {
	n int
	// within counts the structs around what is being filled: a type does not go into itself a
	// second time.
	within map[reflect.Type]int
	// union makes one member for each union interface.
	union map[reflect.Type]reflect.Value
}

func newFiller() *filler {
	f := &filler{within: map[reflect.Type]int{}, union: map[reflect.Type]reflect.Value{}}
	put := func(iface reflect.Type, member any) { f.union[iface] = reflect.ValueOf(member) }
	put(reflect.TypeFor[ecstypes.DescribeGatewayConfiguration](), &ecstypes.DescribeGatewayConfigurationMemberHostSharedAlb{})
	put(reflect.TypeFor[ecstypes.GatewayConfiguration](), &ecstypes.GatewayConfigurationMemberHostSharedAlb{})
	put(reflect.TypeFor[ecstypes.GatewayConnectionResources](), &ecstypes.GatewayConnectionResourcesMemberHostSharedAlb{})
	put(reflect.TypeFor[ecstypes.GatewayElbAccessLogDestination](), &ecstypes.GatewayElbAccessLogDestinationMemberS3{})
	put(reflect.TypeFor[ecstypes.GatewayInfrastructureResources](), &ecstypes.GatewayInfrastructureResourcesMemberHostSharedAlb{})
	put(reflect.TypeFor[ecstypes.GatewayRouteResources](), &ecstypes.GatewayRouteResourcesMemberHostSharedAlb{})
	put(reflect.TypeFor[ecstypes.ServiceConnectContainerConfiguration](), &ecstypes.ServiceConnectContainerConfigurationMemberLogLevel{})
	put(reflect.TypeFor[ecstypes.SharingStrategy](), &ecstypes.SharingStrategyMemberNvidiaMps{})
	put(reflect.TypeFor[ecstypes.UpdateGatewayConfiguration](), &ecstypes.UpdateGatewayConfigurationMemberHostSharedAlb{})
	put(reflect.TypeFor[logstypes.IntegrationDetails](), &logstypes.IntegrationDetailsMemberOpenSearchIntegrationDetails{})
	put(reflect.TypeFor[logstypes.ResourceConfig](), &logstypes.ResourceConfigMemberOpenSearchResourceConfig{})
	put(reflect.TypeFor[document.Interface](), document.NewLazyDocument(map[string]any{"a": "b", "n": 7}))
	put(reflect.TypeFor[iamtypes.PolicyIdentifier](), &iamtypes.PolicyIdentifierMemberPolicyArn{})
	return f
}

func (f *filler) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	f.n++
	switch v.Kind() {
	case reflect.Pointer:
		if f.within[v.Type().Elem()] > 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_790_000_000_000 + int64(f.n)*1001).UTC()))
			return
		}
		f.within[v.Type()]++
		defer func() { f.within[v.Type()]-- }()
		for i := range v.NumField() {
			sf := v.Type().Field(i)
			if sf.IsExported() && sf.Name != "ResultMetadata" {
				f.fill(t, v.Field(i))
			}
		}
	case reflect.Slice:
		if f.within[v.Type().Elem()] > 0 {
			return
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(f.n), 0, 0xff})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(t, v.Index(0))
		f.fill(t, v.Index(1))
	case reflect.Map:
		if f.within[v.Type().Elem()] > 0 {
			return
		}
		item := reflect.New(v.Type().Elem()).Elem()
		f.fill(t, item)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"+strconv.Itoa(f.n)).Convert(v.Type().Key()), item)
	case reflect.String:
		v.SetString("s<&\"é " + strconv.Itoa(f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.Interface:
		member, ok := f.union[v.Type()]
		if !ok {
			t.Errorf("no member for the union %s", v.Type())
			return
		}
		if value := reflect.Indirect(member).FieldByName("Value"); value.IsValid() && !strings.Contains(v.Type().PkgPath(), "document") {
			member = reflect.New(member.Type().Elem())
			f.fill(t, member.Elem().FieldByName("Value"))
		}
		v.Set(member)
	default:
		t.Fatalf("no filling for %s", v.Type())
	}
}

// exchange stands where the network would be: it reads each request with the codec and answers with
// output.
type exchange struct {
	codec  *wire.Codec
	input  any
	output any
	err    error
	op     string
}

// Do implements the SDK's HTTPClient.
func (x *exchange) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	request := wire.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Body: body}
	x.op, _ = x.codec.Operation(request)
	x.err = x.codec.Decode(request, x.input)
	answer := x.codec.Encode(x.op, x.output, "11112222-3333-4444-8555-666677778888")
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)), Request: r,
	}, nil
}

// equality compares SDK structs by what they carry.
func equality() cmp.Options {
	return cmp.Options{
		cmp.FilterPath(func(p cmp.Path) bool {
			f, ok := p.Last().(cmp.StructField)
			return ok && (!token.IsExported(f.Name()) || f.Name() == "ResultMetadata")
		}, cmp.Ignore()),
		cmp.Comparer(func(a, b document.Interface) bool {
			if a == nil || b == nil {
				return a == nil && b == nil
			}
			x, errX := a.MarshalSmithyDocument()
			y, errY := b.MarshalSmithyDocument()
			return errX == nil && errY == nil && bytes.Equal(x, y)
		}),
	}
}

// TestRoundTrip sends every operation, with every member filled, through the real client: what the
// codec reads must be what was asked, and what the client reads what was answered.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, c := range clients() {
		t.Run(c.service, func(t *testing.T) {
			t.Parallel()
			x := &exchange{codec: codecOf(t, c.service)}
			api := reflect.ValueOf(c.make(config(x)))
			tried := 0
			for i := range api.NumMethod() {
				name := api.Type().Method(i).Name
				method := api.Method(i)
				if !isOperation(method.Type()) || len(c.only) > 0 && !slices.Contains(c.only, name) || c.skip[name] != "" {
					continue
				}
				tried++
				roundTrip(t, x, name, method)
			}
			if tried == 0 {
				t.Error("no operation was tried")
			}
		})
	}
}

func config(h sdk.HTTPClient) sdk.Config {
	return sdk.Config{
		Region:       "eu-west-1",
		BaseEndpoint: sdk.String("http://sim.invalid"),
		HTTPClient:   h,
		Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
			return sdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "example"}, nil
		}),
		Retryer: func() sdk.Retryer { return sdk.NopRetryer{} },
	}
}

func isOperation(m reflect.Type) bool {
	return m.NumIn() == 3 && m.IsVariadic() && m.NumOut() == 2 &&
		m.In(1).Kind() == reflect.Pointer && strings.HasSuffix(m.In(1).Elem().Name(), "Input")
}

func roundTrip(t *testing.T, x *exchange, name string, method reflect.Value) {
	t.Helper()
	f := newFiller()
	input := reflect.New(method.Type().In(1).Elem())
	f.fill(t, input.Elem())
	if name == "PutEvents" {
		// A global endpoint id sends the call to a host of its own, under another signature.
		input.Elem().FieldByName("EndpointId").SetZero()
	}
	output := reflect.New(method.Type().Out(0).Elem())
	f.fill(t, output.Elem())
	x.input, x.output, x.op, x.err = reflect.New(input.Type().Elem()).Interface(), output.Interface(), "", nil

	got := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), input})
	if err, _ := got[1].Interface().(error); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if x.op != name || x.err != nil {
		t.Errorf("%s: read as %q, error %v", name, x.op, x.err)
	}
	if diff := cmp.Diff(input.Interface(), x.input, equality()); diff != "" {
		t.Errorf("%s input (-sent +read):\n%s", name, diff)
	}
	if diff := cmp.Diff(output.Interface(), got[0].Interface(), equality()); diff != "" {
		t.Errorf("%s output (-answered +read):\n%s", name, diff)
	}
}
