package cloud

// Place is one account and one region: what services keep their state by.
type Place struct {
	// Account is the twelve-digit account id, Region the code ("eu-west-3").
	Account, Region string
}

// In is a region of the cloud's own account.
func (c *Cloud) In(region string) Place { return Place{Account: c.opts.Account, Region: region} }

// HomeRegion is where the partition's global services answer and where CloudTrail shows their
// events (AWS General Reference, "Service endpoints": us-east-1 for aws, cn-north-1 for aws-cn,
// us-gov-west-1 for aws-us-gov).
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

// ARN builds an ARN of the cloud's own account.
func (c *Cloud) ARN(service, region, resource string) string {
	return c.ARNIn(c.In(region), service, resource)
}

// ARNIn builds an ARN of a place.
func (c *Cloud) ARNIn(p Place, service, resource string) string {
	return "arn:" + c.opts.Partition + ":" + service + ":" + p.Region + ":" + p.Account + ":" + resource
}

// RoleARN builds the ARN of an account's role out of its path and name.
func (c *Cloud) RoleARN(account, pathAndName string) string {
	return c.ARNIn(Place{Account: account}, "iam", "role/"+pathAndName)
}

// SessionARN builds the ARN of a role's session.
func (c *Cloud) SessionARN(account, role, session string) string {
	return c.ARNIn(Place{Account: account}, "sts", "assumed-role/"+role+"/"+session)
}
