package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"gongkai/parser"
	"gongkai/report"
)

// BenchmarkBelt carries reports of a real one's size through all stages with
// worker functions that do nothing.
func BenchmarkBelt(b *testing.B) {
	for _, bench := range []struct {
		name   string
		config Config
	}{
		{"default", Config{}},
		{"everything_decoded", Config{noHandover: true}},
		{"sync", Config{Sync: true}},
	} {
		b.Run(bench.name, func(b *testing.B) { benchmarkBelt(b, bench.config) })
	}
}

func benchmarkBelt(b *testing.B, config Config) {
	m := newMemory()
	w := m.work()
	w.Parse = func(_ context.Context, source report.Source, _ []byte, _ ...parser.File) (*report.Report, error) {
		return sampleReport(source), nil
	}
	w.Normalize = func(r *report.Report) (*report.Report, []report.Finding) { return r, nil }
	documents := make([]Captured, b.N)
	for i := range documents {
		documents[i] = m.put(fmt.Sprint(i), fmt.Sprint(i))
	}
	belt := openBelt(b, config)
	b.ReportAllocs()
	b.ResetTimer()
	deliver(b, belt, w, documents...)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	if got := len(m.stored()); got != b.N {
		b.Fatalf("stored %d of %d", got, b.N)
	}
}

// BenchmarkMessage is the share of JSON and compression.
func BenchmarkMessage(b *testing.B) {
	e := Entry{Report: sampleReport(report.Source{})}
	body, err := json.Marshal(e)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if _, err := json.Marshal(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var back Entry
			if err := json.Unmarshal(body, &back); err != nil {
				b.Fatal(err)
			}
		}
	})
}
