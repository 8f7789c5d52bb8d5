package service

// scheduler is Amazon EventBridge Scheduler.
func scheduler() Service {
	return Service{
		Prefix: "scheduler",
		// Scheduler's quotas differ by region and API: reads and changes apart, moderate.
		limit: readsApart,
		Reads: []string{
			"GetSchedule", "GetScheduleGroup", "ListScheduleGroups", "ListSchedules", "ListTagsForResource",
		},
	}
}
