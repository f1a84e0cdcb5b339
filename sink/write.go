package sink

import (
	"context"
	"database/sql/driver"
	"fmt"
	"maps"

	"gongkai/report"
)

// Entry is what is known about one document.
type Entry struct {
	Report   *report.Report
	Findings []report.Finding
}

// Outcome is what storing an entry changed.
type Outcome uint8

const (
	// New: the document was not known.
	New Outcome = iota + 1
	// Unchanged: all of it was known, and nothing was written.
	Unchanged
	// Replaced: the document was known, and what is read from it now differs.
	Replaced
	// Recaptured: the document and its reading were known; its name is new.
	Recaptured
)

var outcomeNames = [...]string{"unknown", "new", "unchanged", "replaced", "recaptured"}

// String gives the name in lower case.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("outcome(%d)", uint8(o))
}

// EntryError is the error of an entry that cannot be stored by itself, whatever
// else is in the batch: it contradicts the schema.
type EntryError struct {
	Index int // the entry's place in the batch, from 0
	Err   error
}

func (e *EntryError) Error() string { return fmt.Sprintf("entry %d: %v", e.Index, e.Err) }

// Permanent tells the pipeline that trying again is of no use.
func (e *EntryError) Permanent() bool { return true }

// Unwrap returns what is wrong.
func (e *EntryError) Unwrap() error { return e.Err }

// Store writes a batch in one transaction and tells for each entry what changed.
//
// All of the batch is stored or, with an error, none of it; so it is when ctx
// ends on the way and when the process dies. Only an error of the commit itself
// leaves open which, and storing the batch again is always safe: what is stored
// already is left exactly as it is. Of two different readings of the same bytes
// the last one stays. Batches of some dozens are fastest; memory does not grow
// with the batch.
func (s *Store) Store(ctx context.Context, entries []Entry) ([]Outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	readings := s.readAhead(ctx, entries)
	defer func() {
		cancel()
		for made := range readings { // nobody reads the entries after the return
			<-made
		}
	}()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("store reports: %w", ctx.Err())
	}
	outcomes, err := s.storeAll(ctx, readings, len(entries))
	if ended := ctx.Err(); err != nil && ended != nil {
		err = ended // not what the end of the context broke on its way
	}
	if err != nil {
		return nil, fmt.Errorf("store reports: %w", err)
	}
	return outcomes, nil
}

func (s *Store) storeAll(ctx context.Context, readings <-chan chan ready, n int) (outcomes []Outcome, err error) {
	tx, err := s.write.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // after a failed commit there is none
		}
	}()
	w := &writer{statements: s.statements, known: s.rules, fresh: map[string]rule{}}
	if outcomes, err = w.storeAll(readings, n); err != nil {
		return nil, err
	}
	if len(outcomes) < n { // the readings end early with the context
		return nil, ctx.Err()
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	maps.Copy(s.rules, w.fresh)
	return outcomes, nil
}

// writer writes within one transaction.
type writer struct {
	statements *statements
	known      map[string]rule
	fresh      map[string]rule // known once the transaction is committed
}

// rule is a row of the table rules.
type rule struct {
	number  int64
	figures string
}

func (w *writer) storeAll(readings <-chan chan ready, n int) ([]Outcome, error) {
	outcomes := make([]Outcome, 0, n)
	for made := range readings {
		r := <-made
		if r.err != nil {
			return nil, &EntryError{Index: len(outcomes), Err: r.err}
		}
		outcome, err := w.store(r.reading)
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", r.key, err)
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func (w *writer) store(r *reading) (Outcome, error) {
	number, err := w.insertDocument(r)
	if err != nil {
		return 0, err
	}
	renamed, err := w.insertCapture(r)
	if err != nil {
		return 0, err
	}
	if number != 0 {
		return New, w.insertReading(number, r)
	}
	number, hash, err := w.statements.findDocument.find(r.key)
	switch {
	case err != nil:
		return 0, err
	case hash != r.hash:
		return Replaced, w.replaceReading(number, r)
	case renamed:
		return Recaptured, nil
	}
	return Unchanged, nil
}

// insertDocument returns the number of a new document, 0 for a known one.
func (w *writer) insertDocument(r *reading) (number int64, err error) {
	s := w.statements.insertDocument
	s.bind(r.key, r.source.MediaType, r.source.Charset, r.source.Size, r.hash)
	result, err := s.run()
	if err != nil {
		return 0, err
	}
	if inserted, err := result.RowsAffected(); err != nil || inserted == 0 {
		return 0, err
	}
	return result.LastInsertId()
}

// insertCapture keeps the name under which the document was seen, if it has one.
func (w *writer) insertCapture(r *reading) (isNew bool, err error) {
	if r.source.Name == "" {
		return false, nil
	}
	inserted, err := w.statements.insertCapture.exec(r.key, r.source.Name)
	return inserted > 0, err
}

func (w *writer) replaceReading(number int64, r *reading) error {
	for _, table := range w.statements.clear {
		if _, err := table.exec(number, r.key); err != nil {
			return err
		}
	}
	if _, err := w.statements.updateDocument.exec(
		r.key, r.source.MediaType, r.source.Charset, r.source.Size, r.hash); err != nil {
		return err
	}
	return w.insertReading(number, r)
}

func (w *writer) insertReading(number int64, r *reading) error {
	if _, err := w.statements.insertReport.exec(r.wide...); err != nil {
		return err
	}
	if _, err := w.statements.insertCanonical.exec(number, r.packed); err != nil {
		return err
	}
	if err := w.insertFiles(r); err != nil {
		return err
	}
	if err := w.statements.sections.insert(number, r.sections); err != nil {
		return err
	}
	if err := w.statements.cells.insert(number, r.cells); err != nil {
		return err
	}
	if err := w.statements.details.insert(number, r.details); err != nil {
		return err
	}
	return w.insertFindings(number, r.findings)
}

// insertFiles keeps which files a document consists of, unless it is one.
func (w *writer) insertFiles(r *reading) error {
	if len(r.source.Attached) == 0 {
		return nil
	}
	itself := r.source
	itself.Name = ""
	for i, f := range append([]report.Source{itself}, r.source.Attached...) {
		if _, err := w.statements.insertFile.exec(r.key, int64(i), f.Name, f.MediaType, f.Charset, f.Size, f.SHA256); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) insertFindings(number int64, findings []finding) error {
	rows := make([]driver.Value, 0, len(findings)*len(findingColumns))
	for i := range findings {
		f := &findings[i]
		rule, err := w.rule(f)
		if err != nil {
			return err
		}
		rows = append(append(rows, rule.number), f.sides[:]...)
		rows = append(rows, unless(f.figures, rule.figures), unless(f.message.ZH, ""), unless(f.message.EN, ""))
	}
	return w.statements.findings.insert(number, rows)
}

// rule returns the rule of a finding. Its figures are those of the first finding
// it makes.
func (w *writer) rule(f *finding) (r rule, err error) {
	if known, ok := w.known[f.rule]; ok {
		return known, nil
	}
	if fresh, ok := w.fresh[f.rule]; ok {
		return fresh, nil
	}
	// Another process may have written it.
	if _, err := w.statements.insertRule.exec(f.rule, f.figures); err != nil {
		return rule{}, err
	}
	r.number, r.figures, err = w.statements.findRule.find(f.rule)
	w.fresh[f.rule] = r
	return r, err
}
