package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// mendEvery is the time between two looks for forgotten messages.
const mendEvery = time.Second

// mend looks for messages that the server has forgotten.
//
// A work queue removes a message when its consumer has acknowledged it. The
// consumer notes it first and the stream removes it after; nats-server 2.15
// that ends in between, even in good order, keeps the message and never
// delivers it again. It was acknowledged, so its document is safe, but nothing
// would ever say so: the belt would not come to rest. A message that is still
// there a while after the consumer counted it as done is therefore published
// anew and goes the way again, which changes nothing.
func (r *run) mend(quit <-chan struct{}) {
	ticker := time.NewTicker(mendEvery)
	defer ticker.Stop()
	done := map[Stage]uint64{} // up to where each consumer was done a look ago
	for {
		for _, route := range routes() {
			floor, err := r.belt.mend(r.soft, route, done[route.stage])
			if err != nil && r.soft.Err() == nil {
				r.belt.config.Log.Warn("look for forgotten messages", "stage", route.stage, "error", err)
			}
			done[route.stage] = floor
		}
		select {
		case <-quit:
			return
		case <-r.soft.Done():
			return
		case <-ticker.C:
		}
	}
}

// mend revives what lies in a stage's queue up to the message done, and returns
// up to where the stage's consumer is done now.
func (b *Belt) mend(ctx context.Context, route route, done uint64) (floor uint64, err error) {
	consumer, err := b.consumers[route.stage].Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for consumer: %w", err)
	}
	stream, err := b.streams[route.from].Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for stream: %w", err)
	}
	for next := stream.State.FirstSeq; next <= done; next++ {
		msg, err := b.streams[route.from].GetMsg(ctx, next, jetstream.WithGetMsgSubject(subject(route.from, "*")))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return 0, fmt.Errorf("read forgotten message: %w", err)
		}
		if next = msg.Sequence; next > done {
			break
		}
		if err := b.revive(ctx, route, msg); err != nil {
			return 0, fmt.Errorf("revive forgotten message: %w", err)
		}
	}
	return consumer.AckFloor.Stream, nil
}

func (b *Belt) revive(ctx context.Context, route route, lost *jetstream.RawStreamMsg) error {
	again := &nats.Msg{Subject: lost.Subject, Header: nats.Header{}, Data: lost.Data}
	for _, name := range []string{headerSource, headerRun, headerStage, headerToken, headerEncoding} {
		if value := lost.Header.Get(name); value != "" {
			again.Header.Set(name, value)
		}
	}
	if _, err := b.js.PublishMsg(ctx, again); err != nil {
		return err
	}
	b.config.Log.Warn("revived a message that the server had forgotten", "stage", route.stage, "sequence", lost.Sequence)
	err := b.streams[route.from].DeleteMsg(ctx, lost.Sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	return err
}
