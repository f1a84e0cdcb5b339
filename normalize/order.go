package normalize

import (
	"gongkai/report"
	"gongkai/schemas"
)

// decideOrders settles headers that may mean two orders of the columns. The
// sums across the rows may choose between them, for both fit the page equally
// well; they never change a value. If no row tells and some value would differ,
// the columns are refused.
func (w *walker) decideOrders(learned *evidence) {
	below := map[*columns][]*found{}
	for _, row := range w.rows {
		if c := row.columns(); c.other != nil {
			below[c] = append(below[c], row)
		}
	}
	for c, rows := range below {
		first, second, alike := 0, 0, true
		for _, row := range rows {
			a, b := w.valuesIn(row, c, learned), w.valuesIn(row, c.other, learned)
			first += agreements(row, a)
			second += agreements(row, b)
			alike = alike && sameValues(a, b)
		}
		switch {
		case alike:
		case first > 0 && second == 0:
			c.note = c.note.And(orderBySums)
		case second > 0 && first == 0:
			other := *c.other
			*c = other
			c.note = c.note.And(orderBySums)
		default:
			c.refuseAll(unclearOrder)
		}
	}
}

// valuesIn reads the numbers of a row in an order of the columns; nil for those
// that are none.
func (w *walker) valuesIn(row *found, c *columns, learned *evidence) []*report.Decimal {
	b := row.section.Blocks[row.block]
	values := make([]*report.Decimal, len(b.Columns))
	p := row.place(c, learned)
	for position, column := range c.order {
		if column >= 0 && row.row >= 0 {
			f := w.readPosition(&b.Figures()[row.row*len(b.Columns)+column], row, c, column, p, position)
			values[column] = f.Number()
		}
	}
	return values
}

// agreements counts the sums across the row that hold and say something.
func agreements(row *found, values []*report.Decimal) (count int) {
	b := row.section.Blocks[row.block]
	byID := map[report.ID]*report.Decimal{}
	for i, v := range values {
		byID[row.section.FigureID(b.Rows[max(row.row, 0)], b.Columns[i])] = v
	}
	for _, relation := range row.section.Relations {
		if relation.Across == "" {
			continue
		}
		for _, check := range relation.Expand(row.section, &schemas.Block{Columns: b.Columns, Rows: b.Rows[max(row.row, 0) : max(row.row, 0)+1]}) {
			left, right := sumOf(check.Left, byID), sumOf(check.Right, byID)
			if left != nil && right != nil && left.Sign() != 0 && left.Equal(right) {
				count++
			}
		}
	}
	return count
}

func sumOf(ids []report.ID, values map[report.ID]*report.Decimal) *report.Decimal {
	sum := report.NewDecimal(0)
	for _, id := range ids {
		if values[id] == nil {
			return nil
		}
		sum = sum.Add(values[id])
	}
	return sum
}

func sameValues(a, b []*report.Decimal) bool {
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) || a[i] != nil && !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}
