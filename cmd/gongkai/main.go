// Gongkai reads the yearly reports on open government information of Chinese
// government bodies, checks them, and stores them for comparison.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Exit codes.
const (
	exitClean    = 0
	exitFindings = 1 // something in the reports is inconsistent or could not be read
	exitFailure  = 2 // something could not be done
)

// errFindings ends a command that did its work and found something.
var errFindings = errors.New("findings")

// errReported ends a command that failed and has said so already.
var errReported = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// streams are where a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

func run(ctx context.Context, args []string, s streams) int {
	if os.Getenv("GOGC") == "" {
		// Many small documents: some hundred megabytes buy a tenth of the time.
		const percent = 400
		defer debug.SetGCPercent(debug.SetGCPercent(percent))
	}
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, syscall.EPIPE):
		return exitFailure // the reader of our output went away: nobody to tell
	case errors.Is(err, errReported):
		return exitFailure
	default:
		fmt.Fprintln(s.err, "gongkai:", printable(err.Error()))
		return exitFailure
	}
}
