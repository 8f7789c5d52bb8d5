// Package kind is what all kinds of resource share: the declaration that a kind is (Def), the look
// at one place that lists it (Visit), and what listing, keeping records and undoing are built from.
//
// A kind is one file in the package of its service's family (aws/kind/ecs, aws/kind/events, …). It
// declares its model.Kind (pure data for screens, filters and reports), how it is listed, what
// evidence is taken, how it is removed and how its removal is proven. Nothing else in rootout names
// it but one line in aws/kind/all.
//
// The package must not know any kind, family or service, nor screens, cases, schedules or the order
// of a run: a kind is called with a Visit and answers with resources and errors.
//
// # Adding a kind
//
// A kind of a service that rootout does not call yet, such as App Runner's service, takes five
// files, of which three are a line each:
//
//  1. aws/kind/apprunner/service.go has one exported function that returns the Def: what it is, how
//     it is listed and described (Pages, Group, Record), what evidence is taken, how it is deleted
//     and how that is proven. Bills says that it costs, Secret names the members whose content is
//     secret though their names do not say so. A further kind of a family is a further file.
//  2. aws/kind/all has a line for it.
//  3. aws/service has a line for the operations that change nothing. A service with limits or names
//     of its own takes a file there.
//  4. aws/sim/cloud/apprunner simulates the service. Where its state has the method of
//     kindtest.Furnisher, every test of all kinds has something to list, break off, remove and keep
//     evidence of.
//  5. aws/sim/all has a line for that.
//
// The first three are enough to begin with: the tests of all kinds skip, by its name, a kind whose
// service is not simulated. "go get" writes go.mod and go.sum for the SDK's client, and
// "go test ./cmd/rootout -update" the tables and the policy of the README.
package kind
