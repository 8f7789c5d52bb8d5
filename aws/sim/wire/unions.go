package wire

import (
	"reflect"

	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs/document"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// ecsUnions are the unions of ECS; Go cannot list what implements an interface.
func ecsUnions() map[reflect.Type][]reflect.Type {
	return map[reflect.Type][]reflect.Type{
		reflect.TypeFor[ecstypes.DescribeGatewayConfiguration]():         {reflect.TypeFor[ecstypes.DescribeGatewayConfigurationMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayConfiguration]():                 {reflect.TypeFor[ecstypes.GatewayConfigurationMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayConnectionResources]():           {reflect.TypeFor[ecstypes.GatewayConnectionResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayElbAccessLogDestination]():       {reflect.TypeFor[ecstypes.GatewayElbAccessLogDestinationMemberS3]()},
		reflect.TypeFor[ecstypes.GatewayInfrastructureResources]():       {reflect.TypeFor[ecstypes.GatewayInfrastructureResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.GatewayRouteResources]():                {reflect.TypeFor[ecstypes.GatewayRouteResourcesMemberHostSharedAlb]()},
		reflect.TypeFor[ecstypes.ServiceConnectContainerConfiguration](): {reflect.TypeFor[ecstypes.ServiceConnectContainerConfigurationMemberLogLevel]()},
		reflect.TypeFor[ecstypes.SharingStrategy]():                      {reflect.TypeFor[ecstypes.SharingStrategyMemberNvidiaMps]()},
		reflect.TypeFor[ecstypes.UpdateGatewayConfiguration]():           {reflect.TypeFor[ecstypes.UpdateGatewayConfigurationMemberHostSharedAlb]()},
	}
}

// ecsDocuments make the free-form values of ECS (the details of a deployment's lifecycle hook).
func ecsDocuments() map[reflect.Type]func(any) any {
	return map[reflect.Type]func(any) any{
		reflect.TypeFor[document.Interface](): func(x any) any { return document.NewLazyDocument(x) },
	}
}

// logsUnions are the unions of CloudWatch Logs, but for those of its event streams, which are not spoken here.
func logsUnions() map[reflect.Type][]reflect.Type {
	return map[reflect.Type][]reflect.Type{
		reflect.TypeFor[logstypes.IntegrationDetails](): {reflect.TypeFor[logstypes.IntegrationDetailsMemberOpenSearchIntegrationDetails]()},
		reflect.TypeFor[logstypes.ResourceConfig]():     {reflect.TypeFor[logstypes.ResourceConfigMemberOpenSearchResourceConfig]()},
	}
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
