package api

import (
	"reflect"
	"strings"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// Resource is the ARN that a call is authorized for: the most special thing that it names, as the table
// of actions has it (Service Authorization Reference, "Actions, resources, and condition keys for
// Amazon Elastic Container Service"). Listings are authorized for all.
func Resource(c *cloud.Cloud) func(cloud.Call, any) string {
	return func(call cloud.Call, input any) string {
		if strings.HasPrefix(call.Operation, "List") && call.Operation != "ListTagsForResource" {
			return ""
		}
		v := reflect.ValueOf(input).Elem()
		named := func(members ...string) string {
			for _, member := range members {
				switch f := v.FieldByName(member); {
				case !f.IsValid():
				case f.Kind() == reflect.Slice && f.Len() > 0:
					return f.Index(0).String()
				case f.Kind() == reflect.Pointer && !f.IsNil():
					return f.Elem().String()
				}
			}
			return ""
		}
		cluster := cloud.ShortName(named("Cluster", "ClusterArn", "ClusterName"))
		if cluster == "" {
			cluster = "default"
		}
		for _, level := range []struct{ path, ref string }{
			{"", named("ResourceArn", "ServiceArn", "DaemonArn")},
			{"task-set/" + cluster + "/", named("TaskSet")},
			{"task/" + cluster + "/", named("Task", "Tasks")},
			{"container-instance/" + cluster + "/", named("ContainerInstance", "ContainerInstances")},
			{"service/" + cluster + "/", named("Service", "Services", "ServiceName")},
			{"task-definition/", named("TaskDefinition", "TaskDefinitions", "Family")},
			{"capacity-provider/", named("CapacityProvider")},
			{"cluster/", named("Clusters", "Cluster", "ClusterArn", "ClusterName")},
		} {
			switch {
			case level.ref == "":
			case strings.HasPrefix(level.ref, "arn:"):
				return level.ref
			default:
				return c.ARNIn(call.Place, "ecs", level.path+level.ref)
			}
		}
		return ""
	}
}
