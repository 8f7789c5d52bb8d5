package aws

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws/profile"
)

// endpoints are the addresses that the operator has named in AWS's place.
type endpoints struct {
	// general is for all services, or ""; byService are those for one service each.
	general   string
	byService map[string]string
	// commanded says that general is from the command line, which goes before all others.
	commanded bool
}

// endpointsOf are the addresses of the command line, the environment and a profile, in the AWS CLI's
// order.
func endpointsOf(commanded string, environ []string, section *profile.Section, files *profile.Files) endpoints {
	if commanded != "" {
		return endpoints{general: commanded, commanded: true}
	}
	e := endpoints{byService: map[string]string{}}
	env := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	if strings.EqualFold(env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"], "true") ||
		strings.EqualFold(section.Get("ignore_configured_endpoint_urls"), "true") {
		return e
	}
	services := files.Services(section.Get("services"))
	for _, name := range services.Outers() {
		if address := services.Nested(name, "endpoint_url"); address != "" {
			e.byService[name] = address
		}
	}
	for name, address := range env {
		if service, ok := strings.CutPrefix(name, "AWS_ENDPOINT_URL_"); ok && address != "" {
			e.byService[strings.ToLower(service)] = address
		}
	}
	if e.general = env["AWS_ENDPOINT_URL"]; e.general == "" {
		e.general = section.Get("endpoint_url")
	}
	return e
}

// check refuses addresses that are none, before anything is asked.
func (e endpoints) check() error {
	for _, address := range append([]string{e.general}, slices.Sorted(maps.Values(e.byService))...) {
		if err := checkEndpoint(address); err != nil {
			return err
		}
	}
	return nil
}

// fence is the HTTP client behind it, for the addresses that were named and no others: whoever works
// on something that stands for AWS must not find his keys with AWS itself, or with anybody else.
func (e endpoints) fence(client sdk.HTTPClient) sdk.HTTPClient {
	if e.general == "" {
		return client
	}
	return &fence{endpoints: e, client: client}
}

// allows says whether an address is one of those that were named, or a part of one, as a bucket's
// own name is.
func (e endpoints) allows(address *url.URL) bool {
	if e.general == "" {
		return true
	}
	for _, named := range append([]string{e.general}, slices.Collect(maps.Values(e.byService))...) {
		at, err := url.Parse(named)
		if err == nil && at.Scheme == address.Scheme && portOf(at) == portOf(address) &&
			(at.Hostname() == address.Hostname() || strings.HasSuffix(address.Hostname(), "."+at.Hostname())) {
			return true
		}
	}
	return false
}

func portOf(address *url.URL) string {
	switch port := address.Port(); {
	case port != "":
		return port
	case address.Scheme == "https":
		return "443"
	}
	return "80"
}

// proxy is http.ProxyFromEnvironment for addresses that are allowed. The transport asks it for every
// request, those to which an answer redirects too.
func (e endpoints) proxy(r *http.Request) (*url.URL, error) {
	if !e.allows(r.URL) {
		return nil, &leavingError{host: r.URL.Host, endpoint: e.general}
	}
	return http.ProxyFromEnvironment(r)
}

// fence lets no request out that goes elsewhere than where the operator said.
type fence struct {
	endpoints endpoints
	client    sdk.HTTPClient
}

// Do implements sdk.HTTPClient.
func (f *fence) Do(request *http.Request) (*http.Response, error) {
	if !f.endpoints.allows(request.URL) {
		return nil, &leavingError{host: request.URL.Host, endpoint: f.endpoints.general}
	}
	return f.client.Do(request)
}

// leavingError is a request that was not sent, since it would have left the endpoint.
type leavingError struct{ host, endpoint string }

func (e *leavingError) Error() string {
	return "nothing is asked but " + e.endpoint + ", and this would have gone to " + e.host
}

// RetryableError tells the SDK not to try it again.
func (*leavingError) RetryableError() bool { return false }
