package sim

import (
	"net/http"
	"strings"
)

// signatureAlgorithm begins the Authorization header of Signature Version 4 and of its asymmetric
// variant, whose scope has no region.
const signatureAlgorithm = "AWS4-HMAC-SHA256"

// scope is what a signature says of a request, unverified.
type scope struct {
	key, region, service, token string
}

// readScope reads the credential scope from the Authorization header or from a presigned query
// string; ok is false for an unsigned request.
func readScope(r *http.Request) (s scope, ok bool) {
	credential := ""
	if rest, found := strings.CutPrefix(r.Header.Get("Authorization"), signatureAlgorithm); found {
		for part := range strings.SplitSeq(rest, ",") {
			if v, found := strings.CutPrefix(strings.TrimSpace(part), "Credential="); found {
				credential = v
			}
		}
		s.token = r.Header.Get("X-Amz-Security-Token")
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential") {
		query := r.URL.Query()
		credential, s.token = query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token")
	}
	// KEY/20261121/REGION/SERVICE/aws4_request (IAM user guide, "Elements of an AWS API request
	// signature").
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return scope{}, false
	}
	s.key, s.region, s.service = parts[0], parts[2], parts[3]
	return s, true
}
