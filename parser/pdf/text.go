package pdf

import (
	"math"

	"gongkai/parser/page"
)

// doText does the operators of text; false means that the operator is none.
func (c *content) doText(op []byte) bool {
	switch string(op) {
	case "BT":
		c.text, c.line = unit, unit
	case "Tf":
		c.setFont()
	case "Tc":
		c.set(&c.state.charSpace)
	case "Tw":
		c.set(&c.state.wordSpace)
	case "TL":
		c.set(&c.state.leading)
	case "Ts":
		c.set(&c.state.rise)
	case "Tz":
		if n, ok := c.number(); ok {
			c.state.stretch = n / 100
		}
	case "Tr":
		if n, ok := c.number(); ok {
			c.state.mode = int(n)
		}
	case "Td":
		if n, ok := c.numbers(2); ok {
			c.move(n[0].n, n[1].n)
		}
	case "TD":
		if n, ok := c.numbers(2); ok {
			c.state.leading = -n[1].n
			c.move(n[0].n, n[1].n)
		}
	case "Tm":
		if m, ok := c.matrix(); ok {
			c.text, c.line = m, m
		}
	case "T*":
		c.move(0, -c.state.leading)
	case "Tj":
		c.begun()
		c.show(c.last().bytes)
	case "'":
		c.begun()
		c.move(0, -c.state.leading)
		c.show(c.last().bytes)
	case "\"":
		if len(c.operands) >= 3 {
			n := c.operands[len(c.operands)-3:]
			c.state.wordSpace, c.state.charSpace = n[0].n, n[1].n
		}
		c.begun()
		c.move(0, -c.state.leading)
		c.show(c.last().bytes)
	case "TJ":
		c.begun()
		for _, item := range c.last().items {
			if item.kind == numberToken {
				c.kern(item.n)
			} else {
				c.show(item.bytes)
			}
		}
	case "ET":
	default:
		return false
	}
	return true
}

func (c *content) set(field *float64) {
	if n, ok := c.number(); ok {
		*field = n
	}
}

func (c *content) setFont() {
	if len(c.operands) < 2 {
		return
	}
	key, size := c.operands[len(c.operands)-2], c.last()
	f, ok := c.fonts[string(key.bytes)]
	if !ok {
		if c.fonts == nil {
			c.fonts = map[string]*font{}
		}
		f = c.r.font(c.named("Font", key.bytes))
		c.fonts[string(key.bytes)] = f
	}
	if f.err != nil {
		c.r.file.fail(f.err)
	}
	c.state.font, c.state.size = f, size.n
}

func (p *painter) move(x, y float64) {
	p.line = matrix{1, 0, 0, 1, x, y}.then(p.line)
	p.text = p.line
}

func (p *painter) kern(n float64) {
	by := -n / 1000 * p.state.size
	if f := p.state.font; f != nil && f.composite && f.codes.cmap.vertical {
		p.advance(0, by)
	} else {
		p.advance(by*p.state.stretch, 0)
	}
}

func (p *painter) advance(x, y float64) {
	p.text.e += x*p.text.a + y*p.text.c
	p.text.f += x*p.text.b + y*p.text.d
}

// show puts the characters of a string on the page.
func (p *painter) show(s []byte) {
	st := &p.state
	f := st.font
	if f == nil {
		f = p.r.noFont
	}
	vertical := f.composite && f.codes.cmap.vertical
	// Only the place changes from character to character.
	way := p.text.then(st.ctm)
	turned, straight := direction(way, st.size*st.stretch, vertical)
	height := f.em * math.Abs(st.size) * math.Hypot(way.c, way.d)
	invisible := p.hidden > 0 || st.mode == 3 || st.mode == 7 || p.inkless() || height < 0.05
	for len(s) > 0 {
		g, n := p.r.glyph(f, s)
		s = s[n:]
		space := st.charSpace
		if g.space {
			space += st.wordSpace
		}
		if !invisible {
			if straight {
				p.print(g, f, turned, height, vertical)
			} else if g.text != " " {
				p.slanted++
			}
		}
		if vertical {
			p.advance(0, g.down*st.size+space)
		} else {
			p.advance((g.width*st.size+space)*st.stretch, 0)
		}
	}
}

// begun notes where the glyphs of an operator begin: a character printed twice to
// look bold never stands twice in one string.
func (p *painter) begun() { p.shown = len(p.page.Glyphs) }

// inkless reports whether what is filled, stroked or both leaves nothing.
func (p *painter) inkless() bool {
	switch p.state.mode & 3 {
	case 0:
		return p.state.fillHidden
	case 1:
		return p.state.strokeHidden
	}
	return p.state.fillHidden && p.state.strokeHidden
}

// direction is the direction of the writing in degrees clockwise; it is not
// straight where it is more than 15 degrees off the four directions.
func direction(m matrix, size float64, vertical bool) (turned int, straight bool) {
	x, y := m.a*size, m.b*size
	if vertical {
		x, y = -m.c*size, -m.d*size
	}
	const slope = 0.27
	switch {
	case math.Abs(y) <= slope*math.Abs(x):
		if x < 0 {
			return 180, true
		}
		return 0, true
	case math.Abs(x) <= slope*math.Abs(y):
		if y < 0 {
			return 270, true
		}
		return 90, true
	}
	return 0, false
}

func (p *painter) print(g *glyph, f *font, turned int, height float64, vertical bool) {
	st := &p.state
	way := p.text.then(st.ctm)
	var b box
	if vertical {
		left := -g.left * st.size
		b = way.box(left, st.rise, left+g.width*st.size, g.down*st.size+st.rise)
	} else {
		b = way.box(0, f.descent*st.size+st.rise, g.width*st.size*st.stretch, f.ascent*st.size+st.rise)
	}
	x, y := (b.left+b.right)/2, (b.top+b.bottom)/2
	if !b.finite() || x < p.paper.left || x > p.paper.right || y < p.paper.top || y > p.paper.bottom || b.and(st.clip).isEmpty() {
		return
	}
	if err := p.tooManyGlyphs(); err != nil {
		p.r.file.fail(err)
		return
	}
	text := g.text
	if text != " " && st.mode&3 == 0 {
		if st.fill.white && !p.showsWhite(x, y) {
			p.pale++
			return
		}
		if !st.fill.white && p.drowns(x, y) {
			text = unknown
		}
	}
	if text != " " && (isMirrored(way, st.stretch) || cutOff(b, st.clip)) {
		text = unknown
	}
	advance := b.width()
	if turned%180 != 0 {
		advance = b.height()
	}
	if p.isDouble(text, b, height, advance) {
		return
	}
	p.r.glyphs++
	p.page.Glyphs = append(p.page.Glyphs, page.Glyph{
		Text: text, Left: b.left, Top: b.top, Right: b.right, Bottom: b.bottom, Size: height, Turned: turned,
	})
	p.bound(b)
}

// isMirrored reports whether a reader sees the writing as in a mirror. Pages count
// down and user space counts up, so that proper writing turns over once.
func isMirrored(way matrix, stretch float64) bool {
	return (way.a*way.d-way.b*way.c)*stretch > 0
}

// place is a field of the page, 4 points wide, and what is printed there.
type place struct {
	x, y int32
	text string
}

// isDouble reports whether the same character stands at nearly the same place, as
// programs print that draw bold by printing twice.
func (p *painter) isDouble(text string, b box, size, advance float64) bool {
	if text == " " {
		return false
	}
	const field = 4
	near := min(0.2*size, 0.6*advance, field)
	at := func(x, y float64) place { return place{int32(x / field), int32(y / field), text} }
	check := func(key place) bool {
		i, ok := p.near[key]
		if !ok || i >= p.shown {
			return false
		}
		other := &p.page.Glyphs[i]
		return other.Text == text && math.Abs(other.Left-b.left) < near && math.Abs(other.Top-b.top) < near
	}
	home := at(b.left, b.top)
	for _, dx := range [...]float64{-near, near} {
		for _, dy := range [...]float64{-near, near} {
			if check(at(b.left+dx, b.top+dy)) {
				return true
			}
		}
	}
	if check(home) {
		return true
	}
	p.near[home] = len(p.page.Glyphs)
	return false
}
