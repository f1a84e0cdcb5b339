package formtest

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Layout is a way in which sites publish a report.
type Layout struct {
	Name string
	// HidesBlanks is true where empty cells cannot be seen.
	HidesBlanks bool
	// Text is true for plain text.
	Text  bool
	table func(*printer, *Table)
	wrap  func(rng *rand.Rand, title, body string) []byte
}

// Layouts are all layouts.
func Layouts() []Layout {
	return []Layout{
		{Name: "tabs", Text: true, table: tabs},
		{Name: "tabs-shifted", Text: true, table: tabsShifted},
		{Name: "pipes", Text: true, table: pipes("", " | ", " |")},
		{Name: "pipes-markdown", Text: true, table: pipes("| ", " | ", " |")},
		{Name: "pipes-bare", Text: true, table: pipesBare},
		{Name: "pipe-per-cell", Text: true, table: pipePerCell},
		{Name: "bars", Text: true, table: bars},
		{Name: "pipes-broken", Text: true, table: pipesBroken},
		{Name: "lines", Text: true, HidesBlanks: true, table: lines("\n\n", "")},
		{Name: "lines-tight", Text: true, HidesBlanks: true, table: lines("\n", " ")},
		{Name: "lines-indented", Text: true, HidesBlanks: true, table: lines("\n\n", "    ")},
		{Name: "spaces", Text: true, HidesBlanks: true, table: spaces("\n")},
		{Name: "one-line", Text: true, HidesBlanks: true, table: spaces(" ")},
		{Name: "html", table: htmlTable(plainCell)},
		{Name: "html-styled", table: htmlTable(styledCell)},
		{Name: "html-word", table: htmlTable(wordCell), wrap: wordPage},
		{Name: "html-unclosed", table: htmlUnclosed},
		{Name: "html-in-layout-table", table: htmlTable(plainCell), wrap: layoutTablePage},
		{Name: "html-cut-in-two", table: htmlCut},
		{Name: "html-gbk", table: htmlTable(plainCell), wrap: gbkPage},
		{Name: "html-paragraphs", HidesBlanks: true, table: htmlParagraphs},
	}
}

// Print prints the tables within a whole report.
func (l Layout) Print(rng *rand.Rand, f *Filled, tables []*Table) []byte {
	title := fmt.Sprintf("%s%d年政府信息公开工作年度报告", f.Office, f.Year)
	p := &printer{rng: rng}
	if l.Text {
		p.printf("%s\n\n", title)
	}
	for i, s := range f.Form.Sections {
		heading := string([]rune("一二三四五六七八九")[i]) + "、" + s.Label
		prose := fmt.Sprintf("%d年，本机关按要求做好第%d部分工作，有关情况说明如下。", f.Year, i+1)
		if l.Text {
			p.printf("%s\n\n", heading)
		} else {
			p.printf("<p><strong>%s</strong></p>\n", heading)
		}
		if len(s.Blocks) == 0 || rng.IntN(3) == 0 {
			p.paragraph(l, prose)
		}
		for _, t := range tables {
			if t.Section == s {
				l.table(p, t)
				p.printf("\n\n")
			}
		}
	}
	switch {
	case l.Text:
		return []byte(p.String())
	case l.wrap != nil:
		return l.wrap(rng, title, p.String())
	}
	return page(title, p.String())
}

type printer struct {
	strings.Builder
	rng *rand.Rand
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(&p.Builder, format, args...) }

func (p *printer) paragraph(l Layout, text string) {
	if l.Text {
		p.printf("%s\n\n", text)
		return
	}
	p.printf("<p style=\"text-indent:2em\">%s</p>\n", text)
}

func texts(r Row) []string {
	cells := make([]string, len(r.Boxes))
	for i, b := range r.Boxes {
		cells[i] = b.Text
	}
	return cells
}

// padded gives the row's cells, filled up with empty ones behind the last as
// converters do for cells that span columns.
func padded(t *Table, r Row) []string {
	cells := texts(r)
	for len(cells) < t.Width {
		cells = append(cells, "")
	}
	return cells
}

func tabs(p *printer, t *Table) {
	for _, r := range t.Rows {
		p.printf("%s\n", strings.Join(texts(r), "\t"))
	}
}

// tabsShifted leaves empty cells where a label spans columns, before the values
// or behind them, as in text copied from a spreadsheet.
func tabsShifted(p *printer, t *Table) {
	for _, r := range t.Rows {
		var cells []string
		for _, b := range r.Boxes {
			cells = append(cells, b.Text)
			if b.Label && b.Cols > 1 {
				cells = append(cells, make([]string, b.Cols-1)...)
			}
		}
		p.printf("%s\n", strings.Join(cells, "\t"))
	}
}

func pipes(left, between, right string) func(*printer, *Table) {
	return func(p *printer, t *Table) {
		for _, r := range t.Rows {
			p.printf("%s%s%s\n", left, strings.Join(padded(t, r), between), right)
		}
	}
}

func pipesBare(p *printer, t *Table) {
	for _, r := range t.Rows {
		p.printf("%s |\n", strings.Join(texts(r), " | "))
	}
}

func pipePerCell(p *printer, t *Table) {
	for _, r := range t.Rows {
		for _, text := range texts(r) {
			p.printf("%s |\n", text)
		}
		if free := t.Width - len(r.Boxes); free > 0 {
			p.printf("%s\n", strings.Repeat("|", free))
		}
	}
}

func bars(p *printer, t *Table) {
	for _, r := range t.Rows {
		for _, text := range texts(r) {
			if text != "" {
				p.printf("%s\n", text)
			}
			p.printf("|\n")
		}
		if free := t.Width - len(r.Boxes); free > 0 {
			p.printf("%s\n", strings.Repeat("|", free))
		}
	}
}

// pipesBroken breaks a row wherever a cell is empty.
func pipesBroken(p *printer, t *Table) {
	for _, r := range t.Rows {
		for i, text := range texts(r) {
			if i > 0 {
				if text == "" {
					p.printf(" |\n")
				} else {
					p.printf(" | ")
				}
			}
			p.printf("%s", text)
		}
		p.printf(" |\n")
	}
}

func lines(end, indent string) func(*printer, *Table) {
	return func(p *printer, t *Table) {
		for _, r := range t.Rows {
			for _, text := range texts(r) {
				if text != "" {
					p.printf("%s%s%s", indent, text, end)
				}
			}
		}
	}
}

func spaces(end string) func(*printer, *Table) {
	return func(p *printer, t *Table) {
		for _, r := range t.Rows {
			var cells []string
			for _, text := range texts(r) {
				if text != "" {
					cells = append(cells, text)
				}
			}
			p.printf("%s%s", strings.Join(cells, " "), end)
		}
	}
}

func plainCell(p *printer, b Box) string {
	if b.Text == "" {
		return pick(p.rng, "", "&nbsp;", " ", "<p>&nbsp;</p>")
	}
	return html.EscapeString(b.Text)
}

// styledCell is what the editors of publishing systems leave of a pasted table.
func styledCell(p *printer, b Box) string {
	return `<p style="text-align: center; line-height: 20px;"><span style="font-family: 宋体; font-size: 14px;">` + plainCell(p, b) + `</span></p>`
}

func wordCell(_ *printer, b Box) string {
	text := html.EscapeString(b.Text)
	if text == "" {
		text = "&nbsp;"
	}
	half := len([]rune(text)) / 2
	if !b.Label || half == 0 || strings.Contains(text, "&") {
		return `<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'><span lang=EN-US style='font-size:10.5pt;font-family:宋体;mso-bidi-font-family:宋体;color:black'>` + text + `<o:p></o:p></span></p>`
	}
	runes := []rune(text)
	return `<p class=MsoNormal align=center style='text-align:center'><span style='font-size:10.5pt;font-family:宋体'>` + string(runes[:half]) +
		`</span><span lang=EN-US style='mso-spacerun:yes'></span><span style='font-size:10.5pt'>` + string(runes[half:]) + `<o:p></o:p></span></p>`
}

func htmlTable(cell func(*printer, Box) string) func(*printer, *Table) {
	return func(p *printer, t *Table) {
		p.printf("<table border=1 cellspacing=0>\n<tbody>\n")
		for _, r := range t.Rows {
			p.htmlRow(r, cell)
		}
		p.printf("</tbody></table>\n")
	}
}

func (p *printer) htmlRow(r Row, cell func(*printer, Box) string) {
	p.printf("<tr>")
	for _, b := range r.Boxes {
		p.printf("<td%s>%s</td>", spans(b), cell(p, b))
	}
	p.printf("</tr>\n")
}

func spans(b Box) (attributes string) {
	if b.Cols > 1 {
		attributes += fmt.Sprintf(" colspan=%d", b.Cols)
	}
	if b.Rows > 1 {
		attributes += fmt.Sprintf(` rowspan="%d"`, b.Rows)
	}
	return attributes
}

func htmlUnclosed(p *printer, t *Table) {
	p.printf("<table>")
	for _, r := range t.Rows {
		p.printf("<tr>")
		for _, b := range r.Boxes {
			p.printf("<td%s><p>%s", spans(b), plainCell(p, b))
		}
	}
	p.printf("</table>")
}

// htmlCut ends the table somewhere between its rows and begins another one.
// Cells that span rows end with the piece they stand in.
func htmlCut(p *printer, t *Table) {
	cut := len(t.Rows)
	if body := firstBody(t); body+1 < len(t.Rows) {
		cut = body + 1 + p.rng.IntN(len(t.Rows)-body-1)
	}
	p.printf("<table>\n")
	for i, r := range t.Rows {
		if i == cut {
			p.printf("</table>\n<p>&nbsp;</p>\n<table>\n")
		}
		p.printf("<tr>")
		for _, b := range r.Boxes {
			if i < cut {
				b.Rows = min(b.Rows, cut-i)
			}
			p.printf("<td%s>%s</td>", spans(b), plainCell(p, b))
		}
		p.printf("</tr>\n")
	}
	p.printf("</table>\n")
}

func firstBody(t *Table) int {
	for i, r := range t.Rows {
		if !r.Header {
			return i
		}
	}
	return len(t.Rows)
}

func htmlParagraphs(p *printer, t *Table) {
	for _, r := range t.Rows {
		for _, b := range r.Boxes {
			p.printf("<p>&nbsp;%s </p>\n", html.EscapeString(b.Text))
		}
	}
}

func page(title, body string) []byte {
	return fmt.Appendf(nil, `<!DOCTYPE html><html><head><meta charset="utf-8"><title>%[1]s</title><style>td{border:1px}</style></head><body>
<div class="nav"><a href="/">首页</a> | <a href="/zwgk/">政务公开</a> | <a href="/hd/">互动交流</a></div>
<div class="wrap"><table class="meta"><tr><td>索引号：</td><td>000014349/2022-00007</td><td>发布日期：</td><td>2022-01-28</td></tr></table>
<h1>%[1]s</h1><div id="zoom">%[2]s</div></div>
<div class="footer"><p>版权所有 备案号 00000000号</p><script>var hits = 12;</script></div></body></html>`, title, body)
}

func wordPage(_ *rand.Rand, title, body string) []byte {
	return page(title, `<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--><div class=WordSection1 style='layout-grid:15.6pt'>`+body+`<![if !supportMisalignedColumns]><![endif]></div>`)
}

func layoutTablePage(_ *rand.Rand, title, body string) []byte {
	return page(title, `<table width=960><tr><td width=200><a href=x>机构概况</a><br><a href=y>通知公告</a></td><td><table><tr><td>`+body+`</td></tr></table></td></tr></table>`)
}

func gbkPage(_ *rand.Rand, title, body string) []byte {
	text := strings.Replace(string(page(title, body)), `charset="utf-8"`, `http-equiv="Content-Type" content="text/html; charset=gb2312"`, 1)
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return []byte(encoded)
}
