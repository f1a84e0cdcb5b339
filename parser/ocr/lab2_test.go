package ocr

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"

	"golang.org/x/text/width"
)

func TestShapes(t *testing.T) {
	if *labReports == 0 {
		t.Skip("lab")
	}
	sheets, pdf := printSheets(t, 1, *labReports)
	sc := scanners[*labScan]
	pages := renderAll(t, pdf, sc.dpi)
	rng := rand.New(rand.NewPCG(3, 4))
	pass, all := map[[2]rune]int{}, map[rune]int{}
	failFont := map[string]int{}
	count := 0
	var own, other []float64
	ex := map[string]int{}
	for i, clean := range pages {
		g, _ := decode(sc.scan(rng, clean))
		g.flatten()
		s, err := layOut(context.Background(), g)
		l := s.levels
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, tb := range sheets[i].tables {
			for _, r := range tb.Rows {
				for _, b := range r.Boxes {
					want = append(want, b.Text)
				}
			}
		}
		n := 0
		for _, f := range s.frames {
			n += len(f.Cells)
		}
		if n != len(want) {
			t.Logf("page %d: %d cells, want %d", i, n, len(want))
			os.WriteFile(fmt.Sprintf("/tmp/ocr-bad-%d.pgm", i), g.pgm(), 0o644)
			for _, f := range s.frames {
				for _, c := range f.Cells {
					t.Logf("   %d %d %dx%d %v..%v %v..%v", c.Row, c.Col, c.Rows, c.Cols, c.Left, c.Right, c.Top, c.Bottom)
				}
			}
			continue
		}
		type lab struct {
			c rune
			s shape
		}
		var labs []lab
		for _, ln := range s.lines {
			if nn, ok := s.number(&ln); !ok || len(nn.signs) == 0 {
				continue
			}
			w := []rune(width.Narrow.String(want[ln.cell]))
			ls := letters(ln.parts)
			if len(ls) != len(w) {
				count++
				if count < 20 {
					t.Logf("page %d %q has %d letters em %d", i, string(w), len(ls), s.em)
				}
				continue
			}
			for k, c := range w {
				if c < '0' || c > '9' {
					continue
				}
				sh := s.g.shapeOf(ls[k], l.ink)
				labs = append(labs, lab{c, sh})
				all[c]++
				for d := '0'; d <= '9'; d++ {
					if sh.mayBe(d) {
						pass[[2]rune{c, d}]++
					} else if d == c {
						failFont[sheets[i].font+" "+string(c)]++
						key := sheets[i].font + string(c)
						if ex[key]++; ex[key] == 1 && failFont[sheets[i].font+" "+string(c)] > 0 {
							var b strings.Builder
							for y := range shapeH {
								for x := range shapeW {
									b.WriteByte(" .:#"[int(sh.ink[y][x]*3.01)])
								}
								b.WriteByte('\n')
							}
							t.Logf("%s aspect %.2f holes %v box %v\n%s", key, sh.aspect, sh.holes, ls[k].box, b.String())
						}
					}
				}
			}
		}
		means := map[rune]*[shapeH][shapeW]float32{}
		num := map[rune]float32{}
		for _, a := range labs {
			if means[a.c] == nil {
				means[a.c] = new([shapeH][shapeW]float32)
			}
			num[a.c]++
			for y := range shapeH {
				for x := range shapeW {
					means[a.c][y][x] += a.s.ink[y][x]
				}
			}
		}
		for c, m := range means {
			for y := range shapeH {
				for x := range shapeW {
					m[y][x] /= num[c]
				}
			}
		}
		for _, a := range labs {
			if num[a.c] < 4 {
				continue
			}
			for c := range means {
				d := a.s.distance(means[c])
				if c == a.c {
					own = append(own, d)
				} else if num[c] >= 4 {
					other = append(other, d)
				}
			}
		}
	}
	for c := '0'; c <= '9'; c++ {
		row := fmt.Sprintf("%c (%d):", c, all[c])
		for d := '0'; d <= '9'; d++ {
			row += fmt.Sprintf(" %5d", pass[[2]rune{c, d}])
		}
		t.Log(row)
	}
	t.Log("count mismatches", count)
	for k, v := range failFont {
		t.Log("fail ", k, v)
	}
	sort.Float64s(own)
	sort.Float64s(other)
	q := func(v []float64, p float64) float64 { return v[int(float64(len(v)-1)*p)] }
	t.Logf("own 50%% %.3f 90%% %.3f 99%% %.3f 99.9%% %.3f max %.3f; other min %.3f 0.1%% %.3f 1%% %.3f 50%% %.3f", q(own, .5), q(own, .9), q(own, .99), q(own, .999), q(own, 1), q(other, 0), q(other, .001), q(other, .01), q(other, .5))
}
