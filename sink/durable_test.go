package sink

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gongkai/report"
	"gongkai/schemas"
)

func TestEndOfContextLeavesNothingHalfWritten(t *testing.T) {
	s := open(t)
	store(t, s, samples(0, 4)...)
	before, cancelled := everything(t, s), 0
	for wait := time.Duration(0); wait < 40*time.Millisecond; wait += 4 * time.Millisecond {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		outcomes, err := s.Store(ctx, samples(100, 400))
		cancel()
		if err == nil {
			continue // a fast machine
		}
		cancelled++
		if !errors.Is(err, context.DeadlineExceeded) || outcomes != nil {
			t.Errorf("after %s: %v, %v", wait, outcomes, err)
		}
		if everything(t, s) != before {
			t.Fatalf("after %s something is left behind", wait)
		}
	}
	if cancelled == 0 {
		t.Error("no context ended in time")
	}
	if got := store(t, s, sample(100)); got[0] != New {
		t.Errorf("afterwards a report is %s", got[0])
	}
}

func TestWaitingForTurnsEndsWithTheContext(t *testing.T) {
	s := open(t)
	s.turn <- struct{}{}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := s.Store(ctx, samples(0, 50)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	<-s.turn
	store(t, s, sample(0))
}

// A process that dies leaves the files as they are at that moment.
func TestDeathLeavesNothingHalfWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gongkai.db")
	s := reopen(t, path, sampleSet)
	store(t, s, samples(0, 4)...)
	before := everything(t, s)

	ctx := context.Background()
	tx, err := s.write.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// The rows must not all fit the cache, so that some are in the file.
	if _, err := s.write.(driver.ExecerContext).ExecContext(ctx, "PRAGMA cache_size = 10", nil); err != nil {
		t.Fatal(err)
	}
	w := &writer{statements: s.statements, known: s.rules, fresh: map[string]rule{}}
	if _, err := w.storeAll(s.readAhead(ctx, samples(0, 50)), 50); err != nil {
		t.Fatal(err)
	}
	dead := copyFiles(t, path)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := everything(t, reopen(t, dead, sampleSet)); got != before {
		t.Error("half a batch is in the file")
	}
}

func copyFiles(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%41 目录", "公开.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	s := reopen(t, path, sampleSet)
	store(t, s, samples(0, 5)...)
	before := everything(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path, sampleSet)
	if everything(t, s) != before {
		t.Error("opening again changed the dataset")
	}
	if got := store(t, s, sample(4), sample(5)); !slices.Equal(got, []Outcome{Unchanged, New}) {
		t.Errorf("after opening again: %v", got)
	}
	if len(data) < 1<<16 {
		t.Errorf("the closed file has only %d bytes", len(data))
	}
}

// Two processes may have the same file open.
func TestTwoStoresOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gongkai.db")
	var stores [2]*Store
	var wait sync.WaitGroup
	for i := range stores {
		wait.Go(func() {
			var err error
			if stores[i], err = Open(context.Background(), path, sampleSet); err != nil {
				t.Error(err)
				return
			}
			for n := range 4 {
				if _, err := stores[i].Store(context.Background(), samples(5*n+i, 5*n+i+5)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	alone := open(t)
	store(t, alone, samples(0, 21)...)
	if visible(t, stores[0]) != visible(t, alone) {
		t.Error("two writers make another dataset than one")
	}
	for _, s := range stores {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWriterElsewhereIsWaitedForUntilTheContextEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gongkai.db")
	s, other := reopen(t, path, sampleSet), reopen(t, path, sampleSet)
	tx, err := other.write.(driver.ConnBeginTx).BeginTx(context.Background(), driver.TxOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Store(ctx, samples(0, 3)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	store(t, s, samples(0, 3)...)
}

const thirdForm = `{"form": "2031", "label": "格式（2031）", "en": "2031 form", "source": "test", "years": "2031 and later",
"sections": [{"id": "algorithms", "label": "算法公开情况", "en": "Algorithms", "unit": "algorithms", "blocks": [{
	"columns": [{"id": "total", "label": "总计", "en": "total"}, {"id": "order by", "label": "其中", "en": "of these"}],
	"rows": [{"id": "published", "label": "本年公开数量", "en": "published in the year"}]}]},
 {"id": "requests", "label": "收到和处理政府信息公开申请情况", "en": "Requests", "unit": "requests", "blocks": [{
	"columns": [{"id": "total", "label": "合计", "en": "grand total"}],
	"rows": [{"id": "received", "label": "新收", "en": "received"}]}]}]}`

// newerSet is the forms of the program and one more.
func newerSet(t *testing.T) *schemas.Set {
	t.Helper()
	files := fstest.MapFS{"2031.json": {Data: []byte(thirdForm)}}
	for _, name := range []string{"2019.json", "2021.json"} {
		data, err := os.ReadFile(filepath.Join("..", "schemas", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	set, err := schemas.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestAnotherFormAddsColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gongkai.db")
	s := reopen(t, path, sampleSet)
	store(t, s, samples(0, 3)...)
	cells := dump(t, s, "SELECT * FROM cells ORDER BY 1, 2")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	upgraded, fresh := reopen(t, path, newerSet(t)), reopen(t, filepath.Join(t.TempDir(), "fresh.db"), newerSet(t))
	if dump(t, upgraded, "SELECT * FROM cells ORDER BY 1, 2") != cells {
		t.Error("the upgrade changed cells")
	}
	e := newerReport()
	store(t, upgraded, e)
	store(t, fresh, append(samples(0, 3), e)...)
	columns := []string{"sha256", "algorithms_form", "requests_received_total", "algorithms_published_total", `"algorithms_published_order by"`, "disclosure_form"}
	for _, query := range []string{
		"SELECT " + strings.Join(columns, ", ") + " FROM reports ORDER BY 1",
		"SELECT " + strings.Join(columns, ", ") + " FROM latest_reports ORDER BY 1",
		"SELECT * FROM figures ORDER BY sha256, figure",
		"SELECT * FROM labels ORDER BY 1, 2",
	} {
		if dump(t, upgraded, query) != dump(t, fresh, query) {
			t.Errorf("an upgraded file gives another answer than a fresh one: %s", query)
		}
	}
	row := only(t, upgraded.Figures(context.Background(), Query{Years: []int{2031}}, []report.ID{"algorithms.published.total"}))
	if row.Figures[0].Value.String() != "12.50" || fmt.Sprint(row.Forms[len(row.Forms)-1]) != "{algorithms 2031 true}" {
		t.Errorf("the new form's report came back as %+v", row)
	}
	var label string
	if err := upgraded.read.QueryRow("SELECT label FROM form_figures WHERE figure = 'requests.received.total'").Scan(&label); err != nil || label != "新收 × 合计" {
		t.Errorf("the newest label is %q: %v", label, err)
	}
}

// newerReport is a report in the third form.
func newerReport() Entry {
	e := sample(5)
	e.Report.Year = 2031
	e.Report.Forms = []report.TableForm{{Section: "algorithms", Form: "2031", Found: true}, {Section: "requests", Form: "2031", Found: true}}
	e.Report.Figures = []report.Figure{
		{ID: "algorithms.published.total", State: report.Number, Value: decimal("12.50"), Unit: "algorithms", Raw: "12.50"},
		{ID: "algorithms.published.order by", State: report.Blank, Unit: "algorithms"},
		{ID: "requests.received.total", State: report.Number, Value: decimal("9"), Unit: "requests", Raw: "9"},
	}
	return e
}

func TestFewerFormsLeaveColumnsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gongkai.db")
	s := reopen(t, path, newerSet(t))
	store(t, s, newerReport())
	before := visible(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path, sampleSet)
	row := only(t, s.Reports(context.Background(), Query{}))
	if row.States[report.Number] != 2 {
		t.Errorf("an older program sees %+v", row)
	}
	store(t, s, sample(0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path, newerSet(t))
	store(t, s, newerReport())
	if got := visible(t, s); len(got) < len(before) {
		t.Error("an older program took something away")
	}
}

func TestForeignAndNewerFilesAreRefused(t *testing.T) {
	for script, want := range map[string]error{
		"CREATE TABLE reports (x); INSERT INTO reports VALUES (1)": ErrForeign,
		"CREATE TABLE meta (x); PRAGMA user_version = 3":           ErrNewer,
		"PRAGMA user_version = 99":                                 ErrNewer,
	} {
		path := filepath.Join(t.TempDir(), "other.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(script); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		refuse(t, path, want)
	}
	path := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database at all\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, path, nil)
	refuse(t, filepath.Join(t.TempDir(), "no such folder", "gongkai.db"), nil)
}

// TestOlderFilesAreUpgraded opens a file that the first version of the schema
// made: what it holds stays, and what is new can be stored in it.
func TestOlderFilesAreUpgraded(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("testdata", "version1.sql"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	hash := hashOf("an old document")
	if _, err := db.Exec(string(script)+`
		INSERT INTO documents VALUES (1, ?1, 'text/html', 'utf-8', 7, 'x');
		INSERT INTO reports (sha256, office, year, title, published, expected, numbers, blanks, not_applicable, unreadable, absent,
			findings_passed, findings_failed, findings_not_assessable) VALUES (?1, '甲局', 2021, '', '', 2, 1, 0, 0, 1, 0, 0, 0, 0);
		INSERT INTO form_figures VALUES (1, 'requests.received.total', 'requests_received_total', 'requests', '', ''),
			(2, 'requests.received.natural', 'requests_received_natural', 'requests', '', '');
		INSERT INTO packed_cells VALUES (1, 1, 7, NULL, (1 << 24) | (2 << 12) | 3), (1, 2, NULL, 3, NULL);
		INSERT INTO packed_details (document, figure, raw, note_en, page, line) VALUES (1, 2, '8O4', 'this is no number', 4, 5);
		CREATE VIEW mine AS SELECT count(*) AS n FROM cells`, hash); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is up to date
		s := reopen(t, path, sampleSet)
		old := only(t, s.Figures(context.Background(), Query{Offices: []string{"甲局"}}, []report.ID{"requests.received.total", "requests.received.natural"}))
		want := []report.Figure{
			{ID: "requests.received.total", State: report.Number, Value: report.NewDecimal(7), Unit: "requests", Raw: "7", At: report.Pos{Table: 1, Row: 2, Col: 3}},
			{ID: "requests.received.natural", State: report.Unreadable, Unit: "requests", Raw: "8O4", Note: report.Text{EN: "this is no number"}, At: report.Pos{Page: 4, Line: 5}},
		}
		if fmt.Sprintf("%+v", old.Figures) != fmt.Sprintf("%+v", want) {
			t.Errorf("came back as\n%+v\nand not as\n%+v", old.Figures, want)
		}
		e := sample(3)
		e.Report.Figures[0].At.Box = report.Box{Left: 1, Top: 2, Right: 3, Bottom: 4}
		store(t, s, e)
		state := dump(t, s, "SELECT value FROM meta WHERE key = 'schema'", "SELECT user_version FROM pragma_user_version",
			"SELECT n > 2 FROM mine", "SELECT box FROM cells WHERE box IS NOT NULL")
		if strings.Count(state, `"2"`) != 2 || !strings.Contains(state, `"1,2,3,4"`) || !strings.Contains(state, `int64 "1"|`) {
			t.Error(state)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// refuse checks that the file cannot be opened and stays as it is.
func refuse(t *testing.T, path string, want error) {
	t.Helper()
	before, _ := os.ReadFile(path)
	s, err := Open(context.Background(), path, sampleSet)
	if err == nil || s != nil || want != nil && !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "open store ") {
		t.Errorf("%s: got %v, want %v", path, err, want)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Errorf("%s was changed", path)
	}
}

func TestTheFileExplainsItself(t *testing.T) {
	s := open(t)
	var comments int
	if err := s.read.QueryRow("SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND sql NOT LIKE '%-- %'").Scan(&comments); err != nil || comments != 0 {
		t.Errorf("%d tables have no comment: %v", comments, err)
	}
	var loose int
	if err := s.read.QueryRow("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict").Scan(&loose); err != nil || loose != 0 {
		t.Errorf("%d tables are not strict: %v", loose, err)
	}
	store(t, s, samples(0, 3)...)
	var fault string
	if err := s.read.QueryRow("SELECT integrity_check FROM pragma_integrity_check").Scan(&fault); err != nil || fault != "ok" {
		t.Errorf("%s: %v", fault, err)
	}
	if rows := dump(t, s, "PRAGMA foreign_key_check"); strings.Count(rows, "\n") != 1 {
		t.Error(rows)
	}
}
