package schemas

import (
	"strings"

	"gongkai/report"
)

// Relation is an equation between sums of rows or of columns of one table.
// Exactly one of Down and Across is set: Down names rows and holds in every
// column, Across names columns and holds in every row.
type Relation struct {
	ID     string `json:"id"`
	Down   string `json:"down,omitempty"`
	Across string `json:"across,omitempty"`
	// Basis is what the form prints that makes the relation hold.
	Basis string `json:"basis"`
}

// Total is the id of the column that the section's relations make the total of
// each row, "" if there is none.
func (s *Section) Total() string {
	for _, r := range s.Relations {
		if left, _, _ := strings.Cut(r.Across, "="); left != "" && !strings.Contains(left, "+") {
			return strings.TrimSpace(left)
		}
	}
	return ""
}

// Check is a relation in one column or row: the sum of the figures on the left
// must equal the sum of those on the right.
type Check struct {
	// ID is section.relation.line, for example "requests.balance.natural".
	ID    string
	Left  []report.ID
	Right []report.ID
	Basis string
}

// Operands are all figures of the check, left side first.
func (c Check) Operands() []report.ID {
	return append(append(make([]report.ID, 0, len(c.Left)+len(c.Right)), c.Left...), c.Right...)
}

// Formula writes the check as an equation of figure ids.
func (c Check) Formula() string { return sum(c.Left) + " = " + sum(c.Right) }

func sum(ids []report.ID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = string(id)
	}
	return strings.Join(parts, " + ")
}

// Checks returns the checks of all relations of the form.
func (f *Form) Checks() []Check {
	var checks []Check
	for _, s := range f.Sections {
		checks = append(checks, s.Checks()...)
	}
	return checks
}

// Checks returns the checks of the section's relations.
func (s *Section) Checks() []Check {
	var checks []Check
	for _, relation := range s.Relations {
		for _, b := range s.Blocks {
			checks = append(checks, relation.Expand(s, b)...)
		}
	}
	return checks
}

// Expand gives the relation's checks in one block of the section, one for each
// row or column.
func (r Relation) Expand(s *Section, b *Block) []Check {
	equation, lines := r.Down, b.Columns
	id := func(term string, line Line) report.ID { return s.FigureID(Line{ID: term}, line) }
	if r.Across != "" {
		equation, lines = r.Across, b.Rows
		id = func(term string, line Line) report.ID { return s.FigureID(line, Line{ID: term}) }
	}
	left, right, _ := strings.Cut(equation, "=")
	checks := make([]Check, 0, len(lines))
	for _, line := range lines {
		side := func(terms string) []report.ID {
			var ids []report.ID
			for term := range strings.SplitSeq(terms, "+") {
				ids = append(ids, id(strings.TrimSpace(term), line))
			}
			return ids
		}
		checks = append(checks, Check{
			ID:   s.ID + "." + r.ID + "." + line.ID,
			Left: side(left), Right: side(right),
			Basis: r.Basis,
		})
	}
	return checks
}
