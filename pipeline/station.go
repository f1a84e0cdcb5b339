package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// pullMessages is how many messages are asked for at once, and
	// slotsPerWorker how many a stage may have in hand for each that it works
	// on; the others wait for the server's confirmation. Asking for one at a
	// time costs BenchmarkBelt a third more processor time and a third of its
	// documents a second.
	pullMessages   = 16
	slotsPerWorker = 8
	// pullWait is how long the server looks for them, and so how long an idle
	// stage takes to stop.
	pullWait = 250 * time.Millisecond
	// outagePause is the wait before a server that cannot be reached is asked again.
	outagePause = time.Second
)

// station is one stage at work.
type station struct {
	route
	run   *run
	slots chan struct{} // one for each message in hand
	cpu   chan struct{} // one for each message that is worked on
	work  func(context.Context, *item) error
}

// item is a message in hand.
type item struct {
	msg     jetstream.Msg
	tag     tag
	attempt int
}

// loop takes messages until the run ends softly and returns when the last of
// them is settled.
func (s *station) loop() error {
	var inHand sync.WaitGroup
	defer inHand.Wait()
	for {
		for range pullMessages {
			s.slots <- struct{}{}
		}
		if s.run.soft.Err() != nil {
			return nil
		}
		n, err := s.fetch(&inHand)
		for range pullMessages - n {
			<-s.slots
		}
		if err := s.outage(err); err != nil {
			return fmt.Errorf("take messages: %w", err)
		}
	}
}

// outage waits if a server elsewhere cannot be reached for now. A server
// inside this process has no such excuse.
func (s *station) outage(err error) error {
	gone := errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound)
	if err == nil || gone || s.run.belt.embedded != nil || s.run.belt.conn.IsClosed() {
		return err
	}
	s.run.belt.config.Log.Warn("no messages from NATS, asking again", "stage", s.stage, "error", err)
	select {
	case <-time.After(outagePause):
	case <-s.run.soft.Done():
	}
	return nil
}

// fetch asks for messages and begins with each as it comes. It asks for no
// more than there are slots, so that no message ages unnoticed in a buffer.
//
// Consumer.Messages would keep its subscription, but nats.go 1.55 can forget
// to ask for more: when messages come faster than its asking goroutine returns,
// the stage stood still until the request ran out, half a minute later.
func (s *station) fetch(inHand *sync.WaitGroup) (n int, err error) {
	batch, err := s.run.belt.consumers[s.stage].Fetch(pullMessages, jetstream.FetchMaxWait(pullWait))
	if err != nil {
		return 0, err
	}
	for msg := range batch.Messages() {
		n++
		inHand.Go(func() {
			s.handle(msg)
			<-s.slots
		})
	}
	return n, batch.Error()
}

func (s *station) handle(msg jetstream.Msg) {
	it := &item{msg: msg, attempt: 1}
	s.run.held.add(it)
	defer s.run.held.drop(it)
	s.settle(it, s.try(it))
}

func (s *station) try(it *item) (err error) {
	about, err := it.msg.Metadata()
	if err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	it.attempt = int(about.NumDelivered)
	if it.tag, err = readTag(it.msg.Headers()); err != nil {
		return err
	}
	err = s.work(s.run.hard, it)
	if err != nil && s.run.hard.Err() != nil && !isPermanent(err) {
		return errStopped // whatever went wrong, it was cut short
	}
	return err
}

// pass does the stage's step and lays the result on the next stream.
func (s *station) pass(ctx context.Context, it *item, step func(context.Context, *item) (Entry, error)) error {
	var out *nats.Msg
	err := s.busy(ctx, func() error {
		return s.guarded(ctx, it, func() error {
			e, err := step(ctx, it)
			if err == nil {
				out, err = s.run.belt.pack(s.to, s.next(), it.tag, e)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.run.belt.publish(ctx, s.run.soft, out)
}

func (s *station) next() Stage {
	if s.stage == Parse {
		return Normalize
	}
	return Store
}

// busy does what needs the processor, and no more of it at once than there are workers.
func (s *station) busy(ctx context.Context, work func() error) error {
	select {
	case s.cpu <- struct{}{}:
		defer func() { <-s.cpu }()
		return work()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// store reads a message's entry and waits until it is stored.
func (s *station) store(ctx context.Context, it *item) error {
	d := &delivery{tag: it.tag, done: make(chan error, 1)}
	err := s.busy(ctx, func() (err error) {
		d.entry, err = s.run.belt.unpack(it.tag, it.msg)
		return err
	})
	switch {
	case err != nil:
		return err
	case s.suspect(it):
		return s.cautiously(ctx, it, func() error {
			s.run.storeBatch([]*delivery{d})
			return <-d.done
		})
	}
	s.run.batches <- d
	return <-d.done
}

// settle tells the server what became of a message. An answer that does not
// reach it makes the message come again, which every stage can bear.
func (s *station) settle(it *item, err error) {
	log := s.run.belt.config.Log.With("stage", s.stage, "name", it.tag.source.Name, "sha256", it.tag.source.SHA256, "attempt", it.attempt)
	switch {
	case err == nil:
		_ = it.msg.Ack()
	case isBroken(err):
		s.run.fail(err)
		s.putBack(it)
	case errors.Is(err, errStopped):
		s.putBack(it)
	case isPermanent(err) || it.attempt >= s.run.belt.config.Attempts:
		log.Warn("document is dead", "error", err)
		s.bury(it, err)
	default:
		delay := s.delay(it.attempt)
		log.Warn("document will be tried again", "error", err, "after", delay)
		_ = it.msg.NakWithDelay(delay)
	}
}

// putBack leaves a message to the next run. At once would be too soon: this
// run's last request for messages is still open and would get it again.
func (s *station) putBack(it *item) { _ = it.msg.NakWithDelay(2 * pullWait) }

// delay is the wait after an attempt.
func (s *station) delay(attempt int) time.Duration {
	wait := s.run.belt.config.Delay
	for range min(attempt-1, 20) {
		wait = min(4*wait, time.Minute)
	}
	return wait
}

// bury makes a dead letter of a message.
func (s *station) bury(it *item, cause error) {
	switch err := s.run.belt.bury(s.run.hard, s.stage, it, cause); {
	case err == nil:
		_ = it.msg.Term()
	case s.run.hard.Err() != nil:
		s.putBack(it)
	case isBroken(err):
		s.run.fail(err)
		s.putBack(it)
	default:
		s.run.belt.config.Log.Error("dead letter was not written, the document stays on the belt", "error", err)
		_ = it.msg.NakWithDelay(time.Minute)
	}
}

// publish lays a message on its stream. While the stream is full it waits,
// until patience ends.
func (b *Belt) publish(ctx, patience context.Context, msg *nats.Msg) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		_, err := b.js.PublishMsg(ctx, msg)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !fullQueue(err):
			return fmt.Errorf("publish to %s: %w", msg.Subject, b.blame(err))
		}
		select {
		case <-time.After(pause):
		case <-patience.Done():
			return errStopped
		}
	}
}
