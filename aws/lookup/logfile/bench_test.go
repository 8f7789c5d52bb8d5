package logfile_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootout/rootout/aws/lookup/logfile"
	"github.com/rootout/rootout/model/trail"
)

// trailOf writes files as a trail does, of so many records each, and returns their folder and how many
// bytes they hold unpacked.
func trailOf(b *testing.B, files, records int) (dir string, size int64) {
	b.Helper()
	dir = b.TempDir()
	for f := range files {
		var all []string
		for r := range records {
			all = append(all, fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:s%d","arn":"arn:aws:sts::123456789012:assumed-role/build/s%d","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE%d","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::123456789012:role/build","accountId":"123456789012","userName":"build"},"attributes":{"creationDate":"2026-07-11T01:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-07-11T01:%02d:%02dZ","eventSource":"ecs.amazonaws.com","eventName":"RunTask","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.%d","userAgent":"aws-cli/2.17.32 md/awscrt#0.21.2 ua/2.0 os/linux","requestParameters":{"cluster":"c%d","count":1,"taskDefinition":"web:%d","launchType":"FARGATE","overrides":{"containerOverrides":[{"name":"web","command":["a","b"]}]}},"responseElements":{"tasks":[{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/c%d/%032d","lastStatus":"PROVISIONING"}],"failures":[]},"requestID":"%032x","eventID":"00000000-0000-4000-8000-%012x","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ecs.eu-west-1.amazonaws.com"}}`,
				r%40, r%40, r%40, r/60%60, r%60, r%250, r%20, r, r%20, r, f*records+r, f*records+r))
		}
		text := `{"Records":[` + strings.Join(all, ",") + `]}`
		size += int64(len(text))
		path := filepath.Join(dir, fmt.Sprintf("123456789012_CloudTrail_eu-west-1_20260711T%02d%02dZ_x.json.gz", f/60, f%60))
		if err := os.WriteFile(path, []byte(gzipped(text)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return dir, size
}

// BenchmarkFilesIntoIndex is .json.gz into the index; below it stand gunzip alone, which is the bound,
// and plain encoding/json on the same files.
func BenchmarkFilesIntoIndex(b *testing.B) {
	const files, records = 100, 200
	dir, size := trailOf(b, files, records)
	b.Run("rootout", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			x := trail.NewIndex()
			if _, err := logfile.Load(b.Context(), []logfile.Source{logfile.Folder{Path: dir}}, logfile.Options{}, func(events []*trail.Event, _ logfile.Report) {
				for _, e := range events {
					x.Add(e)
				}
			}); err != nil || x.Len() != files*records {
				b.Fatal(err, x.Len())
			}
		}
		b.ReportMetric(float64(files*records*b.N)/b.Elapsed().Seconds(), "events/s")
	})
	plain := func(each func(r *json.Decoder) error) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				names, _ := filepath.Glob(filepath.Join(dir, "*.gz"))
				for _, name := range names {
					file, err := os.Open(name)
					if err != nil {
						b.Fatal(err)
					}
					z, err := gzip.NewReader(file)
					if err != nil {
						b.Fatal(err)
					}
					if err := each(json.NewDecoder(z)); err != nil {
						b.Fatal(err)
					}
					_ = file.Close()
				}
			}
			b.ReportMetric(float64(files*records*b.N)/b.Elapsed().Seconds(), "events/s")
		}
	}
	b.Run("encoding-json", plain(func(d *json.Decoder) error {
		var all struct {
			Records []struct {
				EventID, EventTime, EventSource, EventName, AWSRegion, SourceIPAddress, UserAgent, ErrorCode string
				UserIdentity                                                                                 struct {
					Type, ARN, AccessKeyID string
					SessionContext         struct{ Attributes struct{ CreationDate string } }
				}
				RequestParameters, ResponseElements json.RawMessage
			}
		}
		return d.Decode(&all)
	}))
}
