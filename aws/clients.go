package aws

import (
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Clients are the SDK's clients of one region, made when first asked for. All share the connection's credentials, HTTP client, buckets and guard.
// They may be used by many goroutines at once.
type Clients struct {
	region string
	config sdk.Config
	global *Clients

	ecs         lazy[ecs.Client]
	ec2         lazy[ec2.Client]
	account     lazy[account.Client]
	sts         lazy[sts.Client]
	autoscaling lazy[applicationautoscaling.Client]
	events      lazy[eventbridge.Client]
	scheduler   lazy[scheduler.Client]
	cloudtrail  lazy[cloudtrail.Client]
	logs        lazy[cloudwatchlogs.Client]
}

// lazy makes its value when first asked. A dozen clients in 34 regions would otherwise be made before the first frame.
type lazy[T any] struct {
	once  sync.Once
	value *T
}

func (l *lazy[T]) get(build func() *T) *T {
	l.once.Do(func() { l.value = build() })
	return l.value
}

// Clients are the clients of a region, always the same ones for the same region.
func (c *Connection) Clients(region string) *Clients {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clientsLocked(region)
}

func (c *Connection) clientsLocked(region string) *Clients {
	if clients, ok := c.clients[region]; ok {
		return clients
	}
	clients := &Clients{region: region, config: c.config.Copy()}
	clients.config.Region = region
	c.clients[region] = clients
	if global := bootstrapRegion(c.caller.Partition); region != global {
		clients.global = c.clientsLocked(global)
	}
	return clients
}

// Region is the region that the clients ask.
func (c *Clients) Region() string { return c.region }

// ECS is the client of Amazon ECS.
func (c *Clients) ECS() *ecs.Client {
	return c.ecs.get(func() *ecs.Client { return ecs.NewFromConfig(c.config) })
}

// EC2 is the client of Amazon EC2.
func (c *Clients) EC2() *ec2.Client {
	return c.ec2.get(func() *ec2.Client { return ec2.NewFromConfig(c.config) })
}

// Account is the client of the Account Management service. It has one endpoint in a partition, so every region gives the same client: behind an
// endpoint override the SDK would sign for the caller's region.
func (c *Clients) Account() *account.Client {
	if c.global != nil {
		return c.global.Account()
	}
	return c.account.get(func() *account.Client { return account.NewFromConfig(c.config) })
}

// STS is the client of the region's AWS STS.
func (c *Clients) STS() *sts.Client {
	return c.sts.get(func() *sts.Client { return sts.NewFromConfig(c.config) })
}

// AutoScaling is the client of Application Auto Scaling.
func (c *Clients) AutoScaling() *applicationautoscaling.Client {
	return c.autoscaling.get(func() *applicationautoscaling.Client { return applicationautoscaling.NewFromConfig(c.config) })
}

// Events is the client of Amazon EventBridge.
func (c *Clients) Events() *eventbridge.Client {
	return c.events.get(func() *eventbridge.Client { return eventbridge.NewFromConfig(c.config) })
}

// Scheduler is the client of Amazon EventBridge Scheduler.
func (c *Clients) Scheduler() *scheduler.Client {
	return c.scheduler.get(func() *scheduler.Client { return scheduler.NewFromConfig(c.config) })
}

// CloudTrail is the client of AWS CloudTrail.
func (c *Clients) CloudTrail() *cloudtrail.Client {
	return c.cloudtrail.get(func() *cloudtrail.Client { return cloudtrail.NewFromConfig(c.config) })
}

// Logs is the client of Amazon CloudWatch Logs.
func (c *Clients) Logs() *cloudwatchlogs.Client {
	return c.logs.get(func() *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c.config) })
}
