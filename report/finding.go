package report

import "strings"

// Status is the outcome of a rule.
type Status string

const (
	// Pass: all operands are numbers and the relation holds.
	Pass Status = "pass"
	// Fail: all operands are numbers and the relation does not hold.
	Fail Status = "fail"
	// NotAssessable: not every operand is a number, so nothing can be said.
	// Two sides that happen to agree over unread cells are never a pass.
	NotAssessable Status = "not_assessable"
)

// Finding is what a rule says about a report. The report itself is never
// repaired: a report that contradicts itself is what the findings are for.
type Finding struct {
	// Rule is the rule's id, for example "requests.balance.natural".
	Rule   string `json:"rule"`
	Status Status `json:"status"`
	// Left and Right are the two sides of the relation, Difference is Left - Right;
	// nil when they could not be computed.
	Left       *Decimal `json:"left"`
	Right      *Decimal `json:"right"`
	Difference *Decimal `json:"difference"`
	// Operands are the figures that the rule looked at, left side first, with
	// what they were and where they stand.
	Operands []Operand `json:"operands"`
	Message  Text      `json:"message"`
}

// Operand is a figure as a rule saw it.
type Operand struct {
	ID    ID       `json:"figure"`
	State State    `json:"state"`
	Value *Decimal `json:"value"`
	At    Pos      `json:"at,omitzero"`
}

// FigureList gives the ids of the operands joined by semicolons.
func (f Finding) FigureList() string {
	ids := make([]string, len(f.Operands))
	for i, o := range f.Operands {
		ids[i] = string(o.ID)
	}
	return strings.Join(ids, ";")
}
