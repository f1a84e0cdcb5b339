package sink

import (
	"slices"
	"strings"
	"testing"

	"gongkai/report"
)

// A page with another file is another document; which files it has is listed.
func TestAttachedFiles(t *testing.T) {
	s := open(t)
	withFile := func(text string) Entry {
		e := sample(1)
		r := *e.Report
		r.Source.Attached = []report.Source{{Name: "./a.pdf", MediaType: "application/pdf", Size: 3, SHA256: hashOf(text)}}
		e.Report = &r
		return e
	}
	one, two := withFile("one"), withFile("two")
	if got := store(t, s, sample(1), one, two, one); !slices.Equal(got, []Outcome{New, New, New, Unchanged}) {
		t.Errorf("stored %v", got)
	}
	files := dump(t, s, "SELECT sha256, file, name, media_type, size, file_sha256 FROM files ORDER BY sha256, file")
	for _, e := range []Entry{one, two} {
		for _, want := range []string{e.Report.Source.Key(), e.Report.Source.SHA256, e.Report.Source.Attached[0].SHA256, "./a.pdf"} {
			if !strings.Contains(files, want) {
				t.Errorf("%s is missing in\n%s", want, files)
			}
		}
	}
	if n := strings.Count(strings.TrimSpace(files), one.Report.Source.SHA256); n != 2 {
		t.Errorf("%d rows of pages in\n%s", n, files)
	}
	exported := exported(t, s, Query{})
	if !slices.Contains(exported, canonical(t, one.Report)) && !slices.Contains(exported, canonical(t, two.Report)) {
		t.Error("the export has neither")
	}
	one.Report.Title += "更正"
	if got := store(t, s, one); !slices.Equal(got, []Outcome{Replaced}) {
		t.Errorf("a better reading is %v", got)
	}
	one.Report.Source.Attached[0].SHA256 = "none"
	if _, err := s.Store(t.Context(), []Entry{one}); err == nil {
		t.Error("a file without a hash is stored")
	}
}
