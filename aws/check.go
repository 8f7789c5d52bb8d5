package aws

// Check finds what is wrong with the options themselves, before anything is read or asked.
func (o Options) Check() error { return checkEndpoint(o.EndpointURL) }
