package cloud

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// V1TokenPrefix marks a session token of version 1, as the global STS endpoint hands out by
// default: such a token is refused in opt-in regions (IAM User Guide, "Manage AWS STS in an AWS
// Region"). Real tokens carry their version unseen; a simulated one shows it.
const V1TokenPrefix = "v1-"

// access is who may call: access keys, and what they are good for.
type access struct {
	mu         sync.Mutex
	keys       map[string]*Credential
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

// AddCredential makes an access key known; who calls with it is id.
func (c *Cloud) AddCredential(key string, id Identity) {
	id.AccessKeyID = key
	c.PutCredential(Credential{Identity: id})
}

// PutCredential makes or replaces an access key with all that is known of it.
func (c *Cloud) PutCredential(cred Credential) {
	a := &c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys == nil {
		a.keys = map[string]*Credential{}
	}
	a.keys[cred.AccessKeyID] = &cred
}

// RemoveCredential forgets an access key: calls with it fail from now on.
func (c *Cloud) RemoveCredential(key string) {
	a := &c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, key)
}

// SetCredentialInactive switches an access key off or on, and says whether there is one.
func (c *Cloud) SetCredentialInactive(key string, inactive bool) bool {
	a := &c.access
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
	a := &c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	cred, ok := a.keys[key]
	if !ok {
		return Credential{}, false
	}
	return *cred, true
}

// OnAuthorize adds a judge of calls: whoever answers with an error refuses the call in those words.
// Judges run without any lock held.
func (c *Cloud) OnAuthorize(judge func(Call) *APIError) {
	a := &c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	a.authorizer = append(a.authorizer, judge)
}

// Authorize asks every judge and returns the first refusal, or nil.
func (c *Cloud) Authorize(call Call) *APIError {
	a := &c.access
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

// NewAccessKeyID makes up an access key id: prefix is AKIA for long-lived keys and ASIA for
// temporary ones (IAM User Guide, "IAM identifiers").
func (c *Cloud) NewAccessKeyID(prefix string) string { return c.UniqueID(prefix, 16) }

// UniqueID makes up a unique id of IAM: a prefix and n letters of the base-32 alphabet.
func (c *Cloud) UniqueID(prefix string, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	a := &c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rng == nil {
		a.rng = rand.New(rand.NewPCG(c.opts.Seed, 0x616363657373))
	}
	var b strings.Builder
	b.WriteString(prefix)
	for range n {
		b.WriteByte(alphabet[a.rng.IntN(len(alphabet))])
	}
	return b.String()
}
