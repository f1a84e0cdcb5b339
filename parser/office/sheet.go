package office

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// sheet is one page of a workbook: what its cells show, at addresses that count
// from 1.
type sheet struct {
	number     int // of the sheet in the workbook
	cells      []sheetCell
	merges     []area
	hiddenRows []run
	hiddenCols []run
	pictures   []sheetPicture
	frames     []frame
	slashed    []spot // with a line across them
	framedCols int    // the last column that has lines as a whole, 0 if none has
	noZeros    bool   // cells with 0 show nothing
}

// sheetPicture is a picture that lies over cells.
type sheetPicture struct {
	area
	name string
}

type sheetCell struct {
	row, col int
	text     string
}

// area is a range of cells.
type area struct{ top, left, bottom, right int }

// run is a run of rows or columns.
type run struct{ first, last int }

// Bounds of a sheet's addresses, as the newest workbooks have them.
const maxRow, maxCol = 1 << 20, 1 << 14

func (s *sheet) set(row, col int, text string) error {
	if text == "" {
		return nil
	}
	if row < 1 || row > maxRow || col < 1 || col > maxCol {
		return fmt.Errorf("%w: sheet %d has a cell at row %d, column %d", blocks.ErrDamaged, s.number, row, col)
	}
	if len(s.cells) >= blocks.MaxCells {
		return fmt.Errorf("%w: more than %d cells", blocks.ErrTooLarge, blocks.MaxCells)
	}
	s.cells = append(s.cells, sheetCell{row, col, text})
	return nil
}

func (s *sheet) merge(a area) error {
	if a.top < 1 || a.left < 1 || a.bottom > maxRow || a.right > maxCol || a.top > a.bottom || a.left > a.right {
		return fmt.Errorf("%w: sheet %d has merged cells from row %d, column %d to row %d, column %d", blocks.ErrDamaged, s.number, a.top, a.left, a.bottom, a.right)
	}
	if len(s.merges) >= blocks.MaxCells {
		return fmt.Errorf("%w: more than %d merged cells", blocks.ErrTooLarge, blocks.MaxCells)
	}
	s.merges = append(s.merges, a)
	return nil
}

// hideRow notes a row that is not shown; those that follow each other make one run.
func (s *sheet) hideRow(row int) {
	if n := len(s.hiddenRows); n > 0 && s.hiddenRows[n-1].last+1 == row {
		s.hiddenRows[n-1].last = row
		return
	}
	s.hiddenRows = append(s.hiddenRows, run{row, row})
}

// shown turns addresses into numbers of the rows or columns that are shown.
type shown struct {
	hidden []run // sorted, apart from each other
	before []int // hidden before each run
}

func newShown(hidden []run) shown {
	slices.SortFunc(hidden, func(a, b run) int { return cmp.Compare(a.first, b.first) })
	var s shown
	total := 0
	for _, r := range hidden {
		if n := len(s.hidden); n > 0 && r.first <= s.hidden[n-1].last+1 {
			total += max(r.last-s.hidden[n-1].last, 0)
			s.hidden[n-1].last = max(s.hidden[n-1].last, r.last)
			continue
		}
		s.hidden, s.before = append(s.hidden, r), append(s.before, total)
		total += r.last - r.first + 1
	}
	return s
}

// number is how many of the rows up to the address are shown, and whether it is
// itself.
func (s shown) number(address int) (n int, ok bool) {
	i, found := slices.BinarySearchFunc(s.hidden, address, func(r run, at int) int { return cmp.Compare(r.first, at) })
	if found {
		return address - 1 - s.before[i], false
	}
	if i == 0 {
		return address, true
	}
	r := s.hidden[i-1]
	if address <= r.last {
		return r.first - 1 - s.before[i-1], false
	}
	return address - s.before[i-1] - (r.last - r.first + 1), true
}

// address is where the nth of the rows or columns that are shown stands.
func (s shown) address(n int) int {
	i := sort.Search(len(s.hidden), func(i int) bool { return s.hidden[i].first-s.before[i] > n })
	if i == 0 {
		return n
	}
	r := s.hidden[i-1]
	return n + s.before[i-1] + r.last - r.first + 1
}

type spot struct{ row, col int }

func (a spot) compare(b spot) int {
	return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
}

// layout is a sheet without what is hidden; its spots count what is shown.
type sheetLayout struct {
	page       int
	rows, cols shown
	texts      map[spot]string
	inRow      map[int]int // texts in each row
	filled     []spot      // with text, in reading order, those of bands that were written taken off
	groups     []area      // merged areas of more than one cell, in reading order
	pictures   []area
	slashed    map[spot]bool
	frames     []frame // in the order of rows
	framedCols int
}

// text is what a cell shows. An empty cell below a picture is not empty: the
// picture may show what belongs into it. Nor is one with a line across it.
func (l *sheetLayout) text(at spot) string {
	text := l.texts[at]
	if text != "" {
		return text
	}
	for _, p := range l.pictures {
		if p.top <= at.row && at.row <= p.bottom && p.left <= at.col && at.col <= p.right {
			return blocks.PictureMark
		}
	}
	if l.slashed[at] {
		return slashMark
	}
	return ""
}

// sheet adds a sheet to the document: rows that follow each other make a grid, a
// lone cell between empty rows is a line.
func (w *writer) sheet(s *sheet) error {
	l := s.layOut()
	for len(l.filled) > 0 {
		if err := w.band(l, l.band()); err != nil {
			return err
		}
	}
	for _, p := range s.pictures {
		if err := w.add(blocks.Block{Picture: p.name, At: report.Pos{Page: s.number, Row: p.top, Col: p.left}}); err != nil {
			return err
		}
	}
	return nil
}

// shownOnly is the document of a workbook, which says that it has more sheets
// than are shown: what is looked for may stand there.
func (w *writer) shownOnly(hidden int) (*blocks.Document, error) {
	if hidden > 0 && len(w.Blocks) == 0 {
		return nil, fmt.Errorf("%w: its sheets that are shown hold nothing, and %d hidden ones are not read; show them and save it again", blocks.ErrEmpty, hidden)
	}
	if hidden > 0 {
		w.note("工作簿有隐藏的工作表，未读取", "the workbook has hidden sheets; they were not read")
	}
	return &w.Document, nil
}

func (s *sheet) layOut() *sheetLayout {
	l := &sheetLayout{page: s.number, rows: newShown(s.hiddenRows), cols: newShown(s.hiddenCols), texts: make(map[spot]string, len(s.cells)), slashed: map[spot]bool{}, inRow: map[int]int{}}
	areas := make(map[spot]area, len(s.merges))
	for _, m := range s.merges {
		areas[spot{m.top, m.left}] = m
		if at, ok := l.visible(m); ok && (at.top < at.bottom || at.left < at.right) {
			l.groups = append(l.groups, at)
		}
	}
	for _, p := range s.pictures {
		if at, ok := l.visible(p.area); ok {
			l.pictures = append(l.pictures, at)
		}
	}
	for _, c := range s.cells {
		m, merged := areas[spot{c.row, c.col}]
		if !merged {
			m = area{c.row, c.col, c.row, c.col}
		}
		if at, ok := l.visible(m); ok {
			first := spot{at.top, at.left}
			if l.texts[first] == "" {
				l.filled = append(l.filled, first)
				l.inRow[first.row]++
			}
			l.texts[first] = c.text
		}
	}
	for _, c := range s.slashed {
		m, merged := areas[c]
		if !merged {
			m = area{c.row, c.col, c.row, c.col}
		}
		if at, ok := l.visible(m); ok {
			l.slashed[spot{at.top, at.left}] = true
		}
	}
	l.layFrames(s)
	slices.SortFunc(l.filled, spot.compare)
	slices.SortFunc(l.groups, func(a, b area) int { return spot{a.top, a.left}.compare(spot{b.top, b.left}) })
	return l
}

// visible is the part of an area that is shown.
func (l *sheetLayout) visible(a area) (area, bool) {
	top, topShown := l.rows.number(a.top)
	left, leftShown := l.cols.number(a.left)
	bottom, _ := l.rows.number(a.bottom)
	right, _ := l.cols.number(a.right)
	if !topShown {
		top++
	}
	if !leftShown {
		left++
	}
	return area{top, left, bottom, right}, top <= bottom && left <= right
}

// band is a run of rows that follow each other.
type band struct {
	area
	filled []spot
	groups []area
}

// widens reports whether a merged cell counts for the width of its table. A title
// over the table is often merged wider than the table is.
func (l *sheetLayout) widens(g area) bool {
	return l.texts[spot{g.top, g.left}] != "" && g.right-g.left < blocks.MaxSpan && (g.top < g.bottom || l.inRow[g.top] > 1)
}

// band takes off the next run of rows: rows with text, or covered by a merged
// cell with text that began above. Its columns are those with text and those
// that merged cells with text cover. A merged cell beyond all bounds reaches as
// far as text does.
func (l *sheetLayout) band() band {
	first := l.filled[0]
	b := band{area: area{first.row, first.col, first.row, first.col}}
	filled, groups := 0, 0
	for groups < len(l.groups) && l.groups[groups].top < first.row {
		groups++
	}
	l.groups = l.groups[groups:]
	groups = 0
	lowest := l.filled[len(l.filled)-1].row
	for {
		switch {
		case filled < len(l.filled) && l.filled[filled].row <= b.bottom+1:
			at := l.filled[filled]
			b.bottom, b.left, b.right = max(b.bottom, at.row), min(b.left, at.col), max(b.right, at.col)
			filled++
			continue
		case groups < len(l.groups) && l.groups[groups].top <= b.bottom:
			g := l.groups[groups]
			if l.texts[spot{g.top, g.left}] != "" {
				if g.bottom-g.top >= blocks.MaxSpan {
					g.bottom = min(g.bottom, lowest)
				}
				b.bottom = max(b.bottom, g.bottom)
				if l.widens(g) {
					b.right = max(b.right, g.right)
				}
			}
			groups++
			continue
		}
		break
	}
	b.filled, l.filled = l.filled[:filled], l.filled[filled:]
	b.groups, l.groups = l.groups[:groups], l.groups[groups:]
	return b
}

// merged tells which spots of the band begin a merged cell, with its rows and
// columns, and which are covered by one.
func (b band) merged(ends []int) (spans map[spot]spot, covered map[spot]bool, err error) {
	spans, covered = map[spot]spot{}, map[spot]bool{}
	for _, g := range b.groups {
		g.bottom, g.right = min(g.bottom, b.bottom), min(g.right, ends[g.top-b.top])
		rows, cols := g.bottom-g.top+1, g.right-g.left+1
		if rows < 1 || cols < 1 || g.left < b.left || covered[spot{g.top, g.left}] {
			continue
		}
		if rows > blocks.MaxSpan || cols > blocks.MaxSpan {
			return nil, nil, fmt.Errorf("%w: a merged cell of %d rows and %d columns; the limit is %d", blocks.ErrTooLarge, rows, cols, blocks.MaxSpan)
		}
		spans[spot{g.top, g.left}] = spot{rows, cols}
		for row := g.top; row <= g.bottom; row++ {
			for col := g.left; col <= g.right; col++ {
				if row > g.top || col > g.left {
					covered[spot{row, col}] = true
				}
			}
		}
		if len(covered) > blocks.MaxCells {
			return nil, nil, fmt.Errorf("%w: merged cells cover more than %d others", blocks.ErrTooLarge, blocks.MaxCells)
		}
	}
	return spans, covered, nil
}

func (w *writer) band(l *sheetLayout, b band) error {
	tooMany := fmt.Errorf("%w: more than %d table cells, empty ones between others counted", blocks.ErrTooLarge, blocks.MaxCells)
	if b.bottom-b.top >= blocks.MaxCells {
		return tooMany
	}
	ends := l.ends(b)
	for _, end := range ends {
		if w.cells += end - b.left + 1; w.cells > blocks.MaxCells {
			return tooMany
		}
	}
	if len(b.filled) == 1 && b.top == b.bottom {
		at := b.filled[0]
		return w.loneCell(l.texts[at], report.Pos{Page: l.page, Row: l.rows.address(at.row), Col: l.cols.address(at.col)})
	}
	spans, covered, err := b.merged(ends)
	if err != nil {
		return err
	}
	w.tables++
	grid := report.Table{Layout: report.Grid, At: report.Pos{Page: l.page, Table: w.tables}}
	at := grid.At
	for row := b.top; row <= b.bottom; row++ {
		at.Row = l.rows.address(row)
		end := ends[row-b.top]
		cells := make([]report.Cell, 0, end-b.left+1)
		for col := b.left; col <= end; col++ {
			here := spot{row, col}
			if covered[here] {
				continue
			}
			at.Col = l.cols.address(col)
			span := spans[here]
			cells = append(cells, report.Cell{Text: w.cellText(l.text(here)), Rows: moreThanOne(span.row), Cols: moreThanOne(span.col), At: at})
		}
		grid.Rows = append(grid.Rows, cells)
	}
	return w.add(blocks.Block{Grid: &grid, At: grid.At})
}

func (w *writer) cellText(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		w.line.Break()
		w.line.Add(line)
	}
	text, _ = w.line.Take()
	return text
}

// loneCell adds the lines of a lone cell.
func (w *writer) loneCell(text string, at report.Pos) error {
	for line := range strings.SplitSeq(w.cellText(text), "\n") {
		if line == "" {
			continue
		}
		if err := w.add(blocks.Block{Text: line, At: at}); err != nil {
			return err
		}
	}
	return nil
}
