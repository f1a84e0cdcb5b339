package main

import (
	"bufio"
	"strings"
	"testing"

	"gongkai/report"
)

// TestPlaces checks that a place is told in the words of its medium.
func TestPlaces(t *testing.T) {
	box := report.Box{Left: 72, Top: 310, Right: 120, Bottom: 322}
	const excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	for _, c := range []struct {
		mediaType string
		at        report.Pos
		want      string
	}{
		{"text/html", report.Pos{Table: 3, Row: 4, Col: 8}, "table 表 3, row 行 4, cell 格 8"},
		{"text/html", report.Pos{File: 2, Table: 3, Row: 4, Col: 8}, "attached 附件 2, table 表 3, row 行 4, cell 格 8"},
		{"text/plain", report.Pos{Line: 12, Col: 5}, "line 行 12, character 字 5"},
		{"application/pdf", report.Pos{Page: 2, Table: 1, Row: 4, Col: 8, Box: box}, "page 页 2, table 表 1, row 行 4, cell 格 8, box 位于 72,310,120,322 points 点"},
		{"image/png", report.Pos{Page: 1, Table: 1, Row: 4, Col: 8, Box: box}, "picture 图片 1, table 表 1, row 行 4, cell 格 8, box 位于 72,310,120,322 pixels 像素"},
		{"text/html", report.Pos{Page: 2, Table: 1, Row: 4, Col: 8, Box: box}, "picture 图片 2, table 表 1, row 行 4, cell 格 8, box 位于 72,310,120,322 pixels 像素"},
		{excel, report.Pos{Page: 1, Table: 1, Row: 4, Col: 8, Box: box}, "picture 图片 1, table 表 1, row 行 4, cell 格 8, box 位于 72,310,120,322 pixels 像素"},
		{"application/zip", report.Pos{Page: 2, Row: 4, Col: 8}, "page, sheet or picture 页、工作表或图片 2, row 行 4, cell 格 8"},
		{"text/html", report.Pos{File: 1, Page: 1, Table: 1, Row: 4, Col: 8, Box: box}, "attached 附件 1, page 页 1, table 表 1, row 行 4, cell 格 8, box 位于 72,310,120,322 points 点"},
		{excel, report.Pos{Page: 2, Row: 4, Col: 8}, "sheet 工作表 2, cell 单元格 H4"},
		{excel, report.Pos{Page: 1, Table: 1, Row: 40, Col: 28}, "sheet 工作表 1, cell 单元格 AB40"},
		{"text/html", report.Pos{File: 3, Page: 1, Table: 1, Row: 3, Col: 26}, "attached 附件 3, sheet 工作表 1, cell 单元格 Z3"},
		{"text/html", report.Pos{}, ""},
	} {
		e := explanation{MediaType: c.mediaType, attached: []report.Source{{Name: "./a.pdf", MediaType: "application/pdf"}, {Name: "./b.html", MediaType: "text/html"}, {Name: "./c.xlsx", MediaType: excel}}}
		if got := e.place(c.at); got != c.want {
			t.Errorf("%+v in %s: %q, want %q", c.at, c.mediaType, got, c.want)
		}
	}
}

// TestExplainRecognised checks that a figure from a picture says so, and that
// nothing from a page reaches the terminal as a command.
func TestExplainRecognised(t *testing.T) {
	e := explanation{
		File: "a\x1b[2J.png", MediaType: "image/png",
		Figure: report.Figure{
			ID: "requests.received.total", State: report.Unreadable, Raw: "6\x1b[31m", Source: report.OCR, Confidence: 61,
			Note: report.Text{ZH: "图片识别为“6\x1b[31m”", EN: "recognised as \u202e6"},
			At:   report.Pos{Page: 1, Table: 1, Row: 2, Col: 3, Box: report.Box{Left: 1, Top: 2, Right: 3, Bottom: 4}},
		},
		Row:   &printedLabel{Text: "本年\x1b]0;x\x07新收"},
		Cells: []report.Cell{{Text: "6\x1b[31m"}},
		Rules: []ruleOutcome{{Formula: "a = b", Finding: report.Finding{Rule: "a.b.c", Status: report.Fail, Message: report.Text{ZH: "\x1b", EN: "\x1b"}}}},
	}
	var out strings.Builder
	if err := e.write(bufio.NewWriter(&out)); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x07\u202e") {
		t.Errorf("a terminal would obey this: %q", out.String())
	}
	for _, want := range []string{"recognised in a picture 图片识别, confidence 把握 61%", "box 位于 1,2,3,4 pixels 像素", "unreadable 无法读取"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
