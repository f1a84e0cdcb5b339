package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"gongkai/report"
)

// DeadLetter is a document that did not pass, with the reason. A document has
// one letter, its latest.
type DeadLetter struct {
	// ID names the letter on this belt.
	ID     uint64        `json:"id"`
	Stage  Stage         `json:"stage"`
	Reason string        `json:"reason"`
	Source report.Source `json:"source"`
	Run    string        `json:"run"`
	// Attempts is how often the document was tried at the stage.
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`
	// Stack is where it happened, if Reason is a panic.
	Stack string `json:"stack,omitempty"`
}

// maxReason bounds an error text: it may quote a document.
const maxReason = 4 << 10

// bury publishes a dead letter.
func (b *Belt) bury(ctx context.Context, stage Stage, it *item, cause error) error {
	letter := DeadLetter{
		Stage: stage, Reason: clip(cause.Error(), maxReason), Source: it.tag.source, Run: it.tag.run,
		Attempts: it.attempt, At: b.config.Now().UTC(),
	}
	var panicked *panicError
	if errors.As(cause, &panicked) {
		letter.Stack = clip(panicked.stack, maxReason)
	}
	body, err := json.Marshal(letter)
	if err != nil {
		return fmt.Errorf("write dead letter: %w", err)
	}
	it.tag.token = b.token()
	msg, err := newMessage(dead, stage, it.tag, body)
	if err != nil {
		return fmt.Errorf("write dead letter: %w", err)
	}
	msg.Subject = subject(dead, letter.key())
	if _, err := b.js.PublishMsg(ctx, msg); err != nil {
		return fmt.Errorf("write dead letter: %w", b.blame(err))
	}
	return nil
}

// key is the same for all letters of a document.
func (l DeadLetter) key() string {
	sum := sha256.Sum256([]byte(l.Source.Key() + "\x00" + l.Source.Name))
	return hex.EncodeToString(sum[:16])
}

func (l DeadLetter) event() Event {
	return Event{
		Run: l.Run, Name: l.Source.Name, SHA256: l.Source.Key(), At: l.At, Outcome: OutcomeDead,
		Stage: l.Stage, Reason: l.Reason, Attempts: l.Attempts,
	}
}

func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "..."
}

// DeadLetters lists all dead letters, the oldest first.
func (b *Belt) DeadLetters(ctx context.Context) (letters []DeadLetter, err error) {
	feed, err := b.openFeed(ctx, dead, jetstream.DeliverAllPolicy, "*")
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	defer feed.close()
	for {
		messages, err := feed.next()
		if err != nil {
			return nil, fmt.Errorf("list dead letters: %w", err)
		}
		if len(messages) == 0 {
			return letters, nil
		}
		for _, msg := range messages {
			letter, err := readLetter(msg)
			if err != nil {
				return nil, fmt.Errorf("list dead letters: %w", err)
			}
			letters = append(letters, letter)
		}
	}
}

// Retry captures anew the documents of all dead letters that the filter takes,
// a nil filter all, removes the letters, and returns how many they were. The
// documents then belong to this belt's run. As with Capture, workers must run
// if they are more than may wait.
func (b *Belt) Retry(ctx context.Context, filter func(DeadLetter) bool) (int, error) {
	letters, err := b.DeadLetters(ctx)
	if err != nil {
		return 0, fmt.Errorf("retry: %w", err)
	}
	n := 0
	for _, letter := range letters {
		foreign := letter.Source.SHA256 == "" // a message of somebody else: there is nothing to capture
		if foreign || filter != nil && !filter(letter) {
			continue
		}
		// In this order, as the document would be lost if the process ended in between.
		if err := b.Capture(ctx, Captured{letter.Source}); err != nil {
			return n, fmt.Errorf("retry: %w", err)
		}
		err := b.streams[dead].DeleteMsg(ctx, letter.ID)
		if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) && !b.replaced(ctx, letter) {
			return n, fmt.Errorf("retry: remove dead letter %d: %w", letter.ID, err)
		}
		n++
	}
	return n, nil
}

// replaced reports that the letter is gone because the document has died again.
func (b *Belt) replaced(ctx context.Context, letter DeadLetter) bool {
	_, err := b.streams[dead].GetMsg(ctx, letter.ID)
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

func readLetter(msg jetstream.Msg) (letter DeadLetter, err error) {
	about, err := msg.Metadata()
	if err == nil {
		err = json.Unmarshal(msg.Data(), &letter)
	}
	if err != nil {
		return letter, fmt.Errorf("read dead letter: %w", err)
	}
	letter.ID = about.Sequence.Stream
	return letter, nil
}
