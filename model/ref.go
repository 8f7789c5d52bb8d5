package model

import "strings"

// KindID names a kind of resource: AWS's service and the thing in the singular, for example
// "ecs:task-definition".
type KindID string

// Service is the part of the id before the colon, for example "ecs".
func (k KindID) Service() string {
	service, _, _ := strings.Cut(string(k), ":")
	return service
}

// Ref names one resource. It is comparable and is the identity under which marks, steps and
// evidence are kept; names are never identity.
type Ref struct {
	// Partition is AWS's word, for example "aws".
	Partition string `json:"partition"`
	// Place is where the thing is; global kinds have no region.
	Place
	// Kind is the kind of thing.
	Kind KindID `json:"kind"`
	// ID is exactly what AWS's API takes to name the thing: its ARN where it has one. It may hold
	// anything that AWS let an attacker write, so it is drawn through Clean and sent to AWS as it
	// is.
	ID string `json:"id"`
}

// IsZero says whether the reference names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Cell is the cell that the resource is counted in.
func (r Ref) Cell() CellKey { return r.Place.Cell(r.Kind) }

// String is the ARN where the id is one, else KIND:REGION:ID, cleaned for the terminal.
func (r Ref) String() string {
	if strings.HasPrefix(r.ID, "arn:") {
		return Clean(r.ID)
	}
	return string(r.Kind) + ":" + r.Region + ":" + Clean(r.ID)
}

// Compare orders references by partition, account, region, kind and id: a stable order for
// listings and digests.
func (r Ref) Compare(other Ref) int {
	for _, pair := range [...][2]string{
		{r.Partition, other.Partition},
		{r.Account, other.Account},
		{r.Region, other.Region},
		{string(r.Kind), string(other.Kind)},
		{r.ID, other.ID},
	} {
		if c := strings.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}
