package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// view is the task as DescribeTasks shows it.
func (t *ecsTask) view(withTags bool) ecstypes.Task {
	cl := t.cluster
	v := ecstypes.Task{
		TaskArn: str(t.arn()), ClusterArn: str(cl.arn), TaskDefinitionArn: str(t.def.arn()),
		Cpu: str(strconv.Itoa(t.cpu)), Memory: str(strconv.Itoa(t.memory)),
		LaunchType: t.spec.launch, CapacityProviderName: opt(t.provider), AvailabilityZone: str(t.az),
		Group: opt(t.group), StartedBy: opt(t.startedBy), LastStatus: str(t.status), DesiredStatus: str(t.desired),
		CreatedAt: when(t.created), StartedAt: when(t.started), StoppingAt: when(t.stopping), StoppedAt: when(t.stopped),
		StopCode: t.stopCode, StoppedReason: opt(t.stopReason), EnableExecuteCommand: t.spec.exec,
		HealthStatus: ecstypes.HealthStatusUnknown, Version: t.version, Tags: []ecstypes.Tag{},
		Attributes: []ecstypes.Attribute{{Name: str("ecs.cpu-architecture"), Value: str(t.def.architecture())}},
		Overrides:  t.overridesView(), Attachments: t.attachments(), Containers: t.containers(),
	}
	if withTags {
		v.Tags = append(v.Tags, t.tags...)
	}
	if t.instance != nil {
		v.ContainerInstanceArn = str(t.instance.arn)
	}
	if !t.started.IsZero() {
		v.Connectivity, v.ConnectivityAt = ecstypes.ConnectivityConnected, when(t.started)
		v.PullStartedAt, v.PullStoppedAt = when(t.started), when(t.started)
	}
	if t.status == taskStopped {
		v.ExecutionStoppedAt = when(t.stopped)
	}
	if t.spec.launch == ecstypes.LaunchTypeFargate {
		v.PlatformVersion, v.PlatformFamily = str(t.spec.platformVersion()), str("Linux")
		size := int32(20) // GiB that every Fargate task has (ECS API Reference, EphemeralStorage).
		if e := t.def.td.EphemeralStorage; e != nil {
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

func (d *ecsDefinition) architecture() string {
	if rp := d.td.RuntimePlatform; rp != nil && rp.CpuArchitecture == ecstypes.CPUArchitectureArm64 {
		return "arm64"
	}
	return "x86_64"
}

// overridesView: AWS shows an override for every container, empty where none was given.
func (t *ecsTask) overridesView() *ecstypes.TaskOverride {
	v := ecstypes.TaskOverride{}
	if t.overrides != nil {
		v = *t.overrides
	}
	given := map[string]ecstypes.ContainerOverride{}
	for _, o := range v.ContainerOverrides {
		given[val(o.Name)] = o
	}
	v.ContainerOverrides = nil
	for _, cd := range t.def.td.ContainerDefinitions {
		o := given[val(cd.Name)]
		o.Name = cd.Name
		v.ContainerOverrides = append(v.ContainerOverrides, o)
	}
	return &v
}

// attachment is the id of the interface's attachment.
func (t *ecsTask) attachment() string {
	return t.id[:8] + "-" + t.id[8:12] + "-4" + t.id[13:16] + "-a" + t.id[17:20] + "-" + t.id[20:]
}

// privateIP is an address in the default VPC's range, the same for the task's whole life.
func (t *ecsTask) privateIP() string {
	n, _ := strconv.ParseUint(t.id[16:20], 16, 16)
	return "172.31." + strconv.Itoa(int(n>>8)) + "." + strconv.Itoa(1+int(n&0xff)%254)
}

// address is the public address, out of the range that is reserved for documentation; empty if the task has none.
func (t *ecsTask) address() string {
	if !t.publicIP || !t.ownInterface() {
		return ""
	}
	n, _ := strconv.ParseUint(t.id[20:24], 16, 16)
	return "192.0.2." + strconv.Itoa(1+int(n)%254)
}

func (t *ecsTask) attachments() []ecstypes.Attachment {
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
		return ecstypes.KeyValuePair{Name: str(name), Value: str(value)}
	}
	details := []ecstypes.KeyValuePair{
		kv("subnetId", t.subnet()), kv("networkInterfaceId", t.eni()),
		kv("macAddress", "0a:"+t.id[0:2]+":"+t.id[2:4]+":"+t.id[4:6]+":"+t.id[6:8]+":"+t.id[8:10]), kv("privateIPv4Address", t.privateIP()),
	}
	return []ecstypes.Attachment{{Id: str(t.attachment()), Type: str("ElasticNetworkInterface"), Status: str(status), Details: details}}
}

func (t *ecsTask) subnet() string {
	if n := t.spec.network; n != nil && n.AwsvpcConfiguration != nil && len(n.AwsvpcConfiguration.Subnets) > 0 {
		return n.AwsvpcConfiguration.Subnets[0]
	}
	return ""
}

func (t *ecsTask) containers() []ecstypes.Container {
	out := make([]ecstypes.Container, 0, len(t.def.td.ContainerDefinitions))
	for i, cd := range t.def.td.ContainerDefinitions {
		v := ecstypes.Container{
			ContainerArn: str(t.cluster.arnOf("container", t.id+"/"+t.attachment()[:35]+strconv.FormatInt(int64(i%16), 16))),
			TaskArn:      str(t.arn()), Name: cd.Name, Image: cd.Image, LastStatus: str(t.containerStatus()),
			Cpu: str(strconv.Itoa(int(cd.Cpu))), HealthStatus: ecstypes.HealthStatusUnknown,
			NetworkInterfaces: []ecstypes.NetworkInterface{},
		}
		if cd.Memory != nil {
			v.Memory = str(strconv.Itoa(int(*cd.Memory)))
		}
		if cd.MemoryReservation != nil {
			v.MemoryReservation = str(strconv.Itoa(int(*cd.MemoryReservation)))
		}
		if t.ownInterface() {
			v.NetworkInterfaces = append(v.NetworkInterfaces, ecstypes.NetworkInterface{AttachmentId: str(t.attachment()), PrivateIpv4Address: str(t.privateIP())})
		}
		if !t.started.IsZero() {
			v.ImageDigest, v.RuntimeId = str(digest(val(cd.Image))), str(t.id+"-"+strconv.Itoa(i))
		}
		if t.status == taskStopped && !t.started.IsZero() {
			killed := int32(137) // 128 + SIGKILL.
			v.ExitCode = &killed
		}
		out = append(out, v)
	}
	return out
}

func (t *ecsTask) containerStatus() string {
	switch t.status {
	case taskProvisioning, taskPending:
		return taskPending
	case taskDeprovisioning, taskStopped:
		return taskStopped
	}
	return taskRunning
}

// digest stands for the digest of an image: the same image has the same one in every region.
func digest(image string) string {
	sum := sha256.Sum256([]byte(image))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// attach shows the task's interface to EC2, where a responder asks for the public address.
func (t *ecsTask) attach() {
	if !t.ownInterface() {
		return
	}
	eni := ec2types.NetworkInterface{
		NetworkInterfaceId: str(t.eni()), PrivateIpAddress: str(t.privateIP()), SubnetId: opt(t.subnet()), AvailabilityZone: str(t.az),
		Status: ec2types.NetworkInterfaceStatusInUse, InterfaceType: ec2types.NetworkInterfaceTypeInterface,
		Description: str("arn:" + t.cluster.r.p.c.opts.Partition + ":ecs:" + t.cluster.r.name + ":" + t.cluster.r.p.c.opts.Account + ":attachment/" + t.attachment()),
		OwnerId:     str(t.cluster.r.p.c.opts.Account),
	}
	if ip := t.address(); ip != "" {
		eni.Association = &ec2types.NetworkInterfaceAssociation{PublicIp: str(ip), IpOwnerId: str("amazon")}
	}
	t.cluster.r.p.c.AddNetworkInterface(t.cluster.r.name, eni)
}
