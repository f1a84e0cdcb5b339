package office

import (
	"fmt"
	"slices"

	"gongkai/parser/blocks"
)

// placedCell is a printed cell with the columns and rows that it covers.
type placedCell struct {
	content     []node
	first, last int // columns, from 0
	cols, rows  int
	hole        bool
}

// layOut turns cells between edges into cells with spans. Cells that are covered
// by a merge are not in the result.
func layOut(rows []tableRow) ([][]placedCell, error) {
	edges := columnEdges(rows)
	placed := make([][]placedCell, len(rows))
	anchors := map[int]anchor{} // by first column
	for i, row := range rows {
		next := map[int]anchor{}
		for _, c := range place(row, edges) {
			above, found := anchors[c.first]
			if c.down == goesOn && found && above.last == c.last {
				placed[above.row][above.cell].rows += rowsOf(row)
				next[c.first] = above
				continue
			}
			if c.cols > blocks.MaxSpan {
				return nil, fmt.Errorf("%w: a cell that spans %d columns; the limit is %d", blocks.ErrTooLarge, c.cols, blocks.MaxSpan)
			}
			if c.down != alone {
				next[c.first] = anchor{row: i, cell: len(placed[i]), last: c.last}
			}
			c.rows = 1
			placed[i] = append(placed[i], c.placedCell)
		}
		for _, a := range next {
			if n := placed[a.row][a.cell].rows; n > blocks.MaxSpan {
				return nil, fmt.Errorf("%w: a cell that spans %d rows; the limit is %d", blocks.ErrTooLarge, n, blocks.MaxSpan)
			}
		}
		anchors = next
	}
	return placed, nil
}

// anchor is the cell that a merge of rows began with.
type anchor struct{ row, cell, last int }

// rowsOf is what a row adds to the height of a merged cell.
func rowsOf(row tableRow) int {
	if row.hidden {
		return 0
	}
	return 1
}

type mergingCell struct {
	placedCell
	down merge
}

// place gives the cells of a row their columns, cells merged across joined.
func place(row tableRow, edges []int) []mergingCell {
	cells := make([]mergingCell, 0, len(row.cells))
	right := 0 // first column that is free
	for _, c := range row.cells {
		first, end := column(edges, c.left), column(edges, c.right)
		if n := len(cells); c.across && n > 0 {
			before := &cells[n-1]
			before.content = append(slices.Clip(before.content), c.content...)
			before.last = max(before.last, end-1)
			before.cols = before.last - before.first + 1
			right = before.last + 1
			continue
		}
		if first > right {
			cells = append(cells, mergingCell{placedCell: placedCell{first: right, last: first - 1, cols: first - right, hole: true}})
		}
		first = max(first, right)
		last := max(end-1, first)
		cells = append(cells, mergingCell{placedCell{content: c.content, first: first, last: last, cols: last - first + 1, hole: c.hole}, c.down})
		right = last + 1
	}
	return cells
}

// near is how close two edges are taken for one: rows that were drawn by hand
// miss each other by less than a point.
const near = 20 // twips

// columnEdges are the left edges of the columns that the rows share, and the
// right edge of the last.
func columnEdges(rows []tableRow) []int {
	var all []int
	for _, row := range rows {
		for _, c := range row.cells {
			all = append(all, c.left, c.right)
		}
	}
	slices.Sort(all)
	var edges []int
	for _, edge := range all {
		if n := len(edges); n == 0 || edge-edges[n-1] > near {
			edges = append(edges, edge)
		}
	}
	return edges
}

// column is the number of the edge at or last before the place.
func column(edges []int, place int) int {
	i, found := slices.BinarySearch(edges, place)
	if found {
		return i
	}
	return max(i-1, 0)
}
