package office

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"gongkai/parser/blocks"
)

// docRun is how characters of a DOC are shown.
type docRun struct {
	look
	deleted, special bool
	symbol           string
	picture          int // where its bytes lie, noPicture if it does not say
}

// docParagraph is what a paragraph of a DOC says of itself.
type docParagraph struct {
	levels                    int
	inTable, rowEnd           bool
	innerCellEnd, innerRowEnd bool
	number                    numberRef
	look                      // its ground
	edges                     []cellEdges
}

// Marks in the text of a DOC.
const (
	markPicture    = 0x01
	markFootnote   = 0x02
	markCell       = 0x07
	markDrawing    = 0x08
	markTab        = 0x09
	markLine       = 0x0B
	markPage       = 0x0C
	markParagraph  = 0x0D
	markColumn     = 0x0E
	markFieldBegin = 0x13
	markFieldText  = 0x14
	markFieldEnd   = 0x15
	markHyphen     = 0x1E
	markSymbol     = 0x28
)

// text reads the document's own text, piece by piece.
func (d *doc) text() error {
	var high rune // the first half of a character
	for _, p := range d.pieces {
		var run docRun
		from, to := 0, 0 // the bytes that run holds for
		for i := p.first; i < min(p.end, d.length); i++ {
			if i%(1<<14) == 0 && d.ctx.Err() != nil {
				return fmt.Errorf("read its text: %w", d.ctx.Err())
			}
			at, c := p.char(d.main, i)
			if at < from || at >= to {
				run, from, to = d.runAt(at, p)
			}
			if d.applied > maxApplied {
				return fmt.Errorf("%w: more than %d bytes of properties", blocks.ErrTooLarge, maxApplied)
			}
			switch {
			case utf16.IsSurrogate(c) && c < 0xDC00:
				high = c
				continue
			case utf16.IsSurrogate(c):
				c = utf16.DecodeRune(high, c)
			}
			if err := d.char(c, run, at, p); err != nil {
				return err
			}
		}
	}
	if len(d.fields) > 0 {
		return fmt.Errorf("%w: a field begins and does not end, so that its text cannot be told from its code", blocks.ErrDamaged)
	}
	return d.endParagraph(docParagraph{}, false)
}

// char is a character of the piece and where its bytes are.
func (p piece) char(main []byte, i int) (at int, c rune) {
	if p.wide {
		at = p.at + 2*(i-p.first)
		return at, rune(u16(main, at))
	}
	at = p.at + i - p.first
	return at, charmap.Windows1252.DecodeByte(main[at])
}

// runAt is how the character at a byte is shown, and for which bytes that holds.
func (d *doc) runAt(at int, p piece) (r docRun, from, to int) {
	from, to, r.picture = at, at+1, noPicture
	if f := covering(d.runs, at); f != nil {
		from, to = f.at, f.end
		r.apply(f.properties, d)
		d.applied += len(f.properties)
	}
	r.apply(p.properties, d)
	d.applied += len(p.properties)
	return r, from, to
}

func (r *docRun) apply(list []byte, d *doc) {
	const sprmStyle = 0x4A30
	sprms(list, func(sprm int, operand []byte) {
		value := int(operand[0])
		isOn := value == 1 || value == 0x81
		switch sprm {
		case sprmStyle:
			if i := u16(operand, 0); i < len(d.styles) {
				r.look = d.styles[i].look.over(r.look)
			}
		case sprmFont:
			r.signs = otherFont
			if d.signs[u16(operand, 0)] {
				r.signs = "signs"
			}
		case sprmDeleted:
			r.deleted = isOn
		case sprmHidden:
			r.hidden = choose(isOn)
		case sprmStruck:
			r.struck = choose(isOn)
		case sprmStruckTwice:
			r.struckTwice = choose(isOn)
		case sprmRaised:
			r.raised = choose(value == 1 || value == 2)
		case sprmShifted:
			r.shifted = choose(isShifted(int(int16(u16(operand, 0)))))
		case sprmSpecial:
			r.special = isOn
		case sprmPicture:
			r.picture = u32(operand, 0)
		case sprmSymbol:
			r.symbol = symbol("", strconv.FormatInt(int64(u16(operand, 2)), 16))
		default:
			r.colour(sprm, operand)
		}
	})
}

// Numbers of colours: white among sixteen, and the byte that says that a colour
// is the one that text and paper have anyway.
const whiteOf16, ownColour = 8, 0xFF

// colour follows the colours of text and of its ground, and its size.
func (l *look) colour(sprm int, operand []byte) {
	switch sprm {
	case sprmColourOf16:
		l.white = choose(operand[0] == whiteOf16)
	case sprmColour:
		l.white = choose(operand[3] != ownColour && isWhiteRGB(int(operand[0]), int(operand[1]), int(operand[2])))
	case sprmSize:
		l.tiny = choose(isTiny(float64(u16(operand, 0)) / 2))
	case sprmHighlight:
		l.coloured = choose(operand[0] != 0 && operand[0] != whiteOf16)
	case sprmShading, sprmParagraphShading:
		l.coloured = choose(isShaded(operand))
	case sprmShadingOf16, sprmParagraphShadingOf16:
		l.coloured = choose(isShadedOf16(operand))
	}
}

// Patterns of shading: the ground alone, the colour in front alone; all others
// mix them.
const clearPattern, solidPattern, noPattern = 0, 1, 0xFFFF

// isShaded tells whether a shading gives another ground than paper: the colour
// in front, that of the ground, and how they are mixed.
func isShaded(shading []byte) bool {
	if len(shading) < 10 {
		return false
	}
	colour := shading[:4]
	switch u16(shading, 8) {
	case noPattern:
		return false
	case clearPattern:
		if colour = shading[4:8]; colour[3] == ownColour {
			return false
		}
	case solidPattern:
	default:
		return true
	}
	return colour[3] == ownColour || !isWhiteRGB(int(colour[0]), int(colour[1]), int(colour[2]))
}

// isShadedOf16 is the same for a shading of sixteen colours in one number.
func isShadedOf16(shading []byte) bool {
	n := u16(shading, 0)
	front, ground, pattern := n&0x1F, n>>5&0x1F, n>>10
	switch {
	case n == 0xFFFF:
		return false
	case pattern == clearPattern:
		return ground != 0 && ground != whiteOf16
	case pattern == solidPattern:
		return front != whiteOf16
	}
	return true
}

func (d *doc) char(c rune, run docRun, at int, p piece) error {
	// The deleted end of a paragraph divides text all the same: what it goes on
	// with may be a table.
	if run.deleted && c != markCell && c != markParagraph {
		return nil
	}
	switch c {
	case markFieldBegin:
		if len(d.fields) >= maxDepth {
			return fmt.Errorf("%w: more than %d fields within each other", blocks.ErrTooDeep, maxDepth)
		}
		d.fields = append(d.fields, openField{inCode: true, shown: d.shown})
		return nil
	case markFieldText:
		if n := len(d.fields); n > 0 {
			d.fields[n-1].inCode = false
		}
		return nil
	case markFieldEnd:
		d.endField(run)
		return nil
	}
	if d.fields.inCode() {
		d.fields.addCode(string(c))
		return nil
	}
	switch c {
	case markParagraph, markCell, markPage:
		return d.mark(c, at, p)
	}
	if run.hidden != on {
		d.show(d.printed(c, run), run.standing())
	}
	return nil
}

// endField ends the innermost field, with a mark if it prints what the document
// does not hold.
func (d *doc) endField(run docRun) {
	last := len(d.fields) - 1
	if last < 0 {
		return
	}
	ended := d.fields[last]
	d.fields = d.fields[:last]
	if printsUnread(string(ended.code), d.shown > ended.shown) && !d.fields.inCode() && run.hidden != on {
		d.pictured(noPicture)
		d.show(blocks.PictureMark, inLine)
	}
}

// printed is what a character prints.
func (d *doc) printed(c rune, run docRun) string {
	switch {
	case c == markTab:
		return "\t"
	case c == markLine, c == markColumn:
		return "\n"
	case c == markHyphen:
		return "-"
	case run.special && run.symbol != "" && c == markSymbol:
		return run.symbol
	case run.special && c == markPicture:
		d.pictured(run.picture)
		return blocks.PictureMark
	case run.special && c == markDrawing:
		d.pictured(noPicture)
		return blocks.PictureMark
	case run.special && c == markFootnote:
		d.notes++
		if run.standing() == apart {
			return strconv.Itoa(d.notes)
		}
		return bracketed(strconv.Itoa(d.notes))
	case c < ' ':
		return ""
	}
	return run.inFont(string(c))
}

func (d *doc) show(text string, how standing) {
	if how == inWhite && text == blocks.PictureMark {
		how = inLine
	}
	if strings.TrimSpace(text) != "" {
		d.stand(how)
	}
	d.chars = append(d.chars, text...)
	d.shown++
}

// stand ends text that stands in one way and begins text that stands in another.
func (d *doc) stand(how standing) {
	if how != d.stands {
		d.chars = append(append(d.chars, standingEnds[d.stands]...), standingBegins[how]...)
		d.stands = how
	}
}

// mark ends a paragraph, a cell or a row.
func (d *doc) mark(c rune, at int, p piece) error {
	paragraph := d.paragraphAt(at, p)
	level := paragraph.level()
	switch {
	case c == markCell && paragraph.rowEnd:
		d.chars, d.places, d.stands = d.chars[:0], nil, inLine
		return d.endRow(1, paragraph.edges)
	case c == markCell:
		return d.endCellWith(paragraph, 1)
	case paragraph.innerRowEnd && level > 1:
		d.chars, d.places, d.stands = d.chars[:0], nil, inLine
		return d.endRow(level, paragraph.edges)
	case paragraph.innerCellEnd && level > 1:
		return d.endCellWith(paragraph, level)
	case c == markPage && level > 0:
		d.chars = append(d.chars, '\n')
		return nil
	}
	return d.endParagraph(paragraph, true)
}

func (d *doc) endCellWith(p docParagraph, level int) error {
	p.levels, p.inTable = level, true
	if err := d.endParagraph(p, false); err != nil {
		return err
	}
	return d.endCell(level)
}

func (p docParagraph) level() int {
	if p.levels == 0 && p.inTable {
		return 1
	}
	return p.levels
}

// endParagraph ends the paragraph; one without text counts only in a cell.
func (d *doc) endParagraph(p docParagraph, written bool) error {
	d.stand(inLine)
	level := p.level()
	text, number, places := string(d.chars), d.lists.next(p.number), d.takePlaces()
	if p.coloured == on {
		text = seen(text, true)
	}
	if level > 0 {
		number = cellNumber(number, text)
	}
	text = number + text
	d.chars = d.chars[:0]
	if text == "" && !(written && level > 0) {
		return nil
	}
	if pictures := strings.Count(text, blocks.PictureMark); level == 0 && pictures > 0 {
		if strings.TrimSpace(withoutPictures(text)) == "" {
			return d.addPictures(pictures, places)
		}
		text = withoutOrnaments(text)
	}
	return d.leveled.add(level, node{text: text})
}

// paragraphAt is what the paragraph that ends at a byte says of itself.
func (d *doc) paragraphAt(at int, piece piece) docParagraph {
	var p docParagraph
	if f := covering(d.paragraphs, at); f != nil {
		if f.style < len(d.styles) {
			p.number = d.styles[f.style].number
			p.coloured = d.styles[f.style].look.coloured
		}
		d.apply(&p, f.properties, true)
	}
	d.apply(&p, piece.properties, true)
	return p
}

func (d *doc) apply(p *docParagraph, list []byte, elsewhere bool) {
	d.applied += len(list)
	sprms(list, func(sprm int, operand []byte) {
		switch sprm {
		case sprmInTable:
			p.inTable = operand[0] == 1
		case sprmRowEnd:
			p.rowEnd = operand[0] == 1
		case sprmLevels:
			p.levels = min(u32(operand, 0), maxNested+1)
		case sprmMoreLevels:
			p.levels = min(max(p.levels+int(int32(u32(operand, 0))), 0), maxNested+1)
		case sprmInnerCellEnd:
			p.innerCellEnd = operand[0] == 1
		case sprmInnerRowEnd:
			p.innerRowEnd = operand[0] == 1
		case sprmListLevel:
			p.number.level, p.number.hasLevel = int(operand[0]), true
		case sprmList:
			p.number.list, p.number.hasList = u16(operand, 0), true
		case sprmElsewhere, sprmElsewhereOld:
			at := u32(operand, 0)
			if size := u16(d.data, at); elsewhere && size > 0 && at+2+size <= len(d.data) {
				d.apply(p, d.data[at+2:at+2+size], false)
			}
		case sprmRow:
			p.edges = rowEdges(operand)
		case sprmDownMerge:
			if len(operand) >= 2 && int(operand[0]) < len(p.edges) {
				p.edges[operand[0]].down = [4]merge{alone, goesOn, alone, begins}[operand[1]&3]
			}
		case sprmJoin:
			for i := int(operand[0]) + 1; i < int(operand[1]) && i < len(p.edges); i++ {
				p.edges[i].across = true
			}
		case sprmParagraphShading, sprmParagraphShadingOf16:
			p.colour(sprm, operand)
		case sprmCellShading, sprmCellShadingRaw:
			shadeCells(p.edges, 0, operand)
		case sprmCellShading2, sprmCellShadingRaw2:
			shadeCells(p.edges, 22, operand)
		case sprmCellShading3, sprmCellShadingRaw3:
			shadeCells(p.edges, 44, operand)
		case sprmCellShadingOf16:
			for i := 0; i < len(p.edges) && 2*i+2 <= len(operand); i++ {
				p.edges[i].coloured = isShadedOf16(operand[2*i:])
			}
		case sprmBorders, sprmBordersOld:
			drawAcross(p.edges, operand, sprm == sprmBorders)
		case sprmSplit:
			for i := int(operand[0]); i < int(operand[1]) && i < len(p.edges); i++ {
				p.edges[i].across = false
			}
		}
	})
}

// shadeCells reads the shadings of cells from a number on.
func shadeCells(edges []cellEdges, first int, operand []byte) {
	const size = 10
	for i := first; i < len(edges) && len(operand) >= size; i++ {
		edges[i].coloured = isShaded(operand)
		operand = operand[size:]
	}
}

// drawAcross reads a line across cells: which cells, which lines, and the line.
func drawAcross(edges []cellEdges, operand []byte, isNew bool) {
	const across, noLine = 0x30, 0xFF
	kind := 3 + 1 // the place of the kind of line
	if isNew {
		kind = 3 + 5
	}
	if len(operand) <= kind || operand[2]&across == 0 {
		return
	}
	for i := int(operand[0]); i < int(operand[1]) && i < len(edges); i++ {
		edges[i].slashed = operand[kind] != 0 && operand[kind] != noLine
	}
}

// rowEdges reads the cells of a row: where they begin and how they are merged.
func rowEdges(operand []byte) []cellEdges {
	if len(operand) == 0 {
		return nil
	}
	count := int(operand[0])
	centers, cells := operand[1:], operand[1:]
	if len(centers) < 2*(count+1) {
		return nil
	}
	cells = cells[2*(count+1):]
	edges := make([]cellEdges, count)
	for i := range edges {
		e := &edges[i]
		e.left, e.right = int(int16(u16(centers, 2*i))), int(int16(u16(centers, 2*i+2)))
		const size, across, down, downFirst = 20, 2, 0x20, 0x40
		flags := u16(cells, size*i)
		e.across = flags&across != 0
		switch {
		case flags&downFirst != 0:
			e.down = begins
		case flags&down != 0:
			e.down = goesOn
		}
	}
	return edges
}
