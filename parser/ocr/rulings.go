package ocr

import (
	"cmp"
	"math"
	"slices"

	"gongkai/parser/page"
)

// stroke is a straight line of ink, lying along x. from and to are its ends, top
// and bottom the rows that it covers (bottom not in it).
type stroke struct {
	from, to, top, bottom int
	ink                   int
	// whole is the share of ink in the row that has the most.
	whole float64
}

func (s stroke) middle() float64 { return float64(s.top+s.bottom) / 2 }

// rulings finds the lines of tables: long straight strokes that meet others at
// right angles and belong to something much larger than a character. They are
// given in the middle of the strokes and end on each other exactly. ok is false
// if there are more than maxStrokes.
func (g *gray) rulings(level byte) (across, down []stroke, ok bool) {
	long := max(max(g.w, g.h)/80, 20)
	across = g.strokes(level, long)
	down = g.transpose().strokes(level, long)
	if len(across)+len(down) > maxStrokes {
		return nil, nil, false
	}
	across, down = lattice(across, down, g.w, g.h)
	return across, down, true
}

func (g *gray) transpose() *gray {
	t := &gray{w: g.h, h: g.w, px: make([]byte, len(g.px))}
	const side = 64 // blocks stay in the cache
	for by := 0; by < g.h; by += side {
		for bx := 0; bx < g.w; bx += side {
			for y := by; y < min(by+side, g.h); y++ {
				for x := bx; x < min(bx+side, g.w); x++ {
					t.px[x*t.w+y] = g.px[y*g.w+x]
				}
			}
		}
	}
	return t
}

// strokes finds the level strokes that are at least so long. Ink may be missing
// for a few pixels and wander by a pixel up or down: thin lines are broken by
// scanning.
func (g *gray) strokes(level byte, long int) []stroke {
	gap := max(long/12, 3)
	thick := max(g.w, g.h) / 300
	dark := make([]byte, g.w)
	var open, done []stroke
	for y := range g.h {
		for x := range dark {
			dark[x] = 0
			for dy := max(y-1, 0); dy <= min(y+1, g.h-1); dy++ {
				if g.px[dy*g.w+x] < level {
					dark[x] = 1
					break
				}
			}
		}
		kept := open[:0]
		for _, s := range open {
			if s.bottom < y-2 {
				done = append(done, s)
			} else {
				kept = append(kept, s)
			}
		}
		open = addRuns(kept, dark, y, long, gap, thick)
	}
	done = append(done, open...)
	return slices.DeleteFunc(done, func(s stroke) bool {
		length := s.to - s.from
		return s.ink/length-2 > max(thick, 8) ||
			length < 8*long && (s.whole < 0.92 || g.isPrint(s, level))
	})
}

// isPrint tells a row of characters whose strokes lie in line from a ruling:
// there is ink right above or below.
func (g *gray) isPrint(s stroke, level byte) bool {
	for _, y := range []int{s.top - 1, s.bottom} {
		if y < 0 || y >= g.h {
			continue
		}
		ink := 0
		for _, p := range g.px[y*g.w+s.from : y*g.w+s.to] {
			if p < level {
				ink++
			}
		}
		if ink*4 > s.to-s.from {
			return true
		}
	}
	return false
}

// addRuns finds the long runs of a row and adds them to the strokes above.
func addRuns(open []stroke, dark []byte, y, long, gap, thick int) []stroke {
	start, last, ink := -1, -1, 0
	for x := 0; x <= len(dark); x++ {
		if x < len(dark) && dark[x] != 0 && (start < 0 || x-last <= gap+1) {
			if start < 0 {
				start, ink = x, 0
			}
			last = x
			ink++
			continue
		}
		if start >= 0 && (x == len(dark) || x-last > gap) {
			if last+1-start >= long && ink*4 >= (last+1-start)*3 {
				open = addRun(open, stroke{start, last + 1, y, y + 1, ink, float64(ink) / float64(last+1-start)}, thick)
			}
			start = -1
		}
	}
	return open
}

func addRun(open []stroke, run stroke, thick int) []stroke {
	for i := range open {
		s := &open[i]
		// A row of print right below a ruling is no part of it.
		thin := max(thick, 8) + max(s.to-s.from, run.to-run.from)/800
		if run.from <= s.to+2 && s.from <= run.to+2 && run.bottom-s.top <= thin {
			s.from, s.to = min(s.from, run.from), max(s.to, run.to)
			s.bottom, s.ink, s.whole = run.bottom, s.ink+run.ink, max(s.whole, run.whole)
			return open
		}
	}
	return append(open, run)
}

// lattice keeps the strokes that are lines of tables, joins the pieces of
// broken ones and makes them end on each other.
func lattice(across, down []stroke, w, h int) ([]stroke, []stroke) {
	near := max(max(w, h)/700, 3)
	across = join(across, nil, near)
	down = join(down, across, near)
	snap(across, down, 2*near)
	snap(down, across, 2*near)
	across, down = held(across, down, near), held(down, across, near)
	groups := newGroups(len(across) + len(down))
	for i, a := range across {
		for j, d := range down {
			if meet(a, d, near) {
				groups.join(i, len(across)+j)
			}
		}
	}
	longest := map[int]int{}
	for i, a := range across {
		root := groups.root(i)
		longest[root] = max(longest[root], a.to-a.from)
	}
	// The strokes of large characters cross as well, but none is so long.
	isTable := func(i int) bool { return longest[groups.root(i)] > max(w/8, 60) }
	var keptAcross, keptDown []stroke
	for i, a := range across {
		if isTable(i) {
			keptAcross = append(keptAcross, a)
		}
	}
	for j, d := range down {
		if isTable(len(across) + j) {
			keptDown = append(keptDown, d)
		}
	}
	return keptAcross, keptDown
}

// join makes one stroke of pieces that continue each other. Pieces on both sides
// of a stroke across stay apart: one of them may be print above a table.
func join(strokes, across []stroke, near int) []stroke {
	slices.SortFunc(strokes, func(a, b stroke) int {
		return cmp.Or(cmp.Compare(a.top+a.bottom, b.top+b.bottom), cmp.Compare(a.from, b.from))
	})
	for changed := true; changed; {
		changed = false
		for i := 0; i < len(strokes); i++ {
			for j := i + 1; j < len(strokes) && strokes[j].middle()-strokes[i].middle() <= float64(near); {
				a, b := strokes[i], strokes[j]
				if b.from <= a.to+4*near && a.from <= b.to+4*near && !parted(a, b, across, near) {
					strokes[i] = stroke{min(a.from, b.from), max(a.to, b.to), min(a.top, b.top), max(a.bottom, b.bottom), a.ink + b.ink, max(a.whole, b.whole)}
					strokes = slices.Delete(strokes, j, j+1)
					changed = true
				} else {
					j++
				}
			}
		}
	}
	return strokes
}

// parted reports whether a stroke across lies where two pieces leave a gap.
func parted(a, b stroke, across []stroke, near int) bool {
	from, to := min(a.to, b.to), max(a.from, b.from)
	return from < to && slices.ContainsFunc(across, func(c stroke) bool {
		at := int(c.middle())
		return at >= from-near && at <= to+near && meet(c, stroke{from: from, to: to, top: a.top, bottom: a.bottom}, near)
	})
}

// held keeps the strokes that end on others at both ends, or are too long for
// anything but a ruling. A page break leaves rows open: there strokes that end on
// the same one must end beside each other on the open side.
func held(strokes, across []stroke, near int) (kept []stroke) {
	ends := make([]struct{ from, to bool }, len(strokes))
	for i, s := range strokes {
		for _, c := range across {
			if meet(s, c, near) {
				at := int(c.middle())
				ends[i].from = ends[i].from || abs(s.from-at) <= 2*near
				ends[i].to = ends[i].to || abs(s.to-at) <= 2*near
			}
		}
	}
	// beside counts the others that end where a stroke ends.
	beside := func(s stroke) (count int) {
		for i, t := range strokes {
			if (ends[i].from || ends[i].to) && abs(s.from-t.from) <= near && abs(s.to-t.to) <= near {
				count++
			}
		}
		return count - 1
	}
	for i, s := range strokes {
		if end := ends[i]; end.from && end.to || s.to-s.from > 50*near || (end.from || end.to) && beside(s) >= 2 {
			kept = append(kept, s)
		}
	}
	return kept
}

// snap moves the ends of strokes to the middle of the strokes across that they
// nearly reach.
func snap(strokes, across []stroke, near int) {
	for i := range strokes {
		s := &strokes[i]
		from, to := math.MaxInt, math.MaxInt
		for _, c := range across {
			at := int(c.middle())
			if m := s.middle(); m < float64(c.from-near) || m > float64(c.to+near) {
				continue
			}
			if d := abs(s.from - at); d <= near && d < abs(s.from-from) {
				from = at
			}
			if d := abs(s.to - at); d <= near && d < abs(s.to-to) {
				to = at
			}
		}
		if from != math.MaxInt {
			s.from = from
		}
		if to != math.MaxInt {
			s.to = to
		}
	}
}

func abs(n int) int { return max(n, -n) }

// meet reports whether two strokes at right angles touch.
func meet(a, d stroke, near int) bool {
	x, y := int(d.middle()), int(a.middle())
	return x >= a.from-near && x <= a.to+near && y >= d.from-near && y <= d.to+near
}

// rules gives the strokes as rulings of a page.
func rules(across, down []stroke) (all []page.Rule) {
	for _, s := range across {
		all = append(all, page.Rule{Left: float64(s.from), Right: float64(s.to), Top: s.middle(), Bottom: s.middle()})
	}
	for _, s := range down {
		all = append(all, page.Rule{Top: float64(s.from), Bottom: float64(s.to), Left: s.middle(), Right: s.middle()})
	}
	return all
}

// eraseStrokes paints the rulings white, with the blur along them.
func (g *gray) eraseStrokes(across, down []stroke) {
	for _, s := range across {
		g.erase(rect{s.from, s.top, s.to, s.bottom}.grow(1))
	}
	for _, s := range down {
		g.erase(rect{s.top, s.from, s.bottom, s.to}.grow(1))
	}
}

// groups is a union-find.
type groups []int

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = i
	}
	return g
}

func (g groups) root(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) join(i, j int) { g[g.root(i)] = g.root(j) }
