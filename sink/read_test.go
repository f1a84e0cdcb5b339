package sink

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai/report"
)

// city makes a report of an office on a year.
func city(n int, office string, year int, published string) Entry {
	e := sample(n)
	e.Report.Office, e.Report.Year, e.Report.Published = office, year, published
	return e
}

func TestQueries(t *testing.T) {
	s := open(t)
	store(t, s,
		city(0, "南京市", 2020, "2021-01-02"), city(1, "南京市", 2020, "2021-01-01"), city(2, "南京市", 2021, ""),
		city(3, "无锡市", 2020, ""), city(4, "100%局", 2021, ""), city(5, "a_b", 2020, ""), city(6, `c\d`, 2020, ""), city(7, "", 0, ""))
	for _, c := range []struct {
		q    Query
		want string
	}{
		{Query{}, "/0.1 100%局/2021.1 a_b/2020.1 c\\d/2020.1 南京市/2020.2 南京市/2021.1 无锡市/2020.1"},
		{Query{Limit: 2}, "/0.1 100%局/2021.1"},
		{Query{Offices: []string{"南京"}}, "南京市/2020.2 南京市/2021.1"},
		{Query{Offices: []string{"南京"}, AllVersions: true}, "南京市/2020.1 南京市/2020.2 南京市/2021.1"},
		{Query{Offices: []string{"南京", "无锡"}, Years: []int{2020}}, "南京市/2020.2 无锡市/2020.1"},
		{Query{Years: []int{2021, 0}}, "/0.1 100%局/2021.1 南京市/2021.1"},
		{Query{Offices: []string{"%"}}, "100%局/2021.1"},
		{Query{Offices: []string{"_"}}, "a_b/2020.1"},
		{Query{Offices: []string{`\`}}, `c\d/2020.1`},
		{Query{Offices: []string{"A_B"}}, "a_b/2020.1"},
		{Query{Offices: []string{"' OR 1=1 --"}}, ""},
		{Query{Years: []int{1999}}, ""},
	} {
		var got []string
		for _, r := range all(t, s.Reports(context.Background(), c.q)) {
			got = append(got, fmt.Sprintf("%s/%d.%d", r.Office, r.Year, r.Version))
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%+v gives\n%s, want\n%s", c.q, got, c.want)
		}
	}
}

func TestReportRow(t *testing.T) {
	s := open(t)
	e := sample(3)
	e.Report.Forms[2].Found = false
	store(t, s, e)
	got := only(t, s.Reports(context.Background(), Query{}))
	r := e.Report
	if got.SHA256 != r.Source.SHA256 || got.Name != r.Source.Name || got.Office != r.Office || got.Year != r.Year ||
		got.Title != r.Title || got.Published != r.Published || got.Version != 1 || !got.Latest || got.Expected() != len(r.Figures) {
		t.Errorf("report %+v became %+v", r.Source, got)
	}
	if want := "[{disclosure 2019 true} {requests 2019 true} {disputes  false}]"; fmt.Sprint(got.Forms) != want {
		t.Errorf("forms are %v, want %s", got.Forms, want)
	}
	for _, f := range r.Figures {
		got.States[f.State]--
	}
	for _, f := range e.Findings {
		got.Findings[f.Status]--
	}
	if got.Expected() != 0 || fmt.Sprint(got.Findings) != "map[fail:0 not_assessable:0 pass:0]" {
		t.Errorf("counts are off by %v and %v", got.States, got.Findings)
	}
}

func TestFiguresOfSeveralReports(t *testing.T) {
	s := open(t)
	store(t, s, samples(0, 5)...)
	figures := sampleSet.Figures() // the last is in no 2019 form
	ids := []report.ID{figures[190].ID, figures[len(figures)-1].ID, figures[22].ID}
	for _, row := range all(t, s.Figures(context.Background(), Query{}, ids)) {
		n := slices.IndexFunc(samples(0, 5), func(e Entry) bool { return e.Report.Source.SHA256 == row.SHA256 })
		for i, id := range ids {
			if want := sample(n).Report.Figure(id); fmt.Sprint(row.Figures[i]) != fmt.Sprint(want) {
				t.Errorf("figure %s is %+v, want %+v", id, row.Figures[i], want)
			}
		}
	}
	for _, err := range s.Figures(context.Background(), Query{}, []report.ID{"no.such.figure"}) {
		if err == nil || !strings.Contains(err.Error(), "no.such.figure") {
			t.Errorf("an unknown figure gives %v", err)
		}
	}
	if got := all(t, s.Figures(context.Background(), Query{}, nil)); len(got) != 5 {
		t.Errorf("no figures of %d reports", len(got))
	}
}

func TestFindings(t *testing.T) {
	s := open(t)
	e := sample(1)
	e.Findings[2].Operands = e.Findings[2].Operands[:1]
	store(t, s, sample(0), e)
	ctx := context.Background()
	for _, status := range append([]report.Status{""}, statuses...) {
		var want []report.Finding
		for _, f := range e.Findings {
			if status == "" || f.Status == status {
				want = append(want, f)
			}
		}
		slices.SortFunc(want, func(a, b report.Finding) int { return strings.Compare(a.Rule, b.Rule) })
		got := all(t, s.Findings(ctx, Query{Offices: []string{e.Report.Office}}, status))
		if len(got) != len(want) {
			t.Fatalf("%d findings with status %q, want %d", len(got), status, len(want))
		}
		for i, f := range want {
			if g := got[i]; g.Rule != f.Rule || g.Status != f.Status || g.Message != f.Message || len(g.Figures) != len(f.Operands) ||
				g.Figures[0] != f.Operands[0].ID || fmt.Sprint(g.Left, g.Right, g.Difference) != fmt.Sprint(f.Left, f.Right, f.Difference) {
				t.Errorf("finding %+v became %+v", f, g)
			}
		}
	}
}

func TestCounts(t *testing.T) {
	s := open(t)
	if got, err := s.Counts(context.Background()); err != nil || got.Documents != 0 || got.Findings[report.Fail] != 0 {
		t.Errorf("the empty dataset counts %+v: %v", got, err)
	}
	entries := []Entry{city(0, "甲", 2020, "1"), city(1, "甲", 2020, "2"), city(2, "乙", 2020, "")}
	store(t, s, entries...)
	want := Totals{Documents: 3, Captures: 3, Latest: 2, Findings: map[report.Status]int{}}
	for _, e := range entries {
		for _, f := range e.Report.Figures {
			want.Figures[f.State]++
		}
		for _, f := range e.Findings {
			want.Findings[f.Status]++
		}
	}
	if got, err := s.Counts(context.Background()); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %+v, want %+v: %v", got, want, err)
	}
}

func TestExportIsOrderedAndStops(t *testing.T) {
	s := open(t)
	entries := []Entry{city(0, "乙", 2020, ""), city(1, "甲", 2021, ""), city(2, "甲", 2020, "2"), city(3, "甲", 2020, "1")}
	store(t, s, entries...)
	var want []string
	for _, i := range []int{0, 3, 2, 1} { // 乙 comes before 甲 in Unicode
		want = append(want, canonical(t, entries[i].Report))
	}
	if got := exported(t, s, Query{AllVersions: true}); !slices.Equal(got, want) {
		t.Error("the export is in another order")
	}
	full, n := errors.New("full"), 0
	err := s.Export(context.Background(), Query{}, func([]byte) error { n++; return full })
	if err != full || n != 1 {
		t.Errorf("after its error the export went on: %d, %v", n, err)
	}
}

func TestLeavingALoop(t *testing.T) {
	s := open(t)
	store(t, s, samples(0, 30)...)
	for range 3 {
		for r, err := range s.Figures(context.Background(), Query{}, []report.ID{sampleFigures[0].ID}) {
			if err != nil || r.SHA256 == "" {
				t.Error(r, err)
			}
			break
		}
	}
	if open := s.read.Stats().InUse; open != 0 {
		t.Errorf("%d connections are still in use", open)
	}
}

func TestReadersSeeTheEndOfTheContext(t *testing.T) {
	s := open(t)
	store(t, s, samples(0, 30)...)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	var last error
	for _, err := range s.Reports(ctx, Query{}) {
		last = err
		if n++; n == 3 {
			cancel()
		}
	}
	if n > 5 || !errors.Is(last, context.Canceled) {
		t.Errorf("after its context the loop ran %d times and ended with %v", n, last)
	}
	if err := s.Export(ctx, Query{}, func([]byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("the export ended with %v", err)
	}
	if _, err := s.Counts(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("counting ended with %v", err)
	}
}

// Readers see whole batches and nothing in between, whatever is being written.
func TestReadersBesideWriters(t *testing.T) {
	const size, batches = 8, 12
	s := open(t)
	ctx := context.Background()
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for from := range 2 {
		writers.Go(func() {
			for i := range batches {
				n := (2*i + from) * size
				if _, err := s.Store(ctx, samples(n, n+size)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		readers.Go(func() {
			for {
				checkWhole(t, s, size)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if got, err := s.Counts(ctx); err != nil || got.Documents != 2*size*batches {
		t.Errorf("stored %+v: %v", got, err)
	}
}

func checkWhole(t *testing.T, s *Store, size int) {
	ctx := context.Background()
	totals, err := s.Counts(ctx)
	if err != nil || totals.Documents%size != 0 || totals.Captures != totals.Documents {
		t.Errorf("a reader counts %+v: %v", totals, err)
	}
	reports, figures := 0, 0
	for row, err := range s.Figures(ctx, Query{}, []report.ID{sampleFigures[9].ID, sampleFigures[99].ID}) {
		if err != nil {
			t.Error(err)
			return
		}
		reports++
		for _, f := range row.Figures {
			if f.State != report.Absent {
				figures++
			}
		}
	}
	if reports%size != 0 || figures != 2*reports {
		t.Errorf("a reader sees %d reports with %d figures", reports, figures)
	}
}
