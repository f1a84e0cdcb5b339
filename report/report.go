// Package report is the canonical model of what an office said.
//
// Every Chinese government body publishes one report a year on its open
// government information work (Regulations on Open Government Information,
// State Council Order 711, articles 49 and 50). The report has six sections;
// three of them hold a statutory table. This package names what such a report
// consists of and nothing else: sections, tables, cells with the place where
// they stand, and figures.
//
// A [Figure] is one number the form asks for. It is either exactly what the
// page prints, with its place, or it carries a [State] that says why there is
// no number. 0, an empty cell, "/", an unreadable cell and a missing row are
// five different things here and stay different everywhere.
//
// The zero value of every type means "nothing known".
package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
)

// ID names a figure of the forms as section.row.column, for example
// "requests.received.total". The ids are a public contract; schemas/figures.csv
// lists them all.
type ID string

// Report is one published yearly report.
type Report struct {
	// Office is the body as its title names it; empty when the page does not say.
	Office string `json:"office"`
	// Year is the year reported on (not the year of publication); 0 when unknown.
	Year int `json:"year"`
	// Title is the printed title.
	Title string `json:"title"`
	// Published is the date of publication printed on the page, else the one that
	// its publishing system states in it, YYYY-MM-DD, or empty.
	Published string `json:"published"`
	// Source is the document the report was read from.
	Source Source `json:"source"`
	// Forms tells which form each statutory table was read with. One report may mix forms.
	Forms []TableForm `json:"forms"`
	// Sections are the parts of the report in the order of the page.
	Sections []Section `json:"sections"`
	// Figures has one entry for every figure of the forms in use, in the order of the forms.
	Figures []Figure `json:"figures"`
	// Notes are oddities of the page that concern no single figure.
	Notes []Text `json:"notes"`
	// Copies are the attached files that print the report, or a part of it, beside
	// the page. A figure that a copy prints and the page does not may be the
	// report's: its place then names the file.
	Copies []Copy `json:"copies,omitempty"`
	// Others are the numbers of attached files that are reports of another office
	// or year, and play no part in this one.
	Others []int `json:"others,omitempty"`
}

// Copy is the report, or a part of it, as an attached file prints it.
type Copy struct {
	// File is the number of the file: Source.Attached[File-1].
	File   int    `json:"file"`
	Report Report `json:"report"`
}

// Source is the document as it was captured.
type Source struct {
	// Name is the path or address it came from.
	Name string `json:"name"`
	// MediaType is what the bytes are ("text/html", "text/plain"), by their content.
	MediaType string `json:"media_type"`
	// Charset is the encoding the bytes were read with.
	Charset string `json:"charset"`
	// Size is the number of bytes.
	Size int64 `json:"size"`
	// SHA256 is the lower-case hexadecimal hash of the bytes.
	SHA256 string `json:"sha256"`
	// Attached are the files that came with the document. Their names are the
	// references by which the document names them.
	Attached []Source `json:"attached,omitempty"`
}

// Key names the document by its content, in lower-case hexadecimal. It is SHA256
// where nothing is attached; otherwise a hash over the document's and all
// attached files' hashes and references, which is another one as soon as a file
// is another one.
func (s Source) Key() string {
	if len(s.Attached) == 0 {
		return s.SHA256
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "document %s\n", s.SHA256)
	for _, file := range s.Attached {
		fmt.Fprintf(sum, "attached %s %q\n", file.SHA256, file.Name)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Day writes a date as YYYY-MM-DD from its digits; empty if there is no such day.
func Day(year, month, day string) string {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return ""
	}
	return fmt.Sprintf("%s-%02d-%02d", year, m, d)
}

// LessSure is the lower of two confidences, where 0 is no confidence but certain:
// text that was read and not recognised.
func LessSure(a, b int) int {
	switch {
	case a == 0:
		return b
	case b == 0:
		return a
	}
	return min(a, b)
}

// OCR is the Source of figures that optical recognition saw in a picture.
const OCR = "ocr"

// TableForm says that the table of a section was read with a form.
type TableForm struct {
	Section string `json:"section"`
	Form    string `json:"form"`
	// Found is false when the page holds no such table: its figures are then absent.
	Found bool `json:"found"`
}

// Section is one part of a report: a heading, the text below it, its tables.
type Section struct {
	// ID is the section's id in the forms ("overview", "disclosure", ...). It is
	// empty for what stands before the first heading.
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Text   string  `json:"text"`
	Tables []Table `json:"tables"`
	At     Pos     `json:"at,omitzero"`
}

// Layout tells how much of a table's structure the page shows.
type Layout string

const (
	// Grid has real cells with spans: HTML, office documents, ruled PDF.
	Grid Layout = "grid"
	// Tabs has one row a line with cells divided by tabs; empty cells are visible.
	Tabs Layout = "tabs"
	// Pipes has cells divided by bars. Empty cells are visible, but rows may run
	// over lines and be filled up with empty cells at their end.
	Pipes Layout = "pipes"
	// Lines has one cell a line or cells divided by spaces. Empty cells are
	// invisible and nothing but the labels shows where a row ends.
	Lines Layout = "lines"
	// Unread is no table: something stands here that was not read, a picture or a
	// page, and may hold one. Note says what and why; there are no rows.
	Unread Layout = "unread"
)

// ShowsRows reports whether the page shows where a row ends.
func (l Layout) ShowsRows() bool { return l == Grid || l == Tabs }

// Table is a table as it stands on the page, before anybody asks what it means.
type Table struct {
	Layout Layout   `json:"layout"`
	Rows   [][]Cell `json:"rows"`
	// Caption is the line right above the table, if it is a short one.
	Caption string `json:"caption,omitempty"`
	// Cut means that the document ends with this table, maybe before its time.
	Cut bool `json:"cut,omitzero"`
	// Note says why the layout is Unread.
	Note Text `json:"note,omitzero"`
	At   Pos  `json:"at,omitzero"`
}

// Cell is one printed cell.
type Cell struct {
	Text string `json:"text"`
	// Cols and Rows are the columns and rows the cell spans; 0 means one.
	Cols int `json:"cols,omitzero"`
	Rows int `json:"rows,omitzero"`
	// Joined marks text that the page printed against its neighbour without
	// anything between ("规章000"): where one value ends is not visible.
	Joined bool `json:"joined,omitzero"`
	// Cut marks the cell in which the document ends: it may have gone on.
	Cut bool `json:"cut,omitzero"`
	// Confidence is how sure optical recognition is of the text, in percent from
	// 1; 0 means that the text was not recognised but read.
	Confidence int `json:"confidence,omitzero"`
	At         Pos `json:"at,omitzero"`
}

// Pos is a place in a document. All parts count from 1; 0 means that the medium
// has none.
//
// In HTML, Table is the number of the table element in document order, Row the
// number of its tr and Col the number of the td or th in that tr, as
// document.querySelectorAll("table")[Table-1].rows[Row-1].cells[Col-1] finds it.
// In text, Line is the line and Col the character in that line. In a Word
// document Table, Row and Col count as in HTML. In a workbook Page is the sheet,
// Row and Col are the cell's address. In a PDF and on a picture Page is the page
// (or the picture's number), Table the number of the table in the document, Row
// and Col count its cells, and Box is where the cell is printed.
type Pos struct {
	// File is the number of the attached document that the place is in; 0 is
	// the document itself.
	File  int `json:"file,omitzero"`
	Page  int `json:"page,omitzero"`
	Line  int `json:"line,omitzero"`
	Table int `json:"table,omitzero"`
	Row   int `json:"row,omitzero"`
	Col   int `json:"col,omitzero"`
	Box   Box `json:"box,omitzero"`
}

// Box is a rectangle on a page as it is shown, from its top left corner: in
// points (1/72 inch) in a PDF, in pixels on a picture.
type Box struct {
	Left   int `json:"left"`
	Top    int `json:"top"`
	Right  int `json:"right"`
	Bottom int `json:"bottom"`
}

// Figure is one number that a form asks for.
type Figure struct {
	ID    ID    `json:"figure"`
	State State `json:"state"`
	// Value is the number, in Unit; nil unless State is Number.
	Value *Decimal `json:"value"`
	// Unit is the unit of Value as the form defines it: "requests", "CNY", ...
	// Money is always in CNY (yuan).
	Unit string `json:"unit"`
	// Printed is the unit or measure word that the page prints: "万元", "件".
	Printed string `json:"printed_unit,omitempty"`
	// UnitFrom says where Printed stands: "cell", "header" or "form".
	UnitFrom string `json:"unit_from,omitempty"`
	// Raw is the text of the cell, untouched but for outer white space.
	Raw string `json:"raw"`
	// Source is "ocr" for what optical recognition saw in a picture, with its
	// Confidence in percent; empty for what was read.
	Source     string `json:"source,omitempty"`
	Confidence int    `json:"confidence,omitzero"`
	// Note says what is odd about the reading, and always why a cell was refused.
	Note Text `json:"note,omitzero"`
	At   Pos  `json:"at,omitzero"`
}

// Number returns the figure's value, or nil if it is not a number.
func (f Figure) Number() *Decimal {
	if f.State != Number {
		return nil
	}
	return f.Value
}

// Text is a message in both languages of the program.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// IsZero reports whether there is no message.
func (t Text) IsZero() bool { return t == Text{} }

// String gives both languages on one line.
func (t Text) String() string {
	if t.IsZero() {
		return ""
	}
	return t.ZH + " / " + t.EN
}

// And joins two messages.
func (t Text) And(u Text) Text {
	switch {
	case t.IsZero():
		return u
	case u.IsZero():
		return t
	}
	return Text{ZH: t.ZH + "；" + u.ZH, EN: t.EN + "; " + u.EN}
}

// Canonical returns the report as JSON in its one canonical form: fixed order,
// no insignificant space, no run times. The same report gives the same bytes.
func (r *Report) Canonical() ([]byte, error) { return json.Marshal(r) }

// Figure returns the figure with the id, or an absent one.
func (r *Report) Figure(id ID) Figure {
	for i := range r.Figures {
		if r.Figures[i].ID == id {
			return r.Figures[i]
		}
	}
	return Figure{ID: id}
}
