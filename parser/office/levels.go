package office

import (
	"fmt"

	"gongkai/parser/blocks"
)

// DOC and RTF write tables as paragraphs that say how many tables they stand in,
// with marks where cells and rows end. leveled makes tables of them again.
type leveled struct {
	body   []node
	open   []*openTable // from the outside in
	count  int
	places []int // of the pictures of the paragraph so far
	placed []int // of those that stand alone
}

// maxText bounds the text of a document, in characters of a DOC and bytes of an
// RTF. Real reports have less than 200,000.
const maxText = 8 << 20

func tooMuchText() error {
	return fmt.Errorf("%w: more than %d characters of text", blocks.ErrTooLarge, maxText)
}

type openTable struct {
	table *table
	cells []tableCell // of the row that is open, without their edges
	cell  []node      // of the cell that is open
}

// cellEdges is what the end of a row says of one of its cells.
type cellEdges struct {
	left, right int
	down        merge
	across      bool
	ground
}

// add puts a paragraph or picture at a level: 0 is outside of tables.
func (l *leveled) add(level int, n node) error {
	if err := l.turn(level); err != nil {
		return err
	}
	l.put(n)
	return nil
}

func (l *leveled) put(n node) {
	if last := len(l.open) - 1; last >= 0 {
		l.open[last].cell = append(l.open[last].cell, n)
		return
	}
	l.body = append(l.body, n)
}

// turn opens and closes tables until so many are open.
func (l *leveled) turn(level int) error {
	if l.count++; l.count > blocks.MaxBlocks {
		return fmt.Errorf("%w: more than %d paragraphs", blocks.ErrTooLarge, blocks.MaxBlocks)
	}
	if level > maxNested {
		return fmt.Errorf("%w: more than %d tables within each other", blocks.ErrTooDeep, maxNested)
	}
	for len(l.open) > level {
		l.close()
	}
	for len(l.open) < level {
		l.open = append(l.open, &openTable{table: &table{}})
	}
	return nil
}

// close ends the innermost table. Cells without the end of their row make a row.
func (l *leveled) close() {
	last := len(l.open) - 1
	t := l.open[last]
	if len(t.cell) > 0 {
		t.cells = append(t.cells, tableCell{content: t.cell})
	}
	if len(t.cells) > 0 {
		t.endRow(nil)
	}
	l.open = l.open[:last]
	l.put(node{table: t.table})
}

func (l *leveled) endCell(level int) error {
	if err := l.turn(level); err != nil {
		return err
	}
	t := l.open[level-1]
	t.cells = append(t.cells, tableCell{content: t.cell})
	t.cell = nil
	return nil
}

func (l *leveled) endRow(level int, edges []cellEdges) error {
	if err := l.turn(level); err != nil {
		return err
	}
	l.open[level-1].endRow(edges)
	return nil
}

// endRow gives the cells of the row their edges. Cells that nothing is said of
// stand behind the others.
func (t *openTable) endRow(edges []cellEdges) {
	right := 0
	for i := range t.cells {
		c := &t.cells[i]
		var g ground
		if i < len(edges) {
			e := edges[i]
			g = e.ground
			c.left, c.right, c.down, c.across = e.left, max(e.right, e.left), e.down, e.across
		} else {
			c.left, c.right = right, right+gridUnit
		}
		c.content = finished(c.content, g)
		right = max(right, c.right)
	}
	t.table.rows = append(t.table.rows, tableRow{cells: t.cells})
	t.cells = nil
}

// finish closes all tables and gives what was gathered.
func (l *leveled) finish() []node {
	for len(l.open) > 0 {
		l.close()
	}
	return l.body
}
