package autoscaling

// RaiseTime is how long it takes to see that a service stands below its minimum.
const RaiseTime = raiseTime
