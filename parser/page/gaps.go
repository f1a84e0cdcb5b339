package page

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"gongkai/report"
)

// Tables without rulings show by the gaps in them: wide ones between columns, and
// more space between rows than between the lines of one label. Where the space
// is the same everywhere, every line is a row; labels that run over lines are
// then nobody's, and their rows are refused by whoever reads them.

// region is lines of a page that make a table without rulings.
type region struct {
	first, end int // of the page's lines
	rows       [][]line
}

// Least size of a table without rulings: rows with so many cells, one of them a
// number.
const minOpenRows, minOpenCells = 3, 3

// regions finds the tables among the lines of a page outside frames.
func regions(all []line) []region {
	var found []region
	for i := 0; i < len(all); {
		end := runEnd(all, i)
		if end > i {
			if r := (region{first: i, end: end, rows: fillUp(bands(all[i:end]))}); r.isTable() {
				found = append(found, r)
			}
		}
		i = max(end, i+1)
	}
	return found
}

// runEnd is the end of the run of lines from i on that may be rows: lines with
// gaps, and what stands alone between two such lines close by.
func runEnd(all []line, i int) int {
	end := i
	for j := i; j < len(all); j++ {
		if j > i && all[j].top-all[j-1].bottom > 3*all[j].size {
			break
		}
		if len(all[j].chunks(columnGap)) > 1 {
			end = j + 1
		} else if end == i || j-end >= maxAlone || len(all[j].glyphs) > maxLabelGlyphs {
			break
		}
	}
	return end
}

// maxAlone is how many lines of a label may stand between two lines with gaps,
// maxLabelGlyphs how many characters such a line may have.
const maxAlone, maxLabelGlyphs = 6, 30

func (r region) isTable() bool {
	count := 0
	for _, row := range r.rows {
		if len(row) >= minOpenCells && slices.ContainsFunc(row, func(c line) bool { return isNumber(c.text()) }) {
			count++
		}
	}
	return count >= minOpenRows
}

var numeric = regexp.MustCompile(`^[\d.,%+-]+$`)

func isNumber(text string) bool { return numeric.MatchString(text) }

// bands groups lines into rows of cells. Lines whose space to the next is the
// smaller kind belong to one row.
func bands(all []line) [][]line {
	threshold := rowGap(all)
	var rows [][]line
	bottom := 0.0
	for i := range all {
		if i == 0 || all[i].top-bottom > threshold {
			rows, bottom = append(rows, nil), all[i].bottom
		}
		bottom = max(bottom, all[i].bottom)
		for _, chunk := range all[i].chunks(columnGap) {
			rows[len(rows)-1] = stack(rows[len(rows)-1], chunk)
		}
	}
	for _, row := range rows {
		slices.SortFunc(row, func(a, b line) int { return cmp.Compare(a.left, b.left) })
	}
	return rows
}

// rowGap is the space between lines above which a row ends: in the widest step
// between the spaces that occur. Without a step of a quarter of a character, any
// space ends a row.
func rowGap(all []line) float64 {
	var spaces []float64
	for i := 1; i < len(all); i++ {
		spaces = append(spaces, all[i].top-all[i-1].bottom)
	}
	slices.Sort(spaces)
	threshold, widest := -0.3*all[0].size, 0.25*all[0].size
	for i := 1; i < len(spaces); i++ {
		if step := spaces[i] - spaces[i-1]; step > widest {
			widest, threshold = step, (spaces[i]+spaces[i-1])/2
		}
	}
	return threshold
}

// stack adds a chunk to a row: below the chunk it overlaps with, or as a cell of
// its own. One that overlaps with several spans them and stays alone.
func stack(row []line, chunk line) []line {
	at := -1
	for i := range row {
		if row[i].left < chunk.right && chunk.left < row[i].right {
			if at >= 0 {
				return append(row, chunk)
			}
			at = i
		}
	}
	if at < 0 {
		return append(row, chunk)
	}
	row[at].below = append(row[at].below, chunk)
	row[at].left, row[at].right = min(row[at].left, chunk.left), max(row[at].right, chunk.right)
	row[at].top, row[at].bottom = min(row[at].top, chunk.top), max(row[at].bottom, chunk.bottom)
	return row
}

// fillUp puts empty cells where a row lacks one that the fullest row below the
// same header has.
func fillUp(rows [][]line) [][]line {
	filled := make([][]line, len(rows))
	for start := 0; start < len(rows); {
		end := start + 1
		for end < len(rows) && (isHeader(rows[end]) <= isHeader(rows[end-1])) {
			end++
		}
		for i := start; i < end; i++ {
			filled[i] = fillRow(rows[i], rows[start:end])
		}
		start = end
	}
	return filled
}

// isHeader is 1 for a row without any number, 0 for others.
func isHeader(row []line) int {
	if slices.ContainsFunc(row, func(c line) bool { return isNumber(c.text()) }) {
		return 0
	}
	return 1
}

// fillRow fills a row of values up by the fullest row whose cells its own stand
// below or above, each by exactly one.
func fillRow(row []line, others [][]line) []line {
	if isHeader(row) == 1 {
		return row
	}
	best := row
	for _, other := range others {
		if len(other) > len(best) {
			if full, ok := placeBy(row, other); ok {
				best = full
			}
		}
	}
	return best
}

// placeBy places the cells of a row by the cells of another.
func placeBy(row, by []line) ([]line, bool) {
	full := make([]line, len(by))
	for i, cell := range by {
		full[i] = line{left: cell.left, right: cell.right, top: row[0].top, bottom: row[0].bottom, size: cell.size}
	}
	last := -1
	for _, cell := range row {
		at := -1
		for i := range by {
			if by[i].left < cell.right && cell.left < by[i].right {
				if at >= 0 {
					return nil, false
				}
				at = i
			}
		}
		if at <= last {
			return nil, false
		}
		full[at], last = cell, at
	}
	return full, true
}

// table writes the region as a table whose rows and empty cells are visible.
func (r region) table(s *sheet, number int) *report.Table {
	table := &report.Table{Layout: report.Tabs}
	for i, row := range r.rows {
		var cells []report.Cell
		for j, cell := range row {
			at := report.Pos{Page: s.page.Number, Line: r.first + i + 1, Table: number, Row: i + 1, Col: j + 1}
			at.Box = s.onPage(box(cell.left, cell.top, cell.right, cell.bottom))
			cells = append(cells, report.Cell{Text: cell.wholeText(), At: at, Confidence: confidence(append(row[j:j+1:j+1], cell.below...))})
		}
		table.Rows = append(table.Rows, cells)
	}
	table.At = report.Pos{Page: s.page.Number, Table: number}
	return table
}

// wholeText is the text of a cell of several lines.
func (l *line) wholeText() string {
	parts := append([]line{*l}, l.below...)
	slices.SortStableFunc(parts, func(a, b line) int { return cmp.Compare(a.glyphTop(), b.glyphTop()) })
	texts := make([]string, 0, len(parts))
	for i := range parts {
		texts = append(texts, parts[i].text())
	}
	return strings.Join(texts, "\n")
}

func (l *line) glyphTop() float64 {
	if len(l.glyphs) == 0 {
		return l.top
	}
	return l.glyphs[0].Top
}
