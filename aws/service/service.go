package service

import (
	"slices"
	"strings"
)

// Service is one AWS service.
type Service struct {
	// Prefix is AWS's name of the service in IAM actions ("application-autoscaling"), from the
	// Service Authorization Reference. Services are named by it everywhere here.
	Prefix string
	// Aliases are the service's other names in lower case: the SDK's service id and package name.
	Aliases []string
	// Global is true of a service with one endpoint and one set of token buckets for the whole
	// partition, whatever region a client names.
	Global bool
	// Reads are the operations that change nothing and hand out no credential. Every other
	// operation needs a permit. Names are whole, never prefixes: AWS calls some things Get that
	// make credentials.
	Reads []string
	// limit tells an operation's bucket without the service's prefix; nil is moderate.
	limit func(operation string) Limit
}

// All is every service that something is known of, once. A new one takes its own file and a line
// here.
func All() []Service {
	return []Service{
		accessAnalyzer(),
		account(),
		applicationAutoScaling(),
		autoScaling(),
		budgets(),
		cloudTrail(),
		costExplorer(),
		ec2(),
		ecs(),
		events(),
		iam(),
		identityStore(),
		logs(),
		organizations(),
		s3(),
		scheduler(),
		serviceQuotas(),
		ssoAdmin(),
		sts(),
	}
}

// Of is the service with a name, which may be its prefix or an alias in any case. A service that
// nothing is known of is regional, has no reads, and is called at a moderate rate.
func Of(name string) Service {
	name = strings.ToLower(name)
	for _, s := range All() {
		if s.Prefix == name || slices.Contains(s.Aliases, name) {
			return s
		}
	}
	return Service{Prefix: name}
}

// IsRead says whether an operation changes nothing, so that the write guard lets it pass without a
// permit.
func (s Service) IsRead(operation string) bool { return slices.Contains(s.Reads, operation) }
