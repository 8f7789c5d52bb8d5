package noise

import (
	"slices"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// The time between two events of a service, and of a person.
const (
	quick = 700 * time.Millisecond
	slow  = 12 * time.Second
)

// byServices are AWS's own services at work for the account (facts of D7).
func (n *Noise) byServices() []scene {
	return slices.Concat(n.recorders(), n.runners(), n.keepers())
}

// recorders look at everything, in every region.
func (n *Noise) recorders() []scene {
	config := n.linked("AWSServiceRoleForConfig", "config.amazonaws.com", "AWSConfig-Describe")
	analyzer := n.linked("AWSServiceRoleForAccessAnalyzer", "access-analyzer.amazonaws.com", "AccessAnalyzer")
	advisor := n.linked("AWSServiceRoleForTrustedAdvisor", "trustedadvisor.amazonaws.com", "TrustedAdvisor")
	explorer := n.linked("AWSServiceRoleForResourceExplorer", "resource-explorer-2.amazonaws.com", "resource-explorer-2")
	hub := n.linked("AWSServiceRoleForSecurityHub", "securityhub.amazonaws.com", "securityhub")
	takes := func(service, role, session string) step {
		return n.takes(0, itself(service), "aws-service-role/"+service+"/", role, session, 0)
	}
	return []scene{
		{name: "config", weight: [4]int{9, 9, 10, 22}, steps: slices.Concat(
			[]step{takes("config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfig-Describe")},
			look(quick, config, "ec2", "DescribeInstances", "DescribeVolumes", "DescribeVpcs", "DescribeSubnets", "DescribeSecurityGroups", "DescribeNetworkInterfaces"),
			look(quick, config, "rds", "DescribeDBInstances", "DescribeDBClusters"),
			look(quick, config, "elasticloadbalancing", "DescribeLoadBalancers"),
			look(quick, config, "ecs", "DescribeClusters"),
			look(quick, config, "lambda", "ListFunctions20150331"),
		)},
		{name: "access analyzer", weight: [4]int{5, 5, 7, 9}, steps: slices.Concat(
			[]step{takes("access-analyzer.amazonaws.com", "AWSServiceRoleForAccessAnalyzer", "AccessAnalyzer")},
			look(quick, analyzer, "s3", "GetBucketPolicy", "GetBucketAcl", "GetBucketLocation"),
			look(quick, analyzer, "kms", "ListKeys"),
			look(quick, analyzer, "lambda", "ListFunctions20150331"),
		)},
		{name: "access analyzer on identities", weight: [4]int{0, 0, 9, 0}, steps: slices.Concat(
			[]step{takes("access-analyzer.amazonaws.com", "AWSServiceRoleForAccessAnalyzer", "AccessAnalyzer")},
			look(quick, analyzer, "iam", "ListRoles", "ListUsers", "ListAccessKeys", "GetAccountAuthorizationDetails"),
			look(quick, analyzer, "organizations", "DescribeOrganization", "ListAccounts"),
		)},
		{name: "trusted advisor", weight: [4]int{3, 3, 4, 8}, steps: slices.Concat(
			[]step{takes("trustedadvisor.amazonaws.com", "AWSServiceRoleForTrustedAdvisor", "TrustedAdvisor")},
			look(quick, advisor, "ec2", "DescribeAccountAttributes", "DescribeVolumes", "DescribeSecurityGroups"),
			look(quick, advisor, "rds", "DescribeDBInstances"),
		)},
		{name: "resource explorer", weight: [4]int{2, 2, 2, 8}, steps: slices.Concat(
			look(0, explorer, "ec2", "DescribeInstances"), look(quick, explorer, "s3", "ListBuckets"), look(quick, explorer, "ecs", "ListClusters"),
		)},
		{name: "security hub", weight: [4]int{2, 2, 2, 6}, steps: slices.Concat(
			look(0, hub, "guardduty", "ListDetectors"), look(quick, hub, "ec2", "DescribeSnapshots", "DescribeVpcs"),
		)},
	}
}

// runners keep applications running: they make and unmake machines, interfaces and targets all day.
func (n *Noise) runners() []scene {
	scaling := n.linked("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com", "AutoScaling")
	scheduler := n.linked("AWSServiceRoleForECS", "ecs.amazonaws.com", "ecs-service-scheduler")
	return []scene{
		{name: "autoscaling", whole: true, weight: [4]int{6, 7, 3, 2}, steps: slices.Concat(
			[]step{
				n.takes(0, itself("autoscaling.amazonaws.com"), "aws-service-role/autoscaling.amazonaws.com/", "AWSServiceRoleForAutoScaling", "AutoScaling", 0),
				do(quick, scaling, "ec2", "RunInstances", request(n.machineAsked), answer(n.machineMade)),
			},
			look(slow, scaling, "ec2", "DescribeInstances", "DescribeInstanceStatus"),
			[]step{do(14*time.Minute, scaling, "ec2", "TerminateInstances", request(machineNamed), answer(machineGone))},
		)},
		{name: "ecs scheduler", weight: [4]int{14, 14, 4, 1}, steps: []step{
			n.takes(0, itself("ecs.amazonaws.com"), "aws-service-role/ecs.amazonaws.com/", "AWSServiceRoleForECS", "ecs-service-scheduler", 0),
			do(quick, scheduler, "ec2", "CreateNetworkInterface", request(func(v *vars) map[string]any {
				return map[string]any{"subnetId": "subnet-0" + v.hex, "description": "ECS attachment " + v.hex, "clientToken": v.hex}
			}), answer(func(v *vars) map[string]any {
				return map[string]any{"networkInterface": map[string]any{"networkInterfaceId": "eni-0" + v.hex, "subnetId": "subnet-0" + v.hex, "status": "pending"}}
			})),
			do(slow, scheduler, "elasticloadbalancing", "RegisterTargets", request(n.targets)),
			do(3*time.Minute, scheduler, "elasticloadbalancing", "DeregisterTargets", request(n.targets)),
			do(slow, scheduler, "ec2", "DeleteNetworkInterface", request(func(v *vars) map[string]any {
				return map[string]any{"networkInterfaceId": "eni-0" + v.hex}
			}), answer(func(v *vars) map[string]any { return map[string]any{"requestId": v.request, "_return": true} })),
		}},
		n.taskScene(),
	}
}

// taskScene is a task that starts: ECS takes its role, and the application reads its secrets with
// the key that STS has answered; KMS is asked with the same session by the service in between.
func (n *Noise) taskScene() scene {
	decrypt := func(service string) step {
		return do(quick, n.task(), "kms", "Decrypt", request(func(v *vars) map[string]any {
			return map[string]any{"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": map[string]any{"SecretARN": n.secret(v)}}
		}), func(_ *vars, e *cloud.TrailEvent) {
			e.SourceIP, e.UserAgent, e.UserIdentity["invokedBy"] = service, service, service
		})
	}
	return scene{name: "task", weight: [4]int{16, 16, 6, 1}, steps: []step{
		n.takes(0, itself("ecs-tasks.amazonaws.com"), "", "app-task", ofTask, 0),
		do(slow, n.task(), "secretsmanager", "GetSecretValue", request(func(v *vars) map[string]any { return map[string]any{"secretId": n.secret(v)} })),
		decrypt("secretsmanager.amazonaws.com"),
		do(quick, n.task(), "ssm", "GetParameters", request(func(v *vars) map[string]any {
			return map[string]any{"names": []string{"/prod/" + v.word + "/flags"}, "withDecryption": true}
		}), func(v *vars, e *cloud.TrailEvent) {
			e.Extra = map[string]any{"resources": []map[string]any{{"ARN": n.arn(v, "ssm", "parameter/prod/"+v.word+"/flags"), "accountId": n.account()}}}
		}),
		do(quick, n.task(), "logs", "CreateLogStream", request(func(v *vars) map[string]any {
			return map[string]any{"logGroupName": "/app/" + v.word, "logStreamName": v.hex}
		}), func(_ *vars, e *cloud.TrailEvent) { e.Extra = map[string]any{"apiVersion": "20140328"} }),
	}}
}

func (n *Noise) secret(v *vars) string {
	return n.arn(v, "secretsmanager", "secret:prod/"+v.word+"-a1B2c3")
}

// keepers are agents, backups and what AWS says of itself.
func (n *Noise) keepers() []scene {
	backup := n.service("service-role/", "AWSBackupDefaultServiceRole", "backup.amazonaws.com", "AWSBackup-AWSBackupDefaultServiceRole", 0)
	agent := n.machine()
	named := func(v *vars) map[string]any { return map[string]any{"instanceId": "i-0" + v.hex} }
	return []scene{
		{name: "ssm agent", weight: [4]int{7, 10, 3, 2}, steps: []step{
			n.takes(0, itself("ec2.amazonaws.com"), "", "prod-data-node", ofMachine, 0),
			do(slow, agent, "ssm", "UpdateInstanceInformation", request(func(v *vars) map[string]any {
				return map[string]any{"instanceId": "i-0" + v.hex, "agentVersion": "3.3.987.0", "agentStatus": "Active", "platformType": "Linux"}
			})),
			do(slow, agent, "ssm", "ListInstanceAssociations", request(named)),
			do(slow, agent, "ssm", "PutInventory", request(named)),
			do(slow, agent, "ssm", "PutComplianceItems", request(named)),
		}},
		{name: "backup", whole: true, weight: [4]int{3, 3, 2, 1}, steps: []step{
			n.takes(0, itself("backup.amazonaws.com"), "service-role/", "AWSBackupDefaultServiceRole", "AWSBackup-AWSBackupDefaultServiceRole", 0),
			do(quick, backup, "ec2", "CreateSnapshot", request(func(v *vars) map[string]any {
				return map[string]any{"volumeId": "vol-0" + v.hex, "description": "nightly", "dryRun": false}
			}), answer(func(v *vars) map[string]any {
				return map[string]any{"requestId": v.request, "snapshotId": "snap-0" + v.hex, "volumeId": "vol-0" + v.hex, "status": "pending"}
			})),
			do(quick, backup, "ec2", "DescribeSnapshots", func(_ *vars, e *cloud.TrailEvent) { e.Request = ec2Asked("DescribeSnapshots") }),
			do(9*time.Minute, n.silent("backup.amazonaws.com"), "backup", "BackupJobCompleted", func(v *vars, e *cloud.TrailEvent) {
				e.Extra = map[string]any{"serviceEventDetails": map[string]any{"state": "COMPLETED", "backupJobId": v.hex, "percentDone": 100}}
			}),
			do(slow, backup, "ec2", "DeleteSnapshot", request(func(v *vars) map[string]any {
				return map[string]any{"snapshotId": "snap-0" + v.hex, "force": false}
			}), answer(func(v *vars) map[string]any { return map[string]any{"requestId": v.request, "_return": true} })),
		}},
		{name: "rotation", weight: [4]int{1, 1, 1, 1}, steps: []step{
			do(0, n.silent("kms.amazonaws.com"), "kms", "RotateKey", func(v *vars, e *cloud.TrailEvent) {
				e.Extra = map[string]any{"serviceEventDetails": map[string]any{"keyId": v.hex}}
			}),
		}},
	}
}

// silent is a service that says what it has done by itself: nobody called.
func (n *Noise) silent(service string) part {
	return func(_ *vars, e *cloud.TrailEvent) {
		e.Type, e.ReadOnly = "AwsServiceEvent", false
		e.UserIdentity = map[string]any{"accountId": n.account(), "invokedBy": service}
		e.SourceIP, e.UserAgent = service, service
	}
}

// The parameters of machines and targets.
func (n *Noise) machineAsked(v *vars) map[string]any {
	return map[string]any{
		"instancesSet": map[string]any{"items": []map[string]any{{"imageId": "ami-0b1c2d3e4f5a60718", "minCount": 1, "maxCount": 1}}},
		"instanceType": "m7i.large", "blockDeviceMapping": map[string]any{}, "monitoring": map[string]any{"enabled": false}, "clientToken": v.hex,
		"disableApiStop": false, "disableApiTermination": false,
	}
}

func (n *Noise) machineMade(v *vars) map[string]any {
	return map[string]any{
		"requestId": v.request, "reservationId": "r-0" + v.hex, "ownerId": n.account(), "groupSet": map[string]any{},
		"instancesSet": map[string]any{"items": []map[string]any{{"instanceId": "i-0" + v.hex, "instanceType": "m7i.large"}}},
	}
}

func machineNamed(v *vars) map[string]any {
	return map[string]any{"instancesSet": map[string]any{"items": []map[string]any{{"instanceId": "i-0" + v.hex}}}}
}

func machineGone(v *vars) map[string]any {
	return map[string]any{"requestId": v.request, "instancesSet": map[string]any{"items": []map[string]any{{
		"instanceId": "i-0" + v.hex, "currentState": map[string]any{"code": 32, "name": "shutting-down"},
		"previousState": map[string]any{"code": 16, "name": "running"},
	}}}}
}

func (n *Noise) targets(v *vars) map[string]any {
	return map[string]any{
		"targetGroupArn": n.arn(v, "elasticloadbalancing", "targetgroup/"+v.word+"/"+v.hex), "targets": []map[string]any{{"id": "10.0.3.17", "port": 8080}},
	}
}
