package sink

import (
	"context"
	"testing"
)

const batch = 64

// BenchmarkStore stores batches of documents, all of them new.
func BenchmarkStore(b *testing.B) {
	s, n := open(b), 0
	for b.Loop() {
		b.StopTimer()
		entries := samples(n, n+batch)
		n += batch
		b.StartTimer()
		if _, err := s.Store(context.Background(), entries); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkStoreAgain stores documents that are stored already.
func BenchmarkStoreAgain(b *testing.B) {
	s, entries := open(b), samples(0, batch)
	for b.Loop() {
		if _, err := s.Store(context.Background(), entries); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkExport exports reports.
func BenchmarkExport(b *testing.B) {
	s := open(b)
	if _, err := s.Store(context.Background(), samples(0, batch)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.Export(context.Background(), Query{}, func([]byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "docs/s")
}
