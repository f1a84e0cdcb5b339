// Package pipeline is the belt that carries documents from capture to store.
//
// A document passes three stages. Each takes it from one stream and lays it on
// the next:
//
//	captured --parse--> parsed --normalize--> normalized --store--> stored
//	                          (and from each stage, what cannot pass) --> dead
//
// The streams are NATS JetStream streams on disk. A stage acknowledges a
// message only after the next stream has confirmed the one that follows from
// it, or after the store has committed. A process may therefore be killed at
// any moment: a document is then done twice at worst and never lost, and the
// store, which is keyed by content, takes the second time as the first.
//
// Only the hash of a document's bytes travels, the bytes stay in the archive.
// The server runs inside the process without any port, or is an external NATS
// cluster by its address; the workers are the same.
//
// What fails for a passing reason (a store that is locked, a disk that is
// busy) is tried again, later each time. What can never pass, and what keeps
// failing, becomes a [DeadLetter] with its reason; it can be listed and sent
// on its way again. One bad document never holds up the others.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Config says where a belt runs and how hard. The zero value of every field
// but Dir and URL, of which one must be set, is the default.
type Config struct {
	// Dir is the folder of the embedded server. One process at a time may have it.
	Dir string
	// URL is the address of an external NATS with JetStream, used instead of Dir.
	URL string
	// Options are for the connection to URL: credentials, TLS.
	Options []nats.Option
	// Replicas is the number of copies of each stream that is created at URL; 0 means 1.
	Replicas int
	// Sync makes the embedded server force every message to the disk. Without
	// it a power cut, though not a killed process, may lose the last two
	// minutes of the belt; the archive still has the documents.
	Sync bool
	// Run marks what this belt captures, in letters, digits, "-" and "_". Empty
	// means a new random name.
	Run string
	// Workers is how many documents are parsed, and how many normalized, at
	// once; 0 means one for each processor.
	Workers int
	// Limit is how long parsing or normalizing one document may take; 0 means a minute.
	Limit time.Duration
	// Attempts is how often a document is tried at each stage before a passing
	// fault counts as lasting; 0 means 5.
	Attempts int
	// Delay is the wait before the second attempt. Each later wait is four
	// times as long, up to a minute; 0 means a second.
	Delay time.Duration
	// Backlog is how many captured documents may wait; Capture blocks beyond.
	// 0 means 10,000.
	Backlog int
	// Drain is how long Run, when told to stop, lets documents in hand finish;
	// 0 means ten seconds.
	Drain time.Duration
	// Log hears of retries and dead letters; nil means nobody does.
	Log *slog.Logger
	// Now is the clock of events and dead letters; nil means time.Now.
	Now func() time.Time

	// ackWait is how long the server waits for a sign of life from a worker;
	// workers send three in that time.
	ackWait time.Duration
	// noHandover makes every stage read the message as another process would.
	noHandover bool
}

func (c Config) withDefaults() Config {
	c.Replicas = positive(c.Replicas, 1)
	c.Workers = positive(c.Workers, runtime.GOMAXPROCS(0))
	c.Limit = positive(c.Limit, time.Minute)
	c.Attempts = positive(c.Attempts, 5)
	c.Delay = positive(c.Delay, time.Second)
	c.Backlog = positive(c.Backlog, 10_000)
	c.Drain = positive(c.Drain, 10*time.Second)
	c.ackWait = positive(c.ackWait, 10*time.Second)
	if c.Run == "" {
		c.Run = nuid.Next()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func positive[T int | time.Duration](n, otherwise T) T {
	if n > 0 {
		return n
	}
	return otherwise
}

func (c Config) check() error {
	if (c.Dir == "") == (c.URL == "") {
		return errors.New("set either Dir or URL")
	}
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	if len(c.Run) > 64 || strings.Trim(c.Run, allowed) != "" {
		return fmt.Errorf("the run name %q is not at most 64 letters, digits, - and _", c.Run)
	}
	return nil
}

// Belt is an open belt. Its methods may be called from many goroutines.
type Belt struct {
	config    Config
	embedded  *embedded // nil with an external NATS
	conn      *nats.Conn
	js        jetstream.JetStream
	streams   map[string]jetstream.Stream
	consumers map[Stage]jetstream.Consumer
	handover  handover
	id        string // tells this belt's messages from those of other processes
	messages  atomic.Uint64
}

// Open starts the embedded server or connects to the external one, and creates
// or checks the streams.
func Open(ctx context.Context, config Config) (*Belt, error) {
	b := &Belt{config: config.withDefaults(), id: nuid.Next()}
	if err := b.config.check(); err != nil {
		return nil, fmt.Errorf("open belt: %w", err)
	}
	if err := b.open(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("open belt: %w", err)
	}
	return b, nil
}

func (b *Belt) open(ctx context.Context) error {
	if err := b.connect(); err != nil {
		return err
	}
	js, err := jetstream.New(b.conn, jetstream.WithPublishAsyncTimeout(10*time.Second))
	if err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	b.js = js
	if err := b.prepareStreams(ctx); err != nil {
		return err
	}
	return b.prepareConsumers(ctx)
}

func (b *Belt) connect() error {
	address, options := b.config.URL, append([]nats.Option{nats.MaxReconnects(-1)}, b.config.Options...)
	if b.config.Dir != "" {
		server, err := startEmbedded(b.config)
		if err != nil {
			return err
		}
		b.embedded = server
		address, options = "", []nats.Option{nats.InProcessServer(server)}
	}
	conn, err := nats.Connect(address, append(options, nats.Name("gongkai "+b.config.Run))...)
	if err != nil {
		return fmt.Errorf("connect to NATS: %w", err)
	}
	b.conn = conn
	return nil
}

// Close ends the connection and the embedded server. Stop Run first.
func (b *Belt) Close() error {
	var err error
	if b.conn != nil && !b.conn.IsClosed() {
		// The last acknowledgements are on their way.
		if err = b.conn.FlushTimeout(5 * time.Second); err != nil {
			err = fmt.Errorf("close belt: flush: %w", err)
		}
		b.conn.Close()
	}
	if b.embedded != nil {
		err = errors.Join(err, b.embedded.stop())
	}
	return err
}

// RunName is the name that marks what this belt captures.
func (b *Belt) RunName() string { return b.config.Run }

// token names a message of this belt as no other message is named.
func (b *Belt) token() string {
	return b.id + "-" + strconv.FormatUint(b.messages.Add(1), 10)
}
