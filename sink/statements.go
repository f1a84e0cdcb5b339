package sink

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"gongkai/schemas"
)

// The store writes through the driver itself. database/sql would copy and check
// each of some thousand values a document, a good part of the time to write it.

// statement is a prepared statement with room for its arguments.
type statement struct {
	driver.Stmt
	args []driver.NamedValue
}

func prepare(ctx context.Context, conn driver.Conn, sql string) (*statement, error) {
	prepared, err := conn.(driver.ConnPrepareContext).PrepareContext(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60s: %w", sql, err)
	}
	return &statement{Stmt: prepared}, nil
}

// bind sets the arguments: integers, texts, blobs or nil.
func (s *statement) bind(values ...driver.Value) {
	s.args = s.args[:0]
	s.add(values)
}

func (s *statement) add(values []driver.Value) {
	for _, v := range values {
		s.args = append(s.args, driver.NamedValue{Ordinal: len(s.args) + 1, Value: v})
	}
}

// run executes the statement. It takes no context: a statement is short, and its
// caller looks at the context before the next document.
func (s *statement) run() (driver.Result, error) {
	return s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), s.args)
}

// exec runs the statement and returns the number of rows it changed.
func (s *statement) exec(values ...driver.Value) (changed int64, err error) {
	s.bind(values...)
	result, err := s.run()
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// find runs a query for one row with two columns, a number and a text.
func (s *statement) find(key string) (number int64, text string, err error) {
	s.bind(key)
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(context.Background(), s.args)
	if err != nil {
		return 0, "", err
	}
	row := make([]driver.Value, 2)
	err = rows.Next(row)
	if err == io.EOF {
		err = fmt.Errorf("%q is gone from the file", key)
	}
	if err = errors.Join(err, rows.Close()); err != nil {
		return 0, "", err
	}
	number, _ = row[0].(int64)
	text, _ = row[1].(string)
	return number, text, nil
}

// fixedColumns are the columns of reports that do not depend on the forms.
var fixedColumns = [...]string{
	"sha256", "office", "year", "title", "published",
	"expected", "numbers", "blanks", "not_applicable", "unreadable", "absent",
	"findings_passed", "findings_failed", "findings_not_assessable",
}

var (
	cellColumns    = []string{"figure", "value", "state", "place"}
	detailColumns  = []string{"figure", "raw", "unit", "printed_unit", "unit_from", "note_zh", "note_en", "page", "line", "tbl", "row", "col", "file", "box", "source", "confidence"}
	sectionColumns = []string{"position", "id", "title", "text"}
	findingColumns = []string{"rule", "status", "left_value", "right_value", "difference", "figures", "message_zh", "message_en"}
)

// statements are all statements that write.
type statements struct {
	insertDocument, findDocument, updateDocument *statement
	insertCapture, insertCanonical, insertReport *statement
	insertRule, findRule                         *statement
	insertFile                                   *statement

	clear                              [7]*statement
	sections, cells, details, findings bulk

	all []*statement
}

func prepareAll(ctx context.Context, conn driver.Conn, set *schemas.Set) (*statements, error) {
	s := new(statements)
	for _, todo := range s.texts(set) {
		prepared, err := prepare(ctx, conn, todo.sql)
		if err != nil {
			return s, err
		}
		*todo.statement = prepared
		s.all = append(s.all, prepared)
	}
	return s, nil
}

func (s *statements) close() error {
	var failed []error
	for _, statement := range s.all {
		failed = append(failed, statement.Close())
	}
	return errors.Join(failed...)
}

// text is the SQL of a statement.
type text struct {
	statement **statement
	sql       string
}

func (s *statements) texts(set *schemas.Set) []text {
	texts := []text{
		{&s.insertDocument, "INSERT INTO documents (sha256, media_type, charset, size, reading_sha256) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"},
		{&s.findDocument, "SELECT number, reading_sha256 FROM documents WHERE sha256 = ?"},
		{&s.updateDocument, "UPDATE documents SET media_type = ?2, charset = ?3, size = ?4, reading_sha256 = ?5 WHERE sha256 = ?1"},
		{&s.insertCapture, "INSERT INTO captures (sha256, name) VALUES (?, ?) ON CONFLICT DO NOTHING"},
		{&s.insertFile, "INSERT OR ROLLBACK INTO files (sha256, file, name, media_type, charset, size, file_sha256) VALUES (?, ?, ?, ?, ?, ?, ?)"},
		{&s.insertCanonical, "INSERT OR ROLLBACK INTO canonical (document, json) VALUES (?, ?)"},
		{&s.insertReport, insertReport(set)},
		{&s.insertRule, "INSERT INTO rules (rule, figures) VALUES (?, ?) ON CONFLICT DO NOTHING"},
		{&s.findRule, "SELECT number, figures FROM rules WHERE rule = ?"},
		{&s.clear[0], "DELETE FROM packed_cells WHERE document = ?1"},
		{&s.clear[1], "DELETE FROM packed_findings WHERE document = ?1"},
		{&s.clear[2], "DELETE FROM packed_sections WHERE document = ?1"},
		{&s.clear[3], "DELETE FROM canonical WHERE document = ?1"},
		{&s.clear[4], "DELETE FROM packed_details WHERE document = ?1"},
		{&s.clear[5], "DELETE FROM reports WHERE sha256 = ?2"},
		{&s.clear[6], "DELETE FROM files WHERE sha256 = ?2"},
	}
	texts = append(texts, s.sections.texts("packed_sections", sectionColumns)...)
	texts = append(texts, s.findings.texts("packed_findings", findingColumns)...)
	texts = append(texts, s.cells.texts("packed_cells", cellColumns)...)
	texts = append(texts, s.details.texts("packed_details", detailColumns)...)
	return texts
}

func insertReport(set *schemas.Set) string {
	columns := fixedColumns[:]
	for _, c := range set.SQLColumns() {
		columns = append(columns, c.Quoted())
	}
	marks := strings.Repeat(", ?", len(columns))[2:]
	return "INSERT OR ROLLBACK INTO reports (" + strings.Join(columns, ", ") + ") VALUES (" + marks + ")"
}

// bulk inserts many rows of one document. A statement of many rows is several
// times as fast as one of one row. With OR ROLLBACK a conflict, which would be
// our fault, ends the transaction: SQLite then need not be able to undo a
// statement alone.
type bulk struct {
	width      int // values in a row, without the document's number
	statements [len(chunks)]*statement
}

// chunks are the numbers of rows that a statement inserts.
var chunks = [...]int{64, 16, 4, 1}

func (b *bulk) texts(table string, columns []string) []text {
	b.width = len(columns)
	head := fmt.Sprintf("INSERT OR ROLLBACK INTO %s (document, %s) VALUES ", table, strings.Join(columns, ", "))
	row := ", (?1" + strings.Repeat(", ?", len(columns)) + ")"
	var texts []text
	for i, n := range chunks {
		texts = append(texts, text{&b.statements[i], head + strings.Repeat(row, n)[2:]})
	}
	return texts
}

// insert inserts rows of values that stand one after the other.
func (b *bulk) insert(document int64, values []driver.Value) error {
	for i, n := range chunks {
		for size := n * b.width; len(values) >= size; values = values[size:] {
			s := b.statements[i]
			s.bind(document)
			s.add(values[:size])
			if _, err := s.run(); err != nil {
				return err
			}
		}
	}
	return nil
}
