package cloud

import "time"

// ground is the part of an account that every service stands on. Each member has a lock of its own which is always the last one taken, so its
// methods may be called with or without the cloud's lock: a handler records an event as freely as a test does.
type ground struct {
	access     access
	regions    regions
	trail      trail
	interfaces interfaces
	logs       logStore
}

// Now is the account's clock.
func (c *Cloud) Now() time.Time { return c.opts.Now() }

// Speed is what durations are divided by.
func (c *Cloud) Speed() float64 { return c.opts.Speed }

// Seed is what the account's randomness grew from.
func (c *Cloud) Seed() uint64 { return c.opts.Seed }

// HomeRegion is where the partition's global services answer and where CloudTrail shows their events (facts of the AWS General Reference,
// "Service endpoints": us-east-1 for aws, cn-north-1 for aws-cn, us-gov-west-1 for aws-us-gov).
func (c *Cloud) HomeRegion() string {
	switch c.opts.Partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-eusc":
		return "eusc-de-east-1"
	}
	return "us-east-1"
}
