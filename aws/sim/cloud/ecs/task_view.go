package ecs

import (
	"strconv"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// view is the task as DescribeTasks shows it.
func (t *task) view(withTags bool) ecstypes.Task {
	cl := t.cluster
	v := ecstypes.Task{
		TaskArn: new(t.arn()), ClusterArn: new(cl.arn), TaskDefinitionArn: new(t.def.ARN()),
		Cpu: new(strconv.Itoa(t.cpu)), Memory: new(strconv.Itoa(t.memory)),
		LaunchType: t.spec.launch, CapacityProviderName: ptr.Opt(t.provider), AvailabilityZone: new(t.az),
		Group: ptr.Opt(t.group), StartedBy: ptr.Opt(t.startedBy), LastStatus: new(t.status), DesiredStatus: new(t.desired),
		CreatedAt: ptr.Time(t.created), StartedAt: ptr.Time(t.started), StoppingAt: ptr.Time(t.stopping), StoppedAt: ptr.Time(t.stopped),
		StopCode: t.stopCode, StoppedReason: ptr.Opt(t.stopReason), EnableExecuteCommand: t.spec.exec,
		HealthStatus: ecstypes.HealthStatusUnknown, Version: t.version, Tags: []ecstypes.Tag{},
		Attributes: []ecstypes.Attribute{{Name: new("ecs.cpu-architecture"), Value: new(t.def.Architecture())}},
		Overrides:  t.overridesView(), Attachments: t.attachments(), Containers: t.containers(),
	}
	if withTags {
		v.Tags = append(v.Tags, t.tags...)
	}
	if t.instance != nil {
		v.ContainerInstanceArn = new(t.instance.arn)
	}
	if !t.started.IsZero() {
		v.Connectivity, v.ConnectivityAt = ecstypes.ConnectivityConnected, ptr.Time(t.started)
		v.PullStartedAt, v.PullStoppedAt = ptr.Time(t.started), ptr.Time(t.started)
	}
	if t.status == taskStopped {
		v.ExecutionStoppedAt = ptr.Time(t.stopped)
	}
	if t.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = new(t.spec.platformVersion()), new("Linux")
		size := int32(20) // GiB that every Fargate task has (ECS API Reference, EphemeralStorage).
		if e := t.def.TD.EphemeralStorage; e != nil {
			size = e.SizeInGiB
		}
		if t.overrides != nil && t.overrides.EphemeralStorage != nil {
			size = t.overrides.EphemeralStorage.SizeInGiB
		}
		v.EphemeralStorage = &ecstypes.EphemeralStorage{SizeInGiB: size}
		v.FargateEphemeralStorage = &ecstypes.TaskEphemeralStorage{SizeInGiB: size}
	}
	return v
}

func (s *taskSpec) platformVersion() string {
	if s.platform == "" || s.platform == "LATEST" {
		return "1.4.0"
	}
	return s.platform
}

// overridesView: AWS shows an override for every container, empty where none was given.
func (t *task) overridesView() *ecstypes.TaskOverride {
	v := ecstypes.TaskOverride{}
	if t.overrides != nil {
		v = *t.overrides
	}
	given := map[string]ecstypes.ContainerOverride{}
	for _, o := range v.ContainerOverrides {
		given[ptr.Val(o.Name)] = o
	}
	v.ContainerOverrides = nil
	for _, cd := range t.def.TD.ContainerDefinitions {
		o := given[ptr.Val(cd.Name)]
		o.Name = cd.Name
		v.ContainerOverrides = append(v.ContainerOverrides, o)
	}
	return &v
}

// address is the public address; empty if the task has none.
func (t *task) address() string {
	if !t.publicIP || !t.ownInterface() {
		return ""
	}
	return t.id.PublicIP()
}

func (t *task) attachments() []ecstypes.Attachment {
	if !t.ownInterface() {
		return []ecstypes.Attachment{}
	}
	status := "ATTACHED"
	switch t.status {
	case taskProvisioning:
		status = "ATTACHING"
	case taskStopped:
		status = "DELETED"
	}
	kv := func(name, value string) ecstypes.KeyValuePair {
		return ecstypes.KeyValuePair{Name: new(name), Value: new(value)}
	}
	details := []ecstypes.KeyValuePair{
		kv("subnetId", t.subnet()), kv("networkInterfaceId", t.id.Interface()),
		kv("macAddress", t.id.MAC()), kv("privateIPv4Address", t.id.PrivateIP()),
	}
	return []ecstypes.Attachment{{Id: new(t.id.Attachment()), Type: new("ElasticNetworkInterface"), Status: new(status), Details: details}}
}

func (t *task) subnet() string {
	if n := t.spec.network; n != nil && n.AwsvpcConfiguration != nil && len(n.AwsvpcConfiguration.Subnets) > 0 {
		return n.AwsvpcConfiguration.Subnets[0]
	}
	return ""
}

func (t *task) containers() []ecstypes.Container {
	out := make([]ecstypes.Container, 0, len(t.def.TD.ContainerDefinitions))
	for i, cd := range t.def.TD.ContainerDefinitions {
		v := ecstypes.Container{
			ContainerArn: new(t.cluster.arnOf("container", string(t.id)+"/"+t.id.Attachment()[:35]+strconv.FormatInt(int64(i%16), 16))),
			TaskArn:      new(t.arn()), Name: cd.Name, Image: cd.Image, LastStatus: new(t.containerStatus()),
			Cpu: new(strconv.Itoa(int(cd.Cpu))), HealthStatus: ecstypes.HealthStatusUnknown,
			NetworkInterfaces: []ecstypes.NetworkInterface{},
		}
		if cd.Memory != nil {
			v.Memory = new(strconv.Itoa(int(*cd.Memory)))
		}
		if cd.MemoryReservation != nil {
			v.MemoryReservation = new(strconv.Itoa(int(*cd.MemoryReservation)))
		}
		if t.ownInterface() {
			v.NetworkInterfaces = append(v.NetworkInterfaces, ecstypes.NetworkInterface{AttachmentId: new(t.id.Attachment()), PrivateIpv4Address: new(t.id.PrivateIP())})
		}
		if !t.started.IsZero() {
			v.ImageDigest, v.RuntimeId = new(api.Digest(ptr.Val(cd.Image))), new(string(t.id)+"-"+strconv.Itoa(i))
		}
		if t.status == taskStopped && !t.started.IsZero() {
			killed := int32(137) // 128 + SIGKILL.
			v.ExitCode = &killed
		}
		out = append(out, v)
	}
	return out
}

func (t *task) containerStatus() string {
	switch t.status {
	case taskProvisioning, taskPending:
		return taskPending
	case taskDeprovisioning, taskStopped:
		return taskStopped
	}
	return taskRunning
}

// attach shows the task's interface to EC2, where a responder asks for the public address.
func (t *task) attach() {
	if !t.ownInterface() {
		return
	}
	eni := ec2types.NetworkInterface{
		NetworkInterfaceId: new(t.id.Interface()), PrivateIpAddress: new(t.id.PrivateIP()), SubnetId: ptr.Opt(t.subnet()), AvailabilityZone: new(t.az),
		Status: ec2types.NetworkInterfaceStatusInUse, InterfaceType: ec2types.NetworkInterfaceTypeInterface,
		Description: new(t.cluster.r.arn("attachment/" + t.id.Attachment())),
		OwnerId:     new(t.cluster.r.place.Account),
	}
	if ip := t.address(); ip != "" {
		eni.Association = &ec2types.NetworkInterfaceAssociation{PublicIp: new(ip), IpOwnerId: new("amazon")}
	}
	t.cluster.r.e.network.Attach(t.cluster.r.place, eni)
}
