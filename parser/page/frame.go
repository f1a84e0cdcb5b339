package page

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of what is looked at on one page. What draws more is a drawing, and its
// rulings make no frames.
const (
	maxRules   = 20_000 // pieces of rulings
	maxStrokes = 2_000  // rulings
	maxFields  = 20_000 // fields of one table's grid
	maxRounds  = 50     // rounds until all cells are rectangles
)

// Frames finds the tables that the rulings of a page draw, from top to bottom.
//
// Rulings that touch belong to one table. Their places, clustered, are the
// borders of its rows and columns; two neighbouring fields of that grid with no
// ruling between them are one cell. A border that runs past the last ruling
// across it is an open end: a page break cuts tables so.
func Frames(p Page) []Frame {
	tol := p.tolerance()
	if len(p.Rules) > maxRules || tol <= 0 {
		return nil
	}
	flat, upright := mergeRules(p.Rules, tol)
	if len(flat)+len(upright) > maxStrokes {
		return nil
	}
	var frames []Frame
	for _, t := range touching(flat, upright, tol) {
		if f, ok := t.frame(tol); ok {
			frames = append(frames, f)
		}
	}
	slices.SortStableFunc(frames, func(a, b Frame) int { return cmp.Or(cmp.Compare(a.Top, b.Top), cmp.Compare(a.Left, b.Left)) })
	return frames
}

// stroke is a ruling in its own direction: at is its place across, from and to
// its ends along.
type stroke struct{ at, from, to float64 }

// mergeRules sorts rulings by direction and joins the pieces of one border.
func mergeRules(rules []Rule, tol float64) (flat, upright []stroke) {
	for _, r := range rules {
		wide, high := math.Abs(r.Right-r.Left), math.Abs(r.Bottom-r.Top)
		switch {
		case wide >= high && wide > 0:
			flat = append(flat, stroke{(r.Top + r.Bottom) / 2, min(r.Left, r.Right), max(r.Left, r.Right)})
		case high > 0:
			upright = append(upright, stroke{(r.Left + r.Right) / 2, min(r.Top, r.Bottom), max(r.Top, r.Bottom)})
		}
	}
	return joinPieces(flat, tol), joinPieces(upright, tol)
}

// joinPieces joins strokes that continue each other. Pieces shorter than the
// tolerance are dots of a drawing unless they continue something.
func joinPieces(strokes []stroke, tol float64) []stroke {
	slices.SortFunc(strokes, func(a, b stroke) int { return cmp.Compare(a.at, b.at) })
	var joined []stroke
	for start := 0; start < len(strokes); {
		end := start + 1
		for end < len(strokes) && strokes[end].at-strokes[end-1].at <= tol/3 && strokes[end].at-strokes[start].at <= tol {
			end++
		}
		joined = append(joined, joinRun(strokes[start:end], tol)...)
		start = end
	}
	return joined
}

// joinRun joins strokes at one place across.
func joinRun(run []stroke, tol float64) []stroke {
	slices.SortFunc(run, func(a, b stroke) int { return cmp.Compare(a.from, b.from) })
	joined := []stroke{run[0]}
	for _, s := range run[1:] {
		last := &joined[len(joined)-1]
		if s.from-last.to <= tol {
			last.to = max(last.to, s.to)
		} else {
			joined = append(joined, s)
		}
	}
	return slices.DeleteFunc(joined, func(s stroke) bool { return s.to-s.from <= tol })
}

// web is rulings that touch each other.
type web struct{ flat, upright []stroke }

// touching groups rulings that touch, those in groups of one direction left out.
func touching(flat, upright []stroke, tol float64) []web {
	group := newUnion(len(flat) + len(upright))
	// Uprights in order of their place are looked up by each flat ruling.
	slices.SortFunc(upright, func(a, b stroke) int { return cmp.Compare(a.at, b.at) })
	for i, f := range flat {
		first, _ := slices.BinarySearchFunc(upright, f.from-tol, func(s stroke, at float64) int { return cmp.Compare(s.at, at) })
		for j := first; j < len(upright) && upright[j].at <= f.to+tol; j++ {
			if upright[j].from-tol <= f.at && f.at <= upright[j].to+tol {
				group.join(i, len(flat)+j)
			}
		}
	}
	byRoot := map[int]*web{}
	var order []int
	of := func(i int) *web {
		root := group.root(i)
		if byRoot[root] == nil {
			byRoot[root] = &web{}
			order = append(order, root)
		}
		return byRoot[root]
	}
	for i, f := range flat {
		of(i).flat = append(of(i).flat, f)
	}
	for j, u := range upright {
		of(len(flat) + j).upright = append(of(len(flat)+j).upright, u)
	}
	var webs []web
	for _, root := range order {
		if w := byRoot[root]; len(w.flat) > 0 && len(w.upright) > 0 {
			webs = append(webs, *w)
		}
	}
	return webs
}

// frame makes the cells of a web of rulings.
func (w web) frame(tol float64) (Frame, bool) {
	f := Frame{}
	f.OpenTop, f.OpenBottom = w.close(tol)
	g := &lattice{xs: cluster(w.upright, tol), ys: cluster(w.flat, tol)}
	if len(g.xs) < 2 || len(g.ys) < 2 || g.rows()*g.cols() > maxFields {
		return Frame{}, false
	}
	g.draw(w, tol)
	f.Left, f.Right = g.xs[0], g.xs[len(g.xs)-1]
	f.Top, f.Bottom = g.ys[0], g.ys[len(g.ys)-1]
	f.Cells = g.cells()
	return f, len(f.Cells) > 0
}

// close adds the borders that a table lacks at its edges: where flat rulings run
// past the outermost upright one, and the other way round.
func (w *web) close(tol float64) (openTop, openBottom bool) {
	left, right := ends(w.flat)
	top, bottom := ends(w.upright)
	first, last := span(w.upright)
	highest, lowest := span(w.flat)
	if left < first-2*tol {
		w.upright = append(w.upright, stroke{left, min(top, highest), max(bottom, lowest)})
	}
	if right > last+2*tol {
		w.upright = append(w.upright, stroke{right, min(top, highest), max(bottom, lowest)})
	}
	if openTop = top < highest-2*tol; openTop {
		w.flat = append(w.flat, stroke{top, min(left, first), max(right, last)})
	}
	if openBottom = bottom > lowest+2*tol; openBottom {
		w.flat = append(w.flat, stroke{bottom, min(left, first), max(right, last)})
	}
	return openTop, openBottom
}

// ends is how far strokes reach along their direction.
func ends(strokes []stroke) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, s := range strokes {
		from, to = min(from, s.from), max(to, s.to)
	}
	return from, to
}

// span is how far strokes reach across their direction.
func span(strokes []stroke) (first, last float64) {
	first, last = math.Inf(1), math.Inf(-1)
	for _, s := range strokes {
		first, last = min(first, s.at), max(last, s.at)
	}
	return first, last
}

// cluster gives the places of strokes, those within the tolerance as one.
func cluster(strokes []stroke, tol float64) []float64 {
	slices.SortFunc(strokes, func(a, b stroke) int { return cmp.Compare(a.at, b.at) })
	var places []float64
	sum, count := 0.0, 0
	for i, s := range strokes {
		if i > 0 && s.at-strokes[i-1].at > tol {
			places = append(places, sum/float64(count))
			sum, count = 0, 0
		}
		sum += s.at
		count++
	}
	if count > 0 {
		places = append(places, sum/float64(count))
	}
	return places
}

// lattice is the grid of all borders of a table. Field (row, col) lies between
// ys[row] and ys[row+1], xs[col] and xs[col+1].
type lattice struct {
	xs, ys []float64
	// above[row][col] is true if a ruling stands above the field; row len(ys)-1
	// is the ruling below the last. left is the same to the left.
	above, left [][]bool
}

func (g *lattice) rows() int { return len(g.ys) - 1 }
func (g *lattice) cols() int { return len(g.xs) - 1 }

func (g *lattice) draw(w web, tol float64) {
	g.above = make([][]bool, g.rows()+1)
	for i := range g.above {
		g.above[i] = make([]bool, g.cols())
	}
	g.left = make([][]bool, g.rows())
	for i := range g.left {
		g.left[i] = make([]bool, g.cols()+1)
	}
	for _, s := range w.flat {
		row := nearest(g.ys, s.at)
		for col := range g.cols() {
			if covers(s, g.xs[col], g.xs[col+1], tol) {
				g.above[row][col] = true
			}
		}
	}
	for _, s := range w.upright {
		col := nearest(g.xs, s.at)
		for row := range g.rows() {
			if covers(s, g.ys[row], g.ys[row+1], tol) {
				g.left[row][col] = true
			}
		}
	}
}

// covers reports whether a stroke runs along a whole side of a field. Rulings
// that end in its middle, an underline say, are no border of it.
func covers(s stroke, from, to, tol float64) bool {
	slack := max(tol, (to-from)*0.2)
	return s.from <= from+slack && s.to >= to-slack
}

func nearest(places []float64, at float64) int {
	i, _ := slices.BinarySearch(places, at)
	if i == len(places) || i > 0 && at-places[i-1] < places[i]-at {
		i--
	}
	return i
}

// cells joins fields without a ruling between them. A cell is a rectangle: where
// rulings are missing so that the fields make another shape, it grows to the
// rectangle around it, and everything in there is one cell. What is open to the
// outside is none.
func (g *lattice) cells() []FrameCell {
	rows, cols := g.rows(), g.cols()
	field := func(row, col int) int { return row*cols + col }
	outside := rows * cols
	u := newUnion(rows*cols + 1)
	for row := range rows {
		for col := range cols {
			if !g.above[row][col] {
				if row == 0 {
					u.join(field(row, col), outside)
				} else {
					u.join(field(row, col), field(row-1, col))
				}
			}
			if !g.left[row][col] {
				if col == 0 {
					u.join(field(row, col), outside)
				} else {
					u.join(field(row, col), field(row, col-1))
				}
			}
		}
	}
	for col := range cols {
		if !g.above[rows][col] {
			u.join(field(rows-1, col), outside)
		}
	}
	for row := range rows {
		if !g.left[row][cols] {
			u.join(field(row, cols-1), outside)
		}
	}
	return g.rectangles(u, outside)
}

// rectangles makes every joined set of fields a rectangle.
func (g *lattice) rectangles(u *union, outside int) []FrameCell {
	rows, cols := g.rows(), g.cols()
	for range maxRounds {
		boxes := map[int]*FrameCell{}
		for row := range rows {
			for col := range cols {
				root := u.root(row*cols + col)
				if b := boxes[root]; b == nil {
					boxes[root] = &FrameCell{Row: row, Col: col, Rows: 1, Cols: 1}
				} else {
					b.include(row, col)
				}
			}
		}
		delete(boxes, u.root(outside))
		grown := false
		for root, b := range boxes {
			for row := b.Row; row < b.Row+b.Rows; row++ {
				for col := b.Col; col < b.Col+b.Cols; col++ {
					if inside := row*cols + col; u.root(inside) != u.root(outside) {
						grown = u.join(root, inside) || grown
					}
				}
			}
		}
		if !grown {
			return g.measured(boxes)
		}
	}
	return nil
}

func (c *FrameCell) include(row, col int) {
	right, bottom := max(c.Col+c.Cols, col+1), max(c.Row+c.Rows, row+1)
	c.Row, c.Col = min(c.Row, row), min(c.Col, col)
	c.Rows, c.Cols = bottom-c.Row, right-c.Col
}

func (g *lattice) measured(boxes map[int]*FrameCell) []FrameCell {
	cells := make([]FrameCell, 0, len(boxes))
	for _, b := range boxes {
		b.Left, b.Right = g.xs[b.Col], g.xs[b.Col+b.Cols]
		b.Top, b.Bottom = g.ys[b.Row], g.ys[b.Row+b.Rows]
		cells = append(cells, *b)
	}
	slices.SortFunc(cells, func(a, b FrameCell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col)) })
	return cells
}

// union is a set of disjoint sets of numbers.
type union struct{ parent []int }

func newUnion(n int) *union {
	u := &union{make([]int, n)}
	for i := range u.parent {
		u.parent[i] = i
	}
	return u
}

func (u *union) root(i int) int {
	for u.parent[i] != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = u.parent[i]
	}
	return i
}

// join makes one set of two and reports whether they were two.
func (u *union) join(a, b int) bool {
	a, b = u.root(a), u.root(b)
	if a == b {
		return false
	}
	u.parent[max(a, b)] = min(a, b)
	return true
}
