package normalize

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// recognisedTable is a grid whose cells optical recognition saw. A cell is
// written "text@confidence"; without one it is as sure as can be, and "@0" is a
// cell that was not recognised.
func recognisedTable(rows ...string) report.Table {
	t := report.Table{Layout: report.Grid}
	for y, row := range rows {
		var cells []report.Cell
		for x, text := range strings.Split(row, "|") {
			text, stated, isStated := strings.Cut(text, "@")
			c := report.Cell{Text: text, Confidence: 99, At: report.Pos{Page: 1, Table: 1, Row: y + 1, Col: x + 1, Box: report.Box{Left: 100 * x, Top: 20 * y, Right: 100*x + 90, Bottom: 20*y + 18}}}
			if isStated {
				_, _ = fmt.Sscan(stated, &c.Confidence)
			}
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func readTables(tables ...report.Table) *report.Report {
	n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
	r := &report.Report{Sections: []report.Section{{ID: "disclosure", Tables: tables}}}
	n.Normalize(r)
	return r
}

func recognised(rows ...string) *report.Report {
	return readTables(recognisedTable(append([]string{"信息内容|本年制发件数|本年废止件数|现行有效件数"}, rows...)...))
}

func TestRecognisedFigures(t *testing.T) {
	for name, c := range map[string]struct {
		cell  string
		want  report.State
		sure  int
		isOCR bool
	}{
		"sure":                        {"12@97", report.Number, 97, true},
		"at the bar":                  {"12@90", report.Number, 90, true},
		"below the bar":               {"12@89", report.Unreadable, 89, true},
		"an unsure dash":              {"-@30", report.Unreadable, 30, true},
		"an unsure word":              {"l2@30", report.Unreadable, 30, true},
		"a sure word":                 {"l2@98", report.Unreadable, 98, true},
		"no ink":                      {"@99", report.Blank, 99, true},
		"no ink, and no confidence":   {"@0", report.Blank, 0, true},
		"maybe ink":                   {"@40", report.Unreadable, 40, true},
		"read among recognised cells": {"12@0", report.Number, 0, false},
	} {
		f := recognised("规章|1|" + c.cell + "|3").Figure("disclosure.regulations.repealed")
		raw, _, _ := strings.Cut(c.cell, "@")
		if f.State != c.want || f.Confidence != c.sure || (f.Source == report.OCR) != c.isOCR || f.Raw != raw || (f.Value != nil) != (c.want == report.Number) {
			t.Errorf("%s: %+v", name, f)
		}
		if c.want == report.Unreadable && c.sure < 90 && (!strings.Contains(f.Note.EN, fmt.Sprintf("%d%%", c.sure)) || !strings.Contains(f.Note.ZH, raw)) {
			t.Errorf("%s: the note does not say what was seen and how surely: %v", name, f.Note)
		}
		if f.At.Box.Left != 200 {
			t.Errorf("%s: place %+v", name, f.At)
		}
	}
}

func TestRefusedRowsAreRecognisedToo(t *testing.T) {
	f := recognised("规章|1@96|2@91").Figure("disclosure.regulations.repealed")
	if f.State != report.Unreadable || f.Source != report.OCR || f.Confidence != 91 {
		t.Errorf("%+v", f)
	}
}

func TestMisreadLabels(t *testing.T) {
	const id = "disclosure.normative.issued"
	for label, want := range map[string]bool{
		"行政规范性文件":         true,
		"行政规范性文伴@60":      true,
		"行政规范性文伴@99":      false, // sure of another word
		"行政规范性文伴@0":       false, // not recognised
		"行政规苑性文伴@60":      false, // two of seven
		"行政规范性\uFFFD件@60": false,
		"上政规范性文件@60":      false, // a character that tells
		"行政规范性文件档@60":     false,
	} {
		f := recognised("规章|1|2|3", label+"|4|5|6").Figure(id)
		if read := f.State == report.Number; read != want {
			t.Errorf("%s: %+v", label, f)
		}
		if seen, _, _ := strings.Cut(label, "@"); f.State == report.Number && seen != "行政规范性文件" && !strings.Contains(f.Note.ZH, seen) {
			t.Errorf("%s: the note does not tell: %v", label, f.Note)
		}
	}
	// A header is matched as well, and what shares its column says so.
	table := recognisedTable("信息内容|本年制发仵数@70|本年废止件数|现行有效件数", "规章|1|2|3")
	r := readTables(table)
	if f := r.Figure("disclosure.regulations.issued"); f.State != report.Number || !strings.Contains(f.Note.ZH, "仵") {
		t.Errorf("%+v", f)
	}
	if f := r.Figure("disclosure.regulations.repealed"); f.State != report.Number || !f.Note.IsZero() {
		t.Errorf("%+v", f)
	}
	if len(r.Notes) != 1 {
		t.Errorf("notes %v", r.Notes)
	}
}

// TestTrace checks that every figure with a cell can say which labels it was
// matched by, and that tracing changes nothing.
func TestTrace(t *testing.T) {
	table := recognisedTable("信息内容|本年制发件数|本年废止件数|现行有效件数", "规章|1|2|3", "行政规范性文件|4|5")
	across := recognisedTable("行政复议|行政诉讼", "", "结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计", "1|2|3|4|10|0|0|0|0|0|0|0|0|0|0")
	across.Rows[0] = []report.Cell{{Text: "行政复议", Cols: 5, Rows: 2}, {Text: "行政诉讼", Cols: 10}}
	across.Rows[1] = []report.Cell{{Text: "未经复议直接起诉", Cols: 5}, {Text: "复议后起诉", Cols: 5}}
	make2 := func(trace func(report.ID, Match)) *report.Report {
		n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords(), Trace: trace}
		r := &report.Report{Sections: []report.Section{{ID: "disclosure", Tables: []report.Table{table}}, {ID: "disputes", Tables: []report.Table{across}}}}
		n.Normalize(r)
		return r
	}
	matches := map[report.ID]Match{}
	traced := make2(func(id report.ID, m Match) { matches[id] = m })
	a, _ := traced.Canonical()
	if b, _ := make2(nil).Canonical(); string(a) != string(b) {
		t.Error("tracing changes the report")
	}
	for _, f := range traced.Figures {
		stands := f.State != report.Absent && f.Note != recognisedWithoutTable
		if _, traced := matches[f.ID]; traced != stands {
			t.Errorf("%s is %s, traced: %v", f.ID, f.State, traced)
		}
	}
	if m := matches["disclosure.regulations.repealed"]; m.Form != "2021" || m.Row.Text != "规章" || m.Row.At.Row != 2 || m.Column.Text != "本年废止件数" || m.Column.At.Col != 3 || len(m.Cells) != 3 || !m.Why.IsZero() {
		t.Errorf("%+v", m)
	}
	if m := matches["disclosure.normative.repealed"]; m.Row.Text != "行政规范性文件" || len(m.Cells) != 2 || m.Why.IsZero() {
		t.Errorf("%+v", m)
	}
	if m := matches["disputes.litigation.corrected"]; m.Row.Text != "未经复议直接起诉" || m.Column.Text != "结果纠正" || m.Column.At.Col != 7 {
		t.Errorf("%+v", m)
	}
}
