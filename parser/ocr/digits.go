package ocr

import (
	"math"
	"slices"
	"strings"
)

// class is what a page's shapes of one digit look like on average.
type class struct {
	sum    [shapeH][shapeW]float32
	aspect float64
	n      int
}

func (c *class) add(s *shape) {
	for y := range shapeH {
		for x := range shapeW {
			c.sum[y][x] += s.ink[y][x]
		}
	}
	c.aspect += s.aspect
	c.n++
}

// distance of a shape from the others of the class: the shape itself, if it
// belongs to it, does not speak for itself.
func (c *class) distance(s *shape, belongs bool) float64 {
	n, mean := float32(c.n), c.sum
	if belongs {
		n--
	}
	for y := range shapeH {
		for x := range shapeW {
			if belongs {
				mean[y][x] -= s.ink[y][x]
			}
			mean[y][x] /= n
		}
	}
	return s.distance(&mean)
}

// Distances of shapes, measured on scans: 99.9 of 100 lie within 0.07 of the mean
// of their own digit on clean scans and 0.12 on bad ones; none comes nearer to
// another digit's than 0.07.
const (
	ownReach = 0.10
	// enough shapes of a digit on a page make a class.
	enough = 3
)

// sign is a letter of a number line, with its shape.
type sign struct {
	letter letter
	shape  shape
}

// number is a line that may be a number.
type number struct {
	line  *line
	signs []sign
	// parted is true if touching letters had to be cut.
	parted bool
	// a and b are the recogniser's readings, spelled is that of the shapes.
	a, b, spelled string
}

// number takes a line that stands alone for a number if it looks like one: all
// its letters are narrow.
func (s *sheet) number(l *line) (number, bool) {
	if !l.alone {
		return number{}, false
	}
	whole := letters(l.parts)
	all := s.part(whole)
	digits := all
	if len(all) > 1 && s.isPlus(all[0]) {
		digits = all[1:]
	}
	if !narrow(digits, s.em) {
		return number{}, false
	}
	n := number{line: l, parted: len(all) > len(whole)}
	for _, c := range all {
		n.signs = append(n.signs, sign{c, s.g.shapeOf(c, s.levels.ink)})
	}
	return n, n.isLikely(s.em)
}

// isLikely reports whether at least half of the letters look like digits and
// marks. Chinese characters fall into narrow pieces too.
func (n *number) isLikely(em int) bool {
	tall, bottom := n.extent()
	likely := 0
	for k := range n.signs {
		s := &n.signs[k]
		if s.letter.box.height()*2 < em || mark(s, tall, bottom, em) != 0 || s.shape.isDigit() {
			likely++
		}
	}
	return likely*2 >= len(n.signs)
}

// extent is the height of the tallest letter and the line that digits stand on.
func (n *number) extent() (tall, bottom int) {
	for _, s := range n.signs {
		tall = max(tall, s.letter.box.height())
	}
	for _, s := range n.signs {
		if s.letter.box.height()*4 > tall*3 {
			bottom = max(bottom, s.letter.box.bottom)
		}
	}
	return tall, bottom
}

// part cuts letters that touch each other: those too wide for a digit, where
// they hang together by a thread.
func (s *sheet) part(all []letter) (cut []letter) {
	for _, c := range all {
		cut = append(cut, s.cut(c)...)
	}
	return cut
}

func (s *sheet) cut(c letter) []letter {
	b := c.box
	if b.width()*100 <= s.em*75 || b.height()*2 < s.em || b.width() > 6*s.em || s.isPlus(c) {
		return []letter{c}
	}
	// The thinnest place that leaves something like a digit on its left.
	least, at := b.height(), -1
	for x := b.left + s.em/4; x < min(b.left+s.em*3/4, b.right-s.em/4); x++ {
		ink := 0
		for y := b.top; y < b.bottom; y++ {
			if s.g.px[y*s.g.w+x] < s.levels.ink {
				ink++
			}
		}
		if ink < least {
			least, at = ink, x
		}
	}
	if at < 0 || least*5 > b.height()*2 {
		return []letter{c}
	}
	left, okLeft := s.letterIn(rect{b.left, b.top, at, b.bottom})
	right, okRight := s.letterIn(rect{at + 1, b.top, b.right, b.bottom})
	if !okLeft || !okRight {
		return []letter{c}
	}
	return append([]letter{left}, s.cut(right)...)
}

// isPlus tells a plus, which some fonts make wider than any digit.
func (s *sheet) isPlus(c letter) bool {
	b := c.box
	if b.width()*4 > b.height()*5 {
		return false
	}
	return mark(&sign{c, s.g.shapeOf(c, s.levels.ink)}, b.height(), b.bottom, s.em) == '+'
}

// letterIn is all ink in a box as one letter.
func (s *sheet) letterIn(box rect) (letter, bool) {
	c := letter{}
	for _, p := range s.g.crop(box).parts(s.levels.ink) {
		if p.area*100 < s.em*s.em {
			continue // a shred of the neighbour
		}
		p.box = p.box.move(box.left, box.top)
		for i := range p.holes {
			p.holes[i].box = p.holes[i].box.move(box.left, box.top)
		}
		c.parts, c.area = append(c.parts, p), c.area+p.area
	}
	if len(c.parts) == 0 {
		return c, false
	}
	c.box = boxOf(c.parts)
	return c, true
}

// classes are the digits of a page as the readings name them. Only lines count
// that were read alike twice, and whose digits can be what was read.
func classes(numbers []number, em int) *[10]class {
	var all [10]class
	for i := range numbers {
		numbers[i].teach(&all, em)
	}
	return &all
}

// teach adds the digits of a line to the classes.
func (n *number) teach(all *[10]class, em int) {
	for k, c := range n.agreed(em) {
		if isDigit(c) && n.signs[k].shape.mayBe(c) {
			all[c-'0'].add(&n.signs[k].shape)
		}
	}
}

// agreed is what both readings say, a character a letter; nil if they differ or
// see more or fewer letters, or if letters had to be cut: these must look like
// digits that stand elsewhere on the page. A minus that only the shapes show is no difference:
// the recogniser loses it.
func (n *number) agreed(em int) []rune {
	if n.parted {
		return nil // 万 falls into two pieces that pass for sevens
	}
	a, b := n.a, n.b
	if tall, bottom := n.extent(); len(n.signs) > 1 && strings.ContainsRune("-—", mark(&n.signs[0], tall, bottom, em)) {
		a, b = "-"+strings.TrimPrefix(a, "-"), "-"+strings.TrimPrefix(b, "-")
	}
	if text := []rune(a); a == b && len(text) == len(n.signs) {
		return text
	}
	return nil
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// unknown stands for a letter whose shape is no digit's.
const unknown = '?'

// spell reads a line by the shapes of its letters alone. It must have been taught
// to the classes, if it agreed.
func (n *number) spell(all *[10]class, em int) string {
	tall, bottom := n.extent()
	text := n.agreed(em)
	var b strings.Builder
	for k := range n.signs {
		s := &n.signs[k]
		c := mark(s, tall, bottom, em)
		if s.letter.area*10000 < em*em*45 {
			c = unknown // a speck or a point
		}
		if c == 0 {
			own := unknown
			if text != nil && isDigit(text[k]) && s.shape.mayBe(text[k]) {
				own = text[k]
			}
			c = digit(&s.shape, all, own)
		}
		b.WriteRune(c)
	}
	// Before other letters a dash of any length is a minus.
	if rest, ok := strings.CutPrefix(b.String(), "—"); ok && rest != "" && !strings.ContainsAny(rest, "-—") {
		return "-" + rest
	}
	return b.String()
}

// mark tells by its size and place a letter that is no digit; 0 if it may be one.
func mark(s *sign, tall, bottom, em int) rune {
	b := s.letter.box
	w, h := b.width(), b.height()
	switch {
	case w > 2*h && h*3 < em && w*4 > em && isEven(s):
		if w*4 > em*3 {
			return '—'
		}
		return '-'
	case h*2 <= tall && w*5 < tall*2 && h > w && b.top*5 > bottom*5-tall*2 && (b.bottom-bottom)*12 > tall && len(s.letter.parts) == 1:
		return ',' // it hangs far below the line
	case h*5 < tall*2 && w*5 < tall*2 && tall*2 > em:
		if abs(b.bottom-bottom)*16 <= tall && h*4 <= w*5 && len(s.letter.parts) == 1 {
			return '.'
		}
		if b.top < bottom && b.bottom > bottom && h > w && len(s.letter.parts) == 1 {
			return ','
		}
		return unknown
	case h*5 < em*2:
		return unknown
	}
	p := &s.shape
	if len(p.holes) == 0 && len(s.letter.parts) == 1 {
		if p.aspect > 0.75 && p.aspect < 1.33 && p.spine() > 0.85 && p.widest(0.4, 0.65) > 0.85 && p.share(0, 0, 0.35, 0.35)+p.share(0.7, 0, 1, 0.35)+p.share(0, 0.7, 0.35, 1) < 0.2 {
			return '+'
		}
		if h*10 >= em*6 && p.aspect < 0.75 && p.stem() < 0.6 && p.widest(0, 1) < 0.5 && p.share(0.7, 0, 1, 0.2) > 0.3 && p.share(0, 0.8, 0.3, 1) > 0.3 &&
			p.share(0, 0, 0.4, 0.4)+p.share(0.6, 0.6, 1, 1) < 0.1 {
			return '/'
		}
	}
	return 0
}

// isEven reports whether a flat stroke is as thick at its ends as in the middle,
// as a dash is and the numeral 一 of printed fonts is not.
func isEven(s *sign) bool {
	thick := func(left, right float64) float64 { return s.shape.share(left, 0, right, 1) }
	first, middle, last := thick(0.1, 0.3), thick(0.4, 0.6), thick(0.7, 0.9)
	least, most := min(first, middle, last), max(first, middle, last)
	return len(s.letter.parts) == 1 && len(s.shape.holes) == 0 && least > 0.5 && most < 1.5*least
}

// digit is the one digit that a shape can be: by the rules of shapes and by the
// digits of the same page. unknown when none or several fit. own is what the
// shape counts as in the classes.
func digit(s *shape, all *[10]class, own rune) rune {
	best, second, at := math.Inf(1), math.Inf(1), unknown
	fit, only := 0, unknown
	for c := '0'; c <= '9'; c++ {
		k := &all[c-'0']
		may := s.mayBe(c)
		if may {
			fit++
			only = c
		}
		n := k.n
		if c == own {
			n--
		}
		if n < enough {
			continue
		}
		switch d := k.distance(s, c == own); {
		case d < best:
			best, second, at = d, best, c
		case d < second:
			second = d
		}
	}
	switch {
	case best <= ownReach && s.mayBe(at) && (best < 0.7*second || fit == 1 && at == own):
		return at
	case fit == 1 && own == only && best > ownReach:
		return only // the page shows no other of it, or in another font
	}
	return unknown
}

// evenly reports whether the letters of a line are as high as each other and
// stand as close as those of one number do. A Chinese character that was taken
// for digits is higher; two numbers that ran together where a border was lost
// are further apart.
func (n *number) evenly(em int) bool {
	var gaps, heights, bottoms []int
	for k, c := range []rune(n.spelled) {
		if isDigit(c) && k < len(n.signs) {
			b := n.signs[k].letter.box
			heights, bottoms = append(heights, b.height()), append(bottoms, b.bottom)
		}
	}
	if len(heights) > 0 {
		slices.Sort(heights)
		slices.Sort(bottoms)
		loose := 2 + heights[len(heights)/2]/12
		if n.parted {
			loose = 1 + heights[len(heights)/2]/16
		}
		if heights[len(heights)-1]-heights[0] > loose || bottoms[len(bottoms)-1]-bottoms[0] > loose {
			return false
		}
	}
	if len(heights) > 0 && n.isApart(heights[len(heights)/2]) {
		return false
	}
	for k := 1; k < len(n.signs); k++ {
		gaps = append(gaps, n.signs[k].letter.box.left-n.signs[k-1].letter.box.right)
	}
	if len(gaps) == 0 {
		return true
	}
	slices.Sort(gaps)
	// A point or a 1 stands further off than other digits, by half a digit.
	return gaps[len(gaps)-1] <= max(gaps[len(gaps)/2], 0)+em*2/5 && gaps[len(gaps)-1] < em
}

// isApart reports whether a space stands between two digits, given their height.
// Digits advance by four fifths of their height at most, or by as much
// everywhere; a space adds a third of it at least.
func (n *number) isApart(height int) bool {
	var steps []int
	before := -1
	for k, c := range []rune(n.spelled) {
		if k >= len(n.signs) || !isDigit(c) {
			before = -1 // a point or a sign has its own room
			continue
		}
		b := n.signs[k].letter.box
		middle := b.left + b.right
		if before >= 0 {
			steps = append(steps, middle-before) // twice the step
		}
		before = middle
	}
	if len(steps) == 0 {
		return false
	}
	slices.Sort(steps)
	widest, usual := steps[len(steps)-1], steps[(len(steps)-1)/2]
	return widest*10 > 2*height*9+10 && (len(steps) == 1 || widest*5 > usual*6)
}
