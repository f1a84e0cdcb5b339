package sink

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// reading is an entry made ready to be written: everything that needs no
// database is done, so that it can be done beside the writing.
type reading struct {
	source report.Source
	key    string // of the document
	hash   string // of what was read, not of the document
	packed []byte // the canonical JSON

	// Arguments of the statements, row after row.
	wide, cells, details, sections []driver.Value
	findings                       []finding
}

// finding is a row of packed_findings before its rule has a number.
type finding struct {
	rule, figures string
	sides         [4]driver.Value // status, left_value, right_value, difference
	message       report.Text
}

// ready is a reading, or why there is none.
type ready struct {
	*reading
	err error
}

// readAhead makes the readings of the entries, in their order, on all
// processors and a few ahead of the one that is received.
func (s *Store) readAhead(ctx context.Context, entries []Entry) <-chan chan ready {
	ahead := make(chan chan ready, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(ahead)
		for i := range entries {
			made := make(chan ready, 1)
			select {
			case ahead <- made:
			case <-ctx.Done():
				return
			}
			go func() {
				r, err := s.newReading(&entries[i])
				made <- ready{r, err}
			}()
		}
	}()
	return ahead
}

func (s *Store) newReading(e *Entry) (*reading, error) {
	if err := s.check(e); err != nil {
		return nil, err
	}
	cells, err := s.layCells(e.Report.Figures)
	if err != nil {
		return nil, err
	}
	r := &reading{source: e.Report.Source, key: e.Report.Source.Key()}
	if err := s.pack(r, e); err != nil {
		return nil, err
	}
	s.layWide(r, e, cells)
	r.cells = make([]driver.Value, 0, len(cells)*len(cellColumns))
	for i := range cells {
		r.layCell(&cells[i])
	}
	for i, section := range e.Report.Sections {
		r.sections = append(r.sections, int64(i+1), section.ID, section.Title, section.Text)
	}
	for i := range e.Findings {
		r.findings = append(r.findings, newFinding(&e.Findings[i]))
	}
	return r, nil
}

// check refuses entries that no right program makes, so that every row means
// what the schema says it means.
func (s *Store) check(e *Entry) error {
	if e.Report == nil {
		return errors.New("there is no report")
	}
	if hash := e.Report.Source.SHA256; !isHash(hash) {
		return fmt.Errorf("%q is no lower-case SHA-256", hash)
	}
	for _, file := range e.Report.Source.Attached {
		if !isHash(file.SHA256) {
			return fmt.Errorf("attached file %q: %q is no lower-case SHA-256", file.Name, file.SHA256)
		}
	}
	for _, used := range e.Report.Forms {
		if _, known := s.forms[used.Section]; !known {
			return fmt.Errorf("no form has a table in the section %q", used.Section)
		}
	}
	seen := make(map[string]bool, len(e.Findings))
	for i := range e.Findings {
		f := &e.Findings[i]
		switch {
		case !slices.Contains(statuses, f.Status):
			return fmt.Errorf("rule %s has the status %q", f.Rule, f.Status)
		case seen[f.Rule]:
			return fmt.Errorf("rule %s has two findings", f.Rule)
		}
		seen[f.Rule] = true
	}
	return nil
}

func isHash(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// cell is a figure with what the file knows about it.
type cell struct {
	*report.Figure
	figureName
	exact driver.Value
}

// layCells brings the figures into the order of the table, in which rows are
// cheapest to write, and refuses figures that cannot be stored.
func (s *Store) layCells(figures []report.Figure) ([]cell, error) {
	cells := make([]cell, len(figures))
	for i := range figures {
		f := &figures[i]
		name, known := s.figures[f.ID]
		switch {
		case !known:
			return nil, fmt.Errorf("no form has the figure %q", f.ID)
		case f.State > report.Number || (f.State == report.Number) != (f.Value != nil):
			return nil, fmt.Errorf("figure %s is in the state %s with the value %v", f.ID, f.State, f.Value)
		}
		cells[i] = cell{f, name, exact(f.Value)}
	}
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Compare(a.number, b.number) })
	for i := 1; i < len(cells); i++ {
		if cells[i].number == cells[i-1].number {
			return nil, fmt.Errorf("figure %s stands twice", cells[i].ID)
		}
	}
	return cells, nil
}

// pack makes the canonical JSON without the name, which is no part of what the
// document says, and the hash of everything that was read.
func (s *Store) pack(r *reading, e *Entry) error {
	nameless := *e.Report
	nameless.Source.Name = ""
	canonical, err := nameless.Canonical()
	if err != nil {
		return fmt.Errorf("write canonical report: %w", err)
	}
	hash := sha256.New()
	hash.Write(canonical) // ends where the JSON object ends: no separator is needed
	var buffer []byte
	for i := range e.Findings {
		buffer = appendFinding(buffer[:0], &e.Findings[i])
		hash.Write(buffer)
	}
	r.hash = hex.EncodeToString(hash.Sum(nil))
	r.packed = s.packer.EncodeAll(canonical, make([]byte, 0, len(canonical)/8))
	return nil
}

// appendFinding writes all of a finding so that no two findings look the same:
// each text and list has its length in front.
func appendFinding(b []byte, f *report.Finding) []byte {
	b = appendTexts(b, f.Rule, string(f.Status), f.Message.ZH, f.Message.EN)
	b = appendDecimals(b, f.Left, f.Right, f.Difference)
	b = strconv.AppendInt(b, int64(len(f.Operands)), 10)
	for i := range f.Operands {
		o := &f.Operands[i]
		b = appendTexts(b, string(o.ID))
		b = appendDecimals(b, o.Value)
		b = appendInts(b, int(o.State), o.At.Page, o.At.Line, o.At.Table, o.At.Row, o.At.Col)
		if at := o.At; at.File != 0 || at.Box != (report.Box{}) {
			b = appendInts(b, at.File, at.Box.Left, at.Box.Top, at.Box.Right, at.Box.Bottom)
		}
	}
	return b
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, t := range texts {
		b = append(strconv.AppendInt(b, int64(len(t)), 10), ':')
		b = append(b, t...)
	}
	return b
}

func appendInts(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = append(strconv.AppendInt(b, int64(n), 10), ',')
	}
	return b
}

func appendDecimals(b []byte, decimals ...*report.Decimal) []byte {
	for _, d := range decimals {
		if d != nil {
			b = append(b, d.String()...)
		}
		b = append(b, ',')
	}
	return b
}

// statuses is the order of the columns that count findings.
var statuses = schemas.Statuses()

// layWide lays out the row of reports in the order of fixedColumns and the
// columns of the forms.
func (s *Store) layWide(r *reading, e *Entry, cells []cell) {
	var states [report.Number + 1]int64
	r.wide = make([]driver.Value, len(fixedColumns)+len(s.forms)+len(s.figures))
	for i := range cells {
		states[cells[i].State]++
		r.wide[cells[i].column] = cells[i].exact
	}
	for _, used := range e.Report.Forms {
		if used.Found {
			r.wide[s.forms[used.Section]] = used.Form
		}
	}
	said := make([]int64, len(statuses))
	for i := range e.Findings {
		said[slices.Index(statuses, e.Findings[i].Status)]++
	}
	copy(r.wide, []driver.Value{
		r.key, e.Report.Office, int64(e.Report.Year), e.Report.Title, e.Report.Published,
		int64(len(cells)), states[report.Number], states[report.Blank],
		states[report.NotApplicable], states[report.Unreadable], states[report.Absent],
		said[0], said[1], said[2],
	})
}

// layCell lays out a row of packed_cells, and one of packed_details for what the
// first does not imply.
func (r *reading) layCell(c *cell) {
	var state driver.Value // NULL for a number
	if c.exact == nil {
		state = int64(c.State)
	}
	at := c.At
	place, placed := packPlace(at)
	if placed {
		at = report.Pos{}
	}
	r.cells = append(r.cells, c.number, c.exact, state, place)
	raw := impliedRaw(c.State, c.exact)
	if placed && c.Raw == raw && c.Unit == c.unit && c.Printed == "" && c.UnitFrom == "" && c.Note.IsZero() && c.Source == "" && c.Confidence == 0 {
		return
	}
	r.details = append(r.details, c.number, unless(c.Raw, raw), unless(c.Unit, c.unit),
		unless(c.Printed, ""), unless(c.UnitFrom, ""), unless(c.Note.ZH, ""), unless(c.Note.EN, ""),
		orNull(at.Page), orNull(at.Line), orNull(at.Table), orNull(at.Row), orNull(at.Col), orNull(at.File),
		unless(boxText(at.Box), ""), unless(c.Source, ""), orNull(c.Confidence))
}

// boxText is a box as the file holds it, "" if there is none. parseBox reads it.
func boxText(b report.Box) string {
	if b == (report.Box{}) {
		return ""
	}
	return fmt.Sprintf("%d,%d,%d,%d", b.Left, b.Top, b.Right, b.Bottom)
}

func parseBox(text string) (b report.Box, err error) {
	if text == "" {
		return b, nil
	}
	if _, err = fmt.Sscanf(text, "%d,%d,%d,%d", &b.Left, &b.Top, &b.Right, &b.Bottom); err != nil {
		return b, fmt.Errorf("read box %q: %w", text, err)
	}
	return b, nil
}

// packPlace puts a place into one number, unless it is a rare one. The view cells
// takes it apart.
func packPlace(at report.Pos) (place driver.Value, ok bool) {
	const cellBits, lineBits, columnBits = 12, 32, 20
	inTable := report.Pos{Table: at.Table, Row: at.Row, Col: at.Col}
	inText := report.Pos{Line: at.Line, Col: at.Col}
	switch {
	case at == report.Pos{}:
		return nil, true
	case at == inTable && fits(at.Table, cellBits) && fits(at.Row, cellBits) && fits(at.Col, cellBits):
		return int64(at.Table)<<(2*cellBits) | int64(at.Row)<<cellBits | int64(at.Col), true
	case at == inText && fits(at.Line, lineBits) && fits(at.Col, columnBits):
		return -(int64(at.Line)<<columnBits | int64(at.Col)), true
	}
	return nil, false
}

func fits(n, bits int) bool { return n >= 0 && n>>bits == 0 }

// impliedRaw is the printed text that a row without one stands for.
func impliedRaw(state report.State, value driver.Value) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	if state == report.NotApplicable {
		return "/"
	}
	return ""
}

func newFinding(f *report.Finding) finding {
	var figures strings.Builder
	for i := range f.Operands {
		if i > 0 {
			figures.WriteByte(';')
		}
		figures.WriteString(string(f.Operands[i].ID))
	}
	return finding{rule: f.Rule, figures: figures.String(), message: f.Message, sides: [...]driver.Value{
		int64(slices.Index(statuses, f.Status)), exact(f.Left), exact(f.Right), exact(f.Difference),
	}}
}

// exact is the number as the file holds it: an integer if it is one that fits,
// otherwise the decimal's text; nil if there is none.
func exact(d *report.Decimal) driver.Value {
	if d == nil {
		return nil
	}
	text := d.String()
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	return text
}

// orNull is the part of a place, NULL when the medium has none.
func orNull(n int) driver.Value {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// unless is the text, NULL when it is what the reader of the row assumes.
func unless(text, assumed string) driver.Value {
	if text == assumed {
		return nil
	}
	return text
}
