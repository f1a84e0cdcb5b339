package ocr

import (
	"cmp"
	"slices"
)

// part is a connected piece of ink.
type part struct {
	box  rect
	area int
	// holes are the pieces of paper that the ink encloses.
	holes []hole
}

type hole struct {
	box  rect
	area int
	// fill is the share of its box that it takes; set for shapes only.
	fill float64
}

// maxParts bounds the pieces of ink of a page: a page of small print has ten
// thousand, noise has millions.
const maxParts = 200_000

// parts finds the connected pieces of what is darker than the level, and their
// holes. Pixels that touch at a corner belong together; paper is parted by such
// a corner. It stops after maxParts.
func (g *gray) parts(level byte) []part { return g.pieces(level, true) }

func (g *gray) pieces(level byte, withHoles bool) []part {
	seen := make([]bool, len(g.px))
	var stack []int32
	flood := func(start int, ink bool) (box rect, area int, open bool) {
		box = rect{g.w, g.h, 0, 0}
		seen[start] = true
		stack = append(stack[:0], int32(start))
		for len(stack) > 0 {
			i := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := i%g.w, i/g.w
			area++
			box = box.union(rect{x, y, x + 1, y + 1})
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					nx, ny := x+dx, y+dy
					if !ink && dx != 0 && dy != 0 {
						continue
					}
					if nx < 0 || ny < 0 || nx >= g.w || ny >= g.h {
						open = true
						continue
					}
					if n := ny*g.w + nx; !seen[n] && (g.px[n] < level) == ink {
						seen[n] = true
						stack = append(stack, int32(n))
					}
				}
			}
		}
		return box, area, open
	}
	var all []part
	var holes []hole
	for i, p := range g.px {
		if seen[i] || p >= level && !withHoles {
			continue
		}
		if len(all) >= maxParts {
			break
		}
		if p < level {
			box, area, _ := flood(i, true)
			all = append(all, part{box: box, area: area})
		} else if box, area, open := flood(i, false); !open {
			holes = append(holes, hole{box: box, area: area})
		}
	}
	if len(holes)*len(all) > 4_000_000 {
		return all // noise: no digit has so many
	}
	for _, h := range holes {
		if i := around(all, h.box); i >= 0 {
			all[i].holes = append(all[i].holes, h)
		}
	}
	return all
}

// around finds the smallest part whose box holds a hole.
func around(parts []part, h rect) int {
	best := -1
	for i, p := range parts {
		b := p.box
		if b.left < h.left && b.right > h.right && b.top < h.top && b.bottom > h.bottom &&
			(best < 0 || b.width()*b.height() < parts[best].box.width()*parts[best].box.height()) {
			best = i
		}
	}
	return best
}

// letter is what stands one beside the other in a line: a digit, a mark, or a
// piece of a character.
type letter struct {
	box   rect
	area  int
	parts []part
}

// letters puts parts together that stand one above the other, from left to right.
func letters(parts []part) []letter {
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, func(a, b part) int { return cmp.Compare(a.box.left, b.box.left) })
	var all []letter
	for _, p := range sorted {
		if n := len(all); n > 0 {
			last := &all[n-1]
			common := min(last.box.right, p.box.right) - max(last.box.left, p.box.left)
			if common*2 > min(last.box.width(), p.box.width()) {
				last.box, last.area = last.box.union(p.box), last.area+p.area
				last.parts = append(last.parts, p)
				continue
			}
		}
		all = append(all, letter{p.box, p.area, []part{p}})
	}
	return all
}
