package service

// identityStore is the directory of IAM Identity Center.
func identityStore() Service {
	return Service{
		Prefix: "identitystore",
		// IAM Identity Center quotas: 20 a second for each API of an identity store.
		limit: shared(20, 20),
	}
}
