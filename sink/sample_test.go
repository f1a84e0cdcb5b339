package sink

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// open opens a new store that ends with the test.
func open(t testing.TB) *Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "gongkai.db"), schemas.Embedded())
}

func reopen(t testing.TB, path string, set *schemas.Set) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func decimal(s string) *report.Decimal {
	d, err := report.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

var (
	sampleSet     = schemas.Embedded()
	sampleForm    = sampleSet.Form("2019")
	sampleFigures = sampleForm.Figures()
	sampleChecks  = sampleForm.Checks()[:40]
)

// sample makes the n-th report of a kind that stands for real ones: a 2019 form
// in HTML with every figure, six sections of text, and forty findings.
func sample(n int) Entry {
	r := &report.Report{
		Office: fmt.Sprintf("江苏省第%d市人民政府", n%977), Year: 2019 + n/977%6,
		Title:     fmt.Sprintf("江苏省第%d市人民政府2019年政府信息公开工作年度报告", n%977),
		Published: fmt.Sprintf("2020-01-%02d", 1+n%28),
		Source: report.Source{
			Name: fmt.Sprintf("https://www.example.gov.cn/xxgk/2020/%d/index.html", n), MediaType: "text/html",
			Charset: "utf-8", Size: int64(48000 + n), SHA256: hashOf(fmt.Sprint("sample ", n)),
		},
		Notes: []report.Text{{ZH: "第一个标题之前有文字", EN: "there is text before the first heading"}},
	}
	for i, s := range sampleForm.Sections {
		section := report.Section{ID: s.ID, Title: s.Label, Text: prose(n, i), At: report.Pos{Line: 10 * (i + 1)}}
		if len(s.Blocks) > 0 {
			r.Forms = append(r.Forms, report.TableForm{Section: s.ID, Form: sampleForm.ID, Found: true})
			section.Tables = append(section.Tables, sampleTable(n, i, s))
		}
		r.Sections = append(r.Sections, section)
	}
	for i, f := range sampleFigures {
		r.Figures = append(r.Figures, sampleFigure(n, i, f))
	}
	return Entry{r, sampleFindings(n, r)}
}

// prose is about 3 KB over the six sections.
func prose(n, i int) string {
	sentence := fmt.Sprintf("第%d号报告的第%d部分：主动公开政府信息%d条，及时回应社会关切。", n, i, n*7%1000)
	return strings.Repeat(sentence, 6)
}

func sampleTable(n, i int, s *schemas.Section) report.Table {
	table := report.Table{Layout: report.Grid, At: report.Pos{Table: i}}
	for y, b := range s.Blocks {
		for x, row := range b.Rows {
			at := report.Pos{Table: i, Row: y*10 + x + 1, Col: 1}
			cells := []report.Cell{{Text: row.Leaf(), At: at}}
			for range b.Columns {
				at.Col++
				cells = append(cells, report.Cell{Text: fmt.Sprint(n % (at.Row + 5) * at.Col), At: at})
			}
			table.Rows = append(table.Rows, cells)
		}
	}
	return table
}

func sampleFigure(n, i int, f schemas.Figure) report.Figure {
	at := report.Pos{Table: 1 + i/60, Row: 1 + i/7, Col: 2 + i%7}
	figure := report.Figure{ID: f.ID, Unit: f.Unit, At: at}
	switch {
	case f.Unit == schemas.Money:
		figure.State, figure.Value, figure.Raw = report.Number, decimal("384410.94"), "38.441094"
		figure.Printed, figure.UnitFrom = "万元", "header"
	case i%29 == 3:
		figure.State, figure.Raw = report.NotApplicable, "/"
	case i%31 == 4:
		figure.State = report.Blank
	case i%97 == 5:
		figure.State, figure.Raw = report.Unreadable, "8O4"
		figure.Note = report.Text{ZH: "不是数字", EN: "this is no number"}
	default:
		figure.State, figure.Value = report.Number, report.NewDecimal(int64(n*31%977+i))
		figure.Raw = figure.Value.String()
	}
	return figure
}

func sampleFindings(n int, r *report.Report) []report.Finding {
	figures := map[report.ID]report.Figure{}
	for _, f := range r.Figures {
		figures[f.ID] = f
	}
	var findings []report.Finding
	for i, check := range sampleChecks {
		f := report.Finding{Rule: check.ID, Status: []report.Status{report.Pass, report.Pass, report.NotAssessable, report.Pass, report.Fail}[(n+i)%5], Operands: []report.Operand{}}
		for _, id := range check.Operands() {
			f.Operands = append(f.Operands, report.Operand{ID: id, State: figures[id].State, Value: figures[id].Value, At: figures[id].At})
		}
		if f.Status != report.NotAssessable {
			f.Left, f.Right, f.Difference = decimal("12"), decimal("13.50"), decimal("-1.50")
		}
		if f.Status != report.Pass {
			f.Message = report.Text{ZH: check.ID + "：左边12，右边13.50，相差-1.50", EN: check.ID + " is not met: 12 against 13.50, difference -1.50"}
		}
		findings = append(findings, f)
	}
	return findings
}

func samples(from, to int) []Entry {
	entries := make([]Entry, 0, to-from)
	for n := from; n < to; n++ {
		entries = append(entries, sample(n))
	}
	return entries
}
