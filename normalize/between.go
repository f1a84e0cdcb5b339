package normalize

import (
	"slices"
	"unicode"

	"gongkai/report"
	"gongkai/schemas"
)

// A label of which recognition saw only a part can still be told by its place:
// the rows of a form come in one order, so a row between two that are known, with
// as many rows missing there as stand there, is the form's row if recognition is
// not sure of its label and that has most of the form's characters.

// place is a row of a form in the order of its section, from 0.
type place struct {
	section *schemas.Section
	block   int
	row     int
	number  int
}

// labelBetween gives labels that recognition misread to rows between known rows.
func (w *walker) labelBetween(s sheet) {
	last, lastPlace := -1, place{}
	for i := range s {
		if s[i].layout != report.Grid {
			continue
		}
		p, ok := w.placeOf(&s[i])
		if !ok {
			continue
		}
		if missing := p.number - lastPlace.number; last >= 0 && p.section == lastPlace.section && missing == i-last {
			w.nameRows(s[last+1:i], lastPlace)
		}
		last, lastPlace = i, p
	}
}

// placeOf is the row of a form that the line's own label names, if it names only
// one.
func (w *walker) placeOf(l *line) (p place, ok bool) {
	for i := range l.cells {
		if l.cells[i].class != labelCell {
			continue
		}
		for _, ref := range l.cells[i].refs {
			if ref.Kind != schemas.RowLabel || ref.Section.Across || w.forms[ref.Section.ID] != ref.Form {
				continue
			}
			q := place{ref.Section, ref.Block, ref.Line, numberOf(ref.Section, ref.Block, ref.Line)}
			if ok && q != p {
				return place{}, false
			}
			p, ok = q, true
		}
	}
	return p, ok
}

// numberOf counts the rows of the section before a row.
func numberOf(s *schemas.Section, block, row int) int {
	for i := range block {
		row += len(s.Blocks[i].Rows)
	}
	return row
}

// next is the row below in the same block; a header stands between blocks.
func (p place) next() (place, bool) {
	p.row++
	p.number++
	return p, p.row < len(p.section.Blocks[p.block].Rows)
}

// nameRows gives the lines the rows that follow one, if all of them fit.
func (w *walker) nameRows(lines []line, p place) {
	labels := make([]*cell, len(lines))
	places := make([]place, len(lines))
	for i := range lines {
		var ok bool
		if p, ok = p.next(); !ok {
			return
		}
		if labels[i] = w.misreadLabelOf(&lines[i], p); labels[i] == nil {
			return
		}
		places[i] = p
	}
	for i, c := range labels {
		line := p.section.Blocks[places[i].block].Rows[places[i].row]
		form := w.forms[p.section.ID]
		c.class, c.misread = labelCell, true
		c.label.Text = line.Leaf()
		c.refs = []schemas.Ref{{Kind: schemas.RowLabel, Form: form, Section: p.section, Block: places[i].block, Line: places[i].row}}
	}
}

// misreadLabelOf is the cell of a line that may be the label of a row, misread;
// nil if none is.
func (n *Normalizer) misreadLabelOf(l *line, p place) *cell {
	b := p.section.Blocks[p.block]
	at := len(l.cells) - len(b.Columns) - 1
	if at < 0 {
		return nil
	}
	c := &l.cells[at]
	if !c.unsure || c.Text == "" || c.class == labelCell && isRowOf(c, p) || !n.mayRead(c.Text, b.Rows[p.row].Leaf()) {
		return nil
	}
	return c
}

// mayRead reports whether text that recognition is not sure of may be the label:
// two thirds of the characters are the same, half of a long label, and no other
// row of any form is as near.
func (n *Normalizer) mayRead(text, label string) bool {
	const long = 15
	seen, printed := characters(text), characters(label)
	common := commonCharacters(seen, printed)
	enough := func(of int) bool { return common*3 >= of*2 || of >= long && common*2 >= of }
	if !enough(len(printed)) || !enough(len(seen)) {
		return false
	}
	for _, form := range n.Forms.Forms {
		for _, s := range form.Tables() {
			for _, b := range s.Blocks {
				for _, row := range b.Rows {
					other := characters(row.Leaf())
					if !slices.Equal(other, printed) && commonCharacters(seen, other)*len(printed) >= common*len(other) && len(other) >= len(printed)/2 {
						return false
					}
				}
			}
		}
	}
	return true
}

// isRowOf reports whether a label names another row of the section.
func isRowOf(c *cell, p place) bool {
	for _, ref := range c.refs {
		if ref.Kind == schemas.RowLabel && ref.Section == p.section && (ref.Block != p.block || ref.Line != p.row) {
			return true
		}
	}
	return false
}

// characters are the digits and Han characters of a text: labels have no others,
// and where recognition saw others they are debris.
func characters(text string) (kept []rune) {
	for _, r := range text {
		if r = schemas.Plain(r); unicode.Is(unicode.Han, r) || unicode.IsDigit(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// commonCharacters is the length of the longest sequence of characters that both
// texts have in this order.
func commonCharacters(a, b []rune) int {
	best := make([]int, len(b)+1)
	for _, r := range a {
		diagonal := 0
		for j, s := range b {
			above := best[j+1]
			if r == s {
				best[j+1] = diagonal + 1
			} else {
				best[j+1] = max(best[j+1], best[j])
			}
			diagonal = above
		}
	}
	return best[len(b)]
}

// seemsMisread reports whether a recognised header may be the label though it
// has other characters: as many, and half of them the same.
func (s *slot) seemsMisread(label string) bool {
	seen, printed := characters(s.Text), characters(label)
	return s.unsure && len(seen) == len(printed) && commonCharacters(seen, printed)*2 >= len(printed)
}
