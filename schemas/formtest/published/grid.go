package published

import "gongkai/schemas/formtest"

// spot is one place of a table's grid: the first place of a box, or one that a
// box covers.
type spot struct {
	box   *formtest.Box
	first bool
}

// grid puts the boxes of a table at their places, as a browser does: each at
// the first place of its row that is still free.
func grid(t *formtest.Table) [][]spot {
	g := make([][]spot, len(t.Rows))
	for i := range g {
		g[i] = make([]spot, t.Width)
	}
	for i, row := range t.Rows {
		at := 0
		for j := range row.Boxes {
			box := &row.Boxes[j]
			for at < t.Width && g[i][at].box != nil {
				at++
			}
			for y := i; y < min(i+box.Rows, len(g)); y++ {
				for x := at; x < min(at+box.Cols, t.Width); x++ {
					g[y][x] = spot{box: box, first: y == i && x == at}
				}
			}
			at += box.Cols
		}
	}
	return g
}

// headerRows is the number of rows above the first values.
func headerRows(t *formtest.Table) int {
	for i, r := range t.Rows {
		if !r.Header {
			return i
		}
	}
	return len(t.Rows)
}

// shares gives the width of each column as a part of the table's: columns of
// labels are wider than those of values, unless the look wants them narrow.
func shares(t *formtest.Table, look Look) []float64 {
	widths := make([]float64, t.Width)
	for i := range widths {
		widths[i] = 1
	}
	labels := labelColumns(t)
	for i := range labels {
		last := i == labels-1
		switch {
		case last && look.Narrow:
			widths[i] = 1.4
		case last && labels > 1:
			widths[i] = 3
		case last:
			widths[i] = 1.8
		default:
			widths[i] = 1.2
		}
	}
	sum := 0.0
	for _, w := range widths {
		sum += w
	}
	for i := range widths {
		widths[i] /= sum
	}
	if look.Upright && labels > 1 {
		widths[labels-1] += widths[0] - look.upright(t)
		widths[0] = look.upright(t)
	}
	return widths
}

// upright is the width of a column in which one character stands a line.
func (l Look) upright(t *formtest.Table) float64 {
	width, _ := l.page()
	return (l.points(t)*1.2 + 4) / ((width - 40) * perMM)
}

// labelColumns is the number of columns that hold the labels of rows.
func labelColumns(t *formtest.Table) int {
	count := 0
	for i, row := range grid(t) {
		if t.Rows[i].Header {
			continue
		}
		for x, s := range row {
			if s.box != nil && s.box.Label {
				count = max(count, x+1)
			}
		}
	}
	return count
}
