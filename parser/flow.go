package parser

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/parser/blocks"
	"gongkai/report"
	"gongkai/schemas"
)

// A table that stands in the text as lines is found by its words: lines that
// are labels of a form or values, with nothing between them but other short
// lines. What the lines mean stays open; here they only become cells.

// cutter is a parser at work on one document.
type cutter struct {
	*Parser
	last   *blocks.Block // of the document
	joined int           // lines that were tried as cells run together
	taken  int           // cells that lines were taken apart into
	err    error         // the lines are more than any report has
	rows   []row         // room for the rows of a run of lines
	cells  []report.Cell // room for the cells of lines that have one
}

// alone returns a row's cells for a line of one cell. Most lines of a page are
// such, and few of them end up in a table: they share their room.
func (p *cutter) alone(c report.Cell) []report.Cell {
	const chunk = 64
	if len(p.cells) == cap(p.cells) {
		p.cells = make([]report.Cell, 0, chunk)
	}
	p.cells = append(p.cells, c)
	return p.cells[len(p.cells)-1 : len(p.cells) : len(p.cells)]
}

// Bounds of what lines may be taken apart into: a report has some hundred cells.
const (
	maxLineCells = 5_000
	maxTextCells = 100_000 // of all lines that may belong to a table
)

// tooMany ends the reading: a table that is too large must not pass for none.
func (p *cutter) tooMany(what string, limit int) row {
	p.err = fmt.Errorf("%w: more than %d %s", ErrTooLarge, limit, what)
	return row{layout: report.Lines, prose: true}
}

// row is a line of text taken apart into cells.
type row struct {
	cells  []report.Cell
	layout report.Layout
	labels int // cells that are labels of a form
	values int // cells that may be values
	prose  bool
	open   bool // text stands behind the last bar
}

// flow divides lines of text into tables and prose. The prose goes to text.
func (p *cutter) flow(lines []blocks.Block, text *strings.Builder) []report.Table {
	tables := []report.Table{}
	for len(lines) > 0 && p.err == nil {
		rows := p.rows[:0]
		for i := range lines {
			r := p.row(&lines[i])
			if r.prose {
				break
			}
			if p.taken += len(r.cells); p.taken > maxTextCells {
				p.tooMany("cells in lines of text", maxTextCells)
				break
			}
			rows = append(rows, r)
		}
		p.rows = rows
		first, end := tableIn(rows)
		writeLines(text, lines[:first])
		if first < end {
			table := assemble(rows[first:end])
			table.Caption = caption(lines[:first])
			table.Cut = &lines[end-1] == p.last
			tables = append(tables, table)
		}
		run := min(max(len(rows), 1), len(lines)) // a line of prose alone
		writeLines(text, lines[end:run])
		lines = lines[run:]
	}
	return tables
}

// maxCaption is the number of bytes above which a line is no caption.
const maxCaption = 90

// caption is the line right above a table, or "".
func caption(above []blocks.Block) string {
	if len(above) == 0 {
		return ""
	}
	line := strings.TrimSpace(above[len(above)-1].Text)
	if len(line) > maxCaption || endsSentence(line) {
		return ""
	}
	return line
}

func writeLines(text *strings.Builder, lines []blocks.Block) {
	for i := range lines {
		if line := strings.TrimSpace(lines[i].Text); line != "" {
			text.WriteString(line)
			text.WriteByte('\n')
		}
	}
}

// tableIn returns the part of a run of short lines that is a table: from the
// first label to the last label or value. It is empty if there are too few.
func tableIn(rows []row) (first, end int) {
	first = len(rows)
	cells := 0
	for i, r := range rows {
		if r.labels > 0 {
			first = min(first, i)
		}
		if first < len(rows) && (r.labels+r.values > 0 || r.layout != report.Lines) {
			end = i + 1
			cells += r.labels + r.values
		}
	}
	if cells < minFlowCells {
		return 0, 0
	}
	return first, end
}

// minFlowCells is the least number of labels and values that make a table; the
// smallest real piece is one row of section 3 on a page of its own.
const minFlowCells = 4

// assemble makes a table of rows. Bars anywhere make it a table of bars; lines
// with tabs keep their rows.
func assemble(rows []row) report.Table {
	table := report.Table{Layout: report.Lines}
	for i := range rows {
		switch {
		case rows[i].layout == report.Tabs:
			table.Layout = report.Tabs
		case rows[i].layout == report.Pipes && table.Layout == report.Lines:
			table.Layout = report.Pipes
		}
	}
	open := false // text stands since the last bar: the next bar closes it
	for i := range rows {
		cells := rows[i].cells
		if rows[i].layout == report.Pipes {
			if open && len(cells) > 0 && cells[0].Text == "" {
				cells = cells[1:]
			}
			open = rows[i].open
		} else {
			open = len(cells) > 0 || open
		}
		if len(cells) > 0 {
			table.Rows = append(table.Rows, cells)
		}
	}
	if len(table.Rows) > 0 {
		table.At = table.Rows[0][0].At
	}
	return table
}

// row takes a line apart: at tabs, at bars, else at spaces if labels and values
// come out, else not at all.
func (p *cutter) row(b *blocks.Block) row {
	text := strings.TrimSpace(b.Text)
	switch {
	case text == "":
		return row{layout: report.Lines}
	case strings.ContainsRune(text, '\t'):
		return p.divided(b, report.Tabs, isTab)
	case hasBar(text):
		return p.divided(b, report.Pipes, isBar)
	}
	startsLabel := p.Forms.StartsLabel(text)
	if !startsLabel && isProse(text) && !hasSpace(text) {
		return row{layout: report.Lines, prose: true}
	}
	line := cursor{b: b}
	cell := line.cell(strings.Index(b.Text, text), text)
	r := row{cells: p.alone(cell), layout: report.Lines}
	switch {
	case startsLabel && p.isLabel(text):
		r.labels = 1
	case p.Words.LooksLikeValue(text):
		r.values = 1
	}
	if r.labels > 0 && !p.endsInValue(text) {
		return r
	}
	if split, ok := p.splitSpaces(b, text); ok {
		return split
	}
	if r.labels+r.values > 0 {
		return r
	}
	if startsLabel {
		if split, ok := p.splitJoined(b, text); ok {
			return split
		}
	}
	r.prose = isProse(text)
	return r
}

// endsInValue tells a label with a value behind it from a label with spaces
// inside: 政府集中采购 / folds to the same words as the label alone.
func (p *Parser) endsInValue(text string) bool {
	i := strings.LastIndexAny(text, " \u3000\u00a0")
	return i > 0 && p.Words.LooksLikeValue(strings.TrimSpace(text[i:]))
}

func isTab(r rune) bool { return r == '\t' }
func isBar(r rune) bool { return r == '|' || r == '｜' || r == '│' || r == '┃' }

func hasBar(s string) bool {
	return strings.IndexByte(s, '|') >= 0 || strings.Contains(s, "｜") || strings.Contains(s, "│") || strings.Contains(s, "┃")
}

func hasSpace(s string) bool {
	return strings.IndexByte(s, ' ') >= 0 || strings.Contains(s, "\u3000") || strings.Contains(s, "\u00a0")
}

// divided splits a line at separators. A line that holds a passage between them
// is prose: a converter drew the page's layout tables with bars too.
func (p *cutter) divided(b *blocks.Block, layout report.Layout, separator func(rune) bool) row {
	if count := countRunes(b.Text, separator, maxLineCells); count == maxLineCells {
		return p.tooMany("cells in a line", maxLineCells)
	}
	r := row{layout: layout}
	line := cursor{b: b}
	start := 0
	add := func(end int) {
		part := b.Text[start:end]
		trimmed := strings.TrimSpace(part)
		cell := line.cell(start+len(part)-len(strings.TrimLeftFunc(part, unicode.IsSpace)), trimmed)
		cell.Cut = b.Cut && end == len(b.Text)
		r.cells = append(r.cells, cell)
	}
	for i, c := range b.Text {
		if separator(c) {
			add(i)
			start = i + utf8.RuneLen(c)
		}
	}
	if rest := b.Text[start:]; layout == report.Tabs || strings.TrimSpace(rest) != "" {
		add(len(b.Text))
		r.open = true
	}
	if isRule(r.cells) {
		return row{layout: report.Lines}
	}
	p.count(&r)
	if r.labels == 0 {
		for _, cell := range r.cells {
			r.prose = r.prose || isProse(cell.Text)
		}
	}
	return r
}

// countRunes counts the characters of a kind, up to a limit.
func countRunes(s string, kind func(rune) bool, limit int) (count int) {
	for _, r := range s {
		if kind(r) {
			if count++; count == limit {
				break
			}
		}
	}
	return count
}

// isRule recognises the line under a header in tables drawn with bars: |---|:--:|
func isRule(cells []report.Cell) bool {
	dashes := 0
	for _, cell := range cells {
		if strings.Trim(cell.Text, "-:+") != "" {
			return false
		}
		dashes += strings.Count(cell.Text, "---")
	}
	return dashes > 0 && dashes >= len(cells)/2
}

// count counts the labels and values of a row.
func (p *Parser) count(r *row) {
	for _, cell := range r.cells {
		switch {
		case cell.Text == "":
		case p.isLabel(cell.Text):
			r.labels++
		case p.Words.LooksLikeValue(cell.Text):
			r.values++
		}
	}
}

func (p *Parser) isLabel(text string) bool {
	if text[0] < utf8.RuneSelf && (len(text) < 6 || schemas.IsDigits(text)) {
		return false // the quick way past figures
	}
	return p.Forms.IsLabel(text)
}

// isProse tells a passage from a short odd line within a table. Notes in
// brackets belong to the label above them however long they are.
func isProse(text string) bool {
	return !isNote(text) && (len(text) > 24*utf8.UTFMax || utf8.RuneCountInString(text) > 24 || endsSentence(text))
}

func endsSentence(text string) bool {
	for i := 0; i+2 < len(text); i++ {
		if c := text[i]; c == 0xE3 || c == 0xEF { // the first bytes of 。；！？
			switch text[i : i+3] {
			case "。", "；", "！", "？":
				return true
			}
		}
	}
	return false
}

func isNote(text string) bool { return strings.HasPrefix(text, "(") || strings.HasPrefix(text, "（") }

// splitSpaces takes apart a line whose cells are divided by spaces. Labels may
// have spaces inside, so the longest run of words that is a label is one cell.
func (p *cutter) splitSpaces(b *blocks.Block, text string) (r row, ok bool) {
	if !hasSpace(text) {
		return row{}, false
	}
	words := fields(b.Text)
	if len(words) > maxLineCells {
		if first := words[0].of(b.Text); !p.Words.LooksLikeValue(first) && !p.Forms.StartsLabel(first) {
			return row{}, false // a passage
		}
		return p.tooMany("cells in a line", maxLineCells), true
	}
	line := cursor{b: b}
	r.layout = report.Lines
	for i := 0; i < len(words); {
		n := p.labelWords(b.Text, words[i:])
		span := b.Text[words[i].start:words[i+n-1].end]
		r.cells = append(r.cells, line.cell(words[i].start, span))
		i += n
	}
	p.count(&r)
	r.cells[len(r.cells)-1].Cut = b.Cut
	return r, r.labels > 0 && (r.labels+r.values)*10 >= len(r.cells)*8 || len(r.cells) > 2 && r.values == len(r.cells)
}

type word struct{ start, end int }

func (w word) of(text string) string { return text[w.start:w.end] }

// fields are the words of a line; of one with more than maxLineCells the first.
func fields(s string) []word {
	var words []word
	start := -1
	for i, r := range s {
		if isSpace := schemas.Plain(r) == ' '; isSpace && start >= 0 {
			words = append(words, word{start, i})
			if start = -1; len(words) > maxLineCells {
				return words
			}
		} else if !isSpace && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, word{start, len(s)})
	}
	return words
}

// maxLabelWords is how many words a label is broken into at most.
const maxLabelWords = 6

// labelWords returns how many of the first words make one label; 1 if none do.
// A value before or behind a label is not part of it, though folding drops it;
// the number of a label (1. 属于国家秘密) is.
func (p *Parser) labelWords(text string, words []word) int {
	first := words[0].of(text)
	if p.Words.LooksLikeValue(first) && !strings.HasSuffix(first, ".") {
		return 1
	}
	for n := min(maxLabelWords, len(words)); n > 1; n-- {
		if p.isLabel(text[words[0].start:words[n-1].end]) && !p.Words.LooksLikeValue(words[n-1].of(text)) {
			return n
		}
	}
	return 1
}

// A line whose cells run together is tried label by label: that is slow, so the
// bytes of such a line and the number of lines are bounded.
const maxJoined, maxJoinedLines = 600, 500

// splitJoined takes apart a line whose cells were printed without anything
// between them: 信息内容本年制发件数…, 规章000. Every character must belong to a
// label or be part of a run of digits; the digits are marked as joined.
func (p *cutter) splitJoined(b *blocks.Block, text string) (r row, ok bool) {
	if len(text) > maxJoined || p.joined >= maxJoinedLines {
		return row{}, false
	}
	p.joined++
	line := cursor{b: b}
	r.layout = report.Lines
	for i := strings.Index(b.Text, text); i < len(b.Text); {
		size, joined := p.joinedPart(b.Text[i:])
		if size == 0 {
			return row{}, false
		}
		cell := line.cell(i, strings.TrimSpace(b.Text[i:i+size]))
		cell.Joined = joined
		r.cells = append(r.cells, cell)
		i += size
		i += len(b.Text[i:]) - len(strings.TrimLeft(b.Text[i:], " \u3000\u00a0"))
	}
	p.count(&r)
	r.cells[len(r.cells)-1].Cut = b.Cut
	return r, r.labels > 0 && len(r.cells) > 1
}

// joinedPart returns the size of the longest label at the start of s, or else
// of the digits there.
func (p *Parser) joinedPart(s string) (size int, joined bool) {
	for size < len(s) && (s[size] >= '0' && s[size] <= '9' || s[size] == '.') {
		size++
	}
	if label := p.longestLabel(s); label > 0 {
		return label, false // 1.属于国家秘密: the digit is its number
	}
	return size, true
}

func (p *Parser) longestLabel(s string) int {
	longest := 0
	runes := 0
	for i, r := range s {
		if runes++; runes > maxLabelRunes {
			break
		}
		if end := i + utf8.RuneLen(r); r >= utf8.RuneSelf && p.isLabel(s[:end]) {
			longest = end
		}
	}
	return longest
}

// maxLabelRunes is longer than any label with its notes.
const maxLabelRunes = 60

// cursor makes the cells of a line from left to right. It counts characters on
// the way, so that a long line of many cells takes no longer than its length.
type cursor struct {
	b       *blocks.Block
	at, col int // bytes and characters passed
}

func (c *cursor) cell(at int, text string) report.Cell {
	cell := report.Cell{Text: text, At: c.b.At}
	if c.b.At.Line > 0 {
		c.col += utf8.RuneCountInString(c.b.Text[c.at:at])
		c.at = at
		cell.At.Col = c.col + 1
	}
	cell.Cut = c.b.Cut && at+len(text) >= len(c.b.Text)
	return cell
}
