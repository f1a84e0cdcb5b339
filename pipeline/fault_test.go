package pipeline

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/nats-io/nats.go"

	"gongkai/parser"
	"gongkai/report"
)

// noise is text that does not compress.
func noise(n int) string {
	source := rand.New(rand.NewPCG(1, 2))
	letters := make([]rune, n)
	for i := range letters {
		letters[i] = rune(0x4e00 + source.IntN(20000))
	}
	return string(letters)
}

// spoiled is a document that cannot pass, by its text, and what its letter says.
type spoiled struct {
	text     string
	stage    Stage
	attempts int
	reason   string
}

var spoiledDocuments = []spoiled{
	{"missing", Parse, 1, "no document"},
	{"refuse", Parse, 1, "no report in 6 bytes"},
	{"panic", Parse, 1, "panic: index out of range"},
	{"nothing", Parse, 1, "neither a report nor an error"},
	{"slow", Parse, 1, "took longer than 200ms"},
	{"deaf", Parse, 1, "took longer than 200ms"},
	{"break", Normalize, 1, "panic: normalizing broke"},
	{"noise", Parse, 1, "bytes compressed, the server takes messages of at most 8388608"},
	{"long", Parse, 1, "bytes of JSON, at most 67108864 may travel"},
	{"poison", Store, 3, "constraint failed"},
	{"forbidden", Store, 1, "no such office"},
	{"explosive", Store, 1, "panic: sink"},
}

// spoil makes the worker functions fail as the texts of spoiledDocuments say.
func spoil(m *memory) Work {
	w := m.work()
	titles := map[string]string{"noise": noise(4 << 20), "long": strings.Repeat("公", maxBody/3)}
	w.Parse = func(ctx context.Context, source report.Source, body []byte, _ ...parser.File) (*report.Report, error) {
		r, err := parseText(ctx, source, body)
		if title, ok := titles[string(body)]; ok {
			r.Title = title
		}
		return r, err
	}
	m.onStore = func(entries []Entry) error {
		for _, e := range entries {
			switch e.Report.Title {
			case "poison":
				return errors.New("constraint failed")
			case "forbidden":
				return Permanent(errors.New("no such office"))
			case "explosive":
				panic("sink")
			}
		}
		return nil
	}
	return w
}

// Each document that cannot pass becomes one dead letter with its reason, and
// those beside it pass.
func TestDeadLetters(t *testing.T) {
	m := newMemory()
	w := spoil(m)
	var documents []Captured
	for _, s := range spoiledDocuments {
		documents = append(documents, m.put(s.text, s.text))
	}
	delete(m.documents, documents[0].Source.SHA256)
	good := numbered(m, "", 100)
	b := openBelt(t, Config{Attempts: 3, Limit: 200 * time.Millisecond, Delay: time.Millisecond, Run: "r"})
	events := deliver(t, b, w, append(documents, good...)...)
	checkStored(t, m, good, true)

	letters, err := b.DeadLetters(t.Context())
	if err != nil || len(letters) != len(documents) {
		t.Errorf("%d letters for %d documents, %v", len(letters), len(documents), err)
	}
	got := map[string]DeadLetter{}
	for _, l := range letters {
		got[l.Source.Name] = l
	}
	for _, s := range spoiledDocuments {
		s.check(t, got[s.text], events[s.text])
	}
	if !strings.HasPrefix(got["panic"].Stack, "gongkai/pipeline.parseText(") {
		t.Errorf("the stack does not begin where it happened: %s", got["panic"].Stack)
	}
}

func (s spoiled) check(t *testing.T, l DeadLetter, e Event) {
	t.Helper()
	if l.Stage != s.stage || l.Attempts != s.attempts || !strings.Contains(l.Reason, s.reason) || l.Run != "r" {
		t.Errorf("%s: %+v", s.text, l)
	}
	if strings.HasPrefix(s.reason, "panic") != strings.Contains(l.Stack, "pipeline.") {
		t.Errorf("%s: stack %q", s.text, l.Stack)
	}
	if e.Outcome != OutcomeDead || e.Stage != s.stage || e.Reason != l.Reason || e.SHA256 != l.Source.SHA256 {
		t.Errorf("%s: event %+v", s.text, e)
	}
}

func TestFailingStoreIsTriedAgain(t *testing.T) {
	m := newMemory()
	var failures atomic.Int32
	m.onStore = func(entries []Entry) error {
		if failures.Add(1) <= 3 {
			return errors.New("database is locked")
		}
		return nil
	}
	b := openBelt(t, Config{Delay: time.Millisecond})
	documents := numbered(m, "", 1)
	deliver(t, b, m.work(), documents...)
	checkStored(t, m, documents, true)
	if failures.Load() != 4 {
		t.Errorf("the store was called %d times", failures.Load())
	}
}

// The archive fails for a while.
type flaky struct {
	Archive
	left atomic.Int32
}

func (f *flaky) Read(ctx context.Context, hash string) ([]byte, error) {
	if f.left.Add(-1) >= 0 {
		return nil, errors.New("input/output error")
	}
	return f.Archive.Read(ctx, hash)
}

func TestFailingArchiveIsTriedAgain(t *testing.T) {
	m := newMemory()
	w := m.work()
	f := &flaky{Archive: m}
	f.left.Store(30)
	w.Archive = f
	b := openBelt(t, Config{Delay: time.Millisecond})
	documents := numbered(m, "", 10)
	deliver(t, b, w, documents...)
	checkStored(t, m, documents, true)
}

func TestRetryOfDeadLetters(t *testing.T) {
	m := newMemory()
	b := openBelt(t, Config{})
	documents := []Captured{m.put("a", "refuse a"), m.put("b", "refuse b"), m.put("c", "panic c")}
	deliver(t, b, m.work(), documents...)
	deliver(t, b, m.work(), documents...) // a document has one letter however often it dies

	onlyA := func(l DeadLetter) bool { return l.Source.Name == "a" }
	if n, err := b.Retry(t.Context(), onlyA); n != 1 || err != nil {
		t.Fatalf("retried %d, %v", n, err)
	}
	if l, err := b.Backlog(t.Context()); err != nil || l != (Backlog{Captured: 1, Dead: 2}) {
		t.Errorf("backlog %+v, %v", l, err)
	}
	mended := m.work()
	mended.Parse = func(_ context.Context, source report.Source, _ []byte, _ ...parser.File) (*report.Report, error) {
		return &report.Report{Source: source}, nil
	}
	stop := start(t, b, mended)
	if n, err := b.Retry(t.Context(), nil); n != 2 || err != nil {
		t.Fatalf("retried %d, %v", n, err)
	}
	stop()
	deliver(t, b, mended)
	checkStored(t, m, documents, true)
	checkEmpty(t, b)
}

// Whatever else lies in a stream must not stop the belt.
func TestForeignMessages(t *testing.T) {
	m := newMemory()
	b := openBelt(t, Config{})
	bomb, err := newMessage(normalized, Store, tag{source: m.put("x", "text").Source, run: "r", token: "t1"}, s2.Encode(nil, make([]byte, maxBody+1)))
	if err != nil {
		t.Fatal(err)
	}
	bomb.Header.Set(headerEncoding, "s2")
	garbage, err := newMessage(parsed, Normalize, tag{source: m.put("y", "text").Source, run: "r", token: "t2"}, []byte("garbage"))
	if err != nil {
		t.Fatal(err)
	}
	for _, msg := range []*nats.Msg{bomb, garbage, {Subject: subject(captured, "x"), Data: []byte("hello")}} {
		if _, err := b.js.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
	}
	documents := numbered(m, "", 10)
	deliver(t, b, m.work(), documents...)
	checkStored(t, m, documents, true)
	letters, err := b.DeadLetters(t.Context())
	if err != nil || len(letters) != 3 {
		t.Errorf("letters %+v, %v", letters, err)
	}
	if n, err := b.Retry(t.Context(), nil); n != 2 || err != nil { // hello names no document
		t.Errorf("retried %d, %v", n, err)
	}
}

// Work that takes longer than the server waits must not be given out twice.
func TestLongWorkShowsSignsOfLife(t *testing.T) {
	m := newMemory()
	w := m.work()
	var parses atomic.Int32
	parse := w.Parse
	w.Parse = func(ctx context.Context, source report.Source, body []byte, _ ...parser.File) (*report.Report, error) {
		parses.Add(1)
		time.Sleep(1200 * time.Millisecond)
		return parse(ctx, source, body)
	}
	b := openBelt(t, Config{ackWait: 300 * time.Millisecond, Workers: 1})
	documents := numbered(m, "", 2) // the second waits for the first
	deliver(t, b, w, documents...)
	checkStored(t, m, documents, true)
	if parses.Load() != 2 {
		t.Errorf("parsed %d times", parses.Load())
	}
}

func TestSinkThatMiscounts(t *testing.T) {
	m := newMemory()
	w := m.work()
	w.Store = miscounting{}
	b := openBelt(t, Config{Attempts: 1})
	events := deliver(t, b, w, m.put("x", "text"))
	if e := events["x"]; !strings.Contains(e.Reason, "answered 0 outcomes for 1 reports") {
		t.Errorf("got %+v", e)
	}
}

type miscounting struct{}

func (miscounting) Store(context.Context, []Entry) ([]Outcome, error) { return nil, nil }

func TestDelayGrows(t *testing.T) {
	s := &station{run: &run{belt: &Belt{config: Config{}.withDefaults()}}}
	for attempt, want := range map[int]time.Duration{
		1: time.Second, 2: 4 * time.Second, 3: 16 * time.Second, 4: time.Minute, 9: time.Minute, 1 << 40: time.Minute,
	} {
		if got := s.delay(attempt); got != want {
			t.Errorf("after attempt %d: %s, want %s", attempt, got, want)
		}
	}
}
