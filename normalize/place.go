package normalize

import (
	"gongkai/report"
)

// Placing decides which cell behind a label stands for which column. A row may
// have fewer cells than columns (empty cells vanished, cells were merged) or
// more (a merged label left empty cells before the values, a converter filled
// the row up behind them). The cells are placed where exactly one way fits;
// where several do, the row is refused.

// placed is where the cells of a row stand: for each position of the columns a
// cell, or nil with a reason.
type placed struct {
	cells []*cell
	blank bool // all cells of the row are empty or vanished
	why   report.Text
	note  report.Text // what is odd about the row
}

// evidence is what the rows of the tables teach about where values stand.
type evidence struct {
	rows   []*found
	full   map[shape]map[int]bool // where the values of full rows begin
	tables map[int]*habits
}

// shape is what rows have in common that a label of the same depth in the form
// stands before: the number of cells behind the label and of columns.
type shape struct{ table, cells, columns, depth int }

// habits are the ways of one table.
type habits struct {
	rows    int
	exact   int             // rows with exactly as many cells as columns
	kinds   map[[2]int]bool // numbers of columns and depths of label of all rows
	closed  map[int]bool    // numbers of cells of the rows that end with the last column
	extents map[[2]int]int  // how many rows have their first and last value there
}

// learn works out the evidence, once some row needs it: most tables are whole.
func (e *evidence) learn() {
	if e.full != nil {
		return
	}
	e.full, e.tables = map[shape]map[int]bool{}, map[int]*habits{}
	for _, row := range e.rows {
		h := e.tables[row.table]
		if h == nil {
			h = &habits{kinds: map[[2]int]bool{}, closed: map[int]bool{}, extents: map[[2]int]int{}}
			e.tables[row.table] = h
		}
		width := row.columns().width()
		first, last := extent(row.cells)
		h.rows++
		if len(row.cells) == width {
			h.exact++
		}
		h.kinds[[2]int{width, row.shape().depth}] = true
		h.extents[[2]int{first, last}]++
		if last == width-1 {
			h.closed[len(row.cells)] = true
		}
		if row.isFull(width) {
			e.learnFull(row.shape(), first)
		}
	}
}

// isBare reports whether the table shows its cells and nothing else: rows of
// different kinds all have as many cells as columns, which no filling up gives.
func (h *habits) isBare() bool {
	return len(h.kinds) > 1 && h.exact*10 >= h.rows*9
}

func (e *evidence) learnFull(s shape, offset int) {
	if e.full[s] == nil {
		e.full[s] = map[int]bool{}
	}
	e.full[s][offset] = true
}

func (row *found) shape() shape {
	depth := 0
	if row.row >= 0 {
		depth = len(row.section.Blocks[row.block].Rows[row.row].Groups())
	}
	return shape{row.table, len(row.cells), row.columns().width(), depth}
}

// only returns the one place where full rows of this shape begin.
func (e *evidence) only(row *found) (offset int, ok bool) {
	seen := e.full[row.shape()]
	for offset = range seen {
	}
	return offset, len(seen) == 1
}

// extent is the first and the last cell that is not empty; -1 if all are.
func extent(cells []*cell) (first, last int) {
	first, last = -1, -1
	for i := range cells {
		if cells[i].class != blankCell {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

func (row *found) place(c *columns, learned *evidence) placed {
	width := c.width()
	if !row.flaw.IsZero() {
		return placed{why: row.flaw}
	}
	if row.isBroken() {
		return placed{why: brokenLine}
	}
	first, last := extent(row.cells)
	if first < 0 {
		return row.placeEmpty(width)
	}
	if p, ok := row.placeMerged(c); ok {
		return p
	}
	switch span := last - first + 1; {
	case len(row.cells) == 1 && row.cells[0].Joined && width > 1:
		return row.placeJoined(width)
	case span > width:
		return row.placeAlike(first, last, width)
	case row.isFull(width) && row.fits(first, c) && !row.mayHideLabel(first):
		return row.from(first, width).unlessAgainst(row, c)
	}
	if offset, ok := row.offset(first, last, width, learned); ok && row.fits(offset, c) {
		return row.from(offset, width).unlessAgainst(row, c)
	}
	return placed{why: cannotPlace(filled(row.cells), width)}
}

// isFull reports whether the row has one value after the other, as many as there
// are columns, and nothing else.
func (row *found) isFull(width int) bool {
	first, last := extent(row.cells)
	return first >= 0 && last-first+1 == width && !hasBlank(row.cells[first:last+1])
}

// mayHideLabel reports whether the empty cells before the values may be a row of
// its own whose values are missing, and the values those of the next row, its
// label lost.
func (row *found) mayHideLabel(first int) bool {
	return row.layout == report.Pipes && first > 0
}

// fits refuses a row whose cells may belong to columns that the page added and
// the form does not have, unless every cell is visible and none stands below an
// empty header.
func (row *found) fits(offset int, c *columns) bool {
	if !c.hasExtra() {
		return true
	}
	if !row.layout.ShowsRows() || offset != 0 {
		return false
	}
	for position, column := range c.order {
		if column == blank && position < len(row.cells) && row.cells[position].class != blankCell {
			return false
		}
	}
	return true
}

func (row *found) from(offset, width int) placed {
	p := placed{cells: make([]*cell, width)}
	for i := range p.cells {
		if at := offset + i; at < len(row.cells) {
			p.cells[i] = row.cells[at]
		}
	}
	return p
}

// placeEmpty handles a row without any value. Where empty cells are visible
// there must be one for each column; where they vanish, nothing can be said.
func (row *found) placeEmpty(width int) placed {
	n := len(row.cells)
	switch {
	case row.layout == report.Grid && n < width && row.span() < width,
		row.layout != report.Grid && n > 0 && n < width:
		return placed{why: cannotPlace(0, width)}
	case n == 0 && (row.layout == report.Grid || row.row == across):
		return placed{why: noCells}
	case row.layout == report.Lines:
		return placed{why: vanishedCell}
	}
	return placed{blank: true, cells: row.from(0, width).cells}
}

// span is the number of columns of the grid that the row's cells cover.
func (row *found) span() int {
	if len(row.cells) == 0 {
		return 0
	}
	return row.cells[len(row.cells)-1].last - row.cells[0].first + 1
}

// placeAlike handles a row with more values than columns. Which are the row's
// own cannot be told, but if all are the same it does not matter.
func (row *found) placeAlike(first, last, width int) placed {
	for i := first; i <= last; i++ {
		if row.cells[i].Text != row.cells[first].Text {
			return placed{why: tooManyCells(last-first+1, width)}
		}
	}
	p := row.from(first, width)
	p.note = alikeCells(last-first+1, width)
	return p
}

// placeJoined handles values printed against each other. Zeros can be told
// apart if there is one for each column; nothing else can.
func (row *found) placeJoined(width int) placed {
	text := row.cells[0].Text
	if len(text) != width {
		return placed{why: joinedValues(text)}
	}
	p := placed{cells: make([]*cell, width)}
	for i := range p.cells {
		if text[i] != '0' {
			return placed{why: joinedValues(text)}
		}
		zero := *row.cells[0].Cell
		zero.Text, zero.Joined = "0", false
		zero.At.Col += i
		p.cells[i] = &cell{Cell: &zero, class: valueCell}
	}
	return p
}

// offset decides where the values of a row begin that has empty cells. That is
// certain only where every cell is visible and nothing else is, or where other
// rows of the table show it.
func (row *found) offset(first, last, width int, learned *evidence) (int, bool) {
	if row.layout == report.Grid && len(row.cells) == width {
		return 0, true
	}
	learned.learn()
	n, h := len(row.cells), learned.tables[row.table]
	offset, taught := learned.only(row)
	within := taught && offset <= first && last < offset+width
	isWhole := first == 0 && last == width-1 && row.row == across
	if n == width && row.layout != report.Lines && (h.isBare() || isWhole) {
		return 0, true
	}
	switch row.layout {
	case report.Grid, report.Tabs:
		return offset, within
	case report.Pipes:
		return 0, row.closes(first, last, width, h) && (within && offset == 0 || !taught && len(h.closed) > 1)
	}
	return 0, false // empty cells are invisible
}

// closes reports whether a row of bars ends with the last column. Only then do
// its cells stand where they seem to: rows are filled up behind the last cell
// and merged cells come out as one, so an earlier end tells nothing. A row that
// begins with empty cells may as well have been shifted, unless it is the habit
// of the table.
func (row *found) closes(first, last, width int, h *habits) bool {
	alike := h.extents[[2]int{first, last}]
	isHabit := alike >= 3 && alike*2 >= h.rows
	return last == width-1 && (first == 0 || isHabit)
}

// unlessAgainst refuses a row of a grid that was placed by counting if a value
// stands nowhere below the header of its column. Rows whose values run past
// the header were shifted by an empty cell as a whole; rows of single cells, one
// for each column, need no header to stand below.
func (p placed) unlessAgainst(row *found, c *columns) placed {
	simple := len(row.cells) == c.width()
	end := 0
	for _, cell := range row.cells {
		simple = simple && cell.Cols <= 1
		if cell.class != blankCell {
			end = max(end, cell.last)
		}
	}
	if row.layout != report.Grid || simple || end > row.head.end(row.table) {
		return p
	}
	for position, cell := range p.cells {
		column := c.order[position]
		if cell == nil || cell.class == blankCell || column < 0 || c.cells[column] == nil {
			continue
		}
		head := c.cells[column]
		if head.table == row.table && (cell.last < head.first || head.last < cell.first) {
			return placed{why: againstGeometry}
		}
	}
	return p
}

// end is the last column of the grid that the header covers in a table.
func (h *header) end(table int) (end int) {
	for i := range h.slots {
		if h.slots[i].table == table && h.slots[i].layout == report.Grid {
			end = max(end, h.slots[i].last)
		}
	}
	return end
}

func hasBlank(cells []*cell) bool { return filled(cells) < len(cells) }

func filled(cells []*cell) int {
	count := 0
	for i := range cells {
		if cells[i].class != blankCell {
			count++
		}
	}
	return count
}

// placeMerged handles a grid row with merged cells by geometry: a cell stands
// for the column whose header it is exactly below. An empty cell below several
// headers leaves all of them blank; a value below several belongs to none.
func (row *found) placeMerged(c *columns) (placed, bool) {
	if row.layout != report.Grid || len(row.cells) >= c.width() || c.hasExtra() {
		return placed{}, false
	}
	p := placed{cells: make([]*cell, len(c.order))}
	covered := 0
	for position, column := range c.order {
		head := c.cells[column]
		if head == nil || head.table != row.table {
			return placed{}, false
		}
		for i := range row.cells {
			cell := row.cells[i]
			exact := cell.first == head.first && cell.last == head.last
			around := cell.first <= head.first && head.last <= cell.last && cell.class == blankCell
			if exact || around {
				p.cells[position] = cell
				covered++
			}
		}
	}
	return p, covered == len(c.order)
}
