package service

// iam is AWS Identity and Access Management.
func iam() Service {
	return Service{
		Prefix: "iam", Global: true,
		// AWS publishes no figure and says only that several buckets may apply: 5 a second is our
		// own caution.
		limit: shared(20, 5),
	}
}
