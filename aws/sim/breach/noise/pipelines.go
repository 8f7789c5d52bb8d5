package noise

import (
	"slices"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

const cloudFormation = "cloudformation.amazonaws.com"

// byPipelines are what the company's pipelines do: deploy, roll out infrastructure, and bring a
// preview of a change up for half an hour.
func (n *Noise) byPipelines() []scene {
	return []scene{n.deploys(), n.rollout(), n.preview()}
}

// runner is a job of the pipeline with the role that it has taken with its token.
func (n *Noise) runner() part {
	return n.session(n.o.Cast.Deploy, n.o.Cast.DeployID, "GitHubActions", n.o.Cast.Runner, n.o.Cast.DeployAgent, 0)
}

// token is how a job takes its role.
func (n *Noise) token() step {
	const provider = "token.actions.githubusercontent.com"
	subject := "repo:acme/platform:ref:refs/heads/main"
	return do(0, func(_ *vars, e *cloud.TrailEvent) {
		e.UserIdentity = map[string]any{
			"type": "WebIdentityUser", "userName": subject, "identityProvider": n.o.Cloud.ARNIn(cloud.Place{Account: n.account()}, "iam", "oidc-provider/"+provider),
			"principalId": "arn:aws:iam::" + n.account() + ":oidc-provider/" + provider + ":sts.amazonaws.com:" + subject,
		}
		e.SourceIP, e.UserAgent = n.o.Cast.Runner, "aws-sdk-js/3.940.0 ua/2.1 os/linux#6.11.0 lang/js md/nodejs#22.21.1 api/sts#3.940.0"
	}, "sts", "AssumeRoleWithWebIdentity", func(v *vars, e *cloud.TrailEvent) {
		role := n.o.Cloud.RoleARN(n.account(), n.o.Cast.Deploy)
		e.Request = map[string]any{"roleArn": role, "roleSessionName": "GitHubActions", "durationSeconds": 3600}
		e.Response = map[string]any{
			"subjectFromWebIdentityToken": subject, "audience": "sts.amazonaws.com", "credentials": issued(v, v.keys[0]), "provider": "arn:aws:iam::" + n.account() + ":oidc-provider/" + provider,
			"assumedRoleUser": map[string]any{
				"arn": n.o.Cloud.SessionARN(n.account(), n.o.Cast.Deploy, "GitHubActions"), "assumedRoleId": n.o.Cast.DeployID + ":GitHubActions",
			},
		}
		e.Extra = map[string]any{"resources": []map[string]any{{"ARN": role, "accountId": n.account(), "type": "AWS::IAM::Role"}}}
	})
}

// deploys is an ordinary deployment.
func (n *Noise) deploys() scene {
	who := n.runner()
	return scene{name: "deploy", byDay: true, weight: [4]int{4, 4, 2, 0}, steps: slices.Concat(
		[]step{n.token()},
		look(quick, who, "sts", "GetCallerIdentity"),
		look(quick, who, "ecr", "GetAuthorizationToken"),
		look(quick, who, "ecs", "DescribeServices", "DescribeTaskDefinition"),
		[]step{do(slow, who, "lambda", "UpdateFunctionCode20150331v2", request(func(v *vars) map[string]any {
			return map[string]any{
				"functionName": v.word + "-worker", "publish": true, "dryRun": false,
				"fullyQualifiedArn": map[string]any{
					"arnPrefix":  map[string]any{"account": n.account(), "partition": "aws", "region": v.region},
					"relativeId": map[string]any{"functionName": v.word + "-worker"}, "functionQualifier": map[string]any{},
				},
			}
		}), answer(n.function))},
		look(slow, who, "ecs", "DescribeServices"),
	)}
}

func (n *Noise) function(v *vars) map[string]any {
	name := v.word + "-worker"
	return map[string]any{
		"architectures": []string{"x86_64"}, "codeSha256": v.hex, "codeSize": 21_400, "description": "", "environment": map[string]any{},
		"ephemeralStorage": map[string]any{"size": 512}, "functionArn": n.arn(v, "lambda", "function:"+name), "functionName": name, "handler": "index.handler",
		"lastModified": "2026-11-01T00:00:00.000+0000", "loggingConfig": map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + name},
		"memorySize": 256, "packageType": "Zip", "revisionId": v.hex, "role": n.o.Cloud.RoleARN(n.account(), "app-task"), "runtime": "nodejs22.x",
		"runtimeVersionConfig": map[string]any{"runtimeVersionArn": "arn:aws:lambda:" + v.region + "::runtime:" + v.hex},
		"snapStart":            map[string]any{"applyOn": "None", "optimizationStatus": "Off"}, "state": "Pending", "timeout": 30,
		"stateReason": "The function is being created.", "stateReasonCode": "Creating",
		"tracingConfig": map[string]any{"mode": "PassThrough"}, "version": "12",
	}
}

// rollout is a chain: the job's role takes the deployment role of the region, whose stack makes
// things with a third one, in the name of CloudFormation.
func (n *Noise) rollout() scene {
	const deployer, maker = "cdk-deploy-role", "cdk-exec-role"
	first := n.runner()
	second := n.session(deployer, roleID(deployer), "aws-cdk", n.o.Cast.Runner, n.o.Cast.DeployAgent, 1)
	stack := n.service("", maker, cloudFormation, "AWSCloudFormation", 2)
	named := func(v *vars) map[string]any {
		return map[string]any{"stackName": "edge-" + v.word, "changeSetName": "cdk-" + v.hex}
	}
	return scene{name: "rollout", weight: [4]int{1, 1, 1, 2}, steps: []step{
		n.token(),
		n.takes(slow, first, "", deployer, "aws-cdk", 1),
		do(slow, second, "cloudformation", "CreateChangeSet", request(named), answer(func(v *vars) map[string]any {
			return map[string]any{"id": n.arn(v, "cloudformation", "changeSet/cdk-"+v.hex), "stackId": n.arn(v, "cloudformation", "stack/edge-"+v.word+"/"+v.hex)}
		})),
		do(slow, second, "cloudformation", "DescribeChangeSet", request(named)),
		do(slow, second, "cloudformation", "ExecuteChangeSet", request(named)),
		n.takes(quick, itself(cloudFormation), "", maker, "AWSCloudFormation", 2),
		do(slow, stack, "logs", "CreateLogGroup", request(func(v *vars) map[string]any { return map[string]any{"logGroupName": "/edge/" + v.hex} })),
		do(quick, stack, "sqs", "CreateQueue", request(func(v *vars) map[string]any { return map[string]any{"queueName": "edge-" + v.hex} }),
			answer(func(v *vars) map[string]any {
				return map[string]any{"queueUrl": "https://sqs.example.invalid/edge-" + v.hex}
			})),
		do(quick, stack, "ec2", "CreateSecurityGroup", request(func(v *vars) map[string]any {
			return map[string]any{"groupName": "edge-" + v.hex, "groupDescription": "edge", "vpcId": "vpc-0" + v.hex}
		}), answer(func(v *vars) map[string]any {
			return map[string]any{"requestId": v.request, "_return": true, "groupId": "sg-0" + v.hex}
		})),
		do(slow, second, "cloudformation", "DescribeStacks", request(func(v *vars) map[string]any { return map[string]any{"stackName": "edge-" + v.word} })),
	}}
}

// preview is a change that is shown on a cluster of its own and taken away again.
func (n *Noise) preview() scene {
	who := n.runner()
	name := func(v *vars) string { return "preview-" + v.hex }
	cluster := func(v *vars) string { return n.arn(v, "ecs", "cluster/"+name(v)) }
	definition := func(v *vars) string { return n.arn(v, "ecs", "task-definition/"+name(v)+":1") }
	service := func(status string) func(v *vars) map[string]any {
		return func(v *vars) map[string]any {
			return map[string]any{"service": map[string]any{
				"serviceArn": n.arn(v, "ecs", "service/"+name(v)+"/web"), "serviceName": "web", "clusterArn": cluster(v), "status": status,
			}}
		}
	}
	clusterIs := func(status string) func(v *vars) map[string]any {
		return func(v *vars) map[string]any {
			return map[string]any{"cluster": map[string]any{"clusterArn": cluster(v), "clusterName": name(v), "status": status}}
		}
	}
	definitionIs := func(status string) func(v *vars) map[string]any {
		return func(v *vars) map[string]any {
			return map[string]any{"taskDefinition": map[string]any{"taskDefinitionArn": definition(v), "family": name(v), "revision": 1, "status": status}}
		}
	}
	in := func(v *vars) map[string]any { return map[string]any{"cluster": name(v), "service": "web"} }
	return scene{name: "preview", whole: true, weight: [4]int{1, 1, 1, 1}, steps: []step{
		n.token(),
		do(slow, who, "ecs", "CreateCluster", request(func(v *vars) map[string]any { return map[string]any{"clusterName": name(v)} }), answer(clusterIs("ACTIVE"))),
		do(slow, who, "ecs", "RegisterTaskDefinition", request(func(v *vars) map[string]any {
			return map[string]any{
				"family": name(v), "cpu": "256", "memory": "512", "networkMode": "awsvpc", "requiresCompatibilities": []string{"FARGATE"},
				"containerDefinitions": []map[string]any{{"name": "web", "image": n.account() + ".dkr.ecr." + v.region + ".amazonaws.com/" + v.word + ":" + v.hex}},
			}
		}), answer(definitionIs("ACTIVE"))),
		do(slow, who, "ecs", "CreateService", request(func(v *vars) map[string]any {
			return map[string]any{"cluster": name(v), "serviceName": "web", "taskDefinition": name(v) + ":1", "desiredCount": 1, "launchType": "FARGATE"}
		}), answer(service("ACTIVE"))),
		do(2*time.Minute, who, "ecs", "DescribeServices", request(in)),
		do(9*time.Minute, who, "ecs", "DeleteService", request(func(v *vars) map[string]any {
			return map[string]any{"cluster": name(v), "service": "web", "force": true}
		}), answer(service("DRAINING"))),
		do(slow, who, "ecs", "DeregisterTaskDefinition", request(func(v *vars) map[string]any { return map[string]any{"taskDefinition": definition(v)} }),
			answer(definitionIs("INACTIVE"))),
		do(slow, who, "ecs", "DeleteTaskDefinitions", request(func(v *vars) map[string]any { return map[string]any{"taskDefinitions": []string{definition(v)}} })),
		do(2*time.Minute, who, "ecs", "DeleteCluster", request(func(v *vars) map[string]any { return map[string]any{"cluster": name(v)} }),
			answer(clusterIs("INACTIVE"))),
	}}
}
