package page

import (
	"regexp"
	"slices"
)

// opening is how headings and items of a list begin: they never continue the
// line before.
var opening = regexp.MustCompile(`^\s*(?:[一二三四五六七八九十]{1,3}\s*[、．.]|[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[）)]|\d{1,2}\s*[、．.)）]|第[一二三四五六七八九十]+[章节条部])`)

// measure is the left and right end of the column of text of a document, and the
// size of its print.
type measure struct{ left, right, size float64 }

// measureOf finds the column that most text keeps to.
func measureOf(pages []*sheet) measure {
	m := measure{}
	var sizes []float64
	for _, s := range pages {
		for _, l := range s.lines {
			for range l.glyphs {
				sizes = append(sizes, l.size)
			}
			if len(l.glyphs) < 10 {
				continue
			}
			if m.right == 0 || l.left < m.left {
				m.left = l.left
			}
			m.right = max(m.right, l.right)
		}
	}
	if len(sizes) > 0 {
		slices.Sort(sizes)
		m.size = sizes[len(sizes)/2]
	}
	return m
}

// continues reports whether a line goes on with the paragraph of the line before
// it, or with its headline.
func (m measure) continues(before, l *line, samePage bool) bool {
	size := max(before.size, l.size)
	space := l.top - before.bottom
	alike := min(before.size, l.size) > 0.85*size
	if !alike || samePage && space > 2*size || opening.MatchString(l.text()) {
		return false
	}
	return m.isFull(before, l) || samePage && space < size && m.isHeadline(before) && m.isHeadline(l)
}

// isFull reports whether a line ends for want of room and the next is not
// indented.
func (m measure) isFull(l, next *line) bool {
	size := max(l.size, next.size)
	return l.right > m.right-2*size && len(l.glyphs) >= 10 && next.left <= m.left+size
}

// isHeadline tells a line in larger print than most, as titles of several lines
// are.
func (m measure) isHeadline(l *line) bool { return l.size > 1.25*m.size }
