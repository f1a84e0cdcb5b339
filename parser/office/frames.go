package office

import (
	"cmp"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
)

// border is which sides of a cell have a line.
type border uint8

const (
	leftLine border = 1 << iota
	rightLine
	topLine
	bottomLine
	slash // across the cell
)

// frame is the last column of a row that lines enclose.
type frame struct{ row, col int32 }

// maxFramed is how many columns a table has at most by its lines: lines that
// reach further were given to whole rows and end no table.
const maxFramed = 100

// draw notes the lines around a cell, empty or not. A line on its left closes the
// cell before it. One above or below it alone may as well belong to the cell on
// its other side.
func (s *sheet) draw(row, col int, b border) {
	if b&slash != 0 && len(s.slashed) <= blocks.MaxCells {
		s.slashed = append(s.slashed, spot{row, col})
	}
	const level = topLine | bottomLine
	if b&rightLine == 0 && b&level != level {
		if b&leftLine == 0 {
			return
		}
		col--
	}
	if row < 1 || row > maxRow || col < 1 || col > maxCol {
		return
	}
	if n := len(s.frames); n > 0 && s.frames[n-1].row == int32(row) {
		s.frames[n-1].col = max(s.frames[n-1].col, int32(col))
		return
	}
	s.frames = append(s.frames, frame{int32(row), int32(col)})
}

// slashes gives an error for more lines across cells than any table has.
func (s *sheet) slashes() error {
	if len(s.slashed) > blocks.MaxCells {
		return fmt.Errorf("%w: more than %d cells with a line across them on sheet %d", blocks.ErrTooLarge, blocks.MaxCells, s.number)
	}
	return nil
}

// drawColumns notes the lines of columns up to the last: cells that the document
// does not list have them.
func (s *sheet) drawColumns(last int, b border) {
	if b != 0 {
		s.framedCols = max(s.framedCols, min(last, maxCol))
	}
}

// layFrames gives the frames of the rows that are shown, in their order, counted
// as they are shown.
func (l *sheetLayout) layFrames(s *sheet) {
	l.frames = s.frames[:0]
	for _, f := range s.frames {
		row, ok := l.rows.number(int(f.row))
		col, _ := l.cols.number(int(f.col))
		if ok {
			l.frames = append(l.frames, frame{int32(row), int32(col)})
		}
	}
	slices.SortFunc(l.frames, func(a, b frame) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	l.framedCols, _ = l.cols.number(s.framedCols)
}

// framed is the last column of a row that lines enclose, 0 if none is.
func (l *sheetLayout) framed(row int) int {
	after, _ := slices.BinarySearchFunc(l.frames, int32(row)+1, func(f frame, row int32) int { return cmp.Compare(f.row, row) })
	if after > 0 && l.frames[after-1].row == int32(row) {
		return max(l.framedCols, int(l.frames[after-1].col))
	}
	return l.framedCols
}

// ends tells where each row of a band ends.
//
// Tables that follow each other without an empty row share a band; a line between
// them, a row without frames and with one text, divides them. The rows of a
// table that has frames end together, where its frames, its texts or its merged
// cells end last: a column that has a frame or a header anywhere in the table is
// never cut off, so no empty cell vanishes. Without frames nothing tells a line
// from a row whose values are empty, and all rows end where the band does.
func (l *sheetLayout) ends(b band) []int {
	rows := make([]struct{ end, frame int }, b.bottom-b.top+1)
	for _, at := range b.filled {
		rows[at.row-b.top].end = at.col
	}
	for _, g := range b.groups {
		if l.widens(g) {
			row := &rows[g.top-b.top]
			row.end = max(row.end, g.right)
		}
	}
	for i := range rows {
		rows[i].frame = l.framed(b.top + i)
	}
	ends := make([]int, len(rows))
	for first := 0; first < len(rows); {
		after, end, framed := first, 0, false
		for ; after < len(rows) && (rows[after].frame > 0 || l.inRow[b.top+after] != 1); after++ {
			end = max(end, rows[after].end, rows[after].frame)
			framed = framed || rows[after].frame > 0
		}
		if !framed || end-b.left >= maxFramed {
			end = b.right
		}
		for ; first < after; first++ {
			ends[first] = end
		}
		if after < len(rows) { // a line
			ends[after] = b.right
			first = after + 1
		}
	}
	return ends
}
