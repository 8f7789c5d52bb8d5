package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
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
	// exportTo is the folder to write log files to instead of serving, events how many.
	exportTo string
	events   int
}

// attackers are how the intruder may behave, and scenarios what the account may hold.
func attackers() []string { return []string{"dormant", "live"} }

func scenarios() []string { return []string{"breach"} }

// faultNames are the faults, each with the sign that its value stands behind.
func faultNames() []string {
	var out []string
	for part := range strings.SplitSeq(sim.FaultsHelp, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		out = append(out, name+"=")
	}
	return out
}

// check finds what is wrong with the flags of a command before anything is made.
func (f *simFlags) check(command string) error {
	switch {
	case !slices.Contains(scenarios(), f.scenario):
		return usage("%s: there is no scenario %q: try %s", command, f.scenario, strings.Join(scenarios(), ", "))
	case !slices.Contains(attackers(), f.attacker):
		return usage("%s: --attacker is %s, not %q", command, strings.Join(attackers(), " or "), f.attacker)
	case f.exportTo == "" && f.events != 0:
		return usage("%s: --events says how much --export-trail writes", command)
	case f.exportTo != "" && f.events < 1:
		return usage("%s: --export-trail needs --events, at least 1", command)
	case f.latency < 0:
		return usage("%s: --latency must not be below 0, and is %s", command, f.latency)
	}
	if err := checkSpeed(f.speed); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	if _, err := sim.ParseFaults(strings.Join(f.faults, ",")); err != nil {
		return usage("%s: --fault: %w", command, err)
	}
	return nil
}

func newSim() *cobra.Command {
	var f simFlags
	cmd := &cobra.Command{
		Use: "sim", Short: "Serve a simulated AWS with a breached account to any client", Args: cobra.NoArgs,
		Long: "sim serves a simulated AWS on a local address, and prints the environment variables that make the AWS\nCLI, an SDK or rootout use it. It is as strict as AWS about preconditions, page limits, throttling and\nerror codes. It does not verify signatures.\n\nWith --export-trail it serves nothing: it writes what CloudTrail would have of the account, as files in\nthe layout of a bucket.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check("sim"); err != nil {
				return err
			}
			if f.exportTo != "" {
				return exportTrail(cmd, f)
			}
			return serve(cmd, f)
		},
	}
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:4566", "local address to listen on")
	cmd.Flags().StringVar(&f.scenario, "scenario", "breach", "what the account holds: breach")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "another seed gives other names, counts and times")
	cmd.Flags().DurationVar(&f.latency, "latency", 40*time.Millisecond, "how long each call takes")
	cmd.Flags().Float64Var(&f.speed, "speed", 1, "how many times faster than AWS resources stop and rate limits refill")
	cmd.Flags().StringVar(&f.attacker, "attacker", "dormant", "what the intruder does: dormant or live")
	cmd.Flags().StringArrayVar(&f.faults, "fault", nil, "faults to inject, for example throttle=0.3,5xx=0.1,reset=0.05,blackhole=sa-east-1,deny=eu-west-3:ecs,slow=us-west-1:2s,expire=500")
	cmd.Flags().StringVar(&f.truth, "truth", "", "file to write to which resources are the intruder's, on every change")
	cmd.Flags().StringVar(&f.exportTo, "export-trail", "", "new or empty folder to write the account's CloudTrail log files to, instead of serving")
	cmd.Flags().IntVar(&f.events, "events", 0, "how many events --export-trail writes: the breach's, and noise around them")
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
	// Standard output may be read by a shell; this is for whoever looks on.
	fmt.Fprintf(cmd.ErrOrStderr(), "rootout: serving a simulated AWS on http://%s until ctrl+c; the lines above make a client use it\n", listener.Addr())
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
	faults, err := sim.ParseFaults(strings.Join(f.faults, ","))
	if err != nil {
		return nil, nil, usage("--fault: %w", err)
	}
	scenario, err := breach.New(breach.Options{Seed: f.seed, Speed: f.speed, Attacker: f.attacker})
	if err != nil {
		return nil, nil, fmt.Errorf("make the account: %w", err)
	}
	return scenario, sim.New(scenario.Cloud, sim.Options{Latency: f.latency, Speed: f.speed, Faults: faults, Seed: f.seed}), nil
}
