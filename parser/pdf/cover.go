package pdf

import (
	"math"
	"slices"

	"gongkai/parser/page"
)

// ground is a shape that text may be printed on.
type ground struct {
	box   box
	white bool
	plain bool // a rectangle in one colour, and not something with holes
	tone  tone
}

// tone is a colour on a screen in parts of 255, near enough to tell whether two
// can be told apart.
type tone struct{ red, green, blue uint8 }

func (t tone) near(u tone) bool {
	const same = 12
	far := func(a, b uint8) bool { return max(a, b)-min(a, b) > same }
	return !far(t.red, u.red) && !far(t.green, u.green) && !far(t.blue, u.blue)
}

// tone is the colour of the operands. Where the space does not tell, it is the
// same for all, and the paint counts as a pattern.
func (c *content) tone(s space) tone {
	part := func(n float64) uint8 { return uint8(math.Round(255 * min(max(n, 0), 1))) }
	switch s {
	case gray:
		if n, ok := c.numbers(1); ok {
			return tone{part(n[0].n), part(n[0].n), part(n[0].n)}
		}
	case rgb:
		if n, ok := c.numbers(3); ok {
			return tone{part(n[0].n), part(n[1].n), part(n[2].n)}
		}
	case cmyk:
		if n, ok := c.numbers(4); ok {
			left := 1 - n[3].n
			return tone{part((1 - n[0].n) * left), part((1 - n[1].n) * left), part((1 - n[2].n) * left)}
		}
	}
	return tone{}
}

// toned reports whether the colour of a paint is known.
func (p paint) toned() bool { return !p.pattern && p.space <= cmyk }

// maxGrounds bounds the shapes that are remembered. Where there are more, text
// counts as seen.
const maxGrounds = 4_000

// ground notes a shape that is filled with a paint, or a picture if that is nil.
func (p *painter) ground(b box, with *paint) {
	b = b.and(p.state.clip)
	if len(p.grounds) > maxGrounds || b.width() <= maxThick || b.height() <= maxThick {
		return
	}
	g := ground{box: b}
	if with != nil {
		_, plain := p.plainRectangle()
		g.white, g.tone = with.white, with.tone
		g.plain = plain && with.toned() && !p.state.ragged && !p.state.veiled && p.veil == 0
	}
	if g.plain && !g.white && !slices.Contains(p.tones, g.tone) {
		p.tones = append(p.tones, g.tone)
	}
	p.grounds = append(p.grounds, g)
}

func (g *ground) holds(x, y float64) bool {
	return g.box.left <= x && x <= g.box.right && g.box.top <= y && y <= g.box.bottom
}

// showsWhite reports whether white can be seen at a place: on paper it cannot.
func (p *painter) showsWhite(x, y float64) bool {
	if len(p.grounds) > maxGrounds || !p.r.file.spend(len(p.grounds)/16) {
		return true
	}
	return slices.ContainsFunc(p.grounds, func(g ground) bool { return !g.white && g.holds(x, y) })
}

// drowns reports whether what is printed at a place has the colour of what it is
// printed on.
func (p *painter) drowns(x, y float64) bool {
	own := p.state.fill
	if len(p.grounds) > maxGrounds || !own.toned() || !slices.ContainsFunc(p.tones, own.tone.near) || !p.r.file.spend(len(p.grounds)/16) {
		return false
	}
	for i := len(p.grounds) - 1; i >= 0; i-- {
		if g := &p.grounds[i]; g.holds(x, y) {
			return g.plain && !g.white && g.tone.near(own.tone)
		}
	}
	return false
}

// What an opaque shape does to the glyphs beneath it: white takes them away, as
// a picture of the page does; a colour leaves something that cannot be read.
const (
	gone    = ""
	blotted = unknown
)

// fill paints the inside of the path.
func (p *painter) fill() {
	if p.state.fillHidden || p.hidden > 0 {
		return
	}
	if !p.state.fill.white {
		p.fillPath()
	}
	for _, part := range p.path.parts {
		p.ground(part.box, &p.state.fill)
	}
	if b, ok := p.plainRectangle(); ok && !p.state.fill.pattern {
		p.cover(b, p.state.fill.leaves())
	}
}

func (p paint) leaves() string {
	if p.white {
		return gone
	}
	return blotted
}

// coverStroke covers with strokes so thick that they are bars.
func (p *painter) coverStroke() {
	thick := p.state.lineWidth * p.state.ctm.grow()
	if p.state.stroke.pattern || p.state.strokeHidden || thick < maxThick || len(p.path.segments) != 1 || p.path.segments[0].curved {
		return
	}
	b := empty
	b.add(p.path.segments[0].from)
	b.add(p.path.segments[0].to)
	switch {
	case b.height() < 0.1*thick && b.width() > 0:
		b.top, b.bottom = b.top-thick/2, b.bottom+thick/2
	case b.width() < 0.1*thick && b.height() > 0:
		b.left, b.right = b.left-thick/2, b.right+thick/2
	default:
		return
	}
	p.cover(b, p.state.stroke.leaves())
}

// cover does to glyphs what an opaque shape does that is painted over them: over
// text beneath the picture of a page, over a number, to write another.
func (p *painter) cover(b box, leaves string) {
	if p.state.veiled || p.veil > 0 || p.state.ragged || p.hidden > 0 {
		return
	}
	b = b.and(p.state.clip)
	if b.isEmpty() || b.width() < maxThick || b.height() < maxThick || !p.r.file.spend(len(p.runs)) {
		return
	}
	for i, run := range p.runs {
		if run.and(b).isEmpty() {
			continue
		}
		if !p.r.file.spend(runLength / 4) {
			return
		}
		p.coverRun(b, p.page.Glyphs[i*runLength:min(len(p.page.Glyphs), (i+1)*runLength)], leaves)
	}
}

func (p *painter) coverRun(b box, glyphs []page.Glyph, leaves string) {
	for i := range glyphs {
		g := &glyphs[i]
		w, h := 0.15*(g.Right-g.Left), 0.25*(g.Bottom-g.Top)
		switch {
		case g.Text == gone:
		case b.left <= g.Left+w && b.right >= g.Right-w && b.top <= g.Top+h && b.bottom >= g.Bottom-h:
			if g.Text != " " && leaves == gone {
				p.covered++
			}
			if g.Text != " " || leaves == gone {
				g.Text = leaves
			}
		case g.Text != " " && touches(box{g.Left, g.Top, g.Right, g.Bottom}, b):
			g.Text = blotted
		}
	}
}

// slight is the part of a glyph that may be missing without harm.
const slight = 0.15

// touches reports whether a shape lies over a part of a glyph that matters.
func touches(glyph, b box) bool {
	common := glyph.body().and(b)
	return !common.isEmpty() && common.width() > slight*glyph.width() && common.height() > slight*glyph.body().height()
}

// cutOff reports whether a clip leaves out a part of a glyph that matters.
func cutOff(glyph, clip box) bool {
	body := glyph.body()
	seen := body.and(clip)
	return seen.isEmpty() || seen.width() < (1-slight)*body.width() || seen.height() < (1-slight)*body.height()
}

// body is where in the box of a glyph a digit has its ink: a line is higher.
func (b box) body() box {
	h := 0.2 * b.height()
	return box{b.left, b.top + h, b.right, b.bottom - h}
}

// runLength is how many glyphs are looked at together when something is painted.
const runLength = 64

// bound notes where the last glyph stands.
func (p *painter) bound(b box) {
	run := (len(p.page.Glyphs) - 1) / runLength
	if run == len(p.runs) {
		p.runs = append(p.runs, empty)
	}
	p.runs[run].add(point{b.left, b.top})
	p.runs[run].add(point{b.right, b.bottom})
}

// uncovered leaves the glyphs that are still seen when all is painted.
func (p *painter) uncovered() {
	p.page.Glyphs = slices.DeleteFunc(p.page.Glyphs, func(g page.Glyph) bool { return g.Text == "" })
}
