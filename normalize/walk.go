package normalize

import (
	"slices"

	"gongkai/report"
	"gongkai/schemas"
)

// found is a row of a form as it stands on the page: its label was seen, and
// these cells stand behind it.
type found struct {
	section    *schemas.Section
	block      int
	row        int // in the block; orphan if the label is missing, across if the rows stand side by side
	cells      []*cell
	head       *header
	layout     report.Layout
	table      int
	label      string // as printed
	printed    int    // the line that the label ends in, see cell
	labelAt    report.Pos
	tableCut   bool        // the document ends with the row's table
	unit       string      // of money, named above the table
	flaw       report.Text // why no value of the row can be placed
	misread    report.Text // the label was recognised in a picture, and misread
	recognised bool        // the label was recognised in a picture
	after      int         // the last row of the block seen before an orphan, -1 if none
}

const (
	orphan = -1
	across = -2
)

// header is what stands above the rows: the cells that may name their columns.
type header struct {
	slots []slot
	block bool                   // the line of a block stands above it
	read  map[headerUse]*columns // what was made of it
}

// headerUse is what a header is read for: one header serves the rows of a block
// and, in an across section, its single row of values.
type headerUse struct {
	block  *schemas.Block
	across bool
}

// slot is a cell of a header.
type slot struct {
	*cell
	ref    schemas.Ref // zero if the cell is no label
	table  int
	layout report.Layout
}

// walker goes through the cells of a report in reading order and finds the rows
// of the forms.
type walker struct {
	*Normalizer
	forms map[string]*schemas.Form
	rows  []*found
	found map[string]bool
	notes []report.Text
	// unknown has, by section, a row of a printed page whose label is nobody's.
	unknown map[string]report.Text
	// distinct has the tables in which no text stands twice.
	distinct map[int]bool

	section *schemas.Section // of the last label
	block   int
	last    map[*schemas.Block]int // the last row seen
	head    *header
	current *found // the row that cells belong to now
	heading bool   // the last label belonged to a header
}

func (w *walker) walk(s sheet) {
	w.found, w.last, w.distinct, w.unknown = map[string]bool{}, map[*schemas.Block]int{}, map[int]bool{}, map[string]report.Text{}
	var above *found // the row in the line above
	for i := range s {
		l := &s[i]
		if l.isDistinct() {
			w.distinct[l.table] = true
		}
		w.openUnlabelled(l)
		for j := range l.cells {
			w.cell(l, j)
		}
		if l.layout.ShowsRows() {
			w.noteUnknownRow(l)
			w.current.doubtEnd(above)
			above, w.current = w.current, nil
		}
	}
}

// doubtEnd refuses the row above a line of tabs that has values, fewer than a
// row has, and no label: its last value may go on there.
func (row *found) doubtEnd(above *found) {
	if row == nil || above == nil || row.layout != report.Tabs || row.row >= 0 || row.table != above.table {
		return
	}
	if n := filled(row.cells); n > 0 && n < above.columns().width() {
		above.flaw = brokenLine
	}
}

// isBroken reports whether the values of a row stand in several lines, and yet
// not each in a line of its own. A break inside a value looks just so.
func (row *found) isBroken() bool {
	if row.layout != report.Lines || len(row.cells) == 0 {
		return false
	}
	first, last := row.cells[0].printed, row.cells[len(row.cells)-1].printed
	if first == last {
		return false
	}
	before := -1
	if row.row >= 0 {
		before = row.printed
	}
	for _, c := range row.cells {
		if c.printed == before {
			return true
		}
		before = c.printed
	}
	return false
}

func (w *walker) cell(l *line, i int) {
	c := &l.cells[i]
	if c.class == labelCell {
		if ref, ok := w.meaning(c, following(l, i)); ok {
			w.label(l, i, ref)
			return
		}
		c.class = wordsCell
	}
	switch {
	case w.current != nil:
		w.behindLabel(l, c)
	case c.class == valueCell && w.heading && !w.section.Across && l.isNamed(i):
		w.heading = false // the values of a row that the form does not have
	case c.class == valueCell && w.heading:
		w.openOrphan(l)
		w.current.cells = append(w.current.cells, c)
	case c.class == noteCell:
	case w.heading && !w.standsInLabelColumn(l, i):
		w.head.add(slot{cell: c, table: l.table, layout: l.layout})
	}
}

// maxSlots bounds a header: no form has a tenth of it. What follows is dropped,
// and a header so long names no columns.
const maxSlots = 400

func (h *header) add(s slot) {
	if len(h.slots) < maxSlots {
		h.slots = append(h.slots, s)
	}
}

// isNamed reports whether words that are no label of a form stand before the cell.
func (l *line) isNamed(i int) bool {
	if !l.layout.ShowsRows() {
		return i > 0 && l.cells[i-1].class == wordsCell
	}
	return slices.ContainsFunc(l.cells[:i], func(c cell) bool { return c.class == wordsCell })
}

// following is the label right behind a cell, nil if something else is.
func following(l *line, i int) *cell {
	for j := i + 1; j < len(l.cells); j++ {
		switch l.cells[j].class {
		case labelCell:
			return &l.cells[j]
		case blankCell, noteCell:
		default:
			return nil
		}
	}
	return nil
}

// standsInLabelColumn tells the first cell of a header row, which is no column
// of figures even if its text (信息内容) is garbled.
func (w *walker) standsInLabelColumn(l *line, i int) bool {
	return l.layout == report.Grid && l.cells[i].first == 0 || l.layout == report.Tabs && i == 0
}

// behindLabel takes a cell into the current row. Where the page shows no
// borders, other words end the row if it is full and spoil it if it is not.
func (w *walker) behindLabel(l *line, c *cell) {
	row := w.current
	if l.layout.ShowsRows() {
		row.cells = append(row.cells, c)
		return
	}
	full := len(row.cells) >= row.columns().width()
	switch {
	case c.class == noteCell && (l.layout == report.Lines || full):
	case c.class == wordsCell && full:
		// Behind a row that begins with an empty cell the words may be its last
		// value, garbled, and the empty cell one too many.
		if row.layout == report.Pipes && row.cells[0].class == blankCell {
			row.flaw = brokenByWords(c.Text)
		}
		w.current = nil
		w.heading = false
	case c.class == wordsCell && l.layout == report.Lines:
		row.flaw = brokenByWords(c.Text)
	default:
		row.cells = append(row.cells, c)
	}
}

// meaning chooses what a label names here. The same words may name a row and a
// column (其他, 总计), and lines of several blocks (处理决定数量).
//
// A label that another label follows stands in a header, most likely that
// label's own.
func (w *walker) meaning(c, next *cell) (schemas.Ref, bool) {
	var best schemas.Ref
	bestScore := -1
	for _, ref := range c.refs {
		if w.forms[ref.Section.ID] != ref.Form {
			continue
		}
		score := w.rank(ref, c.label.Number)
		if next != nil && c.label.Number == "" {
			score += followRank(ref, next)
		}
		if score > bestScore {
			best, bestScore = ref, score
		}
	}
	return best, bestScore >= 0
}

// followRank says how well a label without a number fits before another label.
func followRank(ref schemas.Ref, next *cell) (rank int) {
	if slices.ContainsFunc(next.refs, func(n schemas.Ref) bool { return n.Section == ref.Section }) {
		rank += 32
	}
	if ref.Kind == schemas.ColumnLabel {
		rank += 8
	}
	return rank
}

func (w *walker) rank(ref schemas.Ref, number string) int {
	score := 0
	if ref.Section == w.section {
		score += 16
		if ref.Block == w.block {
			score += 2
		} else if ref.Block > w.block {
			score++
		}
	}
	if number != "" && number == ref.Number {
		score += 8
	}
	if header := ref.Kind != schemas.RowLabel && (ref.Kind != schemas.GroupLabel || ref.Column); header == w.heading {
		score += 4
	}
	return score
}

func (w *walker) label(l *line, i int, ref schemas.Ref) {
	w.current = nil
	if ref.Section != w.section {
		w.section, w.block, w.heading = ref.Section, max(ref.Block, 0), false
	}
	switch {
	case ref.Kind == schemas.RowLabel && (!ref.Section.Across || w.isStacked(l)):
		w.openRow(l, i, ref)
	case ref.Kind == schemas.GroupLabel && !ref.Column && !ref.Section.Across:
		w.heading = false
	default:
		w.headerLabel(l, i, ref)
	}
}

// isStacked tells a table that prints the rows of an across section one below
// the other: the row's label and values share a line.
func (w *walker) isStacked(l *line) bool {
	if !l.layout.ShowsRows() {
		return false
	}
	values, rowLabels := 0, 0
	for i := range l.cells {
		switch l.cells[i].class {
		case valueCell:
			values++
		case labelCell:
			for _, ref := range l.cells[i].refs {
				if ref.Kind == schemas.ColumnLabel {
					return false
				}
			}
			rowLabels++
		}
	}
	return values > 0 && rowLabels <= 2
}

func (w *walker) openRow(l *line, i int, ref schemas.Ref) {
	w.block, w.heading = ref.Block, false
	w.current = &found{
		section: ref.Section, block: ref.Block, row: ref.Line,
		head: w.head, layout: l.layout, table: l.table, label: l.cells[i].Text, printed: l.cells[i].printed, labelAt: l.cells[i].At, tableCut: l.cut,
		misread: l.cells[i].misreadNote(), recognised: l.cells[i].Confidence > 0, flaw: l.doubt, unit: l.unit,
	}
	w.last[ref.Section.Blocks[ref.Block]] = ref.Line
	w.found[ref.Section.ID] = true
	w.rows = append(w.rows, w.current)
}

func (w *walker) headerLabel(l *line, i int, ref schemas.Ref) {
	// A header begins after rows, with the block's own line, or with the word
	// that stands before the names of the columns.
	starts := !w.heading || ref.Kind == schemas.BlockLabel || ref.Kind == schemas.HeaderLabel && !hasLines(ref.Section)
	if starts || w.head == nil {
		w.head = &header{block: w.head != nil && w.head.block && ref.Kind == schemas.HeaderLabel && w.heading}
	}
	w.head.block = w.head.block || ref.Kind == schemas.BlockLabel
	w.heading = true
	if ref.Block >= 0 {
		w.block = ref.Block
	}
	if c := &l.cells[i]; c.misread && len(w.notes) < maxNotes {
		w.notes = append(w.notes, c.misreadNote())
	}
	if ref.Kind != schemas.BlockLabel && ref.Kind != schemas.HeaderLabel {
		w.head.add(slot{cell: &l.cells[i], ref: ref, table: l.table, layout: l.layout})
	}
}

// isRow reports whether the slot names a row of an across section.
func (s *slot) isRow(line int) bool { return s.ref.Kind == schemas.RowLabel && s.ref.Line == line }

// hasLines tells a section whose header has several lines.
func hasLines(s *schemas.Section) bool { return s.Across || slices.ContainsFunc(s.Blocks, hasGroups) }

// openUnlabelled begins a row for a bordered line that holds values and no
// words: the values of an across section, or a row that lost its label.
func (w *walker) openUnlabelled(l *line) {
	if !l.layout.ShowsRows() || w.section == nil || len(l.cells) == 0 {
		return
	}
	values, blanks := 0, 0
	// Words among exactly as many cells as there are columns stand for a value; in
	// the first cell they may be the row's label.
	isWhole := w.section.Across && w.heading && l.layout == report.Grid && len(l.cells) == acrossWidth(w.section)
	for i := range l.cells {
		switch class := l.cells[i].class; {
		case class == valueCell:
			values++
		case class == blankCell:
			blanks++
		case class == wordsCell && isWhole && i > 0:
		default:
			return
		}
	}
	acrossBlank := w.section.Across && w.heading && blanks >= acrossWidth(w.section)
	if values > 0 || acrossBlank {
		w.openOrphan(l)
	}
}

func acrossWidth(s *schemas.Section) int { return len(s.Blocks[0].Figures()) }

func (w *walker) openOrphan(l *line) {
	b := w.section.Blocks[w.block]
	after, seen := w.last[b]
	if !seen {
		after = -1
	}
	row := orphan
	// Rows of an across section that stand one below the other are shorter.
	if w.section.Across && !seen && !(l.layout.ShowsRows() && len(l.cells) <= len(b.Columns)+len(b.Rows)) {
		row = across
	}
	w.current = &found{
		section: w.section, block: w.block, row: row, after: after,
		head: w.head, layout: l.layout, table: l.table, tableCut: l.cut, flaw: l.doubt, unit: l.unit,
	}
	w.heading = false
	w.found[w.section.ID] = true
	w.rows = append(w.rows, w.current)
}

// noteUnknownRow tells of a row with values whose label no form has.
func (w *walker) noteUnknownRow(l *line) {
	if w.section == nil || w.current != nil {
		return
	}
	words, values := "", 0
	for i := range l.cells {
		switch c := &l.cells[i]; {
		case c.class == labelCell:
			return
		case c.class == wordsCell && words == "":
			words = c.Text
		case c.class == valueCell:
			values++
		}
	}
	if words == "" || values == 0 {
		return
	}
	note := unknownRow(words, l.cells[0].At)
	if isPrinted(l.cells[0].At) {
		w.unknown[w.section.ID] = note
	}
	if len(w.notes) < maxNotes {
		w.notes = append(w.notes, note)
	}
}

// maxNotes bounds the notes of one report.
const maxNotes = 50
