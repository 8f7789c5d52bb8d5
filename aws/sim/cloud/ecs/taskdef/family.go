package taskdef

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

// revision is something registered under a family with a number: a task definition or a daemon task
// definition.
type revision interface {
	comparable
	number() int32
}

// familyIndex keeps families by name, in order, each with its revisions in ascending order. A
// family that has lost its last revision is still remembered for its next number (ECS API
// Reference, DeleteTaskDefinitions: "the revision is incremented the next time").
type familyIndex[T revision] struct {
	names []string
	by    map[string]*family[T]
}

type family[T revision] struct {
	name      string
	revisions []T
	last      int32
}

// of returns the family, made if need be.
func (x *familyIndex[T]) of(name string) *family[T] {
	if f, ok := x.by[name]; ok {
		return f
	}
	if x.by == nil {
		x.by = map[string]*family[T]{}
	}
	f := &family[T]{name: name}
	x.by[name] = f
	i, _ := slices.BinarySearch(x.names, name)
	x.names = slices.Insert(x.names, i, name)
	return f
}

func (f *family[T]) next() int32 {
	f.last++
	return f.last
}

func (f *family[T]) remove(v T) {
	f.revisions = slices.DeleteFunc(slices.Clone(f.revisions), func(o T) bool { return o == v })
}

// find reads "family", "family:revision" or an ARN of the kind "task-definition/…"; without a
// revision it is the latest that latest accepts.
func (x *familyIndex[T]) find(ref string, latest func(T) bool) (v T, ok bool) {
	name, number, numbered := splitRevision(ref)
	f := x.by[name]
	if f == nil {
		return v, false
	}
	for _, r := range slices.Backward(f.revisions) {
		if numbered && r.number() == number || !numbered && latest(r) {
			return r, true
		}
	}
	return v, false
}

func splitRevision(ref string) (name string, number int32, numbered bool) {
	if resource, _, ok := api.SplitARN(ref); ok {
		ref = cloud.ShortName(resource)
	}
	name, rev, numbered := strings.Cut(ref, ":")
	n, err := strconv.ParseInt(rev, 10, 32)
	if numbered && err != nil {
		return name, -1, true
	}
	return name, int32(n), numbered
}

// page walks families in their order and revisions in theirs, both turned around by descending. The
// token is the last one shown.
func (x *familyIndex[T]) page(only string, descending bool, keep func(T) bool, limit int, token string) (items []T, next string, ok bool) {
	names := x.names
	if only != "" {
		names = nil
		if x.by[only] != nil {
			names = []string{only}
		}
	}
	if descending {
		names = slices.Clone(names)
		slices.Reverse(names)
	}
	end, good := "", true
	if token != "" {
		end, good = cloud.OpenToken(token)
	}
	after, number, numbered := splitRevision(end)
	if !good || token != "" && (!numbered || number < 1) {
		return nil, "", false
	}
	sign := 1
	if descending {
		sign = -1
	}
	last := ""
	for _, name := range names {
		byName := sign * strings.Compare(name, after)
		if token != "" && byName < 0 {
			continue
		}
		revisions := x.by[name].revisions
		for i := range revisions {
			if descending {
				i = len(revisions) - 1 - i
			}
			r := revisions[i]
			if token != "" && byName == 0 && sign*cmp.Compare(r.number(), number) <= 0 || !keep(r) {
				continue
			}
			if len(items) == limit {
				return items, cloud.SealToken(last), true
			}
			items = append(items, r)
			last = name + ":" + strconv.Itoa(int(r.number()))
		}
	}
	return items, "", true
}
