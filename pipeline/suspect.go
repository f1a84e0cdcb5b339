package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A document can end the process: it may use up all memory. Nobody is then left
// to say so, only the count of deliveries grows, and it grows alike for the
// innocent documents that were in hand beside it. So a document that was taken
// more often than it may fail is a suspect. A suspect is worked on while no
// other document is, with a mark on disk as long as it lasts. Whoever comes
// back with its mark has ended the process.

func (s *station) suspect(it *item) bool { return it.attempt > s.run.belt.config.Attempts }

// guarded does a stage's work on a document, beside others unless it is a suspect.
func (s *station) guarded(ctx context.Context, it *item, work func() error) error {
	if s.suspect(it) {
		return s.cautiously(ctx, it, work)
	}
	s.run.alone.RLock()
	defer s.run.alone.RUnlock()
	return work()
}

// cautiously does a stage's work on a suspect.
func (s *station) cautiously(ctx context.Context, it *item, work func() error) error {
	s.run.alone.Lock()
	defer s.run.alone.Unlock()
	b, mark := s.run.belt, subject(suspects, string(s.stage)+"-"+DeadLetter{Source: it.tag.source}.key())
	_, err := b.streams[suspects].GetLastMsgForSubject(ctx, mark)
	switch {
	case err == nil:
		s.acquit(mark) // it gets its dead letter and, if that is retried, another chance
		return Permanent(fmt.Errorf("the process ended when this document was worked on, and again when it was the only one; it was taken %d times", it.attempt-1))
	case !errors.Is(err, jetstream.ErrMsgNotFound):
		return fmt.Errorf("look for the mark of a suspect: %w", err)
	}
	if _, err := b.js.PublishMsg(ctx, &nats.Msg{Subject: mark}); err != nil {
		return fmt.Errorf("mark a suspect: %w", err)
	}
	defer s.acquit(mark)
	return work()
}

// acquit removes a mark. One that stays condemns the document only if it
// becomes a suspect again.
func (s *station) acquit(mark string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.run.hard), outagePause)
	defer cancel()
	if err := s.run.belt.streams[suspects].Purge(ctx, jetstream.WithPurgeSubject(mark)); err != nil {
		s.run.belt.config.Log.Warn("the mark of a suspect was not removed", "subject", mark, "error", err)
	}
}
