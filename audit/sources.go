package audit

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/report"
)

// SourceRule begins the ids of the rules that hold a page against its attached
// files, one for each table.
const SourceRule = "source.differs."

// compareSources holds what the page prints against each attached file that prints
// the same table. It fails when a figure is a number on both sides and not the
// same, or a number on one side and nothing on the other.
func compareSources(r *report.Report) (findings []report.Finding) {
	for _, used := range r.Forms {
		if !used.Found {
			continue
		}
		c := comparison{section: used.Section}
		for i := range r.Copies {
			c.add(r, &r.Copies[i])
		}
		if c.compared > 0 {
			findings = append(findings, c.finding())
		}
	}
	return findings
}

// comparison gathers what all files say of one table.
type comparison struct {
	section         string
	compared, equal int
	differ, unknown []report.Operand // two operands a figure
	said            []string
}

func (c *comparison) add(r *report.Report, from *report.Copy) {
	printsTable := slices.ContainsFunc(from.Report.Forms, func(f report.TableForm) bool { return f.Section == c.section && f.Found })
	ours := c.figures(r)
	if !printsTable || slices.ContainsFunc(ours, func(f report.Figure) bool { return f.At.File == from.File }) {
		return // the page has the table from this very file
	}
	for i := range ours {
		f := &ours[i]
		at := slices.IndexFunc(from.Report.Figures, func(g report.Figure) bool { return g.ID == f.ID })
		if at < 0 {
			continue // the other form has no such figure
		}
		c.pair(f, &from.Report.Figures[at])
	}
}

// figures are those of the table; reports have them one after the other.
func (c *comparison) figures(r *report.Report) []report.Figure {
	inTable := func(f report.Figure) bool { return strings.HasPrefix(string(f.ID), c.section+".") }
	first := slices.IndexFunc(r.Figures, inTable)
	if first < 0 {
		return nil
	}
	end := first
	for end < len(r.Figures) && inTable(r.Figures[end]) {
		end++
	}
	return r.Figures[first:end]
}

func (c *comparison) pair(f, g *report.Figure) {
	if f.State == report.Absent && g.State == report.Absent {
		return
	}
	c.compared++
	a, b := f.Number(), g.Number()
	switch {
	case f.State == g.State && (a == nil || a.Equal(b)) && f.State != report.Unreadable,
		isEmpty(f) && isEmpty(g):
		c.equal++
	case a != nil && b != nil, a != nil && isEmpty(g), isEmpty(f) && b != nil:
		c.differ = append(c.differ, operand(f), operand(g))
		c.said = append(c.said, fmt.Sprintf("%s: %s / %s", f.ID, says(f), says(g)))
	default:
		c.unknown = append(c.unknown, operand(f), operand(g))
	}
}

// isEmpty tells a cell that is there and says that there is no number.
func isEmpty(f *report.Figure) bool {
	return f.State == report.Blank || f.State == report.NotApplicable
}

func says(f *report.Figure) string {
	if n := f.Number(); n != nil {
		return n.String()
	}
	return f.State.String()
}

func (c *comparison) finding() report.Finding {
	f := report.Finding{
		Rule: SourceRule + c.section, Status: report.Pass,
		Left: report.NewDecimal(int64(c.equal)), Right: report.NewDecimal(int64(c.compared)),
		Difference: report.NewDecimal(int64(c.equal - c.compared)),
		Operands:   append(append([]report.Operand{}, c.differ...), c.unknown...),
		Message: report.Text{
			ZH: fmt.Sprintf("页面与附件比对%d项，一致%d项，不同%d项，无法比对%d项", c.compared, c.equal, len(c.differ)/2, len(c.unknown)/2),
			EN: fmt.Sprintf("%d figures of page and attached file compared: %d agree, %d differ, %d cannot be compared", c.compared, c.equal, len(c.differ)/2, len(c.unknown)/2),
		},
	}
	const shown = 5
	switch {
	case len(c.said) > 0:
		f.Status = report.Fail
		list := strings.Join(c.said[:min(len(c.said), shown)], "; ")
		f.Message = f.Message.And(report.Text{ZH: list, EN: list})
	case len(c.unknown) > 0:
		f.Status = report.NotAssessable
	}
	return f
}
