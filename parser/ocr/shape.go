package ocr

import "slices"

// A digit's shape says much about which digit it is, whatever the font: how many
// holes it has and where, where its strokes begin and end. These rules say
// nothing about which digit is likely; they only contradict a reading that the
// ink cannot be. They share nothing with the recogniser, and so err elsewhere.

const (
	shapeW = 16
	shapeH = 24
)

// shape is a letter stretched to a fixed size: ink is 1, paper 0.
type shape struct {
	ink    [shapeH][shapeW]float32
	aspect float64 // width by height
	holes  []hole  // in 1/1000 of the letter's box
}

// shapeOf takes the shape of a letter off a page.
func (g *gray) shapeOf(l letter, level byte) shape {
	b := l.box
	s := shape{aspect: float64(b.width()) / float64(max(b.height(), 1))}
	const fine = 2 // samples a pixel of the shape, each way
	for y := range shapeH * fine {
		py := float64(b.top) + (float64(y)+0.5)/(shapeH*fine)*float64(b.height()) - 0.5
		for x := range shapeW * fine {
			px := float64(b.left) + (float64(x)+0.5)/(shapeW*fine)*float64(b.width()) - 0.5
			if g.at(px, py) < level {
				s.ink[y/fine][x/fine] += 1.0 / (fine * fine)
			}
		}
	}
	for _, p := range l.parts {
		for _, h := range p.holes {
			if h.area*100 < b.width()*b.height() || h.area < 3 {
				continue // a gap in the print
			}
			s.holes = append(s.holes, hole{box: rect{
				(h.box.left - b.left) * 1000 / b.width(), (h.box.top - b.top) * 1000 / b.height(),
				(h.box.right - b.left) * 1000 / b.width(), (h.box.bottom - b.top) * 1000 / b.height(),
			}, area: h.area, fill: float64(h.area) / float64(h.box.width()*h.box.height())})
		}
	}
	return s
}

// widest is the widest run of ink in the rows from one share of the height to
// another, as a share of the width.
func (s *shape) widest(from, to float64) float64 {
	best := 0
	for y := int(from * shapeH); y < int(to*shapeH); y++ {
		run := 0
		for x := range shapeW {
			if s.ink[y][x] > 0.45 {
				run++
				best = max(best, run)
			} else {
				run = 0
			}
		}
	}
	return float64(best) / shapeW
}

// narrowest is the smallest extent of ink of a row between two heights.
func (s *shape) narrowest(from, to float64) float64 {
	best := shapeW
	for y := int(from * shapeH); y < int(to*shapeH); y++ {
		first, last := shapeW, -1
		for x := range shapeW {
			if s.ink[y][x] > 0.45 {
				first, last = min(first, x), x
			}
		}
		best = min(best, max(last-first+1, 0))
	}
	return float64(best) / shapeW
}

// broadest is the largest extent of ink of a row between two heights.
func (s *shape) broadest(from, to float64) float64 {
	best := 0
	for y := int(from * shapeH); y < int(to*shapeH); y++ {
		first, last := shapeW, -1
		for x := range shapeW {
			if s.ink[y][x] > 0.45 {
				first, last = min(first, x), x
			}
		}
		best = max(best, last-first+1)
	}
	return float64(best) / shapeW
}

// sway is by how many columns the right edge moves between two heights.
func (s *shape) sway(from, to float64) int {
	least, most := shapeW, -1
	for y := int(from * shapeH); y < int(to*shapeH); y++ {
		last := -1
		for x := range shapeW {
			if s.ink[y][x] > 0.45 {
				last = x
			}
		}
		least, most = min(least, last), max(most, last)
	}
	return most - least
}

// share is the share of ink in a part of the box.
func (s *shape) share(left, top, right, bottom float64) float64 {
	sum, n := float32(0), 0
	for y := int(top * shapeH); y < int(bottom*shapeH); y++ {
		for x := int(left * shapeW); x < int(right*shapeW); x++ {
			sum += s.ink[y][x]
			n++
		}
	}
	return float64(sum) / float64(max(n, 1))
}

// stem is the largest share of rows with ink in one column.
func (s *shape) stem() float64 {
	best := float32(0)
	for x := range shapeW {
		sum := float32(0)
		for y := range shapeH {
			sum += s.ink[y][x]
		}
		best = max(best, sum)
	}
	return float64(best) / shapeH
}

// spine is the share of rows with ink in the middle third; a thin stroke may lie
// on two columns.
func (s *shape) spine() float64 {
	rows := 0
	for y := range shapeH {
		if slices.Max(s.ink[y][shapeW/3:shapeW-shapeW/3]) > 0.4 {
			rows++
		}
	}
	return float64(rows) / shapeH
}

// isDigit reports whether the ink can be any digit.
func (s *shape) isDigit() bool {
	for digit := '0'; digit <= '9'; digit++ {
		if s.mayBe(digit) {
			return true
		}
	}
	return false
}

// mayBe reports whether the ink can be the digit.
func (s *shape) mayBe(digit rune) bool {
	if s.aspect > 1.1 {
		return false
	}
	if len(s.holes) == 1 {
		h := s.holes[0].box
		middle, height := (h.top+h.bottom)/2, h.height()
		bar := s.widest(0.5, 0.82) > 0.75 && s.narrowest(0.86, 1) < 0.62 && s.share(0, 0.85, 0.25, 1) < 0.3
		switch digit {
		case '0':
			return height > 480 && middle > 400 && middle < 600 && !bar
		case '6':
			return height < 640 && middle > 540 && s.aspect > 0.35
		case '9':
			return height < 640 && middle < 460 && s.aspect > 0.35 && h.bottom < 620 && h.top < 250 && !(bar && (h.bottom > 570 || s.holes[0].fill < 0.6))
		case '4':
			return height < 640 && middle > 300 && middle < 620 && h.bottom > 560 && bar && (s.holes[0].fill < 0.75 || h.top > 250 && s.holes[0].fill < 0.85)
		}
		return false
	}
	if len(s.holes) == 2 {
		a, b := s.holes[0].box, s.holes[1].box
		if a.top > b.top {
			a, b = b, a
		}
		common := min(a.bottom, b.bottom) - max(a.top, b.top)
		if digit == '0' { // with a slash in it
			return common*10 > 3*min(a.height(), b.height()) && max(a.bottom, b.bottom)-min(a.top, b.top) > 480
		}
		return digit == '8' && common <= 0 && a.bottom < 600 && b.top > 380
	}
	if len(s.holes) > 2 {
		return false
	}
	switch digit {
	case '1':
		return s.aspect < 0.75 && s.stem() > 0.8 && s.broadest(0.4, 0.86) < 0.72 && s.sway(0.12, 0.86) <= 2
	case '2':
		return s.widest(0.8, 1) > 0.6 && s.stem() < 0.85 && s.share(0.7, 0.15, 1, 0.4) > s.share(0, 0.25, 0.3, 0.45) && s.share(0, 0.7, 0.4, 0.95) > s.share(0.65, 0.6, 1, 0.8)
	case '3':
		return s.broadest(0.72, 0.92) > 0.6 && s.share(0.6, 0.15, 1, 0.4) > 0.25 && s.share(0, 0.34, 0.3, 0.46) < 0.4 && s.share(0.6, 0.58, 1, 0.85) > 0.3 && s.share(0, 0.5, 0.28, 0.68) < 0.35
	case '5':
		left, right := s.share(0, 0.15, 0.4, 0.42), s.share(0.6, 0.2, 1, 0.35)
		return (left > 0.12 && left > right && right < 0.25 || right < 0.06) && s.widest(0, 0.25) > 0.4 && s.share(0.6, 0.5, 1, 0.85) > 0.3 && s.share(0, 0.53, 0.28, 0.7) < 0.35
	case '7':
		// In narrow fonts it is nearly as upright as a 1, whose right edge is straight.
		leans := s.stem() < 0.8 || s.stem() < 0.92 && s.sway(0.12, 0.86) >= shapeW/4
		return s.widest(0, 0.25) > 0.6 && leans && s.widest(0.6, 1) < 0.6 && s.share(0, 0.3, 0.3, 0.7) < 0.25
	case '4': // some fonts leave it open
		return s.widest(0.5, 0.9) > 0.75 && s.share(0, 0.85, 0.25, 1) < 0.2 && s.share(0.5, 0.8, 1, 1) > 0.1 && s.share(0, 0, 0.25, 0.2) < 0.4
	}
	return false
}

// distance is the mean square difference of two shapes, 0 to 1.
func (s *shape) distance(t *[shapeH][shapeW]float32) float64 {
	sum := float32(0)
	for y := range shapeH {
		for x := range shapeW {
			d := s.ink[y][x] - t[y][x]
			sum += d * d
		}
	}
	return float64(sum) / (shapeW * shapeH)
}
