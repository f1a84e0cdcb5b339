// Package audit checks what a report says against itself.
//
// The forms state relations between their figures: received plus carried in
// equals concluded plus carried out, a total is the sum of its parts. Each
// relation in each row or column is a rule. A rule passes or fails only when
// every figure it needs is a number; otherwise it is not assessable, and says
// which figures were not. Before the relations, the reading itself is graded:
// how many of the figures a form asks for were found.
//
// Findings are reported, never used to repair the report.
package audit

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// Auditor checks reports against the relations of the forms. It is safe for
// concurrent use.
type Auditor struct {
	tables map[tableKey]*table
}

type tableKey struct{ section, form string }

// table is what is to be checked in one table of one form.
type table struct {
	figures []report.ID
	checks  []check
	// operands is how many operands all checks have together.
	operands int
}

// check is a check of the form with its operands as places in the table's figures.
type check struct {
	schemas.Check
	operands []int
}

// New returns an auditor for the forms.
func New(forms *schemas.Set) *Auditor {
	a := &Auditor{tables: map[tableKey]*table{}}
	for _, form := range forms.Forms {
		for _, s := range form.Tables() {
			a.tables[tableKey{s.ID, form.ID}] = newTable(s)
		}
	}
	return a
}

func newTable(s *schemas.Section) *table {
	t := &table{}
	for _, f := range s.Figures() {
		t.figures = append(t.figures, f.ID)
	}
	for _, c := range s.Checks() {
		ids := c.Operands()
		places := make([]int, len(ids))
		for i, id := range ids {
			places[i] = slices.Index(t.figures, id)
		}
		t.checks = append(t.checks, check{c, places})
		t.operands += len(ids)
	}
	return t
}

// Check returns what every rule says about the report: first the grade of each
// table's reading, then the relations, in the order of the forms, then how the
// page agrees with the files it attaches.
func (a *Auditor) Check(r *report.Report) []report.Finding {
	rules := 0
	for _, used := range r.Forms {
		if t := a.tables[tableKey{used.Section, used.Form}]; t != nil {
			rules += 1 + len(t.checks)
		}
	}
	findings := make([]report.Finding, 0, rules)
	for _, used := range r.Forms {
		if t := a.tables[tableKey{used.Section, used.Form}]; t != nil {
			findings = append(findings, grade(used, t, t.in(r.Figures)))
		}
	}
	for _, used := range r.Forms {
		if t := a.tables[tableKey{used.Section, used.Form}]; t != nil {
			findings = t.assess(findings, t.in(r.Figures))
		}
	}
	return append(findings, compareSources(r)...)
}

// assess appends what every check of the table says.
func (t *table) assess(findings []report.Finding, figures []report.Figure) []report.Finding {
	room := make([]report.Operand, 0, t.operands)
	for i := range t.checks {
		var f report.Finding
		f, room = assess(&t.checks[i], figures, room)
		findings = append(findings, f)
	}
	return findings
}

// in returns the table's figures as they stand in a report; one that the report
// does not have is absent. Reports have them in the order of the form.
func (t *table) in(figures []report.Figure) []report.Figure {
	first := slices.IndexFunc(figures, func(f report.Figure) bool { return f.ID == t.figures[0] })
	if end := first + len(t.figures); first >= 0 && end <= len(figures) && figures[end-1].ID == t.figures[len(t.figures)-1] {
		return figures[first:end]
	}
	found := make([]report.Figure, len(t.figures))
	for i, id := range t.figures {
		found[i] = report.Figure{ID: id}
		if at := slices.IndexFunc(figures, func(f report.Figure) bool { return f.ID == id }); at >= 0 {
			found[i] = figures[at]
		}
	}
	return found
}

// ReadingRule begins the ids of the rules that grade the reading of a table.
const ReadingRule = "read."

// Failed reports whether any finding is a failure.
func Failed(findings []report.Finding) bool {
	for _, f := range findings {
		if f.Status == report.Fail {
			return true
		}
	}
	return false
}

// grade tells how much of a table was read: cells that were understood, blank
// ones included, against the figures that the form asks for. It passes when
// none is missing or unreadable.
func grade(used report.TableForm, t *table, figures []report.Figure) report.Finding {
	var absent, unreadable []report.Operand
	for i := range figures {
		switch figures[i].State {
		case report.Absent:
			absent = append(absent, operand(&figures[i]))
		case report.Unreadable:
			unreadable = append(unreadable, operand(&figures[i]))
		}
	}
	expected := len(t.figures)
	read := expected - len(absent) - len(unreadable)
	f := report.Finding{
		Rule: ReadingRule + used.Section, Status: report.Pass,
		Left: report.NewDecimal(int64(read)), Right: report.NewDecimal(int64(expected)),
		Difference: report.NewDecimal(int64(read - expected)),
		Operands:   append(append(make([]report.Operand, 0, expected-read), unreadable...), absent...),
		Message: report.Text{
			ZH: fmt.Sprintf("按%s年表式应有%d项，读到%d项，无法读取%d项，缺%d项", used.Form, expected, read, len(unreadable), len(absent)),
			EN: fmt.Sprintf("%d of %d figures of the %s form were read, %d are unreadable, %d absent", read, expected, used.Form, len(unreadable), len(absent)),
		},
	}
	if read < expected {
		f.Status = report.NotAssessable
	}
	return f
}

func operand(f *report.Figure) report.Operand {
	return report.Operand{ID: f.ID, State: f.State, Value: f.Number(), At: f.At}
}

// assess adds up both sides of a check. Its operands are laid into room, which
// is returned.
func assess(c *check, figures []report.Figure, room []report.Operand) (f report.Finding, _ []report.Operand) {
	start := len(room)
	for _, place := range c.operands {
		room = append(room, operand(&figures[place]))
	}
	f = report.Finding{Rule: c.ID, Operands: room[start:len(room):len(room)]}
	if missing := notNumbers(f.Operands); len(missing) > 0 {
		f.Status = report.NotAssessable
		f.Message = report.Text{
			ZH: "以下数据不是数字，无法核对：" + strings.Join(missing, "、"),
			EN: "not assessable, these are no numbers: " + strings.Join(missing, ", "),
		}
		return f, room
	}
	f.Left, f.Right = sum(f.Operands[:len(c.Left)]), sum(f.Operands[len(c.Left):])
	f.Difference = f.Left.Sub(f.Right)
	if f.Difference.Sign() == 0 {
		f.Status = report.Pass
		return f, room
	}
	f.Status = report.Fail
	f.Message = report.Text{
		ZH: fmt.Sprintf("两边不等：%s与%s，相差%s（%s）", f.Left, f.Right, f.Difference, c.Basis),
		EN: fmt.Sprintf("%s is not met: %s against %s, difference %s", c.Formula(), f.Left, f.Right, f.Difference),
	}
	if slices.ContainsFunc(c.operands, func(place int) bool { return figures[place].Source == report.OCR }) {
		f.Message = f.Message.And(mayBeMisread)
	}
	return f, room
}

// mayBeMisread is no excuse for a report that contradicts itself, but tells where
// to look first. The figures stay as they were recognised.
var mayBeMisread = report.Text{
	ZH: "其中有图片识别的数据，可能误读，请对照图片",
	EN: "figures recognised in a picture take part and may be misread: compare the picture",
}

func notNumbers(operands []report.Operand) []string {
	var missing []string
	for _, o := range operands {
		if o.State != report.Number {
			missing = append(missing, fmt.Sprintf("%s (%s)", o.ID, o.State))
		}
	}
	return missing
}

func sum(operands []report.Operand) *report.Decimal {
	var space [32]*report.Decimal
	numbers := space[:0]
	for _, o := range operands {
		numbers = append(numbers, o.Value)
	}
	return report.Sum(numbers)
}
