package service

// s3 is Amazon S3 with S3 Control, which has the same actions in IAM. Its limits go by the prefix
// of a key; those of a bucket's own settings are unpublished.
//
// GetObject reads what anybody may have put into a bucket; it is asked for the log files of a bucket
// that the operator names, and for nothing else.
func s3() Service {
	return Service{
		Prefix: "s3", Aliases: []string{"s3 control", "s3control"},
		Reads: []string{"GetBucketLocation", "GetObject", "ListObjectsV2"},
	}
}
