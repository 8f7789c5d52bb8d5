package sim

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// TestBucketsNameOperations: a name in the table of buckets that no API has would leave the real
// one without a limit.
func TestBucketsNameOperations(t *testing.T) {
	t.Parallel()
	s := New(all.New(cloud.Options{Account: "123456789012"}), Options{})
	for service, client := range map[string]any{
		"ecs": &ecs.Client{}, "cloudtrail": &cloudtrail.Client{}, "account": &account.Client{}, "sts": &sts.Client{}, "ec2": &ec2.Client{},
		"logs": &cloudwatchlogs.Client{}, "events": &eventbridge.Client{}, "scheduler": &scheduler.Client{},
		"application-autoscaling": &applicationautoscaling.Client{},
	} {
		rules := s.services[service].buckets
		if len(rules) == 0 {
			t.Errorf("%s has no buckets", service)
		}
		for op, rule := range rules {
			if !reflect.ValueOf(client).MethodByName(op).IsValid() {
				t.Errorf("%s has no operation %s", service, op)
			}
			if rule.Burst < 1 || rule.Refill <= 0 {
				t.Errorf("%s %s never lets a call through: %+v", service, op, rule)
			}
		}
	}
}

// TestOperationsAreReachable: each registered operation has the input of its own name, and a REST
// operation a path.
func TestOperationsAreReachable(t *testing.T) {
	t.Parallel()
	s := New(all.New(cloud.Options{Account: "123456789012"}), Options{})
	for name, svc := range s.services {
		if len(svc.ops) == 0 {
			t.Errorf("%s has no operations", name)
		}
		paths := map[string]bool{}
		if svc.codec.Protocol == wire.RESTJSON {
			for _, op := range svc.codec.RESTOperations() {
				paths[op] = true
			}
		}
		for opName, op := range svc.ops {
			for part, v := range map[string]any{"Input": op.NewInput(), "Output": op.NewOutput()} {
				if got := reflect.TypeOf(v).Elem().Name(); got != opName+part {
					t.Errorf("%s %s has the %s %s", name, opName, part, got)
				}
			}
			if svc.codec.Protocol == wire.RESTJSON && !paths[opName] {
				t.Errorf("%s %s has no path", name, opName)
			}
		}
	}
}
