package main

import (
	"fmt"
	"time"

	cloud "github.com/rootout/rootout/aws/sim/all"
	core "github.com/rootout/rootout/aws/sim/cloud"
)

// someEvents gives an account a history in two regions: a session of a user of Identity Center who is
// called root makes sixty clusters in each.
func someEvents(c *cloud.Cloud) {
	for _, region := range []string{"us-east-1", "eu-west-3"} {
		for i := range 60 {
			name := fmt.Sprintf("x%d", i)
			c.RecordEvent(core.TrailEvent{
				Time: c.Now().Add(-time.Hour + time.Duration(i)*time.Second), Region: region, Source: "ecs.amazonaws.com", Name: "CreateCluster",
				Identity: core.Identity{
					ARN: "arn:aws:sts::" + c.Account() + ":assumed-role/AWSReservedSSO_Admin_0123456789abcdef/root", UserID: "AROAEXAMPLE:root", AccessKeyID: "ASIAEXAMPLEROOT",
					SessionCreated: c.Now().Add(-2 * time.Hour),
				},
				SourceIP: "203.0.113.7", UserAgent: "Boto3", Request: map[string]any{"clusterName": name},
				Response: map[string]any{"cluster": map[string]any{"clusterArn": c.ARN("ecs", region, "cluster/"+name)}},
			})
		}
	}
}
