package audit

import (
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// printed is a report whose table of disputes has these cells: a number, "" for an
// empty one, "?" for one that was not read, "-" for one that is not there.
func printed(file int, cells map[report.ID]string) report.Report {
	r := report.Report{Forms: []report.TableForm{{Section: "disputes", Form: "2021", Found: true}}}
	for _, f := range schemas.Embedded().Form("2021").Section("disputes").Figures() {
		figure := report.Figure{ID: f.ID, At: report.Pos{File: file, Table: 1, Row: 1, Col: 1}}
		switch text := cells[f.ID]; text {
		case "-":
			figure.At = report.Pos{}
		case "":
			figure.State = report.Blank
		case "?":
			figure.State = report.Unreadable
		default:
			figure.State = report.Number
			figure.Value, _ = report.ParseDecimal(text)
		}
		r.Figures = append(r.Figures, figure)
	}
	return r
}

func TestSourcesAreCompared(t *testing.T) {
	const a, b = "disputes.reconsideration.upheld", "disputes.reconsideration.total"
	type cells = map[report.ID]string
	for name, c := range map[string]struct {
		page, file cells
		want       report.Status
		operands   int
	}{
		"the same":         {cells{a: "1", b: "2"}, cells{a: "1", b: "2"}, report.Pass, 0},
		"another number":   {cells{a: "1", b: "2"}, cells{a: "1", b: "3"}, report.Fail, 2},
		"nothing there":    {cells{a: "1"}, cells{a: ""}, report.Fail, 2},
		"a number there":   {cells{a: ""}, cells{a: "0"}, report.Fail, 2},
		"not read":         {cells{a: "1"}, cells{a: "?"}, report.NotAssessable, 2},
		"neither read":     {cells{a: "?"}, cells{a: "?"}, report.NotAssessable, 2},
		"not there":        {cells{a: "1"}, cells{a: "-"}, report.NotAssessable, 2},
		"one of each":      {cells{a: "1", b: "2"}, cells{a: "?", b: "3"}, report.Fail, 4},
		"not there at all": {cells{a: "-"}, cells{a: "-"}, report.Pass, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := printed(0, c.page)
			r.Copies = []report.Copy{{File: 1, Report: printed(1, c.file)}}
			findings := compareSources(&r)
			if len(findings) != 1 || findings[0].Rule != "source.differs.disputes" || findings[0].Status != c.want || len(findings[0].Operands) != c.operands {
				t.Fatalf("%+v", findings)
			}
			if c.operands > 0 && (findings[0].Operands[0].At.File != 0 || findings[0].Operands[1].ID != findings[0].Operands[0].ID) {
				t.Errorf("operands %+v", findings[0].Operands)
			}
			if c.want == report.Fail && !strings.Contains(findings[0].Message.EN, "disputes.reconsideration.") {
				t.Errorf("message %v", findings[0].Message)
			}
		})
	}
}

// A table that comes from the file is not held against it, one that the file does
// not have against nothing; two files make one finding.
func TestSourcesThatSayNothing(t *testing.T) {
	r := printed(1, map[report.ID]string{"disputes.reconsideration.upheld": "1"})
	r.Copies = []report.Copy{{File: 1, Report: r}}
	if got := compareSources(&r); len(got) != 0 {
		t.Errorf("its own table: %+v", got)
	}
	page := printed(0, nil)
	without := printed(1, nil)
	without.Forms = []report.TableForm{{Section: "disputes", Form: "2021"}}
	page.Copies = []report.Copy{{File: 1, Report: without}}
	if got := compareSources(&page); len(got) != 0 {
		t.Errorf("no table: %+v", got)
	}
	page.Copies = []report.Copy{{File: 1, Report: printed(1, nil)}, {File: 2, Report: printed(2, nil)}}
	if got := compareSources(&page); len(got) != 1 || got[0].Status != report.Pass {
		t.Errorf("two files: %+v", got)
	}
}
