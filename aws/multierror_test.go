package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
)

// refusedWith is a call's error with AWS's code in it.
func refusedWith(t *testing.T, region, code string) error {
	t.Helper()
	c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
		return jsonError(r, http.StatusBadRequest, code, "words of "+code), nil
	}))
	_, err := aws.Client(c.Clients(region), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

// TestUnsupportedDoesNotHideARefusal: a cell of class Unsupported is counted as complete.
func TestUnsupportedDoesNotHideARefusal(t *testing.T) {
	unsupported := refusedWith(t, "eu-west-3", "UnsupportedFeatureException")
	denied, expired := refusedWith(t, "eu-west-3", "AccessDeniedException"), refusedWith(t, "eu-west-3", "ExpiredTokenException")
	other := refusedWith(t, "eu-west-3", "ClientException")
	for want, parts := range map[aws.Class][]error{
		aws.Unsupported: {unsupported, unsupported},
		aws.Denied:      {unsupported, denied, other, context.Canceled, context.DeadlineExceeded},
		aws.Expired:     {denied, unsupported, expired},
		aws.Unreachable: {other, context.DeadlineExceeded, context.Canceled},
		aws.Other:       {unsupported, context.Canceled, other},
	} {
		var collected error
		for turn := range parts {
			// Whatever comes first.
			order := append(append([]error{}, parts[turn:]...), parts[:turn]...)
			collected = nil
			for _, e := range order {
				collected = aws.AppendError(collected, e)
			}
			nested := fmt.Errorf("listing: %w", errors.Join(nil, errors.Join(order...)))
			for name, err := range map[string]error{"joined": errors.Join(order...), "nested": nested, "collected": collected, "wrapped": fmt.Errorf("listing: %w", collected)} {
				if got := aws.Classify(err); got != want {
					t.Errorf("%s: %v, want %v: %v", name, got, want, err)
				}
			}
		}
	}
}

func TestManyFailuresComeToOne(t *testing.T) {
	denied := refusedWith(t, "eu-west-3", "AccessDeniedException")
	var err error
	if err = aws.AppendError(nil, denied); !errors.Is(err, denied) || strings.Contains(err.Error(), "more") {
		t.Errorf("one failure is itself, not %v", err)
	}
	var inner error
	for range 4 {
		inner = aws.AppendError(inner, context.Canceled)
	}
	err = aws.AppendError(aws.AppendError(context.Canceled, err), inner)
	f := aws.Describe(err)
	if f.Class != aws.Denied || f.Code != "AccessDeniedException" || f.Op != "ListClusters" || f.Region != "eu-west-3" || f.RequestID != "req-1" {
		t.Errorf("the failure is %+v", f)
	}
	if f.Message != "words of AccessDeniedException (and 5 more calls failed)" || strings.Contains(err.Error(), "canceled") {
		t.Errorf("words %q, %v", f.Message, err)
	}
	if f := aws.Describe(errors.Join(context.Canceled, denied)); f.Code != "AccessDeniedException" || f.Message != "words of AccessDeniedException" {
		t.Errorf("of joined errors the failure is %+v", f)
	}
	if f := aws.Describe(aws.AppendError(errors.New("a"), errors.New("b"))); f.Message != "a (and 1 more call failed)" {
		t.Errorf("two of ours are %q", f.Message)
	}
	if aws.AppendError(nil, nil) != nil {
		t.Error("no failure is one")
	}
}
