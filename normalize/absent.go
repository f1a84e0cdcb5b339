package normalize

import (
	"strings"

	"gongkai/report"
)

// A figure is absent if the page has no such row, column or table. Where
// something was not read, or was read and could not be told, that is not known:
// the figure is unreadable then.

// doubtAbsent marks figures that were not found as unreadable if something may
// hold them: a picture or a page that was not read, a row of a printed page whose
// label is nobody's, or numbers where no table was found.
func (w *walker) doubtAbsent(r *report.Report) {
	inSection, anywhere := w.doubts(r)
	if anywhere.IsZero() && len(inSection) == 0 {
		return
	}
	found := map[string]bool{}
	for _, form := range r.Forms {
		found[form.Section] = form.Found
	}
	for i := range r.Figures {
		f := &r.Figures[i]
		section, _, _ := strings.Cut(string(f.ID), ".")
		why := inSection[section]
		if why.IsZero() && !found[section] {
			why = anywhere
		}
		if f.State == report.Absent && !why.IsZero() {
			f.State, f.Note = report.Unreadable, why
		}
	}
}

// doubts says why figures of a section may stand where nobody could read them,
// and why those of a table that was not found may.
func (w *walker) doubts(r *report.Report) (inSection map[string]report.Text, anywhere report.Text) {
	inSection = w.unknown
	if hasRecognised(r) {
		anywhere = recognisedWithoutTable
	}
	for i := range r.Sections {
		s := &r.Sections[i]
		for _, t := range s.Tables {
			if t.Layout == report.Unread {
				inSection[s.ID], anywhere = t.Note, t.Note
			}
		}
		if w.forms[s.ID] != nil && !w.found[s.ID] && inSection[s.ID].IsZero() && isPrinted(s.At) && countNumbers(s) >= manyNumbers {
			inSection[s.ID] = numbersWithoutTable
		}
	}
	return inSection, anywhere
}

// hasRecognised reports whether any cell of the report was recognised in a picture.
func hasRecognised(r *report.Report) bool {
	for i := range r.Sections {
		for _, t := range r.Sections[i].Tables {
			for _, row := range t.Rows {
				for j := range row {
					if row[j].Confidence > 0 {
						return true
					}
				}
			}
		}
	}
	return false
}

// isPrinted tells a place on a printed page, where rows and columns were found by
// their looks.
func isPrinted(at report.Pos) bool { return at.Box != report.Box{} }

// manyNumbers is more numbers than a section without a table has in its text.
const manyNumbers = 10

// countNumbers counts the words of a section that are numbers.
func countNumbers(s *report.Section) (count int) {
	isNumber := func(word string) bool { return strings.Trim(word, "0123456789") == "" }
	for word := range strings.FieldsSeq(s.Text) {
		if isNumber(word) {
			count++
		}
	}
	for _, t := range s.Tables {
		for _, row := range t.Rows {
			for _, cell := range row {
				for word := range strings.FieldsSeq(cell.Text) {
					if isNumber(word) {
						count++
					}
				}
			}
		}
	}
	return count
}
