package formtest

import (
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// Box is a cell of a printed table.
type Box struct {
	Text       string
	Cols, Rows int // at least 1
	// Figure is the figure whose value the cell holds; empty for labels.
	Figure report.ID
	// Label is true for the words of rows and headers.
	Label bool
}

// Row is a row of boxes, those that hang down from rows above left out.
type Row struct {
	Boxes []Box
	// Line is the id of the form's row whose values stand here, empty for headers.
	Line string
	// Header is true for rows above the values.
	Header bool
}

// Table is a printed table.
type Table struct {
	Section *schemas.Section
	Rows    []Row
	// Width is the number of columns of the table's grid.
	Width int
}

// Tables lays out the tables of a filled-in form as the form does.
func (f *Filled) Tables() []*Table {
	var tables []*Table
	for _, s := range f.Form.Tables() {
		t := &Table{Section: s}
		for _, b := range s.Blocks {
			switch {
			case s.Across:
				f.layAcross(t, s, b)
			case depth(b.Rows) > 1:
				f.layGrouped(t, s, b)
			default:
				f.layBlock(t, s, b)
			}
		}
		for _, row := range t.Rows {
			t.Width = max(t.Width, row.width())
		}
		tables = append(tables, t)
	}
	return tables
}

func (r Row) width() (width int) {
	for _, b := range r.Boxes {
		width += b.Cols
	}
	return width
}

func label(text string) Box { return Box{Text: text, Cols: 1, Rows: 1, Label: true} }

func (f *Filled) value(id report.ID) Box {
	return Box{Text: f.Cells[id].Raw, Cols: 1, Rows: 1, Figure: id}
}

// depth is the number of parts of the longest label.
func depth(lines []schemas.Line) int {
	deepest := 1
	for _, l := range lines {
		deepest = max(deepest, len(l.Groups())+1)
	}
	return deepest
}

// blockGrid is the number of columns of the grid that blocks of different width
// share in the official template.
const blockGrid = 5

// layBlock lays a block with a line of its own above its header. In the official
// template the borders of header and data cells do not coincide.
func (f *Filled) layBlock(t *Table, s *schemas.Section, b *schemas.Block) {
	if b.Label != "" {
		title := label(b.Label)
		title.Cols = blockGrid
		t.Rows = append(t.Rows, Row{Boxes: []Box{title}, Header: true})
	}
	first := "项目"
	if len(s.Headers) > 0 {
		first = s.Headers[0]
	}
	header := Row{Boxes: []Box{label(first)}, Header: true}
	for _, column := range b.Columns {
		header.Boxes = append(header.Boxes, label(column.Leaf()))
	}
	spread(header.Boxes, 2)
	t.Rows = append(t.Rows, header)
	for _, line := range b.Rows {
		row := Row{Boxes: []Box{label(line.Leaf())}, Line: line.ID}
		for _, column := range b.Columns {
			row.Boxes = append(row.Boxes, f.value(s.FigureID(line, column)))
		}
		spread(row.Boxes, 1)
		t.Rows = append(t.Rows, row)
	}
}

// spread widens the box at the place so that the row fills the shared grid.
func spread(boxes []Box, place int) {
	place = min(place, len(boxes)-1)
	if free := blockGrid - len(boxes); free > 0 {
		boxes[place].Cols += free
	}
}

// layGrouped lays a table whose row labels are grouped over several columns and
// whose column labels are grouped over two rows.
func (f *Filled) layGrouped(t *Table, s *schemas.Section, b *schemas.Block) {
	deep := depth(b.Rows)
	t.Rows = append(t.Rows, columnHeader(s, b, deep)...)
	for i, line := range b.Rows {
		row := Row{Line: line.ID}
		groups := line.Groups()
		for g, group := range groups {
			if i > 0 && samePath(b.Rows[i-1].Groups(), groups, g+1) {
				continue // hangs down from above
			}
			box := label(group)
			for j := i + 1; j < len(b.Rows) && samePath(b.Rows[j].Groups(), groups, g+1); j++ {
				box.Rows++
			}
			row.Boxes = append(row.Boxes, box)
		}
		leaf := label(line.Leaf())
		leaf.Cols = deep - len(groups)
		row.Boxes = append(row.Boxes, leaf)
		for _, column := range b.Columns {
			row.Boxes = append(row.Boxes, f.value(s.FigureID(line, column)))
		}
		t.Rows = append(t.Rows, row)
	}
}

func samePath(a, b []string, n int) bool {
	return len(a) >= n && len(b) >= n && strings.Join(a[:n], ">") == strings.Join(b[:n], ">")
}

// columnHeader lays the three lines above a grouped table.
func columnHeader(s *schemas.Section, b *schemas.Block, deep int) []Row {
	// The words that name nothing are the section's own: a title, then the note
	// in the corner.
	words := append(append([]string(nil), s.Headers...), "", "")
	title, corner := label(words[0]), label(words[1])
	if corner.Text != "" {
		corner.Text = "（" + corner.Text + "）"
	}
	corner.Cols, corner.Rows = deep, 3
	title.Cols = len(b.Columns)
	top := Row{Boxes: []Box{corner, title}, Header: true}
	middle, bottom := Row{Header: true}, Row{Header: true}
	for i, column := range b.Columns {
		groups := column.Groups()
		switch {
		case len(groups) == 0:
			box := label(column.Leaf())
			box.Rows = 2
			middle.Boxes = append(middle.Boxes, box)
			continue
		case i == 0 || !samePath(b.Columns[i-1].Groups(), groups, 1):
			box := label(groups[0])
			for j := i + 1; j < len(b.Columns) && samePath(b.Columns[j].Groups(), groups, 1); j++ {
				box.Cols++
			}
			middle.Boxes = append(middle.Boxes, box)
		}
		bottom.Boxes = append(bottom.Boxes, label(column.Leaf()))
	}
	return []Row{top, middle, bottom}
}

// layAcross lays the rows of a block side by side: one row of values below
// three lines of header.
func (f *Filled) layAcross(t *Table, s *schemas.Section, b *schemas.Block) {
	top, middle, bottom := Row{Header: true}, Row{Header: true}, Row{Header: true}
	values := Row{Line: "values"}
	for i, line := range b.Rows {
		groups := line.Groups()
		single := len(groups) == 0
		if name := line.Label; single {
			box := label(name)
			box.Cols = len(b.Columns)
			top.Boxes = append(top.Boxes, box)
		} else if i == 0 || !samePath(b.Rows[i-1].Groups(), groups, 1) {
			box := label(groups[0])
			box.Cols = len(b.Columns)
			for j := i + 1; j < len(b.Rows) && samePath(b.Rows[j].Groups(), groups, 1); j++ {
				box.Cols += len(b.Columns)
			}
			top.Boxes = append(top.Boxes, box)
		}
		if !single {
			box := label(line.Leaf())
			box.Cols = len(b.Columns)
			middle.Boxes = append(middle.Boxes, box)
		}
		for _, column := range b.Columns {
			box := label(column.Leaf())
			if single {
				box.Rows = 2
				middle.Boxes = append(middle.Boxes, box)
			} else {
				bottom.Boxes = append(bottom.Boxes, box)
			}
			values.Boxes = append(values.Boxes, f.value(s.FigureID(line, column)))
		}
	}
	t.Rows = append(t.Rows, top, middle, bottom, values)
}
