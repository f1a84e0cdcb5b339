package pdf

import "math"

// matrix maps (x, y) to (a*x + c*y + e, b*x + d*y + f).
type matrix struct{ a, b, c, d, e, f float64 }

var unit = matrix{a: 1, d: 1}

// then is m followed by n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

func (m matrix) apply(x, y float64) point {
	return point{m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f}
}

// grow is how much lengths grow on average.
func (m matrix) grow() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

// box is the box around the rectangle as m shows it.
func (m matrix) box(x0, y0, x1, y1 float64) box {
	b := empty
	b.add(m.apply(x0, y0))
	b.add(m.apply(x1, y0))
	b.add(m.apply(x0, y1))
	b.add(m.apply(x1, y1))
	return b
}

func matrixOf(n []float64) matrix { return matrix{n[0], n[1], n[2], n[3], n[4], n[5]} }

type point struct{ x, y float64 }

type box struct{ left, top, right, bottom float64 }

var empty = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b *box) add(p point) {
	b.left, b.right = min(b.left, p.x), max(b.right, p.x)
	b.top, b.bottom = min(b.top, p.y), max(b.bottom, p.y)
}

func (b box) and(c box) box {
	return box{max(b.left, c.left), max(b.top, c.top), min(b.right, c.right), min(b.bottom, c.bottom)}
}

func (b box) isEmpty() bool { return !(b.left <= b.right && b.top <= b.bottom) }

func (b box) width() float64  { return b.right - b.left }
func (b box) height() float64 { return b.bottom - b.top }

// finite reports whether a place can be a place on a page.
func (b box) finite() bool {
	const far = 1e7
	return b.left > -far && b.top > -far && b.right < far && b.bottom < far
}
