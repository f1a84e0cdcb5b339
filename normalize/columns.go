package normalize

import (
	"slices"
	"sort"

	"gongkai/report"
	"gongkai/schemas"
)

// columns says which column of the form each position behind a row's label
// stands for, as the table's own header has it.
type columns struct {
	order  []int         // for each position the column; unknown or blank for one the form does not have
	text   []string      // for each column the header as printed, "" if unknown
	cells  []*slot       // for each column its header cell, nil if unknown
	refuse []report.Text // for each column why it cannot be told, zero if it can
	names  []*slot       // in an across section, for each column its header cell; empty if unknown
	note   report.Text   // what is odd about the header
	untold bool          // nothing but row labels was seen: this may be another table
	// other is another order that the header may mean as well; nil if it is clear.
	other *columns
}

// What a position of a header is that names no column: other words, or nothing.
const (
	unknown = -1
	blank   = -2
)

func (c *columns) width() int { return len(c.order) }

// hasExtra reports whether the page has columns that the form does not have.
func (c *columns) hasExtra() bool {
	return slices.ContainsFunc(c.order, func(column int) bool { return column < 0 })
}

// withoutBlank leaves out positions without a header: where a header cell spans
// columns, text shows an empty cell beside it that the rows below do not have.
func (c *columns) withoutBlank() *columns {
	narrow := *c
	narrow.order = slices.DeleteFunc(slices.Clone(c.order), func(column int) bool { return column == blank })
	return &narrow
}

func identity(n int) *columns {
	c := newColumns(n)
	for i := range n {
		c.order = append(c.order, i)
	}
	return c
}

func newColumns(n int) *columns {
	return &columns{text: make([]string, n), cells: make([]*slot, n), refuse: make([]report.Text, n)}
}

func (c *columns) refuseAll(why report.Text) *columns {
	for i := range c.refuse {
		c.refuse[i] = why
	}
	return c
}

// columns reads the header above the row. Rows below one header share it.
func (row *found) columns() *columns {
	if row.head == nil {
		row.head = &header{}
	}
	b := row.section.Blocks[row.block]
	use := headerUse{b, row.row == across}
	c := row.head.read[use]
	if c == nil {
		if row.row == across {
			c = acrossColumns(row.head, row.section, b)
		} else {
			c = blockColumns(row.head, row.section, row.block)
		}
		if row.head.read == nil {
			row.head.read = map[headerUse]*columns{}
		}
		row.head.read[use] = c
	}
	return c
}

// entry is a header cell seen as a column: its number, unknown or blank.
type entry struct {
	slot    *slot
	column  int
	guessed bool // the column's label is only resembled
}

func blockColumns(h *header, s *schemas.Section, block int) *columns {
	b := s.Blocks[block]
	entries := h.entries(s, block)
	if len(entries) == 0 {
		c := identity(len(b.Columns))
		if c.note = noHeader; b.Label != "" && !h.block {
			// Nothing but a word and a number: any small table has that.
			c.refuseAll(noHeaderAtAll)
			c.untold = true
		}
		if hasGroups(b) {
			// Without a header nothing says that the total stands last.
			c.other = identity(len(b.Columns))
			c.other.order = append(c.other.order[len(b.Columns)-1:], c.other.order[:len(b.Columns)-1]...)
			c.other.note = noHeader
		}
		return c
	}
	c := fullHeader(entries, b)
	switch {
	case c == nil:
		return positionalHeader(entries, b)
	case slices.IsSorted(c.order) || !hasGroups(b) || isOneGrid(entries) && h.groupsCover(entries, b):
		return c
	}
	// The header has several lines and nothing shows what stands below what: a
	// cell that spans lines comes before the others though it may stand last.
	inForm := *c
	inForm.order, inForm.note = identity(len(b.Columns)).order, report.Text{}
	if !ordersLines(entries) {
		inForm.other = c
	}
	return &inForm
}

func hasGroups(b *schemas.Block) bool {
	for i := range b.Columns {
		if len(b.Columns[i].Groups()) > 0 {
			return true
		}
	}
	return false
}

// groupsCover reports whether every group of the header spans exactly the
// columns below it. Where it does not, the page lost a span, and with it the
// places of all that follows.
func (h *header) groupsCover(entries []entry, b *schemas.Block) bool {
	for i := range h.slots {
		group := &h.slots[i]
		if group.ref.Kind != schemas.GroupLabel {
			continue
		}
		first, last := -1, -1
		for _, e := range entries {
			if e.column >= 0 && len(b.Columns[e.column].Groups()) > 0 {
				if first < 0 {
					first = e.slot.first
				}
				last = e.slot.last
			}
		}
		if group.first != first || group.last != last {
			return false
		}
	}
	return true
}

// isOneGrid reports whether the geometry of the header shows the order.
func isOneGrid(entries []entry) bool {
	for i, e := range entries {
		if e.slot.layout != report.Grid || e.slot.table != entries[0].slot.table || i > 0 && e.slot.first <= entries[i-1].slot.last {
			return false
		}
	}
	return true
}

// ordersLines reports whether every line of a header with tabs has its columns
// in the order of the form, so that only the order of the lines is different.
func ordersLines(entries []entry) bool {
	last := map[int]int{}
	for _, e := range entries {
		if e.slot.layout != report.Tabs {
			return false
		}
		before, seen := last[e.slot.At.Line]
		if seen && e.column < before {
			return false
		}
		last[e.slot.At.Line] = e.column
	}
	return true
}

// entries flattens a header into one entry a column, from left to right where
// the page shows it. Else columns below a group (法人或其他组织) take the group's
// place, for the page prints the group's line first.
func (h *header) entries(s *schemas.Section, block int) []entry {
	b := s.Blocks[block]
	var list []entry
	group := -1 // where columns below the group go
	for i := range h.slots {
		e := entry{slot: &h.slots[i], column: h.slots[i].columnOf(s, block)}
		if e.column == unknown {
			e.column = likely(e, b)
			e.guessed = e.column >= 0
		}
		switch {
		case e.slot.ref.Kind == schemas.GroupLabel:
			if e.slot.ref.Section == s {
				group = len(list)
			}
			continue
		case e.column >= 0 && len(b.Columns[e.column].Groups()) > 0 && group >= 0:
			list = slices.Insert(list, group, e)
			group++
			continue
		}
		list = append(list, e)
	}
	list = trimEntries(list, b)
	if byColumn := slices.Clone(list); hasGroups(b) {
		sort.SliceStable(byColumn, func(i, j int) bool { return byColumn[i].slot.first < byColumn[j].slot.first })
		if isOneGrid(byColumn) {
			return byColumn
		}
	}
	return list
}

// columnOf is the column of the block that the slot names.
func (s *slot) columnOf(section *schemas.Section, block int) int {
	if s.class == blankCell {
		return blank
	}
	for _, ref := range s.refs {
		if ref.Kind == schemas.ColumnLabel && ref.Section == section && ref.Block == block {
			return ref.Line
		}
	}
	return unknown
}

// trimEntries drops what is no column: empty cells at the ends, pieces of a
// label that ran over a line (企业 below 商业), and, where the page shows no
// borders, words before the first column.
func trimEntries(list []entry, b *schemas.Block) []entry {
	grouped := hasGroups(b)
	var kept []entry
	for _, e := range list {
		leading := !slices.ContainsFunc(kept, func(k entry) bool { return k.column >= 0 })
		switch {
		case e.column == blank && (grouped || leading):
		case e.column == unknown && isPiece(e.slot.label.Text, kept, b):
		default:
			kept = append(kept, e)
		}
	}
	for len(kept) > 0 && kept[len(kept)-1].column == blank {
		kept = kept[:len(kept)-1]
	}
	for len(kept) > len(b.Columns) && kept[0].column == unknown && !kept[0].slot.layout.ShowsRows() {
		kept = kept[1:]
	}
	return kept
}

// isPiece tells the end of a column's label whose beginning stands before it,
// left over from a broken line.
func isPiece(text string, before []entry, b *schemas.Block) bool {
	return text != "" && slices.ContainsFunc(before, func(e entry) bool {
		return e.guessed && e.slot.label.Text+text == schemas.Fold(b.Columns[e.column].Leaf()).Text
	})
}

// likely is the column that an unknown header probably means: its beginning
// (商业), or a misprint of it. -1 if none or more than one.
func likely(e entry, b *schemas.Block) int {
	guess := -1
	for i := range b.Columns {
		if resembles(e.slot.label.Text, b.Columns[i]) {
			if guess >= 0 {
				return -1
			}
			guess = i
		}
	}
	return guess
}

// fullHeader reads a header that names every column of the block exactly once,
// in whatever order. nil if it does not.
func fullHeader(entries []entry, b *schemas.Block) *columns {
	c := newColumns(len(b.Columns))
	named := 0
	for _, e := range entries {
		if e.column < 0 {
			c.order = append(c.order, e.column)
			continue
		}
		if c.cells[e.column] != nil {
			return nil
		}
		c.set(e.column, e.slot)
		c.order = append(c.order, e.column)
		if e.guessed {
			c.note = headerMisprint(e.slot.Text, b.Columns[e.column].Leaf())
		}
		named++
	}
	if named != len(b.Columns) {
		return nil
	}
	if !slices.IsSorted(c.order) || c.hasExtra() {
		c.note = c.note.And(otherColumns)
	}
	c.refuseUnlike(b)
	return c
}

func (c *columns) set(column int, s *slot) {
	c.cells[column] = s
	c.text[column] = s.Text
}

// refuseUnlike refuses columns whose header is known to mean something else.
func (c *columns) refuseUnlike(b *schemas.Block) {
	for i, column := range b.Columns {
		if s := c.cells[i]; s != nil && slices.ContainsFunc(column.Unlike, func(u string) bool { return schemas.Fold(u).Text == s.label.Text }) {
			c.refuse[i] = otherMeaning(s.Text, column.Leaf())
		}
	}
}

// positionalHeader reads a header that does not name every column: one that
// repeats a name, misprints one or leaves one out. A column whose header says
// something else is refused, and all are if the order cannot be told.
func positionalHeader(entries []entry, b *schemas.Block) *columns {
	k := len(b.Columns)
	c := identity(k)
	if len(entries) != k {
		if len(entries) < k && inOrder(entries) {
			c.note = incompleteHeader
			return c
		}
		return c.refuseAll(strangeHeader)
	}
	for i, e := range entries {
		switch misprint := e.column == unknown && resembles(e.slot.label.Text, b.Columns[i]); {
		case e.column == i:
			c.set(i, e.slot)
		case e.column == blank, misprint, e.column == unknown && e.slot.seemsMisread(b.Columns[i].Leaf()):
			c.text[i] = e.slot.Text
			c.note = headerMisprint(e.slot.Text, b.Columns[i].Leaf())
		case e.column >= 0 && entries[e.column].column == e.column:
			c.note = headerMisprint(e.slot.Text, b.Columns[i].Leaf())
		case e.column == unknown:
			c.refuse[i] = otherMeaning(e.slot.Text, b.Columns[i].Leaf())
		default:
			return c.refuseAll(strangeHeader)
		}
		c.cells[i] = e.slot
	}
	c.refuseUnlike(b)
	return c
}

func inOrder(entries []entry) bool {
	before := -1
	for _, e := range entries {
		if e.column <= before {
			return false
		}
		before = e.column
	}
	return true
}

// resembles reports whether a header that no form has is the column's label cut
// off (本年新) or with characters lost (本年发件数). A header with other characters
// may mean anything: 上年处理决定数量 differs from 本年处理决定数量 in one.
func resembles(text string, column schemas.Line) bool {
	printed, label := []rune(text), []rune(schemas.Fold(column.Leaf()).Text)
	if slices.ContainsFunc(column.Unlike, func(u string) bool { return schemas.Fold(u).Text == text }) {
		return false
	}
	if len(printed) >= 2 && len(printed) < len(label) && slices.Equal(label[:len(printed)], printed) {
		return true
	}
	// The very words with a note that turns them (占比) are no misprint.
	return len(printed) < len(label) && len(printed)*10 >= len(label)*6 && isThinnedOut(printed, label)
}

// isThinnedOut reports whether the text is the label with characters left out.
func isThinnedOut(text, label []rune) bool {
	at := 0
	for _, r := range text {
		for at < len(label) && label[at] != r {
			at++
		}
		if at == len(label) {
			return false
		}
		at++
	}
	return true
}

// acrossColumns reads the header of a section whose rows stand side by side.
// The columns are numbered row by row.
func acrossColumns(h *header, s *schemas.Section, b *schemas.Block) *columns {
	n := acrossWidth(s)
	if order, names := h.gridOrder(s, b); order != nil {
		return acrossInOrder(order, names)
	}
	leaves, names, rows := h.leaves(s)
	switch {
	case !slices.Equal(rows, identity(len(b.Rows)).order):
		return identity(n).refuseAll(strangeHeader)
	case len(leaves) == n:
		if order := repeatedOrder(leaves, len(b.Columns)); order != nil {
			return acrossInOrder(order, names)
		}
	case len(leaves) == 0, len(leaves) > 0 && isThinned(leaves, len(b.Columns), len(b.Rows)):
		c := identity(n)
		c.note = incompleteHeader
		return c
	}
	return identity(n).refuseAll(strangeHeader)
}

func acrossInOrder(order []int, names []*slot) *columns {
	c := newColumns(len(order))
	c.order, c.names = order, make([]*slot, len(order))
	for position, column := range order {
		c.names[column] = names[position]
	}
	if !slices.IsSorted(order) {
		c.note = otherColumns
	}
	return c
}

// leaves lists the columns that the header names, with their cells, and the rows,
// in reading order.
func (h *header) leaves(s *schemas.Section) (leaves []int, names []*slot, rows []int) {
	for i := range h.slots {
		switch slot := &h.slots[i]; {
		case slot.ref.Section != s:
		case slot.ref.Kind == schemas.ColumnLabel:
			leaves, names = append(leaves, slot.ref.Line), append(names, slot)
		case slot.ref.Kind == schemas.RowLabel:
			rows = append(rows, slot.ref.Line)
		}
	}
	return leaves, names, rows
}

// repeatedOrder checks that every run of k leaves has the same order of all k
// columns, and returns the order of all positions; nil if not.
func repeatedOrder(leaves []int, k int) []int {
	order := make([]int, len(leaves))
	for i, leaf := range leaves {
		if leaf != leaves[i%k] || i < k && slices.Contains(leaves[:i], leaf) {
			return nil
		}
		order[i] = i/k*k + leaf
	}
	return order
}

// isThinned reports whether the leaves are the form's own sequence with at most
// a third of it missing.
func isThinned(leaves []int, k, rows int) bool {
	if len(leaves)*3 < k*rows*2 {
		return false
	}
	at := 0
	for _, leaf := range leaves {
		for at < k*rows && at%k != leaf {
			at++
		}
		if at == k*rows {
			return false
		}
		at++
	}
	return true
}

// gridOrder reads the header of a grid by its geometry: each column's name and,
// above it, the row's. nil if it is no grid or not every position is named once.
func (h *header) gridOrder(s *schemas.Section, b *schemas.Block) (order []int, names []*slot) {
	for i := range h.slots {
		if slot := &h.slots[i]; slot.layout == report.Grid && slot.ref.Kind == schemas.ColumnLabel && slot.ref.Section == s {
			names = append(names, slot)
		}
	}
	if len(names) != acrossWidth(s) {
		return nil, nil
	}
	sort.SliceStable(names, func(i, j int) bool { return names[i].first < names[j].first })
	order = make([]int, 0, len(names))
	for _, name := range names {
		row := h.rowAbove(name, s)
		position := row*len(b.Columns) + name.ref.Line
		if row < 0 || slices.Contains(order, position) {
			return nil, nil
		}
		order = append(order, position)
	}
	return order, names
}

func (h *header) rowAbove(name *slot, s *schemas.Section) int {
	for i := range h.slots {
		slot := &h.slots[i]
		if slot.table == name.table && slot.ref.Kind == schemas.RowLabel && slot.ref.Section == s &&
			slot.first <= name.first && name.last <= slot.last {
			return slot.ref.Line
		}
	}
	return -1
}
