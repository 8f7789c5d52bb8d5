package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/ui"
)

func newDemo(g *globals, streams stdio) *cobra.Command {
	f := simFlags{scenario: "breach", speed: 1}
	cmd := &cobra.Command{
		Use: "demo", Short: "Open the console on a simulated breach: no AWS account needed", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check("demo"); err != nil {
				return err
			}
			return demo(cmd.Context(), g, f, streams)
		},
	}
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "another seed gives other names, counts and times")
	cmd.Flags().DurationVar(&f.latency, "latency", 60*time.Millisecond, "how long each call takes")
	cmd.Flags().Float64Var(&f.speed, "speed", 1, "how many times faster than AWS resources stop and rate limits refill")
	cmd.Flags().StringVar(&f.attacker, "attacker", "dormant", "what the intruder does: dormant or live")
	cmd.Flags().StringArrayVar(&f.faults, "fault", nil, "faults to inject, as in rootout sim --help")
	cmd.Flags().StringVar(&f.truth, "truth", "", "file to write to which resources are the intruder's")
	return cmd
}

// demo is the console on a simulated account in this process. Its case lies in a folder that goes
// with it.
func demo(ctx context.Context, g *globals, f simFlags, streams stdio) error {
	g.speed = f.speed
	if !interactive(streams) {
		return usage("demo: %w; rootout sim serves the same account to any client", errNoTerminal)
	}
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	cases, remove, err := casefile.TempFolder("rootout-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = remove() }() // What cannot be removed now is swept by the next start.
	g.cases, g.casePath, g.newCase = cases, "", true
	return showConsole(ctx, consoleOptions{
		globals: g, catalog: catalog, demo: true,
		connect: func(ctx context.Context, _ asker) (*ui.Session, func() error, error) {
			scenario, server, err := build(f)
			if err != nil {
				return nil, nil, err
			}
			if f.truth != "" {
				if err := scenario.WriteTruth(f.truth); err != nil {
					return nil, nil, err
				}
			}
			key, secret, token := scenario.Responder()
			conn, err := aws.Connect(ctx, aws.Options{
				Transport: server.Transport(), Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
				Region: "us-east-1", ReadOnly: g.readOnly, RateScale: f.speed,
			})
			if err != nil {
				return nil, nil, err
			}
			session, end, err := openSession(ctx, g, conn, catalog, defs, true)
			if err != nil {
				return nil, nil, err
			}
			return session, func() error { return errors.Join(end(), scenario.Close()) }, nil
		},
	}, streams)
}
