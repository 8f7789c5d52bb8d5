package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/ui"
)

// globals are the flags that every command knows.
type globals struct {
	profile, region, endpoint string
	role                      aws.Role
	casePath                  string
	newCase                   bool
	readOnly                  bool
	skip                      regionPatterns
	since                     time.Duration
	speed                     float64
	config                    string
	cases                     string
}

// sinceDefault is how far back "new" reaches when nobody says otherwise: three days cover a
// weekend.
const sinceDefault = 72 * time.Hour

func newRoot(streams stdio) *cobra.Command {
	g := &globals{}
	root := &cobra.Command{
		Use:           "rootout",
		Short:         "An incident console for a breached AWS account",
		Long:          "rootout shows what runs in every region of an AWS account, removes what does not belong in the right order in all\nregions at once, and proves by a fresh listing that it is gone. Try it without an account: rootout demo.",
		Args:          commandsOnly,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return console(cmd.Context(), g, streams) },
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(printUsage)
	p := root.PersistentFlags()
	p.StringVar(&g.profile, "profile", "", "profile of the shared AWS config files")
	p.StringVar(&g.region, "region", "", "region that is asked first who you are")
	p.StringVar(&g.endpoint, "endpoint-url", "", "send every call there, as AWS_ENDPOINT_URL does")
	p.StringVar(&g.role.ARN, "role-arn", "", "role to assume with whatever the profile or the environment gives, renewed by itself")
	p.StringVar(&g.role.MFASerial, "mfa-serial", "", "MFA device that the role of --role-arn wants a code of")
	p.StringVar(&g.role.ExternalID, "external-id", "", "external id that the role of --role-arn wants")
	p.StringVar(&g.role.SessionName, "session-name", "", "name of the session of --role-arn, as CloudTrail shows it")
	p.StringVar(&g.casePath, "case", "", "case file to use")
	p.BoolVar(&g.newCase, "new-case", false, "start a new case instead of going on with the newest open one")
	p.BoolVar(&g.readOnly, "read-only", false, "look only: the connection can change nothing")
	p.DurationVar(&g.since, "since", sinceDefault, "how far back \"new\" reaches")
	p.StringSliceVar((*[]string)(&g.skip), "skip-regions", nil, "regions that are not read, by name or pattern (eu-*), with commas between")
	p.StringVar(&g.config, "config", configPath(), "file with the protect list and the waive list")
	p.StringVar(&g.cases, "cases", "", "directory of the case files")
	p.Float64Var(&g.speed, "speed", 1, "how many times faster than AWS the simulator at --endpoint-url runs")
	for _, hidden := range []string{"speed", "cases"} {
		_ = p.MarkHidden(hidden)
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return g.check(cmd) }
	root.AddCommand(newDemo(g, streams), newSim(), newScan(g), newPlan(g), newRun(g), newUndo(g), newOpen(g, streams), newCaseCommand(), newCompletion(), newVersion(), newDocs())
	root.SetHelpCommand(newHelp())
	root.CompletionOptions.DisableDefaultCmd = true
	refuseMisplaced(root)
	completeValues(root)
	wrapArgs(root)
	return root
}

// wrapArgs makes wrong arguments a usage error.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				if cmd.HasParent() {
					return usage("%s: %w", strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" "), err)
				}
				return usage("%w", err)
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

// console is rootout without a command: the screen where there is a terminal, else the scan as
// text.
func console(ctx context.Context, g *globals, streams stdio) error {
	if !interactive(streams) {
		if g.casePath != "" || g.newCase {
			return usage("there is no terminal, so this prints the scan, which keeps no case: --case and --new-case do nothing")
		}
		return runScan(ctx, g, scanOptions{}, streams.out, streams.err)
	}
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	return showConsole(ctx, consoleOptions{
		globals: g, catalog: catalog,
		connect: func(ctx context.Context, ask asker) (*ui.Session, func() error, error) {
			conn, err := aws.Connect(ctx, g.connection(ask))
			if err != nil {
				return nil, nil, err
			}
			return openSession(ctx, g, conn, catalog, defs, false)
		},
	}, streams)
}

// asker asks the operator something in a dialog.
type asker = ui.Ask

// connection are the options of the AWS connection. Without an asker a code of an MFA device cannot
// be given.
func (g *globals) connection(ask asker) aws.Options {
	o := aws.Options{Profile: g.profile, Region: g.region, EndpointURL: g.endpoint, ReadOnly: g.readOnly, RateScale: g.speed}
	if ask != nil {
		o.MFAToken = func(ctx context.Context, serial string) (string, error) {
			return ask(ctx, ui.Question{Text: "code of the MFA device " + serial})
		}
		o.DeviceSignIn = func(ctx context.Context, d aws.Device) error {
			_, err := ask(ctx, ui.Question{SignIn: &ui.SignIn{Portal: d.StartURL, Address: d.Address, Whole: d.Whole, Code: d.Code, Until: d.Until}})
			return err
		}
	}
	if g.role != (aws.Role{}) {
		o.Role = &g.role
	}
	return o
}

var errNoTerminal = errors.New("there is no terminal to ask on")
