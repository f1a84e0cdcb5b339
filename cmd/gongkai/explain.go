package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/report"
	"gongkai/schemas"
)

func (a *app) explainCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "explain FILE FIGURE",
		Short: "Tell where a figure stands and why it was read so 说明一个数据的来历",
		Long: `Explain reads one report and tells everything about one figure: its label in the
form, its value and unit, its state and the reason, the cell as printed and its
place, the labels of row and column that it was matched by and theirs, how sure
optical recognition was, and the rules that it takes part in with their outcome.
Of a figure that the page does not have it tells what was looked for and what was
found instead.

FIGURE is an id (gongkai schema lists them), a pattern of ids, a part of an id, or
words of the label in Chinese or English. Where several figures fit they are
listed with their states; in json all of them are explained, one a line.

A place is counted from 1: table, row and cell of a page or a Word document, line
and character of a text, page and box (left,top,right,bottom, in points) of a PDF,
box in pixels of a picture, sheet and address of a workbook. "-" reads standard input.

The exit code is 0 if all figures that fit were read (a number, blank, or not
applicable), 1 if one is unreadable or absent, 2 if the report could not be read or
no figure fits.`,
		Example: `  gongkai explain report.html requests.received.total
  gongkai explain report.html 'requests.received.*'
  gongkai explain report.html '本年新收 总计'
  gongkai explain --format json testdata/reports/heshui-2021-broken.html requests.received.natural`,
		Args: cobra.ExactArgs(2),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.completeFigures(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explain(cmd.Context(), args[0], args[1], format)
		},
	}
	formatFlag(cmd, &format, "text", "json")
	return cmd
}

// explanation is all that is known about a figure of a report.
type explanation struct {
	File      string        `json:"file"`
	MediaType string        `json:"media_type"`
	Office    string        `json:"office"`
	Year      int           `json:"year"`
	Figure    report.Figure `json:"figure"`
	Label     string        `json:"label"`
	EN        string        `json:"en"`
	Form      string        `json:"form"`
	// Row and Column are the labels that the figure was matched by; nil if none
	// was.
	Row    *printedLabel `json:"row"`
	Column *printedLabel `json:"column"`
	// Cells are those behind the row's label; the figure's own is one of them.
	Cells []report.Cell `json:"cells"`
	// Sought and Seen are set if the figure is absent: the labels that were looked
	// for, and what its section holds.
	Sought *soughtLabels `json:"sought,omitempty"`
	Seen   *seenInstead  `json:"seen,omitempty"`
	// Rules are the relations that the figure takes part in.
	Rules []ruleOutcome `json:"rules"`

	attached []report.Source
}

type printedLabel struct {
	Text string     `json:"text"`
	At   report.Pos `json:"at,omitzero"`
}

type soughtLabels struct {
	Row    []string `json:"row"`
	Column []string `json:"column"`
}

type seenInstead struct {
	// Heading is the heading of the figure's section, "" if the page has none.
	Heading string `json:"heading"`
	// Tables are the tables below it.
	Tables []seenTable `json:"tables"`
	// Rows are the rows of the section's form that were found anywhere.
	Rows []printedLabel `json:"rows"`
	// Notes are the oddities of the page.
	Notes []report.Text `json:"notes"`
}

type seenTable struct {
	Layout  report.Layout `json:"layout"`
	Rows    int           `json:"rows"`
	Caption string        `json:"caption"`
	At      report.Pos    `json:"at,omitzero"`
}

type ruleOutcome struct {
	Formula string `json:"formula"`
	report.Finding
}

// traced is a report with what every figure was matched by.
type traced struct {
	*report.Report
	matches  map[report.ID]normalize.Match
	rows     map[string][]printedLabel // the rows that were found, by section
	findings []report.Finding
}

// readTraced reads a file and notes what each figure was matched by.
func (a *app) readTraced(ctx context.Context, name string) (*traced, error) {
	t := &traced{matches: map[report.ID]normalize.Match{}, rows: map[string][]printedLabel{}}
	normalizer := *a.normalizer
	normalizer.Trace = func(id report.ID, m normalize.Match) {
		t.matches[id] = m
		section, _, _ := strings.Cut(string(id), ".")
		row := printedLabel(m.Row)
		if row.Text != "" && !slices.Contains(t.rows[section], row) {
			t.rows[section] = append(t.rows[section], row)
		}
	}
	tracing := *a
	tracing.normalizer = &normalizer
	err := tracing.eachReport(ctx, []string{name}, func(r *report.Report) error {
		if t.Report != nil {
			return fmt.Errorf("explain %s: it holds several reports; unpack it and name one", name)
		}
		t.Report = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.findings = a.auditor.Check(t.Report)
	return t, nil
}

func (a *app) explain(ctx context.Context, name, query, format string) error {
	read, err := a.readTraced(ctx, name)
	if err != nil {
		return err
	}
	specs, err := a.matchingFigures(read, query)
	if err != nil {
		return err
	}
	explanations := make([]*explanation, len(specs))
	wasRead := true
	for i := range specs {
		explanations[i] = a.explanation(read, &specs[i])
		state := explanations[i].Figure.State
		wasRead = wasRead && state != report.Unreadable && state != report.Absent
	}
	if err := a.printExplanations(explanations, format); err != nil {
		return err
	}
	if !wasRead {
		return errFindings
	}
	return nil
}

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
	t.add("figure 数据项", "state 状态", "value 数值", "label 名称")
	for _, e := range explanations {
		t.add(string(e.Figure.ID), e.Figure.State.String(), shownValue(e.Figure), e.Label)
	}
	if err := t.write(a.out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "%d figures fit; name one to have it explained.\n", len(explanations))
	return err
}

// matchingFigures finds the figures of the report's forms that a query means: an
// id, a pattern, the beginning or a part of an id, or words of the label. The first
// of these ways that finds any is taken.
func (a *app) matchingFigures(read *traced, query string) ([]schemas.Figure, error) {
	var inUse []schemas.Figure
	for _, used := range read.Forms {
		if section := a.forms.Form(used.Form).Section(used.Section); section != nil {
			inUse = append(inUse, section.Figures()...)
		}
	}
	folded := strings.ToLower(query)
	words := strings.Fields(folded)
	for i, word := range words {
		words[i] = lettersOf(word)
	}
	for _, fits := range []func(f *schemas.Figure) bool{
		func(f *schemas.Figure) bool { return string(f.ID) == folded },
		func(f *schemas.Figure) bool { ok, _ := path.Match(folded, string(f.ID)); return ok },
		func(f *schemas.Figure) bool { return lettersOf(f.Label()) == strings.Join(words, "") },
		func(f *schemas.Figure) bool { return strings.HasPrefix(string(f.ID), folded) },
		func(f *schemas.Figure) bool { return strings.Contains(string(f.ID), folded) },
		func(f *schemas.Figure) bool { return holdsAll(lettersOf(f.Label()), words) },
		func(f *schemas.Figure) bool { return holdsAll(lettersOf(strings.ToLower(f.EN())), words) },
	} {
		var found []schemas.Figure
		for i := range inUse {
			if fits(&inUse[i]) {
				found = append(found, inUse[i])
			}
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, a.noSuchFigure(read, query, inUse)
}

// lettersOf is a text without spaces, marks and brackets.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r = schemas.Plain(r); r == 0 || r <= ' ' || strings.ContainsRune(`、，。：；×>《》“”()[]{}<,.:;-_*"'`, r) {
			return -1
		}
		return r
	}, s)
}

func holdsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return len(words) > 0
}

// noSuchFigure says why a query fits no figure, and suggests the nearest.
func (a *app) noSuchFigure(read *traced, query string, inUse []schemas.Figure) error {
	for _, form := range a.forms.Forms {
		for _, f := range form.Figures() {
			if string(f.ID) == query {
				return fmt.Errorf("figure %q is in the %s form, and %s was read with another", query, form.ID, read.Source.Name)
			}
		}
	}
	return fmt.Errorf("figure %q is in no form that %s was read with; gongkai schema lists all; the nearest are %s",
		query, read.Source.Name, strings.Join(nearest(query, inUse), ", "))
}

// nearest are the ids with the fewest letters different from a wrong one.
func nearest(wrong string, figures []schemas.Figure) []string {
	const most = 3
	ids := make([]string, len(figures))
	distance := map[string]int{}
	for i := range figures {
		ids[i] = string(figures[i].ID)
		distance[ids[i]] = editDistance(wrong, ids[i])
	}
	slices.SortStableFunc(ids, func(x, y string) int { return distance[x] - distance[y] })
	return ids[:min(most, len(ids))]
}

// editDistance is how many bytes must be changed, added or dropped to make b of a;
// of a long text only the beginning counts.
func editDistance(a, b string) int {
	const most = 100
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := above
			if a[i] != b[j] {
				change++
			}
			above = row[j+1]
			row[j+1] = min(change, row[j]+1, above+1)
		}
	}
	return row[len(b)]
}

// explanation gathers what is known about a figure.
func (a *app) explanation(read *traced, spec *schemas.Figure) *explanation {
	e := &explanation{
		attached: read.Source.Attached,
		File:     read.Source.Name, MediaType: read.Source.MediaType, Office: read.Office, Year: read.Year,
		Figure: read.Report.Figure(spec.ID), Label: spec.Label(), EN: spec.EN(),
		Cells: []report.Cell{}, Rules: []ruleOutcome{},
	}
	for _, used := range read.Forms {
		if used.Section == spec.Section.ID {
			e.Form = used.Form
		}
	}
	if m, ok := read.matches[spec.ID]; ok {
		e.Row, e.Column = labelOf(m.Row), labelOf(m.Column)
		e.Cells = append(e.Cells, m.Cells...)
	} else {
		e.Sought = &soughtLabels{Row: labelsOf(spec.Row), Column: labelsOf(spec.Column)}
		e.Seen = read.seenIn(spec.Section.ID)
	}
	for _, f := range read.findings {
		takesPart := slices.ContainsFunc(f.Operands, func(o report.Operand) bool { return o.ID == spec.ID })
		if takesPart && !strings.HasPrefix(f.Rule, audit.ReadingRule) {
			e.Rules = append(e.Rules, ruleOutcome{a.formula(e.Form, f.Rule), f})
		}
	}
	return e
}

func labelOf(p normalize.Printed) *printedLabel {
	if p.Text == "" {
		return nil
	}
	return &printedLabel{p.Text, p.At}
}

func labelsOf(l schemas.Line) []string { return append([]string{l.Label}, l.Also...) }

func (a *app) formula(form, rule string) string {
	for _, check := range a.forms.Form(form).Checks() {
		if check.ID == rule {
			return check.Formula()
		}
	}
	return ""
}

// seenIn is what the page holds in a section.
func (t *traced) seenIn(section string) *seenInstead {
	seen := &seenInstead{Tables: []seenTable{}, Rows: append([]printedLabel{}, t.rows[section]...), Notes: t.Notes}
	for _, s := range t.Sections {
		if s.ID != section {
			continue
		}
		seen.Heading = s.Title
		for _, table := range s.Tables {
			seen.Tables = append(seen.Tables, seenTable{table.Layout, len(table.Rows), table.Caption, table.At})
		}
	}
	return seen
}

// write prints the explanation for people.
func (e *explanation) write(out *bufio.Writer) error {
	fmt.Fprintf(out, "%s\n  %s\n  %s\n\n", e.Figure.ID, printable(e.Label), printable(e.EN))
	var facts table
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

// maxShown bounds the cells and rows that are listed.
const maxShown = 40

func (e *explanation) cellTexts() string {
	var texts []string
	for i, c := range e.Cells {
		if i == maxShown {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Cells)-maxShown))
			break
		}
		text := clipText(c.Text)
		if c.At == e.Figure.At {
			text = "→" + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " | ")
}

// clipText shortens a long cell.
func clipText(s string) string {
	const most = 30
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// place is a place in the words of its medium.
func (e *explanation) place(at report.Pos) string {
	var parts []string
	add := func(name string, n int) {
		if n > 0 {
			parts = append(parts, name+" "+strconv.Itoa(n))
		}
	}
	mediaType := e.MediaType
	add("attached document 附件", at.File)
	if at.File > 0 && at.File <= len(e.attached) {
		file := e.attached[at.File-1]
		mediaType = file.MediaType
		parts[0] += " (" + clipText(file.Name) + ")"
	}
	inSheet := at.Page > 0 && at.Row > 0 && at.Box == (report.Box{}) && (at.Table == 0 || isWorkbook(mediaType))
	switch {
	case inSheet:
		add("sheet 工作表", at.Page)
		parts = append(parts, "cell 单元格 "+cellAddress(at.Row, at.Col))
	case at.Line > 0:
		add("page 页", at.Page)
		add("line 行", at.Line)
		add("character 字", at.Col)
	default:
		add("page 页", at.Page)
		add("table 表", at.Table)
		add("row 行", at.Row)
		add("cell 格", at.Col)
	}
	if at.Box != (report.Box{}) {
		parts = append(parts, "box 位于 "+boxText(at.Box)+boxUnit(mediaType))
	}
	return strings.Join(parts, ", ")
}

func isWorkbook(mediaType string) bool {
	return strings.Contains(mediaType, "spreadsheet") || strings.Contains(mediaType, "excel")
}

func boxUnit(mediaType string) string {
	switch {
	case strings.HasPrefix(mediaType, "image/"):
		return " pixels 像素"
	case mediaType == "application/pdf":
		return " points 点"
	}
	return ""
}

// cellAddress is the address of a workbook's cell: H4.
func cellAddress(row, col int) string {
	letters := ""
	for ; col > 0; col = (col - 1) / 26 {
		letters = string(rune('A'+(col-1)%26)) + letters
	}
	return letters + strconv.Itoa(row)
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
		fmt.Fprintf(out, "  below the heading 标题之下 %s: %d tables 张表\n", strconv.Quote(printable(e.Seen.Heading)), len(e.Seen.Tables))
	}
	var seen table
	for _, t := range e.Seen.Tables {
		seen.add("    "+e.place(t.At), string(t.Layout), fmt.Sprintf("%d rows 行", t.Rows), clipText(t.Caption))
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
		rows.add("    "+e.place(row.At), clipText(row.Text))
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
