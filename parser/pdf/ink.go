package pdf

import (
	"math"
	"slices"

	"gongkai/parser/page"
)

// maxInk bounds the places of ink that are kept apart.
const maxInk = 20_000

// ink notes where something is printed that is neither a glyph nor a ruling. A
// shape over most of the page is its background, a tiny one a dot of a border.
func (p *painter) ink(b box) {
	if b.isEmpty() || !b.finite() || b.width()*b.height() > p.paper.width()*p.paper.height()/2 || b.width() < maxThick && b.height() < maxThick {
		return
	}
	n := len(p.page.Ink)
	if n > 0 {
		last := &p.page.Ink[n-1]
		around := box{min(last.Left, b.left), min(last.Top, b.top), max(last.Right, b.right), max(last.Bottom, b.bottom)}
		if n >= maxInk || !b.and(box{last.Left, last.Top, last.Right, last.Bottom}).isEmpty() && around.width() < maxJoined && around.height() < maxJoined {
			*last = page.Area{Left: around.left, Top: around.top, Right: around.right, Bottom: around.bottom}
			return
		}
	}
	p.page.Ink = append(p.page.Ink, page.Area{Left: b.left, Top: b.top, Right: b.right, Bottom: b.bottom})
}

// maxJoined is how many points wide and high an area of strokes may grow: what is
// larger surrounds more than it prints on.
const maxJoined = 48

// wide is wider and higher than a digit, in points.
const wide = 24.0

// isBackdrop reports whether a picture of so many pixels only colours or parts what
// stands on it: a few pixels stretched over more than a digit takes, a line.
func isBackdrop(b box, width, height float64) bool {
	return min(width, height) <= 2 && max(b.width(), b.height()) > wide || b.height() <= maxThick && b.width() >= 2*b.height() || b.width() <= maxThick && b.height() >= 2*b.width()
}

// bars notes upright strokes that stand alone, as high as a digit: rulings meet
// others or are dashes of one line, a 1 does not and is none.
func (p *painter) bars() {
	const low, high, fields = 4, 12, 64
	var found [fields][fields][]page.Rule
	at := func(v, size float64) int { return min(max(int(v/size*fields), 0), fields-1) }
	any := false
	for _, r := range p.page.Rules {
		if height := r.Bottom - r.Top; r.Left == r.Right && height >= low && height <= high {
			x, y := at(r.Left, p.page.Width), at(r.Top, p.page.Height)
			found[y][x], any = append(found[y][x], r), true
		}
	}
	if !any {
		return
	}
	for _, other := range p.page.Rules {
		for y := at(other.Top-2*high, p.page.Height); y <= at(other.Bottom+high, p.page.Height); y++ {
			for x := at(other.Left-touch, p.page.Width); x <= at(other.Right+touch, p.page.Width); x++ {
				found[y][x] = slices.DeleteFunc(found[y][x], func(r page.Rule) bool { return r != other && belong(r, other) })
			}
		}
	}
	for y := range found {
		for _, r := range slices.Concat(found[y][:]...) {
			p.page.Ink = append(p.page.Ink, page.Area{Left: r.Left - 1, Top: r.Top, Right: r.Right + 1, Bottom: r.Bottom})
		}
	}
}

// touch is how near rulings come that meet, in points.
const touch = 2.0

// belong reports whether a ruling meets an upright one or is another dash of it.
func belong(upright, other page.Rule) bool {
	apart := touch
	if other.Left == other.Right && math.Abs(other.Left-upright.Left) < touch {
		apart = upright.Bottom - upright.Top
	}
	return other.Left <= upright.Right+touch && other.Right >= upright.Left-touch && other.Top <= upright.Bottom+apart && other.Bottom >= upright.Top-apart
}

// isBlock reports whether a part of the path fills the box around it and shows
// nothing then: a rectangle, a border with slanted ends, a ground with round
// corners that is wider than any digit.
func (p *painter) isBlock(part int) bool {
	first, end := p.path.parts[part].first, len(p.path.segments)
	if part+1 < len(p.path.parts) {
		end = p.path.parts[part+1].first
	}
	if first == end {
		return true
	}
	b := p.path.parts[part].box
	thick, long := min(b.width(), b.height()), max(b.width(), b.height())
	full := 0.99
	switch {
	case end-first > maxSides || p.path.parts[part].curved && long < wide:
		return false
	case p.path.parts[part].curved:
		full = 0.93
	case thick <= maxStroke && long >= 5*thick:
		full = 0.75
	}
	return math.Abs(area(p.path.segments[first:end])) >= full*thick*long
}

// maxSides bounds the sides of a block: programs draw a round corner in many pieces.
const maxSides = 128

// area is what the corners of a shape hold between them.
func area(segments []segment) float64 {
	twice, start := 0.0, segments[0].from
	for _, s := range segments {
		twice += (s.from.x-start.x)*(s.to.y-start.y) - (s.to.x-start.x)*(s.from.y-start.y)
	}
	return twice / 2
}
