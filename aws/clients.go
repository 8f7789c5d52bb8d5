package aws

import (
	"path"
	"reflect"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws/service"
)

// Clients are the SDK's clients of one region, made when first asked for: a dozen clients in 34
// regions would otherwise be made before the first frame. All share the connection's credentials,
// HTTP client, buckets and guard, and may be used by many goroutines at once.
type Clients struct {
	region string
	config sdk.Config
	// global are the clients of the partition's global services; nil where they are these.
	global *Clients

	mu   sync.Mutex
	made map[reflect.Type]any
}

// Client is the client of one service, for example Client(clients, ecs.NewFromConfig). It is made
// once a region, or once a partition where the service is global: behind an endpoint override the
// SDK would sign a global service's calls for the caller's region.
//
// It answers with the SDK's concrete type, so that the linker drops the operations that nobody
// uses.
func Client[C, O any](c *Clients, build func(sdk.Config, ...func(*O)) *C) *C {
	key := reflect.TypeFor[C]()
	if c.global != nil && service.Of(path.Base(key.PkgPath())).Global {
		c = c.global
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.made[key].(*C); ok {
		return client
	}
	client := build(c.config)
	c.made[key] = client
	return client
}

// Clients are the clients of a region, always the same ones for the same region; of the account as
// a whole, whose region has no name, they ask where the partition's global services answer.
func (c *Connection) Clients(region string) *Clients {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clientsLocked(region)
}

func (c *Connection) clientsLocked(region string) *Clients {
	global := service.PartitionNamed(c.caller.Partition).GlobalRegion
	if region == "" {
		region = global
	}
	if clients, ok := c.clients[region]; ok {
		return clients
	}
	clients := &Clients{region: region, config: c.config.Copy(), made: map[reflect.Type]any{}}
	clients.config.Region = region
	c.clients[region] = clients
	if region != global {
		clients.global = c.clientsLocked(global)
	}
	return clients
}

// Region is the region that the clients ask.
func (c *Clients) Region() string { return c.region }
