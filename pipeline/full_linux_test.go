package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gongkai/parser"
	"gongkai/report"
)

// A full disk stops the belt with an error; with room again nothing is lost.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("not run: mounting a small disk takes root: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	m := newMemory()
	w := m.work()
	w.Parse = func(_ context.Context, source report.Source, _ []byte, _ ...parser.File) (*report.Report, error) {
		return &report.Report{Source: source, Title: noise(10_000)}, nil
	}
	b := openBelt(t, Config{Dir: dir})
	documents := numbered(m, "", 200)
	for _, c := range documents {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 31<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := b.Run(ctx, w); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("the belt ran on a full disk and said %v", err)
	}
	b.Close()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	deliver(t, openBelt(t, Config{Dir: dir}), w)
	checkStored(t, m, documents, false)
}
