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
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// Normalizer reads the figures of reports. It is safe for concurrent use.
type Normalizer struct {
	Forms *schemas.Set
	Words *schemas.Words
}

// Normalize fills in what the report's own tables and lines say: the figures,
// the form of each table, office, year and date.
func (n *Normalizer) Normalize(r *report.Report) {
	describe(r)
	sheet := n.readSheet(r)
	chosen := n.chooseForms(sheet)
	w := &walker{Normalizer: n, forms: chosen}
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
	doubtAbsent(r)
	r.Notes = append(r.Notes, w.notes...)
	if r.Notes == nil {
		r.Notes = []report.Text{}
	}
}

// doubtAbsent marks figures that were not found as unreadable if something that
// was not read may hold them: a picture in their section, or anywhere if their
// section's table was not found at all.
func doubtAbsent(r *report.Report) {
	unread := map[string]report.Text{} // by section; "" is anywhere
	for i := range r.Sections {
		for _, t := range r.Sections[i].Tables {
			if t.Layout == report.Unread {
				unread[r.Sections[i].ID], unread[""] = t.Note, t.Note
			}
		}
	}
	if len(unread) == 0 {
		return
	}
	found := map[string]bool{}
	for _, form := range r.Forms {
		found[form.Section] = form.Found
	}
	for i := range r.Figures {
		f := &r.Figures[i]
		section, _, _ := strings.Cut(string(f.ID), ".")
		why := unread[section]
		if !found[section] {
			why = unread[""]
		}
		if f.State == report.Absent && !why.IsZero() {
			f.State, f.Note = report.Unreadable, why
		}
	}
}
