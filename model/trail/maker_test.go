package trail_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
)

const (
	account = "123456789012"
	honest  = "arn:aws:sts::123456789012:assumed-role/Admin/jm"
	thief   = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_889bf10e708b0b0b/root"
	prod    = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
	shop    = "arn:aws:ecs:eu-west-1:123456789012:service/prod/shop"
	nightly = "arn:aws:events:eu-west-1:123456789012:rule/nightly"
	task1   = "arn:aws:ecs:eu-west-1:123456789012:task/prod/1"
)

// things is a catalog with what the tests speak of: a cluster has no time of creation, a service and
// a task have one, and tasks are made for services and rules.
func things(t testing.TB) *model.Catalog {
	t.Helper()
	kind := func(id model.KindID, made, ended string, ids ...string) model.Kind {
		k := model.Kind{ID: id, Aliases: []string{string(id[4:])}, Title: string(id), Plural: string(id) + "s", MadeBy: []model.EventOf{{Event: made, IDs: ids}}}
		if ended != "" {
			k.EndedBy = []model.EventOf{{Event: ended, IDs: ids}}
		}
		return k
	}
	task := kind("ecs:task", "ecs.amazonaws.com:RunTask", "", "{responseElements.tasks[].taskArn}")
	task.MadeFor = []model.KindID{"ecs:service", "evt:rule"}
	catalog, err := model.NewCatalog(
		kind("ecs:cluster", "ecs.amazonaws.com:CreateCluster", "ecs.amazonaws.com:DeleteCluster", "{responseElements.cluster.clusterArn}",
			"arn:{partition}:ecs:{region}:{account}:cluster/{requestParameters.clusterName|tail|or:default}"),
		kind("ecs:service", "ecs.amazonaws.com:CreateService", "", "{responseElements.service.serviceArn}"),
		task,
		kind("evt:rule", "events.amazonaws.com:PutRule", "", "{responseElements.ruleArn}"),
	)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func ref(kind model.KindID, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: "eu-west-1"}, Kind: kind, ID: id}
}

// at is a moment of the night.
func at(minute int) time.Time { return time.Date(2026, 7, 11, 1, minute, 0, 0, time.UTC) }

// event is a record; more are further members, and the request and the answer by their JSON.
func event(t testing.TB, minute int, who, source, name, params, answer, more string) *trail.Event {
	t.Helper()
	return parse(t, fmt.Sprintf(`{"eventID":"e-%s-%d","eventTime":%q,"eventSource":%q,"eventName":%q,"awsRegion":"eu-west-1","recipientAccountId":%q,
		"userIdentity":{"type":"AssumedRole","arn":%q%s},"requestParameters":%s,"responseElements":%s}`,
		name, minute, at(minute).Format(time.RFC3339), source, name, account, who, more, params, answer))
}

func clusterMade(t testing.TB, minute int, who string) *trail.Event {
	return event(t, minute, who, "ecs.amazonaws.com", "CreateCluster", `{"clusterName":"prod"}`, `{"cluster":{"clusterArn":"`+prod+`"}}`, "")
}

func snapshotOf(resources ...*model.Resource) *model.Snapshot {
	inventory := model.NewInventory()
	var found []model.Found
	for _, r := range resources {
		found = append(found, model.Found{Resource: r, Pass: 1})
	}
	inventory.Apply(&model.Batch{At: at(59), Found: found})
	return inventory.Snapshot()
}

func makerOf(t testing.TB, r *model.Resource, others []*model.Resource, events ...*trail.Event) model.About {
	t.Helper()
	m := trail.NewMakers(things(t), "aws")
	for _, e := range events {
		m.Add(e)
	}
	batch := m.Overlay(snapshotOf(append(others, r)...))
	if batch == nil {
		return model.About{}
	}
	return batch.Set[r.Ref]
}

// TestWhoMadeWhatHasNoTimeOfItsOwn: asking for a cluster that is there makes nothing, and what was
// deleted and made again is another.
func TestWhoMadeWhatHasNoTimeOfItsOwn(t *testing.T) {
	cluster := &model.Resource{Ref: ref("ecs:cluster", prod), ARN: prod}
	deleted := event(t, 20, honest, "ecs.amazonaws.com", "DeleteCluster", `{"clusterName":"`+prod+`"}`, `null`, "")
	refused := event(t, 1, thief, "ecs.amazonaws.com", "CreateCluster", `{"clusterName":"prod"}`, `null`, `},"errorCode":"AccessDenied","x":{"y":1`)
	elsewhere := event(t, 1, thief, "ecs.amazonaws.com", "CreateCluster", `{}`, `{"cluster":{"clusterArn":"arn:aws:ecs:eu-west-1:999999999999:cluster/prod"}}`, "")
	nameless := event(t, 1, thief, "ecs.amazonaws.com", "CreateCluster", `{"clusterName":"other"}`, `null`, "")
	for name, c := range map[string]struct {
		events []*trail.Event
		who    string
		when   time.Time
	}{
		"he asks for an honest one":   {[]*trail.Event{clusterMade(t, 10, honest), clusterMade(t, 30, thief)}, honest, at(10)},
		"it was made again":           {[]*trail.Event{clusterMade(t, 10, honest), deleted, clusterMade(t, 30, thief)}, thief, at(30)},
		"it was made again by honest": {[]*trail.Event{clusterMade(t, 10, thief), deleted, clusterMade(t, 30, honest), clusterMade(t, 40, thief)}, honest, at(30)},
		"only its end is known":       {[]*trail.Event{clusterMade(t, 10, thief), deleted}, "", time.Time{}},
		"he was refused":              {[]*trail.Event{refused, clusterMade(t, 10, honest)}, honest, at(10)},
		"of another account or name":  {[]*trail.Event{elsewhere, nameless}, "", time.Time{}},
	} {
		for range 4 {
			rand.Shuffle(len(c.events), func(i, j int) { c.events[i], c.events[j] = c.events[j], c.events[i] })
			about := makerOf(t, cluster, nil, c.events...)
			if about.Maker.ARN != c.who || !about.MadeAt.Equal(c.when) || c.who != "" && about.Maker.Source != model.FromEvent {
				t.Errorf("%s: it is of %+v", name, about)
			}
		}
	}
	about := makerOf(t, cluster, nil, event(t, 5, thief, "ecs.amazonaws.com", "CreateCluster", `{}`, `null`, ""), clusterMade(t, 6, honest))
	if about.Maker.ARN != honest || about.Event != "e-CreateCluster-6" {
		t.Errorf("the answer is null and the name is the default: %+v", about)
	}
}

// TestATimeOfCreationHasToFit: a service that was made anew under an old name is not of who made the
// old one.
func TestATimeOfCreationHasToFit(t *testing.T) {
	made := func(minute int, who string) *trail.Event {
		return event(t, minute, who, "ecs.amazonaws.com", "CreateService", `{}`, `{"service":{"serviceArn":"`+shop+`"}}`, "")
	}
	service := func(minute int) *model.Resource {
		return &model.Resource{Ref: ref("ecs:service", shop), ARN: shop, MadeAt: at(minute).Add(time.Second)}
	}
	if about := makerOf(t, service(30), nil, made(10, thief), made(30, honest)); about.Maker.ARN != honest {
		t.Errorf("%+v", about)
	}
	if about := makerOf(t, service(10), nil, made(10, thief), made(30, honest)); about.Maker.ARN != thief {
		t.Errorf("%+v", about)
	}
	if about := makerOf(t, service(20), nil, made(10, thief), made(30, thief)); !about.IsZero() {
		t.Errorf("its creation was not read, and it is of %+v", about)
	}
}

// TestWhatAWSMakesIsOfWhoAskedForIt: tasks are of the maker of their service or rule; what somebody
// merely wrote into startedBy proves nothing.
func TestWhatAWSMakesIsOfWhoAskedForIt(t *testing.T) {
	service := &model.Resource{Ref: ref("ecs:service", shop), ARN: shop, MadeAt: at(10)}
	rule := &model.Resource{Ref: ref("evt:rule", nightly), ARN: nightly}
	cluster := &model.Resource{Ref: ref("ecs:cluster", prod), ARN: prod}
	ofService := event(t, 10, thief, "ecs.amazonaws.com", "CreateService", `{}`, `{"service":{"serviceArn":"`+shop+`"}}`, "")
	ofRule := event(t, 5, honest, "events.amazonaws.com", "PutRule", `{"name":"nightly"}`, `{"ruleArn":"`+nightly+`"}`, "")
	ran := func(who, more string) *trail.Event {
		return event(t, 12, who, "ecs.amazonaws.com", "RunTask", `{"startedBy":"events-rule/nightly"}`, `{"tasks":[{"taskArn":"`+task1+`"},{"taskArn":7}]}`, more)
	}
	task := func(owner, use model.Ref) *model.Resource {
		r := &model.Resource{Ref: ref("ecs:task", task1), ARN: task1, MadeAt: at(12), Owners: []model.Ref{owner}}
		if !use.IsZero() {
			r.Uses = []model.Ref{use}
		}
		return r
	}
	others := []*model.Resource{service, rule, cluster}
	byService := makerOf(t, task(service.Ref, model.Ref{}), others, ofService, clusterMade(t, 1, honest))
	if byService.Maker != (model.Maker{ARN: thief, Source: model.FromOwner}) || byService.Event != "e-CreateService-10" {
		t.Errorf("of a service: %+v", byService)
	}
	byRule := makerOf(t, task(cluster.Ref, rule.Ref), others, ofRule, clusterMade(t, 1, thief), ran("arn:aws:sts::123456789012:assumed-role/ecsEvents/1", `,"invokedBy":"events.amazonaws.com"`))
	if byRule.Maker != (model.Maker{ARN: honest, Source: model.FromOwner}) {
		t.Errorf("of a rule: %+v", byRule)
	}
	forged := makerOf(t, task(cluster.Ref, rule.Ref), others, ofRule, clusterMade(t, 1, thief), ran(thief, ""))
	if forged.Maker != (model.Maker{ARN: thief, Source: model.FromEvent}) {
		t.Errorf("he ran it and wrote the rule's name: %+v", forged)
	}
	if about := makerOf(t, task(cluster.Ref, rule.Ref), others, ofRule, clusterMade(t, 1, thief)); !about.IsZero() {
		t.Errorf("nothing but startedBy tells of it: %+v", about)
	}
	linked := makerOf(t, task(cluster.Ref, model.Ref{}), others, ran("arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForBatch/x", ""))
	if linked.Maker.ARN != "" || !linked.MadeAt.Equal(at(12)) {
		t.Errorf("a service-linked role made it: %+v", linked)
	}
}

// TestWhereARecordNamesWhatItMade: templates take the first that can be filled, lists, tails, defaults,
// and leave out what is of another place.
func TestWhereARecordNamesWhatItMade(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{
		ID: "evt:rule", Title: "RULE", Plural: "rules", MadeBy: []model.EventOf{{Event: "events.amazonaws.com:PutRule", IDs: []string{
			"arn:{partition}:events:{region}:{account}:rule/{requestParameters.bus|tail|not:default}/{requestParameters.names[]}",
			"arn:{partition}:events:{region}:{account}:rule/{requestParameters.names[]}",
			"{serviceEventDetails.rule|or:nobody}",
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const here = "arn:aws:events:eu-west-1:123456789012:rule/"
	for params, want := range map[string][]string{
		`{"bus":"arn:aws:events:eu-west-1:123456789012:event-bus/x","names":["a","b"]}`: {here + "x/a", here + "x/b"},
		`{"bus":"default","names":["a"]}`:                                               {here + "a"},
		`{"names":["a",7,null,""]}`:                                                     {here + "a"},
		`{"names":"a"}`:                                                                 {"nobody"},
		`[]`:                                                                            {"nobody"},
	} {
		m := trail.NewMakers(catalog, "aws")
		m.Add(event(t, 1, thief, "events.amazonaws.com", "PutRule", params, `null`, ""))
		var rules []*model.Resource
		for _, id := range want {
			rules = append(rules, &model.Resource{Ref: ref("evt:rule", id)})
		}
		if b := m.Overlay(snapshotOf(rules...)); b == nil || len(b.Set) != len(want) || m.Made()[thief] != len(want) {
			t.Errorf("%s: %+v, made %v", params, b, m.Made())
		}
	}
	m := trail.NewMakers(things(t), "aws")
	if m.Add(event(t, 1, thief, "ecs.amazonaws.com", "CreateCluster", `{}`, `{"cluster":{"clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/prod"}}`, "")); len(m.Made()) != 0 {
		t.Error("a thing of another region than the record's is taken for made")
	}
	if m.Add(event(t, 1, thief, "ecs.amazonaws.com", "ListClusters", `{}`, `null`, "")) || !m.Add(clusterMade(t, 2, thief)) {
		t.Error("it does not say which events tell of makers")
	}
}

// TestAnOwnersMakerMayBeAWSsWord: registeredBy is passed on too.
func TestAnOwnersMakerMayBeAWSsWord(t *testing.T) {
	service := &model.Resource{Ref: ref("ecs:service", shop), ARN: shop, Maker: model.Maker{ARN: thief, Source: model.FromRegistered}}
	task := &model.Resource{Ref: ref("ecs:task", task1), ARN: task1, Owners: []model.Ref{service.Ref}}
	if about := makerOf(t, task, []*model.Resource{service}, clusterMade(t, 1, honest)); about.Maker != (model.Maker{ARN: thief, Source: model.FromOwner}) {
		t.Errorf("%+v", about)
	}
	service.Maker.Source = model.Guessed
	if about := makerOf(t, task, []*model.Resource{service}, clusterMade(t, 1, honest)); !about.IsZero() {
		t.Errorf("a guess is passed on: %+v", about)
	}
}

// TestMakersSayWhatIsNew: only that goes to the inventory, and what is gone is taken back.
func TestMakersSayWhatIsNew(t *testing.T) {
	cluster := &model.Resource{Ref: ref("ecs:cluster", prod), ARN: prod}
	m := trail.NewMakers(things(t), "aws")
	if m.Overlay(snapshotOf(cluster)) != nil {
		t.Error("nothing was read")
	}
	m.Add(clusterMade(t, 10, thief))
	m.Add(clusterMade(t, 10, thief))
	if b := m.Overlay(snapshotOf(cluster)); b == nil || len(b.Set) != 1 {
		t.Errorf("%+v", b)
	}
	if b := m.Overlay(snapshotOf(cluster)); b != nil {
		t.Errorf("it was said already: %+v", b)
	}
	m.Add(clusterMade(t, 5, honest))
	if b := m.Overlay(snapshotOf(cluster)); b == nil || b.Set[cluster.Ref].Maker.ARN != honest {
		t.Errorf("%+v", b)
	}
	if b := m.Overlay(snapshotOf()); b == nil || len(b.Remove) != 1 {
		t.Errorf("%+v", b)
	}
	if names := m.Events(); len(names) != 5 || names[0] != "ecs.amazonaws.com:CreateCluster" {
		t.Error(names)
	}
}
