package service

// autoScaling is Amazon EC2 Auto Scaling. Its limits are unpublished.
func autoScaling() Service {
	return Service{Prefix: "autoscaling", Aliases: []string{"auto scaling"}}
}
