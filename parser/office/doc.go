package office

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"gongkai/parser/blocks"
)

// decodeDOC reads a document of Word 97 to 2003. Its text lies in pieces; what
// paragraphs and characters look like is found by the place of their bytes in
// the file, in pages of 512 bytes.
func decodeDOC(ctx context.Context, data []byte) (*blocks.Document, error) {
	c, err := openContainer(data)
	if err != nil {
		return nil, err
	}
	d := &doc{writer: newWriter(), ctx: ctx}
	if d.main, err = c.stream("WordDocument", len(data)); err != nil {
		return nil, err
	}
	name, err := d.header()
	if err != nil {
		return nil, err
	}
	if d.table, err = c.stream(name, len(data)); err != nil {
		return nil, err
	}
	if c.has("Data") {
		if d.data, err = c.stream("Data", len(data)); err != nil {
			return nil, err
		}
	}
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := d.text(); err != nil {
		return nil, err
	}
	content := d.finish()
	settle(content, false)
	if err := d.write(content, 0); err != nil {
		return nil, err
	}
	d.Inside = d.inside(func(place int) []byte { return docPicture(d.data, place) })
	return &d.writer.Document, nil
}

type doc struct {
	*writer
	leveled
	ctx               context.Context
	main, table, data []byte // streams
	length            int    // characters of the text of the document itself
	pieces            []piece
	groups            [][]byte // properties that pieces refer to
	paragraphs, runs  []formatted
	styles            []docStyle
	lists             docLists
	signs             map[int]bool // fonts of signs, by number
	fields            fieldsOpen
	chars             []byte // the paragraph so far
	stands            standing
	shown             int // characters shown so far
	applied           int // bytes of properties so far
	notes             int
}

// piece is a piece of the text: characters that lie together in the file.
type piece struct {
	first, end int // characters of the text
	at         int // of its bytes in the file
	wide       bool
	properties []byte
}

// formatted is a range of bytes of the text with the properties that it has.
type formatted struct {
	at, end    int
	style      int
	properties []byte
}

// maxApplied bounds the properties that are read, in bytes: a document may refer
// to the same ones again and again.
const maxApplied = 64 << 20

// Places in the file information block: a number there says where and how long
// a list in the table stream is.
const (
	fibStyles     = 0xA2
	fibFonts      = 0x112
	fibRuns       = 0xFA
	fibParagraphs = 0x102
	fibPieces     = 0x1A2
	fibLists      = 0x2E2
	fibListUses   = 0x2EA
	fibLeast      = 0x2F2
)

// header reads what the file says of itself and gives the name of the table stream.
func (d *doc) header() (string, error) {
	if len(d.main) < 0x20 || u16(d.main, 0) != 0xA5EC && u16(d.main, 0) != 0xA5DC {
		return "", fmt.Errorf("%w: its stream WordDocument does not begin as one", blocks.ErrDamaged)
	}
	const word97, locked, tableOne = 0xC1, 0x100, 0x200
	flags := u16(d.main, 0x0A)
	switch {
	case flags&locked != 0:
		return "", fmt.Errorf("%w: save it without one", blocks.ErrEncrypted)
	case u16(d.main, 2) < word97 || u16(d.main, 0) == 0xA5DC:
		return "", fmt.Errorf("%w: it is a document of Word 95 or older; save it as DOCX", blocks.ErrUnsupported)
	case len(d.main) < fibLeast:
		return "", fmt.Errorf("%w: its stream WordDocument is too short", blocks.ErrDamaged)
	}
	if d.length = u32(d.main, 0x4C); d.length > maxText {
		return "", tooMuchText()
	}
	if u32(d.main, 0x60) > 0 {
		d.note("文档含有文本框，其中的文字未读取", "the document has text boxes; the text in them was not read")
	}
	if flags&tableOne != 0 {
		return "1Table", nil
	}
	return "0Table", nil
}

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b[at:]))
}

// part is the part of the table stream that the header refers to at a place.
func (d *doc) part(fib int) []byte {
	at, size := u32(d.main, fib), u32(d.main, fib+4)
	if at > len(d.table) || size > len(d.table)-at {
		return nil
	}
	return d.table[at : at+size]
}

func (d *doc) open() (err error) {
	if err := d.readPieces(); err != nil {
		return err
	}
	if d.paragraphs, err = d.pages(fibParagraphs, readParagraph); err != nil {
		return err
	}
	if d.runs, err = d.pages(fibRuns, readCharacters); err != nil {
		return err
	}
	d.signs = readDocFonts(d.part(fibFonts))
	d.styles = readDocStyles(d.part(fibStyles), d)
	d.lists = readDocLists(d.part(fibLists), d.table, u32(d.main, fibLists)+u32(d.main, fibLists+4), d.part(fibListUses))
	return nil
}

// readPieces reads where the text lies.
func (d *doc) readPieces() error {
	clx := d.part(fibPieces)
	for len(clx) > 3 && clx[0] == 1 {
		size := u16(clx, 1)
		if 3+size > len(clx) {
			return d.noPieces()
		}
		d.groups = append(d.groups, clx[3:3+size])
		clx = clx[3+size:]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return d.noPieces()
	}
	list := clx[5:]
	if size := u32(clx, 1); size < len(list) {
		list = list[:size]
	}
	count := (len(list) - 4) / 12
	end := 0
	for i := range count {
		p := piece{first: u32(list, 4*i), end: u32(list, 4*i+4)}
		entry := 4*(count+1) + 8*i
		at := u32(list, entry+2)
		p.at, p.wide = at, at&0x40000000 == 0
		size := p.end - p.first
		if p.wide {
			size *= 2
		} else {
			p.at = at &^ 0x40000000 / 2
		}
		if p.first != end || p.end < p.first || p.at+size > len(d.main) {
			return fmt.Errorf("%w: a piece of its text lies outside of the file", blocks.ErrDamaged)
		}
		end = p.end
		p.properties = d.pieceProperties(u16(list, entry+6))
		d.pieces = append(d.pieces, p)
	}
	if end < d.length {
		return fmt.Errorf("%w: %d of %d characters of its text are there", blocks.ErrDamaged, end, d.length)
	}
	return nil
}

func (d *doc) noPieces() error {
	return fmt.Errorf("%w: it does not say where its text lies", blocks.ErrDamaged)
}

// pieceProperties are the properties that a document saved in haste gives a
// piece on top of those that lie with its bytes.
func (d *doc) pieceProperties(prm int) []byte {
	if prm&1 == 1 {
		if i := prm >> 1; i < len(d.groups) {
			return d.groups[i]
		}
		return nil
	}
	sprm, ok := shortSprms[prm>>1&0x7F]
	if !ok {
		return nil
	}
	return []byte{byte(sprm), byte(sprm >> 8), byte(prm >> 8)}
}

// shortSprms are the properties with a number of one byte that matter here.
var shortSprms = map[int]int{
	0x18: sprmInTable, 0x19: sprmRowEnd, 0x41: sprmDeleted, 0x57: sprmStruck, 0x5C: sprmHidden, 0x68: sprmRaised, 0x73: sprmStruckTwice,
}

// pages reads the pages of 512 bytes that hold properties by places of bytes.
func (d *doc) pages(fib int, read func(page []byte, i, count int) (style int, properties []byte)) ([]formatted, error) {
	list := d.part(fib)
	count := (len(list) - 4) / 8
	var all []formatted
	for i := range max(count, 0) {
		const size = 512
		at := (u32(list, 4*(count+1)+4*i) & 0x3FFFFF) * size
		if at+size > len(d.main) {
			return nil, fmt.Errorf("%w: the properties of its text lie outside of the file", blocks.ErrDamaged)
		}
		page := d.main[at : at+size]
		entries := int(page[size-1])
		for j := range entries {
			f := formatted{at: u32(page, 4*j), end: u32(page, 4*j+4)}
			f.style, f.properties = read(page, j, entries)
			if len(all) > blocks.MaxCells*4 {
				return nil, fmt.Errorf("%w: more than %d runs of properties", blocks.ErrTooLarge, blocks.MaxCells*4)
			}
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b formatted) int { return a.at - b.at })
	return all, nil
}

func readParagraph(page []byte, i, count int) (style int, properties []byte) {
	entry := 4*(count+1) + 13*i
	if entry >= 511 {
		return 0, nil
	}
	at := int(page[entry]) * 2
	if at == 0 || at >= 510 {
		return 0, nil
	}
	size := int(page[at])*2 - 1
	at++
	if size < 0 {
		size = int(page[at]) * 2
		at++
	}
	body := page[at:min(at+size, 511)]
	if len(body) < 2 {
		return 0, nil
	}
	return u16(body, 0), body[2:]
}

func readCharacters(page []byte, i, count int) (style int, properties []byte) {
	entry := 4*(count+1) + i
	if entry >= 511 {
		return 0, nil
	}
	at := int(page[entry]) * 2
	if at == 0 || at >= 511 {
		return 0, nil
	}
	size := int(page[at])
	return 0, page[at+1 : min(at+1+size, 511)]
}

// covering is the range that holds the byte, nil if none does.
func covering(all []formatted, at int) *formatted {
	i := sort.Search(len(all), func(i int) bool { return all[i].at > at }) - 1
	if i < 0 || at >= all[i].end {
		return nil
	}
	return &all[i]
}

// Properties that matter here, by the numbers that they have in the file.
const (
	sprmInTable      = 0x2416
	sprmRowEnd       = 0x2417
	sprmLevels       = 0x6649 // tables around the paragraph
	sprmMoreLevels   = 0x664A
	sprmInnerCellEnd = 0x244B
	sprmInnerRowEnd  = 0x244C
	sprmListLevel    = 0x260A
	sprmList         = 0x460B
	sprmElsewhere    = 0x6646 // the properties lie in the stream Data
	sprmElsewhereOld = 0x6645
	sprmRow          = 0xD608
	sprmDownMerge    = 0xD62B
	sprmJoin         = 0x5624
	sprmSplit        = 0x5625
	sprmDeleted      = 0x0800
	sprmStruck       = 0x0837
	sprmHidden       = 0x083C
	sprmSpecial      = 0x0855
	sprmRaised       = 0x2A48
	sprmStruckTwice  = 0x2A53
	sprmShifted      = 0x4845
	sprmSymbol       = 0x6A09
	sprmPicture      = 0x6A03
	sprmFont         = 0x4A4F
	sprmSize         = 0x4A43

	// The colour of text and of its ground, also as one of sixteen.
	sprmColour               = 0x6870
	sprmColourOf16           = 0x2A42
	sprmHighlight            = 0x2A0C
	sprmShading              = 0xCA71
	sprmShadingOf16          = 0x4866
	sprmParagraphShading     = 0xC64D
	sprmParagraphShadingOf16 = 0x442D
	sprmCellShading          = 0xD612
	sprmCellShading2         = 0xD616 // from cell 22 on
	sprmCellShading3         = 0xD60C // from cell 44 on
	sprmCellShadingRaw       = 0xD670
	sprmCellShadingRaw2      = 0xD671
	sprmCellShadingRaw3      = 0xD672
	sprmCellShadingOf16      = 0xD609
	sprmBorders              = 0xD62F
	sprmBordersOld           = 0xD620
)

// sprms calls do for every property of a list. What is broken ends the list.
func sprms(list []byte, do func(sprm int, operand []byte)) {
	for len(list) >= 3 {
		sprm := u16(list, 0)
		list = list[2:]
		size := 1
		switch sprm >> 13 {
		case 2, 4, 5:
			size = 2
		case 3:
			size = 4
		case 7:
			size = 3
		case 6:
			size = int(list[0])
			list = list[1:]
			switch {
			case sprm == sprmRow || sprm == 0xD606:
				if len(list) == 0 {
					return
				}
				size = size | int(list[0])<<8 - 1
				list = list[1:]
			case sprm == 0xC615 && size == 255:
				size = tabsSize(list)
			}
		}
		if size < 0 || size > len(list) {
			return
		}
		do(sprm, list[:size])
		list = list[size:]
	}
}

// tabsSize is the size of a change of tabs that is too long to be stated.
func tabsSize(list []byte) int {
	if len(list) == 0 {
		return 0
	}
	deleted := 1 + 4*int(list[0])
	if deleted >= len(list) {
		return len(list)
	}
	return deleted + 1 + 3*int(list[deleted])
}
