package parser

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/parser/blocks"
	"gongkai/report"
	"gongkai/schemas"
)

// cut divides a document into the sections of a report. Where the report stands
// on the page is told by its headings: the smallest box that holds them all
// holds the report.
func (parser *Parser) cut(d *blocks.Document) (*report.Report, error) {
	p := &cutter{Parser: parser}
	content := p.openGrids(d.Blocks)
	p.last = lastText(content)
	headings := p.headings(content)
	preface := content
	if len(headings) > 0 {
		preface = withoutPictures(content[:headings[0].block]) // no part of the report
	}

	r := titled(preface, d)
	r.Sections = append(r.Sections, p.section("", report.Section{}, preface))
	end := endOfReport(d, content, headings)
	for i, h := range headings {
		next := end
		if i+1 < len(headings) {
			next = headings[i+1].block
		}
		opened := report.Section{Title: strings.TrimSpace(content[h.block].Text), At: content[h.block].At}
		r.Sections = append(r.Sections, p.section(h.section, opened, content[h.block+1:next]))
	}
	if p.err != nil {
		return nil, p.err
	}
	if err := p.checkReport(d, content, r, headings); err != nil {
		return nil, err
	}
	return r, nil
}

// section fills a section with text and with tables: grids as they are, and
// what stands in the lines as a table.
func (p *cutter) section(id string, s report.Section, content []blocks.Block) report.Section {
	s.ID = id
	s.Tables = []report.Table{}
	var text strings.Builder
	text.Grow(textSize(content))
	var above []blocks.Block
	for len(content) > 0 {
		if content[0].Grid != nil {
			grid := *content[0].Grid
			grid.Caption = caption(above)
			s.Tables = append(s.Tables, grid)
			above, content = nil, content[1:]
			continue
		}
		lines := 1
		for lines < len(content) && content[lines].Grid == nil {
			lines++
		}
		s.Tables = append(s.Tables, p.flow(content[:lines], &text)...)
		above, content = content[:lines], content[lines:]
	}
	s.Text = strings.TrimSuffix(text.String(), "\n")
	return s
}

func textSize(content []blocks.Block) (size int) {
	for i := range content {
		size += len(content[i].Text) + len("\n")
	}
	return size
}

// shortLabel is the number of bytes of a label that stands in any table.
const shortLabel = 6

// labels counts the cells of a table that are labels of a form's rows or
// columns, those too short to tell anything left out.
func (p *Parser) labels(t report.Table) int {
	count := 0
	for _, row := range t.Rows {
		for _, cell := range row {
			if len(cell.Text) > shortLabel && p.Forms.IsLabel(cell.Text) {
				count++
			}
		}
	}
	return count
}

// heading is a line that opens a section.
type heading struct {
	block   int
	section string
	order   int // of the section in the forms
	words   int // characters of text up to the next line that may be a heading
}

// headings finds the lines that open the sections. A page may print the same
// words in a table of contents or a preface: of all ways to pick lines in the
// order of the form, the one with most sections and then most text is it.
func (p *Parser) headings(content []blocks.Block) []heading {
	candidates := p.headingLines(content)
	best := make([]headingChain, len(candidates))
	var longest *headingChain
	for i := range candidates {
		best[i] = headingChain{last: candidates[i], sections: 1, words: candidates[i].words}
		for j := range i {
			before := &best[j]
			if before.last.order < candidates[i].order && before.longerThan(best[i].before) {
				best[i].before = before
			}
		}
		if before := best[i].before; before != nil {
			best[i].sections += before.sections
			best[i].words += before.words
		}
		if best[i].longerThan(longest) {
			longest = &best[i]
		}
	}
	var chosen []heading
	for chain := longest; chain != nil; chain = chain.before {
		chosen = append([]heading{chain.last}, chosen...)
	}
	return chosen
}

type headingChain struct {
	last            heading
	before          *headingChain
	sections, words int
}

func (c *headingChain) longerThan(other *headingChain) bool {
	if other == nil {
		return true
	}
	return c.sections > other.sections || c.sections == other.sections && c.words >= other.words
}

// maxHeadings bounds the lines that are tried as headings.
const maxHeadings = 200

func (p *Parser) headingLines(content []blocks.Block) []heading {
	order := map[string]int{}
	for i, s := range p.Forms.Newest().Sections {
		order[s.ID] = i + 1
	}
	var found []heading
	for i := range content {
		if id := p.headingOf(content[i].Text); id != "" && order[id] > 0 && len(found) < maxHeadings {
			found = append(found, heading{block: i, section: id, order: order[id]})
		} else if len(found) > 0 {
			found[len(found)-1].words += weight(&content[i])
		}
	}
	return found
}

func weight(b *blocks.Block) int {
	if b.Grid != nil {
		return 1000
	}
	return len(b.Text)
}

// maxHeadingLength is in bytes; a longer line is a sentence.
const maxHeadingLength = 150

// yearBefore is what headings put before their usual words.
var yearBefore = regexp.MustCompile(`^(?:20\d\d年(?:度)?|本年度|我[局镇乡办街道委区县市]{1,3})?(?:政府信息公开(?:工作)?)?(?:20\d\d年(?:度)?|本年度)?(?:的)?`)

// headingOf returns the id of the section that the line heads, or "".
func (p *Parser) headingOf(line string) string {
	if len(line) < 2*utf8.UTFMax-2 || len(line) > maxHeadingLength || strings.ContainsAny(line, "|\t") {
		return ""
	}
	heading, number, ok := p.Forms.Heading(line)
	switch {
	case !ok && number != "":
		wording := yearBefore.ReplaceAllString(schemas.Fold(line).Text, "")
		heading, _, _ = p.Forms.Heading(wording)
	case ok && number == "" && !heading.Own && utf8.RuneCountInString(line) <= 6:
		return "" // 概述 or 其他事项 without a number may stand anywhere
	}
	return heading.Section
}

// endOfReport is the first block behind the last heading that stands outside
// the box of the report: from there on it is the page's footer.
func endOfReport(d *blocks.Document, content []blocks.Block, headings []heading) int {
	if len(headings) < 2 {
		return len(content)
	}
	first, last := headings[0].block, headings[len(headings)-1].block
	box := commonBox(d.Boxes, content[first].Box, content[last].Box)
	for _, h := range headings {
		box = commonBox(d.Boxes, box, content[h.block].Box)
	}
	for i := last + 1; i < len(content); i++ {
		if commonBox(d.Boxes, box, content[i].Box) != box {
			return i
		}
	}
	return len(content)
}

// commonBox is the smallest box that holds both; an outer box has a smaller number.
func commonBox(outer []int, a, b int) int {
	for a != b {
		if a > b {
			a = outer[a]
		} else {
			b = outer[b]
		}
	}
	return a
}

// openGrids takes apart grids that hold more than a table: a row that is one
// heading or one passage becomes a line, and the rows between become grids of
// their own. Whole reports are published as the rows of one table.
func (p *Parser) openGrids(content []blocks.Block) []blocks.Block {
	if !slices.ContainsFunc(content, p.holdsLines) {
		return content
	}
	var opened []blocks.Block
	for _, b := range content {
		if p.holdsLines(b) {
			opened = append(opened, p.openGrid(b)...)
		} else {
			opened = append(opened, b)
		}
	}
	return opened
}

func (p *Parser) holdsLines(b blocks.Block) bool {
	return b.Grid != nil && slices.ContainsFunc(b.Grid.Rows, func(row []report.Cell) bool { return p.lineIn(row) != nil })
}

func (p *Parser) openGrid(b blocks.Block) []blocks.Block {
	var content []blocks.Block
	var rows [][]report.Cell
	endGrid := func() {
		if len(rows) > 0 {
			grid := *b.Grid
			grid.Rows = rows
			content = append(content, blocks.Block{Grid: &grid, Box: b.Box, At: grid.At})
			rows = nil
		}
	}
	for _, row := range b.Grid.Rows {
		cell := p.lineIn(row)
		if cell == nil {
			rows = append(rows, row)
			continue
		}
		endGrid()
		for line := range strings.SplitSeq(cell.Text, "\n") {
			content = append(content, blocks.Block{Text: line, Box: b.Box, At: cell.At, Confidence: cell.Confidence})
		}
	}
	endGrid()
	return content
}

// passageInRow is the number of bytes above which a lone cell is a passage.
const passageInRow = 180

// lineIn returns the only cell of the row that holds text, if that is a heading
// or a passage and no label.
func (p *Parser) lineIn(row []report.Cell) *report.Cell {
	only := onlyText(row)
	if only == nil {
		return nil
	}
	passage := len(only.Text) > passageInRow && !p.Forms.IsLabel(only.Text)
	if passage || p.headingOf(only.Text) != "" {
		return only
	}
	return nil
}

// onlyText returns the cell of the row that alone holds text, or nil.
func onlyText(row []report.Cell) *report.Cell {
	var only *report.Cell
	for i := range row {
		if row[i].Text == "" {
			continue
		}
		if only != nil {
			return nil
		}
		only = &row[i]
	}
	return only
}
