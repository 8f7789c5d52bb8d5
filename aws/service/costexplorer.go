package service

// costExplorer is AWS Cost Explorer.
func costExplorer() Service {
	return Service{
		Prefix: "ce", Aliases: []string{"cost explorer", "costexplorer"}, Global: true,
		// Unpublished; each request costs money, so there is no reason to hurry.
		limit: shared(2, 1),
	}
}
