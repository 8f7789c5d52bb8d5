package wire_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/sim/wire"
)

// refuser answers every request with one failure.
type refuser struct {
	codec   *wire.Codec
	failure wire.Failure
}

// Do implements the SDK's HTTPClient.
func (x refuser) Do(r *http.Request) (*http.Response, error) {
	answer := x.codec.Fail(x.failure, "11112222-3333-4444-8555-666677778888")
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)), Request: r,
	}, nil
}

// TestFail lets the real clients read an error of every protocol: code, words, request id and,
// where the model has one, the type.
func TestFail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		service string
		failure wire.Failure
		call    func(refuser) error
		want    any
	}{
		{
			"ecs",
			wire.Failure{Code: "ClusterContainsTasksException", Message: "tasks <&> \"quoted\""},
			func(x refuser) error {
				_, err := ecs.NewFromConfig(config(x)).DeleteCluster(t.Context(), &ecs.DeleteClusterInput{Cluster: new("a")})
				return err
			},
			new(*ecstypes.ClusterContainsTasksException),
		},
		{
			"cloudtrail",
			wire.Failure{Code: "InvalidLookupAttributesException", Message: "one only"},
			func(x refuser) error {
				_, err := cloudtrail.NewFromConfig(config(x)).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
				return err
			},
			new(*trailtypes.InvalidLookupAttributesException),
		},
		{
			"account",
			wire.Failure{Code: "ConflictException", Message: "enabling", Status: 409},
			func(x refuser) error {
				_, err := account.NewFromConfig(config(x)).EnableRegion(t.Context(), &account.EnableRegionInput{RegionName: new("af-south-1")})
				return err
			},
			new(*accounttypes.ConflictException),
		},
		{
			"iam",
			wire.Failure{Code: "DeleteConflict", Message: "must delete <keys> first", Status: 409},
			func(x refuser) error {
				_, err := iam.NewFromConfig(config(x)).DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: new("u")})
				return err
			},
			new(*iamtypes.DeleteConflictException),
		},
		{
			"ec2",
			wire.Failure{Code: "AuthFailure", Message: "not able to validate", Status: 401},
			func(x refuser) error {
				_, err := ec2.NewFromConfig(config(x)).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
				return err
			},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.service, func(t *testing.T) {
			t.Parallel()
			err := tt.call(refuser{codecOf(t, tt.service), tt.failure})
			var api smithy.APIError
			if !errors.As(err, &api) {
				t.Fatalf("no API error: %v", err)
			}
			if api.ErrorCode() != tt.failure.Code || api.ErrorMessage() != tt.failure.Message {
				t.Errorf("read %s %q, want %s %q", api.ErrorCode(), api.ErrorMessage(), tt.failure.Code, tt.failure.Message)
			}
			var response *awshttp.ResponseError
			if !errors.As(err, &response) || response.ServiceRequestID() != "11112222-3333-4444-8555-666677778888" {
				t.Errorf("request id is lost in %v", err)
			}
			if tt.want != nil && !errors.As(err, tt.want) {
				t.Errorf("%v is no %s", err, reflect.TypeOf(tt.want).Elem())
			}
		})
	}
}
