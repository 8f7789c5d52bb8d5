package model

// OptStatus is a region's status for the account in the words of account:ListRegions.
type OptStatus string

// The five statuses of the Account Management API reference (RegionOptStatus).
const (
	EnabledByDefault OptStatus = "ENABLED_BY_DEFAULT"
	Enabled          OptStatus = "ENABLED"
	Enabling         OptStatus = "ENABLING"
	Disabling        OptStatus = "DISABLING"
	Disabled         OptStatus = "DISABLED"
)

// LeftOut is no status of AWS: the region could be read, and the operator left it out of the
// reading.
const LeftOut OptStatus = "LEFT_OUT"

// Region is one AWS region as the account sees it.
type Region struct {
	// Name is AWS's code, for example "ap-northeast-2"; Title the city or area people know it by,
	// for example "Seoul".
	Name, Title string
	// Status is whether the account has it enabled, or LeftOut.
	Status OptStatus
}

// Readable says whether calls to the region can be answered. A region of unknown status is asked:
// its answer will tell.
func (r Region) Readable() bool { return r.CellState() == CellUnasked }

// OptIn says whether the region has to be enabled by the account: such regions refuse version 1
// session tokens.
func (r Region) OptIn() bool { return r.Status != EnabledByDefault }

// CellState is the state that every cell of an unreadable region has, and CellUnasked for a
// readable one.
func (r Region) CellState() CellState {
	switch r.Status {
	case Disabled:
		return CellDisabled
	case Enabling:
		return CellEnabling
	case Disabling:
		return CellDisabling
	case LeftOut:
		return CellLeftOut
	case Enabled, EnabledByDefault:
		return CellUnasked
	}
	return CellUnasked
}
