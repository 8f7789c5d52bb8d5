package ecs

import (
	"context"
	"encoding/json"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// ec2Client asks Amazon EC2 in the visit's region.
func ec2Client(v *kind.Visit) *ec2.Client { return aws.Client(v.Clients, ec2.NewFromConfig) }

// logsClient asks CloudWatch Logs in the visit's region.
func logsClient(v *kind.Visit) *cloudwatchlogs.Client {
	return aws.Client(v.Clients, cloudwatchlogs.NewFromConfig)
}

// logLines is how many of the last lines of each container are kept.
const logLines = 50

// evidence takes what is lost with a task: the digests of its images, its public address and its
// last lines. What cannot be had says why.
func (k task) evidence(ctx context.Context, v *kind.Visit, r *model.Resource) []kind.Evidence {
	digest := kind.Evidence{What: "image digest"}
	if digests := k.digest(r).Texts(); len(digests) > 0 {
		digest.Data = asJSON(digests)
	} else {
		digest.Missing = "AWS gave no digest: its images were not pulled yet, or the runtime does not tell"
	}
	// The address and the lines are asked for side by side: there are two seconds for both.
	address := make(chan kind.Evidence, 1)
	go func() { address <- k.publicAddress(ctx, v, r) }()
	lines := k.logTail(ctx, v, r)
	return append([]kind.Evidence{digest, <-address}, lines...)
}

func (k task) publicAddress(ctx context.Context, v *kind.Visit, r *model.Resource) kind.Evidence {
	item := kind.Evidence{What: "public address"}
	ids := k.eni(r).Texts()
	if len(ids) == 0 {
		item.Missing = "it has no network interface of its own"
		return item
	}
	found, err := interfaces(ctx, v, ids)
	if err != nil {
		item.Missing = kind.WhyMissing(err)
		return item
	}
	if len(found) == 0 {
		item.Missing = "its network interface is not there any more"
		return item
	}
	var addresses []string
	for _, n := range found {
		if n.Association != nil {
			addresses = append(addresses, sdk.ToString(n.Association.PublicIp))
		}
		for _, six := range n.Ipv6Addresses {
			addresses = append(addresses, sdk.ToString(six.Ipv6Address))
		}
	}
	if addresses = kind.Distinct(addresses); len(addresses) == 0 {
		item.Missing = "its network interface has no public address"
		return item
	}
	item.Data = asJSON(addresses)
	return item
}

// interfacesMost is how many values one filter of DescribeNetworkInterfaces takes (EC2 API
// Reference, Filter: 200), interfacesDelay how long the first task waits for others. EC2 allows 20
// of these calls a second, which alone would hold up a run that stops 40 tasks a second.
const (
	interfacesMost  = 200
	interfacesDelay = 20 * time.Millisecond
)

// interfaces are those network interfaces that are there, asked for together with those of other
// tasks. They are filtered for rather than named: one that has gone away would spoil the answer
// about all others.
func interfaces(ctx context.Context, v *kind.Visit, ids []string) ([]ec2types.NetworkInterface, error) {
	batches, err := kind.Share(ctx, v, "interfaces", func(context.Context) (*kind.Batcher[ec2types.NetworkInterface], error) {
		return &kind.Batcher[ec2types.NetworkInterface]{Limit: interfacesMost, Delay: interfacesDelay, Ask: func(ctx context.Context, ids []string) (map[string]ec2types.NetworkInterface, error) {
			return describeInterfaces(ctx, v, ids)
		}}, nil
	})
	if err != nil {
		return nil, err
	}
	all, err := batches.Get(ctx, ids)
	var found []ec2types.NetworkInterface
	for _, id := range ids {
		if n, ok := all[id]; ok {
			found = append(found, n)
		}
	}
	return found, err
}

func describeInterfaces(ctx context.Context, v *kind.Visit, ids []string) (map[string]ec2types.NetworkInterface, error) {
	found := make(map[string]ec2types.NetworkInterface, len(ids))
	err := kind.Pages(ctx, func(ctx context.Context, token *string) ([]ec2types.NetworkInterface, *string, error) {
		out, err := ec2Client(v).DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{
			Filters:    []ec2types.Filter{{Name: sdk.String("network-interface-id"), Values: ids}},
			MaxResults: sdk.Int32(1000), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.NetworkInterfaces, out.NextToken, nil
	}, func(page []ec2types.NetworkInterface) {
		for _, n := range page {
			found[sdk.ToString(n.NetworkInterfaceId)] = n
		}
	})
	return found, err
}

// logTail is the last lines of each container, one item a container.
func (k task) logTail(ctx context.Context, v *kind.Visit, r *model.Resource) []kind.Evidence {
	none := func(why string) []kind.Evidence { return []kind.Evidence{{What: "log tail", Missing: why}} }
	name := k.definition(r).String()
	definition, err := kind.Share(ctx, v, "definition "+name, func(ctx context.Context) (*types.TaskDefinition, error) {
		out, err := describeDefinition(ctx, v, name)
		if err != nil {
			return nil, err
		}
		return out.TaskDefinition, nil
	})
	if err != nil {
		return none("its definition cannot be read: " + kind.WhyMissing(err))
	}
	var items []kind.Evidence
	for _, c := range definition.ContainerDefinitions {
		items = append(items, k.containerTail(ctx, v, r, c))
	}
	if len(items) == 0 {
		return none("its definition has no containers")
	}
	return items
}

func (k task) containerTail(ctx context.Context, v *kind.Visit, r *model.Resource, c types.ContainerDefinition) kind.Evidence {
	container := sdk.ToString(c.Name)
	item := kind.Evidence{What: "log tail of " + model.Clean(container)}
	logs := c.LogConfiguration
	switch {
	case logs == nil:
		item.Missing = "it logs nowhere"
		return item
	case logs.LogDriver != types.LogDriverAwslogs:
		item.Missing = "it logs by " + model.Clean(string(logs.LogDriver)) + ", which rootout does not read"
		return item
	}
	group, prefix, region := logs.Options["awslogs-group"], logs.Options["awslogs-stream-prefix"], logs.Options["awslogs-region"]
	switch {
	case region != "" && region != v.Region:
		item.Missing = "it logs to region " + model.Clean(region)
		return item
	case group == "" || prefix == "":
		item.Missing = "its log stream has no prefix, so that its name is not known"
		return item
	}
	// The stream is prefix/container/task (ECS Developer Guide, "awslogs-stream-prefix").
	stream := prefix + "/" + container + "/" + kind.Tail(r.Ref.ID)
	out, err := logsClient(v).GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: sdk.String(group), LogStreamName: sdk.String(stream), Limit: sdk.Int32(logLines), StartFromHead: sdk.Bool(false),
	})
	if err != nil {
		item.Missing = kind.WhyMissing(err)
		return item
	}
	type line struct {
		At   string `json:"timestamp"`
		Text string `json:"message"`
	}
	kept := struct {
		Group  string `json:"logGroup"`
		Stream string `json:"logStream"`
		Lines  []line `json:"events"`
	}{Group: group, Stream: stream}
	for _, e := range out.Events {
		at := time.UnixMilli(sdk.ToInt64(e.Timestamp)).UTC().Format(time.RFC3339Nano)
		kept.Lines = append(kept.Lines, line{At: at, Text: model.Clean(sdk.ToString(e.Message))})
	}
	if len(kept.Lines) == 0 {
		item.Missing = "its log stream is empty"
		return item
	}
	item.Data = asJSON(kept)
	return item
}

// asJSON is for values that always encode: texts and structs of texts.
func asJSON(value any) json.RawMessage {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return encoded
}
