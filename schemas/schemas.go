// Package schemas holds what the state asks: the forms of the yearly report as
// data.
//
// The General Office of the State Council prescribes the form by notice. Each
// form is one file (2019.json, 2021.json): its sections, the rows and columns
// of its three tables with the labels printed on them, other wordings seen in
// real reports, units, signs, and the relations that must hold between figures.
// Everything else that knows a form is derived from that file: the alignment of
// tables, the audit relations, the JSON Schema of the canonical report, the SQL
// of the store, the codebook. A new form is one new file and no change in Go.
//
// A label is a path from the outside in, divided by " > ": the last part stands
// in the row or column itself, the parts before it are headings that span it.
package schemas

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"gongkai/report"
)

//go:embed [0-9]*.json
var files embed.FS

// Form is one edition of the report's form.
type Form struct {
	// ID is the year the form was first used for: "2019".
	ID    string `json:"form"`
	Label string `json:"label"`
	EN    string `json:"en"`
	// Source is the notice that prescribes the form.
	Source string `json:"source"`
	// Years says in words for which reports the form was prescribed. The form of
	// a table is read from its labels, never from the year.
	Years    string     `json:"years"`
	Sections []*Section `json:"sections"`
	// Splits names the figure of an earlier form that several rows of this one
	// replace: the earlier row is the sum of these.
	Splits map[string][]string `json:"splits,omitempty"`
}

// Section is one of the six sections. Three of them have a table.
type Section struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	EN    string `json:"en"`
	// Also lists other wordings of the heading seen in real reports.
	Also []string `json:"also,omitempty"`
	// Unit is the unit of all figures of the table that name none themselves.
	Unit string `json:"unit,omitempty"`
	// Across means that the rows stand side by side in one printed row, each
	// with all columns below its label.
	Across bool `json:"across,omitempty"`
	// Headers are words of the header that name neither a row nor a column.
	Headers   []string   `json:"headers,omitempty"`
	Blocks    []*Block   `json:"blocks,omitempty"`
	Relations []Relation `json:"relations,omitempty"`
}

// Block is a part of a table with columns of its own.
type Block struct {
	Label   string   `json:"label,omitempty"`
	Also    []string `json:"also,omitempty"`
	Columns []Line   `json:"columns"`
	Rows    []Line   `json:"rows"`

	figures []Figure // row by row
}

// Figures returns the figures of the block, row by row. They are shared: do not
// change them.
func (b *Block) Figures() []Figure { return b.figures }

// Line is a row or a column.
type Line struct {
	ID    string   `json:"id"`
	Label string   `json:"label"`
	EN    string   `json:"en"`
	Also  []string `json:"also,omitempty"`
	// Unlike lists wordings that look like this label and mean something else:
	// a column headed so is refused.
	Unlike []string `json:"unlike,omitempty"`
	Unit   string   `json:"unit,omitempty"`
	// Signed means that the figure may be written with words for more and less.
	Signed bool `json:"signed,omitempty"`
	// Printed is the unit that the form prints; a page may print another.
	Printed string `json:"printed,omitempty"`

	groups []string
}

// Leaf is the last part of the label, the one that stands in the line itself.
func (l Line) Leaf() string {
	if i := strings.LastIndex(l.Label, pathSeparator); i >= 0 {
		return l.Label[i+len(pathSeparator):]
	}
	return l.Label
}

// Groups are the parts of the label before the leaf.
func (l Line) Groups() []string { return l.groups }

// prepare works out the groups of the lines.
func prepare(lines []Line) {
	for i := range lines {
		parts := strings.Split(lines[i].Label, pathSeparator)
		lines[i].groups = parts[:len(parts)-1]
	}
}

const pathSeparator = " > "

// Money is the unit of amounts of money: yuan.
const Money = "CNY"

// Figure is one figure of a form.
type Figure struct {
	ID      report.ID
	Section *Section
	Block   *Block
	Row     Line
	Column  Line
	// Unit is the unit of the canonical value.
	Unit   string
	Signed bool
	// Printed is the unit that the form prints, if it prints one.
	Printed string
}

// Label is the figure's full label as the codebook prints it.
func (f Figure) Label() string {
	if f.Block.Label != "" {
		return f.Block.Label + pathSeparator + f.Row.Label + pathSeparator + f.Column.Label
	}
	if f.Section.Across {
		return f.Row.Label + pathSeparator + f.Column.Label
	}
	return f.Row.Label + " × " + f.Column.Label
}

// EN is the figure's full label in English.
func (f Figure) EN() string { return f.Row.EN + ": " + f.Column.EN }

// Column is the figure's column name in SQL and its attribute in other flat
// formats: the id with "_" for ".".
func Column(id report.ID) string { return strings.ReplaceAll(string(id), ".", "_") }

// Tables returns the sections that have a table.
func (f *Form) Tables() []*Section {
	var tables []*Section
	for _, s := range f.Sections {
		if len(s.Blocks) > 0 {
			tables = append(tables, s)
		}
	}
	return tables
}

// Figures returns the figures of the section in the order of the form.
func (s *Section) Figures() []Figure {
	var figures []Figure
	for _, b := range s.Blocks {
		figures = append(figures, b.figures...)
	}
	return figures
}

// prepare works out the groups and figures of the section's blocks.
func (s *Section) prepare() {
	for _, b := range s.Blocks {
		prepare(b.Rows)
		prepare(b.Columns)
		for _, row := range b.Rows {
			for _, column := range b.Columns {
				b.figures = append(b.figures, Figure{
					ID:      s.FigureID(row, column),
					Section: s, Block: b, Row: row, Column: column,
					Unit:    firstOf(column.Unit, row.Unit, s.Unit),
					Signed:  column.Signed || row.Signed,
					Printed: firstOf(column.Printed, row.Printed),
				})
			}
		}
	}
}

// FigureID is the id of the figure in a row and a column of the section.
func (s *Section) FigureID(row, column Line) report.ID {
	return report.ID(s.ID + "." + row.ID + "." + column.ID)
}

// Figures returns all figures of the form in its order.
func (f *Form) Figures() []Figure {
	var figures []Figure
	for _, s := range f.Sections {
		figures = append(figures, s.Figures()...)
	}
	return figures
}

// Section returns the section with the id, or nil.
func (f *Form) Section(id string) *Section {
	for _, s := range f.Sections {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Set is all forms together, in the order of their ids.
type Set struct {
	Forms []*Form
	index
}

// Embedded returns the forms that are part of the program. It panics if they
// are broken, which the tests exclude.
func Embedded() *Set {
	set, err := Load(files)
	if err != nil {
		panic(err)
	}
	return set
}

// Load reads every *.json file at the top of the file system as a form.
func Load(fsys fs.FS) (*Set, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("load forms: %w", err)
	}
	set := new(Set)
	for _, name := range names {
		form, err := loadForm(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("load form %s: %w", name, err)
		}
		set.Forms = append(set.Forms, form)
	}
	if len(set.Forms) == 0 {
		return nil, fmt.Errorf("load forms: no *.json file found")
	}
	set.index = newIndex(set.Forms)
	return set, nil
}

func loadForm(fsys fs.FS, name string) (*Form, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	form := new(Form)
	if err := decoder.Decode(form); err != nil {
		return nil, err
	}
	for _, s := range form.Sections {
		s.prepare()
	}
	return form, form.validate()
}

// Form returns the form with the id, or nil.
func (s *Set) Form(id string) *Form {
	for _, f := range s.Forms {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Newest is the form that was prescribed last.
func (s *Set) Newest() *Form { return s.Forms[len(s.Forms)-1] }

// FigureLabel is a figure of any form, with its label in each.
type FigureLabel struct {
	Figure
	// Labels has the label for each form id that has the figure.
	Labels map[string]string
}

// Figures returns the figures of all forms, each once: those of the first form
// in its order, then what each later form adds.
func (s *Set) Figures() []FigureLabel {
	var all []FigureLabel
	place := map[report.ID]int{}
	for _, form := range s.Forms {
		for _, f := range form.Figures() {
			i, known := place[f.ID]
			if !known {
				i = len(all)
				place[f.ID] = i
				all = append(all, FigureLabel{Figure: f, Labels: map[string]string{}})
			}
			all[i].Labels[form.ID] = f.Label()
		}
	}
	return all
}

func (f *Form) validate() error {
	if f.ID == "" {
		return fmt.Errorf(`"form" is empty: give the form an id, the year it was first used for`)
	}
	known := map[report.ID]bool{}
	columns := map[string]report.ID{}
	for _, figure := range f.Figures() {
		switch other, taken := columns[Column(figure.ID)]; {
		case taken:
			return fmt.Errorf("figures %s and %s have the same name in SQL: rename a row or a column", figure.ID, other)
		case strings.Count(string(figure.ID), ".") != 2 || strings.ToLower(string(figure.ID)) != string(figure.ID):
			return fmt.Errorf("figure id %q is not section.row.column in lower case", figure.ID)
		case figure.Unit == "":
			return fmt.Errorf("figure %s has no unit: give its column, row or section one", figure.ID)
		case Fold(figure.Row.Leaf()).Text == "" || Fold(figure.Column.Leaf()).Text == "":
			return fmt.Errorf("figure %s has no label", figure.ID)
		}
		known[figure.ID] = true
		columns[Column(figure.ID)] = figure.ID
	}
	for _, check := range f.Checks() {
		for _, id := range check.Operands() {
			if !known[id] {
				return fmt.Errorf("relation %s names %s, which is no figure of the form", check.ID, id)
			}
		}
	}
	return nil
}
