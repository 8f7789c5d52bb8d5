package aws_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	autoscaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// answering is a connection to an AWS that answers everything with one body.
func answering(t *testing.T, contentType string, body func() io.Reader) *aws.Clients {
	t.Helper()
	c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
		a := answer(r, http.StatusOK, contentType, "", "x-amzn-RequestId", "req-7")
		a.Body, a.ContentLength = io.NopCloser(body()), -1
		return a, nil
	}))
	return c.Clients("us-east-1")
}

const awsJSON = "application/x-amz-json-1.1"

// TestNumbersAndTextsAreReadEitherWay: stand-ins for AWS have numbers where the API has texts and
// the other way round. Both generations of the SDK's readers have to take them.
func TestNumbersAndTextsAreReadEitherWay(t *testing.T) {
	t.Parallel()
	clients := answering(t, awsJSON, func() io.Reader {
		return strings.NewReader(`{"tasks":[{"taskArn":"a","cpu":256,"memory":"512","version":"7","createdAt":"1700000000.5",
			"containers":[{"name":"c","cpu":128,"exitCode":"3"}],"tags":[{"key":"k","value":9007199254740993}],"unknown":{"x":1}}],"failures":[]}`)
	})
	tasks, err := aws.Client(clients, ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(tasks.Tasks) != 1 || len(tasks.Tasks[0].Containers) != 1 {
		t.Fatalf("read %d tasks", len(tasks.Tasks))
	}
	task := tasks.Tasks[0]
	if *task.Cpu != "256" || *task.Memory != "512" || task.Version != 7 || *task.Containers[0].Cpu != "128" ||
		*task.Containers[0].ExitCode != 3 || *task.Tags[0].Value != "9007199254740993" || task.CreatedAt.UnixMilli() != 1700000000500 {
		t.Errorf("read %+v", task)
	}

	clients = answering(t, awsJSON, func() io.Reader {
		return strings.NewReader(`{"ScalableTargets":[{"ResourceId":12,"MinCapacity":"3","MaxCapacity":4,"SuspendedState":{"DynamicScalingInSuspended":true}}]}`)
	})
	targets, err := aws.Client(clients, applicationautoscaling.NewFromConfig).DescribeScalableTargets(t.Context(),
		&applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: autoscaling.ServiceNamespaceEcs})
	if err != nil {
		t.Fatal(err)
	}
	if len(targets.ScalableTargets) != 1 || *targets.ScalableTargets[0].ResourceId != "12" || *targets.ScalableTargets[0].MinCapacity != 3 {
		t.Errorf("read %+v", targets.ScalableTargets)
	}
}

// TestAnAnswerThatCannotBeReadIsAnAnswer: it says which member of which operation's answer is
// wrong, and is not taken for a place that does not answer.
func TestAnAnswerThatCannotBeReadIsAnAnswer(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ contentType, body, member, says string }{
		"an object for a text":          {awsJSON, `{"tasks":[{"taskArn":{"x":1}}]}`, "tasks[0].taskArn", "tasks[0].taskArn is not what the API says"},
		"words for a number":            {awsJSON, `{"tasks":[{"cpu":1,"version":"seven"}]}`, "tasks[0].version", "tasks[0].version is not"},
		"a fraction for a whole":        {awsJSON, `{"tasks":[{"version":"1.5"}]}`, "tasks[0].version", "tasks[0].version is not"},
		"a text for a yes":              {awsJSON, `{"tasks":[{"enableExecuteCommand":"yes"}]}`, "tasks[0].enableExecuteCommand", "tasks[0].enableExecuteCommand is not"},
		"a text for a list":             {awsJSON, `{"tasks":"none"}`, "tasks", "tasks is not"},
		"a page":                        {"text/html", "<html>sign in to the hotel</html>", "", "maybe a page of a proxy"},
		"half a document":               {awsJSON, `{"tasks":[`, "", "the answer cannot be read"},
		"two documents":                 {awsJSON, `{"tasks":[{"cpu":1}]}{"tasks":[]}`, "", "the answer cannot be read"},
		"no list":                       {awsJSON, `{"failures":[],"nextToken":"x"}`, "", "the answer is not whole"},
		"a list that is null":           {awsJSON, `{"tasks":null,"failures":[]}`, "", "the answer is not whole"},
		"an error that says it is none": {awsJSON, `{"__type":"AccessDeniedException","message":"no"}`, "", "the answer is not whole"},
		"nothing":                       {awsJSON, ``, "", "the answer is not whole"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clients := answering(t, x.contentType, func() io.Reader { return strings.NewReader(x.body) })
			_, err := aws.Client(clients, ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{"a"}})
			var unreadable *aws.UnreadableError
			if !errors.As(err, &unreadable) {
				t.Fatalf("the error is %v", err)
			}
			if unreadable.Member != x.member || string(unreadable.Body) != x.body {
				t.Errorf("member %q, body %q", unreadable.Member, unreadable.Body)
			}
			if aws.Classify(err) != aws.Unreadable || aws.Unanswered(err) {
				t.Errorf("it is of class %s, unanswered %v", aws.Classify(err), aws.Unanswered(err))
			}
			f := aws.Describe(err)
			if f.Service != "ecs" || f.Op != "DescribeTasks" || f.Region != "us-east-1" || f.RequestID != "req-7" || !strings.Contains(f.Message, x.says) {
				t.Errorf("it is described as %+v", f)
			}
		})
	}
}

// TestAListWithoutEntriesIsAnAnswer, in both generations of the SDK's readers.
func TestAListWithoutEntriesIsAnAnswer(t *testing.T) {
	t.Parallel()
	clients := answering(t, awsJSON, func() io.Reader { return strings.NewReader(`{"tasks":[],"failures":[],"ScalableTargets":[]}`) })
	if _, err := aws.Client(clients, ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{"a"}}); err != nil {
		t.Error(err)
	}
	if _, err := aws.Client(clients, applicationautoscaling.NewFromConfig).DescribeScalableTargets(t.Context(),
		&applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: autoscaling.ServiceNamespaceEcs}); err != nil {
		t.Error(err)
	}
}

// TestAChangeMayBeAnsweredWithNothing: a write that succeeded has nothing to say.
func TestAChangeMayBeAnsweredWithNothing(t *testing.T) {
	t.Parallel()
	c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusOK, awsJSON, ""), nil }))
	p, err := c.Grant("7f3a", "123456789012", map[string]aws.Allowed{
		"s1": {Service: "ECS", Operations: []string{"TagResource"}, Place: model.Place{Account: "123456789012", Region: "us-east-1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = aws.Client(c.Clients("us-east-1"), ecs.NewFromConfig).TagResource(aws.WithPermit(t.Context(), p, "s1"),
		&ecs.TagResourceInput{ResourceArn: new("x"), Tags: []types.Tag{}})
	if err != nil {
		t.Error(err)
	}
}

// cut is a body whose connection is lost.
type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// TestWhatDoesNotComeBackIsUnanswered: an answer that is lost on the way is none; one of another
// server in AWS's place is one.
func TestWhatDoesNotComeBackIsUnanswered(t *testing.T) {
	t.Parallel()
	clients := answering(t, awsJSON, func() io.Reader { return cut{strings.NewReader(`{"tasks":[]`)} })
	_, err := aws.Client(clients, ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{"a"}})
	if aws.Classify(err) != aws.Unreachable || !aws.Unanswered(err) || !strings.Contains(aws.Describe(err).Message, "broke off") {
		t.Errorf("%v is of class %s, unanswered %v: %s", err, aws.Classify(err), aws.Unanswered(err), aws.Describe(err).Message)
	}
	for status, unanswered := range map[int]bool{http.StatusBadGateway: false, http.StatusForbidden: false, 0: true} {
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			if status == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return answer(r, status, "text/html", "<html>"), nil
		}))
		_, err := aws.Client(c.Clients("us-east-1"), ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{"a"}})
		if aws.Classify(err) != aws.Unreachable || aws.Unanswered(err) != unanswered {
			t.Errorf("%d: %v is of class %s, unanswered %v", status, err, aws.Classify(err), aws.Unanswered(err))
		}
	}
}
