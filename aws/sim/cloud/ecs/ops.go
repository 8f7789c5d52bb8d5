package ecs

import (
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

func (e *ECS) operations() []cloud.Operation {
	var ops []cloud.Operation
	ops = append(ops, e.clusterOperations()...)
	ops = append(ops, e.serviceOperations()...)
	ops = append(ops, e.taskOperations()...)
	ops = append(ops, e.DefinitionOperations()...)
	ops = append(ops, e.capacityOperations()...)
	return append(ops, e.daemonOperations()...)
}

func (e *ECS) clusterOperations() []cloud.Operation {
	c := e.c
	return []cloud.Operation{
		cloud.Op(c, "ListClusters", true, e.listClusters),
		cloud.Op(c, "DescribeClusters", true, e.describeClusters),
		cloud.Op(c, "CreateCluster", false, e.createCluster),
		cloud.Op(c, "UpdateCluster", false, e.updateCluster),
		cloud.Op(c, "UpdateClusterSettings", false, e.updateClusterSettings),
		cloud.Op(c, "PutClusterCapacityProviders", false, e.putClusterCapacityProviders),
		cloud.Op(c, "DeleteCluster", false, e.deleteCluster),
		cloud.Op(c, "ListTagsForResource", true, e.listTagsForResource),
		cloud.Op(c, "TagResource", false, e.tagResource),
		cloud.Op(c, "UntagResource", false, e.untagResource),
		cloud.Op(c, "ListAccountSettings", true, func(call cloud.Call, in *ecs.ListAccountSettingsInput) (*ecs.ListAccountSettingsOutput, error) {
			return api.AccountSettings(c.ARNIn(cloud.Place{Account: call.Account}, "iam", "root"), in), nil
		}),
	}
}

func (e *ECS) serviceOperations() []cloud.Operation {
	c := e.c
	return []cloud.Operation{
		cloud.Op(c, "ListServices", true, e.listServices),
		cloud.Op(c, "DescribeServices", true, e.describeServices),
		cloud.Op(c, "CreateService", false, e.createService),
		cloud.Op(c, "UpdateService", false, e.updateService),
		cloud.Op(c, "DeleteService", false, e.deleteService),
		cloud.Op(c, "CreateTaskSet", false, e.createTaskSet),
		cloud.Op(c, "DescribeTaskSets", true, e.describeTaskSets),
		cloud.Op(c, "UpdateTaskSet", false, e.updateTaskSet),
		cloud.Op(c, "UpdateServicePrimaryTaskSet", false, e.updateServicePrimaryTaskSet),
		cloud.Op(c, "DeleteTaskSet", false, e.deleteTaskSet),
		cloud.Op(c, "CreateExpressGatewayService", false, e.createExpressGatewayService),
		cloud.Op(c, "DescribeExpressGatewayService", true, e.describeExpressGatewayService),
		cloud.Op(c, "DeleteExpressGatewayService", false, e.deleteExpressGatewayService),
	}
}

func (e *ECS) taskOperations() []cloud.Operation {
	c := e.c
	return []cloud.Operation{
		cloud.Op(c, "RunTask", false, e.RunTask),
		cloud.Op(c, "StartTask", false, e.startTask),
		cloud.Op(c, "StopTask", false, e.stopTask),
		cloud.Op(c, "ListTasks", true, e.listTasks),
		cloud.Op(c, "DescribeTasks", true, e.describeTasks),
		cloud.Op(c, "GetTaskProtection", true, e.getTaskProtection),
		cloud.Op(c, "UpdateTaskProtection", false, e.updateTaskProtection),
	}
}

func (e *ECS) capacityOperations() []cloud.Operation {
	c := e.c
	return []cloud.Operation{
		cloud.Op(c, "ListContainerInstances", true, e.listContainerInstances),
		cloud.Op(c, "DescribeContainerInstances", true, e.describeContainerInstances),
		cloud.Op(c, "DeregisterContainerInstance", false, e.deregisterContainerInstance),
		cloud.Op(c, "UpdateContainerInstancesState", false, e.updateContainerInstancesState),
		cloud.Op(c, "CreateCapacityProvider", false, e.createCapacityProvider),
		cloud.Op(c, "DescribeCapacityProviders", true, e.describeCapacityProviders),
		cloud.Op(c, "DeleteCapacityProvider", false, e.deleteCapacityProvider),
	}
}

func (e *ECS) daemonOperations() []cloud.Operation {
	c := e.c
	return []cloud.Operation{
		cloud.Op(c, "CreateDaemon", false, e.createDaemon),
		cloud.Op(c, "ListDaemons", true, e.listDaemons),
		cloud.Op(c, "DescribeDaemon", true, e.describeDaemon),
		cloud.Op(c, "DescribeDaemonRevisions", true, e.describeDaemonRevisions),
		cloud.Op(c, "DeleteDaemon", false, e.deleteDaemon),
	}
}
