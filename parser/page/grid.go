package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"gongkai/report"
)

// unclear stands in a cell for text that cannot be told to be all of the cell's
// own and nothing else: it is no number and no label.
const unclear = "\uFFFD"

// contents is what is printed in the cells of a frame.
type contents struct {
	frame  *Frame
	glyphs [][]Glyph // of each cell
	over   []bool    // text runs over a border of the cell
	ink    []bool    // something is drawn in the cell
	// printed are the cells of the grid that table made, one for each of the frame.
	printed []*report.Cell
	// padding is the space between text and border that the table keeps, 0 if it
	// cannot be told.
	padding float64
}

// pour puts glyphs into the cells that their middles lie in.
func pour(f *Frame, glyphs []Glyph) contents {
	c := contents{frame: f, glyphs: make([][]Glyph, len(f.Cells)), over: make([]bool, len(f.Cells)), ink: make([]bool, len(f.Cells))}
	at := make([]int, len(glyphs))
	for i, g := range glyphs {
		at[i] = f.cellAt((g.Left+g.Right)/2, g.middle())
		if at[i] >= 0 {
			c.glyphs[at[i]] = append(c.glyphs[at[i]], g)
		}
	}
	c.findOverruns(glyphs, at)
	c.measurePadding()
	return c
}

// cellAt is the number of the cell at a place, -1 if there is none.
func (f *Frame) cellAt(x, y float64) int {
	for i := range f.Cells {
		if c := &f.Cells[i]; c.Left <= x && x < c.Right && c.Top <= y && y < c.Bottom {
			return i
		}
	}
	return -1
}

// findOverruns marks the cells between which a word runs across the border: a
// long number that its cell has no room for, say. Which part is whose is not
// visible.
func (c *contents) findOverruns(glyphs []Glyph, at []int) {
	order := make([]int, len(glyphs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(glyphs[a].Left, glyphs[b].Left) })
	// For each line of print, by its middle, the last glyph seen.
	last := map[int]int{}
	for _, i := range order {
		g := &glyphs[i]
		key := int(g.middle() / max(g.Size/2, 1))
		for k := key - 1; k <= key+1; k++ {
			before, seen := last[k]
			if seen && at[before] != at[i] && c.continues(&glyphs[before], g) {
				for _, cell := range []int{at[before], at[i]} {
					if cell >= 0 {
						c.over[cell] = true
					}
				}
			}
		}
		last[key] = i
	}
}

// continues reports whether two glyphs on both sides of a border are printed as
// one word.
func (c *contents) continues(a, b *Glyph) bool {
	common := min(a.Bottom, b.Bottom) - max(a.Top, b.Top)
	if a.Turned != 0 || b.Turned != 0 || common < 0.6*min(a.Bottom-a.Top, b.Bottom-b.Top) {
		return false
	}
	return b.Left-a.end() < 0.1*max(a.Size, b.Size)
}

// table writes the cells of the frame as a grid.
func (c *contents) table(number, page int) *report.Table {
	at := report.Pos{Page: page, Table: number}
	table := &report.Table{Layout: report.Grid, At: at}
	table.At.Box = box(c.frame.Left, c.frame.Top, c.frame.Right, c.frame.Bottom)
	row := -1
	texts := make([]string, len(c.frame.Cells))
	for i := range texts {
		texts[i] = c.text(i)
	}
	c.doubtNeighbours(texts)
	for i := range c.frame.Cells {
		cell := &c.frame.Cells[i]
		if cell.Row != row {
			row = cell.Row
			table.Rows = append(table.Rows, nil)
			at.Row, at.Col = len(table.Rows), 0
		}
		at.Col++
		at.Box = box(cell.Left, cell.Top, cell.Right, cell.Bottom)
		printed := report.Cell{Text: texts[i], Confidence: c.confidence(i)}
		printed.At, printed.Cols, printed.Rows = at, several(cell.Cols), several(cell.Rows)
		table.Rows[len(table.Rows)-1] = append(table.Rows[len(table.Rows)-1], printed)
	}
	for _, row := range table.Rows {
		for i := range row {
			c.printed = append(c.printed, &row[i])
		}
	}
	return table
}

func several(n int) int {
	if n == 1 {
		return 0
	}
	return n
}

func box(left, top, right, bottom float64) report.Box {
	return report.Box{Left: round(left), Top: round(top), Right: round(right), Bottom: round(bottom)}
}

func round(x float64) int { return int(math.Round(min(max(x, -1e6), 1e6))) }

// text is what is printed in a cell, line by line. A line that the cell had no
// room to print further goes on in the next.
func (c *contents) text(i int) string {
	all := lines(upright(c.glyphs[i]))
	texts := make([]string, 0, len(all)+1)
	for j := range all {
		if j > 0 && c.wraps(i, &all[j-1], &all[j]) {
			texts[len(texts)-1] += all[j].text()
		} else {
			texts = append(texts, all[j].text())
		}
	}
	if c.over[i] || isMixed(c.glyphs[i]) || isTurnedNumber(c.glyphs[i]) {
		texts = append(texts, unclear)
	}
	if c.ink[i] {
		texts = append(texts, inkMark)
	}
	return strings.Join(texts, "\n")
}

// confidence is the least confidence of what is printed in a cell.
func (c *contents) confidence(i int) int { return confidence([]line{{glyphs: c.glyphs[i]}}) }

// isTurnedNumber reports whether a number stands on its side or head: 6 and 9
// cannot be told then, and nobody prints figures so.
func isTurnedNumber(glyphs []Glyph) bool {
	return len(glyphs) > 0 && glyphs[0].Turned != 0 && !slices.ContainsFunc(glyphs, func(g Glyph) bool {
		return strings.ContainsFunc(g.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
}

// wraps reports whether a line ends only because the next character had no room
// in the cell.
func (c *contents) wraps(i int, l, next *line) bool {
	cell := &c.frame.Cells[i]
	if len(next.glyphs) == 0 || next.glyphs[0].Confidence > 0 || len(l.glyphs) < 2 {
		return false
	}
	first := &next.glyphs[0]
	room := cell.Right - cell.Left - 2*c.padding - (l.right - l.left)
	return room < first.end()-first.Left
}

// measurePadding finds the space that the table keeps between text and border:
// the least that any text leaves.
func (c *contents) measurePadding() {
	c.padding = math.Inf(1)
	for i, glyphs := range c.glyphs {
		cell := &c.frame.Cells[i]
		left, right := math.Inf(1), math.Inf(-1)
		for _, g := range glyphs {
			left, right = min(left, g.Left), max(right, g.end())
		}
		if len(glyphs) > 0 {
			c.padding = min(c.padding, min(left-cell.Left, cell.Right-right))
		}
	}
	c.padding = max(c.padding, 0)
}

// isMixed reports whether glyphs run in several directions.
func isMixed(glyphs []Glyph) bool {
	return slices.ContainsFunc(glyphs, func(g Glyph) bool { return g.Turned != glyphs[0].Turned })
}

// upright turns the glyphs of a cell whose writing is turned, so that its lines
// can be read like any others.
func upright(glyphs []Glyph) []Glyph {
	if len(glyphs) == 0 || glyphs[0].Turned == 0 {
		return glyphs
	}
	turned := slices.Clone(glyphs)
	for i := range turned {
		turned[i].turn(-turned[i].Turned)
	}
	return turned
}

// turn turns a glyph around the origin by a multiple of 90 degrees clockwise.
func (g *Glyph) turn(degrees int) {
	for degrees = (degrees%360 + 360) % 360; degrees > 0; degrees -= 90 {
		g.Left, g.Top, g.Right, g.Bottom = -g.Bottom, g.Left, -g.Top, g.Right
		g.Turned = (g.Turned + 90) % 360
	}
}
