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
	// given are those that this invocation was given.
	given []given
	// ask asks on the terminal what a sign-in wants to know; nil where there is none.
	ask asker
}

// sinceDefault is how far back "new" reaches when nobody says otherwise: three days cover a
// weekend.
const sinceDefault = 72 * time.Hour

func newRoot(streams stdio) *cobra.Command {
	g := &globals{ask: terminalAsk(streams)}
	root := &cobra.Command{
		Use:           "rootout",
		Short:         "An incident console for a breached AWS account",
		Long:          "rootout shows what runs in every region of an AWS account, removes what does not belong there, in the\nright order and in all regions at once, and proves with a fresh listing that it is gone.\nTo try it without an account: rootout demo",
		Args:          commandsOnly,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return console(cmd.Context(), g, streams) },
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(printUsage)
	p := root.PersistentFlags()
	p.StringVar(&g.profile, "profile", "", "profile in the AWS config and credentials files")
	p.StringVar(&g.region, "region", "", "region to sign in to first")
	p.StringVar(&g.endpoint, "endpoint-url", "", "URL to send every call to, like AWS_ENDPOINT_URL")
	p.StringVar(&g.role.ARN, "role-arn", "", "role to assume with the credentials of the profile or the environment")
	p.StringVar(&g.role.MFASerial, "mfa-serial", "", "MFA device whose code the role of --role-arn requires")
	p.StringVar(&g.role.ExternalID, "external-id", "", "external ID that the role of --role-arn requires")
	p.StringVar(&g.role.SessionName, "session-name", "", "session name for --role-arn, shown in CloudTrail")
	p.StringVar(&g.casePath, "case", "", "case file to use")
	p.BoolVar(&g.newCase, "new-case", false, "start a new case instead of continuing the newest open one")
	p.BoolVar(&g.readOnly, "read-only", false, "look only: the connection cannot change anything")
	p.DurationVar(&g.since, "since", sinceDefault, "how recently a resource was created to count as new")
	p.StringSliceVar((*[]string)(&g.skip), "skip-regions", nil, "regions not to read, separated by commas; * stands for any characters (eu-*)")
	p.StringVar(&g.config, "config", configPath(), "configuration file, with the protect list and the waive list")
	p.StringVar(&g.cases, "cases", "", "directory of the case files")
	p.Float64Var(&g.speed, "speed", 1, "how many times faster than AWS the simulator at --endpoint-url runs")
	for _, hidden := range []string{"speed", "cases"} {
		_ = p.MarkHidden(hidden)
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return g.check(cmd) }
	root.AddCommand(newDemo(g, streams), newSim(), newScan(g), newTimeline(g), newPlan(g), newRun(g), newUndo(g), newOpen(g, streams), newCaseCommand(g), newCompletion(), newVersion(), newDocs())
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
			return usage("without a terminal rootout prints a scan, which keeps no case: leave out --case and --new-case")
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

// connection are the options of the AWS connection. Without an asker a sign-in that wants to know
// something fails.
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

var errNoTerminal = errors.New("there is no terminal")
