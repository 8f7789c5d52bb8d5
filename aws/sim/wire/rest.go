package wire

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// route is the REST binding of one operation.
type route struct {
	op, method string
	// path has {Field} where a label stands.
	path string
	// query binds query parameters to fields, by parameter.
	query map[string]string
}

// accountRoutes: every operation of the Account Management service is a POST to its own name (API model 2021-02-01).
func accountRoutes() []route {
	var routes []route
	for _, op := range []string{
		"AcceptPrimaryEmailUpdate", "DeleteAlternateContact", "DisableRegion", "EnableRegion", "GetAccountInformation",
		"GetAlternateContact", "GetContactInformation", "GetGovCloudAccountInformation", "GetPrimaryEmail", "GetRegionOptStatus",
		"ListRegions", "PutAccountName", "PutAlternateContact", "PutContactInformation", "StartPrimaryEmailUpdate",
	} {
		routes = append(routes, route{op: op, method: "POST", path: "/" + lowerFirst(op)})
	}
	return routes
}

// schedulerRoutes are those of EventBridge Scheduler (API model 2021-06-30).
func schedulerRoutes() []route {
	page := func(more map[string]string) map[string]string {
		more["MaxResults"], more["NamePrefix"], more["NextToken"] = "MaxResults", "NamePrefix", "NextToken"
		return more
	}
	return []route{
		{"CreateSchedule", "POST", "/schedules/{Name}", nil},
		{"CreateScheduleGroup", "POST", "/schedule-groups/{Name}", nil},
		{"DeleteSchedule", "DELETE", "/schedules/{Name}", map[string]string{"clientToken": "ClientToken", "groupName": "GroupName"}},
		{"DeleteScheduleGroup", "DELETE", "/schedule-groups/{Name}", map[string]string{"clientToken": "ClientToken"}},
		{"GetSchedule", "GET", "/schedules/{Name}", map[string]string{"groupName": "GroupName"}},
		{"GetScheduleGroup", "GET", "/schedule-groups/{Name}", nil},
		{"ListScheduleGroups", "GET", "/schedule-groups", page(map[string]string{})},
		{"ListSchedules", "GET", "/schedules", page(map[string]string{"ScheduleGroup": "GroupName", "State": "State"})},
		{"ListTagsForResource", "GET", "/tags/{ResourceArn}", nil},
		{"TagResource", "POST", "/tags/{ResourceArn}", nil},
		{"UntagResource", "DELETE", "/tags/{ResourceArn}", map[string]string{"TagKeys": "TagKeys"}},
		{"UpdateSchedule", "PUT", "/schedules/{Name}", nil},
	}
}

// match finds the route of a request and the values of its labels by field.
func (c *Codec) match(r Request) (found route, labels map[string]string, ok bool) {
	have := strings.Split(strings.Trim(r.Path, "/"), "/")
	for _, route := range c.routes {
		if route.method != r.Method {
			continue
		}
		want := strings.Split(strings.Trim(route.path, "/"), "/")
		if len(want) != len(have) {
			continue
		}
		if labels, ok := matchSegments(want, have); ok {
			return route, labels, true
		}
	}
	return route{}, nil, false
}

func matchSegments(want, have []string) (labels map[string]string, ok bool) {
	labels = map[string]string{}
	for i, segment := range want {
		field, isLabel := strings.CutPrefix(segment, "{")
		if !isLabel {
			if segment != have[i] {
				return nil, false
			}
			continue
		}
		text, err := url.PathUnescape(have[i])
		if err != nil || text == "" {
			return nil, false
		}
		labels[strings.TrimSuffix(field, "}")] = text
	}
	return labels, true
}

// decodeREST reads body, labels and query parameters.
func (c *Codec) decodeREST(r Request, v reflect.Value) error {
	if err := c.decodeJSON(r.Body, v); err != nil {
		return err
	}
	route, labels, ok := c.match(r)
	if !ok {
		return fmt.Errorf("no operation at %s %s", r.Method, r.Path)
	}
	for name, text := range labels {
		if err := c.bind(v, name, []string{text}); err != nil {
			return err
		}
	}
	for parameter, name := range route.query {
		if values := r.Query[parameter]; len(values) > 0 {
			if err := c.bind(v, name, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// bind puts the texts of a label or query parameter into a field.
func (c *Codec) bind(v reflect.Value, name string, values []string) error {
	target := v.FieldByName(name)
	if !target.IsValid() {
		return fmt.Errorf("bind %s: %s has no such field", name, v.Type())
	}
	b := &branch{leaf: values[0]}
	if target.Kind() == reflect.Slice {
		b.kids = map[string]*branch{}
		for i, text := range values {
			b.kids[fmt.Sprint(i+1)] = &branch{leaf: text}
		}
	}
	if err := c.assignForm(target, b); err != nil {
		return fmt.Errorf("bind %s: %w", name, err)
	}
	return nil
}

// RESTOperations are the operations that the routes of a REST service reach.
func (c *Codec) RESTOperations() []string {
	var ops []string
	for _, r := range c.routes {
		ops = append(ops, r.op)
	}
	return ops
}
