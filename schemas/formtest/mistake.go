package formtest

import (
	"math/rand/v2"
	"slices"
)

// Mistake is something that editors do to a table.
type Mistake struct {
	Name string
	// AddsCells is true if the table gets values that belong to no figure.
	AddsCells bool
	// make changes the tables and what is known to stand in them.
	make func(rng *rand.Rand, f *Filled, tables []*Table)
}

// Make makes the mistake somewhere in the tables. The cells of f stay what the
// office meant: a reader may refuse them, but must not read anything else.
func (m Mistake) Make(rng *rand.Rand, f *Filled, tables []*Table) { m.make(rng, f, tables) }

// Mistakes are all kinds of mistakes.
func Mistakes() []Mistake {
	return []Mistake{
		{Name: "row missing", make: onRow(func(_ *rand.Rand, t *Table, i int) { remove(t, i) })},
		{Name: "row twice", make: onRow(func(_ *rand.Rand, t *Table, i int) { insert(t, i, copyRow(t.Rows[i])) })},
		{Name: "row twice with other values", make: onRow(func(_ *rand.Rand, t *Table, i int) {
			other := copyRow(t.Rows[i])
			for j := range other.Boxes {
				if !other.Boxes[j].Label {
					other.Boxes[j].Text = "77"
				}
			}
			insert(t, i+1, other)
		})},
		{Name: "rows in other order", make: onRow(func(_ *rand.Rand, t *Table, i int) {
			if i+1 < len(t.Rows) && !t.Rows[i+1].Header && movable(t.Rows[i]) && movable(t.Rows[i+1]) {
				t.Rows[i], t.Rows[i+1] = t.Rows[i+1], t.Rows[i]
			}
		})},
		{Name: "row of the office's own", make: onRow(func(rng *rand.Rand, t *Table, i int) {
			own := copyRow(t.Rows[i])
			relabel(&own, pick(rng, "其他主动公开文件", "其他行政处理决定", "本级数据", "行政检查"))
			for j := range own.Boxes {
				if !own.Boxes[j].Label {
					own.Boxes[j].Text = "88"
				}
			}
			insert(t, i+1, own)
		})},
		{Name: "row renamed", make: onRow(func(_ *rand.Rand, t *Table, i int) { relabel(&t.Rows[i], "改名后的事项") })},
		{Name: "row label lost", make: onRow(func(_ *rand.Rand, t *Table, i int) { relabel(&t.Rows[i], "") })},
		{Name: "empty cell before the values", make: onRow(func(_ *rand.Rand, t *Table, i int) {
			r := &t.Rows[i]
			r.Boxes = append(r.Boxes[:firstValue(*r):firstValue(*r)], append([]Box{{Cols: 1, Rows: 1}}, r.Boxes[firstValue(*r):]...)...)
		})},
		{Name: "cell missing", make: onRow(func(rng *rand.Rand, t *Table, i int) {
			r := &t.Rows[i]
			at := firstValue(*r) + rng.IntN(len(r.Boxes)-firstValue(*r))
			without := append(r.Boxes[:at:at], r.Boxes[at+1:]...)
			if hasValue(without) { // else the row is as good as blank
				r.Boxes = without
			}
		})},
		{Name: "cell too many", AddsCells: true, make: onRow(func(rng *rand.Rand, t *Table, i int) {
			r := &t.Rows[i]
			at := firstValue(*r) + rng.IntN(len(r.Boxes)-firstValue(*r)+1)
			r.Boxes = append(r.Boxes[:at:at], append([]Box{{Text: "66", Cols: 1, Rows: 1}}, r.Boxes[at:]...)...)
		})},
		{Name: "empty cells merged", make: onRow(mergeBlanks)},
		{Name: "column headers swapped", make: swapColumns},
		{Name: "column header repeated", make: onHeader(func(_ *rand.Rand, boxes []*Box) { boxes[1].Text = boxes[0].Text })},
		{Name: "column header replaced", make: onHeader(func(rng *rand.Rand, boxes []*Box) {
			boxes[rng.IntN(len(boxes))].Text = pick(rng, "本年数量", "备注", "同比增长率")
		})},
		{Name: "column header cut", make: onHeader(func(rng *rand.Rand, boxes []*Box) {
			b := boxes[rng.IntN(len(boxes))]
			b.Text = string([]rune(b.Text)[:3])
		})},
		{Name: "header missing", make: func(rng *rand.Rand, _ *Filled, tables []*Table) {
			t := tables[rng.IntN(len(tables))]
			kept := t.Rows[:0]
			for _, r := range t.Rows {
				if !r.Header || len(r.Boxes) == 1 {
					kept = append(kept, r)
				}
			}
			t.Rows = kept
		}},
		{Name: "table missing", make: func(rng *rand.Rand, _ *Filled, tables []*Table) { tables[rng.IntN(len(tables))].Rows = nil }},
	}
}

// onRow makes a mistake in a random row of values that has a label.
func onRow(change func(*rand.Rand, *Table, int)) func(*rand.Rand, *Filled, []*Table) {
	return func(rng *rand.Rand, _ *Filled, tables []*Table) {
		t := tables[rng.IntN(len(tables))]
		var rows []int
		for i, r := range t.Rows {
			if !r.Header && firstValue(r) > 0 {
				rows = append(rows, i)
			}
		}
		if len(rows) > 0 {
			change(rng, t, rows[rng.IntN(len(rows))])
		}
	}
}

// onHeader makes a mistake in the column labels of a random block with several.
func onHeader(change func(*rand.Rand, []*Box)) func(*rand.Rand, *Filled, []*Table) {
	return func(rng *rand.Rand, _ *Filled, tables []*Table) {
		var headers [][]*Box
		for _, t := range tables {
			for i := range t.Rows {
				if r := &t.Rows[i]; r.Header && len(r.Boxes) > 2 && !t.Section.Across && t.Width == blockGrid {
					var boxes []*Box
					for j := 1; j < len(r.Boxes); j++ {
						boxes = append(boxes, &r.Boxes[j])
					}
					headers = append(headers, boxes)
				}
			}
		}
		if len(headers) > 0 {
			change(rng, headers[rng.IntN(len(headers))])
		}
	}
}

// swapColumns swaps two columns of a block, header and values alike: nothing
// is wrong with such a table, it is only in another order.
func swapColumns(rng *rand.Rand, _ *Filled, tables []*Table) {
	t := tables[rng.IntN(len(tables))]
	if t.Section.Across || t.Width != blockGrid {
		return
	}
	var headers []int
	for i, r := range t.Rows {
		if r.Header && len(r.Boxes) > 2 {
			headers = append(headers, i)
		}
	}
	if len(headers) == 0 {
		return
	}
	start := headers[rng.IntN(len(headers))]
	a := 1 + rng.IntN(len(t.Rows[start].Boxes)-2)
	for i := start; i < len(t.Rows) && (i == start || !t.Rows[i].Header); i++ {
		boxes := t.Rows[i].Boxes
		boxes[a], boxes[a+1] = boxes[a+1], boxes[a]
	}
}

// mergeBlanks merges runs of empty cells into one.
func mergeBlanks(_ *rand.Rand, t *Table, i int) {
	r := &t.Rows[i]
	var merged []Box
	for _, b := range r.Boxes {
		if n := len(merged); n > 0 && !b.Label && b.Text == "" && !merged[n-1].Label && merged[n-1].Text == "" {
			merged[n-1].Cols += b.Cols
			continue
		}
		merged = append(merged, b)
	}
	r.Boxes = merged
}

// movable tells rows whose labels do not hang over others.
func movable(r Row) bool {
	for _, b := range r.Boxes {
		if b.Rows > 1 {
			return false
		}
	}
	return true
}

func hasValue(boxes []Box) bool {
	return slices.ContainsFunc(boxes, func(b Box) bool { return !b.Label && b.Text != "" })
}

func firstValue(r Row) int {
	for i, b := range r.Boxes {
		if !b.Label {
			return i
		}
	}
	return 0
}

func relabel(r *Row, text string) {
	if i := firstValue(*r); i > 0 {
		r.Boxes[i-1].Text = text
	}
}

func copyRow(r Row) Row {
	r.Boxes = append([]Box(nil), r.Boxes...)
	for i := range r.Boxes {
		r.Boxes[i].Rows = 1
	}
	// Labels that hang over more rows stay with the first.
	for len(r.Boxes) > 0 && firstValue(r) > 1 {
		r.Boxes = r.Boxes[1:]
	}
	return r
}

func insert(t *Table, i int, r Row) {
	rows := append([]Row(nil), t.Rows[:i]...)
	t.Rows = append(append(rows, r), t.Rows[i:]...)
}

func remove(t *Table, i int) {
	rows := append([]Row(nil), t.Rows[:i]...)
	t.Rows = append(rows, t.Rows[i+1:]...)
}
