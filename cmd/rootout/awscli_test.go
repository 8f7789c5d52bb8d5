package main

import (
	"bytes"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	cloud "github.com/rootout/rootout/aws/sim/all"
)

// purgeScript is the shell script that people run on the night: one AWS CLI call after another,
// region after region. It is here to prove that the simulator is an AWS to a client that nobody
// here wrote, mistakes included: a cluster is refused while its tasks still drain.
const purgeScript = `set -u
for region in $REGIONS; do
  ecs="aws ecs --region $region --output text"
  left=
  for cluster in $($ecs list-clusters --query 'clusterArns[]'); do
    tasks=$($ecs list-tasks --cluster "$cluster" --query 'taskArns[]')
    for service in $($ecs list-services --cluster "$cluster" --query 'serviceArns[]'); do
      $ecs update-service --cluster "$cluster" --service "$service" --desired-count 0 --query service.status
      $ecs delete-service --cluster "$cluster" --service "$service" --force --query service.status
    done # with its services
    for task in $tasks; do
      $ecs stop-task --cluster "$cluster" --task "$task" --query task.desiredStatus
    done # with its tasks
    $ecs delete-cluster --cluster "$cluster" --query cluster.status || left="$left $cluster"
  done
  for try in 1 2 3 4 5 6 7 8; do
    if [ -z "$left" ]; then break; fi
    sleep 5
    again=
    for cluster in $left; do
      $ecs delete-cluster --cluster "$cluster" --query cluster.status || again="$again $cluster"
    done # with this try
    left=$again
  done
  for definition in $($ecs list-task-definitions --query 'taskDefinitionArns[]'); do
    $ecs deregister-task-definition --task-definition "$definition" --query taskDefinition.status
    $ecs delete-task-definitions --task-definitions "$definition" --query 'taskDefinitions[].status'
  done # with its definitions
done
`

// TestAWSCLI purges two regions of three clusters each with the AWS CLI alone.
func TestAWSCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the AWS CLI takes most of a second a call")
	}
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	shell, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no shell to run the loop of AWS CLI calls")
	}
	t.Parallel()
	// One task belongs to no service, so that nothing but the task can keep its cluster.
	a := startAccount(t, accountOptions{regions: 2, clusters: 3, tasks: 1, speed: 2, seed: func(c *cloud.Cloud) {
		c.SeedCluster("ap-east-2", cloud.ClusterSeed{Name: "loose"})
		c.SeedTask("ap-east-2", cloud.TaskSeed{Cluster: "loose", TaskDefinition: "miner", StartedAt: time.Now().Add(-time.Hour)})
	}})
	a.honest = slices.DeleteFunc(a.honest, func(arn string) bool { return strings.Contains(arn, "/loose") })
	regions := regionsIn(arns(a.scenario.Truth().Attacker))
	if !slices.Contains(regions, "ap-east-2") {
		t.Fatalf("the loop works in %q", regions)
	}
	// The loop knows no honest work: it purges whatever stands in its regions.
	if slices.Contains(regions, "ap-northeast-2") {
		t.Fatalf("the loop would meet honest work in %q", regions)
	}
	cmd := exec.CommandContext(t.Context(), shell, "-c", purgeScript)
	cmd.Dir = t.TempDir()
	cmd.Env = append(a.env(cmd.Dir), "REGIONS="+strings.Join(regions, " "))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if !strings.Contains(errs.String(), "(ClusterContainsTasksException) when calling the DeleteCluster operation") {
		t.Errorf("no cluster was refused while its tasks were draining:\n%s", errs.String())
	}
	for line := range strings.Lines(errs.String()) {
		if text := strings.TrimSpace(line); text != "" && !strings.Contains(text, "ClusterContainsTasksException") && !strings.Contains(text, "ClusterContainsServicesException") {
			t.Errorf("the AWS CLI says %s", text)
		}
	}
	if err := a.purged(); err != nil {
		t.Error(err)
	}
	if got := strings.Count(out.String(), "DELETE_IN_PROGRESS"); got != len(regions) {
		t.Errorf("%d task definitions are being deleted, want one a region:\n%s", got, out.String())
	}
}
