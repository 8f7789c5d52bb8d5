package trail

import (
	"net/netip"
	"strings"
	"time"
)

// Identity is who made a call, as its record says.
type Identity struct {
	// Type is AWS's type of it; "" where the record has none, as services' own events often do.
	Type string
	// Principal is AWS's principalId, ARN what identifies the caller best, Account whose he is, User
	// his name where the record has one.
	Principal, ARN, Account, User string
	// Key is the access key that signed the call. One session uses many.
	Key string
	// Via is the service that made the call with the caller's credentials, or on its own account.
	Via string
	// Began is when his session did, zero where he has none.
	Began time.Time
	// Role is the ARN of the role or user that the session was issued for, SignIn the console
	// session, Source his source identity, which outlasts a chain of roles.
	Role, SignIn, Source string
	// Portal is the user of Identity Center that the session stands for, by his id, and Store his
	// identity store; Credential his portal session.
	Portal, Store, Credential string
	// Bearer says that an API key of Bedrock signed the call, FromConsole that the console did.
	Bearer, FromConsole bool
}

func (i *identity) read() Identity {
	s := &i.Session.is
	return Identity{
		Type: string(i.Type), Principal: string(i.PrincipalID), ARN: string(i.ARN), Account: string(i.AccountID), User: string(i.UserName),
		Key: string(i.AccessKeyID), Via: string(i.InvokedBy), Began: readTime(s.Attributes.CreationDate), Role: string(s.Issuer.ARN),
		SignIn: string(s.SignInSession), Source: string(s.SourceIdentity),
		Portal: string(i.OnBehalfOf.is.UserID), Store: string(i.OnBehalfOf.is.IdentityStore), Credential: string(i.Credential),
	}
}

// Kind is what kind of caller one is. The same name may stand for two of them: root is the root user,
// and may be a user of Identity Center as well.
type Kind uint8

// The kinds of callers.
const (
	Unknown        Kind = iota // The record does not say.
	Service                    // AWS itself.
	RootUser                   // The account's root user.
	User                       // A user of IAM.
	Role                       // A session of a role.
	IdentityCenter             // A session of a role of Identity Center, which stands for a user of it, or the user himself.
	Federated                  // A session of GetFederationToken.
	Outside                    // Another account, or who is not signed in yet: a subject of an identity provider.
)

// String is the kind in words.
func (k Kind) String() string {
	return [...]string{"unknown", "service", "root user", "user", "role", "Identity Center user", "federated user", "outside"}[k]
}

// reserved begins the names of the roles by which Identity Center enters an account (IAM Identity
// Center User Guide, referencing permission sets in resource policies).
const reserved = "AWSReservedSSO_"

// Kind tells it by type and ARN (facts of C1).
func (i *Identity) Kind() Kind {
	switch i.Type {
	case "Root":
		return RootUser
	case "IAMUser":
		return User
	case "AssumedRole", "Role":
		if strings.HasPrefix(i.RoleName(), reserved) {
			return IdentityCenter
		}
		return Role
	case "IdentityCenterUser":
		return IdentityCenter
	case "FederatedUser":
		return Federated
	case "SAMLUser", "WebIdentityUser", "AWSAccount", "Directory":
		return Outside
	case "AWSService":
		return Service
	case "":
		if i.ARN == "" {
			return Service // A record without a type is a service's own (facts of C1: 42 of 2,900).
		}
	case "Unknown":
		if i.Portal != "" || i.Credential != "" {
			return IdentityCenter
		}
	}
	return Unknown
}

// RoleName is the name of the role of a session, "" of anything else.
func (i *Identity) RoleName() string {
	_, rest, ok := strings.Cut(i.ARN, ":assumed-role/")
	if !ok {
		return ""
	}
	role, _, _ := strings.Cut(rest, "/")
	return role
}

// Name is how people call him: the session's name of a role, the user's name, "root" of the root
// user. It does not tell one kind of caller from another.
func (i *Identity) Name() string {
	switch i.Kind() {
	case RootUser:
		return "root"
	case Service:
		return i.Via
	case Unknown, User, Role, IdentityCenter, Federated, Outside:
	}
	if at := strings.LastIndexByte(i.ARN, '/'); at >= 0 {
		return i.ARN[at+1:]
	}
	for _, name := range []string{i.User, i.Portal, i.Principal, i.Account} {
		if name != "" {
			return name
		}
	}
	return ""
}

// Label says whole who he is, so that callers of one name are told apart.
func (i *Identity) Label() string {
	name := i.Name()
	switch kind := i.Kind(); kind {
	case RootUser:
		return "root user"
	case Role:
		return i.RoleName() + "/" + name
	case IdentityCenter, Federated, User:
		return kind.String() + " " + name
	case Service, Outside, Unknown:
		if name == "" {
			return kind.String()
		}
		return kind.String() + " " + name
	}
	return name
}

// SessionKey tells sessions apart. It is comparable.
type SessionKey struct {
	// Principal is the ARN of the session or user, or who else calls.
	Principal string
	// Began is the second in which the session did, zero for what has none: a user with his own
	// keys.
	Began int64
	// SignIn is the console session, where the record names it.
	SignIn string
}

// SessionKey is the session that a call belongs to. An access key is no session: one has many. What a
// service does with somebody's credentials is his, in the session of his principal as a whole, since
// services begin sessions of their own for it (facts, finding 2).
func (i *Identity) SessionKey() SessionKey {
	k := SessionKey{Principal: i.principal()}
	if i.Via != "" && i.ARN != "" {
		return k
	}
	if i.SignIn != "" {
		k.SignIn = i.SignIn
		return k
	}
	if !i.Began.IsZero() {
		k.Began = i.Began.Unix()
	}
	return k
}

func (i *Identity) principal() string {
	for _, name := range []string{i.ARN, i.Portal, i.Principal, i.Via, i.Account} {
		if name != "" {
			return name
		}
	}
	return i.Type
}

// ByAddress says whether where a call came from is an address of the network; it is the name of a
// service otherwise (facts of A2).
func (e *Event) ByAddress() bool {
	_, err := netip.ParseAddr(e.Address)
	return err == nil
}

// String is the session in words: who, and since when or by which sign-in.
func (k SessionKey) String() string {
	switch {
	case k.SignIn != "":
		return k.Principal + " " + k.SignIn
	case k.Began != 0:
		return k.Principal + " since " + time.Unix(k.Began, 0).UTC().Format(time.RFC3339)
	}
	return k.Principal
}
