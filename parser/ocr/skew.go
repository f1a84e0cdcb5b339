package ocr

import (
	"math"
	"slices"
)

// maxSkew is the largest turn that is put right, in degrees.
const maxSkew = 2.5

// skew finds by how many degrees the page must be turned clockwise so that its
// lines lie level: the angle at which rows and columns of pixels are either full
// of ink or free of it.
func (g *gray) skew(level byte) float64 {
	small := g
	for small.w > 1600 || small.h > 1600 {
		small = small.halve()
	}
	points := small.inkPoints(max(level, 190))
	if len(points) < 50 {
		return 0
	}
	angle := bestAngle(small, points, 0, maxSkew, 0.1)
	return bestAngle(small, points, angle, 0.1, 0.02)
}

type point struct{ x, y float64 }

// inkPoints are the dark pixels with light ones above or left of them: edges
// tell the direction, what is filled does not.
func (g *gray) inkPoints(level byte) (points []point) {
	for y := 1; y < g.h; y++ {
		for x := 1; x < g.w; x++ {
			i := y*g.w + x
			if g.px[i] < level && (g.px[i-1] >= level || g.px[i-g.w] >= level) {
				points = append(points, point{float64(x - g.w/2), float64(y - g.h/2)})
			}
		}
	}
	return points
}

func bestAngle(g *gray, points []point, around, reach, step float64) float64 {
	best, at := -1.0, 0.0
	rows, columns := make([]int32, g.h+g.w), make([]int32, g.h+g.w)
	steps := int(reach/step + 0.5)
	for i := -steps; i <= steps; i++ {
		angle := around + float64(i)*step
		sin, cos := math.Sincos(angle * math.Pi / 180)
		clear(rows)
		clear(columns)
		half := float64(len(rows) / 2)
		for _, p := range points {
			rows[int(half+p.y*cos+p.x*sin)]++
			columns[int(half+p.x*cos-p.y*sin)]++
		}
		score := 0.0
		for i := range rows {
			score += float64(rows[i])*float64(rows[i]) + float64(columns[i])*float64(columns[i])
		}
		// Level pages are the rule: another angle must be clearly better.
		if angle == 0 {
			score *= 1.001
		}
		if score > best {
			best, at = score, angle
		}
	}
	return at
}

// turn is the picture turned clockwise around its middle by so many degrees.
func (g *gray) turn(degrees float64) *gray {
	if math.Abs(degrees) < 0.015 {
		return &gray{g.w, g.h, slices.Clone(g.px)}
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	t := newGray(g.w, g.h)
	cx, cy := float64(g.w)/2, float64(g.h)/2
	for y := range t.h {
		dy := float64(y) - cy
		for x := range t.w {
			dx := float64(x) - cx
			t.px[y*t.w+x] = g.at(cx+dx*cos+dy*sin, cy+dy*cos-dx*sin)
		}
	}
	return t
}
