package sink

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"gongkai/report"
)

// errStopped ends a sequence whose loop was left.
var errStopped = errors.New("the loop was left")

func unlessStopped(more bool) error {
	if more {
		return nil
	}
	return errStopped
}

// finish yields the error that a sequence ends with.
func finish[T any](yield func(T, error) bool, act string, err error) {
	if err != nil && err != errStopped {
		var none T
		yield(none, fmt.Errorf("%s: %w", act, err))
	}
}

// view reads one unchanging state of the dataset.
func (s *Store) view(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing was written
	if err = f(tx); err != nil && err != errStopped && ctx.Err() != nil {
		return ctx.Err() // not what the end of the context broke on its way
	}
	return err
}

// FindingRow is what a rule says about a report.
type FindingRow struct {
	SHA256  string
	Office  string
	Year    int
	Version int
	Latest  bool

	Rule   string
	Status report.Status
	// Left, Right and Difference are nil when they could not be computed.
	Left, Right, Difference *report.Decimal
	// Figures are the figures that the rule looked at, left side first.
	Figures []report.ID
	Message report.Text
}

// Findings returns the findings with the status, or with any status if it is
// empty, on the chosen reports, in the order of [Store.Reports] and then of the
// rules. The query's limit counts reports with such findings or without.
func (s *Store) Findings(ctx context.Context, q Query, status report.Status) iter.Seq2[FindingRow, error] {
	selection, args := q.selection()
	text := `SELECT v.sha256, v.office, v.year, v.version, v.latest, f.rule, f.status,
		f.left_value, f.right_value, f.difference, f.figures, f.message_zh, f.message_en
		FROM (` + selection + `) v CROSS JOIN findings f WHERE f.sha256 = v.sha256`
	if status != "" {
		text += " AND f.status = ?"
		args = append(args, string(status))
	}
	text += " ORDER BY v.office, v.year, v.version, v.sha256, f.rule"
	return func(yield func(FindingRow, error) bool) {
		err := s.view(ctx, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, text, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				f, err := scanFinding(rows)
				if err != nil {
					return err
				}
				if !yield(f, nil) {
					return errStopped
				}
			}
			return rows.Err()
		})
		finish(yield, "read findings", err)
	}
}

func scanFinding(rows *sql.Rows) (f FindingRow, err error) {
	var sides [3]any
	var figures string
	if err := rows.Scan(&f.SHA256, &f.Office, &f.Year, &f.Version, &f.Latest, &f.Rule, &f.Status,
		&sides[0], &sides[1], &sides[2], &figures, &f.Message.ZH, &f.Message.EN); err != nil {
		return f, err
	}
	for i, into := range []**report.Decimal{&f.Left, &f.Right, &f.Difference} {
		if *into, err = decimalOf(sides[i]); err != nil {
			return f, err
		}
	}
	for id := range strings.SplitSeq(figures, ";") {
		if id != "" {
			f.Figures = append(f.Figures, report.ID(id))
		}
	}
	return f, nil
}

// decimalOf reads an exact number as the file holds it.
func decimalOf(value any) (*report.Decimal, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case int64:
		return report.NewDecimal(v), nil
	case string:
		return longDecimal(v)
	}
	return nil, fmt.Errorf("read number: %T is neither an integer nor a text", value)
}

// longDecimal also reads numbers longer than report.ParseDecimal takes from a
// page: an amount in 亿元 grows by eight digits when it becomes yuan.
func longDecimal(s string) (*report.Decimal, error) {
	const atOnce, part = 30, 18
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	switch {
	case len(whole)+len(fraction) <= atOnce:
		return report.ParseDecimal(s)
	case negative:
		d, err := longDecimal(digits)
		if err != nil {
			return nil, err
		}
		return d.Neg(), nil
	case pointed && whole != "0":
		return sum(whole, 0, "0."+fraction)
	case !pointed:
		return sum(whole[:len(whole)-part], part, whole[len(whole)-part:])
	}
	return report.ParseDecimal(s)
}

// sum is high with so many noughts, plus low.
func sum(high string, noughts int, low string) (*report.Decimal, error) {
	h, err := longDecimal(high)
	if err != nil {
		return nil, err
	}
	l, err := longDecimal(low)
	if err != nil {
		return nil, err
	}
	return h.Shift(noughts).Add(l), nil
}

// Export calls f with the canonical JSON of each chosen report, in the order of
// [Store.Reports]: the bytes that report.Canonical made when it was stored, with
// the document's first name by the alphabet. The bytes are f's until it returns.
// An error of f ends the export and is returned as it is. Memory does not grow
// with the number of reports.
func (s *Store) Export(ctx context.Context, q Query, f func(canonical []byte) error) error {
	var stopped error
	err := s.view(ctx, func(tx *sql.Tx) error {
		packed, err := tx.PrepareContext(ctx, "SELECT json FROM canonical JOIN documents ON number = document WHERE sha256 = ?")
		if err != nil {
			return err
		}
		defer packed.Close()
		var buffer exportBuffer
		return s.eachReport(ctx, tx, q, func(r *ReportRow) error {
			if err := buffer.read(ctx, s, packed, r); err != nil {
				return fmt.Errorf("document %s: %w", r.SHA256, err)
			}
			stopped = f(buffer.named)
			return unlessStopped(stopped == nil)
		})
	})
	if stopped != nil {
		return stopped
	}
	if err != nil {
		return fmt.Errorf("export reports: %w", err)
	}
	return nil
}

// exportBuffer is memory that one report leaves to the next.
type exportBuffer struct {
	packed, nameless, named []byte
}

// nameless is how the canonical JSON of a report without a name begins its
// source. No text of a report can hold it: there, quotes are escaped.
var nameless = []byte(`"source":{"name":""`)

func (b *exportBuffer) read(ctx context.Context, s *Store, packed *sql.Stmt, r *ReportRow) error {
	if err := packed.QueryRowContext(ctx, r.SHA256).Scan(&b.packed); err != nil {
		return err
	}
	var err error
	if b.nameless, err = s.unpacker.DecodeAll(b.packed, b.nameless[:0]); err != nil {
		return fmt.Errorf("unpack canonical report: %w", err)
	}
	name, err := json.Marshal(r.Name)
	if err != nil {
		return err
	}
	before, after, found := bytes.Cut(b.nameless, nameless)
	if !found {
		return errors.New("canonical report has no source")
	}
	b.named = append(append(b.named[:0], before...), nameless[:len(nameless)-len(`""`)]...)
	b.named = append(append(b.named, name...), after...)
	return nil
}

// Totals says how large the dataset is.
type Totals struct {
	Documents int // distinct documents, each with one report
	Captures  int // names under which documents were seen
	Latest    int // reports that no later version supersedes
	// Figures counts the figures of all documents in each state, by report.State.
	Figures [report.Number + 1]int
	// Findings counts the findings on all documents with each status.
	Findings map[report.Status]int
}

// Counts counts what the dataset holds.
func (s *Store) Counts(ctx context.Context) (Totals, error) {
	var t Totals
	said := make([]int, len(statuses))
	row := s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM documents), (SELECT count(*) FROM captures), (SELECT count(*) FROM versions WHERE latest),
		coalesce(sum(absent), 0), coalesce(sum(blanks), 0), coalesce(sum(not_applicable), 0),
		coalesce(sum(unreadable), 0), coalesce(sum(numbers), 0),
		coalesce(sum(findings_passed), 0), coalesce(sum(findings_failed), 0), coalesce(sum(findings_not_assessable), 0)
		FROM reports`)
	into := []any{&t.Documents, &t.Captures, &t.Latest}
	for i := range t.Figures {
		into = append(into, &t.Figures[i])
	}
	for i := range said {
		into = append(into, &said[i])
	}
	if err := row.Scan(into...); err != nil {
		return Totals{}, fmt.Errorf("count: %w", err)
	}
	t.Findings = map[report.Status]int{}
	for i, status := range statuses {
		t.Findings[status] = said[i]
	}
	return t, nil
}
