// Package bucket reads CloudTrail's log files where a trail puts them: in a bucket of Amazon S3.
//
// It must not know what the files hold.
package bucket

import (
	"context"
	"fmt"
	"io"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/lookup/logfile"
)

// Scheme begins the address of a bucket.
const Scheme = "s3://"

// Is says whether a path is the address of a bucket.
func Is(path string) bool { return strings.HasPrefix(path, Scheme) }

// AWS is what reading a bucket needs of the connection; *aws.Connection is one.
type AWS interface {
	Clients(region string) *aws.Clients
	GlobalRegion() string
	Endpoint() string
}

// Bucket is the files of a bucket whose keys begin with a prefix. It implements logfile.Source.
type Bucket struct {
	name, prefix string
	client       *s3.Client
}

var _ logfile.Source = (*Bucket)(nil)

// Open finds the bucket of an address such as s3://NAME/PREFIX, whatever region it is in; more of the
// prefix may be given apart.
func Open(ctx context.Context, conn AWS, address, more string) (*Bucket, error) {
	name, prefix, _ := strings.Cut(strings.TrimPrefix(address, Scheme), "/")
	if name == "" {
		return nil, fmt.Errorf("%s: there is no bucket in it: s3://BUCKET/PREFIX", address)
	}
	// Behind an endpoint override the name of a bucket is no name of a host.
	paths := func(o *s3.Options) { o.UsePathStyle = conn.Endpoint() != "" }
	in := func(region string) *s3.Client {
		return aws.Client(conn.Clients(region), func(config sdk.Config, options ...func(*s3.Options)) *s3.Client {
			return s3.NewFromConfig(config, append(options, paths)...)
		})
	}
	at, err := in(conn.GlobalRegion()).GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: sdk.String(name)})
	if err != nil {
		return nil, fmt.Errorf("find the region of bucket %s: %w", name, err)
	}
	region := string(at.LocationConstraint)
	switch region {
	case "":
		region = "us-east-1" // It has no constraint (S3 API Reference, GetBucketLocation).
	case "EU":
		region = "eu-west-1" // As old buckets say it.
	}
	return &Bucket{name: name, prefix: prefix + more, client: in(region)}, nil
}

// Each implements logfile.Source.
func (b *Bucket) Each(ctx context.Context, name func(string) error, _ func(string, error)) error {
	var token *string
	for {
		page, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: sdk.String(b.name), Prefix: sdk.String(b.prefix), ContinuationToken: token})
		if err != nil {
			return fmt.Errorf("list bucket %s: %w", b.name, err)
		}
		for i := range page.Contents {
			key := sdk.ToString(page.Contents[i].Key)
			if strings.HasSuffix(key, "/") {
				continue // The console makes such for a folder; nothing is in them.
			}
			if err := name(Scheme + b.name + "/" + key); err != nil {
				return err
			}
		}
		next := page.NextContinuationToken
		switch {
		case !sdk.ToBool(page.IsTruncated):
			return nil
		case next == nil || sdk.ToString(next) == sdk.ToString(token):
			return aws.Lacking("s3:ListObjectsV2", b.client.Options().Region, "where its list goes on")
		}
		token = next
	}
}

// Open implements logfile.Source.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	key := strings.TrimPrefix(name, Scheme+b.name+"/")
	object, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: sdk.String(b.name), Key: sdk.String(key)})
	if err != nil {
		return nil, err
	}
	return object.Body, nil
}

// Sources are files, folders and buckets by their paths; connect is called once, where there is a bucket
// among them.
func Sources(ctx context.Context, paths []string, prefix string, connect func() (AWS, error)) ([]logfile.Source, error) {
	var conn AWS
	sources := make([]logfile.Source, 0, len(paths))
	for _, path := range paths {
		if !Is(path) {
			sources = append(sources, logfile.Folder{Path: path, Prefix: prefix})
			continue
		}
		if conn == nil {
			var err error
			if conn, err = connect(); err != nil {
				return nil, err
			}
		}
		b, err := Open(ctx, conn, path, prefix)
		if err != nil {
			return nil, err
		}
		sources = append(sources, b)
	}
	return sources, nil
}
