package aws

// Reads is the read list, for the tests.
func Reads() map[string][]string { return reads() }
