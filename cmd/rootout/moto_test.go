package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go"
)

// moto is a simulated AWS that nobody here wrote.
type moto struct {
	t   *testing.T
	url string
	env []string
}

// startMoto starts moto on a free port, or skips.
func startMoto(t *testing.T) *moto {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), python, "-c", "import moto.server").Run()
	}
	if err != nil {
		t.Skip("moto is not installed beside python3: pip install 'moto[server]'")
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	cmd := exec.CommandContext(t.Context(), python, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	cmd.Dir = t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	m := &moto{t: t, env: os.Environ(), url: "http://127.0.0.1:" + port}
	for key, value := range isolated(t.TempDir()) {
		m.env = append(m.env, key+"="+value)
	}
	m.env = append(m.env, "AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_REGION=us-east-1")
	for range 300 {
		if r, err := http.Get(m.url + "/moto-api/"); err == nil {
			_ = r.Body.Close()
			return m
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto does not answer")
	return nil
}

func (m *moto) config(region string) sdk.Config {
	return sdk.Config{Region: region, BaseEndpoint: &m.url, Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", "")}
}

// fill makes clusters of one service and two tasks each in a region, and an ACTIVE and an INACTIVE
// task definition. moto's services start no tasks, so these are run by hand.
func (m *moto) fill(region string, clusters int) {
	m.t.Helper()
	ctx, api := m.t.Context(), ecs.NewFromConfig(m.config(region))
	must := func(what string, err error) {
		m.t.Helper()
		if err != nil {
			m.t.Fatalf("moto: %s in %s: %v", what, region, err)
		}
	}
	subnets, err := ec2.NewFromConfig(m.config(region)).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	must("DescribeSubnets", err)
	network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{*subnets.Subnets[0].SubnetId}}}
	for range 2 {
		_, err := api.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
			Family: sdk.String("kasi"), Cpu: sdk.String("16384"), Memory: sdk.String("32768"),
			ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: sdk.String("kasi"), Image: sdk.String("yzsqbe/ka:si"), Memory: sdk.Int32(1024)}},
		})
		must("RegisterTaskDefinition", err)
	}
	_, err = api.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: sdk.String("kasi:1")})
	must("DeregisterTaskDefinition", err)
	for i := range clusters {
		name := fmt.Sprintf("qx%02d", i)
		_, err := api.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &name})
		must("CreateCluster", err)
		_, err = api.CreateService(ctx, &ecs.CreateServiceInput{
			Cluster: &name, ServiceName: sdk.String(name + "-service"), TaskDefinition: sdk.String("kasi:2"), DesiredCount: sdk.Int32(2),
		})
		must("CreateService", err)
		_, err = api.RunTask(ctx, &ecs.RunTaskInput{
			Cluster: &name, TaskDefinition: sdk.String("kasi:2"), Count: sdk.Int32(2), LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: network,
		})
		// The SDK cannot read moto's answer, in which cpu is a number.
		var unread *smithy.DeserializationError
		if !errors.As(err, &unread) {
			must("RunTask", err)
		}
	}
	_, err = api.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: sdk.String("prod-api")})
	must("CreateCluster", err)
}

// scan reads the account through rootout and gives the complaints with it.
func (m *moto) scan(args ...string) (got scanned, errs string) {
	m.t.Helper()
	out, errs, code := rootout(m.t, m.env, m.t.TempDir(), append([]string{"scan", "--json", "--endpoint-url", m.url}, args...)...)
	if code != exitDone && code != exitIncomplete {
		m.t.Fatalf("scan: %d\n%s", code, errs)
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		m.t.Fatal(err)
	}
	return got, errs
}

// counted are the numbers of a scan by region and kind, where they are known.
func (s scanned) counted(kind string) map[string]int {
	out := map[string]int{}
	for _, c := range s.Cells {
		if c.Kind == kind && c.Count != nil && *c.Count > 0 {
			out[c.Region] = *c.Count
		}
	}
	return out
}

// TestMoto lets rootout work on moto: what moto does not know is said to be unknown, what it does
// know is found and removed, although it answers differently from AWS in much.
func TestMoto(t *testing.T) {
	regions, clusters := []string{"us-east-1", "ap-northeast-2", "eu-west-1"}, 2
	if size := os.Getenv("ROOTOUT_TEST_MOTO_CLUSTERS"); size != "" {
		// For measurements by hand: that many clusters in each of 17 regions.
		n, err := strconv.Atoi(size)
		if err != nil {
			t.Fatal(err)
		}
		clusters, regions = n, strings.Fields("us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2")
	}
	if testing.Short() {
		t.Skip("-short: moto answers 150 calls a second")
	}
	t.Parallel()
	m := startMoto(t)
	for _, region := range regions {
		m.fill(region, clusters)
	}
	began := time.Now()
	before, errs := m.scan()
	t.Logf("scan: %s", time.Since(began).Round(time.Millisecond))
	want := map[string][]int{"ecs:cluster": {clusters + 1}, "ecs:service": {clusters}, "ecs:task": {2 * clusters}, "ecs:task-definition": {2}}
	for kind, each := range want {
		got := before.counted(kind)
		for _, region := range regions {
			if got[region] != each[0] {
				t.Errorf("%s in %s: %d, want %d\n%s", kind, region, got[region], each[0], errs)
			}
		}
		if len(got) != len(regions) {
			t.Errorf("%s is counted in %v, want %v", kind, got, regions)
		}
	}
	m.unknownIsNotZero(before, regions, errs)
	dir := t.TempDir()
	began = time.Now()
	query := "name:qx*,kasi* kind:cluster,service,task,taskdef"
	planned, errs, code := rootout(t, m.env, dir, "plan", "--endpoint-url", m.url, "--where", query, "-o", "plan.json")
	if code != exitDone && code != exitIncomplete {
		t.Fatalf("plan: %d\n%s", code, errs)
	}
	t.Logf("plan: %s, %s", time.Since(began).Round(time.Millisecond), phraseOf(t, planned))
	began = time.Now()
	ran, errs, code := rootout(t, m.env, dir, "run", "--endpoint-url", m.url, "plan.json", "--confirm", phraseOf(t, planned))
	t.Logf("run: %s\n%s", time.Since(began).Round(time.Millisecond), strings.SplitN(ran, "\n", 2)[0])
	if n := len(regions) * (clusters*4 + 2); code != exitDone || !strings.HasPrefix(ran, fmt.Sprintf("%d of %d proven gone", n, n)) {
		t.Errorf("run: %d\n%s\n%s", code, ran, errs)
	}
	after, errs := m.scan()
	for kind, left := range map[string]int{"ecs:cluster": 1, "ecs:service": 0, "ecs:task": 0, "ecs:task-definition": 0} {
		for _, region := range regions {
			if got := after.counted(kind)[region]; got != left {
				t.Errorf("after the run %s in %s: %d, want %d\n%s", kind, region, got, left, errs)
			}
		}
	}
	checkCase(t, m.env, dir)
}

// unknownIsNotZero looks at what moto does not implement: daemons, for which it answers with a page
// instead of an error of AWS's. Where there is no cluster there is no daemon, which is known
// without asking.
func (m *moto) unknownIsNotZero(got scanned, regions []string, errs string) {
	m.t.Helper()
	for _, c := range got.Cells {
		if c.Kind != "ecs:daemon" || !slices.Contains(regions, c.Region) {
			continue
		}
		if c.Count != nil || c.State != "unreachable" || !strings.Contains(errs, "not counted: ecs:daemon in "+c.Region+" is unreachable") {
			m.t.Errorf("daemons in %s are %s, count %v\n%s", c.Region, c.State, c.Count, errs)
		}
	}
}
