package normalize

import (
	"slices"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// A page that ends inside a row leaves two: the beginning of the label on one
// page, its end on the next, the values on either. Only the labels can tell, for
// most programs draw a ruling at the break as at any other place.

// mendBreaks joins rows that a page break cut, where the two pieces of the label
// make a label and neither piece is the whole. Where one piece has the values
// and the label of the other is nobody's, both are refused.
func (n *Normalizer) mendBreaks(s sheet) sheet {
	kept := s[:0]
	for i := range s {
		if len(kept) > 0 && isBreak(&kept[len(kept)-1], &s[i]) {
			above := &kept[len(kept)-1]
			if n.joinRow(above, &s[i]) || n.joinHeader(above, &s[i]) {
				continue
			}
			if mayBeCut(above, &s[i]) {
				above.doubt, s[i].doubt = above.doubt.And(cutByPage), s[i].doubt.And(cutByPage)
			}
		}
		kept = append(kept, s[i])
	}
	return kept
}

// isBreak reports whether a row is the last of a printed page and the other the
// first of the next. The sheets of a workbook are no such pages.
func isBreak(above, below *line) bool {
	if above.layout != report.Grid || below.layout != report.Grid || above.table == below.table || len(above.cells) == 0 || len(below.cells) == 0 {
		return false
	}
	before, after := above.cells[0].At, below.cells[0].At
	isPrinted := before.Box != report.Box{} && after.Box != report.Box{}
	return isPrinted && before.Page+1 == after.Page
}

// joinRow joins the row below a page break to the one above it, if the pieces of
// their labels make one, or one row has the label and the other the values.
func (n *Normalizer) joinRow(above, below *line) bool {
	k := min(len(above.cells), len(below.cells)) // labels that hang down from rows above come first
	hung, hangs := len(above.cells)-k, len(below.cells)-k
	upper, lower := above.cells[hung:], below.cells[hangs:]
	for at := range k {
		if hasValues(above.cells[:hung+at]) || hasValues(below.cells[:hangs+at]) {
			break // labels stand before values
		}
		whole, ok := n.joinLabel(upper, lower, at)
		if !ok || !isComplementary(upper[at+1:], lower[at+1:]) {
			continue
		}
		upper[at] = whole
		for at++; at < k; at++ {
			if upper[at].class == blankCell {
				upper[at] = lower[at]
			}
		}
		return true
	}
	return false
}

// joinHeader joins the row below a page break to the header above it, if every
// piece in it makes the name of a column with the one above.
func (n *Normalizer) joinHeader(above, below *line) bool {
	k := len(above.cells)
	hangs := len(below.cells) - k
	if hangs < 0 || hasValues(above.cells) || slices.ContainsFunc(below.cells[:hangs], func(c cell) bool { return c.class != blankCell }) {
		return false
	}
	whole, joined := make([]cell, k), 0
	for i := range k {
		whole[i] = above.cells[i]
		if piece := below.cells[hangs+i]; piece.class != blankCell {
			whole[i] = n.joined([]cell{above.cells[i], piece})
			if !slices.ContainsFunc(whole[i].refs, func(ref schemas.Ref) bool { return ref.Kind == schemas.ColumnLabel }) {
				return false
			}
			joined++
		}
	}
	if joined < 2 {
		return false
	}
	copy(above.cells, whole)
	return true
}

// joinLabel joins the pieces of a label. A piece that is the label already goes
// on only if its values stand with the other.
func (n *Normalizer) joinLabel(upper, lower []cell, at int) (whole cell, ok bool) {
	a, b := &upper[at], &lower[at]
	switch {
	case b.class == blankCell:
		return *a, a.class == labelCell && hasValues(lower)
	case a.class == blankCell:
		return *b, b.class == labelCell && hasValues(upper)
	}
	if len(characters(a.Text)) == 0 || len(characters(b.Text)) == 0 {
		return cell{}, false // a dash is a value
	}
	whole = n.joined([]cell{*a, *b})
	ends := isSame(a, &whole) && !hasValues(lower) || isSame(b, &whole) && !hasValues(upper)
	return whole, namesRow(&whole) && !ends
}

// namesRow reports whether a label stands before values.
func namesRow(c *cell) bool {
	return slices.ContainsFunc(c.refs, func(ref schemas.Ref) bool {
		return ref.Kind == schemas.RowLabel || ref.Kind == schemas.GroupLabel && !ref.Column
	})
}

func isSame(piece, whole *cell) bool {
	return piece.class == labelCell && piece.label == whole.label
}

// isComplementary reports whether no place has text in both rows.
func isComplementary(a, b []cell) bool {
	for i := range a {
		if a[i].class != blankCell && b[i].class != blankCell {
			return false
		}
	}
	return true
}

// hasValues reports whether any cell is a value. What has more words behind its
// digits than any unit (2.其他法律) is a piece of a label.
func hasValues(cells []cell) bool {
	const longestUnit = 3
	return slices.ContainsFunc(cells, func(c cell) bool {
		return c.class == valueCell && len([]rune(strings.TrimLeft(plain(c.Text), "0123456789.,+- "))) <= longestUnit
	})
}

// mayBeCut reports whether two rows at a page break look like pieces of one: one
// has the values, the other empty cells behind its words, and the words of one
// are no label.
func mayBeCut(above, below *line) bool {
	isOne := hasValues(above.cells) && isHollow(below.cells) || isHollow(above.cells) && hasValues(below.cells)
	return isOne && !(hasLabel(above.cells) && hasLabel(below.cells))
}

// isHollow reports whether words stand before empty cells and there are no values.
func isHollow(cells []cell) bool {
	words := slices.IndexFunc(cells, func(c cell) bool { return c.class != blankCell })
	return words >= 0 && cells[len(cells)-1].class == blankCell && !hasValues(cells)
}

func hasLabel(cells []cell) bool {
	return slices.ContainsFunc(cells, func(c cell) bool { return c.class == labelCell })
}
