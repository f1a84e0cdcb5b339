package page

import (
	"cmp"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// sheet is a page at work: what was made of it so far.
type sheet struct {
	page   Page
	turned int // degrees clockwise that the page was turned to be read
	frames []contents
	lines  []line // outside frames
}

// Blocks makes lines and grids of pages in reading order. A row that a page
// break cuts, with no ruling at the break, is whole again; places are those of
// its first piece.
func Blocks(pages []Page) (*blocks.Document, error) {
	sheets := make([]*sheet, len(pages))
	cells := 0
	for i := range pages {
		sheets[i] = readSheet(pages[i])
		for _, f := range sheets[i].frames {
			cells += len(f.frame.Cells)
		}
		if cells > blocks.MaxCells {
			return nil, fmt.Errorf("%w: more than %d table cells", blocks.ErrTooLarge, blocks.MaxCells)
		}
	}
	removeFurniture(sheets)
	w := &writer{Document: &blocks.Document{Boxes: []int{0}}, measure: measureOf(sheets)}
	for _, s := range sheets {
		if err := w.write(s); err != nil {
			return nil, err
		}
	}
	return w.Document, nil
}

// readSheet puts the glyphs of a page into its frames and lines.
func readSheet(p Page) *sheet {
	p.Glyphs = shown(p.Glyphs)
	s := &sheet{}
	s.page, s.turned = turnPage(p)
	s.page.Rules = strike(s.page.Glyphs, s.page.Rules)
	rest := s.page.Glyphs
	for _, f := range tables(Frames(s.page)) {
		inside, outside := divide(rest, f)
		c := pour(&f, inside)
		c.markInk(&s.page)
		s.frames = append(s.frames, c)
		rest = outside
	}
	s.lines = lines(rest)
	return s
}

// tables keeps the frames that are tables: not a box around a passage, nor the
// border of the page around all. What lies in another table's cell comes first.
func tables(frames []Frame) []Frame {
	kept := slices.DeleteFunc(frames, func(f Frame) bool { return len(f.Cells) < 2 })
	slices.SortStableFunc(kept, func(a, b Frame) int {
		return cmp.Compare((a.Right-a.Left)*(a.Bottom-a.Top), (b.Right-b.Left)*(b.Bottom-b.Top))
	})
	return kept
}

// divide takes the glyphs within a frame out of the others.
func divide(glyphs []Glyph, f Frame) (inside, outside []Glyph) {
	for _, g := range glyphs {
		if f.cellAt((g.Left+g.Right)/2, g.middle()) >= 0 {
			inside = append(inside, g)
		} else {
			outside = append(outside, g)
		}
	}
	return inside, outside
}

// turnPage turns a page whose writing runs up or down so that it can be read,
// and says by how many degrees clockwise.
func turnPage(p Page) (Page, int) {
	count := map[int]int{}
	for _, g := range p.Glyphs {
		count[g.Turned]++
	}
	for turned, n := range count {
		if turned != 0 && n*2 > len(p.Glyphs) {
			return turnedBy(p, 360-turned), 360 - turned
		}
	}
	return p, 0
}

func turnedBy(p Page, degrees int) Page {
	q := p // its pictures have been looked at before
	q.Glyphs, q.Rules, q.Ink = slices.Clone(p.Glyphs), slices.Clone(p.Rules), slices.Clone(p.Ink)
	for ; degrees > 0; degrees -= 90 {
		for i := range q.Glyphs {
			g := &q.Glyphs[i]
			g.turn(90)
			g.Left, g.Right = g.Left+q.Height, g.Right+q.Height
		}
		for i, r := range q.Rules {
			q.Rules[i] = Rule{Left: q.Height - r.Bottom, Top: r.Left, Right: q.Height - r.Top, Bottom: r.Right}
		}
		for i, a := range q.Ink {
			q.Ink[i] = Area{Left: q.Height - a.Bottom, Top: a.Left, Right: q.Height - a.Top, Bottom: a.Right}
		}
		q.Width, q.Height = q.Height, q.Width
	}
	return q
}

// onPage gives a box on the turned page as it lies on the page that is shown.
func (s *sheet) onPage(b report.Box) report.Box {
	width, height := round(s.page.Width), round(s.page.Height)
	for degrees := s.turned; degrees > 0 && degrees < 360; degrees += 90 {
		b = report.Box{Left: height - b.Bottom, Top: b.Left, Right: height - b.Top, Bottom: b.Right}
		width, height = height, width
	}
	return b
}

// writer writes the blocks of a document, page by page.
type writer struct {
	*blocks.Document
	measure
	tables int
	last   *line         // the line written last, nil after a table
	open   *contents     // the table written last, if it may go on on the next page
	head   *report.Table // where the table began that was written last, nil after a line
}

func (w *writer) write(s *sheet) error {
	frames := slices.Clone(s.frames)
	slices.SortStableFunc(frames, func(a, b contents) int { return cmp.Compare(a.frame.Top, b.frame.Top) })
	fresh := true // nothing of this page is written yet
	if !s.page.Unread.IsZero() {
		w.unread(s)
	}
	open := regions(s.lines)
	for i := 0; i < len(s.lines); i++ {
		l := &s.lines[i]
		for len(frames) > 0 && frames[0].frame.Top < l.middle() {
			w.table(s, &frames[0], fresh)
			frames, fresh = frames[1:], false
		}
		if len(open) > 0 && open[0].first == i {
			w.openTable(s, open[0])
			i, open = open[0].end-1, open[1:]
		} else {
			w.line(s, l, fresh)
		}
		fresh = false
	}
	for i := range frames {
		w.table(s, &frames[i], fresh)
		fresh = false
	}
	if len(w.Document.Blocks) > blocks.MaxBlocks {
		return fmt.Errorf("%w: more than %d lines", blocks.ErrTooLarge, blocks.MaxBlocks)
	}
	return nil
}

func (w *writer) line(s *sheet, l *line, fresh bool) {
	w.open, w.head = nil, nil
	text := l.text()
	if w.last != nil && w.continues(w.last, l, !fresh) {
		w.Document.Blocks[len(w.Document.Blocks)-1].Text += text
	} else {
		at := report.Pos{Page: s.page.Number, Box: s.onPage(box(l.left, l.top, l.right, l.bottom))}
		w.Document.Blocks = append(w.Document.Blocks, blocks.Block{Text: text, At: at, Confidence: confidence([]line{*l})})
	}
	w.last = l
}

// unread writes that something of the page was not read.
func (w *writer) unread(s *sheet) {
	w.open, w.last, w.head = nil, nil, nil
	at := report.Pos{Page: s.page.Number}
	w.Document.Blocks = append(w.Document.Blocks, blocks.Block{Grid: &report.Table{Layout: report.Unread, Note: s.page.Unread, At: at}, At: at})
}

// openTable writes a table without rulings.
func (w *writer) openTable(s *sheet, r region) {
	w.tables++
	w.open, w.last, w.head = nil, nil, nil
	w.Document.Blocks = append(w.Document.Blocks, blocks.Block{Grid: r.table(s, w.tables), At: report.Pos{Page: s.page.Number, Table: w.tables}})
}

func (w *writer) table(s *sheet, c *contents, fresh bool) {
	w.last = nil
	if fresh && w.open != nil && c.continuesTable(w.open) {
		c.finish(w.open)
	}
	if len(c.frame.Cells) > 0 {
		w.tables++
		grid := c.table(w.tables, s.page.Number)
		for _, cell := range c.printed {
			cell.At.Box = s.onPage(cell.At.Box)
		}
		grid.At.Box = s.onPage(grid.At.Box)
		if !fresh || w.head == nil {
			w.head = grid
		} else {
			grid.Rows = grid.Rows[repeated(w.head, grid):]
		}
		w.Document.Blocks = append(w.Document.Blocks, blocks.Block{Grid: grid, At: grid.At})
	}
	w.open = nil
	if c.frame.OpenBottom {
		w.open = c
	}
}

// repeated is the number of rows at the top of a table that repeat the header of
// the table that it continues: programs print it again on every page.
func repeated(head, grid *report.Table) int {
	const slack = 4 // points; on pictures a cell that moved more is none of the header's
	near := func(a, b int) bool { return a-b <= slack && b-a <= slack }
	same := func(a, b report.Cell) bool {
		return a.Text == b.Text && near(a.At.Box.Left, b.At.Box.Left) && near(a.At.Box.Right, b.At.Box.Right)
	}
	n := 0
	for n < len(head.Rows) && n+1 < len(grid.Rows) && slices.EqualFunc(head.Rows[n], grid.Rows[n], same) {
		if slices.ContainsFunc(grid.Rows[n], func(c report.Cell) bool { return isNumber(c.Text) }) {
			break
		}
		n++
	}
	return n
}

// continuesTable reports whether the first row of a frame is the end of the last
// row of the frame before the page break: no ruling closes either, and their
// cells stand below each other.
func (c *contents) continuesTable(before *contents) bool {
	if !c.frame.OpenTop || !before.frame.OpenBottom {
		return false
	}
	first, last := c.firstRow(), before.lastRow()
	if len(first) != len(last) {
		return false
	}
	const slack = 4.0
	for i := range first {
		a, b := &c.frame.Cells[first[i]], &before.frame.Cells[last[i]]
		if a.Left-b.Left > slack || b.Left-a.Left > slack || a.Right-b.Right > slack || b.Right-a.Right > slack {
			return false
		}
	}
	return true
}

// firstRow are the numbers of the cells that touch the top, lastRow those that
// touch the bottom, from left to right.
func (c *contents) firstRow() (cells []int) {
	for i := range c.frame.Cells {
		if c.frame.Cells[i].Row == 0 {
			cells = append(cells, i)
		}
	}
	return cells
}

func (c *contents) lastRow() (cells []int) {
	bottom := 0
	for i := range c.frame.Cells {
		bottom = max(bottom, c.frame.Cells[i].Row+c.frame.Cells[i].Rows)
	}
	for i := range c.frame.Cells {
		if cell := &c.frame.Cells[i]; cell.Row+cell.Rows == bottom {
			cells = append(cells, i)
		}
	}
	slices.SortFunc(cells, func(a, b int) int { return cmp.Compare(c.frame.Cells[a].Left, c.frame.Cells[b].Left) })
	return cells
}

// finish moves what stands in the first row of the frame to the last row of the
// table before the break. Cells that hang further down stay, without their text.
func (c *contents) finish(before *contents) {
	first, last := c.firstRow(), before.lastRow()
	for i := range first {
		rest := c.text(first[i])
		if rest == "" {
			continue
		}
		cell := before.printed[last[i]]
		if cell.Text != "" {
			cell.Text += "\n"
		}
		cell.Text += rest
		cell.Confidence = report.LessSure(cell.Confidence, c.confidence(first[i]))
		c.glyphs[first[i]], c.over[first[i]], c.ink[first[i]] = nil, false, false
	}
	c.dropFirstRow()
}

// dropFirstRow takes the first row out of the frame: its cells go, or begin a
// row lower if they hang down.
func (c *contents) dropFirstRow() {
	var cells []FrameCell
	kept := contents{frame: c.frame}
	for i, cell := range c.frame.Cells {
		if cell.Row == 0 {
			if cell.Rows == 1 {
				continue
			}
			cell.Rows--
		} else {
			cell.Row--
		}
		cells = append(cells, cell)
		kept.glyphs = append(kept.glyphs, c.glyphs[i])
		kept.over, kept.ink = append(kept.over, c.over[i]), append(kept.ink, c.ink[i])
	}
	c.frame.Cells, c.glyphs, c.over, c.ink = cells, kept.glyphs, kept.over, kept.ink
}
