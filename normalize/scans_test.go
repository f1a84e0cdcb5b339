package normalize_test

import (
	"context"
	"errors"
	"flag"
	"testing"

	"gongkai/parser/ocr"
	"gongkai/schemas/formtest/published"
)

var corpusScansFlag = flag.Int("corpus-scans", 1, "how many reports TestScans scans")

// What must hold for scans: at 300 dpi nearly all is read, and hardly ever is
// anything read wrongly at all.
const (
	leastScanned = 0.98
	silentEach   = 10_000 // figures for one silent error
)

// TestScans scans published reports in several ways, reads the pictures by
// optical recognition and compares every figure. A coarse scan may be refused.
func TestScans(t *testing.T) {
	if testing.Short() {
		t.Skip("optical recognition takes its time")
	}
	eyes := &ocr.Reader{}
	if err := eyes.Available(); err != nil {
		t.Skip("not run: ", err)
	}
	r := newReader()
	r.Pictures = eyes
	shop := published.Workshop{Dir: corpusDir(t)}
	fine, coarse := newTally(t.Logf), newTally(t.Logf)
	for number, scanned := uint64(1), 0; scanned < *corpusScansFlag; number++ {
		if *corpusOnlyFlag != 0 {
			number = *corpusOnlyFlag
		}
		documents, err := shop.PublishScans(context.Background(), *corpusSeedFlag, number)
		if errors.Is(err, published.ErrNoProgram) {
			t.Skip("not run: ", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range readAll(r, documents) {
			if d.DPI >= 300 {
				fine.add(t, d)
			} else {
				coarse.add(t, d)
			}
		}
		if len(documents) > 0 {
			scanned++
		}
		if *corpusOnlyFlag != 0 {
			break
		}
	}
	t.Logf("300 dpi:\n%s\nwhat the page prints:\n%s\ncoarser:\n%s", fine.table(), fine.stateTable(), coarse.table())
	for name, s := range fine.by {
		if all := s.right + s.refused + s.silent; float64(s.right) < leastScanned*float64(all) {
			t.Errorf("%s: %d of %d figures right, that is less than %.0f %%", name, s.right, all, 100*leastScanned)
		}
	}
	if silent, all := fine.silentErrors()+coarse.silentErrors(), fine.figures()+coarse.figures(); silent*silentEach > all {
		t.Errorf("%d of %d figures are silently wrong, that is more than one of %d", silent, all, silentEach)
	}
}

func (y tally) silentErrors() (sum int) {
	for _, s := range y.by {
		sum += s.silent
	}
	return sum
}
