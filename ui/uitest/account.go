package uitest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/price"
)

// The account, and who made what is in it.
const (
	AccountID = "123456789012"
	Intruder  = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
	honest    = "arn:aws:sts::123456789012:assumed-role/ci-deploy/build"
)

// Morning is when these tests begin.
func Morning() time.Time { return time.Date(2026, 10, 4, 0, 12, 31, 0, time.UTC) }

// Seoul is the zone of the operator.
func Seoul() *time.Location { return time.FixedZone("KST", 9*3600) }

// Catalog is a catalog of four kinds, shaped like clusters, services, tasks and definitions.
func Catalog(t testing.TB) *model.Catalog {
	t.Helper()
	return catalogOf(t)
}

// GlobalCatalog is [Catalog] with two kinds of the account as a whole, shaped like users and roles.
func GlobalCatalog(t testing.TB) *model.Catalog {
	t.Helper()
	return catalogOf(t,
		model.Kind{ID: "iam:user", Aliases: []string{"user"}, Title: "USER", Plural: "users", Order: 5, Scope: model.Global, Phase: model.Erase},
		model.Kind{ID: "iam:role", Aliases: []string{"role"}, Title: "ROLE", Plural: "roles", Order: 6, Scope: model.Global, Phase: model.Erase},
	)
}

func catalogOf(t testing.TB, more ...model.Kind) *model.Catalog {
	t.Helper()
	attr := func(i int) func(*model.Resource) model.Value {
		return func(r *model.Resource) model.Value { return r.Attr(i) }
	}
	console := func(r *model.Resource) string {
		return model.ConsoleURL("aws", r.Ref.Region, "/ecs/v2/clusters/"+r.Name)
	}
	cli := func(r *model.Resource) [][]string {
		return [][]string{{"aws", "ecs", "describe-things", "--region", r.Ref.Region, "--name", r.Name}}
	}
	c, err := model.NewCatalog(append([]model.Kind{
		{
			ID: "ecs:cluster", Aliases: []string{"cluster"}, Title: "CLUSTER", Plural: "clusters", Order: 1, Phase: model.Remove, IsContainer: true, Console: console, CLI: cli,
			MadeBy: []model.EventOf{{Event: "ecs.amazonaws.com:CreateCluster", IDs: []string{"{responseElements.cluster.clusterArn}"}}},
			Fields: []model.Field{{ID: "inside", Key: "inside", Title: "INSIDE", Type: model.NumberField, Unit: model.CountOfThem, Order: 105, Help: "how many it holds, as AWS counts", Get: attr(0)}},
		},
		{
			ID: "ecs:service", Aliases: []string{"service"}, Title: "SERVICE", Plural: "services", Order: 2, Phase: model.Drain,
			Fields: []model.Field{{ID: "desired", Key: "desiredCount", Title: "DESIRED", Type: model.NumberField, Unit: model.CountOfThem, Order: 20, Help: "how many tasks it wants", Get: attr(0)}},
		},
		{
			ID: "ecs:task", Aliases: []string{"task"}, Title: "TASK", Plural: "tasks", Order: 3, Phase: model.Drain, Console: console, CLI: cli,
			Fields: []model.Field{
				{ID: "cpu", Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 10, Help: "computing power", Get: func(r *model.Resource) model.Value { return model.Number(r.Size.VCPU) }},
				{ID: "memory", Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 11, Help: "memory", Get: func(r *model.Resource) model.Value { return model.Number(r.Size.MemoryMiB) }},
				{ID: "launch", Key: "launchType", Title: "LAUNCH", Order: 40, Help: "where it runs", Get: attr(0)},
				model.SoFarField(Morning),
			},
		},
		{
			ID: "ecs:taskdef", Aliases: []string{"taskdef"}, Title: "TASKDEF", Plural: "task definitions", Order: 4, Phase: model.Tidy,
		},
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Ref names a thing of the account.
func Ref(region, kind, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: AccountID, Region: region}, Kind: model.KindID(kind), ID: fmt.Sprintf("arn:aws:ecs:%s:%s:%s/%s", region, AccountID, strings.TrimPrefix(kind, "ecs:"), id)}
}

// Thing is a resource of some age.
func Thing(region, kind, id, state string, age time.Duration, owners ...model.Ref) *model.Resource {
	r := Ref(region, kind, id)
	return &model.Resource{Ref: r, ARN: r.ID, Name: id, State: state, Counts: true, MadeAt: Morning().Add(-age), Owners: owners}
}

// Task is a task that bills.
func Task(region, id string, vcpu float64, age time.Duration, owners ...model.Ref) *model.Resource {
	r := Thing(region, "ecs:task", id, "RUNNING", age, owners...)
	r.Size = model.Size{VCPU: vcpu, MemoryMiB: vcpu * 2048, Known: true}
	r.Rate = price.Fargate(price.FargateTask{Region: region, VCPU: vcpu, MemoryMiB: vcpu * 2048, StorageGiB: 20})
	r.Rate.Since = r.MadeAt
	r.Attrs = []model.Value{model.Text("FARGATE")}
	return r
}

// Regions are the regions of the account, one of them disabled.
func Regions() []model.Region {
	return []model.Region{
		{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault},
		{Name: "ap-northeast-2", Title: "Seoul", Status: model.EnabledByDefault},
		{Name: "eu-west-3", Title: "Paris", Status: model.EnabledByDefault},
		{Name: "sa-east-1", Title: "São Paulo", Status: model.EnabledByDefault},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabled},
	}
}

// Kinds are the kinds of [Catalog].
func Kinds() []model.KindID {
	return []model.KindID{"ecs:cluster", "ecs:service", "ecs:task", "ecs:taskdef"}
}

// Cell is a cell that was just read.
func Cell(region string, kind model.KindID, state model.CellState, failure *model.Failure) model.Cell {
	return model.Cell{
		Key: model.CellKey{Place: model.Place{Account: AccountID, Region: region}, Kind: kind}, State: state, Pass: 1, AsOf: Morning().Add(-time.Second), FreshFor: time.Hour, Failure: failure,
	}
}

// Breach is an account in the morning after: honest work in Seoul, an intruder's in Virginia, a
// refusal in Paris, silence in São Paulo.
func Breach() *model.Batch {
	b := &model.Batch{Regions: Regions(), At: Morning().Add(-time.Second), Progress: model.Progress{Done: 16, Total: 16, Took: 1900 * time.Millisecond}}
	add := func(rs ...*model.Resource) {
		for _, r := range rs {
			b.Found = append(b.Found, model.Found{Resource: r, Pass: 1, Raw: json.RawMessage(`{"name":"x"}`)})
		}
	}
	for i := range 3 {
		c := Thing("us-east-1", "ecs:cluster", fmt.Sprintf("cl-%02d", i), "ACTIVE", 5*time.Hour)
		s := Thing("us-east-1", "ecs:service", fmt.Sprintf("sv-%02d", i), "ACTIVE", 5*time.Hour, c.Ref)
		d := Thing("us-east-1", "ecs:taskdef", fmt.Sprintf("miner:%d", i+1), "ACTIVE", 5*time.Hour)
		d.Maker = model.Maker{ARN: Intruder, Source: model.FromRegistered}
		s.Uses = []model.Ref{d.Ref}
		add(c, s, d)
		for j := range 10 {
			tk := Task("us-east-1", fmt.Sprintf("task%02d%02d", i, j), 16, 4*time.Hour, s.Ref)
			tk.Maker = model.Maker{ARN: Intruder, Source: model.FromEvent}
			add(tk)
		}
	}
	stopped := Task("us-east-1", "task9999", 16, 6*time.Hour)
	stopped.State, stopped.Counts = "STOPPED", false
	add(stopped)
	shopCluster := Thing("ap-northeast-2", "ecs:cluster", "당근-prod", "ACTIVE", 900*24*time.Hour)
	shopCluster.Maker = model.Maker{ARN: honest, Source: model.FromEvent}
	web := Thing("ap-northeast-2", "ecs:service", "웹-서비스", "ACTIVE", 900*24*time.Hour, shopCluster.Ref)
	web.Maker = shopCluster.Maker
	add(shopCluster, web, Task("ap-northeast-2", "정산-배치", 0.5, 48*time.Hour, web.Ref), Thing("ap-northeast-2", "ecs:taskdef", "web:12", "ACTIVE", 90*24*time.Hour))
	add(Task("eu-west-3", "paris1", 16, time.Hour), Task("eu-west-3", "paris2", 16, time.Hour))
	denied := func(op string) *model.Failure {
		return &model.Failure{Operation: op, Region: "eu-west-3", Code: "AccessDeniedException", Message: "User: x is not authorized to perform: " + op, RequestID: "4f2c-1"}
	}
	for _, region := range Regions()[:4] {
		for _, kind := range Kinds() {
			c := Cell(region.Name, kind, model.CellCounted, nil)
			switch {
			case region.Name == "eu-west-3" && (kind == "ecs:cluster" || kind == "ecs:service"):
				c = Cell(region.Name, kind, model.CellDenied, denied("ecs:List"+strings.ToUpper(string(kind[4:5]))+string(kind[5:])+"s"))
			case region.Name == "eu-west-3" && kind == "ecs:task":
				c = Cell(region.Name, kind, model.CellPartial, denied("ecs:ListTasks"))
			case region.Name == "sa-east-1" && kind == "ecs:task":
				c = Cell(region.Name, kind, model.CellUnreachable, &model.Failure{Operation: "ecs:ListTasks", Region: "sa-east-1", Message: "no answer within 10 s"})
			}
			b.Cells = append(b.Cells, c)
		}
	}
	return b
}

// GlobalRef names a thing that the account has in no region.
func GlobalRef(kind, name string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: AccountID}, Kind: model.KindID(kind), ID: fmt.Sprintf("arn:aws:iam::%s:%s/%s", AccountID, strings.TrimPrefix(kind, "iam:"), name)}
}

// WithIdentities adds three users, one of them new, and a role to a batch. Users and roles say how
// their cells are known.
func WithIdentities(b *model.Batch, users, roles model.CellState) *model.Batch {
	add := func(kind, name string, age time.Duration) {
		r := GlobalRef(kind, name)
		b.Found = append(b.Found, model.Found{Pass: 1, Resource: &model.Resource{Ref: r, ARN: r.ID, Name: name, Counts: true, MadeAt: Morning().Add(-age)}})
	}
	add("iam:user", "supdev", 3*time.Hour)
	add("iam:user", "jm", 900*24*time.Hour)
	add("iam:user", "ci-deploy", 900*24*time.Hour)
	add("iam:role", "ecsEventsRole", 900*24*time.Hour)
	for kind, state := range map[model.KindID]model.CellState{"iam:user": users, "iam:role": roles} {
		var failure *model.Failure
		if state == model.CellDenied || state == model.CellPartial {
			failure = &model.Failure{Operation: "iam:List", Code: "AccessDenied", Message: "not authorized to perform: iam:List", RequestID: "9a1"}
		}
		if state != model.CellUnasked {
			b.Cells = append(b.Cells, Cell("", kind, state, failure))
		}
	}
	slices.SortFunc(b.Cells, func(x, y model.Cell) int { return strings.Compare(string(x.Key.Kind), string(y.Key.Kind)) })
	return b
}

// News is a batch that comes in after the first look.
func News(after time.Duration, found ...*model.Resource) *model.Batch {
	b := &model.Batch{At: Morning().Add(after), Progress: model.Progress{Done: 16, Total: 16, Took: 1900 * time.Millisecond}}
	for _, r := range found {
		b.Found = append(b.Found, model.Found{Resource: r, Pass: 2})
	}
	return b
}

// Told is what the trail says of a resource: who made it, when, and that it was planted.
func Told(ref model.Ref, event string) *model.OverlayBatch {
	return &model.OverlayBatch{Source: "events", Set: map[model.Ref]model.About{ref: {
		Maker: model.Maker{ARN: Intruder, Source: model.FromEvent}, Session: "ASIAEXAMPLE 10-04 02:11", Event: event,
		MadeAt: Morning().Add(-3 * time.Hour), Verdict: model.Planted, Chain: []string{"assume-1", event},
	}}}
}

// Crowd is an account with n resources in 20 regions.
func Crowd(n int) *model.Batch {
	b := &model.Batch{At: Morning(), Progress: model.Progress{Done: 80, Total: 80, Took: time.Second}}
	for i := range 20 {
		name := fmt.Sprintf("region-%02d", i)
		b.Regions = append(b.Regions, model.Region{Name: name, Title: "Nowhere", Status: model.Enabled})
		for _, k := range Kinds() {
			b.Cells = append(b.Cells, Cell(name, k, model.CellCounted, nil))
		}
	}
	for i := range n {
		r := Task(fmt.Sprintf("region-%02d", i%20), fmt.Sprintf("task-%06d", i), 16, time.Duration(i)*time.Second)
		r.Maker = model.Maker{ARN: Intruder, Source: model.FromEvent}
		b.Found = append(b.Found, model.Found{Resource: r, Pass: 1})
	}
	return b
}

// Caller is who the console runs as.
func Caller() model.Caller {
	return model.Caller{
		Account: AccountID, Partition: "aws", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_00/jm",
		Expires: Morning().Add(41*time.Minute + 30*time.Second),
	}
}

// Fresh are the resources that count and were made within a day, in their order.
func Fresh(s *model.Snapshot) []model.Ref {
	var refs []model.Ref
	for r := range s.All {
		if r.Counts && !r.MadeAt.IsZero() && Morning().Sub(r.MadeAt) < 24*time.Hour {
			refs = append(refs, r.Ref)
		}
	}
	slices.SortFunc(refs, model.Ref.Compare)
	return refs
}
