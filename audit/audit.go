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
}

// check is a check of the form with all its operands in one list.
type check struct {
	schemas.Check
	operands []report.ID
}

// New returns an auditor for the forms.
func New(forms *schemas.Set) *Auditor {
	a := &Auditor{tables: map[tableKey]*table{}}
	for _, form := range forms.Forms {
		for _, s := range form.Tables() {
			t := &table{}
			for _, c := range s.Checks() {
				t.checks = append(t.checks, check{c, c.Operands()})
			}
			for _, f := range s.Figures() {
				t.figures = append(t.figures, f.ID)
			}
			a.tables[tableKey{s.ID, form.ID}] = t
		}
	}
	return a
}

// Check returns what every rule says about the report: first the grade of each
// table's reading, then the relations, in the order of the forms.
func (a *Auditor) Check(r *report.Report) []report.Finding {
	figures := make(map[report.ID]*report.Figure, len(r.Figures))
	for i := range r.Figures {
		figures[r.Figures[i].ID] = &r.Figures[i]
	}
	var grades, findings []report.Finding
	for _, used := range r.Forms {
		t := a.tables[tableKey{used.Section, used.Form}]
		if t == nil {
			continue
		}
		grades = append(grades, grade(used, t, figures))
		for _, c := range t.checks {
			findings = append(findings, assess(c, figures))
		}
	}
	return append(grades, findings...)
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
func grade(used report.TableForm, t *table, figures map[report.ID]*report.Figure) report.Finding {
	var absent, unreadable []report.ID
	for _, id := range t.figures {
		switch state(figures, id) {
		case report.Absent:
			absent = append(absent, id)
		case report.Unreadable:
			unreadable = append(unreadable, id)
		}
	}
	expected := len(t.figures)
	read := expected - len(absent) - len(unreadable)
	f := report.Finding{
		Rule: ReadingRule + used.Section, Status: report.Pass,
		Left: report.NewDecimal(int64(read)), Right: report.NewDecimal(int64(expected)),
		Difference: report.NewDecimal(int64(read - expected)),
		Operands:   operands(append(unreadable, absent...), figures),
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

func state(figures map[report.ID]*report.Figure, id report.ID) report.State {
	if f := figures[id]; f != nil {
		return f.State
	}
	return report.Absent
}

func operands(ids []report.ID, figures map[report.ID]*report.Figure) []report.Operand {
	operands := make([]report.Operand, 0, len(ids))
	for _, id := range ids {
		o := report.Operand{ID: id}
		if f := figures[id]; f != nil {
			o.State, o.Value, o.At = f.State, f.Number(), f.At
		}
		operands = append(operands, o)
	}
	return operands
}

// assess adds up both sides of a check.
func assess(c check, figures map[report.ID]*report.Figure) report.Finding {
	f := report.Finding{Rule: c.ID, Operands: operands(c.operands, figures)}
	if missing := notNumbers(f.Operands); len(missing) > 0 {
		f.Status = report.NotAssessable
		f.Message = report.Text{
			ZH: "以下数据不是数字，无法核对：" + strings.Join(missing, "、"),
			EN: "not assessable, these are no numbers: " + strings.Join(missing, ", "),
		}
		return f
	}
	f.Left, f.Right = sum(f.Operands[:len(c.Left)]), sum(f.Operands[len(c.Left):])
	f.Difference = f.Left.Sub(f.Right)
	if f.Difference.Sign() == 0 {
		f.Status = report.Pass
		return f
	}
	f.Status = report.Fail
	f.Message = report.Text{
		ZH: fmt.Sprintf("两边不等：%s与%s，相差%s（%s）", f.Left, f.Right, f.Difference, c.Basis),
		EN: fmt.Sprintf("%s is not met: %s against %s, difference %s", c.Formula(), f.Left, f.Right, f.Difference),
	}
	return f
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
