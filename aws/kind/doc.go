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
package kind
