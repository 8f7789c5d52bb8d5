package ecs

// The times that tests wait for.
const (
	SchedulerDelay  = schedulerDelay
	ProviderDelete  = providerDelete
	RememberedFor   = rememberedFor
	ProvisionTime   = provisionTime
	PullTime        = pullTime
	DeactivateTime  = deactivateTime
	DeprovisionTime = deprovisionTime
)
