package trail_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model/trail"
)

func parse(t testing.TB, raw string) *trail.Event {
	t.Helper()
	e, err := trail.Parse([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return e
}

// TestWhoCalled: the ways in which records say it (CloudTrail User Guide, userIdentity element), and
// what those are called that share a name.
func TestWhoCalled(t *testing.T) {
	for identity, want := range map[string]struct {
		kind  trail.Kind
		label string
	}{
		`{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012"}`:                                                                         {trail.RootUser, "root user"},
		`{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_889bf10e708b0b0b/root","sessionContext":{"sessionIssuer":{"type":"Role"}}}`:      {trail.IdentityCenter, "Identity Center user root"},
		`{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/team/root","userName":"root"}`:                                                                                                  {trail.User, "user root"},
		`{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/ci/build-7"}`:                                                                                                       {trail.Role, "ci/build-7"},
		`{"type":"FederatedUser","arn":"arn:aws:sts::123456789012:federated-user/admin"}`:                                                                                                        {trail.Federated, "federated user admin"},
		`{"type":"SAMLUser","principalId":"x:jm","userName":"jm","identityProvider":"x"}`:                                                                                                        {trail.Outside, "outside jm"},
		`{"type":"IdentityCenterUser","accountId":"123456789012","onBehalfOf":{"userId":"u-1","identityStoreArn":"arn:aws:identitystore::123456789012:identitystore/d-1"},"credentialId":"c-1"}`: {trail.IdentityCenter, "Identity Center user u-1"},
		`{"type":"Unknown","credentialId":"c-1","accountId":"123456789012"}`:                                                                                                                     {trail.IdentityCenter, "Identity Center user 123456789012"},
		`{"type":"AWSService","invokedBy":"ecs.amazonaws.com"}`:                                                                                                                                  {trail.Service, "service ecs.amazonaws.com"},
		`{"invokedBy":"ec2.amazonaws.com","accountId":"123456789012"}`:                                                                                                                           {trail.Service, "service ec2.amazonaws.com"},
		`{"type":"AWSAccount","principalId":"AIDA1","accountId":"999999999999"}`:                                                                                                                 {trail.Outside, "outside AIDA1"},
		`{"type":"Tomorrow"}`: {trail.Unknown, "unknown"},
		`null`:                {trail.Service, "service"},
		`"somebody"`:          {trail.Service, "service"},
	} {
		e := parse(t, `{"eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com","userIdentity":`+identity+`}`)
		if e.Identity.Kind() != want.kind || e.Identity.Label() != want.label {
			t.Errorf("%s is %s, %q; want %s, %q", identity, e.Identity.Kind(), e.Identity.Label(), want.kind, want.label)
		}
	}
}

// TestWhatSortOfEventItIs: how somebody got in is never hidden among what only reads.
func TestWhatSortOfEventItIs(t *testing.T) {
	for members, want := range map[string]trail.Class{
		`"eventName":"DescribeClusters","readOnly":true`:                                             trail.Read,
		`"eventName":"DescribeClusters","readOnly":"true"`:                                           trail.Read,
		`"eventName":"CreateCluster","readOnly":false`:                                               trail.Write,
		`"eventName":"CreateCluster","readOnly":false,"errorCode":"AccessDenied"`:                    trail.Failed,
		`"eventName":"RunInstances","readOnly":false,"errorCode":"Client.DryRunOperation"`:           trail.Probe,
		`"eventName":"AssumeRole","readOnly":true`:                                                   trail.Start,
		`"eventName":"GetRoleCredentials","readOnly":true`:                                           trail.Start,
		`"eventName":"ConsoleLogin","readOnly":false,"errorMessage":"Failed authentication"`:         trail.Start,
		`"eventName":"ListUsers","readOnly":true,"errorCode":"AccessDenied","errorMessage":"nobody"`: trail.Read,
	} {
		if got := parse(t, `{`+members+`}`).Class(); got != want {
			t.Errorf("%s is %s, want %s", members, got, want)
		}
	}
}

func TestARecordIsReadAsFarAsItGoes(t *testing.T) {
	e := parse(t, `{"eventVersion":"1.11","userIdentity":{"type":["x"],"arn":7,"sessionContext":[1],"onBehalfOf":"me"},"eventTime":20260711,
		"eventSource":"lambda.amazonaws.com","eventName":"AddPermission20150331v2","awsRegion":{"no":"region"},"sourceIPAddress":null,"userAgent":"`+"a\xffb"+`",
		"requestParameters":{"a":[1]},"responseElements":null,"resources":{"ARN":"arn:aws:lambda:x","type":"AWS::Lambda::Function"},"eventName":"AddPermission20150331v2"}`)
	if e.Name != "AddPermission" || e.Source != "lambda.amazonaws.com" || e.Region != "" || e.Address != "" || !e.Time.IsZero() || e.Identity.ARN != "7" {
		t.Errorf("%+v", e)
	}
	if string(e.Params) != `{"a":[1]}` || e.Answer != nil || len(e.Resources) != 1 || e.Resources[0].ARN != "arn:aws:lambda:x" {
		t.Errorf("%s %s %v", e.Params, e.Answer, e.Resources)
	}
	if !strings.HasPrefix(e.ID, "sha256:") || e.ID != parse(t, `{"eventName":"x"}`).ID && len(e.ID) != len("sha256:")+64 {
		t.Errorf("a record without an id is %s", e.ID)
	}
	whole := parse(t, `{"eventID":"e-1","eventTime":"2026-07-11T01:02:03Z","eventName":"CreateFunction20150331","eventSource":"lambda.amazonaws.com","awsRegion":"eu-west-1",
		"recipientAccountId":"123456789012","sourceIPAddress":"203.0.113.7","additionalEventData":{"MFAUsed":"Yes","callWithBearerToken":true},"sessionCredentialFromConsole":"true",
		"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/jm","accessKeyId":"AKIA1","sessionContext":{"attributes":{"creationDate":"20260711T010000Z"}}}}`)
	if whole.Name != "CreateFunction" || !whole.MFA || !whole.Identity.Bearer || !whole.Identity.FromConsole || !whole.ByAddress() ||
		!whole.Identity.Began.Equal(time.Date(2026, 7, 11, 1, 0, 0, 0, time.UTC)) || !whole.Time.Equal(time.Date(2026, 7, 11, 1, 2, 3, 0, time.UTC)) {
		t.Errorf("%+v", whole)
	}
	for _, none := range []string{``, `{`, `[]`, `7`, `{"a":1}`, `{"eventName":null}`, `{"userIdentity":{"type":"Root"}}`} {
		if e, err := trail.Parse([]byte(none)); err == nil {
			t.Errorf("%q is read as %+v", none, e)
		}
	}
	if _, err := trail.Parse([]byte(`{"a":1}`)); !errors.Is(err, trail.ErrNoRecord) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"resources":[{"ARN":"a"},7],"responseElements":{"ConsoleLogin":"Success"}}`))
	f.Add([]byte(`{"eventName":"AssumeRole","responseElements":{"credentials":{"accessKeyId":"ASIA1"},"assumedRoleUser":{"arn":"x"}},"eventTime":"2026-07-11T01:02:03Z"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := trail.Parse(raw)
		if err != nil {
			return
		}
		x := trail.NewIndex()
		if _, fresh := x.Add(e); !fresh || e.ID == "" {
			t.Fatalf("%+v", e)
		}
		if _, fresh := x.Add(e); fresh || x.Len() != 1 || len(x.Sessions()) != 1 {
			t.Fatal("it was counted twice")
		}
		_ = e.Identity.Label()
	})
}
