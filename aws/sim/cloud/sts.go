package cloud

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// STSOperations are those of the Security Token Service.
func (c *Cloud) STSOperations() []Operation {
	return []Operation{
		Op(c, "GetCallerIdentity", true, c.getCallerIdentity),
		Op(c, "AssumeRole", true, c.assumeRole),
		Op(c, "GetSessionToken", true, c.getSessionToken),
	}
}

func (c *Cloud) getCallerIdentity(call Call, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: new(c.Account()),
		Arn:     new(call.Identity.ARN),
		UserId:  new(call.Identity.UserID),
	}, nil
}

// assumeRole hands out a session of a role that AddRole made assumable. DurationSeconds is 900 up to the role's maximum (API reference of
// AssumeRole).
func (c *Cloud) assumeRole(call Call, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	roleARN, session := text(in.RoleArn), text(in.RoleSessionName)
	if len(session) < 2 || len(session) > 64 {
		return nil, Errorf("ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: "+
			"Member must have length between 2 and 64", session)
	}
	a := &c.ground.access
	a.mu.Lock()
	role, ok := a.roles[roleARN]
	a.mu.Unlock()
	if !ok {
		return nil, &APIError{
			Code: "AccessDenied", Status: 403,
			Message: "User: " + call.Identity.ARN + " is not authorized to perform: sts:AssumeRole on resource: " + roleARN,
		}
	}
	if role.MFASerial != "" && text(in.SerialNumber) == "" {
		return nil, &APIError{
			Code: "AccessDenied", Status: 403,
			Message: "User: " + call.Identity.ARN + " is not authorized to perform: sts:AssumeRole on resource: " + roleARN,
		}
	}
	if err := checkMFA(role.MFASerial, role.MFACode, in.SerialNumber, in.TokenCode); err != nil {
		return nil, err
	}
	longest := role.MaxSession
	if longest == 0 {
		longest = time.Hour
	}
	seconds := int32(3600)
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	if seconds < 900 || time.Duration(seconds)*time.Second > longest {
		return nil, Errorf("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	name := roleARN[strings.LastIndexByte(roleARN, '/')+1:]
	arn := "arn:" + c.opts.Partition + ":sts::" + c.Account() + ":assumed-role/" + name + "/" + session
	creds := c.session(call, arn, role.ID+":"+session, seconds)
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &ststypes.AssumedRoleUser{Arn: &arn, AssumedRoleId: new(role.ID + ":" + session)},
		Credentials:     creds,
	}, nil
}

// getSessionToken exchanges a user's long-lived key for a session; 900 seconds to 36 hours, 12 hours by default, and never from a session
// (API reference of GetSessionToken).
func (c *Cloud) getSessionToken(call Call, in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	if strings.HasPrefix(call.Identity.AccessKeyID, "ASIA") {
		return nil, &APIError{Code: "AccessDenied", Status: 403, Message: "Cannot call GetSessionToken with session credentials"}
	}
	seconds := int32(43200)
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	if seconds < 900 || seconds > 129600 {
		return nil, Errorf("ValidationError", "1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: "+
			"Member must have value between 900 and 129600", seconds)
	}
	return &sts.GetSessionTokenOutput{Credentials: c.session(call, call.Identity.ARN, call.Identity.UserID, seconds)}, nil
}

// session mints a temporary key for who is named.
func (c *Cloud) session(call Call, arn, userID string, seconds int32) *ststypes.Credentials {
	key := c.NewAccessKeyID("ASIA")
	expires := call.Now.Add(time.Duration(seconds) * time.Second).Truncate(time.Second).UTC()
	token := "v2-" + c.hexID(96)
	c.PutCredential(Credential{
		Identity:     Identity{AccessKeyID: key, ARN: arn, UserID: userID, SessionCreated: call.Now},
		Expires:      expires,
		SessionToken: token,
	})
	return &ststypes.Credentials{
		AccessKeyId:     &key,
		SecretAccessKey: new(c.hexID(40)),
		SessionToken:    &token,
		Expiration:      &expires,
	}
}

// checkMFA compares a given device and code with those that are asked for, if any are.
func checkMFA(wantSerial, wantCode string, serial, code *string) error {
	if wantSerial == "" || (text(serial) == wantSerial && text(code) == wantCode) {
		return nil
	}
	return &APIError{Code: "AccessDenied", Status: 403, Message: "MultiFactorAuthentication failed with invalid MFA one time pass code."}
}
