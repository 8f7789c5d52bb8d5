package service

// budgets is AWS Budgets, which has one endpoint a partition. Its limits are unpublished.
func budgets() Service { return Service{Prefix: "budgets", Global: true} }
