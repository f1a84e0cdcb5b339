package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Event says what became of a document.
type Event struct {
	Run     string    `json:"run"`
	Name    string    `json:"name"`
	SHA256  string    `json:"sha256"` // the key of its source
	At      time.Time `json:"at"`
	Outcome Outcome   `json:"outcome"`

	// Of a stored document.
	Office string `json:"office,omitempty"`
	Year   int    `json:"year,omitempty"`
	// Figures is how many figures the report has, Numbers how many of them are numbers.
	Figures int `json:"figures,omitempty"`
	Numbers int `json:"numbers,omitempty"`
	// Refused says why figures were not read.
	Refused []Reason `json:"refused,omitempty"`
	// MediaType is what the document is, Attached how many files came with it.
	MediaType string `json:"media_type,omitempty"`
	Attached  int    `json:"attached,omitempty"`
	// Findings is how many findings there are, Failed how many of them are failures.
	Findings int `json:"findings,omitempty"`
	Failed   int `json:"failed,omitempty"`

	// Of a dead document.
	Stage    Stage  `json:"stage,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Attempts int    `json:"attempts,omitempty"`
}

// Outcomes follows what becomes of documents from now on: call it before
// capturing. With a run's name it follows that run, with "" all of them, also
// what earlier runs left on the belt.
//
// The events end when ctx ends or, once last is closed, when nothing of the
// run is left on the belt; a nil last never is. A document comes at least
// once, and more than once if it was captured or delivered more than once:
// count documents, not events. After an error there are no more events. The
// sequence can be ranged over once.
func (b *Belt) Outcomes(ctx context.Context, run string, last <-chan struct{}) (iter.Seq2[Event, error], error) {
	filter := run
	if run == "" {
		filter = "*"
	}
	storedFeed, err := b.openFeed(ctx, stored, jetstream.DeliverNewPolicy, filter)
	if err != nil {
		return nil, fmt.Errorf("follow outcomes: %w", err)
	}
	deadFeed, err := b.openFeed(ctx, dead, jetstream.DeliverNewPolicy, "*")
	if err != nil {
		storedFeed.close()
		return nil, fmt.Errorf("follow outcomes: %w", err)
	}
	return func(yield func(Event, error) bool) {
		defer storedFeed.close()
		defer deadFeed.close()
		f := follower{belt: b, run: run, last: last, stored: storedFeed, dead: deadFeed}
		if err := f.follow(ctx, func(e Event) bool { return yield(e, nil) }); err != nil && ctx.Err() == nil {
			yield(Event{}, fmt.Errorf("follow outcomes: %w", err))
		}
	}, nil
}

type follower struct {
	belt         *Belt
	run          string
	last         <-chan struct{}
	stored, dead *feed
}

// follow looks for events until there can be no more. What was found empty
// counts only after the belt was found empty: a document's event is published
// before the document leaves the belt.
func (f *follower) follow(ctx context.Context, each func(Event) bool) error {
	for ctx.Err() == nil {
		idle, err := f.idle(ctx)
		if err != nil {
			return err
		}
		n, goOn, err := f.look(each)
		if err != nil || !goOn || idle && n == 0 {
			return err
		}
		if n == 0 {
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return ctx.Err()
}

func (f *follower) idle(ctx context.Context) (bool, error) {
	select {
	case <-f.last:
	default:
		return false, nil
	}
	l, err := f.belt.backlog(ctx, f.run)
	return err == nil && l.Waiting() == 0, err
}

// look passes on the events there are.
func (f *follower) look(each func(Event) bool) (n int, goOn bool, err error) {
	for _, feed := range []*feed{f.stored, f.dead} {
		messages, err := feed.next()
		if err != nil {
			return n, false, err
		}
		for _, msg := range messages {
			e, err := f.event(feed, msg)
			if err != nil {
				return n, false, err
			}
			n++
			if (f.run == "" || e.Run == f.run) && !each(e) {
				return n, false, nil
			}
		}
	}
	return n, true, nil
}

func (f *follower) event(feed *feed, msg jetstream.Msg) (e Event, err error) {
	if feed == f.dead {
		letter, err := readLetter(msg)
		return letter.event(), err
	}
	if err := json.Unmarshal(msg.Data(), &e); err != nil {
		return e, fmt.Errorf("read event: %w", err)
	}
	return e, nil
}

// feed reads a stream that keeps its messages.
type feed struct {
	stream   jetstream.Stream
	consumer jetstream.Consumer
}

func (b *Belt) openFeed(ctx context.Context, stream string, from jetstream.DeliverPolicy, last string) (*feed, error) {
	consumer, err := b.streams[stream].CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy: from, FilterSubject: subject(stream, last), AckPolicy: jetstream.AckAllPolicy,
		InactiveThreshold: time.Hour, MemoryStorage: true,
	})
	if err != nil {
		return nil, fmt.Errorf("read stream %s: %w", stream, err)
	}
	return &feed{b.streams[stream], consumer}, nil
}

// next returns the next messages, none if there are none now.
func (f *feed) next() (messages []jetstream.Msg, err error) {
	batch, err := f.consumer.FetchNoWait(256)
	if err != nil {
		return nil, err
	}
	for msg := range batch.Messages() {
		messages = append(messages, msg)
	}
	if len(messages) > 0 {
		_ = messages[len(messages)-1].Ack()
	}
	return messages, batch.Error()
}

func (f *feed) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	// The server removes what is not deleted here after an hour without use.
	_ = f.stream.DeleteConsumer(ctx, f.consumer.CachedInfo().Name)
}
