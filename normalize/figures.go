package normalize

import (
	"slices"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// blockReading is where the figures of a block are written to.
type blockReading struct {
	first   int             // the block's first figure in the report
	figures []report.Figure // row by row
	seen    []bool          // rows that were found
}

// settle places and reads the cells of all rows that were found.
func (w *walker) settle(read map[*schemas.Block]*blockReading) {
	learned := &evidence{rows: w.rows}
	w.doubtCut()
	w.decideOrders(learned)
	w.doubtLines()
	told := map[rowKey]bool{}
	if slices.ContainsFunc(w.rows, func(row *found) bool { return row.columns().untold }) {
		for _, row := range w.rows {
			told[row.key()] = told[row.key()] || !row.columns().untold
		}
	}
	for _, row := range w.rows {
		// Words of the form in another table do not spoil the row of the form's own.
		if !row.columns().untold || !told[row.key()] {
			w.settleRow(read, row, learned)
		}
	}
	w.adoptOrphans(read, learned)
}

func (w *walker) settleRow(read map[*schemas.Block]*blockReading, row *found, learned *evidence) {
	r := read[row.section.Blocks[row.block]]
	c := row.columns()
	if narrow := c.withoutBlank(); row.layout != report.Grid && len(row.cells) < c.width() && row.isFull(narrow.width()) {
		c = narrow
	}
	switch row.row {
	case orphan:
	case across:
		w.readRow(r, 0, row, c, row.place(c, learned))
	default:
		w.readRow(r, row.row, row, c, row.place(c, learned))
	}
}

// readRow reads the cells of a placed row into the block, beginning with the
// figures of the given row.
func (w *walker) readRow(r *blockReading, first int, row *found, c *columns, p placed) {
	b := row.section.Blocks[row.block]
	again := r.seen[first]
	r.seen[first] = true
	base := first * len(b.Columns)
	for position, column := range c.order {
		if column < 0 {
			continue
		}
		f := w.readPosition(&b.Figures()[base+column], row, c, column, p, position)
		at := &r.figures[base+column]
		if again {
			f = twice(*at, f)
		}
		f.ID, f.Unit = at.ID, at.Unit
		*at = f
		if w.Trace != nil {
			w.Trace(f.ID, w.match(row, c, column, p))
		}
	}
}

// readPosition reads the figure at a position of a placed row.
func (w *walker) readPosition(spec *schemas.Figure, row *found, c *columns, column int, p placed, position int) report.Figure {
	why := p.whyNot(c, column)
	var cell *cell
	var f report.Figure
	if p.cells == nil {
		f = report.Figure{State: report.Unreadable, Raw: row.raw(), Note: why, At: row.at()}
	} else {
		cell = p.cells[position]
		f = w.readAt(spec, row, c, column, p, cell, why)
	}
	w.judge(&f, row, cell)
	return f
}

// whyNot says why the figure of a column cannot be read; zero if it can.
func (p *placed) whyNot(c *columns, column int) report.Text {
	if p.why.IsZero() && len(c.refuse) > column {
		return c.refuse[column]
	}
	return p.why
}

func (w *walker) readAt(spec *schemas.Figure, row *found, c *columns, column int, p placed, cell *cell, why report.Text) report.Figure {
	switch {
	case !why.IsZero() && cell != nil:
		return report.Figure{State: report.Unreadable, Raw: cell.Text, Note: why, At: cell.At}
	case !why.IsZero():
		return report.Figure{State: report.Unreadable, Note: why, At: row.at()}
	case cell == nil && p.blank:
		return report.Figure{State: report.Blank, Note: vanishedCell, At: row.at()}
	case cell == nil:
		return report.Figure{State: report.Unreadable, Note: noCells, At: row.at()}
	case cell.Rows > 1 && cell.class != blankCell:
		return report.Figure{State: report.Unreadable, Raw: cell.Text, Note: spansRows, At: cell.At}
	}
	header := ""
	if len(c.text) > column {
		header = c.text[column]
	}
	if spec.Unit == schemas.Money && row.unit != "" {
		if _, named := w.headerUnit(header); !named {
			header += "（单位：" + row.unit + "）"
		}
	}
	f := w.value(spec, cell, header)
	f.Note = f.Note.And(p.note).And(c.note).And(row.misread).And(c.misread(column))
	return f
}

// raw is what stands behind the label of a row that could not be placed.
func (row *found) raw() string {
	const enough = 60
	text := ""
	for i := range row.cells {
		if t := row.cells[i].Text; t != "" && len(text) < enough {
			if text != "" {
				text += " "
			}
			text += t
		}
	}
	return text
}

func (row *found) at() report.Pos {
	if len(row.cells) > 0 {
		return row.cells[0].At
	}
	return row.labelAt
}

// twice joins two readings of one figure: a row that the page prints two times.
func twice(a, b report.Figure) report.Figure {
	if a.State == report.Unreadable && b.State == report.Unreadable {
		return a
	}
	same := a.State == b.State && (a.State != report.Number || a.Value.Equal(b.Value))
	if same {
		if !strings.Contains(a.Note.EN, printedTwice.EN) {
			a.Note = a.Note.And(printedTwice)
		}
		return a
	}
	return report.Figure{
		State: report.Unreadable, Raw: a.Raw, Note: printedDifferently(a.Raw, b.Raw), At: a.At,
		Source: a.Source, Confidence: a.Confidence,
	}
}

// adoptOrphans gives values without a label the row that is missing there, if
// it is the only one: the label was lost and nothing else fits.
func (w *walker) adoptOrphans(read map[*schemas.Block]*blockReading, learned *evidence) {
	count := map[*schemas.Block]int{}
	for _, row := range w.rows {
		if row.row == orphan {
			count[row.section.Blocks[row.block]]++
		}
	}
	for _, row := range w.rows {
		b := row.section.Blocks[row.block]
		r := read[b]
		if row.row != orphan || count[b] != 1 {
			continue
		}
		missing := row.after + 1
		if missing >= len(b.Rows) || r.seen[missing] || missing+1 < len(b.Rows) && !r.seen[missing+1] {
			continue
		}
		c := row.columns()
		first, last := extent(row.cells)
		if last-first+1 != c.width() || first < 0 {
			continue
		}
		c = c.with(labelLost(b.Rows[missing].Leaf()))
		w.readRow(r, missing, row, c, row.place(c, learned))
	}
}

// with returns the columns with one more note.
func (c *columns) with(note report.Text) *columns {
	noted := *c
	noted.note = c.note.And(note)
	return &noted
}

// doubtCut refuses the row in which the document ends, unless all its values are
// there: where the others stand cannot be told from a part.
func (w *walker) doubtCut() {
	if len(w.rows) == 0 {
		return
	}
	row := w.rows[len(w.rows)-1]
	width := row.columns().width()
	first, last := extent(row.cells)
	whole := first == 0 && row.isFull(width) ||
		row.layout == report.Pipes && last == width-1 ||
		len(row.cells) == 1 && row.cells[0].Joined
	if row.tableCut && !whole {
		row.flaw = cutOff
	}
}

// doubtLines finds rows of tables without borders whose values cannot be told
// from others although their number fits.
func (w *walker) doubtLines() {
	if !slices.ContainsFunc(w.rows, func(row *found) bool { return row.layout == report.Lines }) {
		return
	}
	thinned := w.thinnedTables()
	seen := map[rowKey]bool{}
	for _, row := range w.rows {
		seen[row.key()] = true
	}
	for i, row := range w.rows {
		if row.layout != report.Lines {
			continue
		}
		last := i+1 == len(w.rows)
		switch next, ok := row.key().next(row.section); {
		case thinned[row.table]:
			row.flaw = thinnedText
		case !last && ok && !seen[next]:
			row.flaw = nextLabelMissing
		case len(row.cells) == 0 && (last || w.rows[i+1].table != row.table):
			row.flaw = noCells
		}
	}
}

// rowKey is a row of a form.
type rowKey struct {
	block *schemas.Block
	row   int
}

func (row *found) key() rowKey { return rowKey{row.section.Blocks[row.block], row.row} }

// next is the row below, in the next block if need be.
func (k rowKey) next(s *schemas.Section) (rowKey, bool) {
	if k.row < 0 {
		return rowKey{}, false
	}
	if k.row+1 < len(k.block.Rows) {
		return rowKey{k.block, k.row + 1}, true
	}
	at := slices.Index(s.Blocks, k.block)
	if at+1 < len(s.Blocks) {
		return rowKey{s.Blocks[at+1], 0}, true
	}
	return rowKey{}, false
}

// minThinned is the least number of cells that says something about repetition.
const minThinned = 20

// thinnedTables finds tables in which no text stands twice though rows lack
// values: every repeated line was dropped by whoever stored the text, and what
// is left stands in no certain place.
func (w *walker) thinnedTables() map[int]bool {
	short := map[int]bool{}
	for _, row := range w.rows {
		if row.layout == report.Lines && len(row.cells) < row.columns().width() {
			short[row.table] = true
		}
	}
	for table := range short {
		if !w.distinct[table] {
			delete(short, table)
		}
	}
	return short
}
