// Package all puts a simulated AWS account together: the core and every service that is simulated.
//
// A new service is a package of its own and one line in New. Scenarios find it with cloud.StateOf,
// or as an embedded part of Cloud if they say a lot in its words. It must not know what a scenario
// puts into the account, nor how calls come in.
package all

import (
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/account"
	"github.com/rootout/rootout/aws/sim/cloud/autoscaling"
	"github.com/rootout/rootout/aws/sim/cloud/ec2"
	"github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/events"
	"github.com/rootout/rootout/aws/sim/cloud/logs"
	"github.com/rootout/rootout/aws/sim/cloud/sts"
	"github.com/rootout/rootout/aws/sim/cloud/trail"
)

// Cloud is one simulated account with its services. The methods of the core are its own, and so is
// what scenarios ask of services: to seed a cluster, a rule, a line of a log.
type Cloud struct {
	*cloud.Cloud
	*sts.STS
	*ec2.EC2
	*logs.Logs
	*ecs.ECS
	*autoscaling.AutoScaling
	*events.EventBridge
}

// New returns an empty account with every service. Resources are listed in the order of these
// lines.
func New(o cloud.Options) *Cloud {
	c := &Cloud{Cloud: cloud.New(o)}
	account.Register(c.Cloud)
	trail.Register(c.Cloud)
	c.STS = sts.Register(c.Cloud)
	c.EC2 = ec2.Register(c.Cloud)
	c.Logs = logs.Register(c.Cloud)
	c.ECS = ecs.Register(c.Cloud, c.EC2)
	c.AutoScaling = autoscaling.Register(c.Cloud, c.ECS)
	c.EventBridge = events.Register(c.Cloud, c.ECS)
	c.ScaleWith(c.AutoScaling)
	return c
}
