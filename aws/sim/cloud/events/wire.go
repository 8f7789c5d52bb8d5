package events

import "github.com/rootout/rootout/aws/sim/wire"

// schedulerRoutes are those of EventBridge Scheduler (API model 2021-06-30).
func schedulerRoutes() []wire.Route {
	page := func(more map[string]string) map[string]string {
		more["MaxResults"], more["NamePrefix"], more["NextToken"] = "MaxResults", "NamePrefix", "NextToken"
		return more
	}
	return []wire.Route{
		{Operation: "CreateSchedule", Method: "POST", Path: "/schedules/{Name}"},
		{Operation: "CreateScheduleGroup", Method: "POST", Path: "/schedule-groups/{Name}"},
		{Operation: "DeleteSchedule", Method: "DELETE", Path: "/schedules/{Name}", Query: map[string]string{"clientToken": "ClientToken", "groupName": "GroupName"}},
		{Operation: "DeleteScheduleGroup", Method: "DELETE", Path: "/schedule-groups/{Name}", Query: map[string]string{"clientToken": "ClientToken"}},
		{Operation: "GetSchedule", Method: "GET", Path: "/schedules/{Name}", Query: map[string]string{"groupName": "GroupName"}},
		{Operation: "GetScheduleGroup", Method: "GET", Path: "/schedule-groups/{Name}"},
		{Operation: "ListScheduleGroups", Method: "GET", Path: "/schedule-groups", Query: page(map[string]string{})},
		{Operation: "ListSchedules", Method: "GET", Path: "/schedules", Query: page(map[string]string{"ScheduleGroup": "GroupName", "State": "State"})},
		{Operation: "ListTagsForResource", Method: "GET", Path: "/tags/{ResourceArn}"},
		{Operation: "TagResource", Method: "POST", Path: "/tags/{ResourceArn}"},
		{Operation: "UntagResource", Method: "DELETE", Path: "/tags/{ResourceArn}", Query: map[string]string{"TagKeys": "TagKeys"}},
		{Operation: "UpdateSchedule", Method: "PUT", Path: "/schedules/{Name}"},
	}
}

// borrowedFromECS are the structs that EventBridge and its Scheduler took over from ECS together
// with their small letters.
func borrowedFromECS() map[string]string {
	return map[string]string{
		"CapacityProviderStrategyItem.Base":             "base",
		"CapacityProviderStrategyItem.CapacityProvider": "capacityProvider",
		"CapacityProviderStrategyItem.Weight":           "weight",
		"NetworkConfiguration.AwsvpcConfiguration":      "awsvpcConfiguration",
		"PlacementConstraint.Expression":                "expression",
		"PlacementConstraint.Type":                      "type",
		"PlacementStrategy.Field":                       "field",
		"PlacementStrategy.Type":                        "type",
	}
}
