package service

import "strings"

// ecs is Amazon Elastic Container Service.
func ecs() Service {
	return Service{
		Prefix: "ecs",
		limit:  ecsLimit,
		Reads: []string{
			"DescribeCapacityProviders", "DescribeClusters", "DescribeContainerInstances",
			"DescribeDaemon", "DescribeDaemonDeployments", "DescribeDaemonRevisions",
			"DescribeDaemonTaskDefinition", "DescribeExpressGatewayService", "DescribeGateway",
			"DescribeGatewayResources", "DescribeGatewayRoute", "DescribeServiceDeployments",
			"DescribeServiceRevisions", "DescribeServices", "DescribeTaskDefinition",
			"DescribeTaskSets", "DescribeTasks", "GetTaskProtection", "ListAccountSettings",
			"ListAttributes", "ListClusters", "ListContainerInstances", "ListDaemonDeployments",
			"ListDaemonTaskDefinitions", "ListDaemons", "ListGatewayClusterAssociations",
			"ListGatewayRoutes", "ListGateways", "ListServiceDeployments", "ListServices",
			"ListServicesByNamespace", "ListTagsForResource", "ListTaskDefinitionFamilies",
			"ListTaskDefinitions", "ListTasks",
		},
	}
}

// ecsLimit is the table "Request throttling for the Amazon ECS API" of the Amazon ECS API
// reference.
func ecsLimit(operation string) Limit {
	switch operation {
	case "DescribeClusters", "ListClusters":
		return Limit{Bucket: "cluster-read", Burst: 50, PerSecond: 20}
	case "CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings":
		return Limit{Bucket: "cluster-modify", Burst: 20, PerSecond: 1}
	case "DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks":
		return Limit{Bucket: "cluster-resource-read", Burst: 100, PerSecond: 20}
	case "DeregisterContainerInstance", "StopTask", "RunTask", "StartTask", "ExecuteCommand", "UpdateContainerInstancesState",
		"PutAttributes", "DeleteAttributes", "UpdateContainerAgent":
		return Limit{Bucket: "cluster-resource-modify", Burst: 100, PerSecond: 40}
	case "DescribeServices", "ListServices":
		return Limit{Bucket: "service-read", Burst: 100, PerSecond: 20}
	case "CreateService", "DeleteService", "UpdateService":
		return Limit{Bucket: "service-modify", Burst: 50, PerSecond: 5}
	case "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies":
		return Limit{Bucket: "task-definition-read", Burst: 50, PerSecond: 20}
	case "DeregisterTaskDefinition", "RegisterTaskDefinition":
		return Limit{Bucket: "task-definition-modify", Burst: 20, PerSecond: 1}
	case "DeleteTaskDefinitions":
		return Limit{Bucket: "task-definition-delete", Burst: 5, PerSecond: 1}
	case "DescribeCapacityProviders":
		return Limit{Bucket: "capacity-provider-read", Burst: 50, PerSecond: 20}
	case "CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider":
		return Limit{Bucket: "capacity-provider-modify", Burst: 10, PerSecond: 1}
	case "DescribeServiceDeployments", "ListServiceDeployments":
		return Limit{Bucket: "service-deployment-read", Burst: 50, PerSecond: 20}
	case "DescribeServiceRevisions":
		return Limit{Bucket: "service-revision-read", Burst: 50, PerSecond: 20}
	case "GetTaskProtection", "UpdateTaskProtection":
		return Limit{Bucket: "task-protection", Burst: 200, PerSecond: 80}
	case "ListServicesByNamespace":
		return Limit{Bucket: "services-by-namespace", Burst: 10, PerSecond: 1}
	case "ListAccountSettings":
		return Limit{Bucket: "settings-read", Burst: 50, PerSecond: 20}
	case "PutAccountSetting", "PutAccountSettingDefault", "DeleteAccountSetting":
		return Limit{Bucket: "settings-modify", Burst: 10, PerSecond: 1}
	case "ListTagsForResource":
		return Limit{Bucket: "tags-read", Burst: 50, PerSecond: 20}
	case "TagResource", "UntagResource":
		return Limit{Bucket: "tags-modify", Burst: 20, PerSecond: 10}
	}
	return ecsUnpublishedLimit(operation)
}

// ecsUnpublishedLimit covers what the table leaves out. A family gets a bucket of its own with the
// lowest figures that the table gives to reads and to changes of its neighbours, so that being
// wrong about one family never slows another.
func ecsUnpublishedLimit(operation string) Limit {
	family := "other"
	for _, name := range [...]string{"ExpressGateway", "Gateway", "Daemon", "TaskSet", "ServiceDeployment"} {
		if strings.Contains(operation, name) {
			family = strings.ToLower(name)
			break
		}
	}
	if soundsLikeRead(operation) {
		return Limit{Bucket: family + "-read", Burst: 50, PerSecond: 10}
	}
	return Limit{Bucket: family + "-modify", Burst: 10, PerSecond: 1}
}
