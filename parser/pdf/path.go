package pdf

import (
	"math"

	"gongkai/parser/page"
)

// paint is a colour space and whether the colour in it is that of the paper.
type paint struct {
	space   space
	white   bool
	pattern bool // it may have holes
	tone    tone
}

// space is the family of a colour space: which numbers mean white there.
type space byte

const (
	gray     space = iota
	rgb            // ones are white
	cmyk           // zeros are white
	tints          // zeros are white
	lab            // a lightness of 100 is white
	other          // white cannot be told
	patterns       // drawings and gradients, which may show anything
)

// doColor does the operators of colour; false means that the operator is none.
func (c *content) doColor(op []byte) bool {
	switch string(op) {
	case "g", "rg", "k":
		c.setDevice(&c.state.fill, len(op) == 2, op[0])
	case "G", "RG", "K":
		c.setDevice(&c.state.stroke, len(op) == 2, op[0]|0x20)
	case "cs":
		c.state.fill = paint{space: c.space(c.last().bytes)}
		c.state.fill.pattern = c.state.fill.space >= other
	case "CS":
		c.state.stroke = paint{space: c.space(c.last().bytes)}
	case "sc", "scn":
		c.state.fill.white, c.state.fill.tone = c.isWhite(c.state.fill.space), c.tone(c.state.fill.space)
	case "SC", "SCN":
		c.state.stroke.white = c.isWhite(c.state.stroke.space)
	default:
		return false
	}
	return true
}

func (c *content) setDevice(p *paint, isRGB bool, letter byte) {
	switch {
	case isRGB:
		p.space = rgb
	case letter == 'g':
		p.space = gray
	default:
		p.space = cmyk
	}
	p.white, p.pattern, p.tone = c.isWhite(p.space), false, c.tone(p.space)
}

func (c *content) isWhite(s space) bool {
	const nearly = 0.03
	if len(c.operands) == 0 || s >= other {
		return false
	}
	for i, o := range c.operands {
		if o.kind != numberToken {
			return false
		}
		switch s {
		case gray, rgb:
			if o.n < 1-nearly {
				return false
			}
		case cmyk, tints:
			if o.n > nearly {
				return false
			}
		case lab:
			if i == 0 && o.n < 97 {
				return false
			}
		}
	}
	return true
}

func (c *content) space(key []byte) space {
	v := any(name(key))
	if own := c.named("ColorSpace", key); own != nil {
		v = c.r.file.resolve(own)
	}
	family, _ := v.(name)
	list, _ := v.(array)
	if len(list) > 0 {
		family = c.r.file.name(list[0])
	}
	switch family {
	case "DeviceGray", "CalGray", "G":
		return gray
	case "DeviceRGB", "CalRGB", "RGB":
		return rgb
	case "DeviceCMYK", "CMYK":
		return cmyk
	case "Separation", "DeviceN":
		return tints
	case "Pattern":
		return patterns
	case "Lab":
		return lab
	case "ICCBased":
		if len(list) > 1 {
			switch n, _ := c.r.file.number(c.r.file.dict(list[1])["N"]); n {
			case 1:
				return gray
			case 3:
				return rgb
			case 4:
				return cmyk
			}
		}
	}
	return other
}

// path is what is being drawn, in places of the page.
type path struct {
	segments []segment
	parts    []part
	at       point
	raw      point // the same in the user's space
}

type segment struct {
	from, to point
	curved   bool
}

// part is a subpath: its segments from first on, and the box around them.
type part struct {
	first  int
	start  point
	raw    point
	box    box
	curved bool
	closed bool
}

// doPath does the operators of paths and counts those that nobody knows.
func (c *content) doPath(op []byte) error {
	switch string(op) {
	case "m":
		if n, ok := c.numbers(2); ok {
			c.moveTo(n[0].n, n[1].n)
		}
	case "l":
		if n, ok := c.numbers(2); ok {
			return c.lineTo(n[0].n, n[1].n, false)
		}
	case "c":
		return c.curve(6)
	case "v", "y":
		return c.curve(4)
	case "h":
		c.closePath()
	case "re":
		return c.rectangle()
	case "S":
		return c.finish(false, true)
	case "s":
		c.closePath()
		return c.finish(false, true)
	case "f", "F", "f*":
		return c.finish(true, false)
	case "B", "B*":
		return c.finish(true, true)
	case "b", "b*":
		c.closePath()
		return c.finish(true, true)
	case "n":
		return c.finish(false, false)
	case "W", "W*":
		c.clipNext = true
	case "sh":
		c.shade()
	default:
		if !silent[string(op)] {
			c.strange++
		}
	}
	return nil
}

// silent are the operators that change nothing that is noted here.
var silent = map[string]bool{
	"BX": true, "EX": true, "DP": true, "MP": true, "d": true, "d0": true, "d1": true, "i": true, "j": true, "J": true,
	"M": true, "ri": true, "EI": true, "ID": true,
}

// shade paints a gradient over all that the clip leaves.
func (p *painter) shade() {
	if p.state.fillHidden || p.hidden > 0 {
		return
	}
	p.ground(p.state.clip, nil)
	p.ink(p.state.clip)
}

func (p *painter) moveTo(x, y float64) {
	at := p.state.ctm.apply(x, y)
	b := empty
	b.add(at)
	p.path.at, p.path.raw = at, point{x, y}
	p.path.parts = append(p.path.parts, part{first: len(p.path.segments), start: at, raw: point{x, y}, box: b})
}

func (p *painter) lineTo(x, y float64, curved bool) error {
	if len(p.path.parts) == 0 {
		p.moveTo(x, y)
		return nil
	}
	if len(p.path.segments) >= maxSegments || len(p.path.parts) >= maxSegments {
		return tooLarge("一条路径过长", "a path is too long")
	}
	last := &p.path.parts[len(p.path.parts)-1]
	if last.closed {
		p.path.parts = append(p.path.parts, part{first: len(p.path.segments), start: last.start, raw: last.raw, box: box{last.start.x, last.start.y, last.start.x, last.start.y}})
		last = &p.path.parts[len(p.path.parts)-1]
	}
	to := p.state.ctm.apply(x, y)
	p.path.segments = append(p.path.segments, segment{p.path.at, to, curved})
	last.box.add(to)
	last.curved = last.curved || curved
	p.path.at, p.path.raw = to, point{x, y}
	return nil
}

// curve takes the control points for the box only.
func (c *content) curve(n int) error {
	v, ok := c.numbers(n)
	if !ok {
		return nil
	}
	for i := 0; i < n; i += 2 {
		if err := c.lineTo(v[i].n, v[i+1].n, true); err != nil {
			return err
		}
	}
	return nil
}

func (p *painter) closePath() {
	if len(p.path.parts) == 0 {
		return
	}
	last := &p.path.parts[len(p.path.parts)-1]
	if p.path.at != last.start {
		p.path.segments = append(p.path.segments, segment{from: p.path.at, to: last.start})
	}
	last.closed = true
	p.path.at, p.path.raw = last.start, last.raw
}

func (c *content) rectangle() error {
	n, ok := c.numbers(4)
	if !ok {
		return nil
	}
	x, y, w, h := n[0].n, n[1].n, n[2].n, n[3].n
	c.moveTo(x, y)
	for _, corner := range [...]point{{x + w, y}, {x + w, y + h}, {x, y + h}} {
		if err := c.lineTo(corner.x, corner.y, false); err != nil {
			return err
		}
	}
	c.closePath()
	return nil
}

// finish paints the path and clips with it if W asked for that.
func (p *painter) finish(fill, stroke bool) error {
	if fill {
		p.fill()
	}
	if stroke && !p.state.stroke.white && !p.state.strokeHidden && p.hidden == 0 {
		p.strokePath()
	}
	if stroke {
		p.coverStroke()
	}
	if p.clipNext && len(p.path.parts) > 0 {
		around := empty
		for _, part := range p.path.parts {
			around.add(point{part.box.left, part.box.top})
			around.add(point{part.box.right, part.box.bottom})
		}
		p.state.clip = p.state.clip.and(around)
		_, plain := p.plainRectangle()
		p.state.ragged = p.state.ragged || !plain
	}
	p.clipNext = false
	p.path.segments, p.path.parts = p.path.segments[:0], p.path.parts[:0]
	if len(p.page.Rules) > maxPageRules {
		return tooLarge("线条过多", "it has too many lines")
	}
	return nil
}

// plainRectangle is the path if it is one upright rectangle.
func (p *painter) plainRectangle() (box, bool) {
	const straight = 0.01
	if len(p.path.parts) != 1 || len(p.path.segments) < 3 || len(p.path.segments) > 4 {
		return box{}, false
	}
	b := p.path.parts[0].box
	for _, s := range p.path.segments {
		x, y := math.Abs(s.to.x-s.from.x), math.Abs(s.to.y-s.from.y)
		level, upright := y < straight, x < straight
		if s.curved || !level && !upright {
			return box{}, false
		}
		// Each side runs from end to end.
		if level && x < b.width()-straight || upright && y < b.height()-straight {
			return box{}, false
		}
	}
	return b, true
}

// Shapes that are rulings.
const (
	maxThick  = 2.5 // points across a filled ruling, and across the sides of a frame
	maxStroke = 6.0 // points across a stroked ruling
)

// fillPath finds rulings among filled shapes: thin ones, and frames made of one
// rectangle within another.
func (p *painter) fillPath() {
	parts := p.path.parts
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) && p.frame(parts[i], parts[i+1]) {
			i++
			continue
		}
		switch b := parts[i].box.and(p.state.clip); {
		case parts[i].curved:
			p.drawn++
			if p.state.fill.space == patterns || !p.isBlock(i) {
				p.ink(b)
			}
		case !p.thin(b) && (p.state.fill.space == patterns || !p.isBlock(i)):
			p.ink(b)
		}
	}
}

// frame draws what lies between an outer and an inner rectangle.
func (p *painter) frame(a, b part) bool {
	outer, inner := a.box, b.box
	if inner.width() > outer.width() {
		outer, inner = inner, outer
	}
	sides := [...]float64{inner.left - outer.left, inner.top - outer.top, outer.right - inner.right, outer.bottom - inner.bottom}
	if a.curved || b.curved || inner.isEmpty() {
		return false
	}
	total := 0.0
	for _, side := range sides {
		if side < 0 || side > maxThick {
			return false
		}
		total += side
	}
	if total == 0 || inner.width() < maxThick || inner.height() < maxThick {
		return false
	}
	p.thin(box{outer.left, outer.top, inner.left, outer.bottom}.and(p.state.clip))
	p.thin(box{outer.left, outer.top, outer.right, inner.top}.and(p.state.clip))
	p.thin(box{inner.right, outer.top, outer.right, outer.bottom}.and(p.state.clip))
	p.thin(box{outer.left, inner.bottom, outer.right, outer.bottom}.and(p.state.clip))
	return true
}

// thin takes a filled shape for a ruling if it is a thin one.
func (p *painter) thin(b box) bool {
	if b.isEmpty() || p.state.fill.white || p.state.fillHidden || p.hidden > 0 {
		return false
	}
	w, h := b.width(), b.height()
	switch {
	case h <= maxThick && w >= 2*h && w > 0:
		y := (b.top + b.bottom) / 2
		p.rule(box{b.left, y, b.right, y})
	case w <= maxThick && h >= 2*w && h > 0:
		x := (b.left + b.right) / 2
		p.rule(box{x, b.top, x, b.bottom})
	default:
		return false
	}
	return true
}

// strokePath finds rulings among strokes: those that run along an edge of the page.
func (p *painter) strokePath() {
	thick := p.state.lineWidth * p.state.ctm.grow()
	if thick > maxStroke {
		return
	}
	for _, s := range p.path.segments {
		dx, dy := math.Abs(s.to.x-s.from.x), math.Abs(s.to.y-s.from.y)
		b := empty
		b.add(s.from)
		b.add(s.to)
		switch {
		case s.curved:
			p.ink(b.and(p.state.clip))
			continue
		case dy <= min(0.75, dx/8):
			y := (s.from.y + s.to.y) / 2
			b.top, b.bottom = y, y
		case dx <= min(0.75, dy/8):
			x := (s.from.x + s.to.x) / 2
			b.left, b.right = x, x
		default:
			p.drawn++
			p.ink(b.and(p.state.clip))
			continue
		}
		p.rule(b)
	}
}

// rule notes a ruling as far as it is seen.
func (p *painter) rule(b box) {
	// A clip made for a line runs along its edges; half a stroke is no reason to
	// lose it.
	const half = 0.5
	clip := p.state.clip
	clip = box{clip.left - half, clip.top - half, clip.right + half, clip.bottom + half}
	if b = b.and(clip); b.isEmpty() || !b.finite() || b.width()+b.height() == 0 {
		return
	}
	p.page.Rules = append(p.page.Rules, page.Rule{Left: b.left, Top: b.top, Right: b.right, Bottom: b.bottom})
}
