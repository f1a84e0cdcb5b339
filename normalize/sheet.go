package normalize

import (
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// class tells what a cell may be, before anybody asks which row it is in.
type class uint8

const (
	blankCell class = iota
	labelCell       // a label of some form
	valueCell       // looks like a value
	noteCell        // a bare number of a label or a note in brackets: part of the label before or after it
	wordsCell       // other text
)

// cell is a printed cell and what its text may name.
type cell struct {
	*report.Cell
	class class
	// misread marks a label that optical recognition misread; label has its own text.
	misread bool
	// unsure marks text that optical recognition is not sure of.
	unsure bool
	label  schemas.Label
	refs   []schemas.Ref
	// first and last are the columns of the grid that the cell covers, from 0.
	first, last int
	// printed is the number of the line that the cell stands in, where the page
	// shows no rows; a label that runs over lines ends there.
	printed int
}

// line is a row of a table as printed.
type line struct {
	cells  []cell
	layout report.Layout
	table  int  // number of the table in the sheet, from 0
	cut    bool // the document ends with the table
	// doubt is why nothing of the table can be read, zero if it can.
	doubt report.Text
	// unit is the unit of money named above the table, "" if none is.
	unit string
}

// isDistinct reports whether no text stands twice in a table of lines.
func (l *line) isDistinct() bool {
	if l.layout != report.Lines || len(l.cells) < minThinned {
		return false
	}
	seen := make(map[string]bool, len(l.cells))
	for i := range l.cells {
		if text := l.cells[i].Text; seen[text] {
			return false
		} else {
			seen[text] = true
		}
	}
	return true
}

// sheet is all tables of a report, one after the other. A table that was cut in
// two, by a page end or by the editor, is whole again here.
type sheet []line

func (n *Normalizer) readSheet(r *report.Report) sheet {
	rows, number := 0, 0
	for i := range r.Sections {
		for j := range r.Sections[i].Tables {
			rows += len(r.Sections[i].Tables[j].Rows)
		}
	}
	s := make(sheet, 0, rows)
	for i := range r.Sections {
		for j := range r.Sections[i].Tables {
			t := &r.Sections[i].Tables[j]
			doubt, unit := otherYear(t.Caption, r.Year), n.captionUnit(t.Caption)
			for _, l := range n.readTable(t, number) {
				l.cut, l.doubt, l.unit = t.Cut, doubt, unit
				s = append(s, l)
			}
			number++
		}
	}
	return n.mendBreaks(s)
}

func (n *Normalizer) readTable(t *report.Table, number int) []line {
	total := 0
	for _, row := range t.Rows {
		total += len(row)
	}
	room := make([]cell, total)
	lines := make([]line, 0, len(t.Rows))
	var occupied occupancy
	for _, row := range t.Rows {
		l := line{cells: room[:len(row):len(row)], layout: t.Layout, table: number}
		room = room[len(row):]
		for i := range row {
			n.readCell(&l.cells[i], &row[i])
		}
		if t.Layout == report.Grid {
			occupied.place(l.cells)
		}
		lines = append(lines, l)
	}
	if t.Layout == report.Tabs || t.Layout == report.Grid {
		for i := range lines {
			lines[i].cells = n.joinLabels(lines[i].cells)
			n.guessLabels(lines[i].cells)
		}
		return lines
	}
	// Rows of bars and lines mean nothing: labels may run over them.
	flat := line{layout: t.Layout, table: number}
	for i := range lines {
		for j := range lines[i].cells {
			lines[i].cells[j].printed = i
		}
		flat.cells = append(flat.cells, lines[i].cells...)
	}
	flat.cells = n.joinLabels(flat.cells)
	n.guessLabels(flat.cells)
	return []line{flat}
}

func (n *Normalizer) readCell(c *cell, printed *report.Cell) {
	c.Cell = printed
	c.unsure = printed.Confidence > 0 && printed.Confidence < n.minConfidence()
	switch text := printed.Text; {
	case text == "":
		return
	case schemas.IsDigits(text), len(text) < 6 && text[0] < 0x80 && n.Words.LooksLikeValue(text):
		c.class = valueCell // the quick way for plain figures
		return
	}
	c.label, c.refs = n.Forms.Lookup(printed.Text)
	switch {
	case len(c.refs) > 0:
		c.class = labelCell
	case n.Words.LooksLikeValue(printed.Text):
		c.class = valueCell
	case c.label.Text == "" && c.label.Number != "", isNote(printed.Text):
		c.class = noteCell
	default:
		c.class = wordsCell
	}
}

func isNote(text string) bool {
	return (strings.HasPrefix(text, "(") || strings.HasPrefix(text, "（")) &&
		(strings.HasSuffix(text, ")") || strings.HasSuffix(text, "）"))
}

// maxParts is how many cells one label may be broken into.
const maxParts = 6

// joinLabels puts labels together that the page breaks over cells: 商业 | 企业,
// （三） | 不予公开.
func (n *Normalizer) joinLabels(cells []cell) []cell {
	kept := 0
	for i := 0; i < len(cells); kept++ {
		if size := n.labelParts(cells[i:]); size > 1 {
			cells[kept] = n.joined(cells[i : i+size])
			i += size
			continue
		}
		if kept != i {
			cells[kept] = cells[i]
		}
		i++
	}
	return cells[:kept]
}

// labelParts returns how many of the first cells make one label; 1 if none do.
func (n *Normalizer) labelParts(cells []cell) int {
	first := &cells[0]
	if first.class == blankCell || first.class == valueCell {
		return 1
	}
	size, text := 1, first.Text
	for i := 1; i < min(maxParts, len(cells)); i++ {
		part := &cells[i]
		numbered := part.class == labelCell && first.class == noteCell && i == 1
		if part.class != wordsCell && part.class != noteCell && !numbered {
			break
		}
		text += part.Text
		if label, refs := n.Forms.Lookup(text); len(refs) > 0 && (first.class != labelCell || label.Text != first.label.Text) {
			size = i + 1
		}
	}
	return size
}

// joined is the cell of a label that the page breaks over cells.
func (n *Normalizer) joined(parts []cell) cell {
	whole := *parts[0].Cell
	for _, part := range parts[1:] {
		whole.Text += part.Text
		whole.Confidence = report.LessSure(whole.Confidence, part.Confidence)
	}
	c := cell{Cell: &whole, class: labelCell, unsure: whole.Confidence > 0 && whole.Confidence < n.minConfidence(), first: parts[0].first, last: parts[len(parts)-1].last, printed: parts[len(parts)-1].printed}
	c.label, c.refs = n.Forms.Lookup(whole.Text)
	return c
}

// occupancy tells which columns of the next row are taken by cells that span
// down from rows above, as a browser lays out a table.
type occupancy struct {
	left []int // rows still to be covered, for each column
	next []int
}

const maxColumns = 2000

func (o *occupancy) place(cells []cell) {
	o.next = append(o.next[:0], o.left...)
	for i := range o.next {
		o.next[i] = max(o.next[i]-1, 0)
	}
	column := 0
	for i := range cells {
		for column < len(o.left) && o.left[column] > 0 {
			column++
		}
		wide, high := max(cells[i].Cols, 1), max(cells[i].Rows, 1)
		cells[i].first, cells[i].last = column, column+wide-1
		for ; wide > 0 && column < maxColumns; wide-- {
			for column >= len(o.next) {
				o.next = append(o.next, 0)
			}
			o.next[column] = max(o.next[column], high-1)
			column++
		}
	}
	for len(o.next) > 0 && o.next[len(o.next)-1] == 0 {
		o.next = o.next[:len(o.next)-1]
	}
	o.left, o.next = o.next, o.left
}
