package execute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// unreadableMost is how many bytes of a text that is no JSON are kept, which is enough to see whose
// it is.
const unreadableMost = 64 << 10

// unreadable goes on with a step whose answer came and could not be read: AWS may have done what
// was asked for, so that is looked at, and the answer is kept beside the evidence.
func (x *Executor) unreadable(s *job.Step, failure *model.Failure, err error) {
	why := failure.Error()
	if e, ok := errors.AsType[*aws.UnreadableError](err); ok && len(s.Targets) > 0 {
		kept := unreadableAnswer(e, x.job.Defs[s.Kind].Secret, x.job.Store.Sealer())
		if err := x.evidence.Put(s.Targets[0], kept); err != nil {
			why += "; the answer could not be kept: " + err.Error()
		} else {
			why += "; the answer is kept with the evidence"
		}
	}
	if x.attemptsOf(s).lost.Load() && x.done(s) {
		x.board.Proven(s)
		return
	}
	x.board.Ended(s, port.StepFailed, why, failure)
}

// unreadableAnswer is an answer as it is kept. What it says in JSON is sealed as all records are;
// a text that only looks like it may hold a secret where nothing tells, and only its sum is kept.
func unreadableAnswer(e *aws.UnreadableError, secret []string, sealer model.Sealer) kind.Evidence {
	sum := sha256.Sum256(e.Body)
	answer := map[string]any{
		"operation": e.Service + ":" + e.Operation, "region": e.Region, "requestId": e.RequestID, "member": e.Member,
		"bytes": len(e.Body), "sha256": hex.EncodeToString(sum[:]),
	}
	var document any
	switch text := strings.TrimSpace(string(e.Body)); {
	case json.Unmarshal(e.Body, &document) == nil:
		answer["body"] = kind.Record(document, kind.Writing{Secret: secret}, sealer).JSON
	case !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "["):
		answer["text"] = model.Clean(text[:min(len(text), unreadableMost)])
	}
	out := kind.Evidence{What: fmt.Sprintf("unreadable answer of %s:%s", e.Service, e.Operation)}
	if out.Data, _ = json.Marshal(answer); out.Data == nil {
		out.Missing = "it could not be written down"
	}
	return out
}
