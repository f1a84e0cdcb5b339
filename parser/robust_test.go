package parser_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/parser/timing"
	"gongkai/report"
	"gongkai/schemas"
)

var (
	mutationsFlag    = flag.Int("mutations", 100, "how many damaged documents of every format TestMutated reads")
	mutationSeedFlag = flag.Uint64("mutation-seed", 1, "seed of TestMutated")
	mutationOnlyFlag = flag.Uint64("mutation-only", 0, "read only the damaged document with this number, and keep it")
)

// What no document may exceed.
const (
	mostTime   = 2 * time.Second
	mostMemory = 300 << 20
	hung       = 20 * time.Second
)

// reasons are the errors of which every failure must wrap one.
var reasons = []error{parser.ErrEmpty, parser.ErrTooLarge, parser.ErrTooDeep, parser.ErrUnsupported, parser.ErrDamaged, parser.ErrEncrypted, parser.ErrNoReport}

// outcome is what became of a document.
type outcome struct {
	report *report.Report
	err    error
	panic  any
	took   time.Duration
}

// read reads a document to its figures. A document that hangs ends the test.
func read(t *testing.T, name string, data []byte) outcome {
	t.Helper()
	forms, words := schemas.Embedded(), schemas.EmbeddedWords()
	p := &parser.Parser{Forms: forms, Words: words}
	n := &normalize.Normalizer{Forms: forms, Words: words}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.took = timing.Of(func() {
			defer func() {
				if o.panic = recover(); o.panic != nil {
					o.panic = fmt.Sprintf("%v\n%s", o.panic, debug.Stack())
				}
			}()
			o.report, o.err = p.Parse(context.Background(), report.Source{Name: name}, data)
			if o.err == nil {
				n.Normalize(o.report)
			}
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o
	case <-time.After(hung):
		t.Fatalf("%s is still being read after %s; it is kept in %s", name, hung, keep(t, name, data))
	}
	return outcome{}
}

// check says what is wrong with the outcome, or nothing. A document that took
// too long gets a second chance: the machine may have been busy.
func check(t *testing.T, name string, data []byte, o outcome) string {
	t.Helper()
	if o.took > mostTime {
		o = read(t, name, data)
	}
	switch {
	case o.panic != nil:
		return fmt.Sprintf("panic: %v", o.panic)
	case o.took > mostTime:
		return fmt.Sprintf("took %s twice", o.took)
	case o.err != nil && !slices.ContainsFunc(reasons, func(reason error) bool { return errors.Is(o.err, reason) }):
		return fmt.Sprintf("the error has no known reason: %v", o.err)
	}
	return ""
}

func keep(t *testing.T, name string, data []byte) string {
	path := filepath.Join(os.TempDir(), "gongkai-"+filepath.Base(name))
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Error(err)
	}
	return path
}

// watch samples the memory that the process has from the system until stop is
// called, which returns by how much it grew at most.
func watch() (stop func() (grown uint64)) {
	debug.FreeOSMemory()
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	held := func() uint64 {
		metrics.Read(samples)
		return samples[0].Value.Uint64() - samples[1].Value.Uint64()
	}
	before := held()
	var grown uint64
	end := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			if now := held(); now > before {
				grown = max(grown, now-before)
			}
			select {
			case <-end:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	return func() uint64 {
		close(end)
		wait.Wait()
		return grown
	}
}

// seedDocument is a sound document that is damaged in many ways.
type seedDocument struct {
	name    string
	data    []byte
	figures map[report.ID]report.Figure
}

func seeds(t *testing.T) map[string][]seedDocument {
	files, err := filepath.Glob("../testdata/formats/*.*")
	if err != nil {
		t.Fatal(err)
	}
	byFormat := map[string][]seedDocument{}
	for _, file := range files {
		format := filepath.Ext(file)
		if format == ".csv" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := seedDocument{name: filepath.Base(file), data: data, figures: map[report.ID]report.Figure{}}
		if o := read(t, file, data); o.err == nil && o.panic == nil {
			for _, f := range o.report.Figures {
				s.figures[f.ID] = f
			}
		}
		// A seed that is not read would prove nothing; scans have nothing to read
		// where no recogniser is.
		if len(s.figures) == 0 && !strings.Contains(file, "scan") {
			t.Errorf("%s is not read", file)
		}
		byFormat[format[1:]] = append(byFormat[format[1:]], s)
	}
	if len(byFormat) < 9 {
		t.Fatalf("only %d formats in testdata/formats", len(byFormat))
	}
	return byFormat
}

// changed counts the numbers that the damaged document prints otherwise. Damage
// to a digit changes what a page prints, so this is no error of reading.
func (s seedDocument) changed(r *report.Report) (count int) {
	for _, f := range r.Figures {
		if was := s.figures[f.ID]; f.State == report.Number && (was.State != report.Number || !was.Value.Equal(f.Value)) {
			count++
		}
	}
	return count
}

// TestMutated damages sound documents of every format and reads what is left:
// no panic, no hang, bounded time and memory, and every failure has its reason.
func TestMutated(t *testing.T) {
	due := *mutationsFlag
	if testing.Short() {
		due = min(due, 20)
	}
	byFormat := seeds(t)
	for _, format := range slices.Sorted(maps.Keys(byFormat)) {
		documents := byFormat[format]
		t.Run(format, func(t *testing.T) {
			stop := watch()
			failed, partial, changed, changedBy := 0, 0, 0, map[string]int{}
			var slowest time.Duration
			for number := uint64(1); number <= uint64(due); number++ {
				if *mutationOnlyFlag != 0 {
					number = *mutationOnlyFlag
				}
				rng := rand.New(rand.NewPCG(*mutationSeedFlag, number))
				s := documents[number%uint64(len(documents))]
				data, how := mutate(rng, s.data)
				name := fmt.Sprintf("%d-%s", number, s.name)
				o := read(t, name, data)
				if wrong := check(t, name, data, o); wrong != "" {
					t.Errorf("%s (%s): %s\nkept in %s", name, how, wrong, keep(t, name, data))
				}
				slowest = max(slowest, o.took)
				if o.err != nil {
					failed++
				} else if n := s.changed(o.report); n > 0 {
					partial++
					changed += n
					changedBy[how]++
				}
				if *mutationOnlyFlag != 0 {
					t.Logf("%s (%s): %v, kept in %s", name, how, o.err, keep(t, name, data))
					break
				}
			}
			most := stop()
			t.Logf("%d damaged: %d give no report, %d have other numbers (%d figures; %v); slowest %s, at most %d MB", due, failed, partial, changed, changedBy, slowest.Round(time.Millisecond), most>>20)
			if most > mostMemory {
				t.Errorf("%d MB of memory, %d MB are the most", most>>20, mostMemory>>20)
			}
		})
	}
}

// TestBombs reads documents that unfold to more than anybody can hold.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector takes ten times the time and memory that are allowed")
	}
	all := bombs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		data := all[name]
		t.Run(name, func(t *testing.T) {
			stop := watch()
			o := read(t, name, data)
			most := stop()
			if wrong := check(t, name, data, o); wrong != "" {
				t.Errorf("%s\nkept in %s", wrong, keep(t, name, data))
			}
			if most > mostMemory {
				t.Errorf("%d MB of memory, %d MB are the most", most>>20, mostMemory>>20)
			}
			t.Logf("%s, at most %d MB: %v", o.took.Round(time.Millisecond), most>>20, o.err)
		})
	}
}
