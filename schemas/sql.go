package schemas

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"gongkai/report"
)

// SQLVersion is the version of the SQLite schema, which the database keeps in
// PRAGMA user_version. A further form is no new version: it only adds columns
// to the table reports and rows to form_figures and labels.
const SQLVersion = 2

// FilesSQL creates the table of attached files, which version 1 does not have.
const FilesSQL = `CREATE TABLE files (
  -- The files of each document that has files attached: the document itself is
  -- file 0, as in cells.file. Documents that are one file have no rows here.
  sha256 TEXT NOT NULL REFERENCES documents (sha256),
  file INTEGER NOT NULL,
  name TEXT NOT NULL,             -- the reference by which the document names the file; '' for itself
  media_type TEXT NOT NULL,       -- what the bytes are, by their content; '' if unknown
  charset TEXT NOT NULL,
  size INTEGER NOT NULL,          -- bytes
  file_sha256 TEXT NOT NULL,      -- SHA-256 of the file's bytes, its name in the archive
  PRIMARY KEY (sha256, file)
) STRICT, WITHOUT ROWID;
`

// SQL returns the whole SQLite schema as a script for an empty database. It is
// derived from the forms; schema.sql is a copy of it to read.
func (s *Set) SQL() string {
	return s.sql("tables") + s.sql("views") + s.sql("version")
}

// SQLViews returns the part of the script that makes the views. They hold
// nothing, so an upgrade drops them and makes them anew.
func (s *Set) SQLViews() string { return s.sql("views") }

// SQLStamp returns the part of the script that writes the version down.
func (s *Set) SQLStamp() string { return s.sql("version") }

func (s *Set) sql(part string) string {
	var b strings.Builder
	if err := sqlTemplate.ExecuteTemplate(&b, part, s); err != nil {
		panic(fmt.Sprintf("derive SQL schema: %v", err)) // a broken template, excluded by the tests
	}
	return b.String()
}

// SQLColumn is a column of the table reports that depends on the forms.
type SQLColumn struct {
	// Name is the column's name; [SQLColumn.Quoted] is what to write in SQL.
	Name string
	// Type is the declared type.
	Type string
	// Comment explains the column on one line.
	Comment string
}

// Quoted is the column's name as SQL text.
func (c SQLColumn) Quoted() string { return quoted(c.Name) }

// SQLColumns returns the columns of the table reports that depend on the forms:
// the form of each table, then one column for each figure of any form.
func (s *Set) SQLColumns() []SQLColumn { return append(s.formColumns(), s.figureColumns()...) }

func (s *Set) formColumns() []SQLColumn {
	var columns []SQLColumn
	for _, table := range s.Tables() {
		columns = append(columns, SQLColumn{
			Name: FormColumn(table.ID), Type: "TEXT", Comment: oneLine(table.Label + " / " + table.EN),
		})
	}
	return columns
}

func (s *Set) figureColumns() []SQLColumn {
	var columns []SQLColumn
	for _, f := range s.Figures() {
		columns = append(columns, SQLColumn{
			Name: Column(f.ID), Type: "ANY", Comment: oneLine(f.Label() + " / " + f.EN() + "; " + f.Unit),
		})
	}
	return columns
}

// FormColumn is the name of the column of the table reports that tells which
// form the table of a section was read with.
func FormColumn(section string) string { return section + "_form" }

// Tables returns the sections that have a table in any form, each once, as the
// first form has it.
func (s *Set) Tables() []*Section {
	var all []*Section
	for _, form := range s.Forms {
		for _, table := range form.Tables() {
			if !slices.ContainsFunc(all, func(t *Section) bool { return t.ID == table.ID }) {
				all = append(all, table)
			}
		}
	}
	return all
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)+$`)

// quoted leaves names with an underscore alone: no such word is reserved in SQL.
func quoted(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// oneLine keeps a label from ending the comment it stands in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Statuses are the statuses of findings in the order of their numbers in SQL.
func Statuses() []report.Status {
	return []report.Status{report.Pass, report.Fail, report.NotAssessable}
}

// whens lists names for a CASE expression on their numbers.
func whens[T any](names []T) string {
	var b strings.Builder
	for i, name := range names {
		fmt.Fprintf(&b, " WHEN %d THEN '%v'", i, name)
	}
	return b.String()
}

var sqlTemplate = template.Must(template.New("schema").Funcs(template.FuncMap{
	"states":        func() string { return whens(report.States()) },
	"statuses":      func() string { return whens(Statuses()) },
	"number":        func() int { return int(report.Number) },
	"notApplicable": func() int { return int(report.NotApplicable) },
	"version":       func() int { return SQLVersion },
	"inc":           func(i int) int { return i + 1 },
	"formColumns":   (*Set).formColumns,
	"figureColumns": (*Set).figureColumns,
}).Parse(sqlText))

// sqlText is the schema without what the forms decide. Comments that should
// travel with a database stand inside the statements, where SQLite keeps them.
const sqlText = `{{define "tables"}}-- The SQLite schema of the gongkai dataset. Derived from the forms; do not edit:
--   go generate ./schemas
--
-- Numbers are exact. A whole number that fits 64 bits is stored as INTEGER, any
-- other decimal as TEXT with the digits it has ('384410.94'), never as a
-- floating-point number. Write "x + 0" to sort by such a column or to calculate
-- with it approximately. Money is in yuan (CNY).
--
-- Read reports, cells, findings, sections and the other names below. The packed_
-- tables hold the rows of the views in a fraction of the space, with small
-- numbers for names that repeat; read them through the views.

CREATE TABLE meta (
  -- What this database is. The schema's version also stands in PRAGMA user_version.
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  -- One row for each distinct document, whatever names it was seen under.
  number INTEGER PRIMARY KEY,     -- joins the packed_ tables; the order of arrival, without a meaning outside this file
  sha256 TEXT NOT NULL UNIQUE,    -- SHA-256 of the bytes, lower-case hexadecimal; with attached files, a hash over all of them (see files)
  media_type TEXT NOT NULL,       -- what the bytes are, by their content
  charset TEXT NOT NULL,          -- the encoding they were read with
  size INTEGER NOT NULL,          -- bytes
  reading_sha256 TEXT NOT NULL    -- changes when a better program reads the same bytes differently
) STRICT;

CREATE TABLE captures (
  -- Each path or address under which a document was seen.
  sha256 TEXT NOT NULL REFERENCES documents (sha256),
  name TEXT NOT NULL,
  PRIMARY KEY (sha256, name)
) STRICT, WITHOUT ROWID;

` + FilesSQL + `
CREATE TABLE canonical (
  -- The whole report as canonical JSON, compressed with zstd, "source"."name" left empty.
  -- To read one: sqlite3 gongkai.db "SELECT writefile('report.zst', json) FROM canonical
  -- JOIN documents ON number = document WHERE sha256 = '...'" and then zstd -d report.zst
  document INTEGER PRIMARY KEY,
  json BLOB NOT NULL
) STRICT;

CREATE TABLE reports (
  -- One wide row for each document: what it is, how well it was read, and every figure.
  sha256 TEXT NOT NULL PRIMARY KEY REFERENCES documents (sha256),
  office TEXT NOT NULL,           -- as the title names it; '' when unknown
  year INTEGER NOT NULL,          -- the year reported on; 0 when unknown
  title TEXT NOT NULL,
  published TEXT NOT NULL,        -- the printed date, YYYY-MM-DD; '' when unknown

  -- How many figures the forms ask for, and how they were read. A figure is
  -- exactly one of: a number; blank (an empty cell); not applicable ('/' or a
  -- dash); unreadable (something stands there, but not for certain a number of
  -- this figure); absent (no such row, column or table).
  expected INTEGER NOT NULL,
  numbers INTEGER NOT NULL,
  blanks INTEGER NOT NULL,
  not_applicable INTEGER NOT NULL,
  unreadable INTEGER NOT NULL,
  absent INTEGER NOT NULL,

  -- How many rules the report passes, fails, and cannot be held against.
  findings_passed INTEGER NOT NULL,
  findings_failed INTEGER NOT NULL,
  findings_not_assessable INTEGER NOT NULL,

  -- The form each table was read with; NULL when the page has no such table.
{{- range formColumns .}}
  {{.Quoted}} {{.Type}}, -- {{.Comment}}
{{- end}}

  -- The figures. NULL is never 0: it means that there is no number, and the
  -- state in the view cells says why. A whole number is an INTEGER, any other an
  -- exact decimal as TEXT: write "x + 0" to sort by it or to calculate.
{{- $columns := figureColumns .}}{{$last := len $columns}}
{{- range $i, $c := $columns}}
  {{$c.Quoted}} {{$c.Type}}{{if lt (inc $i) $last}},{{end}} -- {{$c.Comment}}
{{- end}}
) STRICT;

-- For versions, and to find the reports of an office.
CREATE INDEX reports_by_office ON reports (office, year, published, sha256);

CREATE TABLE form_figures (
  -- Every figure of any form.
  number INTEGER PRIMARY KEY,     -- joins packed_cells
  figure TEXT NOT NULL UNIQUE,    -- section.row.column
  column_name TEXT NOT NULL,      -- its column in reports
  unit TEXT NOT NULL,             -- the unit of its values
  label TEXT NOT NULL,            -- in the newest form that has it
  en TEXT NOT NULL
) STRICT;

CREATE TABLE labels (
  -- The label of each figure in each form that has it.
  figure TEXT NOT NULL,
  form TEXT NOT NULL,
  position INTEGER NOT NULL,      -- the figure's place in the form, from 1
  label TEXT NOT NULL,
  en TEXT NOT NULL,
  PRIMARY KEY (figure, form)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_cells (
  -- The view cells without what repeats. It spells out what NULL stands for.
  document INTEGER NOT NULL,
  figure INTEGER NOT NULL,
  value ANY,
  state INTEGER,                  -- NULL: there is a value, so it is a number
  place INTEGER,                  -- tbl, row and col in 12 bits each; or below 0: line, and col in 20 bits
  PRIMARY KEY (document, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_details (
  -- What only some cells have.
  document INTEGER NOT NULL,
  figure INTEGER NOT NULL,
  raw TEXT,                       -- NULL: the value as it is written; '/' if not applicable; nothing else
  unit TEXT,                      -- NULL: the figure's own
  printed_unit TEXT,
  unit_from TEXT,
  note_zh TEXT,
  note_en TEXT,
  page INTEGER,                   -- these five when the place does not fit into one number
  line INTEGER,
  tbl INTEGER,
  row INTEGER,
  col INTEGER,
  file INTEGER,
  box TEXT,
  source TEXT,
  confidence INTEGER,
  PRIMARY KEY (document, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE rules (
  -- Every rule that has said something, with the figures it looks at.
  number INTEGER PRIMARY KEY,     -- joins packed_findings
  rule TEXT NOT NULL UNIQUE,
  figures TEXT NOT NULL           -- ids joined by ';', left side first
) STRICT;

CREATE TABLE packed_findings (
  -- The view findings without what repeats: figures NULL are those of the rule.
  document INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  status INTEGER NOT NULL,
  left_value ANY,
  right_value ANY,
  difference ANY,
  figures TEXT,
  message_zh TEXT,
  message_en TEXT,
  PRIMARY KEY (document, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_sections (
  -- The view sections.
  document INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

{{end}}{{define "views"}}CREATE VIEW cells AS
  -- One row for each figure of each report: its state, its value, the text that
  -- is printed, and the place where it stands. value is NULL unless the state is
  -- number. The parts of the place count from 1; NULL means the medium has none.
  -- In a workbook page is the sheet, row and col are the cell's address.
  SELECT d.sha256, f.figure,
    CASE coalesce(c.state, {{number}}){{states}} END AS state,
    c.value,
    coalesce(e.unit, f.unit) AS unit,               -- of value
    coalesce(e.printed_unit, '') AS printed_unit,   -- that the page prints, '万元'
    coalesce(e.unit_from, '') AS unit_from,         -- where it stands: cell, header or form
    coalesce(e.raw, c.value || '', CASE c.state WHEN {{notApplicable}} THEN '/' ELSE '' END) AS raw, -- the printed text of the cell
    coalesce(e.note_zh, '') AS note_zh,             -- what is odd, and why a cell was refused
    coalesce(e.note_en, '') AS note_en,
    e.page,
    coalesce(e.line, CASE WHEN c.place < 0 THEN -c.place >> 20 END) AS line,
    coalesce(e.tbl, CASE WHEN c.place > 0 THEN nullif(c.place >> 24, 0) END) AS tbl,
    coalesce(e.row, CASE WHEN c.place > 0 THEN nullif(c.place >> 12 & 4095, 0) END) AS row,
    coalesce(e.col, nullif(CASE WHEN c.place < 0 THEN -c.place & 1048575 ELSE c.place & 4095 END, 0)) AS col,
    e.file,                                         -- number of the attached document; NULL: the document itself
    e.box,                                          -- where it is printed: 'left,top,right,bottom' in points (PDF) or pixels (picture)
    coalesce(e.source, '') AS source,               -- 'ocr' if optical recognition saw it in a picture
    e.confidence                                    -- how sure it was, in percent
  FROM packed_cells c
  JOIN documents d ON d.number = c.document
  JOIN form_figures f ON f.number = c.figure
  LEFT JOIN packed_details e ON e.document = c.document AND e.figure = c.figure;

CREATE VIEW findings AS
  -- One row for each rule that was held against a report. A rule passes or fails
  -- only when every figure it needs is a number.
  SELECT d.sha256, r.rule,
    CASE f.status{{statuses}} END AS status,
    f.left_value, f.right_value, f.difference,
    coalesce(f.figures, r.figures) AS figures,      -- ids joined by ';', left side first
    coalesce(f.message_zh, '') AS message_zh,
    coalesce(f.message_en, '') AS message_en
  FROM packed_findings f
  JOIN documents d ON d.number = f.document
  JOIN rules r ON r.number = f.rule;

CREATE VIEW sections AS
  -- The parts of each report in the order of the page, from position 1. The id is
  -- empty for what stands before the first heading.
  SELECT d.sha256, s.position, s.id, s.title, s.text
  FROM packed_sections s JOIN documents d ON d.number = s.document;

CREATE VIEW versions AS
  -- An office may publish the report of a year again. Versions are numbered by
  -- the printed date, then the hash: the order of arrival plays no part. Without
  -- an office or a year nothing can be compared, and each report stands alone.
  SELECT sha256, office, year, published,
    row_number() OVER again AS version,
    lead(sha256) OVER again IS NULL AS latest
  FROM reports
  WINDOW again AS (
    PARTITION BY office, year, CASE WHEN office = '' OR year = 0 THEN sha256 END
    ORDER BY published, sha256);

CREATE VIEW latest_reports AS
  -- The reports table, of each office and year the latest version only.
  SELECT r.* FROM reports r JOIN versions v ON v.sha256 = r.sha256 WHERE v.latest;

CREATE VIEW figures AS
  -- The long form of the dataset: one row for each figure of each report.
  SELECT v.office, v.year, v.version, v.latest, c.sha256, c.figure, f.label, f.en,
    c.state, c.value, c.unit, c.printed_unit, c.unit_from, c.raw, c.note_zh, c.note_en,
    c.page, c.line, c.tbl, c.row, c.col, c.file, c.box, c.source, c.confidence
  FROM cells c
  JOIN versions v ON v.sha256 = c.sha256
  JOIN form_figures f ON f.figure = c.figure;

{{end}}{{define "version"}}INSERT INTO meta (key, value) VALUES ('schema', '{{version}}')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

PRAGMA user_version = {{version}};
{{end}}`
