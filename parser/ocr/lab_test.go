package ocr

import (
	"context"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/width"
)

var labReports = flag.Int("lab", 0, "")
var labScan = flag.Int("labscan", 0, "")
var labSeed = flag.Uint64("labseed", 1, "")

func TestLab(t *testing.T) {
	if *labReports == 0 {
		t.Skip("lab")
	}
	sheets, pdf := printSheets(t, *labSeed, *labReports)
	sc := scanners[*labScan]
	pages := renderAll(t, pdf, sc.dpi)
	if len(pages) != len(sheets) {
		t.Fatalf("%d pages, %d sheets", len(pages), len(sheets))
	}
	var mu sync.Mutex
	var right, low, silent, structure, blankWrong, labelRight, labels int
	var dur, own time.Duration
	leg := 100.0
	var wg sync.WaitGroup
	sem := make(chan bool, 1+min(*labReports/2, 2))
	for i, clean := range pages {
		wg.Add(1)
		sem <- true
		go func() {
			defer func() { <-sem; wg.Done() }()
			data := sc.scan(rand.New(rand.NewPCG(*labSeed, uint64(i))), clean)
			start := time.Now()
			g, err := decode(data)
			if err != nil {
				t.Error(err)
				return
			}
			var rec time.Duration
			s, err := readUpright(context.Background(), g, func(ctx context.Context, tk task) ([]reading, error) {
				s := time.Now()
				defer func() {
					rec += time.Since(s)
					if *labReports == 1 {
						t.Logf("%s %s %d: %d lines %v", tk.language, tk.mode, tk.height, len(tk.lines), time.Since(s))
					}
				}()
				return program{"tesseract"}.read(ctx, tk)
			})
			if err != nil {
				t.Error(err)
				return
			}
			d := time.Since(start)
			var want []string
			var isValue []bool
			for _, tb := range sheets[i].tables {
				for _, r := range tb.Rows {
					for _, b := range r.Boxes {
						want = append(want, b.Text)
						isValue = append(isValue, b.Figure != "")
					}
				}
			}
			n := 0
			for _, f := range s.frames {
				n += len(f.Cells)
			}
			mu.Lock()
			defer mu.Unlock()
			dur += d
			leg = min(leg, s.legibility())
			own += d - rec
			if n != len(want) {
				t.Logf("page %d: %d cells want %d", i, n, len(want))
				for _, v := range isValue {
					if v {
						structure++
					}
				}
				return
			}
			got, conf := make([]string, n), make([]float64, n)
			for _, l := range s.lines {
				if l.cell < 0 {
					continue
				}
				if got[l.cell] == "" || l.result.confidence < conf[l.cell] {
					conf[l.cell] = l.result.confidence
				}
				got[l.cell] += l.result.text
			}
			for c := range want {
				w := width.Narrow.String(want[c])
				if !isValue[c] {
					labels++
					if width.Narrow.String(got[c]) == w {
						labelRight++
					} else if *labReports < 4 {
						t.Logf("   label %q read %q %.0f", want[c], got[c], conf[c])
					}
					continue
				}
				if (w == "") != (got[c] == "") {
					blankWrong++
					t.Logf("page %d %s %q blank? read %q %.0f", i, sheets[i].font, w, got[c], conf[c])
				}
				switch {
				case conf[c] < Bar && got[c] != "":
					low++
					if *labReports < 15 {
						t.Logf("page %d %s low %q read %q %.0f", i, sheets[i].font, w, got[c], conf[c])
					}
				case got[c] == w:
					right++
				default:
					silent++
					t.Logf("SILENT page %d %s %q read %q %.0f", i, sheets[i].font, w, got[c], conf[c])
				}
			}
		}()
	}
	wg.Wait()
	t.Logf("%s: values right %d low %d silent %d structure %d blank wrong %d; labels %d of %d; %v a page, own %v; least legible %.0f", sc.name, right, low, silent, structure, blankWrong, labelRight, labels, dur/time.Duration(len(pages)), own/time.Duration(len(pages)), leg)
}
