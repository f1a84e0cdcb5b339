package office

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// node is a paragraph, a picture or a table, as it comes in a text document.
// Its text may hold tabs, and newlines where a line is broken.
type node struct {
	text    string
	picture string
	table   *table
}

// table is a table before anybody asks whether it holds figures or arranges text.
type table struct{ rows []tableRow }

type tableRow struct {
	cells  []tableCell
	hidden bool
}

// tableCell is a cell as the document describes it: between two edges, maybe
// merged with the cell before it or above it.
type tableCell struct {
	content     []node
	left, right int // edges: twips, or columns of the document's own grid
	down        merge
	across      bool // goes on with the cell before it
	hole        bool // nothing is there: the row begins further right
}

// merge is the part that a cell plays in a merge of several rows.
type merge uint8

const (
	alone merge = iota
	begins
	goesOn
)

// maxNested bounds tables within tables.
const maxNested = 40

// writer makes blocks of nodes.
type writer struct {
	blocks.Document
	tables, cells int
	line          blocks.Line
}

func newWriter() *writer { return &writer{Document: blocks.Document{Boxes: []int{0}}} }

func (w *writer) add(b blocks.Block) error {
	if len(w.Blocks) >= blocks.MaxBlocks {
		return fmt.Errorf("%w: more than %d lines", blocks.ErrTooLarge, blocks.MaxBlocks)
	}
	w.Blocks = append(w.Blocks, b)
	return nil
}

// write adds the nodes' lines and grids to the document. A table that only
// arranges text is walked cell by cell.
func (w *writer) write(content []node, box int) error {
	for _, n := range content {
		var err error
		switch {
		case n.table != nil:
			err = w.table(n.table, box)
		case n.picture != "":
			err = w.add(blocks.Block{Picture: n.picture, Box: box})
		default:
			err = w.lines(n.text, box)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) lines(text string, box int) error {
	for line := range strings.SplitSeq(text, "\n") {
		if line = w.squeeze(line); line == "" {
			continue
		}
		if err := w.add(blocks.Block{Text: line, Box: box}); err != nil {
			return err
		}
	}
	return nil
}

// squeeze makes one space of white space runs. Tabs between words stay: they
// divide the cells of a table that is drawn with them.
func (w *writer) squeeze(line string) string {
	if !strings.Contains(strings.TrimSpace(line), "\t") {
		w.line.Add(line)
		text, _ := w.line.Take()
		return text
	}
	parts := strings.Split(line, "\t")
	for i := range parts {
		w.line.Add(parts[i])
		parts[i], _ = w.line.Take()
	}
	return strings.Join(parts, "\t")
}

func (w *writer) table(t *table, box int) error {
	w.tables++
	number := w.tables
	grid, ok, err := w.grid(t)
	if err != nil {
		return err
	}
	if !ok {
		w.tables = number // those inside are written one by one
	}
	if ok {
		if len(grid.Rows) == 0 {
			return nil
		}
		return w.add(blocks.Block{Grid: &grid, Box: box, At: grid.At})
	}
	outer := w.box(box)
	for _, row := range t.rows {
		if row.hidden {
			w.pass(row)
			continue
		}
		for _, cell := range row.cells {
			if err := w.write(cell.content, w.box(outer)); err != nil {
				return err
			}
		}
	}
	return nil
}

// pass counts the tables that are passed over with a hidden row.
func (w *writer) pass(row tableRow) {
	for _, cell := range row.cells {
		for _, n := range cell.content {
			if n.table == nil {
				continue
			}
			w.tables++
			for _, inner := range n.table.rows {
				w.pass(inner)
			}
		}
	}
}

func (w *writer) box(outer int) int {
	w.Boxes = append(w.Boxes, outer)
	return len(w.Boxes) - 1
}

// grid reads a table as a grid of cells; ok is false if it arranges text.
func (w *writer) grid(t *table) (grid report.Table, ok bool, err error) {
	grid = report.Table{Layout: report.Grid, At: report.Pos{Table: w.tables}}
	placed, err := layOut(t.rows)
	if err != nil {
		return grid, false, err
	}
	for i, row := range placed {
		at := report.Pos{Table: grid.At.Table, Row: i + 1}
		cells := make([]report.Cell, 0, len(row))
		for _, p := range row {
			text, ok := w.cell(p.content)
			if !ok {
				return grid, false, nil
			}
			cell := report.Cell{Text: text, Cols: moreThanOne(p.cols), Rows: moreThanOne(p.rows)}
			if !p.hole {
				at.Col++
				cell.At = at
			}
			cells = append(cells, cell)
		}
		if w.cells += len(cells); w.cells > blocks.MaxCells {
			return grid, false, fmt.Errorf("%w: more than %d table cells", blocks.ErrTooLarge, blocks.MaxCells)
		}
		if !t.rows[i].hidden {
			grid.Rows = append(grid.Rows, cells)
		}
	}
	return grid, true, nil
}

func moreThanOne(n int) int {
	if n <= 1 {
		return 0
	}
	return n
}

// cell gathers the text of a cell; ok is false if it holds a table of more than
// one cell or a passage.
func (w *writer) cell(content []node) (text string, ok bool) {
	lines, ok := w.gather(content)
	passage := blocks.IsPassage(lines, w.line.Len())
	text, _ = w.line.Take()
	return text, ok && !passage
}

// gather adds what a cell holds to the line. A table of one cell is a frame
// around text of the cell.
func (w *writer) gather(content []node) (lines int, ok bool) {
	for _, n := range content {
		switch {
		case n.table != nil:
			rows := n.table.rows
			if len(rows) != 1 || rows[0].hidden || len(rows[0].cells) != 1 {
				return lines, false
			}
			w.tables++
			inner, ok := w.gather(rows[0].cells[0].content)
			if lines += inner; !ok {
				return lines, false
			}
			continue
		case n.picture != "":
			w.line.Add(blocks.PictureMark)
		}
		for line := range strings.SplitSeq(n.text, "\n") {
			w.line.Break()
			w.line.Add(line)
			lines++
		}
	}
	return lines, true
}

// cellNumber is the number of a list before a text of a cell. Alone, or before
// what may be a figure, it is put in brackets: it is no digit of one.
func cellNumber(number, text string) string {
	const numerals = "〇零一二三四五六七八九十百千万亿两"
	text = strings.TrimSpace(text)
	first, _ := utf8.DecodeRuneInString(text)
	isWord := func(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune(numerals, r) }
	if strings.ContainsFunc(text, isWord) && !unicode.IsNumber(first) && !strings.ContainsRune("+-−－", first) {
		return number
	}
	bare := strings.TrimRight(number, " \t")
	return bracketed(bare) + number[len(bare):]
}

// isBlank reports whether the nodes of a cell show nothing.
func isBlank(content []node) bool {
	for _, n := range content {
		if n.table != nil || n.picture != "" || strings.TrimSpace(n.text) != "" {
			return false
		}
	}
	return true
}

// finished is the content of a cell as it is seen on the cell's ground, with the
// mark of a line across it if it is empty.
func finished(content []node, g ground) []node {
	settle(content, g.coloured)
	if g.slashed && isBlank(content) {
		return append(content, node{text: slashMark})
	}
	return content
}

// ground is what a cell is on: whether it is filled in a colour other than
// paper's, and whether a line goes across it.
type ground struct{ coloured, slashed bool }

// withoutOrnaments takes the marks of pictures out of a line outside of tables:
// beside text they are ornaments. In a line of cells that tabs divide they stay.
func withoutOrnaments(text string) string {
	if strings.Contains(strings.TrimSpace(text), "\t") {
		return text
	}
	return withoutPictures(text)
}

func withoutPictures(text string) string { return strings.ReplaceAll(text, blocks.PictureMark, "") }
