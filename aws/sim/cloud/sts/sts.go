// Package sts simulates the AWS Security Token Service: who calls, and sessions of roles and users.
//
// It mints credentials that the core knows from then on. It must not know policies, nor other
// services.
package sts

import (
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// STS is the Security Token Service. Its lock is the last one taken.
type STS struct {
	c     *cloud.Cloud
	mu    sync.Mutex
	roles map[string]AssumableRole
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

// Register adds STS to an account.
func Register(c *cloud.Cloud) *STS {
	s := &STS{c: c, roles: map[string]AssumableRole{}}
	operations := []cloud.Operation{
		cloud.Op(c, "GetCallerIdentity", true, s.getCallerIdentity),
		cloud.Op(c, "AssumeRole", true, s.assumeRole),
		cloud.Op(c, "GetSessionToken", true, s.getSessionToken),
	}
	c.Register(cloud.Service{
		Wire: wire.Service{
			Name: "sts", Protocol: wire.Query, Version: "https://sts.amazonaws.com/doc/2011-06-15/",
			Names: map[string]string{"PolicyDescriptorType.Arn": "arn"},
		},
		State:      s,
		Operations: operations,
		// IAM user guide, "IAM and STS quotas".
		Buckets: []cloud.Bucket{{Name: "sts", Burst: 600, Refill: 600, Operations: []string{"AssumeRole", "GetCallerIdentity", "GetSessionToken"}}},
		Named: []cloud.NamedMember{
			{Path: "in.roleArn", Type: "AWS::IAM::Role"},
			{Path: "out.credentials.accessKeyId", Type: "AWS::IAM::AccessKey"},
			{Path: "out.assumedRoleUser.arn", Type: "AWS::STS::AssumedRole"},
		},
	})
	return s
}

// AddRole makes a role assumable.
func (s *STS) AddRole(r AssumableRole) {
	if r.ID == "" {
		r.ID = s.c.UniqueID("AROA", 17)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[r.ARN] = r
}

func (s *STS) getCallerIdentity(call cloud.Call, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: new(call.Account),
		Arn:     new(call.Identity.ARN),
		UserId:  new(call.Identity.UserID),
	}, nil
}

// assumeRole hands out a session of a role that AddRole made assumable. DurationSeconds is 900 up
// to the role's maximum (API reference of AssumeRole).
func (s *STS) assumeRole(call cloud.Call, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	roleARN, session := ptr.Val(in.RoleArn), ptr.Val(in.RoleSessionName)
	if len(session) < 2 || len(session) > 64 {
		return nil, cloud.Errorf("ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: "+
			"Member must have length between 2 and 64", session)
	}
	s.mu.Lock()
	role, ok := s.roles[roleARN]
	s.mu.Unlock()
	if !ok {
		return nil, &cloud.APIError{
			Code: "AccessDenied", Status: 403,
			Message: "User: " + call.Identity.ARN + " is not authorized to perform: sts:AssumeRole on resource: " + roleARN,
		}
	}
	if role.MFASerial != "" && ptr.Val(in.SerialNumber) == "" {
		return nil, &cloud.APIError{
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
		return nil, cloud.Errorf("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	arn := s.c.SessionARN(call.Account, cloud.ShortName(roleARN), session)
	creds := s.session(call, arn, role.ID+":"+session, seconds)
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &ststypes.AssumedRoleUser{Arn: &arn, AssumedRoleId: new(role.ID + ":" + session)},
		Credentials:     creds,
	}, nil
}

// getSessionToken exchanges a user's long-lived key for a session; 900 seconds to 36 hours, 12
// hours by default, and never from a session (API reference of GetSessionToken).
func (s *STS) getSessionToken(call cloud.Call, in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	if strings.HasPrefix(call.Identity.AccessKeyID, "ASIA") {
		return nil, &cloud.APIError{Code: "AccessDenied", Status: 403, Message: "Cannot call GetSessionToken with session credentials"}
	}
	seconds := int32(43200)
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	if seconds < 900 || seconds > 129600 {
		return nil, cloud.Errorf("ValidationError", "1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: "+
			"Member must have value between 900 and 129600", seconds)
	}
	return &sts.GetSessionTokenOutput{Credentials: s.session(call, call.Identity.ARN, call.Identity.UserID, seconds)}, nil
}

// session mints a temporary key for who is named.
func (s *STS) session(call cloud.Call, arn, userID string, seconds int32) *ststypes.Credentials {
	key := s.c.NewAccessKeyID("ASIA")
	expires := call.Now.Add(time.Duration(seconds) * time.Second).Truncate(time.Second).UTC()
	token := "v2-" + s.c.HexID(96)
	s.c.PutCredential(cloud.Credential{
		Identity:     cloud.Identity{AccessKeyID: key, ARN: arn, UserID: userID, SessionCreated: call.Now},
		Expires:      expires,
		SessionToken: token,
	})
	return &ststypes.Credentials{
		AccessKeyId:     &key,
		SecretAccessKey: new(s.c.HexID(40)),
		SessionToken:    &token,
		Expiration:      &expires,
	}
}

// checkMFA compares a given device and code with those that are asked for, if any are.
func checkMFA(wantSerial, wantCode string, serial, code *string) error {
	if wantSerial == "" || (ptr.Val(serial) == wantSerial && ptr.Val(code) == wantCode) {
		return nil
	}
	return &cloud.APIError{Code: "AccessDenied", Status: 403, Message: "MultiFactorAuthentication failed with invalid MFA one time pass code."}
}
