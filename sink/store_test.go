package sink

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/report"
)

func store(t testing.TB, s *Store, entries ...Entry) []Outcome {
	t.Helper()
	outcomes, err := s.Store(context.Background(), entries)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// dump writes out everything that the queries give, one line a row.
func dump(t testing.TB, s *Store, queries ...string) string {
	t.Helper()
	var b strings.Builder
	for _, query := range queries {
		fmt.Fprintln(&b, query)
		dumpQuery(t, &b, s.read, query)
	}
	return b.String()
}

func dumpQuery(t testing.TB, b *strings.Builder, db *sql.DB, query string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			fmt.Fprintf(b, "%T %q|", v, fmt.Sprint(v))
		}
		fmt.Fprintln(b)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// everything is each row of each table with its rowid, if it has one.
func everything(t testing.TB, s *Store) string {
	t.Helper()
	var queries []string
	rows, err := s.read.Query("SELECT name, wr FROM pragma_table_list WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var withoutRowid bool
		if err := rows.Scan(&name, &withoutRowid); err != nil {
			t.Fatal(err)
		}
		if withoutRowid {
			queries = append(queries, "SELECT * FROM "+name)
		} else {
			queries = append(queries, "SELECT rowid, * FROM "+name+" ORDER BY rowid")
		}
	}
	return dump(t, s, queries...)
}

// visible is what people read, free of the order of arrival.
func visible(t testing.TB, s *Store) string {
	t.Helper()
	return dump(t, s,
		"SELECT sha256, media_type, charset, size, reading_sha256 FROM documents ORDER BY 1",
		"SELECT * FROM captures ORDER BY 1, 2",
		"SELECT sha256, hex(json) FROM canonical JOIN documents ON number = document ORDER BY 1",
		"SELECT * FROM reports ORDER BY 1",
		"SELECT * FROM latest_reports ORDER BY 1",
		"SELECT * FROM versions ORDER BY 1",
		"SELECT * FROM cells ORDER BY 1, 2",
		"SELECT * FROM figures ORDER BY sha256, figure",
		"SELECT * FROM findings ORDER BY 1, 2",
		"SELECT * FROM sections ORDER BY 1, 2",
		"SELECT * FROM labels ORDER BY 1, 2",
	)
}

func exported(t testing.TB, s *Store, q Query) []string {
	t.Helper()
	var reports []string
	if err := s.Export(context.Background(), q, func(canonical []byte) error {
		reports = append(reports, string(canonical))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return reports
}

// all collects a sequence that must not fail.
func all[T any](t testing.TB, rows iter.Seq2[T, error]) []T {
	t.Helper()
	var got []T
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	return got
}

func only[T any](t testing.TB, rows iter.Seq2[T, error]) T {
	t.Helper()
	got := all(t, rows)
	if len(got) != 1 {
		t.Fatalf("%d rows, want one", len(got))
	}
	return got[0]
}

func canonical(t testing.TB, r *report.Report) string {
	t.Helper()
	b, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReportsComeBackExactly(t *testing.T) {
	s := open(t)
	entries := samples(0, 20)
	for i, outcome := range store(t, s, entries...) {
		if outcome != New {
			t.Errorf("entry %d is %s", i, outcome)
		}
	}
	byHash := map[string]Entry{}
	for _, e := range entries {
		byHash[e.Report.Source.SHA256] = e
	}
	reports := exported(t, s, Query{})
	for _, got := range reports {
		var hash string
		if err := s.read.QueryRow("SELECT ?1 ->> '$.source.sha256'", got).Scan(&hash); err != nil {
			t.Fatal(err)
		}
		if want := canonical(t, byHash[hash].Report); got != want {
			t.Errorf("%s came back as\n%s\nand not as\n%s", hash, got, want)
		}
	}
	if len(reports) != len(entries) {
		t.Errorf("%d reports came back, want %d", len(reports), len(entries))
	}
}

func TestFiguresComeBackExactly(t *testing.T) {
	s := open(t)
	e := sample(7)
	// Places and texts beyond what the packed rows imply.
	for i, at := range []report.Pos{{}, {Line: 3}, {Line: 1 << 31, Col: 1<<20 - 1}, {Line: 5, Col: 1 << 20}, {Col: 9},
		{Table: 1, Row: 4095, Col: 4095}, {Table: 4096, Row: 1, Col: 1}, {Table: 1, Row: 1 << 40}, {Row: 2, Col: 3},
		{Page: 2, Line: 8, Col: 1}, {Page: 1, Table: 1, Row: 1, Col: 1}, {Line: 2, Table: 1}, {Line: -1}, {Table: -1, Row: -1, Col: -1},
		{File: 2, Table: 1, Row: 1, Col: 1}, {Page: 3, Table: 1, Row: 2, Col: 3, Box: report.Box{Left: 72, Top: 100, Right: 140, Bottom: 118}},
		{Box: report.Box{Left: -3, Right: 1 << 40}}} {
		e.Report.Figures[i].At = at
	}
	for i, raw := range []string{"", "/", "007", " 7 ", "0x7", "—"} {
		e.Report.Figures[20+i].Raw = raw
	}
	e.Report.Figures[30].Unit = ""
	e.Report.Figures[31].Note.EN = "in one language only"
	e.Report.Figures[32].Source, e.Report.Figures[32].Confidence = report.OCR, 97
	e.Report.Figures[33].Source = report.OCR
	e.Report.Figures[34].Confidence = 1
	store(t, s, e)

	var ids []report.ID
	for _, f := range e.Report.Figures {
		ids = append(ids, f.ID)
	}
	slices.Reverse(ids)
	r := *e.Report
	r.Figures = only(t, s.Figures(context.Background(), Query{}, ids)).Figures
	slices.Reverse(r.Figures)
	if got, want := canonical(t, &r), canonical(t, e.Report); got != want {
		t.Errorf("came back as\n%s\nand not as\n%s", got, want)
	}
}

func TestMoneyIsExact(t *testing.T) {
	s := open(t)
	e := sample(0)
	const id, column = "disclosure.procurement.amount", "disclosure_procurement_amount"
	amount := &e.Report.Figures[slices.IndexFunc(e.Report.Figures, func(f report.Figure) bool { return f.ID == id })]
	for text, kind := range map[string]string{
		"384410.94": "text", "0.00": "text", "-0.5": "text", "9223372036854775807": "integer", "9223372036854775808": "text",
		"-9223372036854775808": "integer", "0": "integer", "47735000000": "integer", "123456789012345678901.25": "text",
	} {
		amount.Value = decimal(text)
		store(t, s, e)
		for _, query := range []string{
			"SELECT typeof(" + column + "), CAST(" + column + " AS TEXT) FROM reports",
			"SELECT typeof(value), CAST(value AS TEXT) FROM cells WHERE figure = '" + id + "'",
		} {
			var gotKind, got string
			if err := s.read.QueryRow(query).Scan(&gotKind, &got); err != nil || got != text || gotKind != kind {
				t.Errorf("%s came back as %s %s: %v", text, gotKind, got, err)
			}
		}
		row := only(t, s.Figures(context.Background(), Query{}, []report.ID{id}))
		if got := row.Figures[0].Value.String(); got != text {
			t.Errorf("%s came back as %s", text, got)
		}
	}
}

func TestLongDecimals(t *testing.T) {
	nines := strings.Repeat("9", 30)
	for _, d := range []*report.Decimal{
		decimal(nines), decimal(nines).Shift(8), decimal(nines).Shift(8).Neg(), decimal(nines).Shift(40),
		decimal("1." + nines[:29]).Add(decimal(nines)), decimal("0." + nines[:29]),
	} {
		if got, err := decimalOf(exact(d)); err != nil || got.String() != d.String() {
			t.Errorf("%s came back as %v: %v", d, got, err)
		}
	}
	for _, bad := range []string{"", "x", nines + "x" + nines, "0." + nines + nines} {
		if d, err := longDecimal(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
}

func TestStoringTwiceIsStoringOnce(t *testing.T) {
	s := open(t)
	store(t, s, samples(0, 10)...)
	before := everything(t, s)
	for i, outcome := range store(t, s, samples(0, 10)...) {
		if outcome != Unchanged {
			t.Errorf("entry %d is %s the second time", i, outcome)
		}
	}
	if everything(t, s) != before {
		t.Error("storing again changed the file")
	}
	if got := store(t, s, sample(11), sample(11), sample(11)); !slices.Equal(got, []Outcome{New, Unchanged, Unchanged}) {
		t.Errorf("the same document thrice in a batch is %v", got)
	}
}

func TestNewNameIsOnlyACapture(t *testing.T) {
	s := open(t)
	e := sample(1)
	store(t, s, e, sample(2))
	before := dump(t, s, "SELECT rowid, * FROM documents", "SELECT rowid, * FROM reports", "SELECT * FROM cells")
	first := e.Report.Source.Name
	e.Report.Source.Name = "https://mirror.example.gov.cn/1.html"
	if got := store(t, s, e, e); !slices.Equal(got, []Outcome{Recaptured, Unchanged}) {
		t.Errorf("a new name is %v", got)
	}
	if dump(t, s, "SELECT rowid, * FROM documents", "SELECT rowid, * FROM reports", "SELECT * FROM cells") != before {
		t.Error("a new name changed the reading")
	}
	totals, err := s.Counts(context.Background())
	if err != nil || totals.Captures != 3 || totals.Documents != 2 {
		t.Errorf("counted %+v: %v", totals, err)
	}
	e.Report.Source.Name = min(first, e.Report.Source.Name)
	if !slices.Contains(exported(t, s, Query{}), canonical(t, e.Report)) {
		t.Error("the export does not have the first name")
	}
}

func TestBetterReadingReplaces(t *testing.T) {
	s, fresh := open(t), open(t)
	old := sample(3)
	store(t, s, sample(2), old, sample(4))

	better := sample(3)
	better.Report.Office, better.Report.Source.Charset = "江苏省", "gb18030"
	better.Report.Figures = better.Report.Figures[:100]
	better.Report.Sections = better.Report.Sections[1:]
	better.Findings = better.Findings[5:]
	if got := store(t, s, better); got[0] != Replaced {
		t.Fatalf("a better reading is %s", got[0])
	}
	if got := store(t, s, better); got[0] != Unchanged {
		t.Errorf("a better reading is %s the second time", got[0])
	}
	store(t, fresh, sample(2), better, sample(4))
	if visible(t, s) != visible(t, fresh) {
		t.Error("something of the old reading is left")
	}
	better.Findings[0].Message.EN += "!"
	if got := store(t, s, better); got[0] != Replaced {
		t.Errorf("another finding is %s", got[0])
	}
}

func TestAnyPartOfAFindingIsAnotherReading(t *testing.T) {
	s := open(t)
	seen := map[string]bool{}
	for i, change := range []func(*report.Finding){
		func(*report.Finding) {},
		func(f *report.Finding) { f.Rule += "x" },
		func(f *report.Finding) { f.Status = report.NotAssessable },
		func(f *report.Finding) { f.Left = nil },
		func(f *report.Finding) { f.Left, f.Right = nil, decimal("12") },
		func(f *report.Finding) { f.Difference = decimal("0.00") },
		func(f *report.Finding) { f.Operands = f.Operands[1:] },
		func(f *report.Finding) { f.Operands[0].State = report.Blank },
		func(f *report.Finding) { f.Operands[0].Value = decimal("77") },
		func(f *report.Finding) { f.Operands[0].At.Page = 4 },
		func(f *report.Finding) { f.Operands[0].At.File = 4 },
		func(f *report.Finding) { f.Operands[0].At.Box.Left = 4 },
		func(f *report.Finding) { f.Operands[0].At.Box.Right = 4 },
		func(f *report.Finding) { f.Message.ZH = "甲" },
		func(f *report.Finding) { f.Message.EN = "甲" },
	} {
		e := sample(0)
		change(&e.Findings[0])
		r, err := s.newReading(&e)
		if err != nil {
			t.Fatal(err)
		}
		if seen[r.hash] {
			t.Errorf("change %d is no other reading", i)
		}
		seen[r.hash] = true
	}
}

func TestVersions(t *testing.T) {
	s := open(t)
	version := func(n int, office string, year int, published string) Entry {
		e := sample(n)
		e.Report.Office, e.Report.Year, e.Report.Published = office, year, published
		return e
	}
	store(t, s,
		version(1, "甲", 2020, "2021-03-01"), version(2, "甲", 2020, "2021-01-31"), version(3, "甲", 2020, ""),
		version(4, "甲", 2021, "2022-01-31"), version(5, "", 2020, "2021-01-01"), version(6, "", 2020, "2021-02-01"),
		version(7, "甲", 0, ""), version(8, "甲", 0, ""))
	got := map[string]string{}
	for _, r := range all(t, s.Reports(context.Background(), Query{AllVersions: true})) {
		got[r.SHA256] = fmt.Sprintf("%d %v", r.Version, r.Latest)
	}
	for n, want := range map[int]string{1: "3 true", 2: "2 false", 3: "1 false", 4: "1 true", 5: "1 true", 6: "1 true", 7: "1 true", 8: "1 true"} {
		if hash := hashOf(fmt.Sprint("sample ", n)); got[hash] != want {
			t.Errorf("report %d is version %s, want %s", n, got[hash], want)
		}
	}
}

func TestOrderOfArrivalPlaysNoPart(t *testing.T) {
	entries := samples(0, 8)
	for i := range entries { // offices with versions, names and readings of a kind
		entries[i].Report.Office, entries[i].Report.Year = fmt.Sprint("局", i%3), 2020+i%2
		entries[i].Report.Published = []string{"", "2021-01-02", "2021-01-02", "2022-02-02"}[i%4]
	}
	again := sample(0)
	again.Report = new(*entries[0].Report)
	again.Report.Source.Name = "a mirror"
	entries = append(entries, again)

	first := open(t)
	store(t, first, entries...)
	want := visible(t, first)
	for seed := range uint64(4) {
		dice := rand.New(rand.NewPCG(seed, 1))
		dice.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		s := open(t)
		for left := entries; len(left) > 0; {
			n := 1 + dice.IntN(len(left))
			store(t, s, left[:n]...)
			left = left[n:]
		}
		if visible(t, s) != want {
			t.Errorf("the order of arrival %d gives another dataset", seed)
		}
	}
}

func TestHostileText(t *testing.T) {
	const hostile = "'; DROP TABLE reports; --\x00\"`]\\%_\u202e\r\n<script>?1 $x :y @z \U0001F4A9 {{.}} \"source\":{\"name\":\"\"}"
	huge := strings.Repeat("政府信息公开'\"\x00\n", 1<<20/22)
	e := sample(5)
	r := e.Report
	r.Office, r.Title, r.Published, r.Source.Name, r.Source.Charset, r.Source.MediaType = hostile, hostile, hostile, hostile, hostile, hostile
	r.Sections[0].Text, r.Sections[1].Title, r.Sections[2].ID, r.Forms[0].Form = huge, hostile, hostile, hostile
	f := &r.Figures[0]
	*f = report.Figure{ID: f.ID, State: report.Unreadable, Unit: hostile, Printed: hostile, UnitFrom: hostile, Raw: huge, Note: report.Text{ZH: hostile, EN: huge}}
	e.Findings[0].Rule, e.Findings[0].Message = hostile, report.Text{ZH: huge, EN: hostile}

	s := open(t)
	store(t, s, e)
	if got := store(t, s, e); got[0] != Unchanged {
		t.Errorf("the second time it is %s", got[0])
	}
	if got := exported(t, s, Query{}); got[0] != canonical(t, r) {
		t.Error("the report came back different")
	}
	row := only(t, s.Figures(context.Background(), Query{}, []report.ID{f.ID}))
	if row.Office != hostile || row.Title != hostile || row.Published != hostile || row.Name != hostile || row.Forms[0].Form != hostile {
		t.Errorf("the report came back as %+v", row.ReportRow)
	}
	if row.Figures[0] != *f {
		t.Error("the figure came back different")
	}
	if !slices.ContainsFunc(all(t, s.Findings(context.Background(), Query{}, "")), func(row FindingRow) bool {
		return row.Rule == hostile && row.Message == e.Findings[0].Message
	}) {
		t.Error("the finding did not come back")
	}
	var text, title string
	if err := s.read.QueryRow("SELECT a.text, b.title FROM sections a, sections b WHERE a.position = 1 AND b.position = 2").Scan(&text, &title); err != nil || text != huge || title != hostile {
		t.Errorf("the sections came back different: %v", err)
	}
}

func TestRefusedEntries(t *testing.T) {
	s := open(t)
	for name, spoil := range map[string]func(*Entry){
		"no report":            func(e *Entry) { e.Report = nil },
		"no hash":              func(e *Entry) { e.Report.Source.SHA256 = "" },
		"upper-case hash":      func(e *Entry) { e.Report.Source.SHA256 = strings.ToUpper(e.Report.Source.SHA256) },
		"unknown figure":       func(e *Entry) { e.Report.Figures[3].ID = "a.b.c" },
		"figure twice":         func(e *Entry) { e.Report.Figures[3].ID = e.Report.Figures[9].ID },
		"number without value": func(e *Entry) { e.Report.Figures[0].Value = nil },
		"value without number": func(e *Entry) { e.Report.Figures[0].State = report.Blank },
		"unknown state":        func(e *Entry) { e.Report.Figures[0].State = 9 },
		"unknown table":        func(e *Entry) { e.Report.Forms[0].Section = "x" },
		"rule twice":           func(e *Entry) { e.Findings[3].Rule = e.Findings[4].Rule },
		"unknown status":       func(e *Entry) { e.Findings[3].Status = "good" },
	} {
		bad := sample(1)
		spoil(&bad)
		outcomes, err := s.Store(context.Background(), []Entry{sample(0), bad, sample(2)})
		var entryError *EntryError
		if !errors.As(err, &entryError) || entryError.Index != 1 || outcomes != nil {
			t.Errorf("%s: %v, %v", name, outcomes, err)
		}
		if totals, err := s.Counts(context.Background()); err != nil || totals.Documents != 0 {
			t.Errorf("%s: part of the batch is stored: %+v, %v", name, totals, err)
		}
	}
	if got := store(t, s, sample(0)); got[0] != New {
		t.Errorf("after refusals a report is %s", got[0])
	}
}

func TestOutcomeNames(t *testing.T) {
	got := fmt.Sprint(Outcome(0), New, Unchanged, Replaced, Recaptured, Outcome(9))
	if want := "unknown new unchanged replaced recaptured outcome(9)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
