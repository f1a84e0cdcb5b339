package normalize

import "gongkai/report"

// What optical recognition saw in a picture may be misread. Every figure says
// that it was recognised and how surely; below the bar it is not read. A label
// may be misread too: one that no form knows is taken for the form's label that
// it resembles, if that is one and clear.

// judge marks a figure that was recognised and refuses it if recognition is not
// sure. A cell without ink is empty whether or not it says how sure that is.
func (n *Normalizer) judge(f *report.Figure, row *found, c *cell) {
	switch {
	case c != nil && c.Confidence > 0:
		f.Confidence = c.Confidence
	case c != nil && c.Text != "" || !row.isRecognised():
		return
	default:
		f.Confidence = leastSure(row.cells)
		if c != nil {
			f.Confidence = 0
		}
	}
	f.Source = report.OCR
	if bar := n.minConfidence(); f.Confidence > 0 && f.Confidence < bar {
		f.State, f.Value, f.Printed, f.UnitFrom = report.Unreadable, nil, "", ""
		f.Note = unsure(f.Raw, f.Confidence, bar).And(f.Note)
	}
}

// isRecognised reports whether any part of the row was recognised in a picture.
func (row *found) isRecognised() bool { return row.recognised || leastSure(row.cells) > 0 }

// leastSure is the lowest confidence of the cells that were recognised, 0 if none
// was.
func leastSure(cells []*cell) (least int) {
	for _, c := range cells {
		least = report.LessSure(least, c.Confidence)
	}
	return least
}

// guessLabels matches recognised words that are no label with the label that they
// resemble.
func (n *Normalizer) guessLabels(cells []cell) {
	for i := range cells {
		c := &cells[i]
		if c.Confidence == 0 || c.class != wordsCell {
			continue
		}
		if label, refs := n.Forms.Resembling(c.Text, c.unsure); refs != nil {
			c.class, c.refs, c.label.Text = labelCell, refs, label
			c.misread = true
		}
	}
}

// misreadNote says what a misread label was taken for; zero for any other cell.
func (c *cell) misreadNote() report.Text {
	if !c.misread {
		return report.Text{}
	}
	return misreadLabel(c.Text, c.label.Text)
}

// misread says that the column's header is a misread label; zero if it is none.
func (c *columns) misread(column int) report.Text {
	if column < len(c.cells) && c.cells[column] != nil {
		return c.cells[column].misreadNote()
	}
	return report.Text{}
}

// match is what the page prints for the figure of a column.
func (w *walker) match(row *found, c *columns, column int, p placed) Match {
	m := Match{
		Form: w.forms[row.section.ID].ID,
		Row:  Printed{row.label, row.labelAt},
		Why:  p.whyNot(c, column),
	}
	if head := c.header(column); head != nil {
		m.Column = Printed{head.Text, head.At}
	}
	if row.row == across {
		m.Row = row.labelAbove(column)
	}
	for _, cell := range row.cells {
		m.Cells = append(m.Cells, *cell.Cell)
	}
	return m
}

// header is the header cell of a column, nil if none names it.
func (c *columns) header(column int) *slot {
	switch {
	case column < len(c.cells) && c.cells[column] != nil:
		return c.cells[column]
	case column < len(c.names):
		return c.names[column]
	}
	return nil
}

// labelAbove is the label of the row that a column of an across row belongs to.
func (row *found) labelAbove(column int) Printed {
	line := column / len(row.section.Blocks[row.block].Columns)
	for i := range row.head.slots {
		if s := &row.head.slots[i]; s.ref.Section == row.section && s.isRow(line) {
			return Printed{s.Text, s.At}
		}
	}
	return Printed{}
}
