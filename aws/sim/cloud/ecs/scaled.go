package ecs

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/cloud"
)

func (s *service) resourceID() string { return "service/" + s.cluster.name + "/" + s.name }

// byResource finds the service of a resource id, in any state.
func (r *region) byResource(resource string) (*service, bool) {
	parts := strings.Split(resource, "/")
	if len(parts) != 3 || parts[0] != "service" {
		return nil, false
	}
	cl, ok := r.clusters.Get(parts[1])
	if !ok {
		return nil, false
	}
	return cl.services.Get(parts[2])
}

// scaled finds the ACTIVE service of a resource id.
func (r *region) scaled(resource string) (*service, bool) {
	s, ok := r.byResource(resource)
	return s, ok && s.status == stActive
}

// DesiredCount is the count of an ACTIVE service; made tells it from an earlier one of its name.
func (e *ECS) DesiredCount(p cloud.Place, resource string) (count int32, made time.Time, ok bool) {
	s, ok := e.at(p).scaled(resource)
	if !ok {
		return 0, time.Time{}, false
	}
	return s.desired, s.created, true
}

// RaiseCount sets the count of an ACTIVE service to the minimum of its scalable target, and returns
// the call as which CloudTrail shows that.
func (e *ECS) RaiseCount(p cloud.Place, resource string, to int32, at time.Time) cloud.ServiceCall {
	s, ok := e.at(p).scaled(resource)
	if !ok {
		return cloud.ServiceCall{}
	}
	s.desired, s.updated = to, at
	s.event(at, "(service "+s.name+") desired count was set to the minimum capacity of its scalable target.")
	s.wake(at, schedulerDelay)
	v := s.view(false)
	return cloud.ServiceCall{
		Source: "ecs.amazonaws.com", Name: "UpdateService",
		Request:  &ecs.UpdateServiceInput{Cluster: new(s.cluster.name), Service: new(s.name), DesiredCount: new(to)},
		Response: &ecs.UpdateServiceOutput{Service: &v},
	}
}
