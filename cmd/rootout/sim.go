package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
)

// simFlags are the circumstances of a simulated AWS.
type simFlags struct {
	listen, scenario, attacker, truth string
	seed                              uint64
	latency                           time.Duration
	speed                             float64
	faults                            []string
}

func newSim() *cobra.Command {
	var f simFlags
	cmd := &cobra.Command{
		Use: "sim", Short: "Serve a simulated AWS with a breached account, for any client", Args: cobra.NoArgs,
		Long: "sim serves a simulated AWS on a local address and prints the environment that makes the AWS CLI, an SDK or rootout use it.\nIt is as strict as AWS about preconditions, page limits, throttling and error codes; signatures are not verified.",
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd, f) },
	}
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:4566", "address to listen on; it should be a local one")
	cmd.Flags().StringVar(&f.scenario, "scenario", "breach", "what the account holds: breach")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "another seed gives other names, counts and times")
	cmd.Flags().DurationVar(&f.latency, "latency", 40*time.Millisecond, "how long every call takes")
	cmd.Flags().Float64Var(&f.speed, "speed", 1, "how many times faster than AWS things stop and buckets fill")
	cmd.Flags().StringVar(&f.attacker, "attacker", "dormant", "dormant or live")
	cmd.Flags().StringArrayVar(&f.faults, "fault", nil, "what goes wrong, for example throttle=0.3,5xx=0.1,reset=0.05,blackhole=sa-east-1,deny=eu-west-3:ecs,slow=us-west-1:2s,expire=500")
	cmd.Flags().StringVar(&f.truth, "truth", "", "file to write what is whose to, rewritten on every change")
	return cmd
}

func serve(cmd *cobra.Command, f simFlags) (err error) {
	scenario, server, err := build(f)
	if err != nil {
		return err
	}
	defer closeInto(&err, scenario)
	var lc net.ListenConfig
	listener, err := lc.Listen(cmd.Context(), "tcp", f.listen)
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	if f.truth != "" {
		if err := scenario.WriteTruth(f.truth); err != nil {
			return errors.Join(fmt.Errorf("sim: %w", err), listener.Close())
		}
	}
	out := cmd.OutOrStdout()
	for _, line := range scenario.Env("http://" + listener.Addr().String()) {
		fmt.Fprintln(out, "export "+line)
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(cmd.Context(), func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), time.Second)
		defer cancel()
		_ = web.Shutdown(closing)
	})
	defer stop()
	if err := web.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("sim: %w", err)
	}
	return nil
}

// build makes the scenario and the server in front of it.
func build(f simFlags) (*breach.Scenario, *sim.Server, error) {
	if f.scenario != "breach" {
		return nil, nil, usage("sim: there is no scenario %q: try breach", f.scenario)
	}
	if f.attacker != "dormant" && f.attacker != "live" {
		return nil, nil, usage("sim: --attacker is dormant or live, not %q", f.attacker)
	}
	if f.speed <= 0 || f.latency < 0 {
		return nil, nil, usage("sim: --speed must be above 0 and --latency not below")
	}
	faults, err := sim.ParseFaults(strings.Join(f.faults, ","))
	if err != nil {
		return nil, nil, usage("sim: --fault: %w", err)
	}
	scenario, err := breach.New(breach.Options{Seed: f.seed, Speed: f.speed, Attacker: f.attacker})
	if err != nil {
		return nil, nil, fmt.Errorf("sim: %w", err)
	}
	return scenario, sim.New(scenario.Cloud, sim.Options{Latency: f.latency, Speed: f.speed, Faults: faults, Seed: f.seed}), nil
}
