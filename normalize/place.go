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
}

// shape is what rows of one table have in common: the number of cells behind
// the label. Full rows of a shape teach where the values of the others begin.
type shape struct {
	table, cells int
}

// offsets are the places where values were seen to begin, for each shape.
type offsets map[shape]map[int]bool

func (o offsets) learn(row *found, width int) {
	first, last := extent(row.cells)
	if first < 0 || last-first+1 != width {
		return
	}
	s := shape{row.table, len(row.cells)}
	if o[s] == nil {
		o[s] = map[int]bool{}
	}
	o[s][first] = true
}

// allows reports whether rows of this shape may begin at the offset: nothing
// seen speaks against it.
func (o offsets) allows(row *found, offset int) bool {
	seen := o[shape{row.table, len(row.cells)}]
	return len(seen) == 0 || len(seen) == 1 && seen[offset]
}

// only returns the one place where full rows of this shape begin.
func (o offsets) only(row *found) (offset int, ok bool) {
	seen := o[shape{row.table, len(row.cells)}]
	if len(seen) != 1 {
		return 0, false
	}
	for offset = range seen {
	}
	return offset, true
}

// extent is the first and the last cell that is not empty; -1 if all are.
func extent(cells []cell) (first, last int) {
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

func (row *found) place(c *columns, learned offsets) placed {
	width := c.width()
	if !row.flaw.IsZero() {
		return placed{why: row.flaw}
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
		return placed{why: tooManyCells(span, width)}
	case span == width && row.fits(first, c):
		return row.from(first, width)
	}
	if offset, ok := row.offset(first, last, width, learned); ok && row.fits(offset, c) {
		return row.from(offset, width)
	}
	return placed{why: cannotPlace(filled(row.cells), width)}
}

// fits refuses a row whose cells may belong to columns that the page added and
// the form does not have, unless every cell is visible.
func (row *found) fits(offset int, c *columns) bool {
	return !c.hasExtra() || row.bordered() && offset == 0
}

func (row *found) bordered() bool {
	return row.layout == report.Grid || row.layout == report.Tabs
}

func (row *found) from(offset, width int) placed {
	p := placed{cells: make([]*cell, width)}
	for i := range p.cells {
		if at := offset + i; at < len(row.cells) {
			p.cells[i] = &row.cells[at]
		}
	}
	return p
}

// placeEmpty handles a row without any value. Where empty cells are visible they
// are blank; where they vanish, nothing else stood there either.
func (row *found) placeEmpty(width int) placed {
	if row.row == across && row.layout == report.Lines {
		return placed{why: noCells}
	}
	if len(row.cells) == 0 && row.layout == report.Grid {
		return placed{why: noCells}
	}
	return placed{blank: true, cells: row.from(0, width).cells}
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
		zero := row.cells[0]
		zero.Text = "0"
		zero.Joined = false
		zero.At.Col += i
		p.cells[i] = &zero
	}
	return p
}

// offset decides where the values of a row begin that has empty cells at one or
// both ends.
func (row *found) offset(first, last, width int, learned offsets) (int, bool) {
	n := len(row.cells)
	switch row.layout {
	case report.Grid:
		if n == width {
			return 0, true
		}
	case report.Tabs:
		if (n == width || last == width-1) && learned.allows(row, 0) {
			return 0, true
		}
	case report.Pipes:
		// A converter fills rows up behind the last cell and merged cells come out
		// as one, so an empty cell before the last value may stand for several.
		closed := last == width-1
		leading := first == 0 && last >= 1 && n >= width && !hasBlank(row.cells[:last])
		return 0, (closed || leading) && learned.allows(row, 0)
	case report.Lines:
		return 0, false // empty cells are invisible
	}
	if offset, ok := learned.only(row); ok && offset <= first && last < offset+width {
		return offset, true
	}
	return 0, false
}

func hasBlank(cells []cell) bool { return filled(cells) < len(cells) }

func filled(cells []cell) int {
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
			cell := &row.cells[i]
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
