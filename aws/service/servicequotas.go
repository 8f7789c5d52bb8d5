package service

// serviceQuotas is Service Quotas. Its limits are unpublished.
func serviceQuotas() Service {
	return Service{Prefix: "servicequotas", Aliases: []string{"service quotas"}}
}
