package normalize_test

import (
	"context"
	"strings"
	"testing"

	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/report"
)

const (
	disclosureTable = `<p>二、主动公开政府信息情况</p><table><tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>行政规范性文件</td><td>6</td><td>9</td><td>N</td></tr></table>`
	disputesTable = `<p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p><table>
<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>
<tr><td rowspan=2>结果维持</td><td rowspan=2>结果纠正</td><td rowspan=2>其他结果</td><td rowspan=2>尚未审结</td><td rowspan=2>总计</td><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>
<tr><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td></tr>
<tr><td>1</td><td>2</td><td>3</td><td>4</td><td>10</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td></tr></table>`
)

func titled(title, body string) string {
	return "<h1>" + title + "政府信息公开工作年度报告</h1>" + body
}

// readPage reads a page with files named a.html, b.html, ...
func readPage(t *testing.T, page string, files ...string) *report.Report {
	t.Helper()
	var attached []parser.File
	for i, f := range files {
		attached = append(attached, parser.File{Name: string(rune('a'+i)) + ".html", Data: []byte(f)})
	}
	r := newReader()
	read, err := r.Parse(context.Background(), report.Source{Name: "page"}, []byte(page), attached...)
	if err != nil {
		t.Fatal(err)
	}
	r.Normalize(read)
	return read
}

func noted(r *report.Report, words string) bool {
	for _, n := range r.Notes {
		if strings.Contains(n.EN, words) {
			return true
		}
	}
	return false
}

// A page that only announces the report takes all of it from the file, and gives
// it what the file does not say.
func TestReportInAFile(t *testing.T) {
	r := readPage(t, titled("红山镇2022年", "<p>发布日期：2023-01-05</p>"), "<p>通知</p>", disclosureTable+disputesTable)
	f := r.Figure("disclosure.normative.issued")
	if r.Office != "红山镇" || r.Year != 2022 || r.Published != "2023-01-05" || f.Number() == nil || f.At != (report.Pos{File: 2, Table: 1, Row: 3, Col: 2}) {
		t.Errorf("%s %d %s: %+v", r.Office, r.Year, r.Published, f)
	}
	if len(r.Copies) != 0 || !noted(r, "read from attached file 2") || !noted(r, `"a.html" is no yearly report`) {
		t.Errorf("%d copies, notes %v", len(r.Copies), r.Notes)
	}
}

// Of several files the one for the page's year is the report.
func TestReportOfTheYear(t *testing.T) {
	r := readPage(t, titled("红山镇2022年", ""), titled("红山镇2021年", disclosureTable+disputesTable), titled("红山镇2022年", disclosureTable))
	if at := r.Figure("disclosure.normative.issued").At; r.Year != 2022 || at.File != 2 {
		t.Errorf("%d, %+v", r.Year, at)
	}
	if len(r.Copies) != 0 || !noted(r, "is another report (红山镇 2021)") {
		t.Errorf("%d copies, notes %v", len(r.Copies), r.Notes)
	}
	r = readPage(t, titled("红山镇2022年", ""), titled("红山镇2021年", disclosureTable))
	if r.Year != 2021 || !noted(r, "differ; the file's is taken") {
		t.Errorf("%d, notes %v", r.Year, r.Notes)
	}
}

// A page that lacks one table takes that one; its own figures stand.
func TestTableInAFile(t *testing.T) {
	r := readPage(t, titled("红山镇2022年", strings.Replace(disclosureTable, "N", "41", 1)), titled("青禾区红山镇2022年", strings.Replace(disclosureTable, "N", "38", 1)+disputesTable))
	if f := r.Figure("disclosure.normative.in_force"); f.Raw != "41" || f.At.File != 0 {
		t.Errorf("%+v", f)
	}
	if f := r.Figure("disputes.reconsideration.pending"); f.Number() == nil || f.Raw != "4" || f.At.File != 1 {
		t.Errorf("%+v", f)
	}
	if len(r.Copies) != 1 || !noted(r, "no table disputes; its figures were read from attached file 1 (a.html)") {
		t.Errorf("%d copies, notes %v", len(r.Copies), r.Notes)
	}
	seen := map[report.ID]bool{}
	for _, f := range r.Figures {
		if seen[f.ID] {
			t.Errorf("%s stands twice", f.ID)
		}
		seen[f.ID] = true
	}
	if len(seen) < 198 {
		t.Errorf("%d figures", len(seen))
	}
}

// Another office's report is none of the page's business.
func TestReportOfAnotherOffice(t *testing.T) {
	r := readPage(t, titled("红山镇2022年", disclosureTable), titled("白鹿镇2022年", disclosureTable+disputesTable))
	if f := r.Figure("disputes.reconsideration.pending"); f.State != report.Absent || len(r.Copies) != 0 || !noted(r, "is another report") {
		t.Errorf("%+v, notes %v", f, r.Notes)
	}
}

// Where a page and its file both print a figure, its trace is of the page.
func TestTraceIsOfThePage(t *testing.T) {
	r := newReader()
	traced := map[report.ID]normalize.Match{}
	r.Normalizer.Trace = func(id report.ID, m normalize.Match) { traced[id] = m }
	file := parser.File{Name: "a.html", Data: []byte(disclosureTable + disputesTable)}
	read, err := r.Parse(context.Background(), report.Source{Name: "page"}, []byte(titled("红山镇2022年", disclosureTable)), file, file)
	if err != nil {
		t.Fatal(err)
	}
	r.Normalize(read)
	for id, want := range map[report.ID]int{"disclosure.normative.issued": 0, "disputes.reconsideration.pending": 1} {
		if f := read.Figure(id); f.At.File != want || traced[id].Row.At.File != want || traced[id].Cells[0].At.File != want {
			t.Errorf("%s: %+v, traced %+v", id, f.At, traced[id])
		}
	}
}
