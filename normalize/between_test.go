package normalize

import (
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// TestLabelBetween misreads the label of a row between two others: it is read
// only if recognition is not sure of it and hardly any character is wrong.
func TestLabelBetween(t *testing.T) {
	for label, c := range map[string]struct {
		confidence int
		want       report.State
	}{
		"2.重复申请":  {95, report.Number},
		"2.重复由请":  {40, report.Number},
		"《重复申清":   {40, report.Number},
		"2.撤回申请":  {40, report.Absent},
		"2.重复申报":  {97, report.Absent}, // recognition is sure that it says something else
		"2.信访申请":  {40, report.Absent},
		"其他":      {40, report.Absent},
		"2，重复申请?": {40, report.Number},
	} {
		table := report.Table{Layout: report.Grid}
		for i, text := range []string{"（本列数据的勾稽关系）|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计", "1.信访举报投诉类申请|0|0|0|0|0|0|0", label + "|9|0|0|0|0|0|9", "3.要求提供公开出版物|0|0|0|0|0|0|0", "4.无正当理由大量反复申请|0|0|0|0|0|0|0"} {
			var cells []report.Cell
			for j, cell := range strings.Split(text, "|") {
				confidence := 98
				if i == 2 && j == 0 {
					confidence = c.confidence
				}
				cells = append(cells, report.Cell{Text: cell, Confidence: confidence, At: report.Pos{Page: 1, Row: i + 1, Col: j + 1}})
			}
			table.Rows = append(table.Rows, cells)
		}
		r := &report.Report{Sections: []report.Section{{ID: "requests", Tables: []report.Table{table}}}}
		n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
		n.Normalize(r)
		if f := r.Figure("requests.unprocessed_repeat.natural"); f.State != c.want {
			t.Errorf("%q with %d %%: %s, want %s (%s)", label, c.confidence, f.State, c.want, f.Note.EN)
		}
	}
}
