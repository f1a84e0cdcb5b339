package parser

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// decodeHTML reads a page the way a browser lays it out: block elements and
// line breaks end a line, tables of figures become grids, tables that only
// arrange the page are seen through, and what is not shown is not read.
func decodeHTML(text []byte) (*blocks.Document, error) {
	if tags := bytes.Count(text, []byte("<")); tags > maxTags {
		return nil, fmt.Errorf("%w: %d tags, at most %d are read", ErrTooLarge, tags, maxTags)
	}
	root, err := html.Parse(&patience{text, time.Now().Add(slowest)})
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %v", ErrTooDeep, err)
	}
	head := goquery.NewDocumentFromNode(root).ChildrenFiltered("html").ChildrenFiltered("head")
	const line = 200 // bytes of markup that a line of a page takes, more or less
	d := &htmlDecoder{styles: &styles{known: map[string]look{}}, Document: blocks.Document{Blocks: make([]blocks.Block, 0, len(text)/line), Boxes: []int{0}, Title: pageTitle(head), Published: pageDate(head)}}
	first := *d
	d.walk(root)
	d.endLine()
	if d.late { // a sheet behind what it styles: read again what it may change
		first.styles = d.styles
		first.done, first.late = true, false
		first.Blocks, first.Boxes = d.Blocks[:0], d.Boxes[:1]
		d = &first
		d.walk(root)
		d.endLine()
	}
	if d.full {
		d.Notes = append(d.Notes, longStyles)
	}
	if d.err != nil {
		return nil, d.err
	}
	markCut(&d.Document, text)
	return &d.Document, nil
}

// longStyles is the note on a page whose style sheets were not followed to the end.
var longStyles = report.Text{
	ZH: "网页自带的样式表过长，其后的样式未予考虑",
	EN: "The page's own style sheets are too long; styles beyond the limit were not regarded",
}

// maxTags bounds the tree of a page: a tag takes some 300 bytes of memory. A
// report pasted from Word has ten thousand.
const maxTags = 300_000

// slowest is how long a page may take to parse. Real pages take some hundredths
// of it; text with tags in it that stand for nothing takes the square of its
// length.
const slowest = 2 * time.Second

// patience reads until it ends.
type patience struct {
	rest []byte
	ends time.Time
}

func (p *patience) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	if time.Now().After(p.ends) {
		return 0, fmt.Errorf("%w: parsing it takes more than %v", ErrTooLarge, slowest)
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// pageTitle prefers the title that the publishing system states for the article.
func pageTitle(head *goquery.Selection) string {
	for _, selector := range []string{`meta[name="ArticleTitle" i]`, `meta[name="title" i]`, `meta[property="og:title"]`} {
		if content := squeeze(head.Find(selector).First().AttrOr("content", "")); content != "" {
			return content
		}
	}
	return squeeze(head.Find("title").First().Text())
}

var statedDate = regexp.MustCompile(`^(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?:\D|$)`)

// pageDate is the date of publication that the publishing system states for the
// article. The names are those of the state's rules for sites (国办发〔2017〕47号)
// and of gov.cn.
func pageDate(head *goquery.Selection) (date string) {
	head.Find("meta").EachWithBreak(func(_ int, meta *goquery.Selection) bool {
		switch strings.ToLower(meta.AttrOr("name", meta.AttrOr("property", ""))) {
		case "pubdate", "publishdate", "firstpublishedtime", "article:published_time":
			date = dateOf(strings.TrimSpace(meta.AttrOr("content", "")))
		}
		return date == ""
	})
	return date
}

// dateOf writes a date as YYYY-MM-DD; empty if there is none.
func dateOf(text string) string {
	m := statedDate.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return report.Day(m[1], m[2], m[3])
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

type htmlDecoder struct {
	blocks.Document
	*styles
	ink
	line   blocks.Line
	box    int
	tables int
	cells  int
	// pictures stand in the line that is being gathered, or before it.
	pictures []string
	err      error
}

// display is how an element stands on the page.
type display uint8

const (
	inline    display = iota
	unseen            // shows no text
	apart             // text that is not one with the text around it: a footnote mark, what is struck out
	replaced          // shows something that is no text of the page: a field, a drawing
	breakLine         // ends a line
	block             // stands on lines of its own
	box               // a block that holds blocks and tells what belongs together
)

var displays = map[atom.Atom]display{
	atom.Head: unseen, atom.Script: unseen, atom.Style: unseen, atom.Noscript: unseen, atom.Template: unseen,
	atom.Dialog: unseen, atom.Datalist: unseen, atom.Iframe: unseen,
	atom.Select: replaced, atom.Textarea: replaced, atom.Svg: replaced, atom.Object: replaced, atom.Button: replaced,
	atom.Audio: replaced, atom.Video: replaced, atom.Canvas: replaced, atom.Img: replaced, atom.Math: replaced,
	atom.Sup: apart, atom.Sub: apart, atom.Del: apart, atom.S: apart, atom.Strike: apart,
	atom.Rt: apart, atom.Rp: unseen, atom.Bdo: apart, atom.Details: apart,
	atom.Br:   breakLine,
	atom.Body: box, atom.Div: box, atom.Section: box, atom.Article: box, atom.Main: box,
	atom.Header: box, atom.Footer: box, atom.Nav: box, atom.Aside: box, atom.Form: box,
	atom.Table: box, atom.Td: box, atom.Th: box, atom.Ul: box, atom.Ol: box, atom.Dl: box,
	atom.Blockquote: box, atom.Center: box, atom.Fieldset: box, atom.Figure: box,
	atom.P: block, atom.Tr: block, atom.Li: block, atom.Dt: block, atom.Dd: block, atom.Pre: block,
	atom.H1: block, atom.H2: block, atom.H3: block, atom.H4: block, atom.H5: block, atom.H6: block,
	atom.Caption: block, atom.Address: block, atom.Hr: block, atom.Tbody: block, atom.Thead: block, atom.Tfoot: block,
}

// displayOf is how the element stands on the page and how its text is printed,
// styles regarded.
func (s *styles) displayOf(n *html.Node, outer ink) (display, look, ink) {
	how := displays[n.DataAtom]
	if len(n.Attr) == 0 && s.sheet == nil {
		return how, look{}, outer
	}
	l := s.of(n)
	if l.hides(n, how) {
		return unseen, l, outer
	}
	if how == inline && n.DataAtom == atom.A && isFootnote(n) {
		how = apart
	}
	return how, l, l.under(outer, how)
}

// hidden reports whether an element shows nothing.
func (s *styles) hidden(n *html.Node) bool { return s.of(n).hides(n, displays[n.DataAtom]) }

// isFootnote tells a link within the page.
func isFootnote(a *html.Node) bool {
	for _, attr := range a.Attr {
		if attr.Key == "href" {
			return len(attr.Val) > 1 && attr.Val[0] == '#'
		}
	}
	return false
}

func (d *htmlDecoder) walk(n *html.Node) {
	for child := n.FirstChild; child != nil && d.err == nil; child = child.NextSibling {
		switch child.Type {
		case html.TextNode:
			d.text(child)
		case html.ElementNode:
			d.element(child)
		}
	}
}

func (d *htmlDecoder) text(n *html.Node) {
	if n.Parent.DataAtom != atom.Pre {
		addText(&d.line, n.Data, d.ink)
		return
	}
	if d.isApart() {
		d.line.Open()
		defer d.line.Close()
	}
	for i, line := range strings.Split(n.Data, "\n") {
		if i > 0 {
			d.endLine()
		}
		d.line.AddVerbatim(line)
	}
}

// addText adds text, in brackets if it is not one with the text around it.
func addText(line *blocks.Line, text string, k ink) {
	if !k.isApart() || strings.TrimSpace(text) == "" {
		line.Add(text)
		return
	}
	line.Open()
	line.Add(text)
	line.Close()
}

func (d *htmlDecoder) element(n *html.Node) {
	around := d.ink
	how, _, inner := d.displayOf(n, around)
	d.ink = inner
	d.stand(n, how)
	d.ink = around
}

// stand reads an element that stands on the page in the way given.
func (d *htmlDecoder) stand(n *html.Node, how display) {
	switch how {
	case inline:
		d.walk(n)
		return
	case apart:
		d.line.Open()
		d.walk(n)
		d.line.Close()
		return
	case unseen, replaced:
		if n.DataAtom != atom.Template { // what a template holds is not in the page
			d.tables += d.passOver(n, len(d.Blocks) > 0 || d.line.Len() > 0)
		}
		if n.DataAtom == atom.Img && how == replaced {
			if ref := pictureRef(n); ref != "" {
				d.pictures = append(d.pictures, ref)
			}
		}
		return
	case breakLine:
		d.endLine()
		return
	}
	d.endLine()
	outer := d.box
	if how == box {
		d.Boxes = append(d.Boxes, outer)
		d.box = len(d.Boxes) - 1
	}
	if n.DataAtom != atom.Table || !d.grid(n) {
		d.walk(n)
	}
	d.endLine()
	d.box = outer
}

// passOver reads nothing of an element but the style sheets in it. It counts the
// tables, for places are counted over all of them.
func (s *styles) passOver(n *html.Node, behind bool) (tables int) {
	look := func(n *html.Node) {
		switch n.DataAtom {
		case atom.Table:
			tables++
		case atom.Style:
			s.meet(n, behind)
		}
	}
	look(n)
	for descendant := range n.Descendants() {
		look(descendant)
	}
	return tables
}

func (d *htmlDecoder) endLine() {
	if text, ok := d.line.Take(); ok {
		d.add(blocks.Block{Text: text, Box: d.box})
	}
	for _, ref := range d.pictures {
		d.add(blocks.Block{Picture: ref, Box: d.box})
	}
	d.pictures = nil
}

func (d *htmlDecoder) add(b blocks.Block) {
	if len(d.Blocks) >= blocks.MaxBlocks {
		d.err = fmt.Errorf("%w: more than %d lines", ErrTooLarge, blocks.MaxBlocks)
		return
	}
	d.Blocks = append(d.Blocks, b)
}

// grid reads a table element as a grid of cells. It leaves a table alone that
// only arranges the page: one with a table inside, or with cells that hold
// whole passages.
func (d *htmlDecoder) grid(table *html.Node) bool {
	d.tables++
	grid := report.Table{Layout: report.Grid, At: report.Pos{Table: d.tables}}
	g := gridReader{styles: d.styles, ink: d.ink, at: grid.At}
	if !g.rows(table, &grid) {
		return false
	}
	if d.cells += g.cells; d.cells > blocks.MaxCells {
		d.err = fmt.Errorf("%w: more than %d table cells", ErrTooLarge, blocks.MaxCells)
		return true
	}
	if len(grid.Rows) > 0 {
		d.add(blocks.Block{Grid: &grid, Box: d.box, At: grid.At})
	}
	return true
}

type gridReader struct {
	*styles
	ink
	at    report.Pos // of the current row
	cells int
	line  blocks.Line
	// drawn and backed tell of the cell at hand: a program or a style puts
	// something into it that is no text of the page, or a picture lies behind it.
	drawn, backed bool
}

// rows appends the rows below n and reports false if the table is no grid.
func (g *gridReader) rows(n *html.Node, grid *report.Table) bool {
	around := g.ink
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.DataAtom {
		case atom.Style:
			g.meet(child, true)
		case atom.Tr:
			g.at.Row++
			how, _, inner := g.displayOf(child, around)
			g.ink = inner
			row, ok := g.row(child)
			if !ok {
				return false
			}
			if how != unseen {
				grid.Rows = append(grid.Rows, row)
			}
		case atom.Tbody, atom.Thead, atom.Tfoot:
			how, _, inner := g.displayOf(child, around)
			g.ink = inner
			shown := len(grid.Rows)
			if !g.rows(child, grid) {
				return false
			}
			if how == unseen {
				grid.Rows = grid.Rows[:shown]
			}
		}
	}
	g.ink = around
	return true
}

func (g *gridReader) row(tr *html.Node) (row []report.Cell, ok bool) {
	at, around := g.at, g.ink
	row = make([]report.Cell, 0, countCells(tr))
	for td := tr.FirstChild; td != nil; td = td.NextSibling {
		if td.DataAtom == atom.Style {
			g.meet(td, true)
		}
		if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
			continue
		}
		at.Col++
		g.cells++
		how, l, inner := g.displayOf(td, around)
		g.ink, g.drawn, g.backed = inner, l.is&generated != 0, l.is&pictured != 0
		lines, ok := g.content(td)
		if !ok || blocks.IsPassage(lines, g.line.Len()) {
			return nil, false
		}
		text, _ := g.line.Take()
		if g.drawn && !hasHan(text) || g.backed && text == "" {
			text += blocks.PictureMark
		}
		cell := report.Cell{Text: text, At: at}
		cell.Cols, cell.Rows = span(td, "colspan"), span(td, "rowspan")
		if how != unseen {
			row = append(row, cell)
		}
	}
	g.ink = around
	return row, true
}

// hasHan tells a label, which what a program or a style adds does not change,
// from a figure.
func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// fieldValue is what a form field in a cell shows.
func fieldValue(input *html.Node) (value string) {
	for _, a := range input.Attr {
		switch {
		case a.Key == "value":
			value = a.Val
		case a.Key == "type" && !strings.EqualFold(a.Val, "text") && !strings.EqualFold(a.Val, "number"):
			return ""
		}
	}
	return value
}

func countCells(tr *html.Node) (count int) {
	for td := tr.FirstChild; td != nil; td = td.NextSibling {
		if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
			count++
		}
	}
	return count
}

// content gathers the text of a cell, its lines divided by newlines.
func (g *gridReader) content(n *html.Node) (lines int, ok bool) {
	around := g.ink
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode {
			addText(&g.line, child.Data, around)
		}
		if child.Type != html.ElementNode {
			continue
		}
		how, l, inner := g.displayOf(child, around)
		g.drawn = g.drawn || l.is&generated != 0 && how != unseen || child.DataAtom == atom.Script
		g.backed = g.backed || l.is&pictured != 0
		switch {
		case how == unseen:
			g.passOver(child, true)
			continue
		case child.DataAtom == atom.Table:
			return 0, false
		case how == replaced:
			g.line.Add(blocks.PictureMark)
			continue
		case child.DataAtom == atom.Input:
			g.line.Add(fieldValue(child))
		case how == apart:
			g.line.Open()
		case how != inline:
			g.line.Break()
			lines++
		}
		g.ink = inner
		more, ok := g.content(child)
		g.ink = around
		if !ok {
			return 0, false
		}
		lines += more
		switch {
		case how == apart:
			g.line.Close()
		case how > breakLine:
			g.line.Break()
		}
	}
	return lines, true
}

// span reads colspan or rowspan; 0 means one.
func span(td *html.Node, name string) int {
	for _, a := range td.Attr {
		if a.Key == name {
			n, err := strconv.Atoi(strings.TrimSpace(a.Val))
			if err != nil || n <= 1 {
				return 0
			}
			return min(n, blocks.MaxSpan)
		}
	}
	return 0
}

// markCut marks the last text if the page ends inside it: a download that broke
// off in the middle of a number must not pass for the number. A table that is
// still open at the end is marked as well.
func markCut(d *blocks.Document, text []byte) {
	last := lastText(d.Blocks)
	if last == nil {
		return
	}
	inText := len(bytes.TrimSpace(text[bytes.LastIndexByte(text, '>')+1:])) > 0
	if last.Grid == nil {
		last.Cut = inText
		return
	}
	last.Grid.Cut = inText || bytes.LastIndex(text, []byte("</table")) < bytes.LastIndex(text, []byte("<td"))
	if inText {
		blocks.MarkLast(last.Grid)
	}
}
