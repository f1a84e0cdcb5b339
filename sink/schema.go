package sink

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"modernc.org/sqlite"

	"gongkai/report"
	"gongkai/schemas"
)

// ErrNewer means that the file was written by a newer program.
var ErrNewer = errors.New("the dataset has a newer schema than this program knows: use a newer gongkai")

// ErrForeign means that the file is an SQLite database, but no dataset.
var ErrForeign = errors.New("the file is an SQLite database of something else")

// figureName is what the file says about a figure. Numbers and units never
// change once a figure has them, because packed rows rely on both.
type figureName struct {
	number int64
	unit   string
	column int // where its value stands in a row of reports
}

// openSchema creates the schema or brings it up to the forms, in one transaction.
func (s *Store) openSchema(ctx context.Context, address string, set *schemas.Set) error {
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := inspect(ctx, db); err != nil {
		return err
	}
	if err := useLog(ctx, db); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing is left to roll back after a commit
	// Another process may have created the schema in between.
	empty, err := inspect(ctx, tx)
	if err == nil && empty {
		_, err = tx.ExecContext(ctx, set.SQL())
	}
	if err == nil {
		err = s.upgrade(ctx, tx, set)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// useLog turns on the write-ahead log, which lets readers run beside the writer.
// It is not among the settings of the connection, because a refused file must
// stay as it is. SQLite does not wait for another process here; we do.
func useLog(ctx context.Context, db *sql.DB) error {
	const tries, busy = 300, 5
	var err error
	for range tries {
		_, err = db.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		var failure *sqlite.Error
		if !errors.As(err, &failure) || failure.Code()&0xFF != busy {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// queryer is what *sql.DB and *sql.Tx have in common.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// inspect tells whether the file is empty, and refuses what is no dataset of ours.
func inspect(ctx context.Context, db queryer) (empty bool, err error) {
	var version, tables int
	row := db.QueryRowContext(ctx, "SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)")
	if err := row.Scan(&version, &tables); err != nil {
		return false, err
	}
	switch {
	case version > schemas.SQLVersion:
		return false, fmt.Errorf("version %d, known is %d: %w", version, schemas.SQLVersion, ErrNewer)
	case version == 0 && tables > 0:
		return false, ErrForeign
	}
	return tables == 0, nil
}

// upgrade brings an older file to this version, and adds what the forms have and
// the file lacks.
func (s *Store) upgrade(ctx context.Context, tx *sql.Tx, set *schemas.Set) error {
	if err := upgradeVersion(ctx, tx, set); err != nil {
		return fmt.Errorf("bring the file to version %d: %w", schemas.SQLVersion, err)
	}
	if err := addColumns(ctx, tx, set); err != nil {
		return fmt.Errorf("add columns: %w", err)
	}
	if err := writeNames(ctx, tx, set); err != nil {
		return fmt.Errorf("write the names of the figures: %w", err)
	}
	names, err := readNames(ctx, tx)
	if err != nil {
		return fmt.Errorf("read the names of the figures: %w", err)
	}
	s.placeColumns(set, names)
	return nil
}

// changes are what each version changed in the tables of the one before; the
// first stands for version 1. Views are made anew in any case.
var changes = [schemas.SQLVersion][]string{
	nil,
	{
		"ALTER TABLE packed_details ADD COLUMN file INTEGER",
		"ALTER TABLE packed_details ADD COLUMN box TEXT",
		"ALTER TABLE packed_details ADD COLUMN source TEXT",
		"ALTER TABLE packed_details ADD COLUMN confidence INTEGER",
		schemas.FilesSQL,
	},
}

// upgradeVersion changes the tables of an older file as each later version did.
// What is stored stays as it is.
func upgradeVersion(ctx context.Context, tx *sql.Tx, set *schemas.Set) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == schemas.SQLVersion {
		return nil
	}
	if err := dropViews(ctx, tx); err != nil {
		return err
	}
	for _, change := range slices.Concat(changes[version:]...) {
		if _, err := tx.ExecContext(ctx, change); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, set.SQLViews()+set.SQLStamp())
	return err
}

// dropViews drops the program's own views; those of other people stay.
func dropViews(ctx context.Context, tx *sql.Tx) error {
	for _, view := range []string{"figures", "latest_reports", "versions", "sections", "findings", "cells"} {
		if _, err := tx.ExecContext(ctx, "DROP VIEW IF EXISTS "+view); err != nil {
			return err
		}
	}
	return nil
}

// placeColumns notes the order of a row of reports: the fixed columns, then those
// of set.SQLColumns.
func (s *Store) placeColumns(set *schemas.Set, names map[report.ID]figureName) {
	next := len(fixedColumns)
	s.forms, s.figures = map[string]int{}, map[report.ID]figureName{}
	for _, section := range set.Tables() {
		column := schemas.SQLColumn{Name: schemas.FormColumn(section.ID)}
		s.tables = append(s.tables, section.ID)
		s.formColumns += ", r." + column.Quoted()
		s.forms[section.ID] = next
		next++
	}
	for _, f := range set.Figures() {
		name := names[f.ID]
		name.column = next
		s.figures[f.ID] = name
		next++
	}
}

func addColumns(ctx context.Context, tx *sql.Tx, set *schemas.Set) error {
	for _, c := range set.SQLColumns() {
		var known bool
		row := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pragma_table_info('reports') WHERE name = ?)", c.Name)
		if err := row.Scan(&known); err != nil {
			return err
		}
		if known {
			continue
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("ALTER TABLE reports ADD COLUMN %s %s", c.Quoted(), c.Type)); err != nil {
			return err
		}
	}
	return nil
}

// Rows that are right already are not touched.
const (
	writeFigure = `
		INSERT INTO form_figures (figure, column_name, unit, label, en) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (figure) DO UPDATE SET label = excluded.label, en = excluded.en
		WHERE (label, en) <> (excluded.label, excluded.en)`
	writeLabel = `
		INSERT INTO labels (figure, form, position, label, en) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (figure, form) DO UPDATE SET position = excluded.position, label = excluded.label, en = excluded.en
		WHERE (position, label, en) <> (excluded.position, excluded.label, excluded.en)`
)

// writeNames brings form_figures and labels up to the forms.
func writeNames(ctx context.Context, tx *sql.Tx, set *schemas.Set) error {
	newest := map[report.ID]schemas.Figure{}
	for _, form := range set.Forms {
		for i, f := range form.Figures() {
			newest[f.ID] = f
			if _, err := tx.ExecContext(ctx, writeLabel, f.ID, form.ID, i+1, f.Label(), f.EN()); err != nil {
				return err
			}
		}
	}
	for _, f := range set.Figures() {
		n := newest[f.ID]
		if _, err := tx.ExecContext(ctx, writeFigure, f.ID, schemas.Column(f.ID), f.Unit, n.Label(), n.EN()); err != nil {
			return err
		}
	}
	return nil
}

func readNames(ctx context.Context, tx *sql.Tx) (map[report.ID]figureName, error) {
	rows, err := tx.QueryContext(ctx, "SELECT figure, number, unit FROM form_figures")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[report.ID]figureName{}
	for rows.Next() {
		var id report.ID
		var name figureName
		if err := rows.Scan(&id, &name.number, &name.unit); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}
