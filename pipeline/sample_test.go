package pipeline

import (
	"fmt"

	"gongkai/report"
)

// sampleReport has the size of a real one: three tables of 450 cells, six
// sections of prose and 198 figures, about 40 KB of JSON.
func sampleReport(source report.Source) *report.Report {
	r := &report.Report{
		Office: "某某市人民政府办公室", Year: 2021, Title: "某某市人民政府办公室2021年政府信息公开工作年度报告",
		Published: "2022-01-28", Source: source, Notes: []report.Text{},
		Forms: []report.TableForm{{Section: "disclosure", Form: "2021", Found: true}},
	}
	for i := range 6 {
		section := report.Section{ID: fmt.Sprintf("section%d", i), Title: "二、主动公开政府信息情况", At: report.Pos{Line: i + 1}, Tables: []report.Table{}}
		for range 4 {
			section.Text += "全年主动公开政府信息，依法依规做好依申请公开工作，不断完善工作机制。"
		}
		if i < 3 {
			section.Tables = append(section.Tables, sampleTable(i+1, 15, 10))
		}
		r.Sections = append(r.Sections, section)
	}
	for i := range 198 {
		r.Figures = append(r.Figures, report.Figure{
			ID: report.ID(fmt.Sprintf("requests.row%d.natural", i)), State: report.Number, Value: report.NewDecimal(int64(i)),
			Unit: "requests", Raw: fmt.Sprint(i), At: report.Pos{Table: 2, Row: i/7 + 1, Col: i%7 + 1},
		})
	}
	return r
}

func sampleTable(number, rows, cols int) report.Table {
	table := report.Table{Layout: report.Grid, At: report.Pos{Table: number}}
	for row := range rows {
		cells := make([]report.Cell, cols)
		for col := range cells {
			cells[col] = report.Cell{Text: fmt.Sprint(row * col), At: report.Pos{Table: number, Row: row + 1, Col: col + 1}}
		}
		cells[0].Text = "（三）不予公开：其他法律行政法规禁止公开"
		table.Rows = append(table.Rows, cells)
	}
	return table
}
