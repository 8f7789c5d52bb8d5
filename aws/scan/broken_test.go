package scan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

// turner makes AWS answer by small pages, and may cut the connection at the second page of an
// operation.
type turner struct {
	next http.RoundTripper

	mu sync.Mutex
	// turned are the operations that were asked for a further page ("ecs:ListTasks", of a REST
	// protocol its path), cut the one that is broken.
	turned map[string]bool
	cut    string
}

// smallPage leaves room for AWS's own two capacity providers, which are nobody's finding.
const smallPage = 3

func (p *turner) RoundTrip(r *http.Request) (*http.Response, error) {
	operation, further, err := p.turn(r)
	if err != nil {
		return nil, err
	}
	if further && p.broken(signedFor(r)+":"+operation) {
		return nil, errors.New("the connection is cut")
	}
	return p.next.RoundTrip(r)
}

// signedFor is the service that a request is signed for.
func signedFor(r *http.Request) string {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if parts := strings.Split(scope, "/"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}

func (p *turner) broken(operation string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turned[operation] = true
	return operation == p.cut
}

// turn makes a request's page small, and says which operation it asks for a further page of. It
// knows the JSON protocols, the form of the query ones, and the address of the REST ones.
func (p *turner) turn(r *http.Request) (operation string, further bool, err error) {
	values := r.URL.Query()
	if smaller(values) {
		further = values.Get(tokenIn(values)) != ""
		r.URL.RawQuery = values.Encode()
		return strings.Trim(r.URL.Path, "/"), further, nil
	}
	if r.Body == nil {
		return "", false, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", false, err
	}
	var members map[string]any
	if form, formErr := url.ParseQuery(string(body)); json.Unmarshal(body, &members) == nil {
		_, operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		for name, value := range members {
			if isSize(name) {
				members[name] = smallPage
			}
			further = further || isToken(name) && value != ""
		}
		if body, err = json.Marshal(members); err != nil {
			return "", false, err
		}
	} else if formErr == nil && form.Get("Action") != "" {
		operation, further = form.Get("Action"), form.Get(tokenIn(form)) != ""
		smaller(form)
		body = []byte(form.Encode())
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return operation, further, nil
}

func smaller(values url.Values) (sized bool) {
	for name := range values {
		if isSize(name) {
			values.Set(name, strconv.Itoa(smallPage))
			sized = true
		}
	}
	return sized
}

func tokenIn(values url.Values) string {
	for name := range values {
		if isToken(name) {
			return name
		}
	}
	return ""
}

func isSize(name string) bool {
	return slices.Contains([]string{"maxresults", "maxitems", "maxrecords", "limit"}, strings.ToLower(name))
}

func isToken(name string) bool {
	return slices.Contains([]string{"nexttoken", "marker"}, strings.ToLower(name))
}

// TestBrokenListingIsPartial cuts the connection at the second page of each listing of each kind:
// what was found stands as a lower bound, and the cell tells the call that broke off.
func TestBrokenListingIsPartial(t *testing.T) {
	account := cloud.New(cloud.Options{Account: kindtest.Account})
	for _, d := range append(all.All(all.Options{}), kindtest.Foreign()) {
		t.Run(string(d.ID), func(t *testing.T) {
			if !kindtest.IsSimulated(account, d) {
				t.Skipf("the service of %s is not simulated", d.ID)
			}
			synctest.Test(t, func(t *testing.T) { breakOff(t, d) })
		})
	}
}

func breakOff(t *testing.T, d kind.Def) {
	c := cloud.New(cloud.Options{Account: kindtest.Account})
	c.AddCredential("AKIAIOSFODNN7EXAMPLE", cloud.Identity{ARN: kindtest.Caller, UserID: "AROAEXAMPLE:jm"})
	c.Locked(func(now time.Time) { kindtest.Plenty(c, now) })
	pages := &turner{next: sim.New(c, sim.Options{Latency: 40 * time.Millisecond}).Transport(), turned: map[string]bool{}}
	conn, err := aws.Connect(t.Context(), aws.Options{
		Transport: pages, Region: kindtest.Region, Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	key := model.CellKey{Place: model.Place{Account: kindtest.Account, Region: kindtest.Region}, Kind: d.ID}
	if d.Scope == model.Global {
		key.Region = ""
	}
	time.Sleep(10 * time.Minute) // Until what was furnished has come to rest.
	clear(pages.turned)
	whole, sound := listOnce(t, conn, d, key)
	if sound.State != model.CellCounted || len(whole) == 0 {
		t.Fatalf("unbroken: %d, %s, %v", len(whole), sound.State, sound.Failure)
	}
	// The list of the regions is no listing of the kind.
	maps.DeleteFunc(pages.turned, func(operation string, _ bool) bool { return strings.HasPrefix(operation, "account:") })
	if len(pages.turned) == 0 {
		t.Fatalf("no listing of %s goes on to a second page: furnish the account with more of it", d.ID)
	}
	short := 0
	for _, operation := range slices.Sorted(maps.Keys(pages.turned)) {
		pages.cut = operation
		found, cell := listOnce(t, conn, d, key)
		if cell.State != model.CellPartial || cell.Failure == nil {
			t.Errorf("%s broke off after its first page: %s, %v; want partial, and why", operation, cell.State, cell.Failure)
			continue
		}
		if told := cell.Failure.Operation; told != operation && (slices.Contains(d.Calls, operation) || !slices.Contains(d.Calls, told)) {
			t.Errorf("%s broke off, and the cell tells of %q", operation, told)
		}
		for ref := range found {
			if !whole[ref] {
				t.Errorf("%s broke off, and %s was found, which an unbroken listing does not find", operation, ref)
			}
		}
		if len(found) == 0 {
			t.Errorf("%s broke off, and what came before is lost", operation)
		}
		if len(found) < len(whole) {
			short++
		}
	}
	if short == 0 {
		t.Errorf("whatever breaks off of %v, all %d are found: nothing was broken", slices.Collect(maps.Keys(pages.turned)), len(whole))
	}
}

// listOnce lists one kind in one place, and answers with what is shown in its cell.
func listOnce(t *testing.T, conn *aws.Connection, d kind.Def, key model.CellKey) (map[model.Ref]bool, model.Cell) {
	t.Helper()
	s := scan.Start(t.Context(), scan.Options{
		AWS: conn, Defs: []kind.Def{d}, Sealer: model.NewSealer([]byte("a key for tests, 16+ bytes")), Once: true, Only: []model.Place{key.Place},
	})
	defer s.Close()
	inventory := model.NewInventory()
	for {
		b, err := s.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		inventory.Apply(b)
	}
	found := map[model.Ref]bool{}
	for _, r := range inventory.Snapshot().In(key) {
		found[r.Ref] = true
	}
	return found, inventory.Snapshot().Cell(key)
}
