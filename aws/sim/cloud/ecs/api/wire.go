package api

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/ecs/document"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// Wire is how ECS is spoken.
func Wire() wire.Service {
	return wire.Service{
		Name: "ecs", Protocol: wire.JSON, Version: "1.1", Target: "AmazonEC2ContainerServiceV20141113", Lower: true,
		Unions: unions(), Documents: documents(),
	}
}

// Named are the members in which LookupEvents sees resources of ECS.
func Named() []cloud.NamedMember {
	return []cloud.NamedMember{
		{Path: "in.clusterName", Type: "AWS::ECS::Cluster"},
		{Path: "in.cluster", Type: "AWS::ECS::Cluster"},
		{Path: "in.serviceName", Type: "AWS::ECS::Service"},
		{Path: "in.service", Type: "AWS::ECS::Service"},
		{Path: "in.taskDefinition", Type: "AWS::ECS::TaskDefinition"},
		{Path: "out.taskDefinition.taskDefinitionArn", Type: "AWS::ECS::TaskDefinition"},
	}
}

// unions are those of ECS; Go cannot list what implements an interface.
func unions() map[reflect.Type][]reflect.Type {
	return map[reflect.Type][]reflect.Type{
		reflect.TypeFor[ecstypes.DescribeGatewayConfiguration]():         {reflect.TypeFor[ecstypes.DescribeGatewayConfigurationMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayConfiguration]():                 {reflect.TypeFor[ecstypes.GatewayConfigurationMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayConnectionResources]():           {reflect.TypeFor[ecstypes.GatewayConnectionResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayElbAccessLogDestination]():       {reflect.TypeFor[ecstypes.GatewayElbAccessLogDestinationMemberS3]()},
		reflect.TypeFor[ecstypes.GatewayInfrastructureResources]():       {reflect.TypeFor[ecstypes.GatewayInfrastructureResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayRouteResources]():                {reflect.TypeFor[ecstypes.GatewayRouteResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.ServiceConnectContainerConfiguration](): {reflect.TypeFor[ecstypes.ServiceConnectContainerConfigurationMemberLogLevel]()},
		reflect.TypeFor[ecstypes.SharingStrategy]():                      {reflect.TypeFor[ecstypes.SharingStrategyMemberNvidiaMps]()},
		reflect.TypeFor[ecstypes.UpdateGatewayConfiguration]():           {reflect.TypeFor[ecstypes.UpdateGatewayConfigurationMemberHostSharedAlb]()},
	}
}

// documents make the free-form values of ECS (the details of a deployment's lifecycle hook).
func documents() map[reflect.Type]func(any) any {
	return map[reflect.Type]func(any) any{
		reflect.TypeFor[document.Interface](): func(x any) any { return document.NewLazyDocument(x) },
	}
}

// Buckets are those of the Amazon ECS API reference, "Request throttling for the Amazon ECS API":
// operations of a row share one.
func Buckets() []cloud.Bucket {
	return []cloud.Bucket{
		{Name: "cluster read", Burst: 50, Refill: 20, Operations: []string{"DescribeClusters", "ListClusters"}},
		{Name: "cluster modify", Burst: 20, Refill: 1, Operations: []string{"CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"}},
		{Name: "cluster resource read", Burst: 100, Refill: 20, Operations: []string{"DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks"}},
		{Name: "cluster resource modify", Burst: 100, Refill: 40, Operations: []string{"DeregisterContainerInstance", "StopTask", "RunTask", "StartTask", "ExecuteCommand", "UpdateContainerInstancesState", "PutAttributes", "DeleteAttributes", "UpdateContainerAgent"}},
		{Name: "service read", Burst: 100, Refill: 20, Operations: []string{"DescribeServices", "ListServices"}},
		{Name: "service modify", Burst: 50, Refill: 5, Operations: []string{"CreateService", "DeleteService", "UpdateService"}},
		{Name: "task definition read", Burst: 50, Refill: 20, Operations: []string{"DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"}},
		{Name: "task definition modify", Burst: 20, Refill: 1, Operations: []string{"DeregisterTaskDefinition", "RegisterTaskDefinition"}},
		{Name: "task definition deletion", Burst: 5, Refill: 1, Operations: []string{"DeleteTaskDefinitions"}},
		{Name: "capacity provider read", Burst: 50, Refill: 20, Operations: []string{"DescribeCapacityProviders"}},
		{Name: "capacity provider modify", Burst: 10, Refill: 1, Operations: []string{"CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"}},
		{Name: "service deployment read", Burst: 50, Refill: 20, Operations: []string{"DescribeServiceDeployments", "ListServiceDeployments", "DescribeServiceRevisions"}},
		{Name: "task protection", Burst: 200, Refill: 80, Operations: []string{"GetTaskProtection", "UpdateTaskProtection"}},
		{Name: "services by namespace", Burst: 10, Refill: 1, Operations: []string{"ListServicesByNamespace"}},
		{Name: "settings modify", Burst: 10, Refill: 1, Operations: []string{"PutAccountSetting", "PutAccountSettingDefault", "DeleteAccountSetting"}},
		{Name: "settings read", Burst: 50, Refill: 20, Operations: []string{"ListAccountSettings"}},
		{Name: "tags modify", Burst: 20, Refill: 10, Operations: []string{"TagResource", "UntagResource"}},
		{Name: "tags read", Burst: 50, Refill: 20, Operations: []string{"ListTagsForResource"}},
	}
}
