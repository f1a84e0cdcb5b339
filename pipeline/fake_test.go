package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/parser"
	"gongkai/report"
)

// memory is an archive and a sink in memory. Its hooks play the world's faults.
type memory struct {
	mu        sync.Mutex
	documents map[string][]byte
	reports   map[string]int // by hash: how often stored

	// onStore is asked before entries are stored.
	onStore func([]Entry) error
}

func newMemory() *memory {
	return &memory{documents: map[string][]byte{}, reports: map[string]int{}}
}

// put archives a document and returns what is captured of it.
func (m *memory) put(name, text string) Captured {
	sum := sha256.Sum256([]byte(text))
	source := report.Source{Name: name, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.documents[source.SHA256] = []byte(text)
	return Captured{source}
}

// Read implements Archive.
func (m *memory) Read(_ context.Context, hash string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	body, ok := m.documents[hash]
	if !ok {
		return nil, fmt.Errorf("no document %s: %w", hash, fs.ErrNotExist)
	}
	return body, nil
}

// Store implements Sink.
func (m *memory) Store(_ context.Context, entries []Entry) ([]Outcome, error) {
	if m.onStore != nil {
		if err := m.onStore(entries); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	outcomes := make([]Outcome, len(entries))
	for i, e := range entries {
		outcomes[i] = "new"
		if m.reports[e.Report.Source.SHA256]++; m.reports[e.Report.Source.SHA256] > 1 {
			outcomes[i] = "unchanged"
		}
	}
	return outcomes, nil
}

func (m *memory) stored() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.reports)
}

// work parses a document by its text: the first word says what happens.
func (m *memory) work() Work {
	return Work{Parse: parseText, Normalize: normalizeText, Store: m, Archive: m}
}

func parseText(ctx context.Context, source report.Source, body []byte, _ ...parser.File) (*report.Report, error) {
	word, _, _ := strings.Cut(string(body), " ")
	switch word {
	case "refuse":
		return nil, fmt.Errorf("no report in %d bytes", len(body))
	case "panic":
		panic("index out of range, as it were")
	case "nothing":
		return nil, nil
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case "deaf":
		time.Sleep(500 * time.Millisecond)
	}
	return &report.Report{Office: "某某市", Year: 2021, Title: string(body), Source: source}, nil
}

func normalizeText(r *report.Report) (*report.Report, []report.Finding) {
	if strings.HasPrefix(r.Title, "break") {
		panic("normalizing broke")
	}
	r.Figures = []report.Figure{{ID: "a.b.c", State: report.Number, Value: report.NewDecimal(1)}, {ID: "a.b.d"}}
	return r, []report.Finding{{Rule: "sum", Status: report.Fail}, {Rule: "other", Status: report.Pass}}
}

func openBelt(t testing.TB, config Config) *Belt {
	t.Helper()
	if config.Dir == "" && config.URL == "" {
		config.Dir = t.TempDir()
	}
	if testing.Verbose() {
		config.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if config.Delay == 0 {
		config.Delay = 20 * time.Millisecond
	}
	b, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// start runs the workers; the returned function stops them and waits.
func start(t testing.TB, b *Belt, w Work) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx, w) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// deliver captures documents and returns the last event of each when the belt is empty.
func deliver(t testing.TB, b *Belt, w Work, documents ...Captured) map[string]Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	last := make(chan struct{})
	events, err := b.Outcomes(ctx, "", last)
	if err != nil {
		t.Fatal(err)
	}
	stop := start(t, b, w)
	defer stop()
	go func() {
		defer close(last)
		var captures sync.WaitGroup
		for start := range 8 {
			captures.Go(func() {
				for i := start; i < len(documents); i += 8 {
					if err := b.Capture(ctx, documents[i]); err != nil {
						t.Error(err)
					}
				}
			})
		}
		captures.Wait()
	}()
	got := map[string]Event{}
	for e, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name] = e
	}
	if ctx.Err() != nil {
		l, _ := b.Backlog(context.Background())
		t.Fatalf("the belt did not come to rest: %+v", l)
	}
	return got
}

// goroutines waits until no more than want are left, for those that are still ending.
func goroutines(t testing.TB, want int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines are left, there were %d:\n%s", runtime.NumGoroutine(), want, stacks[:runtime.Stack(stacks, true)])
}
