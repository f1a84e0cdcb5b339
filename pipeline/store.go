package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gongkai/report"
)

const (
	// batchMessages and batchWait bound what goes to the sink in one call. A
	// transaction costs the same for one report as for many.
	batchMessages = 64
	batchWait     = 20 * time.Millisecond
)

// delivery is an entry on its way to the sink.
type delivery struct {
	tag   tag
	entry Entry
	done  chan error // takes one answer without waiting
}

// storeBatches is the one goroutine that calls the sink, but for suspects,
// which have the process to themselves.
func (r *run) storeBatches() {
	for first := range r.batches {
		batch := r.collect(first)
		r.alone.RLock()
		r.storeBatch(batch)
		r.alone.RUnlock()
	}
}

// collect waits a moment for more.
func (r *run) collect(first *delivery) []*delivery {
	batch := append(make([]*delivery, 0, batchMessages), first)
	enough := time.NewTimer(batchWait)
	defer enough.Stop()
	for len(batch) < batchMessages {
		select {
		case d, ok := <-r.batches:
			if !ok {
				return batch
			}
			batch = append(batch, d)
		case <-enough.C:
			return batch
		}
	}
	return batch
}

// storeBatch stores entries together and, if that fails, one by one: a report
// that the sink cannot take must not hold up those beside it.
func (r *run) storeBatch(batch []*delivery) {
	outcomes, err := r.callSink(batch)
	switch {
	case err == nil:
		r.announce(batch, outcomes)
	case len(batch) == 1:
		batch[0].done <- err
	default:
		for i := range batch {
			r.storeBatch(batch[i : i+1])
		}
	}
}

func (r *run) callSink(batch []*delivery) ([]Outcome, error) {
	if r.hard.Err() != nil {
		return nil, context.Cause(r.hard)
	}
	entries := make([]Entry, len(batch))
	for i, d := range batch {
		entries[i] = d.entry
	}
	outcomes, err := caught(r.hard, func(ctx context.Context) ([]Outcome, error) {
		return r.work.Store.Store(ctx, entries)
	})
	if err == nil && len(outcomes) != len(entries) {
		err = fmt.Errorf("the store answered %d outcomes for %d reports", len(outcomes), len(entries))
	}
	if err != nil && r.hard.Err() != nil {
		return nil, context.Cause(r.hard)
	}
	return outcomes, err
}

// announce publishes what was stored and answers the deliveries.
func (r *run) announce(batch []*delivery, outcomes []Outcome) {
	futures := make([]jetstream.PubAckFuture, len(batch))
	for i, d := range batch {
		var err error
		if futures[i], err = r.belt.announce(d.tag, d.entry, outcomes[i]); err != nil {
			d.done <- err
		}
	}
	for i, d := range batch {
		if futures[i] == nil {
			continue
		}
		select {
		case <-futures[i].Ok():
			d.done <- nil
		case err := <-futures[i].Err():
			d.done <- fmt.Errorf("announce stored document: %w", r.belt.blame(err))
		case <-r.hard.Done():
			d.done <- context.Cause(r.hard)
		}
	}
}

func (b *Belt) announce(t tag, e Entry, outcome Outcome) (jetstream.PubAckFuture, error) {
	body, err := json.Marshal(b.storedEvent(t, e, outcome))
	if err != nil {
		return nil, fmt.Errorf("announce stored document: %w", err)
	}
	t.token = b.token()
	msg, err := newMessage(stored, "", t, body)
	if err != nil {
		return nil, err
	}
	future, err := b.js.PublishMsgAsync(msg)
	if err != nil {
		return nil, fmt.Errorf("announce stored document: %w", err)
	}
	return future, nil
}

func (b *Belt) storedEvent(t tag, e Entry, outcome Outcome) Event {
	event := Event{
		Run: t.run, Name: t.source.Name, SHA256: t.source.Key(), At: b.config.Now().UTC(), Outcome: outcome,
		Office: e.Report.Office, Year: e.Report.Year, Figures: len(e.Report.Figures), Findings: len(e.Findings),
		MediaType: e.Report.Source.MediaType, Attached: len(e.Report.Source.Attached), Refused: reasons(e.Report.Figures),
	}
	for i := range e.Report.Figures {
		if e.Report.Figures[i].State == report.Number {
			event.Numbers++
		}
	}
	for i := range e.Findings {
		if e.Findings[i].Status == report.Fail {
			event.Failed++
		}
	}
	return event
}
