package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/report"
	"gongkai/schemas"
)

// explanation is all that is known about a figure of a report.
type explanation struct {
	File      string        `json:"file"`
	MediaType string        `json:"media_type"`
	Office    string        `json:"office"`
	Year      int           `json:"year"`
	Figure    report.Figure `json:"figure"`
	Label     string        `json:"label"`
	EN        string        `json:"en"`
	Form      string        `json:"form"`
	// Row and Column are the labels that the figure was matched by; nil if none
	// was.
	Row    *printedLabel `json:"row"`
	Column *printedLabel `json:"column"`
	// Cells are those behind the row's label; the figure's own is one of them.
	Cells []report.Cell `json:"cells"`
	// Sought and Seen are set if the figure is absent: the labels that were looked
	// for, and what its section holds.
	Sought *soughtLabels `json:"sought,omitempty"`
	Seen   *seenInstead  `json:"seen,omitempty"`
	// Rules are the relations that the figure takes part in.
	Rules []ruleOutcome `json:"rules"`

	attached []report.Source
	short    string // a label for lists
}

type printedLabel struct {
	Text string     `json:"text"`
	At   report.Pos `json:"at,omitzero"`
}

type soughtLabels struct {
	Row    []string `json:"row"`
	Column []string `json:"column"`
}

type seenInstead struct {
	// Heading is the heading of the figure's section, "" if the page has none.
	Heading string `json:"heading"`
	// Tables are the tables below it.
	Tables []seenTable `json:"tables"`
	// Rows are the rows of the section's form that were found anywhere.
	Rows []printedLabel `json:"rows"`
	// Notes are the oddities of the page.
	Notes []report.Text `json:"notes"`
}

type seenTable struct {
	Layout  report.Layout `json:"layout"`
	Rows    int           `json:"rows"`
	Caption string        `json:"caption"`
	At      report.Pos    `json:"at,omitzero"`
}

type ruleOutcome struct {
	Formula string `json:"formula"`
	report.Finding
}

// traced is a report with what every figure was matched by.
type traced struct {
	*report.Report
	matches  map[report.ID]normalize.Match
	rows     map[string][]printedLabel // the rows that were found, by section
	findings []report.Finding
}

// readTraced reads a file and notes what each figure was matched by.
func (a *app) readTraced(ctx context.Context, name string) (*traced, error) {
	t := &traced{matches: map[report.ID]normalize.Match{}, rows: map[string][]printedLabel{}}
	normalizer := *a.normalizer
	normalizer.Trace = func(id report.ID, m normalize.Match) {
		t.matches[id] = m
		section, _, _ := strings.Cut(string(id), ".")
		row := printedLabel(m.Row)
		if row.Text != "" && !slices.Contains(t.rows[section], row) {
			t.rows[section] = append(t.rows[section], row)
		}
	}
	tracing := *a
	tracing.normalizer = &normalizer
	err := tracing.eachReport(ctx, []string{name}, func(r *report.Report) error {
		if t.Report != nil {
			return fmt.Errorf("explain %s: it holds several reports; unpack it and name one", name)
		}
		t.Report = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.findings = a.auditor.Check(t.Report)
	return t, nil
}

// explanation gathers what is known about a figure.
func (a *app) explanation(read *traced, spec *schemas.Figure) *explanation {
	e := &explanation{
		attached: read.Source.Attached, short: shortLabel(spec),
		File: read.Source.Name, MediaType: read.Source.MediaType, Office: read.Office, Year: read.Year,
		Figure: read.Report.Figure(spec.ID), Label: spec.Label(), EN: spec.EN(),
		Cells: []report.Cell{}, Rules: []ruleOutcome{},
	}
	for _, used := range read.Forms {
		if used.Section == spec.Section.ID {
			e.Form = used.Form
		}
	}
	if m, ok := read.matches[spec.ID]; ok {
		e.Row, e.Column = labelOf(m.Row), labelOf(m.Column)
		e.Cells = append(e.Cells, m.Cells...)
	} else {
		e.Sought = &soughtLabels{Row: labelsOf(spec.Row), Column: labelsOf(spec.Column)}
		e.Seen = read.seenIn(spec.Section.ID)
	}
	for _, f := range read.findings {
		takesPart := slices.ContainsFunc(f.Operands, func(o report.Operand) bool { return o.ID == spec.ID })
		if takesPart && !strings.HasPrefix(f.Rule, audit.ReadingRule) {
			e.Rules = append(e.Rules, ruleOutcome{a.formula(e.Form, f.Rule), f})
		}
	}
	return e
}

func labelOf(p normalize.Printed) *printedLabel {
	if p.Text == "" {
		return nil
	}
	return &printedLabel{p.Text, p.At}
}

func labelsOf(l schemas.Line) []string { return append([]string{l.Label}, l.Also...) }

func (a *app) formula(form, rule string) string {
	for _, check := range a.forms.Form(form).Checks() {
		if check.ID == rule {
			return check.Formula()
		}
	}
	return ""
}

// seenIn is what the page holds in a section.
func (t *traced) seenIn(section string) *seenInstead {
	seen := &seenInstead{Tables: []seenTable{}, Rows: append([]printedLabel{}, t.rows[section]...), Notes: t.Notes}
	for _, s := range t.Sections {
		if s.ID != section {
			continue
		}
		seen.Heading = s.Title
		for _, table := range s.Tables {
			seen.Tables = append(seen.Tables, seenTable{table.Layout, len(table.Rows), table.Caption, table.At})
		}
	}
	return seen
}
