package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// BenchmarkIngest takes different reports in every layout through the whole
// chain, belt and SQLite included, and reports documents a second and the most
// memory that was in use.
func BenchmarkIngest(b *testing.B) {
	const documents = 4000
	folder := b.TempDir()
	for i := range documents {
		rng := rand.New(rand.NewPCG(11, uint64(i)))
		forms, layouts := schemas.Embedded().Forms, formtest.Layouts()
		filled := formtest.Random(rng, forms[i%len(forms)], formtest.Style{})
		filled.Office = fmt.Sprintf("%s%d号", filled.Office, i)
		data := layouts[i%len(layouts)].Print(rng, filled, filled.Tables())
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.html", i)), data, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		peak := watchMemory(b)
		start := time.Now()
		code := run(context.Background(), []string{"ingest", "--data", b.TempDir(), folder}, streams{nil, io.Discard, io.Discard})
		if code == exitFailure {
			b.Fatal("ingest failed")
		}
		b.ReportMetric(documents/time.Since(start).Seconds(), "docs/s")
		b.ReportMetric(float64(peak())/(1<<20), "MB-peak")
	}
}

// watchMemory samples the heap until the returned function is called.
func watchMemory(b *testing.B) (peak func() uint64) {
	b.Helper()
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			select {
			case <-done:
				result <- most
				return
			case <-time.After(20 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-result
	}
}
