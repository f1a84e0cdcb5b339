package ocr

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"testing"
	"time"

	"gongkai/parser/page"
)

var labReports = flag.Int("lab", 0, "")
var labScan = flag.Int("labscan", 0, "")

// rulingFrames is a simple page.Frames.
func rulingFrames(p page.Page) []page.Frame {
	var xs, ys []float64
	add := func(v []float64, x float64) []float64 {
		for _, o := range v {
			if o-x < 8 && x-o < 8 {
				return v
			}
		}
		return append(v, x)
	}
	// groups by touching
	g := newGroups(len(p.Rules))
	touch := func(a, b page.Rule) bool {
		return a.Left-8 <= b.Right && b.Left-8 <= a.Right && a.Top-8 <= b.Bottom && b.Top-8 <= a.Bottom
	}
	for i := range p.Rules {
		for j := range i {
			if touch(p.Rules[i], p.Rules[j]) {
				g.join(i, j)
			}
		}
	}
	var out []page.Frame
	for root := range p.Rules {
		if g.root(root) != root {
			continue
		}
		xs, ys = nil, nil
		var rs []page.Rule
		for i, r := range p.Rules {
			if g.root(i) != root {
				continue
			}
			rs = append(rs, r)
			if r.Left == r.Right {
				xs = add(xs, r.Left)
			} else {
				ys = add(ys, r.Top)
			}
		}
		sort.Float64s(xs)
		sort.Float64s(ys)
		if len(xs) < 2 || len(ys) < 2 {
			continue
		}
		nc, nr := len(xs)-1, len(ys)-1
		right := func(r, c int) bool { // border at right of cell
			mid := (ys[r] + ys[r+1]) / 2
			for _, u := range rs {
				if u.Left == u.Right && u.Left-xs[c+1] < 8 && xs[c+1]-u.Left < 8 && u.Top < mid && u.Bottom > mid {
					return true
				}
			}
			return false
		}
		below := func(r, c int) bool {
			mid := (xs[c] + xs[c+1]) / 2
			for _, u := range rs {
				if u.Top == u.Bottom && u.Top-ys[r+1] < 8 && ys[r+1]-u.Top < 8 && u.Left < mid && u.Right > mid {
					return true
				}
			}
			return false
		}
		cg := newGroups(nr * nc)
		for r := range nr {
			for c := range nc {
				if c+1 < nc && !right(r, c) {
					cg.join(r*nc+c, r*nc+c+1)
				}
				if r+1 < nr && !below(r, c) {
					cg.join(r*nc+c, r*nc+nc+c)
				}
			}
		}
		f := page.Frame{Left: xs[0], Top: ys[0], Right: xs[nc], Bottom: ys[nr]}
		seen := map[int]int{}
		for r := range nr {
			for c := range nc {
				k := cg.root(r*nc + c)
				i, ok := seen[k]
				if !ok {
					i = len(f.Cells)
					seen[k] = i
					f.Cells = append(f.Cells, page.FrameCell{Row: r, Col: c, Left: xs[c], Top: ys[r]})
				}
				cell := &f.Cells[i]
				cell.Rows, cell.Cols = r-cell.Row+1, max(cell.Cols, c-cell.Col+1)
				cell.Right, cell.Bottom = max(cell.Right, xs[c+1]), max(cell.Bottom, ys[r+1])
			}
		}
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Top < out[j].Top })
	return out
}

func TestLab(t *testing.T) {
	if *labReports == 0 {
		t.Skip("lab")
	}
	sheets, pdf := printSheets(t, 1, *labReports)
	sc := scanners[*labScan]
	pages := render(t, pdf, sc.dpi)
	if len(pages) != len(sheets) {
		t.Fatalf("%d pages, %d sheets", len(pages), len(sheets))
	}
	rng := rand.New(rand.NewPCG(3, 4))
	type m struct {
		lang, wl string
		h        int
		psm string
	}
	var methods []m
	for _, psm := range []string{"7"} {
		for _, h := range []int{16,20, 24, 32} {
			methods = append(methods, m{"eng", numberLetters, h, psm})
		}
		methods=append(methods,m{"chi_sim",numberLetters,28,"8"})
	}
	wrong := make([]int, len(methods))
	dur := make([]time.Duration, len(methods))
	total, numberLike := 0, 0
	for i, clean := range pages {
		data := sc.scan(rng, clean)
		start := time.Now()
		g, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		t0 := time.Since(start)
		g, l := straighten(g)
		t1 := time.Since(start)
		s, err := layOut(context.Background(), g, l, rulingFrames)
		if err != nil {
			t.Fatal(err)
		}
		t2 := time.Since(start)
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
		t.Logf("page %d %s: %d x %d levels %+v em %d, %d rules, %d frames, %d cells want %d, %d lines; decode %v straight %v layout %v", i, sheets[i].font, g.w, g.h, l, s.em, len(s.rules), len(s.frames), n, len(want), len(s.lines), t0, t1-t0, t2-t1)
		if n != len(want) {
			os.WriteFile(fmt.Sprintf("/tmp/ocr-bad-%d.pgm", i), g.pgm(), 0o644)
			continue
		}
		byCell := map[int][]line{}
		var num []line
		for _, ln := range s.lines {
			if ln.cell < 0 {
				continue
			}
			byCell[ln.cell] = append(byCell[ln.cell], ln)
			if ln.numberLike(s.em) {
				num = append(num, ln)
				if !isValue[ln.cell] {
					t.Logf("label numberlike %q", want[ln.cell])
				}
			}
		}
		for c, w := range want {
			if (w == "") != (len(byCell[c]) == 0) {
				t.Logf("cell %d %q has %d lines", c, w, len(byCell[c]))
			}
			if isValue[c] && w != "" && (len(byCell[c]) != 1 || !byCell[c][0].numberLike(s.em)) {
				t.Logf("value not numberlike %q %d lines", w, len(byCell[c]))
			}
		}
		numberLike += len(num)
		for k, me := range methods {
			tk := task{language: me.lang, letters: me.wl, mode: me.psm}
			for _, ln := range num {
				tk.lines = append(tk.lines, s.strip(ln, me.h))
			}
			start := time.Now()
			rs, err := (program{"tesseract"}).read(context.Background(), tk)
			dur[k] += time.Since(start)
			if err != nil {
				t.Fatal(err)
			}
			for j, r := range rs {
				if r.text != want[num[j].cell] {
					wrong[k]++
					if k<4 {
						t.Logf("  %v: %q read %q %.0f", me, want[num[j].cell], r.text, r.confidence)
					}
				}
			}
		}
		total += len(num)
	}
	for k, me := range methods {
		t.Logf("%v: %d wrong of %d, %v", me, wrong[k], total, dur[k])
	}
}
