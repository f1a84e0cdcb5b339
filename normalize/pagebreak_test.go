package normalize

import (
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// row makes the cells of a grid's row.
func row(page int, texts ...string) []report.Cell {
	cells := make([]report.Cell, len(texts))
	for i, text := range texts {
		cells[i] = report.Cell{Text: text, At: report.Pos{Page: page, Box: report.Box{Right: 1}}}
	}
	return cells
}

// TestPageBreaks cuts one row of the requests table at a page's end in every
// way: it must read as printed.
func TestPageBreaks(t *testing.T) {
	header := row(1, "（本列数据的勾稽关系）", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
	one := row(1, "一、本年新收政府信息公开申请数量", "1", "0", "0", "0", "0", "0", "1")
	after := row(2, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "7", "0", "0", "0", "0", "0", "7")
	const label = "2.其他法律行政法规禁止公开"
	values := []string{"5", "0", "0", "0", "0", "0", "5"}
	none := make([]string, 7)
	runes := []rune(label)
	for cut := 0; cut <= len(runes); cut++ {
		for _, below := range []bool{false, true} {
			up, down := values, none
			if below {
				up, down = none, values
			}
			r := &report.Report{Sections: []report.Section{{ID: "requests", Tables: []report.Table{
				{Layout: report.Grid, Rows: [][]report.Cell{header, one, row(1, append([]string{string(runes[:cut])}, up...)...)}},
				{Layout: report.Grid, Rows: [][]report.Cell{row(2, append([]string{string(runes[cut:])}, down...)...), after}},
			}}}}
			n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
			n.Normalize(r)
			if f := r.Figure("requests.refused_law.natural"); f.State != report.Number || f.Value.String() != "5" {
				t.Errorf("cut after %q, values below %v: read %s %v (%s)", string(runes[:cut]), below, f.State, f.Value, f.Note.EN)
			}
			if g := r.Figure("requests.partial.natural"); g.State != report.Number || g.Value.String() != "7" {
				t.Errorf("cut after %q: the row below reads %s", string(runes[:cut]), g.State)
			}
		}
	}
}

// TestDashAtPageBreak ends a page with a dash and begins the next with a header:
// they are no pieces of one label.
func TestDashAtPageBreak(t *testing.T) {
	r := &report.Report{Sections: []report.Section{{ID: "disclosure", Tables: []report.Table{
		{Layout: report.Grid, Rows: [][]report.Cell{row(1, "第二十条第（八）项"), row(1, "信息内容", "本年收费金额（单位：万元）"), row(1, "行政事业性收费", "-")}},
	}}, {ID: "requests", Tables: []report.Table{
		{Layout: report.Grid, Rows: [][]report.Cell{row(2, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况")}},
	}}}}
	n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
	n.Normalize(r)
	if f := r.Figure("disclosure.fees.amount"); f.State != report.NotApplicable {
		t.Errorf("%s %q: %s", f.State, f.Raw, f.Note.EN)
	}
}
