// Package normalize gives the tables of a report their meaning: it chooses the
// form each table was printed with, lines its cells up with the form's figures
// and reads the values.
//
// Alignment is labels first, geometry second. A printed label is folded and
// looked up in the forms; the cells behind it, up to the next label, are the
// row's values and stand for the columns that the table's own header names.
// Where cells and columns do not fit in exactly one way, the figures are marked
// unreadable with the reason: a figure that shifted by one column in silence is
// the worst thing this program could do. Nothing is ever computed from other
// figures, completed or repaired.
package normalize

import (
	"slices"

	"gongkai/report"
	"gongkai/schemas"
)

// Normalizer reads the figures of reports. It is safe for concurrent use.
type Normalizer struct {
	Forms *schemas.Set
	Words *schemas.Words
	// MinConfidence is the confidence in percent below which a figure that optical
	// recognition saw is unreadable; 0 means DefaultMinConfidence.
	MinConfidence int
	// Trace, if not nil, is called for every figure whose row was found, with what
	// the page prints there. A row that is printed twice calls twice.
	Trace func(report.ID, Match)
}

// DefaultMinConfidence is the bar for recognised figures. Whoever recognises them
// puts everything uncertain far below it.
const DefaultMinConfidence = 90

func (n *Normalizer) minConfidence() int {
	if n.MinConfidence > 0 {
		return n.MinConfidence
	}
	return DefaultMinConfidence
}

// Match is what the page prints where a figure was looked for.
type Match struct {
	// Form is the id of the form that the table was read with.
	Form string
	// Row and Column are the labels that were matched; the zero Printed where
	// none stands or the page does not show which it is.
	Row, Column Printed
	// Cells are the cells behind the row's label in the order of the page: the
	// figure's own is one of them.
	Cells []report.Cell
	// Why says why no cell could be taken, or why the column was refused.
	Why report.Text
}

// Printed is a label as the page has it.
type Printed struct {
	Text string
	At   report.Pos
}

// Normalize fills in what the report's own tables and lines say: the figures,
// the form of each table, office, year and date. What attached files print is read
// the same way; tables that the page does not have are taken from them.
func (n *Normalizer) Normalize(r *report.Report) {
	// In this order, so that the last trace of a figure is of the place it is taken from.
	for i := range slices.Backward(r.Copies) {
		n.read(&r.Copies[i].Report)
	}
	n.read(r)
	join(r)
}

// read reads one document by itself.
func (n *Normalizer) read(r *report.Report) {
	describe(r)
	sheet := n.readSheet(r)
	chosen := n.chooseForms(sheet)
	w := &walker{Normalizer: n, forms: chosen}
	w.labelBetween(sheet)
	w.walk(sheet)
	n.fill(r, w)
}

// fill makes one figure for each id of the forms in use and lets the rows that
// were found say what stands there.
func (n *Normalizer) fill(r *report.Report, w *walker) {
	r.Forms = []report.TableForm{}
	r.Figures = make([]report.Figure, 0, 200)
	read := map[*schemas.Block]*blockReading{}
	for _, id := range n.Forms.TableIDs() {
		form := w.forms[id]
		section := form.Section(id)
		if section == nil {
			continue
		}
		r.Forms = append(r.Forms, report.TableForm{Section: section.ID, Form: form.ID, Found: w.found[section.ID]})
		for _, b := range section.Blocks {
			first := len(r.Figures)
			specs := b.Figures() // large values: not copied
			for i := range specs {
				r.Figures = append(r.Figures, report.Figure{ID: specs[i].ID, Unit: specs[i].Unit})
			}
			read[b] = &blockReading{first: first, seen: make([]bool, len(b.Rows))}
		}
	}
	for b, reading := range read {
		reading.figures = r.Figures[reading.first : reading.first+len(b.Figures())]
	}
	w.settle(read)
	w.doubtAbsent(r)
	r.Notes = append(r.Notes, w.notes...)
	if r.Notes == nil {
		r.Notes = []report.Text{}
	}
}
