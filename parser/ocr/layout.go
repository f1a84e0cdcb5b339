package ocr

import (
	"context"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
)

// Bounds of a page. A form has some hundred rulings and lines.
const (
	maxStrokes = 4_000
	maxLines   = 4_000
)

// sheet is a page on its way from pixels to print.
type sheet struct {
	g      *gray // flattened, straight, rulings erased
	levels levels
	rules  []page.Rule
	frames []page.Frame
	lines  []line
	// em is the height of a line of print in pixels.
	em int
}

// layOut turns the lines of a flattened page level, finds the rulings, the cells
// that they draw and the lines of print in and outside of them.
func layOut(ctx context.Context, flat *gray) (*sheet, error) {
	l := flat.measure()
	g := flat.turn(flat.skew(l.faint))
	s := &sheet{g: g, levels: l}
	across, down, ok := g.rulings(l.faint)
	if !ok {
		return nil, fmt.Errorf("find the tables: %w: more than %d rulings", blocks.ErrTooLarge, maxStrokes)
	}
	s.rules = rules(across, down)
	s.frames = page.Frames(page.Page{Number: 1, Width: float64(g.w), Height: float64(g.h), Rules: s.rules})
	whole := &gray{g.w, g.h, slices.Clone(g.px)}
	g.eraseStrokes(across, down)
	var inside []area
	var cut []bool
	ink := 0
	for _, frame := range s.frames {
		for _, c := range frame.Cells {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			box := rect{int(c.Left), int(c.Top), int(c.Right + 0.5), int(c.Bottom + 0.5)}.grow(-1)
			parts, isCut := g.inkOf(box, l.ink)
			ink += len(parts)
			inside, cut = append(inside, area{len(inside), box, parts}), append(cut, isCut)
		}
	}
	s.em = lineHeight(inside)
	outside := s.outside()
	for _, a := range outside {
		ink += len(a.parts)
	}
	if ink >= maxParts {
		return nil, fmt.Errorf("find the print: %w: %d pieces of ink and more, the limit is %d; the picture shows no page", blocks.ErrTooLarge, ink, maxParts)
	}
	if s.em == 0 {
		s.em = lineHeight(outside)
	}
	if s.em == 0 {
		return s, nil
	}
	if s.em < lowestLine {
		return nil, tooCoarse(fmt.Sprintf("lines of print %d pixels high", s.em))
	}
	for i, a := range inside {
		lines := a.lines(s.em)
		if len(lines) == 0 && (g.hasFaint(a.box, l.faint, s.em) || whole.hasInk(a.box, l.ink, s.em)) {
			lines = []line{{cell: a.cell, box: a.box, faint: true}}
		}
		for j := range lines {
			lines[j].doubt = cut[i] || !lines[j].faint && whole.touches(lines[j].box, l.ink)
		}
		s.lines = append(s.lines, lines...)
	}
	for _, a := range outside {
		s.lines = append(s.lines, a.lines(s.em)...)
	}
	if len(s.lines) > maxLines {
		return nil, fmt.Errorf("find the print: %w: %d lines, the limit is %d; the picture shows no page", blocks.ErrTooLarge, len(s.lines), maxLines)
	}
	return s, nil
}

// outside are the parts of the page above, between and below the tables.
func (s *sheet) outside() (all []area) {
	top := 0
	add := func(bottom int) {
		if bottom-top > 4 {
			box := rect{0, top, s.g.w, bottom}
			parts := s.g.crop(box).pieces(s.levels.ink, false)
			for i := range parts {
				parts[i].box = parts[i].box.move(0, top)
			}
			all = append(all, area{-1, box, parts})
		}
	}
	for _, f := range s.frames {
		add(int(f.Top) - 2)
		top = max(top, int(f.Bottom)+3)
	}
	add(s.g.h)
	return all
}

// hasInk reports whether print stands well inside a cell in a picture whose
// rulings were not erased yet: it may have been taken for one of them.
func (g *gray) hasInk(box rect, level byte, em int) bool {
	ink := 0
	for _, p := range g.crop(box.grow(-max(3, em/6))).px {
		if p < level {
			ink++
		}
	}
	return ink > em*em/30
}

// touches reports whether there is ink right around a box of print in a picture
// whose rulings were not erased yet: the print runs into one.
func (g *gray) touches(box rect, level byte) bool {
	around := box.grow(2)
	for y := max(around.top, 0); y < min(around.bottom, g.h); y++ {
		for x := max(around.left, 0); x < min(around.right, g.w); x++ {
			inside := x >= box.left && x < box.right && y >= box.top && y < box.bottom
			if !inside && g.px[y*g.w+x] < level {
				return true
			}
		}
	}
	return false
}
