package ocr

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/width"

	"gongkai/parser/page"
)

var (
	reportsFlag = flag.Int("reports", 1, "how many reports the scan test prints, scans and reads")
	scannerFlag = flag.String("scanner", "", "scan with the scanners whose names begin so")
	seedFlag    = flag.Uint64("seed", 1, "seed of the scan test")
)

func needPrograms(t *testing.T) *Reader {
	t.Helper()
	r := &Reader{}
	if err := r.Available(); err != nil {
		t.Skip("not run:", err)
	}
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("not run: pdftoppm, which draws pages of PDF, is not installed")
	}
	return r
}

// tally counts how cells were read.
type tally struct {
	right, low, silent, blanks, lost int
	labels, labelsRight              int
	time                             time.Duration
}

// TestScans prints filled-in forms, scans them and reads the pictures. A figure
// is right, or its confidence is below Bar; none is wrong above it.
func TestScans(t *testing.T) {
	if testing.Short() {
		t.Skip("recognition takes its time")
	}
	r := needPrograms(t)
	sheets, pdf := printSheets(t, *seedFlag, *reportsFlag)
	drawn := map[int][]*gray{}
	for _, s := range scanners {
		if !strings.HasPrefix(s.name, *scannerFlag) {
			continue
		}
		if drawn[s.dpi] == nil {
			drawn = map[int][]*gray{s.dpi: renderAll(t, pdf, s.dpi)}
		}
		pages := drawn[s.dpi]
		if len(pages) != len(sheets) {
			t.Fatalf("%d pages printed for %d sheets", len(pages), len(sheets))
		}
		var sum tally
		var lock sync.Mutex
		var work sync.WaitGroup
		free := make(chan bool, max(runtime.NumCPU()-1, 1))
		for i := range pages {
			free <- true
			work.Go(func() {
				defer func() { <-free }()
				data := s.scan(rand.New(rand.NewPCG(*seedFlag, uint64(i))), pages[i])
				start := time.Now()
				p, err := r.Picture(context.Background(), data, i+1)
				took := time.Since(start)
				lock.Lock()
				defer lock.Unlock()
				if err != nil {
					t.Errorf("%s, page %d: %v", s.name, i+1, err)
					return
				}
				sum.time += took
				sheets[i].compare(t, s.name, p, &sum)
			})
		}
		work.Wait()
		values := max(sum.right+sum.low+sum.silent+sum.lost, 1)
		t.Logf("%-38s %6d figures: %6.2f %% right, %5.2f %% below the bar, %5.2f %% lost with their table, %d silent; blank cells mistaken: %d; labels %.1f %%; %v a page",
			s.name, values, percent(sum.right, values), percent(sum.low, values), percent(sum.lost, values), sum.silent, sum.blanks,
			percent(sum.labelsRight, max(sum.labels, 1)), (sum.time / time.Duration(len(pages))).Round(10*time.Millisecond))
		if s.dpi >= 300 && !s.blur && percent(sum.right, values) < 95 {
			t.Errorf("%s: only %.1f %% right", s.name, percent(sum.right, values))
		}
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

// compare compares what was read with what was printed.
func (s printed) compare(t *testing.T, scan string, p page.Page, sum *tally) {
	t.Helper()
	var texts []string
	var isValue []bool
	for _, table := range s.tables {
		for _, row := range table.Rows {
			for _, b := range row.Boxes {
				texts, isValue = append(texts, width.Narrow.String(b.Text)), append(isValue, b.Figure != "")
			}
		}
	}
	got := cellsOf(p)
	if len(got) != len(texts) {
		t.Logf("%s, page %d: %d cells, %d printed", scan, p.Number, len(got), len(texts))
		for _, value := range isValue {
			if value {
				sum.lost++
			}
		}
		return
	}
	for i, want := range texts {
		g := got[i]
		if !isValue[i] {
			sum.labels++
			if width.Narrow.String(g.text) == want {
				sum.labelsRight++
			}
			continue
		}
		if (g.text == "") != (want == "") {
			sum.blanks++
		}
		switch {
		case g.text != "" && g.confidence < Bar:
			sum.low++
			if testing.Verbose() && *reportsFlag < 20 {
				t.Logf("%s, page %d, %s: printed %q, read %q with %g %%", scan, p.Number, s.font, want, g.text, g.confidence)
			}
		case g.text == want, isDashes(g.text) && isDashes(want): // of whatever length
			sum.right++
		default:
			sum.silent++
			t.Errorf("%s, page %d, %s: printed %q, read %q with %g %%", scan, p.Number, s.font, want, g.text, g.confidence)
		}
	}
}

// cellsOf puts the glyphs of a page into the cells of its frames.
func cellsOf(p page.Page) (all []reading) {
	for _, f := range page.Frames(p) {
		for _, c := range f.Cells {
			cell := reading{}
			for _, g := range p.Glyphs {
				x, y := (g.Left+g.Right)/2, (g.Top+g.Bottom)/2
				if x < c.Left || x > c.Right || y < c.Top || y > c.Bottom {
					continue
				}
				if cell.text == "" || float64(g.Confidence) < cell.confidence {
					cell.confidence = float64(g.Confidence)
				}
				cell.text += g.Text
			}
			all = append(all, cell)
		}
	}
	return all
}

// TestTurnedScan reads a page that was put into the scanner on its side or head.
func TestTurnedScan(t *testing.T) {
	if testing.Short() {
		t.Skip("recognition takes its time")
	}
	r := needPrograms(t)
	sheets, pdf := printSheets(t, 5, 1)
	clean := renderAll(t, pdf, 200)[0]
	for quarters := range 4 {
		p, err := r.Picture(context.Background(), scanners[3].scan(rand.New(rand.NewPCG(1, 1)), clean.quarter(quarters)), 1)
		if err != nil {
			t.Fatal(err)
		}
		var sum tally
		sheets[0].compare(t, "turned", p, &sum)
		if sum.right == 0 || sum.lost > 0 || sum.silent > 0 || p.Width > p.Height {
			t.Errorf("turned by %d quarters: %+v on %g x %g", quarters, sum, p.Width, p.Height)
		}
	}
}

// TestPDFPage reads a page of a PDF in points.
func TestPDFPage(t *testing.T) {
	r := needPrograms(t)
	sheets, pdf := printSheets(t, 6, 1)
	const w, h = 652.0, 1020.5 // 230 x 360 mm
	p, err := r.PDFPage(context.Background(), pdf, 2, w, h)
	if err != nil {
		t.Fatal(err)
	}
	var sum tally
	sheets[1].compare(t, "pdf", p, &sum)
	if sum.silent > 0 || sum.right < 100 || p.Number != 2 || p.Width < w-1 || p.Width > w+1 || p.Height < h-3 || p.Height > h+3 {
		t.Errorf("%+v, page %d of %g x %g", sum, p.Number, p.Width, p.Height)
	}
	if _, err := r.PDFPage(context.Background(), pdf, 99, w, h); err == nil {
		t.Error("page 99 of 2 was read")
	}
}

func TestStops(t *testing.T) {
	r := needPrograms(t)
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	g := drawnPage(t, [][]string{{"Words", "Words", "Words", "Words", "Words"}, {"1", "2", "3", "4", "5"}})
	start := time.Now()
	for ctx.Err() == nil { // the first reading may be done in time
		if _, err := r.Picture(ctx, g.png(t), 1); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	if _, err := r.Picture(ctx, g.png(t), 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestMissingPrograms(t *testing.T) {
	r := &Reader{Tesseract: "no-such-program", Pdftoppm: "no-such-program"}
	if err := r.Available(); err == nil || !strings.Contains(err.Error(), "tesseract-ocr-chi-sim") {
		t.Errorf("%v", err)
	}
	if _, err := r.PDFPage(context.Background(), []byte("%PDF-1.4"), 1, 595, 842); err == nil || !strings.Contains(err.Error(), "poppler-utils") {
		t.Errorf("%v", err)
	}
}
