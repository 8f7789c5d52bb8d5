package kind

import (
	"slices"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// hasCode says whether an error carries one of AWS's codes.
func hasCode(err error, codes ...string) bool {
	return err != nil && slices.Contains(codes, aws.Describe(err).Code)
}

// failureOf words AWS's refusal of one target in an otherwise good answer.
func failureOf(v *Visit, operation, code, message string) *model.Failure {
	return &model.Failure{Operation: operation, Region: v.Region, Code: model.Clean(code), Message: model.Clean(message)}
}
