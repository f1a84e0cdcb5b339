package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Stage is one of the three steps of a document's way.
type Stage string

// The stages in order.
const (
	Parse     Stage = "parse"
	Normalize Stage = "normalize"
	Store     Stage = "store"
)

// The streams. A message's subject is gongkai.STREAM.RUN, so that the server
// can count the messages of one run; dead letters have one subject a document.
const (
	captured   = "captured"
	parsed     = "parsed"
	normalized = "normalized"
	stored     = "stored"
	dead       = "dead"
	suspects   = "suspects" // marks, see suspect.go
)

func subject(stream, last string) string { return "gongkai." + stream + "." + last }

// route says where each stage takes documents from and lays them.
type route struct {
	stage    Stage
	from, to string
}

func routes() []route {
	return []route{{Parse, captured, parsed}, {Normalize, parsed, normalized}, {Store, normalized, stored}}
}

// The bounds of the streams. The two in the middle are short: a stage that runs
// ahead of the next one gains nothing and costs disk and memory. They refuse
// what is over the bound and the stage before waits.
const (
	betweenMessages = 256
	betweenBytes    = 256 << 20
	storedBytes     = 256 << 20
	deadBytes       = 256 << 20
	suspectMarks    = 10_000
)

func (c Config) streams() []jetstream.StreamConfig {
	queue := func(name string, messages int, bytes int64) jetstream.StreamConfig {
		return jetstream.StreamConfig{
			Name: name, Retention: jetstream.WorkQueuePolicy,
			Discard: jetstream.DiscardNew, MaxMsgs: int64(messages), MaxBytes: bytes,
		}
	}
	all := []jetstream.StreamConfig{
		queue(captured, c.Backlog, -1),
		queue(parsed, betweenMessages, betweenBytes),
		queue(normalized, betweenMessages, betweenBytes),
		// What was stored is in the store: here it is news, and old news go.
		{Name: stored, Discard: jetstream.DiscardOld, MaxBytes: storedBytes},
		// A dead letter stands nowhere else: none may go without being read.
		{Name: dead, Discard: jetstream.DiscardNew, MaxBytes: deadBytes, MaxMsgsPerSubject: 1},
		{Name: suspects, Discard: jetstream.DiscardOld, MaxMsgs: suspectMarks, MaxMsgsPerSubject: 1},
	}
	for i := range all {
		all[i].Subjects = []string{subject(all[i].Name, "*")}
		all[i].Name = "gongkai-" + all[i].Name
		all[i].Storage = jetstream.FileStorage
		all[i].Replicas = c.Replicas
		// The sink recognizes what it has by content: a window of message ids
		// forgets them with every acknowledgement and restart.
		all[i].Duplicates = time.Second
		all[i].AllowDirect = true
	}
	return all
}

func (b *Belt) prepareStreams(ctx context.Context) error {
	b.streams = map[string]jetstream.Stream{}
	for _, config := range b.config.streams() {
		stream, err := b.prepareStream(ctx, config)
		if err != nil {
			return fmt.Errorf("prepare stream %s: %w", config.Name, err)
		}
		b.streams[config.Name[len("gongkai-"):]] = stream
	}
	return nil
}

// prepareStream brings an embedded stream up to date. The streams of an
// external server may have been tuned by whoever runs it: they are checked for
// what the belt relies on and else left alone.
func (b *Belt) prepareStream(ctx context.Context, config jetstream.StreamConfig) (jetstream.Stream, error) {
	if b.embedded != nil {
		return b.js.CreateOrUpdateStream(ctx, config)
	}
	stream, err := b.js.Stream(ctx, config.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = b.js.CreateStream(ctx, config)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // somebody was faster
			stream, err = b.js.Stream(ctx, config.Name)
		}
	}
	if err != nil {
		return nil, err
	}
	return stream, checkStream(stream.CachedInfo().Config, config)
}

func checkStream(got, want jetstream.StreamConfig) error {
	switch {
	case got.Retention != want.Retention:
		return fmt.Errorf("its retention is %s and must be %s", got.Retention, want.Retention)
	case got.Discard != want.Discard:
		return fmt.Errorf("its discard policy is %s and must be %s", got.Discard, want.Discard)
	case got.Storage != want.Storage:
		return fmt.Errorf("its storage is %s and must be %s", got.Storage, want.Storage)
	case len(got.Subjects) != 1 || got.Subjects[0] != want.Subjects[0]:
		return fmt.Errorf("its subjects are %q and must be %q", got.Subjects, want.Subjects)
	}
	return nil
}

func (b *Belt) consumer(stage Stage, ackWait time.Duration) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:   "gongkai-" + string(stage),
		AckPolicy: jetstream.AckExplicitPolicy,
		AckWait:   ackWait,
		// The server must never give up on a message by itself: it would stay
		// in the stream and nobody would hear of it again.
		MaxDeliver:    -1,
		MaxAckPending: 1000,
	}
}

func (b *Belt) prepareConsumers(ctx context.Context) error {
	b.consumers = map[Stage]jetstream.Consumer{}
	left := 0
	for _, route := range routes() {
		consumer, err := b.streams[route.from].CreateOrUpdateConsumer(ctx, b.consumer(route.stage, b.config.ackWait))
		if err != nil {
			return fmt.Errorf("prepare consumer %s: %w", route.stage, err)
		}
		b.consumers[route.stage] = consumer
		left += consumer.CachedInfo().NumAckPending
	}
	if b.embedded != nil && left > 0 {
		return b.reclaim(ctx)
	}
	return nil
}

// reclaim takes back at once what a killed process had in hand. The server
// would wait for signs of life from workers that can no longer be: this process
// has the folder to itself. It notices at its next look, a tenth of a second
// after the wait was changed. Deleting the consumers would also do, but would
// forget how often a document was tried, and one that kills the process would
// do so for ever.
func (b *Belt) reclaim(ctx context.Context) error {
	for _, wait := range []time.Duration{time.Millisecond, b.config.ackWait} {
		for _, route := range routes() {
			if _, err := b.streams[route.from].UpdateConsumer(ctx, b.consumer(route.stage, wait)); err != nil {
				return fmt.Errorf("reclaim messages: %w", err)
			}
		}
		if wait == time.Millisecond {
			time.Sleep(200 * time.Millisecond)
		}
	}
	return nil
}

// Backlog is what lies on the belt.
type Backlog struct {
	// Captured, Parsed and Normalized wait for the next stage or are in its hands.
	Captured, Parsed, Normalized int
	// Dead is the number of dead letters.
	Dead int
}

// Waiting is how many documents are on their way.
func (l Backlog) Waiting() int { return l.Captured + l.Parsed + l.Normalized }

// Backlog counts what lies on the belt, of all runs and all processes.
func (b *Belt) Backlog(ctx context.Context) (Backlog, error) { return b.backlog(ctx, "") }

// backlog counts the messages of a run, or of all runs. Documents only move
// forward and the streams are counted in that order, so that none is missed;
// one may be counted twice.
func (b *Belt) backlog(ctx context.Context, run string) (l Backlog, err error) {
	for _, c := range []struct {
		stream string
		count  *int
	}{{captured, &l.Captured}, {parsed, &l.Parsed}, {normalized, &l.Normalized}} {
		if *c.count, err = b.count(ctx, c.stream, run); err != nil {
			return l, err
		}
	}
	l.Dead, err = b.count(ctx, dead, "")
	return l, err
}

func (b *Belt) count(ctx context.Context, stream, run string) (int, error) {
	var options []jetstream.StreamInfoOpt
	if run != "" {
		options = append(options, jetstream.WithSubjectFilter(subject(stream, run)))
	}
	info, err := b.streams[stream].Info(ctx, options...)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", stream, err)
	}
	if run != "" {
		return int(info.State.Subjects[subject(stream, run)]), nil
	}
	return int(info.State.Msgs), nil
}
