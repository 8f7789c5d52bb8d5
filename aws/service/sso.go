package service

// ssoAdmin is the administration of IAM Identity Center. The SDK's service id SSO, which hands out
// credentials to people who sign in, has the same prefix: nothing of it is a read.
func ssoAdmin() Service {
	return Service{
		Prefix: "sso", Aliases: []string{"sso admin", "ssoadmin", "sso-admin"},
		// IAM Identity Center quotas: 20 a second for all APIs of sso-admin together.
		limit: shared(20, 20),
	}
}
