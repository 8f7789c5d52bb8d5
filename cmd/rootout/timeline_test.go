package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

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

// TestTheTrailsBucketIsRead straight from S3, against moto: in whatever region it is, by prefix, with what is broken named.
func TestTheTrailsBucketIsRead(t *testing.T) {
	m := startMoto(t)
	const region, bucket = "eu-central-1", "my.trail"
	client := s3.NewFromConfig(m.config(region), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: sdk.String(bucket), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region},
	}); err != nil {
		t.Fatal(err)
	}
	put := func(key, text string) {
		t.Helper()
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String(key), Body: bytes.NewReader(packed.Bytes())}); err != nil {
			t.Fatal(err)
		}
	}
	const prefix = "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/20/"
	record := func(i int) string {
		return fmt.Sprintf(`{"Records":[{"eventID":"e%d","eventTime":"2026-11-20T01:00:00Z","eventSource":"ecs.amazonaws.com","eventName":"CreateCluster","awsRegion":"eu-west-1"}]}`, i)
	}
	for i := range 30 {
		put(fmt.Sprintf("%s123456789012_CloudTrail_eu-west-1_20261120T%02d%02dZ_x%d.json.gz", prefix, i/60, i%60, i), record(i))
	}
	put(prefix+"broken.json.gz", `{"Records":[{"eventID":"x"`)
	put("AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/other.json.gz", record(5000))
	put("elsewhere/other.json.gz", record(5001))
	run := func(args ...string) (lines int, errs string, code int) {
		t.Helper()
		var out, err bytes.Buffer
		cmd := exec.CommandContext(t.Context(), "rootout", append([]string{"timeline", "--json", "--endpoint-url", m.url}, args...)...)
		cmd.Env, cmd.Stdout, cmd.Stderr = m.env, &out, &err
		_ = cmd.Run()
		return strings.Count(out.String(), "\n"), err.String(), cmd.ProcessState.ExitCode()
	}
	lines, errs, code := run("--from", "s3://"+bucket+"/AWSLogs/")
	if lines != 31 || code != 3 || !strings.Contains(errs, "broken.json.gz: it is cut off") || !strings.Contains(errs, "32 files read") {
		t.Errorf("%d events, exit %d: %s", lines, code, errs)
	}
	if lines, errs, code = run("--from", "s3://"+bucket, "--prefix", "AWSLogs/123456789012/CloudTrail/us-east-1/"); lines != 1 || code != 0 {
		t.Errorf("by prefix %d events, exit %d: %s", lines, code, errs)
	}
	if _, errs, code = run("--from", "s3://nowhere"); code != 1 || !strings.Contains(errs, "NoSuchBucket") {
		t.Errorf("of a bucket that there is not: exit %d: %s", code, errs)
	}
}
