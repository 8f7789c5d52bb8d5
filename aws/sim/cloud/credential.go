package cloud

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// V1TokenPrefix marks a session token of version 1, as the global STS endpoint hands out by default: such a token is refused in opt-in regions
// (IAM User Guide, "Manage AWS STS in an AWS Region"). Real tokens carry their version unseen; a simulated one shows it.
const V1TokenPrefix = "v1-"

// access is who may call: access keys, what they were good for, and the roles that can be assumed.
type access struct {
	mu         sync.Mutex
	keys       map[string]*Credential
	roles      map[string]AssumableRole
	authorizer []func(Call) *APIError
	rng        *rand.Rand
}

// Credential is one access key as the account knows it.
type Credential struct {
	Identity
	// Inactive keys are refused like unknown ones (IAM UpdateAccessKey, Status Inactive).
	Inactive bool
	// Expires is when a temporary key stops working; zero for long-lived keys.
	Expires time.Time
	// SessionToken must come with the key when it is not empty.
	SessionToken string
}

// AssumableRole is a role that sts:AssumeRole may hand out.
type AssumableRole struct {
	// ARN is the role's ARN, ID its unique id (AROA…); an empty ID is made up.
	ARN, ID string
	// MaxSession bounds DurationSeconds; zero means one hour, the default of MaxSessionDuration.
	MaxSession time.Duration
	// MFASerial, when set, must be given as SerialNumber together with MFACode as TokenCode.
	MFASerial, MFACode string
}

// AddCredential makes an access key known; who calls with it is id.
func (c *Cloud) AddCredential(key string, id Identity) {
	id.AccessKeyID = key
	c.PutCredential(Credential{Identity: id})
}

// PutCredential makes or replaces an access key with all that is known of it.
func (c *Cloud) PutCredential(cred Credential) {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys == nil {
		a.keys = map[string]*Credential{}
	}
	a.keys[cred.AccessKeyID] = &cred
}

// RemoveCredential forgets an access key: calls with it fail from now on.
func (c *Cloud) RemoveCredential(key string) {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, key)
}

// SetCredentialInactive switches an access key off or on, and says whether there is one.
func (c *Cloud) SetCredentialInactive(key string, inactive bool) bool {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, ok := a.keys[key]
	if ok {
		cred.Inactive = inactive
	}
	return ok
}

// LookupCredential returns what is known of an access key.
func (c *Cloud) LookupCredential(key string) (Credential, bool) {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, ok := a.keys[key]
	if !ok {
		return Credential{}, false
	}
	return *cred, true
}

// AddRole makes a role assumable.
func (c *Cloud) AddRole(r AssumableRole) {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.roles == nil {
		a.roles = map[string]AssumableRole{}
	}
	if r.ID == "" {
		r.ID = "AROA" + a.letters(c, 17)
	}
	a.roles[r.ARN] = r
}

// OnAuthorize adds a judge of calls: whoever answers with an error refuses the call in those words. Judges run without any lock held.
func (c *Cloud) OnAuthorize(judge func(Call) *APIError) {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	a.authorizer = append(a.authorizer, judge)
}

// Authorize asks every judge and returns the first refusal, or nil.
func (c *Cloud) Authorize(call Call) *APIError {
	a := &c.ground.access
	a.mu.Lock()
	judges := a.authorizer
	a.mu.Unlock()
	for _, judge := range judges {
		if err := judge(call); err != nil {
			return err
		}
	}
	return nil
}

// NewAccessKeyID makes up an access key id: prefix is AKIA for long-lived keys and ASIA for temporary ones (IAM User Guide, "IAM identifiers").
func (c *Cloud) NewAccessKeyID(prefix string) string {
	a := &c.ground.access
	a.mu.Lock()
	defer a.mu.Unlock()
	return prefix + a.letters(c, 16)
}

// letters returns n letters of the base-32 alphabet of AWS's unique ids; the lock is held.
func (a *access) letters(c *Cloud, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	if a.rng == nil {
		a.rng = rand.New(rand.NewPCG(c.opts.Seed, 0x616363657373))
	}
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[a.rng.IntN(len(alphabet))])
	}
	return b.String()
}
