package ocr

import (
	"cmp"
	"slices"
)

// line is one line of print: in a cell, or outside all tables.
type line struct {
	// cell is the number of the cell it stands in; -1 outside tables.
	cell int
	// alone is true if it is all that its cell holds.
	alone bool
	box   rect
	parts []part // in places of the page
	// doubt says that the border of the cell cut ink off.
	doubt bool
	// faint is ink too light to be read.
	faint bool

	// words is true if the line was read as words.
	words  bool
	result reading
}

// area is a part of the page that may hold print.
type area struct {
	cell  int
	box   rect
	parts []part
}

// inkOf finds the pieces of ink in an area, what is left of its borders
// excluded. cut says that print touches the area's edge.
func (g *gray) inkOf(box rect, level byte) (parts []part, cut bool) {
	c := g.crop(box)
	for _, p := range c.parts(level) {
		b := p.box
		atEdge := b.left == 0 || b.top == 0 || b.right == c.w || b.bottom == c.h
		if atEdge && isBorder(b, p.area, c.w, c.h) {
			continue
		}
		cut = cut || atEdge && p.area > 4
		p.box = b.move(box.left, box.top)
		for i := range p.holes {
			p.holes[i].box = p.holes[i].box.move(box.left, box.top)
		}
		parts = append(parts, p)
	}
	return parts, cut
}

// isBorder tells a rest of a ruling from print: it lies along an edge, thin.
func isBorder(b rect, area, w, h int) bool {
	const thin = 3
	return (b.height() <= thin && (b.top == 0 || b.bottom == h) && b.width() >= 2) ||
		(b.width() <= thin && (b.left == 0 || b.right == w) && b.height() >= 2) || area <= 4
}

// lineHeight is the usual height of a line of print: that of Chinese characters.
// 0 means that there is no print.
func lineHeight(areas []area) int {
	var heights []int
	for _, a := range areas {
		for _, b := range bands(a.parts, 0) {
			heights = append(heights, b.bottom-b.top)
		}
	}
	if len(heights) == 0 {
		return 0
	}
	slices.Sort(heights)
	// Specks and single marks are low; a few lines that touch are high.
	tall := heights[len(heights)*85/100]
	kept := slices.DeleteFunc(heights, func(h int) bool { return h*20 < tall*17 || h*5 > tall*6 })
	return kept[len(kept)/2]
}

// band is a range of rows with the parts in it.
type band struct {
	top, bottom int
	parts       []part
}

// bands divides parts into lines: rows of ink with paper of more than the gap
// between them.
func bands(parts []part, gap int) []band {
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, func(a, b part) int { return cmp.Compare(a.box.top, b.box.top) })
	var all []band
	for _, p := range sorted {
		if n := len(all); n > 0 && p.box.top <= all[n-1].bottom+gap {
			all[n-1].bottom = max(all[n-1].bottom, p.box.bottom)
			all[n-1].parts = append(all[n-1].parts, p)
			continue
		}
		all = append(all, band{p.box.top, p.box.bottom, []part{p}})
	}
	return all
}

// textLines are the lines of print in an area, em being the height of a line.
func textLines(parts []part, em int) []band {
	all := bands(parts, 0)
	// Characters like 二 fall into two bands: low ones join what is near.
	for joined := true; joined; {
		joined = false
		for i := 0; i+1 < len(all); i++ {
			a, b := all[i], all[i+1]
			together := b.bottom - a.top
			if together*10 <= em*13 && (a.bottom-a.top)*10 < em*8 && (b.bottom-b.top)*10 < em*8 || isSpecks(a, em) && b.top-a.bottom < em/3 || isSpecks(b, em) && b.top-a.bottom < em/3 {
				all[i] = band{a.top, b.bottom, append(slices.Clip(a.parts), b.parts...)}
				all = slices.Delete(all, i+1, i+2)
				joined = true
				break
			}
		}
	}
	return all
}

func isSpecks(b band, em int) bool { return (b.bottom-b.top)*5 < em }

// lines finds the lines of an area and drops specks. Nothing but specks is no
// line.
func (a area) lines(em int) (all []line) {
	speck := max(em*em*36/10000, 2)
	parts := slices.DeleteFunc(slices.Clone(a.parts), func(p part) bool { return p.area < speck })
	for _, b := range textLines(parts, em) {
		l := line{cell: a.cell, parts: b.parts, box: boxOf(b.parts)}
		if a.cell >= 0 {
			all = append(all, l)
			continue
		}
		all = append(all, l.split(3*em)...)
	}
	if len(all) == 1 {
		all[0].alone = a.cell >= 0
	}
	return all
}

// split cuts a line where so much paper lies between its letters.
func (l line) split(gap int) (all []line) {
	for _, next := range letters(l.parts) {
		if n := len(all); n > 0 && next.box.left-all[n-1].box.right < gap {
			all[n-1].box, all[n-1].parts = all[n-1].box.union(next.box), append(all[n-1].parts, next.parts...)
			continue
		}
		all = append(all, line{cell: l.cell, doubt: l.doubt, box: next.box, parts: slices.Clone(next.parts)})
	}
	return all
}

func boxOf(parts []part) rect {
	box := parts[0].box
	for _, p := range parts[1:] {
		box = box.union(p.box)
	}
	return box
}

// hasFaint reports whether an area without ink holds something that may be a
// character all the same: a patch of shade that is no noise.
func (g *gray) hasFaint(box rect, level byte, em int) bool {
	c := g.crop(box).soften()
	enough := max(em*em/60, 6)
	for _, p := range c.parts(level) {
		b := p.box
		atEdge := b.left <= 1 || b.top <= 1 || b.right >= c.w-1 || b.bottom >= c.h-1
		if p.area >= enough && !atEdge {
			return true
		}
	}
	return false
}

// soften takes the mean of each pixel and its eight neighbours.
func (g *gray) soften() *gray {
	s := newGray(g.w, g.h)
	for y := 1; y < g.h-1; y++ {
		for x := 1; x < g.w-1; x++ {
			sum := 0
			for i := (y-1)*g.w + x; i <= (y+1)*g.w+x; i += g.w {
				sum += int(g.px[i-1]) + int(g.px[i]) + int(g.px[i+1])
			}
			s.px[y*g.w+x] = byte(sum / 9)
		}
	}
	return s
}

// narrow reports whether all letters of a line are as narrow as digits and marks
// are.
func narrow(all []letter, em int) bool {
	for _, c := range all {
		b := c.box
		if b.width()*100 > em*75 && b.height()*4 > b.width() || b.height()*10 > em*14 {
			return false
		}
	}
	return true
}
