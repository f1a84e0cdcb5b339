package normalize_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"gongkai/report"
	"gongkai/schemas/formtest/published"
)

var (
	corpusFiguresFlag = flag.Int("corpus-figures", 10_000, "how many figures the corpus of published documents has at least, scans not counted")
	corpusSeedFlag    = flag.Uint64("corpus-seed", 1, "seed of the corpus")
	corpusOnlyFlag    = flag.Uint64("corpus-only", 0, "publish only the report with this number, in all formats; keep the documents and say of each figure why it was refused")
	corpusOfFlag      = flag.String("corpus-of", "", "read only documents whose format and producer contain this, such as \"pdf Chromium\"")
	corpusDirFlag     = flag.String("corpus-dir", "", "make the corpus in this folder and keep it")
)

// The least share of figures that must be right in a table with rulings.
const leastRight = 0.999

// reading is a document as it was read.
type reading struct {
	published.Document
	read *report.Report
	err  error
}

func (r reading) name() string { return r.Format + " " + r.Producer }

// TestFormats has real programs publish reports whose figures are known, in
// every format, reads the documents and compares every figure.
//
// Where a table has no rulings nobody sees where an empty cell is, and where a
// number runs over two lines it might be two: there refusals are due and only
// counted. A silent error is never due.
func TestFormats(t *testing.T) {
	if testing.Short() {
		t.Skip("documents of other programs take their time")
	}
	ruled, bare := newTally(t.Errorf), newTally(t.Errorf)
	for first := uint64(1); ruled.figures()+bare.figures() < *corpusFiguresFlag; first += corpusBatch {
		numbers := corpusNumbers(first, *corpusFiguresFlag-ruled.figures()-bare.figures())
		documents, notRun := published.Workshop{Dir: corpusDir(t)}.Publish(context.Background(), *corpusSeedFlag, numbers)
		for _, reason := range notRun {
			if !errors.Is(reason, published.ErrNoProgram) {
				t.Fatal(reason)
			}
			if first == 1 {
				t.Logf("not run: %v", reason)
			}
		}
		for _, r := range readAll(newReader(), documents) {
			if r.Report.Look.Visible() {
				ruled.add(t, r)
			} else {
				bare.add(t, r)
			}
		}
		if len(documents) == 0 {
			t.Skip("not run: none of the programs that publish documents is installed")
		}
		if *corpusOnlyFlag != 0 {
			break
		}
	}
	t.Logf("rulings, each number on one line:\n%s\nwhat the page prints, by format:\n%s\nno rulings, or numbers over several lines:\n%s", ruled.table(), ruled.stateTable(), bare.table())
	if *corpusOnlyFlag != 0 {
		return // one report is too little for shares
	}
	for _, name := range slices.Sorted(maps.Keys(ruled.by)) {
		s := ruled.by[name]
		if all := s.right + s.refused + s.silent; float64(s.right) < leastRight*float64(all) {
			t.Errorf("%s: %d of %d figures right, that is less than %.1f %%", name, s.right, all, 100*leastRight)
		}
	}
}

// corpusBatch is how many reports are published together.
const corpusBatch = 15

// figuresEach is about how many figures the documents of one report have.
const figuresEach = 5_000

func corpusNumbers(first uint64, due int) []uint64 {
	if *corpusOnlyFlag != 0 {
		return []uint64{*corpusOnlyFlag}
	}
	var numbers []uint64
	for number := first; number < first+corpusBatch && due > 0; number++ {
		numbers = append(numbers, number)
		due -= figuresEach
	}
	return numbers
}

// corpusDir is a folder for the corpus, kept where flags say so.
func corpusDir(t *testing.T) string {
	if *corpusDirFlag != "" {
		return *corpusDirFlag
	}
	if *corpusOnlyFlag == 0 {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("", "gongkai-corpus-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// readAll reads documents on all processors.
func readAll(r reader, documents []published.Document) []reading {
	var readings []reading
	for _, d := range documents {
		if strings.Contains(d.Format+" "+d.Producer, *corpusOfFlag) {
			readings = append(readings, reading{Document: d})
		}
	}
	next := make(chan *reading)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for d := range next {
				data, err := os.ReadFile(d.Path)
				if err == nil {
					d.read, err = r.read(d.Path, data)
				}
				d.err = err
			}
		})
	}
	for i := range readings {
		next <- &readings[i]
	}
	close(next)
	wait.Wait()
	return readings
}

// tally counts how figures were read: by format and producer, and by format and
// what the page prints.
type tally struct {
	by, states map[string]*score
	// silent is told of each silent error: t.Errorf where none may be.
	silent func(format string, args ...any)
}

func newTally(silent func(format string, args ...any)) tally {
	return tally{map[string]*score{}, map[string]*score{}, silent}
}

func (y tally) table() string      { return table(y.by) }
func (y tally) stateTable() string { return table(y.states) }

func (y tally) figures() (sum int) {
	for _, s := range y.by {
		sum += s.right + s.refused + s.silent
	}
	return sum
}

func (y tally) add(t *testing.T, d reading) {
	if *corpusOnlyFlag != 0 {
		t.Logf("%s: %s", d.name(), d.Path)
	}
	if d.err != nil {
		t.Errorf("%s (report %d, %s): %v", d.name(), d.Number, d.Report.Look.Name, d.err)
		d.read = &report.Report{}
	} else if isNamed := d.read.Year == d.Report.Year && d.read.Office == d.Report.Office; !isNamed && saysRecognised(d.read) {
		t.Logf("%s (report %d): title %q was recognised as %q, %d", d.name(), d.Number, d.Report.Title(), d.read.Office, d.read.Year)
	} else if !isNamed {
		t.Errorf("%s (report %d): title %q was read as %q, %d", d.name(), d.Number, d.Report.Title(), d.read.Office, d.read.Year)
	}
	reasons := map[string]int{}
	for _, id := range figuresOf(d) {
		want, got := d.Report.Cells[id], d.read.Figure(id)
		s := score{}
		switch {
		case got.State == want.State && (got.State != report.Number || got.Value.Equal(want.Value)):
			s.right = 1
			if got.State == report.Number && got.At == (report.Pos{}) {
				t.Errorf("%s (report %d): %s has no place", d.name(), d.Number, id)
			}
		case got.State == report.Unreadable && !got.Note.IsZero(), got.State == report.Absent:
			s.refused = 1
			reasons[got.State.String()+" "+got.Note.EN]++
			if *corpusOnlyFlag != 0 {
				t.Logf("  refused %s: printed %q, raw %q, %s %s", id, want.Raw, got.Raw, got.State, got.Note.EN)
			}
		default:
			s.silent = 1
			y.silent("%s (report %d, %s): %s: printed %q (%s), read %s %v (raw %q, at %+v, note %s)",
				d.name(), d.Number, d.Report.Look.Name, id, want.Raw, want.State, got.State, got.Value, got.Raw, got.At, got.Note.EN)
		}
		add(y.by, d.name(), s)
		add(y.states, fmt.Sprintf("%-6s %s", d.Format, want.State), s)
	}
	if d.err == nil && d.Report.Look.Visible() && len(reasons) > 0 {
		t.Logf("%s (report %d, %s): refused: %s", d.name(), d.Number, d.Report.Look.Name, frequent(reasons))
	}
}

// saysRecognised reports whether a report says that its title may be misread.
func saysRecognised(r *report.Report) bool {
	return slices.ContainsFunc(r.Notes, func(n report.Text) bool {
		return strings.Contains(n.EN, "title, office and year were recognised in a picture")
	})
}

// figuresOf are the figures of the form that was filled in, and all others that
// were read as numbers.
func figuresOf(d reading) []report.ID {
	var ids []report.ID
	for _, spec := range d.Report.Form.Figures() {
		ids = append(ids, spec.ID)
	}
	for _, f := range d.read.Figures {
		if _, asked := d.Report.Cells[f.ID]; !asked && f.State == report.Number {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// frequent lists the three most frequent reasons.
func frequent(reasons map[string]int) string {
	var keys []string
	for key := range reasons {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool {
		if reasons[keys[i]] != reasons[keys[j]] {
			return reasons[keys[i]] > reasons[keys[j]]
		}
		return keys[i] < keys[j]
	})
	var said []string
	for _, key := range keys[:min(3, len(keys))] {
		said = append(said, fmt.Sprintf("%d x %s", reasons[key], key))
	}
	return strings.Join(said, "; ")
}
