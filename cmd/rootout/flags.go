package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootout/rootout/model/query"
)

// topic is what a flag that several commands share is about.
type topic string

// The topics; a shared flag that no other names is about signing in.
const (
	signingIn   topic = "sign in"
	theCase     topic = "case"
	theConfig   topic = "config"
	lookingOnly topic = "read-only"
	theWindow   topic = "since"
	leavingOut  topic = "skip"
	thePace     topic = "speed"
)

func topicOf(flag string) topic {
	switch flag {
	case "case", "new-case", "cases":
		return theCase
	case "config":
		return theConfig
	case "read-only":
		return lookingOnly
	case "since":
		return theWindow
	case "skip-regions":
		return leavingOut
	case "speed":
		return thePace
	}
	return signingIn
}

// taking is which shared flags a command takes, and why no others.
type taking struct {
	topics []topic
	why    string
}

// takes says it of every command but the console, which takes them all. A command that is not named
// takes none.
func takes(command string) taking {
	switch command {
	case "demo":
		return taking{[]topic{lookingOnly, theWindow, leavingOut}, "its account is simulated"}
	case "sim":
		return taking{nil, "its account is simulated"}
	case "scan":
		return taking{[]topic{signingIn, theConfig, lookingOnly, theWindow, leavingOut, thePace}, "it keeps no case"}
	case "timeline":
		return taking{[]topic{signingIn, lookingOnly, theWindow, leavingOut, thePace}, "it keeps no case"}
	case "plan":
		return taking{[]topic{signingIn, theCase, theConfig, lookingOnly, theWindow, leavingOut, thePace}, ""}
	case "run", "undo":
		return taking{[]topic{signingIn, theCase, theConfig, lookingOnly, thePace}, "the plan says what is read"}
	case "open":
		return taking{[]topic{theWindow}, "it shows a case as it was kept"}
	}
	return taking{}
}

// misplaced stands in a command for a shared flag that would do nothing there.
type misplaced struct {
	command, flag, why string
	noValue            bool
}

// misplacedError is what such a flag comes to.
type misplacedError struct{ flag misplaced }

// Error implements error.
func (e misplacedError) Error() string {
	text := fmt.Sprintf("%s takes no --%s", e.flag.command, e.flag.flag)
	if e.flag.why != "" {
		text += ": " + e.flag.why
	}
	return text
}

// Set implements pflag.Value.
func (m misplaced) Set(string) error { return misplacedError{m} }

// String implements pflag.Value.
func (misplaced) String() string { return "" }

// Type implements pflag.Value.
func (m misplaced) Type() string {
	if m.noValue {
		return "bool"
	}
	return "string"
}

// refuseMisplaced makes every command refuse the shared flags that do nothing in it, and leaves them
// out of its help. A flag of its own goes before a shared one of the same name.
func refuseMisplaced(root *cobra.Command) {
	eachCommand(root, func(c *cobra.Command) {
		takes := takes(c.Name())
		root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
			if c.HasSubCommands() || slices.Contains(takes.topics, topicOf(f.Name)) || c.Flags().Lookup(f.Name) != nil {
				return
			}
			name := strings.TrimPrefix(c.CommandPath(), root.Name()+" ")
			c.Flags().AddFlag(&pflag.Flag{
				Name: f.Name, Usage: f.Usage, Hidden: true, NoOptDefVal: f.NoOptDefVal,
				Value: misplaced{command: name, flag: f.Name, why: takes.why, noValue: f.Value.Type() == "bool"},
			})
		})
	})
}

// eachCommand visits all commands below one.
func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	for _, sub := range c.Commands() {
		visit(sub)
		eachCommand(sub, visit)
	}
}

// flagError words a flag that cannot be read.
func flagError(_ *cobra.Command, err error) error {
	var wrong misplacedError
	if errors.As(err, &wrong) {
		err = wrong
	}
	return usage("%w", err)
}

// check refuses flags that are wrong, or would be dangerous in silence, before anything is asked or
// drawn.
func (g *globals) check(cmd *cobra.Command) error {
	flags := cmd.Flags()
	g.given = givenTo(cmd)
	if flags.Changed("speed") && cmd.Name() != "demo" && cmd.Name() != "sim" {
		if g.endpoint == "" && os.Getenv("AWS_ENDPOINT_URL") == "" {
			return usage("--speed is for a simulator: it needs --endpoint-url, since AWS itself does not run faster")
		}
		if err := checkSpeed(g.speed); err != nil {
			return err
		}
	}
	if g.since <= 0 {
		return usage("--since must be above 0, not %s", g.since)
	}
	if g.region != "" {
		if err := checkRegion("region", g.region); err != nil {
			return err
		}
	}
	if err := g.skip.check(); err != nil {
		return err
	}
	if err := g.checkRole(); err != nil {
		return err
	}
	if flags.Changed("config") {
		if _, err := os.Stat(g.config); err != nil {
			return usage("--config: %w; without the file nothing would be protected", err)
		}
	}
	if err := g.connection(nil).Check(); err != nil {
		return err
	}
	return g.checkCase()
}

// checkCase finds a case that is not there, and a new one that is.
func (g *globals) checkCase() error {
	if g.casePath == "" {
		return nil
	}
	_, err := os.Stat(g.casePath)
	switch {
	case g.newCase && err == nil:
		return usage("--new-case: %s is there already", g.casePath)
	case !g.newCase && err != nil:
		return usage("--case: %w; --new-case makes it", err)
	}
	return nil
}

func checkSpeed(speed float64) error {
	if !(speed > 0) || math.IsInf(speed, 0) {
		return usage("--speed must be above 0, not %g", speed)
	}
	return nil
}

// noSuchCommand is the error of a name that is no command, with what was probably meant.
func noSuchCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return fmt.Errorf("unknown command %q for %q%s", name, cmd.CommandPath(), didYouMean(name, names))
}

// commandsOnly are the arguments of a command that has others below it.
func commandsOnly(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return noSuchCommand(cmd, args[0])
	}
	return nil
}

// didYouMean ends a message about a word that is not among the known ones.
func didYouMean(word string, known []string) string {
	if near := query.Nearest(word, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}
