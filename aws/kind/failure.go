package kind

import (
	"slices"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// HasCode says whether an error carries one of AWS's codes.
func HasCode(err error, codes ...string) bool {
	return err != nil && slices.Contains(codes, aws.Describe(err).Code)
}

// Refusal words AWS's refusal of one target in an otherwise good answer.
func Refusal(v *Visit, operation, code, message string) *model.Failure {
	return &model.Failure{Operation: operation, Region: v.Region, Code: model.Clean(code), Message: model.Clean(message)}
}

// WhyMissing is AWS's refusal in one line, for evidence that could not be had.
func WhyMissing(err error) string { return aws.Describe(err).Model().Error() }
