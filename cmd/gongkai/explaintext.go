package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/report"
)

func (a *app) printExplanations(explanations []*explanation, format string) error {
	switch {
	case format == "json":
		out := json.NewEncoder(a.out)
		out.SetEscapeHTML(false)
		for _, e := range explanations {
			if err := out.Encode(e); err != nil {
				return err
			}
		}
		return nil
	case len(explanations) > 1:
		return a.listExplanations(explanations)
	}
	return explanations[0].write(bufio.NewWriter(a.out))
}

// listExplanations shows what fits a query, a line each.
func (a *app) listExplanations(explanations []*explanation) error {
	t := table{right: map[int]bool{2: true}}
	t.add(bilingual("figure"), bilingual("state"), bilingual("value"), bilingual("label"))
	for _, e := range explanations {
		t.add(string(e.Figure.ID), e.Figure.State.String(), shownValue(e.Figure), e.short)
	}
	if err := t.write(a.out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "%d figures fit; name one to have it explained.\n", len(explanations))
	return err
}

// write prints the explanation for people.
func (e *explanation) write(out *bufio.Writer) error {
	fmt.Fprintf(out, "%s\n  %s\n  %s\n\n", e.Figure.ID, printable(e.Label), printable(e.EN))
	var facts table
	for _, n := range e.filesShown() {
		facts.add(fmt.Sprintf("  attached 附件 %d", n), clipText(e.attached[n-1].Name, 2*maxText))
	}
	add := func(name, value string) {
		if value != "" {
			facts.add("  "+name, value)
		}
	}
	f := &e.Figure
	add("state 状态", f.State.String()+" "+stateWord[f.State])
	add("value 数值", e.valueText())
	add("note 说明", f.Note.ZH)
	add("", f.Note.EN)
	if e.Seen == nil {
		add("raw 原文", strconv.Quote(printable(f.Raw)))
	}
	add("place 位置", e.place(f.At))
	if f.Source == report.OCR {
		add("source 来源", e.sourceText())
	}
	if e.Seen == nil {
		add("row label 行标签", e.labelText(e.Row))
		add("column label 列标签", e.labelText(e.Column))
		add("cells of the row 本行单元格", e.cellTexts())
	}
	add("form 表式", e.Form)
	add("document 文件", strings.TrimSpace(fmt.Sprintf("%s (%s) %s %s", e.File, e.MediaType, e.Office, yearText(e.Year))))
	if err := facts.write(out); err != nil {
		return err
	}
	if e.Seen != nil {
		if err := e.writeAbsence(out); err != nil {
			return err
		}
	}
	if err := e.writeRules(out); err != nil {
		return err
	}
	return out.Flush()
}

// filesShown are the numbers of the attached files that places of the explanation
// are in.
func (e *explanation) filesShown() (numbers []int) {
	places := []report.Pos{e.Figure.At}
	for _, label := range []*printedLabel{e.Row, e.Column} {
		if label != nil {
			places = append(places, label.At)
		}
	}
	if e.Seen != nil {
		for _, t := range e.Seen.Tables {
			places = append(places, t.At)
		}
		for _, row := range e.Seen.Rows {
			places = append(places, row.At)
		}
	}
	for _, at := range places {
		if at.File > 0 && at.File <= len(e.attached) && !slices.Contains(numbers, at.File) {
			numbers = append(numbers, at.File)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// stateWord is each state in Chinese.
var stateWord = map[report.State]string{
	report.Absent: "无此项", report.Blank: "空白", report.NotApplicable: "不适用", report.Unreadable: "无法读取", report.Number: "数字",
}

func (e *explanation) valueText() string {
	f := &e.Figure
	if f.Number() == nil {
		return ""
	}
	text := f.Number().String() + " " + f.Unit
	if f.Printed != "" {
		text += fmt.Sprintf(" (printed unit 印出单位: %s, from the %s)", f.Printed, f.UnitFrom)
	}
	return text
}

func (e *explanation) sourceText() string {
	text := "recognised in a picture 图片识别"
	if e.Figure.Confidence > 0 {
		text += fmt.Sprintf(", confidence 把握 %d%%", e.Figure.Confidence)
	}
	return text
}

func (e *explanation) labelText(l *printedLabel) string {
	if l == nil {
		return "none seen 未见"
	}
	return fmt.Sprintf("%s  [%s]", strconv.Quote(printable(l.Text)), e.place(l.At))
}

// maxShown bounds the cells and rows that are listed, maxText what each says.
const (
	maxShown = 40
	maxText  = 30
)

func (e *explanation) cellTexts() string {
	var texts []string
	for i, c := range e.Cells {
		if i == maxShown {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Cells)-maxShown))
			break
		}
		text := clipText(c.Text, maxText)
		if c.At == e.Figure.At {
			text = "→" + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " | ")
}

// writeAbsence tells what was looked for and what the section holds.
func (e *explanation) writeAbsence(out *bufio.Writer) error {
	fmt.Fprintf(out, "\nlooked for 查找的标签\n")
	var sought table
	sought.add("  row 行", strings.Join(e.Sought.Row, " / "))
	sought.add("  column 列", strings.Join(e.Sought.Column, " / "))
	if err := sought.write(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nfound instead 实际所见\n")
	if e.Seen.Heading == "" {
		fmt.Fprintf(out, "  no heading of this section 未见本部分标题\n")
	} else {
		fmt.Fprintf(out, "  below the heading 标题之下 %s: %s 张表\n", strconv.Quote(printable(e.Seen.Heading)), counted(len(e.Seen.Tables), "table", "tables"))
	}
	var seen table
	for _, t := range e.Seen.Tables {
		seen.add("    "+e.place(t.At), string(t.Layout), counted(t.Rows, "row", "rows")+" 行", clipText(t.Caption, maxText))
	}
	if err := seen.write(out); err != nil {
		return err
	}
	return e.writeRows(out)
}

func (e *explanation) writeRows(out *bufio.Writer) error {
	fmt.Fprintf(out, "  rows of the form that were found 找到的表式行: %d\n", len(e.Seen.Rows))
	var rows table
	for i, row := range e.Seen.Rows {
		if i == maxShown {
			rows.add(fmt.Sprintf("    and %d more", len(e.Seen.Rows)-maxShown))
			break
		}
		rows.add("    "+e.place(row.At), clipText(row.Text, maxText))
	}
	if err := rows.write(out); err != nil {
		return err
	}
	for _, note := range e.Seen.Notes {
		fmt.Fprintf(out, "  note 说明: %s\n", printable(note.String()))
	}
	return nil
}

func (e *explanation) writeRules(out *bufio.Writer) error {
	if len(e.Rules) == 0 {
		_, err := fmt.Fprintf(out, "\nno rule takes this figure 无涉及本项的勾稽关系\n")
		return err
	}
	fmt.Fprintf(out, "\nrules 勾稽关系\n")
	for _, r := range e.Rules {
		fmt.Fprintf(out, "  %s\n    %s\n", strings.TrimSpace(fmt.Sprintf("%s  %s  %s", r.Rule, r.Status, sidesText(&r.Finding))), r.Formula)
		if !r.Message.IsZero() {
			fmt.Fprintf(out, "    %s\n    %s\n", printable(r.Message.ZH), printable(r.Message.EN))
		}
	}
	return nil
}

// sidesText is what both sides of a rule come to: "65 = 65".
func sidesText(f *report.Finding) string {
	switch {
	case f.Left == nil:
		return ""
	case f.Status == report.Pass:
		return decimal(f.Left) + " = " + decimal(f.Right)
	}
	return fmt.Sprintf("%s ≠ %s, difference 差 %s", decimal(f.Left), decimal(f.Right), decimal(f.Difference))
}
