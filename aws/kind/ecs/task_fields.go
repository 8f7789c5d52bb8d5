package ecs

import (
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/price"
)

func taskColumns(now func() time.Time) []kind.Column[types.Task] {
	return slices.Concat(taskWork(now), taskLife(), taskParts())
}

// taskWork are what it runs, where, and for whom.
func taskWork(now func() time.Time) []kind.Column[types.Task] {
	return []kind.Column[types.Task]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			From:  func(t types.Task) model.Value { return model.Text(kind.Tail(sdk.ToString(t.ClusterArn))) },
		},
		{
			Field: model.Field{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 9, Help: "processors that it takes"},
			From:  func(t types.Task) model.Value { return sizeValue(taskVCPU(t)) },
		},
		{
			Field: model.Field{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 10, Help: "memory that it takes"},
			From:  func(t types.Task) model.Value { return sizeValue(taskMemoryMiB(t)) },
		},
		{
			Field: model.Field{ID: "image", Key: "images", Title: "IMAGE", Order: 11, Help: "the images of its containers"},
			From: func(t types.Task) model.Value {
				return containerTexts(t, func(c types.Container) *string { return c.Image })
			},
		},
		{
			Field: model.Field{ID: "launch", Key: "launchType", Title: "LAUNCH", Order: 12, Help: "FARGATE, FARGATE_SPOT, EC2, EXTERNAL or MANAGED_INSTANCES"},
			From:  func(t types.Task) model.Value { return model.Text(launchOf(t)) },
		},
		{
			Field: model.Field{ID: "startedby", Key: "startedBy", Title: "STARTED BY", Order: 13, Help: "a deployment, events-rule/NAME, chronos-schedule/NAME, or what the caller of RunTask wrote"},
			From:  func(t types.Task) model.Value { return model.TextPtr(t.StartedBy) },
		},
		{
			Field: model.Field{ID: "service", Key: "service", Title: "SERVICE", Order: 14, Help: "the service that keeps it running"},
			From: func(t types.Task) model.Value {
				name, ok := strings.CutPrefix(sdk.ToString(t.Group), "service:")
				if !ok {
					return model.Never()
				}
				return model.Text(name)
			},
		},
		{Field: model.SoFarField(now)},
		{
			Field: model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinition", Title: "TASKDEF", Order: 31, Help: "the definition that it runs, family:revision"},
			From:  func(t types.Task) model.Value { return model.Text(kind.Tail(sdk.ToString(t.TaskDefinitionArn))) },
		},
	}
}

// taskLife are how it came to be as it is now.
func taskLife() []kind.Column[types.Task] {
	return []kind.Column[types.Task]{
		{
			Field: model.Field{ID: "started", Key: "startedAt", Title: "STARTED", Type: model.TimeField, Order: 32, Help: "when its containers started"},
			From:  func(t types.Task) model.Value { return model.TimePtr(t.StartedAt) },
		},
		{Field: model.Field{ID: "protected", Key: "protected", Title: "PROTECTED", Type: model.BoolField, Order: 33, Help: "against scaling in and deployments; StopTask stops it all the same"}},
		{
			Field: model.Field{ID: "ip", Key: "privateIp", Title: "PRIVATE IP", Order: 34, Help: "its addresses in the VPC"},
			From:  func(t types.Task) model.Value { return attachmentTexts(t, "privateIPv4Address") },
		},
		{
			Field: model.Field{ID: "exec", Key: "executeCommand", Title: "EXEC", Type: model.BoolField, Order: 35, Help: "whether a shell in its containers can be opened"},
			From:  func(t types.Task) model.Value { return model.Bool(t.EnableExecuteCommand) },
		},
		{
			Field: model.Field{ID: "group", Key: "group", Title: "GROUP", Order: 102, Help: "service:NAME, family:NAME or what the caller of RunTask wrote"},
			From:  func(t types.Task) model.Value { return model.TextPtr(t.Group) },
		},
		{
			Field: model.Field{ID: "desiredstatus", Key: "desiredStatus", Title: "DESIRED", Order: 103, Help: "what ECS is bringing it to: RUNNING or STOPPED"},
			From:  func(t types.Task) model.Value { return model.TextPtr(t.DesiredStatus) },
		},
		{
			Field: model.Field{ID: "stopcode", Key: "stopCode", Title: "STOP CODE", Order: 104, Help: "why it stopped, by AWS's code"},
			From:  func(t types.Task) model.Value { return model.Text(string(t.StopCode)) },
		},
		{
			Field: model.Field{ID: "stopreason", Key: "stoppedReason", Title: "STOP REASON", Order: 105, Help: "why it stopped, in words"},
			From:  func(t types.Task) model.Value { return model.TextPtr(t.StoppedReason) },
		},
		{
			Field: model.Field{ID: "stopped", Key: "stoppedAt", Title: "STOPPED", Type: model.TimeField, Order: 106, Help: "when it stopped"},
			From:  func(t types.Task) model.Value { return model.TimePtr(t.StoppedAt) },
		},
	}
}

// taskParts are what it is made of.
func taskParts() []kind.Column[types.Task] {
	return []kind.Column[types.Task]{
		{
			Field: model.Field{ID: "containers", Key: "containers", Title: "CONTAINERS", Order: 107, Help: "the names of its containers"},
			From: func(t types.Task) model.Value {
				return containerTexts(t, func(c types.Container) *string { return c.Name })
			},
		},
		{
			Field: model.Field{ID: "digest", Key: "imageDigests", Title: "DIGEST", Order: 108, Help: "the digests of the images that it really runs"},
			From: func(t types.Task) model.Value {
				return containerTexts(t, func(c types.Container) *string { return c.ImageDigest })
			},
		},
		{
			Field: model.Field{ID: "eni", Key: "networkInterfaces", Title: "INTERFACE", Order: 109, Help: "its elastic network interfaces"},
			From:  func(t types.Task) model.Value { return attachmentTexts(t, "networkInterfaceId") },
		},
		{
			Field: model.Field{ID: "instance", Key: "containerInstance", Title: "INSTANCE", Order: 110, Help: "the container instance that it runs on"},
			From:  func(t types.Task) model.Value { return model.Text(kind.Tail(sdk.ToString(t.ContainerInstanceArn))) },
		},
		{
			Field: model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 111, Help: "its tags as key=value; AWS drops them when it stops"},
			From:  func(t types.Task) model.Value { return tagWords(t.Tags) },
		},
	}
}

func sizeValue(f float64, ok bool) model.Value {
	if !ok {
		return model.Unknown()
	}
	return model.Number(f)
}

func containerTexts(t types.Task, from func(types.Container) *string) model.Value {
	var all []string
	for _, c := range t.Containers {
		all = append(all, sdk.ToString(from(c)))
	}
	return model.List(kind.Distinct(all)...)
}

// attachmentTexts are the details of one name of a task's network interfaces.
func attachmentTexts(t types.Task, name string) model.Value {
	var all []string
	for _, a := range t.Attachments {
		for _, d := range a.Details {
			if sdk.ToString(d.Name) == name {
				all = append(all, sdk.ToString(d.Value))
			}
		}
	}
	return model.List(kind.Distinct(all)...)
}

// launchOf is how a task was started; a provider of AWS's own says more than the launch type.
func launchOf(t types.Task) string {
	if name := sdk.ToString(t.CapacityProviderName); isFargate(name) {
		return name
	}
	return string(t.LaunchType)
}

// taskVCPU is what a task takes in processors: its own size, or the sum of its containers'
// reservations, as is usual on EC2.
func taskVCPU(t types.Task) (float64, bool) {
	if text := sdk.ToString(t.Cpu); text != "" && text != "0" {
		return cpuVCPU(text)
	}
	return containerSum(t, func(c types.Container) (float64, bool) {
		if text := sdk.ToString(c.Cpu); text != "" && text != "0" {
			return cpuVCPU(text)
		}
		return 0, true
	})
}

// taskMemoryMiB is the same for memory.
func taskMemoryMiB(t types.Task) (float64, bool) {
	if text := sdk.ToString(t.Memory); text != "" && text != "0" {
		return memoryMiB(text)
	}
	return containerSum(t, func(c types.Container) (float64, bool) {
		text := sdk.ToString(c.Memory)
		if text == "" {
			text = sdk.ToString(c.MemoryReservation)
		}
		if text == "" || text == "0" {
			return 0, true
		}
		return memoryMiB(text)
	})
}

// containerSum adds up containers. On Fargate a size has to be there, so that none is not the same
// as zero.
func containerSum(t types.Task, of func(types.Container) (float64, bool)) (float64, bool) {
	sum := 0.0
	for _, c := range t.Containers {
		f, ok := of(c)
		if !ok {
			return 0, false
		}
		sum += f
	}
	return sum, len(t.Containers) > 0 && (sum > 0 || !strings.HasPrefix(launchOf(t), "FARGATE") && launchOf(t) != "")
}

// taskCost is what a task takes and bills. Only Fargate bills tasks; what runs on machines costs
// what the machines cost. A task that has stopped takes and bills nothing.
func taskCost(region string, t types.Task) (model.Size, model.Rate) {
	if sdk.ToString(t.LastStatus) == stopped {
		return model.Size{Known: true}, model.Rate{Known: true}
	}
	vcpu, vcpuOK := taskVCPU(t)
	memory, memoryOK := taskMemoryMiB(t)
	size := model.Size{}
	if vcpuOK && memoryOK {
		size = model.Size{VCPU: vcpu, MemoryMiB: memory, Known: true}
	}
	launch := launchOf(t)
	switch {
	case launch != "" && !strings.HasPrefix(launch, "FARGATE"):
		return size, model.Rate{Known: true}
	case launch == "" || !size.Known:
		return size, model.Rate{Billed: true}
	}
	rate := price.Fargate(price.FargateTask{
		Region: region, VCPU: vcpu, MemoryMiB: memory, StorageGiB: taskStorage(t), Architecture: architectureOf(t),
		Platform: sdk.ToString(t.PlatformFamily), Spot: launch == "FARGATE_SPOT",
	})
	// Fargate bills from the moment it begins to pull the image (AWS Fargate pricing).
	for _, since := range [...]*time.Time{t.PullStartedAt, t.StartedAt} {
		if since != nil && rate.Since.IsZero() {
			rate.Since = *since
		}
	}
	return size, rate
}

func taskStorage(t types.Task) float64 {
	if t.FargateEphemeralStorage != nil {
		return float64(t.FargateEphemeralStorage.SizeInGiB)
	}
	if t.EphemeralStorage != nil {
		return float64(t.EphemeralStorage.SizeInGiB)
	}
	return 0
}

func architectureOf(t types.Task) string {
	for _, a := range t.Attributes {
		if sdk.ToString(a.Name) == "ecs.cpu-architecture" {
			return sdk.ToString(a.Value)
		}
	}
	return ""
}
