package office

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"gongkai/parser/blocks"
)

// decodeRTF reads a rich text file: text with control words in groups. A file
// that ends within a group was cut off, and what it ends in is marked.
func decodeRTF(ctx context.Context, data []byte) (*blocks.Document, error) {
	start := bytes.IndexByte(data, '{')
	r := &rtf{writer: newWriter(), data: data[max(start, 0):], fonts: map[int]int{}, group: rtfGroup{skipAfter: 1}}
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	content := r.finish()
	settle(content, false)
	if err := r.write(content, 0); err != nil {
		return nil, err
	}
	if len(r.outer) > 0 {
		r.markCut()
	}
	r.Inside = r.inside(func(place int) []byte { return rtfPicture(r.data, place) })
	return &r.writer.Document, nil
}

// markCut marks what the document ends in.
func (w *writer) markCut() {
	if len(w.Blocks) == 0 {
		return
	}
	last := &w.Blocks[len(w.Blocks)-1]
	if last.Grid == nil {
		last.Cut = true
		return
	}
	last.Grid.Cut = true
	blocks.MarkLast(last.Grid)
}

type rtf struct {
	*writer
	leveled
	data     []byte
	at       int
	group    rtfGroup
	outer    []rtfGroup
	shapes   []interrupted
	text     []byte // the paragraph so far
	stands   standing
	numbered int // bytes of the number of a list at its beginning
	shown    int // texts shown so far
	fields   fieldsOpen
	colours  rtfColours
	bytes    []byte // of characters that are not decoded yet
	high     rune   // the first half of a character
	skip     int    // characters to pass over: what stands in for a Unicode one
	codePage int
	fonts    map[int]int // character sets
	font     int         // that the font table is at
	fontName []byte      // in the font table, so far
	edges    []cellEdges // of the row
	nested   []cellEdges // of the row of a table within a cell
	next     cellEdges   // of the cell that is described
	across   bool        // its line across is described
	left     int
	notes    int
	length   int // bytes of text so far
	words    int // control words so far
}

// interrupted is a paragraph so far that a text box interrupts.
type interrupted struct {
	text     []byte
	places   []int // of its pictures
	numbered int
}

// rtfGroup is what holds until the group ends.
type rtfGroup struct {
	skipped   bool // a destination that shows nothing
	starred   bool // \*: skip it unless the next word is known
	fontTable bool
	either    bool // only the group for Unicode counts
	nestedRow bool // describes a row of a table within a cell
	colours   bool // the table of colours
	field     bool // a field began in this group
	code      bool // of a field
	white     bool
	tiny      bool
	coloured  bool // the ground of the text
	ground    bool // of the paragraph is coloured
	number    bool // the number of a paragraph that is counted automatically
	shape     bool // a text box began in this group
	property  bool // of a drawing that is shown: its picture may be one
	hidden    bool
	deleted   bool
	struck    bool
	raised    bool
	shifted   bool
	inTable   bool
	level     int // tables around the paragraph
	base      int // tables around the text box
	font      int
	skipAfter int // characters behind a Unicode one that stand in for it
}

// maxGroups bounds groups within groups, maxWords the control words of a
// document: real reports have less than 500,000.
const maxGroups, maxWords = 1000, 8_000_000

func (r *rtf) read(ctx context.Context) error {
	for n := 0; r.at < len(r.data); n++ {
		if r.words > maxWords {
			return fmt.Errorf("%w: more than %d control words", blocks.ErrTooLarge, maxWords)
		}
		if n%(1<<16) == 0 && ctx.Err() != nil {
			return fmt.Errorf("read its groups: %w", ctx.Err())
		}
		c := r.data[r.at]
		r.at++
		var err error
		switch c {
		case '{':
			r.flushBytes()
			r.skip = 0
			if len(r.outer) >= maxGroups {
				return fmt.Errorf("%w: more than %d groups within each other", blocks.ErrTooDeep, maxGroups)
			}
			r.outer = append(r.outer, r.group)
			r.group.shape, r.group.field = false, false
			r.group.skipped = r.group.skipped || r.group.either
		case '}':
			err = r.endGroup()
			if len(r.outer) == 0 {
				r.at = len(r.data) // what follows is no part of the document
			}
		case '\\':
			err = r.control()
			if r.length > maxText {
				return tooMuchText()
			}
		case '\r', '\n':
		default:
			r.char(c)
		}
		if err != nil {
			return err
		}
	}
	r.flushBytes()
	if r.length > maxText {
		return tooMuchText()
	}
	return r.endParagraph(false)
}

func (r *rtf) endGroup() error {
	r.flushBytes()
	r.skip = 0
	if r.group.shape {
		if err := r.endParagraph(false); err != nil {
			return err
		}
		last := len(r.shapes) - 1
		r.text, r.places, r.numbered, r.shapes = r.shapes[last].text, r.shapes[last].places, r.shapes[last].numbered, r.shapes[:last]
	}
	if r.group.field {
		r.endField()
	}
	if len(r.outer) > 0 {
		r.group = r.outer[len(r.outer)-1]
		r.outer = r.outer[:len(r.outer)-1]
	}
	return nil
}

// control reads what stands behind a backslash.
func (r *rtf) control() error {
	if r.at >= len(r.data) {
		return nil
	}
	c := r.data[r.at]
	if c|0x20 >= 'a' && c|0x20 <= 'z' {
		return r.word()
	}
	r.at++
	switch c {
	case '\'':
		if r.at+2 <= len(r.data) {
			if n, err := strconv.ParseUint(string(r.data[r.at:r.at+2]), 16, 8); err == nil {
				r.at += 2
				r.char(byte(n))
			}
		}
		return nil
	case '\\', '{', '}':
		r.char(c)
		return nil
	}
	r.flushBytes()
	switch c {
	case '*':
		r.group.starred = true
	case '~':
		r.show("\u00a0")
	case '_':
		r.show("-")
	case '\n', '\r':
		return r.apply("par", 0, false)
	}
	return nil
}

// word reads a control word with its number.
func (r *rtf) word() error {
	begin := r.at
	for r.at < len(r.data) && r.data[r.at]|0x20 >= 'a' && r.data[r.at]|0x20 <= 'z' {
		r.at++
	}
	r.words++
	name := string(r.data[begin:r.at])
	begin = r.at
	if r.at < len(r.data) && r.data[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' {
		r.at++
	}
	digits := string(r.data[begin:r.at])
	if digits == "-" {
		r.at--
		digits = ""
	}
	value, err := strconv.Atoi(digits)
	has := digits != "" && err == nil
	if r.at < len(r.data) && r.data[r.at] == ' ' {
		r.at++
	}
	r.flushBytes()
	if name == "bin" {
		r.at = min(r.at+max(value, 0), len(r.data))
		return nil
	}
	if r.skip > 0 && name != "u" {
		r.skip--
		return nil
	}
	starred := r.group.starred
	r.group.starred = false
	if starred && !knownStarred[name] {
		r.group.skipped, r.group.fontTable = true, false
		return nil
	}
	return r.apply(name, value, has)
}

// knownStarred are destinations that a reader may pass over and this one reads.
var knownStarred = map[string]bool{"shppict": true, "shpinst": true, "nesttableprops": true, "ud": true, "moMath": true, "fldinst": true, "footnote": true, "pict": true}

// unshown are destinations without text of the page.
var unshown = map[string]bool{
	"stylesheet": true, "info": true, "header": true, "headerl": true, "headerr": true, "headerf": true,
	"footer": true, "footerl": true, "footerr": true, "footerf": true, "footnote": true, "ftnsep": true, "ftnsepc": true, "ftncn": true,
	"aftnsep": true, "aftnsepc": true, "aftncn": true, "xe": true, "tc": true, "tcn": true, "rxe": true, "txe": true, "nonesttables": true, "nonshppict": true,
	"shprslt": true, "fldinst": true, "listtable": true, "annotation": true, "filetbl": true, "revtbl": true, "pntxta": true, "pntxtb": true, "objdata": true, "dptxbxtext": true,
}

// signs are control words for characters.
var signs = map[string]string{
	"tab": "\t", "line": "\n", "lbr": "\n", "page": "\n", "column": "\n", "softline": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
	"ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}

func (r *rtf) apply(name string, value int, has bool) error {
	if sign, ok := signs[name]; ok {
		r.show(sign)
		return nil
	}
	if unshown[name] {
		r.group.code = name == "fldinst"
		r.group.skipped = true
		return nil
	}
	isOn := !has || value != 0
	g := &r.group
	switch name {
	case "u":
		r.unicode(value)
	case "uc":
		g.skipAfter = min(max(value, 0), 16)
	case "ansicpg":
		r.codePage = value
	case "fonttbl":
		g.fontTable, g.skipped = true, true
	case "f":
		g.font, r.font = value, value
	case "fcharset":
		if g.fontTable && len(r.fonts) < maxStyles {
			r.fonts[r.font] = value
		}
	case "colortbl":
		g.colours, g.skipped = true, true
	case "red", "green", "blue":
		if g.colours {
			r.colours.set(name, value)
		}
	case "cf":
		g.white = r.colours.isWhite(value)
	case "fs":
		g.tiny = isTiny(float64(value) / 2)
	case "highlight", "chcbpat", "cb":
		g.coloured = r.colours.isGround(value)
	case "chshdng":
		g.coloured = g.coloured || value > 0
	case "cbpat":
		g.ground = r.colours.isGround(value)
	case "shading":
		g.ground = g.ground || value > 0
	case "field":
		if len(r.fields) >= maxDepth {
			return fmt.Errorf("%w: more than %d fields within each other", blocks.ErrTooDeep, maxDepth)
		}
		g.field = true
		r.fields = append(r.fields, openField{inCode: true, shown: r.shown})
	case "listtext", "pntext":
		g.number = true
	case "upr":
		g.either = true
	case "ud":
		g.skipped, g.either = len(r.outer) > 1 && r.outer[len(r.outer)-2].skipped, false
	case "v":
		g.hidden = isOn
	case "deleted":
		g.deleted = isOn
	case "strike", "striked":
		g.struck = isOn
	case "super", "sub":
		g.raised = isOn
	case "up", "dn": // six half points if it does not say how many
		g.shifted = isShifted(value) || !has
	case "nosupersub":
		g.raised = false
	case "plain":
		g.hidden, g.deleted, g.struck, g.raised, g.shifted = false, false, false, false, false
		g.white, g.tiny, g.coloured = false, false, false
	case "pard":
		g.inTable, g.level, g.ground = false, 0, false
	case "intbl":
		g.inTable = isOn
	case "itap":
		g.level = min(max(value, 0), maxNested+1)
	case "chftn":
		r.footnote()
	case "sp":
		g.property, g.skipped = g.property || !g.skipped, true
	case "pict":
		g.skipped = g.skipped && !g.property
		r.picture(r.at)
		g.skipped = true
	case "moMath":
		r.picture(noPicture)
		g.skipped = true
	case "fftype":
		if value == 1 || value == 2 { // a box to tick, a choice
			r.text = append(r.text, blocks.PictureMark...)
			r.pictured(noPicture)
		}
	case "shptxt":
		return r.startShape()
	default:
		return r.applyTable(name, value)
	}
	return nil
}

// applyTable follows paragraphs, cells and rows.
func (r *rtf) applyTable(name string, value int) error {
	g := &r.group
	switch name {
	case "trowd":
		*r.row() = nil
		r.next, r.left, r.across = cellEdges{}, 0, false
	case "trleft":
		r.left = value
	case "clmrg":
		r.next.across = true
	case "clcbpat":
		r.next.coloured = r.colours.isGround(value)
	case "clshdng":
		r.next.coloured = r.next.coloured || value > 0
	case "cldglu", "cldgll":
		r.next.slashed, r.across = true, true
	case "clbrdrt", "clbrdrl", "clbrdrb", "clbrdrr":
		r.across = false
	case "brdrnone", "brdrnil":
		r.next.slashed = r.next.slashed && !r.across
	case "clvmgf":
		r.next.down = begins
	case "clvmrg":
		r.next.down = goesOn
	case "cellx":
		return r.describeCell(value)
	case "nesttableprops":
		g.nestedRow, g.skipped = true, true
	}
	if g.skipped && name != "nestrow" {
		return nil
	}
	switch name {
	case "par", "sect":
		return r.endParagraph(true)
	case "cell":
		return r.endCellAt(g.base + 1)
	case "nestcell":
		return r.endCellAt(g.base + max(g.level, 2))
	case "row":
		r.text, r.stands, r.numbered = r.text[:0], inLine, 0
		return r.endRow(g.base+1, r.edges)
	case "nestrow":
		return r.endRow(g.base+max(g.level, 2), r.nested)
	}
	return nil
}

// row is the description of the row that is being described.
func (r *rtf) row() *[]cellEdges {
	if r.group.nestedRow {
		return &r.nested
	}
	return &r.edges
}

func (r *rtf) describeCell(right int) error {
	row := r.row()
	const most = 10_000 // cells of a row
	if len(*row) >= most {
		return fmt.Errorf("%w: more than %d cells in a row", blocks.ErrTooLarge, most)
	}
	r.next.left, r.next.right = r.left, right
	if n := len(*row); n > 0 {
		r.next.left = (*row)[n-1].right
	}
	*row = append(*row, r.next)
	r.next, r.across = cellEdges{}, false
	return nil
}

func (r *rtf) endCellAt(level int) error {
	if len(r.text) > 0 {
		if err := r.flushParagraph(level); err != nil {
			return err
		}
	}
	return r.endCell(level)
}

// endParagraph ends the paragraph, an empty one only where its end is written.
func (r *rtf) endParagraph(written bool) error {
	level := r.group.base
	if r.group.inTable || r.group.level > 0 {
		level += max(r.group.level, 1)
	}
	if len(r.text) == 0 && !(written && level > 0) {
		return nil
	}
	return r.flushParagraph(level)
}

func (r *rtf) flushParagraph(level int) error {
	r.stand(inLine)
	text, places := string(r.text), r.takePlaces()
	if level > 0 && r.numbered > 0 {
		text = cellNumber(text[:r.numbered], text[r.numbered:]) + text[r.numbered:]
	}
	r.text, r.numbered = r.text[:0], 0
	if pictures := strings.Count(text, blocks.PictureMark); level == 0 && pictures > 0 {
		if strings.TrimSpace(withoutPictures(text)) == "" {
			return r.addPictures(pictures, places)
		}
		text = withoutOrnaments(text)
	}
	return r.leveled.add(level, node{text: text})
}

// startShape begins a text box: its text does not belong to the paragraph that
// it interrupts, but to the cell.
func (r *rtf) startShape() error {
	if len(r.shapes) >= maxNested {
		return fmt.Errorf("%w: more than %d text boxes within each other", blocks.ErrTooDeep, maxNested)
	}
	g := &r.group
	if g.inTable || g.level > 0 {
		g.base += max(g.level, 1)
	}
	r.stand(inLine)
	r.shapes = append(r.shapes, interrupted{r.text, r.takePlaces(), r.numbered})
	r.text, r.numbered = nil, 0
	g.shape, g.inTable, g.level = true, false, 0
	return nil
}

// picture shows a mark for a picture whose bytes begin at the place.
func (r *rtf) picture(place int) {
	before := len(r.text)
	if r.show(blocks.PictureMark); len(r.text) > before {
		r.pictured(place)
	}
}

func (r *rtf) footnote() {
	if r.group.skipped {
		return
	}
	r.notes++
	mark := strconv.Itoa(r.notes)
	if r.group.standing() != apart {
		mark = bracketed(mark)
	}
	r.show(mark)
}

// nameFont takes a byte of the name of a font, which ends with a semicolon. Fonts
// of signs are told by their names as well: programs that lack the font state
// another character set.
func (r *rtf) nameFont(c byte) {
	const enough = 64
	if c != ';' {
		if len(r.fontName) < enough {
			r.fontName = append(r.fontName, c)
		}
		return
	}
	if isSymbolFont(strings.TrimSpace(string(r.fontName))) && len(r.fonts) < maxStyles {
		r.fonts[r.font] = symbolSet
	}
	r.fontName = r.fontName[:0]
}

// unicode shows a character given by its number.
func (r *rtf) unicode(n int) {
	r.skip = r.group.skipAfter
	c := rune(uint16(n))
	if n > 0xFFFF {
		c = rune(min(n, 0x10FFFF))
	}
	switch {
	case utf16.IsSurrogate(c) && c < 0xDC00:
		r.high = c
		return
	case utf16.IsSurrogate(c):
		c = utf16.DecodeRune(r.high, c)
	case c >= 0xF020 && c <= 0xF0FF && r.fonts[r.group.font] == symbolSet:
		if !r.group.number {
			r.show("〔符〕")
		}
		return
	}
	r.high = 0
	r.show(string(c))
}

// char takes a byte of text.
func (r *rtf) char(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.group.colours && c == ';' {
		r.colours.end()
	}
	if r.group.fontTable {
		r.nameFont(c)
	}
	if r.group.code {
		r.fields.addCode(string(rune(c)))
	}
	if r.group.skipped {
		return
	}
	if c < 0x80 && len(r.bytes) == 0 && (c <= ' ' || r.fonts[r.group.font] != symbolSet) {
		if c >= ' ' || c == '\t' {
			r.show(string(rune(c)))
		}
		return
	}
	r.bytes = append(r.bytes, c)
	if c < 0x80 {
		r.flushBytes()
	}
}

// Character sets of fonts.
const (
	ansiSet     = 0
	symbolSet   = 2
	japaneseSet = 128
	koreanSet   = 129
	chineseSet  = 134
	big5Set     = 136
)

// charset is the encoding of the bytes in the font in use.
func (r *rtf) charset() encoding.Encoding {
	set, known := r.fonts[r.group.font]
	switch {
	case known && set == chineseSet:
		return simplifiedchinese.GB18030
	case known && set == big5Set:
		return traditionalchinese.Big5
	case known && set == japaneseSet:
		return japanese.ShiftJIS
	case known && set == koreanSet:
		return korean.EUCKR
	case r.codePage == 950:
		return traditionalchinese.Big5
	case r.codePage == 1252 && known && set == ansiSet:
		return charmap.Windows1252
	}
	return simplifiedchinese.GB18030
}

// flushBytes decodes the bytes gathered. A byte that is no character becomes
// the mark for one that cannot be read.
func (r *rtf) flushBytes() {
	if len(r.bytes) == 0 {
		return
	}
	text, err := r.charset().NewDecoder().Bytes(r.bytes)
	r.bytes = r.bytes[:0]
	switch {
	case r.fonts[r.group.font] == symbolSet && r.group.number:
		return // a bullet
	case r.fonts[r.group.font] == symbolSet:
		text = []byte("〔符〕")
	case err != nil:
		text = []byte("\uFFFD")
	}
	r.show(string(text))
}

// show adds text as the group shows it.
func (r *rtf) show(text string) {
	g := &r.group
	if g.skipped || g.hidden || g.deleted {
		return
	}
	if how := g.standing(); strings.TrimSpace(text) != "" {
		if how == inWhite && text == blocks.PictureMark {
			how = inLine
		}
		r.stand(how)
	}
	if r.length += len(text); r.length > maxText {
		return // read gives an error
	}
	if g.number {
		text = strings.ReplaceAll(text, "\t", " ")
	}
	begins := len(r.text) == 0
	r.text = append(r.text, text...)
	r.shown++
	if g.number && (begins || r.numbered > 0) {
		r.numbered = len(r.text)
	}
}

// stand ends text that stands in one way and begins text that stands in another.
func (r *rtf) stand(how standing) {
	if how != r.stands {
		r.text = append(append(r.text, standingEnds[r.stands]...), standingBegins[how]...)
		r.stands = how
	}
}

// standing is how the text of the group stands to the text around it.
func (g *rtfGroup) standing() standing {
	switch {
	case g.struck || g.raised || g.shifted || g.tiny:
		return apart
	case g.white && !g.coloured && !g.ground:
		return inWhite
	}
	return inLine
}

// endField ends the innermost field, with a mark if it prints what the document
// does not hold.
func (r *rtf) endField() {
	last := len(r.fields) - 1
	ended := r.fields[last]
	r.fields = r.fields[:last]
	if printsUnread(string(ended.code), r.shown > ended.shown) {
		r.picture(noPicture)
	}
}

// rtfColours is the table of colours: whether each is white. The one that is
// being read is last.
type rtfColours struct {
	table []bool
	own   bool // it says its parts
	parts [3]int
}

func (c *rtfColours) set(part string, value int) {
	c.own = true
	c.parts[map[string]int{"red": 0, "green": 1, "blue": 2}[part]] = value
}

// end ends a colour. One without parts is what text and paper have anyway.
func (c *rtfColours) end() {
	if len(c.table) < maxStyles {
		c.table = append(c.table, c.own && isWhiteRGB(c.parts[0], c.parts[1], c.parts[2]))
	}
	c.own, c.parts = false, [3]int{}
}

func (c *rtfColours) isWhite(i int) bool { return i > 0 && i < len(c.table) && c.table[i] }

// isGround tells whether a ground in the colour is another than paper's.
func (c *rtfColours) isGround(i int) bool { return i > 0 && !c.isWhite(i) }
