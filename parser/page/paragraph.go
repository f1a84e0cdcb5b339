package page

import (
	"regexp"
)

// opening is how headings and items of a list begin: they never continue the
// line before.
var opening = regexp.MustCompile(`^\s*(?:[一二三四五六七八九十]{1,3}\s*[、．.]|[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[）)]|\d{1,2}\s*[、．.)）]|第[一二三四五六七八九十]+[章节条部])`)

// measure is the left and right end of the column of text of a document.
type measure struct{ left, right float64 }

// measureOf finds the column that most text keeps to.
func measureOf(pages []*sheet) measure {
	m := measure{}
	for _, s := range pages {
		for _, l := range s.lines {
			if len(l.glyphs) < 10 {
				continue
			}
			if m.right == 0 || l.left < m.left {
				m.left = l.left
			}
			m.right = max(m.right, l.right)
		}
	}
	return m
}

// continues reports whether a line goes on with the paragraph of the line before
// it: that one is full, this one is not indented and opens nothing.
func (m measure) continues(before, l *line, samePage bool) bool {
	size := max(before.size, l.size)
	full := before.right > m.right-2*size && len(before.glyphs) >= 10
	indented := l.left > m.left+size
	near := !samePage || l.top-before.bottom < 2*size
	alike := min(before.size, l.size) > 0.85*size
	return full && !indented && near && alike && !opening.MatchString(l.text())
}
