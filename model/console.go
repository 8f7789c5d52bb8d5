package model

// ConsoleURL is the address of a page of the AWS console: the host of the partition, the service's
// path with its query and fragment.
func ConsoleURL(partition, region, path string) string {
	host := "console.aws.amazon.com"
	switch partition {
	case "aws-cn":
		host = "console.amazonaws.cn"
	case "aws-us-gov":
		host = "console.amazonaws-us-gov.com"
	case "aws-eusc":
		host = "console.amazonaws-eusc.eu"
	}
	return "https://" + region + "." + host + path
}
