package ocr

import (
	"context"
	"fmt"
	"math"
	"testing"
)

func lay(t *testing.T, g *gray) *sheet {
	t.Helper()
	g.flatten()
	s, err := layOut(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRulings finds the lines of a table of 6 columns and 9 rows, drawn well or
// badly.
func TestRulings(t *testing.T) {
	for name, test := range map[string]struct {
		thick int
		shade byte
		spoil func(*gray) *gray
	}{
		"clean":       {2, 0, nil},
		"one pixel":   {1, 60, nil},
		"light grey":  {2, 150, nil},
		"thick":       {7, 0, nil},
		"noise":       {2, 60, func(g *gray) *gray { g.noise(14); return g }},
		"turned":      {2, 0, func(g *gray) *gray { return g.turn(1.3) }},
		"turned back": {3, 40, func(g *gray) *gray { g = g.turn(-0.7); g.noise(10); return g }},
		"broken": {2, 0, func(g *gray) *gray {
			for x := 117; x < 1500; x += 91 {
				g.bar(rect{x, 0, x + 3, g.h}, 255)
			}
			return g
		}},
		"in the shade": {2, 60, func(g *gray) *gray {
			for i, p := range g.px {
				g.px[i] = byte(float64(p) * (0.95 - 0.55*float64(i%g.w)/float64(g.w)))
			}
			return g
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := paper(1700, 1300)
			g.table(100, 200, 6, 9, 230, 100, test.thick, test.shade)
			for r := range 9 {
				for c := range 6 {
					g.text(t, 150+c*230, 265+r*100, 44, c == 0, fmt.Sprint(7777*(c+1)+r))
				}
			}
			if test.spoil != nil {
				g = test.spoil(g)
			}
			s := lay(t, g)
			if len(s.frames) != 1 || len(s.frames[0].Cells) != 54 {
				t.Fatalf("%d frames, %d rules", len(s.frames), len(s.rules))
			}
			lines := 0
			for i, c := range s.frames[0].Cells {
				if c.Row != i/6 || c.Col != i%6 || c.Rows != 1 || c.Cols != 1 {
					t.Errorf("cell %d is %+v", i, c)
				}
			}
			for _, l := range s.lines {
				if l.cell >= 0 {
					lines++
				}
			}
			if lines != 54 {
				t.Errorf("%d cells with a line each", lines)
			}
		})
	}
}

// TestLettersAreNoRulings draws large print whose strokes lie in line.
func TestLettersAreNoRulings(t *testing.T) {
	g := paper(1700, 800)
	g.text(t, 100, 200, 160, true, "EFHTLEFHT")
	g.text(t, 100, 400, 60, true, "777777777777 HHHHHHHHH")
	if s := lay(t, g); len(s.rules) > 0 || len(s.frames) > 0 {
		t.Errorf("%d rules: %v", len(s.rules), s.rules)
	}
}

func TestSkew(t *testing.T) {
	for _, want := range []float64{0, 0.3, -0.55, 1.2, -2} {
		g := paper(1240, 1754)
		g.table(100, 200, 5, 12, 200, 70, 2, 0)
		g = g.turn(-want)
		if got := g.skew(200); math.Abs(got-want) > 0.06 {
			t.Errorf("turned by %.2f degrees, found %.2f", want, got)
		}
	}
}

// TestInk tells blank cells from cells with print, with specks and with print
// too faint to be read.
func TestInk(t *testing.T) {
	g := paper(1700, 700)
	g.table(100, 100, 5, 3, 300, 100, 2, 0)
	for c := range 5 {
		g.text(t, 150+c*300, 165, 44, false, "Label")
	}
	g.text(t, 150, 265, 44, false, "0")
	g.text(t, 750, 265, 44, false, "1.5")
	g.bar(rect{1150, 240, 1152, 241}, 0) // a speck in an empty cell
	faint := paper(300, 90)
	faint.text(t, 50, 60, 44, false, "8")
	for y := range faint.h {
		for x := range faint.w {
			if faint.px[y*faint.w+x] < 128 {
				g.px[(y+205)*g.w+x+1310] = 225
			}
		}
	}
	s := lay(t, g)
	lines := map[int]int{}
	for _, l := range s.lines {
		lines[l.cell]++
		if l.faint != (l.cell == 9) {
			t.Errorf("cell %d: faint is %v", l.cell, l.faint)
		}
	}
	for cell, want := range map[int]int{5: 1, 6: 0, 7: 1, 8: 0, 9: 1, 10: 0, 14: 0} {
		if lines[cell] != want {
			t.Errorf("cell %d has %d lines, want %d", cell, lines[cell], want)
		}
	}
}

func TestParts(t *testing.T) {
	g := paper(40, 20)
	g.bar(rect{2, 2, 12, 18}, 0)
	g.bar(rect{4, 4, 10, 9}, 255)
	g.bar(rect{4, 11, 10, 16}, 255)
	g.bar(rect{20, 15, 23, 18}, 0)
	g.bar(rect{23, 12, 25, 15}, 0) // touches at a corner
	parts := g.parts(128)
	if len(parts) != 2 || len(parts[0].holes) != 2 || len(parts[1].holes) != 0 || parts[1].box != (rect{20, 12, 25, 18}) {
		t.Errorf("%+v", parts)
	}
}

func TestLines(t *testing.T) {
	g := paper(600, 400)
	g.text(t, 20, 60, 40, false, "first line i=;")
	g.text(t, 20, 115, 40, false, "second line")
	g.text(t, 400, 115, 40, false, "aside")
	a := area{cell: -1, parts: g.parts(128)}
	em := lineHeight([]area{a})
	if lines := a.lines(em); len(lines) != 3 {
		t.Errorf("%d lines at %d pixels", len(lines), em)
	}
}

// TestPrintAtRuling draws digits that stand on the ruling below them: the cell is
// not blank, and what the ruling took of them makes them doubtful.
func TestPrintAtRuling(t *testing.T) {
	for _, low := range []int{0, 4, 9} {
		g := paper(1700, 500)
		g.table(100, 100, 5, 3, 300, 60, 2, 0)
		for c := range 5 {
			g.text(t, 150+c*300, 144, 40, false, "Label")
			g.text(t, 130+c*300, 219+low, 40, false, "8888888888")
		}
		cells := map[int]int{}
		for _, l := range lay(t, g).lines {
			cells[l.cell]++
			if l.cell >= 5 && l.cell < 10 && low > 2 && !l.doubt && !l.faint {
				t.Errorf("%d pixels too low: cell %d is not in doubt", low, l.cell)
			}
		}
		for c := 5; c < 10; c++ {
			if cells[c] == 0 {
				t.Errorf("%d pixels too low: cell %d is blank", low, c)
			}
		}
	}
}

// TestRowAtPageBreak finds the cells of a row that a page break parted from its
// table: nothing closes it above, or print of the page's head stands so near
// that its strokes seem to continue the rulings.
func TestRowAtPageBreak(t *testing.T) {
	for name, draw := range map[string]func(*gray){
		"open above": func(g *gray) { g.bar(rect{0, 295, g.w, 303}, 255) },
		"open below": func(g *gray) { g.bar(rect{0, 357, g.w, 366}, 255) },
		"strokes above": func(g *gray) {
			for c := range 7 {
				g.bar(rect{100 + c*230, 240, 104 + c*230, 288}, 0)
			}
		},
	} {
		g := paper(1700, 1300)
		g.table(100, 300, 6, 1, 230, 60, 2, 0)
		for c := range 6 {
			g.text(t, 150+c*230, 345, 36, false, fmt.Sprint(777*(c+1)))
		}
		draw(g)
		s := lay(t, g)
		if len(s.frames) != 1 || len(s.frames[0].Cells) != 6 {
			t.Errorf("%s: %+v, %d rules", name, s.frames, len(s.rules))
		}
	}
}
