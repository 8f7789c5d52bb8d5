package noise

import (
	"slices"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// The tools of people.
const (
	agentBrowser = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	agentCLI     = "aws-cli/2.33.1 md/awscrt#0.29.1 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.9 md/prompt#off md/command#ssm.start-session"
	agentGrafana = "Grafana/12.2.0 aws-sdk-go/1.55.5 (go1.25.4; linux; amd64)"
	agentBroker  = "Boto3/1.42.9 md/Botocore#1.42.9 ua/2.1 os/linux#6.8.0 lang/python#3.12.3"
	agentSAML    = "aws-sdk-java/2.38.1 Linux/5.10.245 OpenJDK_64-Bit_Server_VM/17.0.17 exec-env/AWS_ECS_FARGATE"
)

// byPeople are people at the console and at their terminals, and users of IAM that stand for
// programs.
func (n *Noise) byPeople() []scene {
	return []scene{n.console(), n.chain(), n.metrics(), n.federation(), n.terminal()}
}

// console is a developer who comes in through Identity Center and looks around in a browser; he may
// not see everything.
func (n *Noise) console() scene {
	who := n.person(agentBrowser)
	return scene{name: "console", byDay: true, weight: [4]int{5, 0, 0, 0}, steps: slices.Concat(
		[]step{n.signIn(), n.consoleLogin(who)},
		look(slow, who, "ecs", "DescribeServices", "DescribeClusters", "ListTasks"),
		look(slow, who, "logs", "DescribeLogGroups", "DescribeLogStreams"),
		look(slow, who, "monitoring", "DescribeAlarms"),
		look(slow, who, "ec2", "DescribeNetworkInterfaces"),
		[]step{do(slow, who, "ce", "GetCostAndUsage", failed("AccessDenied",
			"User: "+n.o.Cloud.SessionARN(n.account(), n.o.Cast.Crew, "developer")+" is not authorized to perform: ce:GetCostAndUsage on resource: "+
				n.o.Cloud.ARNIn(cloud.Place{Account: n.account(), Region: "us-east-1"}, "ce", "/GetCostAndUsage")), request(func(*vars) map[string]any {
			return map[string]any{
				"Granularity": "DAILY", "Metrics": []string{"UnblendedCost"}, "TimePeriod": map[string]any{"Start": "2026-11-01", "End": "2026-11-24"},
				"GroupBy": []map[string]any{{"Type": "DIMENSION", "Key": "SERVICE"}},
			}
		}))},
	)}
}

// signIn is the AssumeRoleWithSAML by which Identity Center enters an account.
func (n *Noise) signIn() step {
	return do(0, func(v *vars, e *cloud.TrailEvent) {
		e.UserIdentity = map[string]any{"type": "SAMLUser", "principalId": "portal:" + v.person, "userName": v.person, "identityProvider": "portal"}
		e.SourceIP, e.UserAgent = "192.0.2.10", agentSAML
	}, "sts", "AssumeRoleWithSAML", func(v *vars, e *cloud.TrailEvent) {
		role := n.o.Cloud.RoleARN(n.account(), cloud.RolePath(n.o.Cast.Crew)+n.o.Cast.Crew)
		e.Request = map[string]any{
			"roleArn": role, "roleSessionName": v.person, "durationSeconds": 43200,
			"principalArn": n.o.Cloud.ARNIn(cloud.Place{Account: n.account()}, "iam", "saml-provider/AWSSSO_DO_NOT_DELETE"),
		}
		e.Response = map[string]any{
			"subject": v.person, "subjectType": "persistent", "credentials": issued(v, v.keys[0]),
			"assumedRoleUser": map[string]any{
				"arn": n.o.Cloud.SessionARN(n.account(), n.o.Cast.Crew, v.person), "assumedRoleId": n.o.Cast.CrewID + ":" + v.person,
			},
		}
		e.Extra = map[string]any{"additionalEventData": map[string]any{
			"RequestDetails": map[string]any{"awsServingRegion": v.region, "endpointType": "regional"},
		}}
	})
}

// consoleLogin opens the console for a session.
func (n *Noise) consoleLogin(who part) step {
	return do(3*time.Second, who, "signin", "ConsoleLogin", func(_ *vars, e *cloud.TrailEvent) {
		e.Type, e.Response, e.Identity.AccessKeyID = "AwsConsoleSignIn", map[string]any{"ConsoleLogin": "Success"}, ""
		e.Extra = map[string]any{"additionalEventData": map[string]any{
			"LoginTo": "https://console.aws.amazon.com/console/home", "MFAUsed": "No", "MobileVersion": "No",
		}}
	})
}

// chain is a developer who takes a second role for a machine: two sessions, of which the second is
// known by the key in the answer of AssumeRole.
func (n *Noise) chain() scene {
	const role = "ops-on-call"
	first := n.person(agentCLI)
	second := func(v *vars, e *cloud.TrailEvent) {
		n.session(role, roleID(role), "on-call", n.o.Cast.Office, agentCLI, 1)(v, e)
	}
	return scene{name: "chain", byDay: true, weight: [4]int{2, 2, 1, 0}, steps: []step{
		do(0, first, "sts", "GetCallerIdentity"),
		n.takes(slow, first, "", role, "on-call", 1),
		do(slow, second, "ssm", "DescribeInstanceInformation", request(func(*vars) map[string]any {
			return map[string]any{"filters": []map[string]any{{"key": "PingStatus", "values": []string{"Online"}}}}
		})),
		do(slow, second, "ssm", "StartSession", request(func(v *vars) map[string]any { return map[string]any{"target": "i-0" + v.hex} }),
			answer(func(v *vars) map[string]any {
				return map[string]any{"sessionId": "on-call-" + v.hex, "streamUrl": "wss://ssmmessages.example.invalid/", "tokenValue": "Value hidden due to security reasons."}
			})),
		do(4*time.Minute, second, "ssm", "TerminateSession", request(func(v *vars) map[string]any { return map[string]any{"sessionId": "on-call-" + v.hex} }),
			answer(func(v *vars) map[string]any { return map[string]any{"sessionId": "on-call-" + v.hex} })),
	}}
}

// metrics is a dashboard with a long-lived key.
func (n *Noise) metrics() scene {
	who := n.user("metrics-exporter", agentGrafana)
	return scene{name: "metrics", weight: [4]int{5, 4, 8, 0}, steps: slices.Concat(
		look(0, who, "ec2", "DescribeRegions"), look(quick, who, "tag", "GetResources"),
		look(quick, who, "monitoring", "DescribeAlarms"), look(quick, who, "ec2", "DescribeInstances"),
	)}
}

// federation is a broker that lets a partner into the console with a federation token.
func (n *Noise) federation() scene {
	broker := n.user("portal-broker", agentBroker)
	arn := n.o.Cloud.ARNIn(cloud.Place{Account: n.account()}, "sts", "federated-user/partner")
	partner := func(v *vars, e *cloud.TrailEvent) {
		e.Identity = cloud.Identity{ARN: arn, UserID: n.account() + ":partner", SessionCreated: v.began[0], AccessKeyID: v.keys[0]}
		e.SourceIP, e.UserAgent = "192.0.2.130", agentBrowser
	}
	return scene{name: "federation", byDay: true, weight: [4]int{1, 1, 4, 0}, steps: slices.Concat(
		[]step{
			do(0, broker, "sts", "GetFederationToken", request(func(*vars) map[string]any {
				return map[string]any{"name": "partner", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`}
			}), answer(func(v *vars) map[string]any {
				return map[string]any{
					"credentials": issued(v, v.keys[0]), "packedPolicySize": 4,
					"federatedUser": map[string]any{"arn": arn, "federatedUserId": n.account() + ":partner"},
				}
			})),
			do(2*time.Second, partner, "signin", "GetSigninToken", func(v *vars, e *cloud.TrailEvent) {
				e.Type, e.UserAgent = "AwsConsoleSignIn", "Python-urllib/3.12"
				e.Response = map[string]any{"credentials": map[string]any{"accessKeyId": v.keys[0]}, "GetSigninToken": "Success"}
				e.Extra = map[string]any{"additionalEventData": map[string]any{"MobileVersion": "No", "MFAUsed": "No"}}
			}),
			n.consoleLogin(partner),
		},
		look(slow, partner, "s3", "ListBuckets", "GetBucketLocation"),
	)}
}

// terminal is a developer at work with the CLI, who mistypes now and then.
func (n *Noise) terminal() scene {
	who := n.person(agentCLI)
	return scene{name: "terminal", byDay: true, weight: [4]int{4, 3, 1, 0}, steps: slices.Concat(
		look(0, who, "ecs", "DescribeServices", "ListTasks"),
		[]step{
			do(slow, who, "ecs", "DescribeServices", failed("ClusterNotFoundException", "Cluster not found.")),
			do(slow, who, "ecs", "UpdateService", request(func(v *vars) map[string]any {
				return map[string]any{"cluster": "prod-api", "service": "gateway", "forceNewDeployment": true}
			}), failed("AccessDenied", "User is not authorized to perform: ecs:UpdateService because no identity-based policy allows the ecs:UpdateService action")),
		},
		look(slow, who, "logs", "DescribeLogStreams"),
	)}
}
