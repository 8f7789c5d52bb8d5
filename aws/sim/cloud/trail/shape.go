package trail

import "github.com/rootout/rootout/aws/sim/cloud"

// shapeOf is how records of a source look in public captures of 2024 to 2026: versions from 1.08 to
// 1.11 side by side, global services under names without a region, and no tlsDetails from some.
func shapeOf(source string) cloud.RecordShape {
	s := cloud.RecordShape{Version: versionOf(source)}
	switch source {
	case "iam.amazonaws.com", "cloudfront.amazonaws.com", "route53.amazonaws.com":
		s.Host = source
	case "signin.amazonaws.com":
		s.Host = "REGION.signin.aws.amazon.com"
	case "ecr.amazonaws.com":
		s.Host = "api.ecr.REGION.amazonaws.com"
	case "ssm.amazonaws.com":
		s.OldTLS = true
	case "guardduty.amazonaws.com":
		s.NoTLS = true
	case "ecs.amazonaws.com", "kms.amazonaws.com":
		s.Bare = true
	}
	return s
}

func versionOf(source string) string {
	switch source {
	case "sts.amazonaws.com", "ssm.amazonaws.com", "signin.amazonaws.com", "config.amazonaws.com", "events.amazonaws.com", "sso.amazonaws.com":
		return "1.08"
	case "organizations.amazonaws.com", "logs.amazonaws.com", "guardduty.amazonaws.com", "secretsmanager.amazonaws.com",
		"elasticloadbalancing.amazonaws.com", "cloudfront.amazonaws.com":
		return "1.09"
	case "ec2.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "servicequotas.amazonaws.com":
		return "1.10"
	}
	return "1.11"
}
