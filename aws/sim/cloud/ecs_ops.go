package cloud

// ECSOperations are the operations of Amazon ECS, service name "ecs".
func (c *Cloud) ECSOperations() []Operation {
	p := c.computing()
	var ops []Operation
	ops = append(ops, p.clusterOperations()...)
	ops = append(ops, p.serviceOperations()...)
	ops = append(ops, p.taskOperations()...)
	ops = append(ops, p.definitionOperations()...)
	ops = append(ops, p.capacityOperations()...)
	return append(ops, p.daemonOperations()...)
}

func (p *compute) clusterOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "ListClusters", true, p.listClusters),
		Op(c, "DescribeClusters", true, p.describeClusters),
		Op(c, "CreateCluster", false, p.createCluster),
		Op(c, "UpdateCluster", false, p.updateCluster),
		Op(c, "UpdateClusterSettings", false, p.updateClusterSettings),
		Op(c, "PutClusterCapacityProviders", false, p.putClusterCapacityProviders),
		Op(c, "DeleteCluster", false, p.deleteCluster),
		Op(c, "ListTagsForResource", true, p.listTagsForResource),
		Op(c, "TagResource", false, p.tagResource),
		Op(c, "UntagResource", false, p.untagResource),
		Op(c, "ListAccountSettings", true, p.listAccountSettings),
	}
}

func (p *compute) serviceOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "ListServices", true, p.listServices),
		Op(c, "DescribeServices", true, p.describeServices),
		Op(c, "CreateService", false, p.createService),
		Op(c, "UpdateService", false, p.updateService),
		Op(c, "DeleteService", false, p.deleteService),
		Op(c, "CreateTaskSet", false, p.createTaskSet),
		Op(c, "DescribeTaskSets", true, p.describeTaskSets),
		Op(c, "UpdateTaskSet", false, p.updateTaskSet),
		Op(c, "UpdateServicePrimaryTaskSet", false, p.updateServicePrimaryTaskSet),
		Op(c, "DeleteTaskSet", false, p.deleteTaskSet),
		Op(c, "CreateExpressGatewayService", false, p.createExpressGatewayService),
		Op(c, "DescribeExpressGatewayService", true, p.describeExpressGatewayService),
		Op(c, "DeleteExpressGatewayService", false, p.deleteExpressGatewayService),
	}
}

func (p *compute) taskOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "RunTask", false, p.runTask),
		Op(c, "StartTask", false, p.startTask),
		Op(c, "StopTask", false, p.stopTask),
		Op(c, "ListTasks", true, p.listTasks),
		Op(c, "DescribeTasks", true, p.describeTasks),
		Op(c, "GetTaskProtection", true, p.getTaskProtection),
		Op(c, "UpdateTaskProtection", false, p.updateTaskProtection),
	}
}

func (p *compute) definitionOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "RegisterTaskDefinition", false, p.registerTaskDefinition),
		Op(c, "DescribeTaskDefinition", true, p.describeTaskDefinition),
		Op(c, "ListTaskDefinitions", true, p.listTaskDefinitions),
		Op(c, "ListTaskDefinitionFamilies", true, p.listTaskDefinitionFamilies),
		Op(c, "DeregisterTaskDefinition", false, p.deregisterTaskDefinition),
		Op(c, "DeleteTaskDefinitions", false, p.deleteTaskDefinitions),
	}
}

func (p *compute) capacityOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "ListContainerInstances", true, p.listContainerInstances),
		Op(c, "DescribeContainerInstances", true, p.describeContainerInstances),
		Op(c, "DeregisterContainerInstance", false, p.deregisterContainerInstance),
		Op(c, "UpdateContainerInstancesState", false, p.updateContainerInstancesState),
		Op(c, "CreateCapacityProvider", false, p.createCapacityProvider),
		Op(c, "DescribeCapacityProviders", true, p.describeCapacityProviders),
		Op(c, "DeleteCapacityProvider", false, p.deleteCapacityProvider),
	}
}

func (p *compute) daemonOperations() []Operation {
	c := p.c
	return []Operation{
		Op(c, "CreateDaemon", false, p.createDaemon),
		Op(c, "ListDaemons", true, p.listDaemons),
		Op(c, "DescribeDaemon", true, p.describeDaemon),
		Op(c, "DeleteDaemon", false, p.deleteDaemon),
		Op(c, "RegisterDaemonTaskDefinition", false, p.registerDaemonTaskDefinition),
		Op(c, "ListDaemonTaskDefinitions", true, p.listDaemonTaskDefinitions),
		Op(c, "DescribeDaemonTaskDefinition", true, p.describeDaemonTaskDefinition),
		Op(c, "DeleteDaemonTaskDefinition", false, p.deleteDaemonTaskDefinition),
	}
}
