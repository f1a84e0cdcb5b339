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
	d := &htmlDecoder{hiding: hiding{}, Document: blocks.Document{Blocks: make([]blocks.Block, 0, len(text)/line), Boxes: []int{0}, Title: pageTitle(head), Published: pageDate(head)}}
	d.walk(root)
	d.endLine()
	if d.err != nil {
		return nil, d.err
	}
	markCut(&d.Document, text)
	return &d.Document, nil
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
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return ""
	}
	return fmt.Sprintf("%s-%02d-%02d", m[1], month, day)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

type htmlDecoder struct {
	blocks.Document
	hiding
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

// displayOf is how the element stands on the page, its own style regarded.
func (h hiding) displayOf(n *html.Node) display {
	if h.hidden(n) {
		return unseen
	}
	how := displays[n.DataAtom]
	if how == inline && n.DataAtom == atom.A && isFootnote(n) {
		return apart
	}
	return how
}

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
		d.line.Add(n.Data)
		return
	}
	for i, line := range strings.Split(n.Data, "\n") {
		if i > 0 {
			d.endLine()
		}
		d.line.AddVerbatim(line)
	}
}

func (d *htmlDecoder) element(n *html.Node) {
	how := d.displayOf(n)
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
			d.tables += countTables(n)
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

// hiding remembers which styles hide an element: pages repeat a few of them
// thousands of times.
type hiding map[string]bool

// maxStyles bounds the styles remembered of one page.
const maxStyles = 2000

func (h hiding) hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			hides, known := h[a.Val]
			if !known {
				hides = mayHide(a.Val) && hidingStyle.MatchString(a.Val)
				if len(h) < maxStyles {
					h[a.Val] = hides
				}
			}
			if hides {
				return true
			}
		}
	}
	return false
}

// hidingStyle is what makes an element invisible in its own style attribute.
var hidingStyle = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0\s*(?:;|!|$)|visibility\s*:\s*collapse|mso-hide\s*:\s*all|color\s*:\s*transparent|font-size\s*:\s*0(?:\.0*)?(?:p[xt]|em|%)?\s*(?:;|!|$)`)

// mayHide is the quick way past the styles of text editors: it looks for words
// of hidingStyle in lower case, and leaves capitals to the slow way.
func mayHide(style string) bool {
	for i := range len(style) {
		switch c := style[i]; {
		case c >= 'A' && c <= 'Z':
			if strings.IndexByte("DVFOMC", c) >= 0 {
				return true
			}
		case c == 'n' && strings.HasPrefix(style[i:], "none"),
			c == 'h' && strings.HasPrefix(style[i:], "hid"),
			c == 'o' && strings.HasPrefix(style[i:], "opacity"),
			c == 'c' && strings.HasPrefix(style[i:], "collapse"),
			c == 't' && strings.HasPrefix(style[i:], "transparent"),
			c == 's' && strings.HasPrefix(style[i:], "size:0"), c == 's' && strings.HasPrefix(style[i:], "size: 0"):
			return true
		}
	}
	return false
}

// countTables counts the tables that are passed over with an element, for
// places are counted over all of them.
func countTables(n *html.Node) int {
	count := 0
	if n.DataAtom == atom.Table {
		count++
	}
	for descendant := range n.Descendants() {
		if descendant.DataAtom == atom.Table {
			count++
		}
	}
	return count
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
	g := gridReader{hiding: d.hiding, at: grid.At}
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
	hiding
	at    report.Pos // of the current row
	cells int
	line  blocks.Line
}

// rows appends the rows below n and reports false if the table is no grid.
func (g *gridReader) rows(n *html.Node, grid *report.Table) bool {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.DataAtom {
		case atom.Tr:
			g.at.Row++
			row, ok := g.row(child)
			if !ok {
				return false
			}
			if !g.hidden(child) {
				grid.Rows = append(grid.Rows, row)
			}
		case atom.Tbody, atom.Thead, atom.Tfoot:
			if !g.rows(child, grid) {
				return false
			}
		}
	}
	return true
}

func (g *gridReader) row(tr *html.Node) (row []report.Cell, ok bool) {
	at := g.at
	row = make([]report.Cell, 0, countCells(tr))
	for td := tr.FirstChild; td != nil; td = td.NextSibling {
		if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
			continue
		}
		at.Col++
		g.cells++
		lines, ok := g.content(td)
		if !ok || blocks.IsPassage(lines, g.line.Len()) {
			return nil, false
		}
		text, _ := g.line.Take()
		cell := report.Cell{Text: text, At: at}
		cell.Cols, cell.Rows = span(td, "colspan"), span(td, "rowspan")
		if g.hidden(td) {
			continue
		}
		row = append(row, cell)
	}
	return row, true
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
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode {
			g.line.Add(child.Data)
		}
		if child.Type != html.ElementNode {
			continue
		}
		how := g.displayOf(child)
		switch {
		case how == unseen:
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
		inner, ok := g.content(child)
		if !ok {
			return 0, false
		}
		lines += inner
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
