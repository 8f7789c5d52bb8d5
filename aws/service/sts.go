package service

// sts is AWS Security Token Service.
//
// No reads, though their names sound like it: GetSessionToken, GetFederationToken,
// GetDelegatedAccessToken and GetWebIdentityToken make credentials, AssumeRole and AssumeRoot
// likewise. DecodeAuthorizationMessage is a read: it spells out a refusal that the caller got.
func sts() Service {
	return Service{
		Prefix: "sts",
		// 600 a second for an account and region over AssumeRole, GetCallerIdentity and others (IAM
		// and STS quotas, read second-hand): a sixth of it is more than is ever needed.
		limit: shared(100, 100),
		Reads: []string{"DecodeAuthorizationMessage", "GetAccessKeyInfo", "GetCallerIdentity"},
	}
}
