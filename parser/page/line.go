package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/report"
)

// line is glyphs that stand beside each other, from left to right.
type line struct {
	glyphs                   []Glyph
	left, top, right, bottom float64
	size                     float64 // of most of its glyphs
	below                    []line  // more lines of the same cell, in a table without rulings
}

// Gaps between neighbouring glyphs, in parts of the size of the font. Letters of
// a word, and digits of a number, are printed without any; a space is a quarter
// wide at least.
const (
	spaceGap  = 0.2 // shows as a space
	columnGap = 1.0 // divides the cells of a table without borders
)

// shown gives the glyphs that print something, as the characters they look like.
// A space shows as the gap that it leaves, whatever a document writes to make one.
func shown(glyphs []Glyph) []Glyph {
	seen := make([]Glyph, 0, len(glyphs))
	for _, g := range glyphs {
		if strings.TrimFunc(g.Text, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cf) }) != "" {
			g.Text = character(g.Text)
			seen = append(seen, g)
		}
	}
	return seen
}

// lines groups glyphs into lines by their height on the page. Glyphs of a line
// overlap in height by half; a small raised one belongs to the line too.
func lines(glyphs []Glyph) []line {
	sorted := slices.Clone(glyphs)
	slices.SortStableFunc(sorted, func(a, b Glyph) int { return cmp.Compare(a.Top+a.Bottom, b.Top+b.Bottom) })
	var all []line
	for _, g := range sorted {
		if l := lineFor(all, g); l != nil {
			l.take(g)
			continue
		}
		l := line{top: g.Top, bottom: g.Bottom, left: g.Left, right: g.Right}
		l.take(g)
		all = append(all, l)
	}
	for i := range all {
		all[i].finish()
	}
	return all
}

// lookBack is how many of the last lines a glyph may belong to: lines of small
// and large print side by side are few.
const lookBack = 3

func lineFor(all []line, g Glyph) *line {
	for i := len(all) - 1; i >= max(0, len(all)-lookBack); i-- {
		l := &all[i]
		common := min(l.bottom, g.Bottom) - max(l.top, g.Top)
		if common > 0.5*min(l.bottom-l.top, g.Bottom-g.Top) && math.Abs(l.middle()-g.middle()) < 0.5*max(l.bottom-l.top, g.Bottom-g.Top) {
			return l
		}
	}
	return nil
}

func (g *Glyph) middle() float64 { return (g.Top + g.Bottom) / 2 }
func (l *line) middle() float64  { return (l.top + l.bottom) / 2 }

// take adds a glyph. The line keeps the height of its largest print, so that a
// chain of slightly shifted glyphs does not join two lines.
func (l *line) take(g Glyph) {
	if g.Bottom-g.Top > l.bottom-l.top {
		l.top, l.bottom = g.Top, g.Bottom
	}
	l.left, l.right = min(l.left, g.Left), max(l.right, g.Right)
	l.glyphs = append(l.glyphs, g)
}

func (l *line) finish() {
	slices.SortStableFunc(l.glyphs, func(a, b Glyph) int { return cmp.Compare(a.Left, b.Left) })
	sizes := make([]float64, len(l.glyphs))
	for i, g := range l.glyphs {
		sizes[i] = g.Size
	}
	slices.Sort(sizes)
	l.size = max(sizes[len(sizes)/2], 0.1)
}

// text writes the line, with a space where one is seen.
func (l *line) text() string {
	var b strings.Builder
	for i, part := range l.chunks(columnGap) {
		if i > 0 {
			b.WriteString("  ")
		}
		part.write(&b)
	}
	return b.String()
}

// chunks divides the line where a gap is as wide as so many characters.
func (l *line) chunks(gap float64) []line {
	var parts []line
	start := 0
	for i := 1; i <= len(l.glyphs); i++ {
		if i == len(l.glyphs) || l.gap(i) >= gap*l.size {
			parts = append(parts, line{glyphs: l.glyphs[start:i], top: l.top, bottom: l.bottom, size: l.size, left: l.glyphs[start].Left, right: l.glyphs[i-1].Right})
			start = i
		}
	}
	return parts
}

// gap is the empty space before the glyph with the number. Fonts that state no
// widths make every glyph as wide as its size, which no digit is.
func (l *line) gap(i int) float64 {
	return l.glyphs[i].Left - l.glyphs[i-1].end()
}

func (g *Glyph) end() float64 {
	if len(g.Text) == 1 && g.Confidence == 0 {
		return min(g.Right, g.Left+0.7*g.Size)
	}
	return g.Right
}

func (l *line) write(b *strings.Builder) {
	raised := false
	for i, g := range l.glyphs {
		if i > 0 && l.gap(i) >= spaceGap*l.size {
			b.WriteByte(' ')
		}
		if i > 0 && isWoven(&l.glyphs[i-1], &g) {
			b.WriteString(unclear)
		}
		if now := g.struck || l.isRaised(i); now != raised {
			raised = now
			b.WriteString(bracket(raised))
		}
		b.WriteString(g.Text)
	}
	if raised {
		b.WriteString(bracket(false))
	}
}

// bracket marks text that is not one with the text around it, as decoders do
// for footnote marks everywhere.
func bracket(open bool) string {
	if open {
		return "〔"
	}
	return "〕"
}

// isRaised tells a footnote mark: clearly smaller print, off the middle; beside a
// digit any difference in size or height is one.
func (l *line) isRaised(i int) bool {
	g := &l.glyphs[i]
	if g.Confidence > 0 || !isAlphanumeric(g.Text) {
		return false
	}
	off := math.Abs(g.middle() - l.middle())
	if g.Size < 0.75*l.size && off > 0.12*l.size {
		return true
	}
	if !isDigit(g.Text) || !(i > 0 && isDigit(l.glyphs[i-1].Text)) && !(i+1 < len(l.glyphs) && isDigit(l.glyphs[i+1].Text)) {
		return false
	}
	largest := 0.0
	for _, other := range l.glyphs {
		largest = max(largest, other.Size)
	}
	return g.Size < 0.92*largest && off > 0.05*largest || off > 0.2*largest
}

func isDigit(s string) bool { return len(s) == 1 && s[0] >= '0' && s[0] <= '9' }

// isWoven reports whether two digits are printed over each other.
func isWoven(a, b *Glyph) bool {
	return isDigit(a.Text) && isDigit(b.Text) && a.Confidence == 0 && b.Left-a.Left < 0.25*min(a.Size, b.Size)
}

func isAlphanumeric(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' || r >= '①' && r <= '⑳'
}

// confidence is the least confidence of recognised glyphs; 0 if all were read.
func confidence(all []line) (least int) {
	for _, l := range all {
		for _, g := range l.glyphs {
			least = report.LessSure(least, g.Confidence)
		}
	}
	return least
}
