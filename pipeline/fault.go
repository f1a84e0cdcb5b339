package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Permanent marks an error that trying again cannot mend. Any error in the
// chain with the method Permanent() bool does the same, so that other packages
// need not know this one.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

type permanentError struct{ err error }

func (e *permanentError) Error() string   { return e.err.Error() }
func (e *permanentError) Unwrap() error   { return e.err }
func (e *permanentError) Permanent() bool { return true }

func isPermanent(err error) bool {
	var marked interface{ Permanent() bool }
	return errors.As(err, &marked) && marked.Permanent() || errors.Is(err, fs.ErrNotExist)
}

// errStopped ends what is under way when Run is told to stop. It is no fault
// of the document.
var errStopped = errors.New("the belt stopped")

// panicError is a panic of a worker function.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// fenced runs a worker function with a time limit and survives its panics. A
// function that does not heed its context cannot be ended from outside: it is
// left behind and its result ignored.
func fenced[T any](ctx context.Context, limit time.Duration, work func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, Permanent(fmt.Errorf("took longer than %s", limit)))
	defer cancel()
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() { done <- r }()
		r.value, r.err = caught(ctx, work)
	}()
	select {
	case r := <-done:
		if r.err != nil && ctx.Err() != nil {
			r.err = context.Cause(ctx) // the function only passed on that it was told to stop
		}
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// caught turns a panic into a permanent error.
func caught[T any](ctx context.Context, work func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Permanent(&panicError{r, firstFrames(debug.Stack())})
		}
	}()
	return work(ctx)
}

// firstFrames cuts a stack down to where the panic came from.
func firstFrames(stack []byte) string {
	const lines = 12
	_, below, found := strings.Cut(string(stack), "\npanic(")
	if !found {
		below = string(stack)
	}
	_, below, _ = strings.Cut(below, "\n\t") // the place of panic() itself
	_, below, _ = strings.Cut(below, "\n")
	frames := strings.SplitN(below, "\n", lines+1)
	return strings.Join(frames[:min(lines, len(frames))], "\n")
}

// brokenError says that the belt itself, and not a document, is at fault.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// blame finds out whether an error of a publish means that the belt is broken.
//
// A stream that could not write, for example because the disk is full, refuses
// until its server is started again, and may not even answer. An embedded
// server that complains and does not answer is therefore taken to be broken.
func (b *Belt) blame(err error) error {
	if err == nil || fullQueue(err) {
		return err
	}
	if storeFault(err) {
		return &brokenError{err}
	}
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, jetstream.ErrAsyncPublishTimeout)
	if b.embedded != nil && late && b.embedded.log.complaint() != "" {
		return &brokenError{fmt.Errorf("the embedded NATS server does not answer; it complained: %s", b.embedded.log.complaint())}
	}
	return err
}

func isBroken(err error) bool {
	var broken *brokenError
	return errors.As(err, &broken)
}

// fullQueue reports that a stream takes no more for now.
func fullQueue(err error) bool {
	return storeFault(err) && strings.HasSuffix(err.Error(), " exceeded")
}

func storeFault(err error) bool {
	const storeFailed = 10077 // of the server's errors.json: any answer of a stream's file store
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == storeFailed
}
