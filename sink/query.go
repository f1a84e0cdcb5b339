package sink

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"

	"gongkai/report"
)

// Query chooses reports. The zero Query chooses the latest version of all.
type Query struct {
	// Offices chooses reports whose office holds any of these texts; empty means
	// every office. Latin letters match in either case.
	Offices []string
	// Years chooses reports on any of these years; empty means every year, the
	// unknown one included.
	Years []int
	// AllVersions chooses superseded versions as well.
	AllVersions bool
	// Limit is the greatest number of reports; 0 means no limit.
	Limit int
}

// selection is the query as SQL, and its arguments. Its order is that of every
// answer: office, year, version, hash.
func (q Query) selection() (string, []any) {
	var where []string
	var args []any
	if !q.AllVersions {
		where = append(where, "latest")
	}
	if len(q.Offices) > 0 {
		like := strings.Repeat(` OR office LIKE ? ESCAPE '\'`, len(q.Offices))
		where = append(where, "("+strings.TrimPrefix(like, " OR ")+")")
		for _, office := range q.Offices {
			args = append(args, "%"+escapeLike.Replace(office)+"%")
		}
	}
	if len(q.Years) > 0 {
		where = append(where, "year IN ("+marks(len(q.Years))+")")
		for _, year := range q.Years {
			args = append(args, year)
		}
	}
	text := "SELECT sha256, office, year, version, latest FROM versions"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	text += " ORDER BY office, year, version, sha256"
	if q.Limit > 0 {
		text += " LIMIT ?"
		args = append(args, q.Limit)
	}
	return text, args
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func marks(n int) string { return strings.TrimPrefix(strings.Repeat(", ?", n), ", ") }

// ReportRow is a report without its content.
type ReportRow struct {
	SHA256 string
	// Name is the first name, by the alphabet, under which the document was seen.
	Name   string
	Office string
	Year   int
	// Version numbers the reports of the office on the year from 1.
	Version int
	Latest  bool

	Title     string
	Published string
	// Forms tells which form each table was read with, as in the report.
	Forms []report.TableForm
	// States counts the figures in each state, by report.State.
	States [report.Number + 1]int
	// Findings counts the findings with each status.
	Findings map[report.Status]int
}

// Expected is the number of figures that the forms ask for.
func (r ReportRow) Expected() int {
	n := 0
	for _, count := range r.States {
		n += count
	}
	return n
}

// Reports returns the chosen reports, ordered by office, year, version and hash.
func (s *Store) Reports(ctx context.Context, q Query) iter.Seq2[ReportRow, error] {
	return func(yield func(ReportRow, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			return s.eachReport(ctx, tx, q, func(r *ReportRow) error {
				return unlessStopped(yield(*r, nil))
			})
		})
		finish(yield, "read reports", err)
	}
}

// eachReport calls f for each chosen report.
func (s *Store) eachReport(ctx context.Context, tx *sql.Tx, q Query, f func(*ReportRow) error) error {
	selection, args := q.selection()
	text := `SELECT v.sha256, v.office, v.year, v.version, v.latest,
		coalesce((SELECT min(name) FROM captures c WHERE c.sha256 = v.sha256), ''),
		r.title, r.published, r.absent, r.blanks, r.not_applicable, r.unreadable, r.numbers,
		r.findings_passed, r.findings_failed, r.findings_not_assessable` + s.formColumns + `
		FROM (` + selection + `) v JOIN reports r ON r.sha256 = v.sha256
		ORDER BY v.office, v.year, v.version, v.sha256`
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		// The driver notices the end of the context a few rows later.
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := s.scanReport(rows)
		if err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Store) scanReport(rows *sql.Rows) (*ReportRow, error) {
	r := &ReportRow{Findings: map[report.Status]int{}}
	forms := make([]sql.NullString, len(s.tables))
	said := make([]int, len(statuses))
	into := []any{&r.SHA256, &r.Office, &r.Year, &r.Version, &r.Latest, &r.Name, &r.Title, &r.Published}
	for i := range r.States {
		into = append(into, &r.States[i])
	}
	for i := range said {
		into = append(into, &said[i])
	}
	for i := range forms {
		into = append(into, &forms[i])
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, status := range statuses {
		r.Findings[status] = said[i]
	}
	for i, form := range forms {
		r.Forms = append(r.Forms, report.TableForm{Section: s.tables[i], Form: form.String, Found: form.Valid})
	}
	return r, nil
}

// ReportFigures is a report with some of its figures.
type ReportFigures struct {
	ReportRow
	// Figures are those asked for, in that order. One that the report's forms do
	// not ask for has its id and nothing else.
	Figures []report.Figure
}

// Figures returns the chosen figures of the chosen reports, in the order of
// [Store.Reports]. An id that no form has is an error.
func (s *Store) Figures(ctx context.Context, q Query, ids []report.ID) iter.Seq2[ReportFigures, error] {
	return func(yield func(ReportFigures, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			cells, err := s.prepareCells(ctx, tx, ids)
			if err != nil {
				return err
			}
			defer cells.Close()
			return s.eachReport(ctx, tx, q, func(r *ReportRow) error {
				chosen, err := readCells(ctx, cells, r.SHA256, ids)
				if err != nil {
					return fmt.Errorf("document %s: %w", r.SHA256, err)
				}
				return unlessStopped(yield(ReportFigures{*r, chosen}, nil))
			})
		})
		finish(yield, "read figures", err)
	}
}

func (s *Store) prepareCells(ctx context.Context, tx *sql.Tx, ids []report.ID) (*sql.Stmt, error) {
	for _, id := range ids {
		if _, known := s.figures[id]; !known {
			return nil, fmt.Errorf("no form has the figure %q", id)
		}
	}
	return tx.PrepareContext(ctx, `SELECT figure, state, value, unit, printed_unit, unit_from, raw, note_zh, note_en,
		coalesce(page, 0), coalesce(line, 0), coalesce(tbl, 0), coalesce(row, 0), coalesce(col, 0),
		coalesce(file, 0), coalesce(box, ''), source, coalesce(confidence, 0)
		FROM cells WHERE sha256 = ? AND figure IN (`+marks(len(ids))+`)`)
}

func readCells(ctx context.Context, cells *sql.Stmt, hash string, ids []report.ID) ([]report.Figure, error) {
	args := []any{hash}
	place := make(map[report.ID]int, len(ids))
	chosen := make([]report.Figure, len(ids))
	for i, id := range ids {
		args = append(args, string(id))
		place[id] = i
		chosen[i].ID = id
	}
	rows, err := cells.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f, err := scanCell(rows)
		if err != nil {
			return nil, err
		}
		chosen[place[f.ID]] = f
	}
	return chosen, rows.Err()
}

func scanCell(rows *sql.Rows) (f report.Figure, err error) {
	var state, box string
	var value any
	if err := rows.Scan(&f.ID, &state, &value, &f.Unit, &f.Printed, &f.UnitFrom, &f.Raw, &f.Note.ZH, &f.Note.EN,
		&f.At.Page, &f.At.Line, &f.At.Table, &f.At.Row, &f.At.Col,
		&f.At.File, &box, &f.Source, &f.Confidence); err != nil {
		return f, err
	}
	if err := f.State.UnmarshalText([]byte(state)); err != nil {
		return f, err
	}
	if f.At.Box, err = parseBox(box); err != nil {
		return f, err
	}
	f.Value, err = decimalOf(value)
	return f, err
}
