package service

// accessAnalyzer is IAM Access Analyzer. Its limits are unpublished.
func accessAnalyzer() Service {
	return Service{Prefix: "access-analyzer", Aliases: []string{"accessanalyzer"}}
}
