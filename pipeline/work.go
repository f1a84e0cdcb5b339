package pipeline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gongkai/parser"
	"gongkai/report"
)

// Work is what the stages do with a document. The functions are called from
// many goroutines at once.
type Work struct {
	// Parse reads a document with the files that came with it. It is a pure
	// function: what it refuses, it refuses for good. It should stop when its
	// context ends.
	Parse func(ctx context.Context, source report.Source, data []byte, attached ...parser.File) (*report.Report, error)
	// Normalize completes what Parse read. It may change the report it gets.
	Normalize func(*report.Report) (*report.Report, []report.Finding)
	Store     Sink
	Archive   Archive
}

// Archive has the documents' bytes.
//
// Read returns the bytes with a hash, checked against it. An error that is
// fs.ErrNotExist, or has a method Permanent() bool that says so, is not tried
// again.
type Archive interface {
	Read(ctx context.Context, sha256 string) ([]byte, error)
}

// Sink is a store of reports.
//
// Store keeps all entries or, on an error, any part of them, and says of each
// what became of it. It is called by one goroutine of a belt at a time. The
// same entry may come again, in the same call or in a later one, and must then
// change nothing: reports are told apart by the key of their source. Store
// must return soon after its context ends.
type Sink interface {
	Store(ctx context.Context, entries []Entry) ([]Outcome, error)
}

// Entry is a report with what the rules found in it.
type Entry struct {
	Report   *report.Report   `json:"report"`
	Findings []report.Finding `json:"findings"`
}

// Outcome says what became of a document, in the words of the sink ("new",
// "unchanged"), or OutcomeDead.
type Outcome string

// OutcomeDead marks a document that became a dead letter.
const OutcomeDead Outcome = "dead"

func (w Work) check() error {
	if w.Parse == nil || w.Normalize == nil || w.Store == nil || w.Archive == nil {
		return errors.New("work needs all of Parse, Normalize, Store and Archive")
	}
	return nil
}

// run is one call of Run.
type run struct {
	belt *Belt
	work Work
	// soft ends when no new documents are to be taken, hard when those in hand
	// are to be left, too.
	soft, hard context.Context
	fail       context.CancelCauseFunc // ends soft
	held       held
	alone      sync.RWMutex // locked while a suspect is worked on
	batches    chan *delivery
}

// Run takes documents from the belt and works on them until ctx ends; then it
// finishes what it has in hand and returns nil. What does not finish within
// Config.Drain stays on the belt for the next time. An error means that the
// belt itself is broken, not a document.
func (b *Belt) Run(ctx context.Context, work Work) error {
	if err := work.check(); err != nil {
		return fmt.Errorf("run belt: %w", err)
	}
	r := &run{belt: b, work: work, batches: make(chan *delivery)}
	hard, kill := context.WithCancelCause(context.WithoutCancel(ctx))
	defer kill(nil)
	r.hard = hard
	r.soft, r.fail = context.WithCancelCause(ctx)
	defer r.fail(nil)
	defer context.AfterFunc(r.soft, func() {
		late := time.AfterFunc(b.config.Drain, func() { kill(errStopped) })
		context.AfterFunc(hard, func() { late.Stop() })
	})()
	r.stations()
	if ctx.Err() == nil {
		return fmt.Errorf("run belt: %w", context.Cause(r.soft))
	}
	return nil
}

// stations runs all stages and returns when they have come to rest.
func (r *run) stations() {
	var stages, helpers sync.WaitGroup
	quit := make(chan struct{})
	helpers.Go(r.storeBatches)
	helpers.Go(func() { r.mend(quit) })
	helpers.Go(func() { r.held.beat(r.belt.config.ackWait/3, quit) })
	for _, route := range routes() {
		s := r.station(route)
		stages.Go(func() {
			if err := s.loop(); err != nil {
				r.fail(fmt.Errorf("%s: %w", s.stage, err))
			}
		})
	}
	stages.Wait()
	close(r.batches)
	close(quit)
	helpers.Wait()
}

func (r *run) station(route route) *station {
	workers := r.belt.config.Workers
	s := &station{run: r, route: route, cpu: make(chan struct{}, workers)}
	s.slots = make(chan struct{}, max(slotsPerWorker*workers, 2*pullMessages))
	switch route.stage {
	case Parse:
		s.work = func(ctx context.Context, it *item) error { return s.pass(ctx, it, r.parse) }
	case Normalize:
		s.work = func(ctx context.Context, it *item) error { return s.pass(ctx, it, r.normalize) }
	case Store:
		s.work = s.store
		s.slots = make(chan struct{}, max(cap(s.slots), 2*batchMessages)) // one batch fills while the other is stored
	}
	return s
}

// parse reads a document from the archive and cuts it up.
func (r *run) parse(ctx context.Context, it *item) (Entry, error) {
	source := it.tag.source
	body, err := r.work.Archive.Read(ctx, source.SHA256)
	if err != nil {
		return Entry{}, err
	}
	var attached []parser.File
	for _, file := range source.Attached {
		data, err := r.work.Archive.Read(ctx, file.SHA256)
		if err != nil {
			return Entry{}, fmt.Errorf("read the attached file %s: %w", file.Name, err)
		}
		attached = append(attached, parser.File{Name: file.Name, Data: data})
	}
	read, err := fenced(ctx, r.belt.config.Limit, func(ctx context.Context) (*report.Report, error) {
		return r.work.Parse(ctx, source, body, attached...)
	})
	switch {
	case errors.Is(err, errStopped):
		return Entry{}, err
	case err != nil:
		return Entry{}, Permanent(err)
	case read == nil:
		return Entry{}, Permanent(errors.New("the parser returned neither a report nor an error"))
	}
	return Entry{Report: read}, nil
}

// normalize completes a report.
func (r *run) normalize(ctx context.Context, it *item) (Entry, error) {
	e, err := r.belt.unpack(it.tag, it.msg)
	if err != nil {
		return Entry{}, err
	}
	return fenced(ctx, r.belt.config.Limit, func(context.Context) (Entry, error) {
		complete, findings := r.work.Normalize(e.Report)
		if complete == nil {
			return Entry{}, Permanent(errors.New("normalizing returned no report"))
		}
		return Entry{complete, findings}, nil
	})
}

// held is the messages in hand. While a message is in hand the server is told
// so, or it would give it to somebody else.
type held struct {
	mu    sync.Mutex
	items map[*item]time.Time
}

func (h *held) add(it *item) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.items == nil {
		h.items = map[*item]time.Time{}
	}
	h.items[it] = time.Now()
}

func (h *held) drop(it *item) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.items, it)
}

// beat sends signs of life for what has been in hand for a while.
func (h *held) beat(every time.Duration, quit <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
		}
		for _, msg := range h.older(every / 2) {
			// Not sent means not connected: the message then comes again, which is safe.
			_ = msg.InProgress()
		}
	}
}

func (h *held) older(age time.Duration) (messages []jetstream.Msg) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for it, since := range h.items {
		if time.Since(since) > age {
			messages = append(messages, it.msg)
		}
	}
	return messages
}
