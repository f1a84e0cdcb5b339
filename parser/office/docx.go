package office

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// decodeDOCX reads a WordprocessingML package as Word prints it: what is
// deleted or hidden is not read, numbers of paragraphs are.
func decodeDOCX(ctx context.Context, data []byte) (*blocks.Document, error) {
	a, err := openArchive(ctx, data)
	if err != nil {
		return nil, err
	}
	main, err := a.mainPart("word/document.xml")
	if err != nil {
		return nil, err
	}
	d := &docx{writer: newWriter()}
	if d.relations, err = a.relations(main); err != nil {
		return nil, err
	}
	if d.numbering, err = readNumbering(a, related(d.relations, "numbering")); err != nil {
		return nil, err
	}
	if d.styles, err = readStyles(a, related(d.relations, "styles")); err != nil {
		return nil, err
	}
	d.numbering.link(d.styles)
	if d.x, err = a.open(main); err != nil {
		return nil, err
	}
	content, err := d.body()
	if err != nil {
		return nil, err
	}
	settle(content, false)
	if err := d.write(content, 0); err != nil {
		return nil, err
	}
	d.Inside = a.picture
	return &d.writer.Document, nil
}

// mainPart is the part that the package names as its document.
func (a *archive) mainPart(usual string) (string, error) {
	relations, err := a.relations("")
	if err != nil {
		return "", err
	}
	if target := related(relations, "officeDocument"); a.has(target) {
		return target, nil
	}
	return usual, nil
}

type docx struct {
	*writer
	x         *xmlReader
	relations map[string]relation
	styles    styles
	numbering *numbering
	fields    fieldsOpen
	shown     int // texts shown so far
	notes     int // footnotes and endnotes so far
	nested    int // tables around
	nodes     int
	joined    string // text of a paragraph whose end was deleted
}

// isWord tells WordprocessingML, of Word and of the strict standard, from the
// markup of drawings and formulas that has elements of the same names.
func isWord(name xml.Name) bool {
	return name.Space == "http://schemas.openxmlformats.org/wordprocessingml/2006/main" ||
		name.Space == "http://purl.oclc.org/ooxml/wordprocessingml/main"
}

const (
	compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
	vml           = "urn:schemas-microsoft-com:vml"
)

func (d *docx) body() ([]node, error) {
	for {
		start, err := d.x.nextStart()
		if err != nil {
			return nil, err
		}
		if start == nil {
			return nil, fmt.Errorf("%w: part %s has no body", blocks.ErrDamaged, d.x.part)
		}
		if isWord(start.Name) && start.Name.Local == "body" {
			break
		}
	}
	content, err := d.content()
	if err != nil {
		return nil, err
	}
	if len(d.fields) > 0 {
		return nil, fmt.Errorf("%w: a field begins and does not end, so that its text cannot be told from its code", blocks.ErrDamaged)
	}
	return content, nil
}

// content reads paragraphs and tables up to the end of the element around them.
func (d *docx) content() (content []node, err error) {
	err = d.x.each(func(start *xml.StartElement) error {
		inner, err := d.block(start)
		content = append(content, inner...)
		return err
	})
	return append(content, d.unjoined()...), err
}

// unjoined is text that waited for a paragraph to go on in and found none: a
// paragraph goes on neither in a table nor behind its cell.
func (d *docx) unjoined() []node {
	if d.joined == "" {
		return nil
	}
	text := d.joined
	d.joined = ""
	return []node{{text: text}}
}

func (d *docx) block(start *xml.StartElement) ([]node, error) {
	if start.Name.Space == compatibility && start.Name.Local == "AlternateContent" {
		var content []node
		found, err := d.alternate(func() (err error) {
			content, err = d.content()
			return err
		})
		if !found {
			return d.unread(), err
		}
		return content, err
	}
	if isWord(start.Name) {
		switch start.Name.Local {
		case "p":
			return d.paragraph()
		case "tbl":
			return d.tableNode()
		case "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml":
			return d.content()
		case "altChunk":
			d.note("文档中嵌入的外部文件未读取", "a file embedded in the document was not read")
			return d.unread(), d.x.skip()
		}
	}
	return nil, d.x.skip()
}

// unread stands for content that is not read: in a cell it leaves a mark.
func (d *docx) unread() []node {
	if d.nested == 0 {
		return nil
	}
	return []node{{text: blocks.PictureMark}}
}

// note adds a note once.
func (w *writer) note(zh, en string) {
	note := report.Text{ZH: zh, EN: en}
	for _, n := range w.Notes {
		if n == note {
			return
		}
	}
	w.Notes = append(w.Notes, note)
}

// understood are the prefixes that programs give the markup of choices that are
// read here: text boxes, groups and drawings, and what leaves text as it is.
var understood = []string{"wps", "wpg", "wpc", "wp14", "w14", "w15", "w16", "w16se", "w16cex", "w16cid", "w16du", "w16sdtdh", "wp15", "a14", "v", "o", "w10", "wpsCustomData"}

// alternate reads one of the ways in which something is written: the first
// choice that is understood, else what programs fall back to, never both. found
// is false if there is none.
func (d *docx) alternate(read func() error) (found bool, err error) {
	err = d.x.each(func(start *xml.StartElement) error {
		for prefix := range strings.FieldsSeq(attr(start, "Requires")) {
			if !slices.Contains(understood, prefix) {
				return d.x.skip()
			}
		}
		if found || start.Name.Space != compatibility {
			return d.x.skip()
		}
		found = true
		return read()
	})
	return found, err
}

// count bounds paragraphs and tables while they are gathered.
func (d *docx) count() error {
	if d.nodes++; d.nodes > blocks.MaxBlocks {
		return fmt.Errorf("%w: more than %d paragraphs", blocks.ErrTooLarge, blocks.MaxBlocks)
	}
	return nil
}

func (d *docx) tableNode() ([]node, error) {
	if d.nested++; d.nested > maxNested {
		return nil, fmt.Errorf("%w: more than %d tables within each other", blocks.ErrTooDeep, maxNested)
	}
	defer func() { d.nested-- }()
	before := d.unjoined()
	t := &docxTable{}
	if err := d.rows(t); err != nil {
		return nil, err
	}
	return append(before, node{table: &t.table}), d.count()
}

// docxTable is a table while it is read.
type docxTable struct {
	table
	ground tableGround
}

func (d *docx) rows(t *docxTable) error {
	return d.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "tblPr":
			return d.x.each(func(property *xml.StartElement) error {
				switch property.Name.Local {
				case "tblStyle":
					t.ground = t.ground.over(d.styles.find(attr(property, "val")).ground)
				case "shd":
					t.ground.all = choose(isColoured(property))
				}
				return d.x.skip()
			})
		case "tr":
			return d.row(t)
		case "sdt", "sdtContent", "ins", "moveTo", "customXml":
			return d.rows(t)
		}
		return d.x.skip()
	})
}

// gridUnit is the width of a column of the document's own grid: any number that
// is not near another.
const gridUnit = 10 * near

func (d *docx) row(t *docxTable) error {
	r := docxRow{docx: d, coloured: t.ground.all == on}
	if len(t.table.rows) == 0 && t.ground.firstRow != unset {
		r.coloured = t.ground.firstRow == on
	}
	if err := r.read(); err != nil {
		return err
	}
	if !r.deleted {
		t.table.rows = append(t.table.rows, r.tableRow)
	}
	return nil
}

type docxRow struct {
	*docx
	tableRow
	right    int  // columns passed
	coloured bool // the ground of cells that do not say
	deleted  bool
}

func (r *docxRow) read() error {
	return r.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "trPr":
			return r.properties()
		case "tc":
			return r.cell()
		case "sdt", "sdtContent", "ins", "moveTo", "customXml":
			return r.read()
		}
		return r.x.skip()
	})
}

func (r *docxRow) properties() error {
	return r.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "gridBefore":
			r.right += r.columns(start)
		case "hidden":
			r.hidden = isOn(start)
		case "del":
			r.deleted = true
		}
		return r.x.skip()
	})
}

func (r *docxRow) columns(start *xml.StartElement) int {
	n, _ := strconv.Atoi(attr(start, "val"))
	return min(max(n, 0), blocks.MaxCells)
}

func (r *docxRow) cell() error {
	c := tableCell{left: r.right * gridUnit}
	span, ground := 1, ground{coloured: r.coloured}
	err := r.x.each(func(start *xml.StartElement) error {
		if start.Name.Local == "tcPr" {
			return r.cellProperties(&c, &span, &ground)
		}
		inner, err := r.block(start)
		c.content = append(c.content, inner...)
		return err
	})
	c.content = finished(append(c.content, r.unjoined()...), ground)
	r.right += span
	c.right = r.right * gridUnit
	r.cells = append(r.cells, c)
	return err
}

func (r *docxRow) cellProperties(c *tableCell, span *int, g *ground) error {
	return r.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "shd":
			g.coloured = isColoured(start)
		case "tcBorders":
			return r.x.each(func(side *xml.StartElement) error {
				style := attr(side, "val")
				if isAcross := side.Name.Local == "tl2br" || side.Name.Local == "tr2bl"; isAcross && style != "nil" && style != "none" {
					g.slashed = true
				}
				return r.x.skip()
			})
		case "gridSpan":
			*span = max(r.columns(start), 1)
		case "vMerge":
			c.down = goesOn
			if attr(start, "val") == "restart" {
				c.down = begins
			}
		case "hMerge":
			c.across = attr(start, "val") != "restart"
		}
		return r.x.skip()
	})
}

// docxParagraph is a paragraph while it is read.
type docxParagraph struct {
	*docx
	text     []byte
	pictures []string
	boxes    []node // what its text boxes hold
	base     look   // how its style shows text
	number   numberRef
	unended  bool // its end was deleted: the next paragraph goes on in it
}

func (d *docx) paragraph() ([]node, error) {
	p := &docxParagraph{docx: d, base: d.styles.paragraph("").look, number: d.styles.paragraph("").number}
	if err := p.inline(); err != nil {
		return nil, err
	}
	if err := d.count(); err != nil {
		return nil, err
	}
	text := d.joined + string(p.text)
	d.joined = ""
	if p.unended {
		d.joined = text
		return p.boxes, nil
	}
	if p.base.hidden != on {
		number := d.numbering.next(p.number)
		if d.nested > 0 {
			number = cellNumber(number, text)
		}
		text = number + text
	}
	if len(p.pictures) == 0 || strings.TrimSpace(withoutPictures(text)) != "" {
		if d.nested == 0 {
			text = withoutOrnaments(text)
		}
		return append([]node{{text: text}}, p.boxes...), nil
	}
	content := make([]node, 0, len(p.pictures)+len(p.boxes))
	for _, picture := range p.pictures {
		content = append(content, node{picture: picture})
	}
	return append(content, p.boxes...), nil
}

// inline reads what stands in a line.
func (p *docxParagraph) inline() error {
	return p.x.each(func(start *xml.StartElement) error {
		if !isWord(start.Name) {
			switch start.Name.Local {
			case "AlternateContent":
				return p.orMark(p.alternate(p.inline))
			case "oMath", "oMathPara", "contentPart":
				p.show(blocks.PictureMark)
			}
			return p.x.skip()
		}
		switch start.Name.Local {
		case "pPr":
			return p.properties()
		case "r":
			return p.run()
		case "hyperlink":
			if anchor := attr(start, "anchor"); strings.HasPrefix(anchor, "_ftn") || strings.HasPrefix(anchor, "_edn") {
				return p.apart(p.inline)
			}
			return p.inline()
		case "bdo":
			return p.apart(p.inline)
		case "fldSimple":
			before := p.shown
			err := p.inline()
			return p.endField(attr(start, "instr"), before, err)
		case "subDoc", "contentPart":
			p.show(blocks.PictureMark)
		case "ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "dir":
			return p.inline()
		}
		return p.x.skip()
	})
}

// show adds text unless it stands in the code of a field.
func (p *docxParagraph) show(text string) {
	if !p.fields.inCode() {
		p.text = append(p.text, text...)
		p.shown++
	}
}

// orMark shows a mark for markup of which no way to write it was found.
func (p *docxParagraph) orMark(found bool, err error) error {
	if !found {
		p.show(blocks.PictureMark)
	}
	return err
}

// endField shows a mark for a field that prints what the document does not hold.
func (p *docxParagraph) endField(code string, before int, err error) error {
	if printsUnread(code, p.shown > before) {
		p.show(blocks.PictureMark)
	}
	return err
}

// apart puts brackets around what read adds, if it adds anything.
func (p *docxParagraph) apart(read func() error) error {
	begin := len(p.text)
	err := read()
	p.bracket(begin)
	return err
}

func (p *docxParagraph) bracket(begin int) {
	added := bracketed(string(p.text[begin:]))
	p.text = append(p.text[:begin], added...)
}

// bracketed marks text that is not one with the text around it: a footnote mark,
// what is struck out. 12 with footnote 1 never reads 121.
func bracketed(text string) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	return "〔" + text + "〕"
}

func (p *docxParagraph) properties() error {
	return p.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "pStyle":
			style := p.styles.paragraph(attr(start, "val"))
			p.base = style.look
			p.number = p.number.overlaid(style.number)
		case "numPr":
			number, err := readNumberRef(p.x)
			p.number = p.number.overlaid(number)
			return err
		case "shd":
			p.base.coloured = choose(isColoured(start))
		case "rPr":
			return p.x.each(func(mark *xml.StartElement) error {
				p.unended = p.unended || mark.Name.Local == "del" || mark.Name.Local == "moveFrom"
				return p.x.skip()
			})
		}
		return p.x.skip()
	})
}

// run reads a run: text in one look.
func (p *docxParagraph) run() error {
	shown, begin, pictures, boxes := p.base, len(p.text), len(p.pictures), len(p.boxes)
	err := p.runContent(&shown)
	switch {
	case shown.hidden == on:
		p.text, p.pictures, p.boxes = p.text[:begin], p.pictures[:pictures], p.boxes[:boxes]
	case shown.standing() == apart:
		p.bracket(begin)
	case shown.standing() == inWhite:
		added := white(string(p.text[begin:]))
		p.text = append(p.text[:begin], added...)
	}
	return err
}

func (p *docxParagraph) runContent(shown *look) error {
	return p.x.each(func(start *xml.StartElement) error {
		switch {
		case start.Name.Space == compatibility && start.Name.Local == "AlternateContent":
			return p.orMark(p.alternate(func() error { return p.runContent(shown) }))
		case start.Name.Local == "contentPart":
			p.show(blocks.PictureMark)
			return p.x.skip()
		case !isWord(start.Name):
			return p.x.skip()
		}
		switch start.Name.Local {
		case "rPr":
			return readLook(p.x, shown, p.styles)
		case "t":
			text, err := p.x.text()
			p.show(shown.inFont(strings.ReplaceAll(text, "\n", " ")))
			return err
		case "instrText":
			text, err := p.x.text()
			p.fields.addCode(text)
			return err
		case "pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong":
			p.show(blocks.PictureMark)
		case "tab", "ptab":
			p.show("\t")
		case "br", "cr":
			p.show("\n")
		case "noBreakHyphen":
			p.show("-")
		case "sym":
			p.show(symbol(attr(start, "font"), attr(start, "char")))
		case "footnoteReference", "endnoteReference":
			p.footnote(attr(start, "customMarkFollows"))
		case "fldChar":
			return p.fieldChar(attr(start, "fldCharType"))
		case "drawing", "pict", "object":
			return p.drawing()
		case "ruby":
			return p.ruby(shown)
		}
		return p.x.skip()
	})
}

// symbol is a character of a font of symbols. Letters and digits of the font
// Symbol are known; what other fonts draw for a code is not.
func symbol(font, code string) string {
	r, err := strconv.ParseUint(code, 16, 32)
	if err != nil {
		return "〔符〕"
	}
	if r >= 0xF000 && r <= 0xF0FF {
		r -= 0xF000
	}
	known := font == "Symbol" && (r >= '0' && r <= '9' || r == ' ' || r == '(' || r == ')' || r == '+' || r == '.' || r == '/')
	if known || r > 0xFF && (r < 0xE000 || r > 0xF8FF) && r < 0xD800 {
		return string(rune(r))
	}
	return "〔符〕"
}

func (p *docxParagraph) footnote(ownMark string) {
	if ownMark == "1" || ownMark == "true" || ownMark == "on" {
		return // its mark follows as text
	}
	p.notes++
	p.show("〔" + strconv.Itoa(p.notes) + "〕")
}

// fieldChar follows a field: its code is not shown, its result is. A form field
// shows what is chosen in it, which is no text of the document.
func (p *docxParagraph) fieldChar(kind string) error {
	switch n := len(p.fields); {
	case kind == "begin":
		if n >= maxDepth {
			return fmt.Errorf("%w: more than %d fields within each other", blocks.ErrTooDeep, maxDepth)
		}
		err := p.x.each(func(data *xml.StartElement) error {
			if data.Name.Local != "ffData" {
				return p.x.skip()
			}
			return p.x.each(func(field *xml.StartElement) error {
				if field.Name.Local == "checkBox" || field.Name.Local == "ddList" {
					p.show(blocks.PictureMark)
				}
				return p.x.skip()
			})
		})
		p.fields = append(p.fields, openField{inCode: true, shown: p.shown})
		return err
	case kind == "separate" && n > 0:
		p.fields[n-1].inCode = false
	case kind == "end" && n > 0:
		ended := p.fields[n-1]
		p.fields = p.fields[:n-1]
		return p.endField(string(ended.code), ended.shown, p.x.skip())
	}
	return p.x.skip()
}

// drawing reads a drawing: the text of its text boxes, else its picture.
func (p *docxParagraph) drawing() error {
	if p.nested++; p.nested > maxNested {
		return fmt.Errorf("%w: more than %d drawings and tables within each other", blocks.ErrTooDeep, maxNested)
	}
	picture, boxes := "", len(p.boxes)
	err := p.shapes(&picture)
	p.nested--
	if picture != "" && !p.fields.inCode() {
		p.pictures = append(p.pictures, picture)
	}
	if picture != "" || len(p.boxes) == boxes { // a shape is a picture as well
		p.show(blocks.PictureMark)
	}
	return err
}

func (p *docxParagraph) shapes(picture *string) error {
	return p.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "txbxContent":
			joined := p.joined
			p.joined = ""
			content, err := p.content()
			p.joined = joined
			// A box outside of tables is taken to have a ground for its own white
			// print: titles have.
			const outside = 1
			settle(content, p.nested == outside)
			p.boxes = append(p.boxes, content...)
			return err
		case "AlternateContent":
			_, err := p.alternate(func() error { return p.shapes(picture) })
			return err
		case "blip", "imagedata":
			id := attr(start, "embed")
			if start.Name.Space == vml {
				id = attr(start, "id")
			}
			if target := p.relations[id].target; target != "" && *picture == "" {
				*picture = target
			}
		}
		return p.shapes(picture)
	})
}

// ruby reads text with its reading above it.
func (p *docxParagraph) ruby(shown *look) error {
	return p.x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "rt":
			return p.apart(p.inline)
		case "rubyBase":
			return p.inline()
		}
		return p.x.skip()
	})
}

// isOn reads a property that is on by being there, unless it says otherwise.
func isOn(start *xml.StartElement) bool {
	switch attr(start, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
