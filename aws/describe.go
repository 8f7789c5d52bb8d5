package aws

import (
	"errors"
	"net/url"

	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/chain"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// CallError adds to an error of the SDK where the call went, which the SDK does not say.
type CallError struct {
	// Service is the IAM prefix, Operation the API's name, Region the one that was asked.
	Service, Operation, Region string
	// Err is what the SDK or the guard said.
	Err error
}

// Error words it in the SDK's words: the operation stands before it there.
func (e *CallError) Error() string { return e.Region + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *CallError) Unwrap() error { return e.Err }

// Failure is an error fit to be shown and kept.
type Failure struct {
	// Service is the IAM prefix ("ecs"), Op the operation ("ListTasks"), Region the one that was
	// asked; empty if the error says nothing of it.
	Service, Op, Region string
	// Code and Message are AWS's own, cleaned for the terminal. Without an answer of AWS the code
	// is empty and the message is ours.
	Code, Message string
	// RequestID is what AWS Support asks for.
	RequestID string
	// Class is the error's class.
	Class Class
}

// Model is the failure as cells and steps keep it.
func (f Failure) Model() *model.Failure {
	operation := f.Op
	if f.Service != "" {
		operation = f.Service + ":" + f.Op
	}
	return &model.Failure{Operation: operation, Region: f.Region, Code: f.Code, Message: f.Message, RequestID: f.RequestID}
}

// Describe takes an error apart; of joined errors it is the worst. Everything that came from
// outside is cleaned by model.Clean.
func Describe(err error) Failure {
	if err == nil {
		return Failure{}
	}
	part := worstPart(err)
	f := Failure{Class: Classify(err), Code: model.Clean(errorCode(part)), Message: model.Clean(chain.ScrubLabelled(words(part)))}
	if f.place(part); f.Op == "" {
		// What was wrapped around joined errors says where they come from.
		f.place(err)
	}
	var response interface{ ServiceRequestID() string }
	if errors.As(part, &response) {
		f.RequestID = model.Clean(response.ServiceRequestID())
	}
	var unreadable *UnreadableError
	if errors.As(part, &unreadable) {
		f.RequestID = model.Clean(unreadable.RequestID)
	}
	var multi *MultiError
	if errors.As(err, &multi) {
		f.Message += " (" + multi.more() + ")"
	}
	return f
}

// place fills in where the call went, as far as an error says.
func (f *Failure) place(err error) {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		f.Service, f.Op = service.Of(operation.ServiceID).Prefix, operation.OperationName
	}
	var call *CallError
	if errors.As(err, &call) {
		f.Service, f.Op, f.Region = call.Service, call.Operation, call.Region
	}
}

// words is AWS's message, or the innermost thing that can be said without one: the layers of the
// SDK around it tell nobody anything.
func words(err error) string {
	// What has been explained has passed the scrubber; the service's own words below it have not.
	var explained *Explained
	if errors.As(err, &explained) {
		if explained.Code != "" {
			return explained.Words
		}
		return explained.Error()
	}
	var api smithy.APIError
	if errors.As(err, &api) && errorCode(err) != "" {
		return api.ErrorMessage()
	}
	var guard *GuardError
	if errors.As(err, &guard) {
		return guard.Error()
	}
	var queue *QueueError
	if errors.As(err, &queue) {
		return queue.Error()
	}
	var unreadable *UnreadableError
	if errors.As(err, &unreadable) {
		return unreadable.Error()
	}
	var cut *cutError
	if errors.As(err, &cut) {
		return cut.Error()
	}
	if status := statusOf(err); status != 0 {
		return statusText(status)
	}
	var sent *url.Error
	if errors.As(err, &sent) {
		return sent.Err.Error()
	}
	var call *CallError
	if errors.As(err, &call) {
		return call.Err.Error()
	}
	return err.Error()
}
