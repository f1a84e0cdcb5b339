package page

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gongkai/parser/blocks"
)

// Not everything that stands in a cell is a glyph: a line may strike a number
// out, a picture or a drawing may show one. A reader of the page sees that the
// cell is not empty, or not what its glyphs say.

// strike marks the glyphs that a flat ruling runs through, and returns the other
// rulings: what runs through print is no border.
func strike(glyphs []Glyph, rules []Rule) []Rule {
	slices.SortStableFunc(glyphs, func(a, b Glyph) int { return cmp.Compare(a.middle(), b.middle()) })
	tallest := 0.0
	for _, g := range glyphs {
		tallest = max(tallest, g.Bottom-g.Top)
	}
	kept := make([]Rule, 0, len(rules))
	for _, r := range rules {
		if r.Right-r.Left < math.Abs(r.Bottom-r.Top) || !strikeWith(glyphs, r, tallest) {
			kept = append(kept, r)
		}
	}
	return kept
}

// strikeWith marks the glyphs that the ruling runs through, and reports whether
// there are any.
func strikeWith(glyphs []Glyph, r Rule, tallest float64) (struck bool) {
	y := (r.Top + r.Bottom) / 2
	first, _ := slices.BinarySearchFunc(glyphs, y-tallest/2, func(g Glyph, at float64) int { return cmp.Compare(g.middle(), at) })
	for i := first; i < len(glyphs) && glyphs[i].middle() <= y+tallest/2; i++ {
		g := &glyphs[i]
		through := math.Abs(y-g.middle()) < 0.2*(g.Bottom-g.Top)
		along := min(r.Right, g.Right) - max(r.Left, g.Left)
		if through && along > 0.5*(g.Right-g.Left) && g.Turned == 0 && g.Confidence == 0 {
			g.struck, struck = true, true
		}
	}
	return struck
}

// markInk marks the cells in which something is drawn.
func (c *contents) markInk(p *Page) {
	for _, ink := range p.Ink {
		c.markArea(ink)
	}
	if slices.ContainsFunc(p.Glyphs, func(g Glyph) bool { return g.Confidence > 0 }) {
		return // rulings found in pixels may be strokes of characters
	}
	tol := p.tolerance()
	for _, r := range p.Rules {
		if i := c.frame.cellAt((r.Left+r.Right)/2, (r.Top+r.Bottom)/2); i >= 0 && c.isLoose(i, r, tol) {
			c.ink[i] = true
		}
	}
}

// markArea marks the cells that a picture or a drawing lies in: an empty cell of
// which it covers a good part, or any cell that it lies in as a whole.
func (c *contents) markArea(ink Area) {
	for i := range c.frame.Cells {
		cell := &c.frame.Cells[i]
		wide := min(ink.Right, cell.Right) - max(ink.Left, cell.Left)
		high := min(ink.Bottom, cell.Bottom) - max(ink.Top, cell.Top)
		if wide <= 0 || high <= 0 {
			continue
		}
		size := (ink.Right - ink.Left) * (ink.Bottom - ink.Top)
		inside := wide*high > 0.5*size
		covers := wide*high > 0.2*(cell.Right-cell.Left)*(cell.Bottom-cell.Top)
		if inside || covers && len(c.glyphs[i]) == 0 {
			c.ink[i] = true
		}
	}
}

// isLoose reports whether a ruling stands in a cell by itself: it is no border of
// the cell and no line below print.
func (c *contents) isLoose(i int, r Rule, tol float64) bool {
	cell := &c.frame.Cells[i]
	if long := max(r.Right-r.Left, r.Bottom-r.Top); long <= tol {
		return false
	}
	x, y := (r.Left+r.Right)/2, (r.Top+r.Bottom)/2
	flat := r.Right-r.Left >= r.Bottom-r.Top
	if flat && (y < cell.Top+tol || y > cell.Bottom-tol || r.Left < cell.Left-tol || r.Right > cell.Right+tol) ||
		!flat && (x < cell.Left+tol || x > cell.Right-tol || r.Top < cell.Top-tol || r.Bottom > cell.Bottom+tol) {
		return false
	}
	return !flat || !slices.ContainsFunc(c.glyphs[i], func(g Glyph) bool {
		return g.Left < r.Right && r.Left < g.Right && math.Abs(y-g.Bottom) < 0.5*(g.Bottom-g.Top)
	})
}

// doubtNeighbours marks empty cells beside one that holds several numbers: one of
// them may be theirs.
func (c *contents) doubtNeighbours(texts []string) {
	for i, text := range texts {
		if !isSeveral(text) || c.confidence(i) > 0 {
			continue // recognised numbers of two lines are one that had no room
		}
		a := &c.frame.Cells[i]
		for j := range texts {
			b := &c.frame.Cells[j]
			beside := (a.Row+a.Rows == b.Row || b.Row+b.Rows == a.Row) && a.Col < b.Col+b.Cols && b.Col < a.Col+a.Cols ||
				(a.Col+a.Cols == b.Col || b.Col+b.Cols == a.Col) && a.Row < b.Row+b.Rows && b.Row < a.Row+a.Rows
			if beside && texts[j] == "" {
				texts[j] = unclear
			}
		}
	}
}

// isSeveral reports whether a text is two numbers or more.
func isSeveral(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool { return !isNumber(w) })
}

// inkMark stands in a cell for what is drawn there.
const inkMark = blocks.PictureMark
