package wire

import (
	"reflect"

	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Unsimulated is how a service speaks that has clients and no simulation yet, so that they can read
// the refusal; ok is false for any other. A service that is simulated brings its own description.
func Unsimulated(name string) (s Service, ok bool) {
	switch name {
	case "iam":
		return Service{
			Name: "iam", Protocol: Query, Version: "https://iam.amazonaws.com/doc/2010-05-08/", Global: true, Unions: iamUnions(),
			Names: map[string]string{"ListDelegationRequestsOutput.IsTruncated": "isTruncated"},
		}, true
	case "organizations":
		return Service{Name: "organizations", Protocol: JSON, Version: "1.1", Target: "AWSOrganizationsV20161128", Global: true}, true
	}
	return Service{}, false
}

// iamUnions are the unions of IAM.
func iamUnions() map[reflect.Type][]reflect.Type {
	return map[reflect.Type][]reflect.Type{
		reflect.TypeFor[iamtypes.PolicyIdentifier](): {
			reflect.TypeFor[iamtypes.PolicyIdentifierMemberPolicyArn](),
			reflect.TypeFor[iamtypes.PolicyIdentifierMemberInlinePolicyIdentifier](),
			reflect.TypeFor[iamtypes.PolicyIdentifierMemberPolicyType](),
		},
	}
}
