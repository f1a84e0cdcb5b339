package office

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/parser/blocks"
)

// decodeXLS reads a workbook of Excel 97 to 2003 (BIFF8) or of Excel 5 and 95.
func decodeXLS(ctx context.Context, data []byte) (*blocks.Document, error) {
	c, err := openContainer(data)
	if err != nil {
		return nil, err
	}
	var stream []byte
	for _, name := range []string{"Workbook", "WORKBOOK", "Book", "BOOK"} {
		if c.has(name) {
			if stream, err = c.stream(name, len(data)); err != nil {
				return nil, err
			}
			break
		}
	}
	b := &oldWorkbook{writer: newWriter(), ctx: ctx, records: records{data: stream}}
	if err := b.globals(); err != nil {
		return nil, err
	}
	for i, s := range b.sheets {
		if !s.shown {
			continue
		}
		read, err := b.read(s, i+1)
		if err == nil {
			err = b.sheet(read)
		}
		if err != nil {
			return nil, err
		}
	}
	return b.shownOnly(b.hidden)
}

// Records of a workbook, by their numbers in the file.
const (
	recFormula    = 0x06
	recEOF        = 0x0A
	recDateMode   = 0x22
	recFilePass   = 0x2F
	recFont       = 0x31
	recPalette    = 0x92
	recContinue   = 0x3C
	recCodePage   = 0x42
	recObject     = 0x5D
	recColInfo    = 0x7D
	recBoundSheet = 0x85
	recMulRK      = 0xBD
	recMulBlank   = 0xBE
	recRString    = 0xD6
	recXF         = 0xE0
	recMerged     = 0xE5
	recSST        = 0xFC
	recLabelSST   = 0xFD
	recBlank      = 0x201
	recNumber     = 0x203
	recLabel      = 0x204
	recBoolErr    = 0x205
	recString     = 0x207
	recRow        = 0x208
	recWindow2    = 0x23E
	recRK         = 0x27E
	recFormat     = 0x41E
	recBOF        = 0x809
)

// records reads a stream of records.
type records struct {
	data []byte
	at   int
}

// next gives the next record with its continuations; ok is false at the end.
func (r *records) next() (id int, parts [][]byte, ok bool) {
	id, part, ok := r.one()
	if !ok {
		return 0, nil, false
	}
	parts = [][]byte{part}
	for {
		before := r.at
		next, part, ok := r.one()
		if !ok || next != recContinue {
			r.at = before
			return id, parts, true
		}
		parts = append(parts, part)
	}
}

func (r *records) one() (id int, part []byte, ok bool) {
	if len(r.data)-r.at < 4 {
		return 0, nil, false
	}
	id = int(binary.LittleEndian.Uint16(r.data[r.at:]))
	size := int(binary.LittleEndian.Uint16(r.data[r.at+2:]))
	if len(r.data)-r.at-4 < size {
		return 0, nil, false
	}
	part = r.data[r.at+4 : r.at+4+size]
	r.at += 4 + size
	return id, part, true
}

// fields reads the numbers of a record one after the other. Behind the end there
// is only 0, and short is true.
type fields struct {
	data  []byte
	short bool
}

func (f *fields) bytes(n int) []byte {
	if n > len(f.data) || n < 0 {
		f.short, f.data = true, nil
		return make([]byte, min(max(n, 0), 8))
	}
	b := f.data[:n]
	f.data = f.data[n:]
	return b
}

func (f *fields) u8() int  { return int(f.bytes(1)[0]) }
func (f *fields) u16() int { return int(binary.LittleEndian.Uint16(f.bytes(2))) }
func (f *fields) u32() int { return int(binary.LittleEndian.Uint32(f.bytes(4))) }
func (f *fields) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(f.bytes(8)))
}

type oldWorkbook struct {
	*writer
	records
	ctx       context.Context
	bytes     bool // texts are bytes: Excel 5 and 95
	codePage  int
	since1904 bool
	sheets    []oldSheet
	hidden    int // sheets that are not shown
	strings   []string
	fonts     []oldFont
	palette   map[int]bool   // whether each colour of its own is white, by its number
	codes     map[int]string // formats of the workbook
	xfs       []cellFormat
	formats   map[int]format // those in use, by the look of the cell
}

type oldSheet struct {
	at    int
	shown bool
}

type cellFormat struct {
	font, code      int
	pattern, colour int // of its fill
	border          border
}

// oldFont is a font whose colour is told by its number.
type oldFont struct {
	apart  bool
	colour int
}

func readOldFont(f *fields) oldFont {
	const symbols = 2
	points := float64(f.u16()) / 20
	struck := f.u16()&8 != 0
	colour := f.u16()
	f.u16()
	raised := f.u16() != 0
	f.u16()
	return oldFont{struck || raised || isTiny(points) || f.u8() == symbols, colour}
}

func (b *oldWorkbook) readPalette(f *fields) {
	const first = 8
	b.palette = map[int]bool{}
	for i := range f.u16() {
		red, green, blue := f.u8(), f.u8(), f.u8()
		if f.u8(); f.short {
			return
		}
		b.palette[first+i] = isWhiteRGB(red, green, blue)
	}
}

func (b *oldWorkbook) isWhite(colour int) bool {
	if white, own := b.palette[colour]; own {
		return white
	}
	return isWhiteIndex(strconv.Itoa(colour))
}

// font is the font of a number.
func (b *oldWorkbook) font(i int) font {
	if i >= len(b.fonts) {
		return font{}
	}
	return font{apart: b.fonts[i].apart, white: b.isWhite(b.fonts[i].colour)}
}

// isFilled tells whether a fill has another colour than paper.
func (b *oldWorkbook) isFilled(pattern, colour int) bool {
	const solid, paper = 1, 65
	return pattern > solid || pattern == solid && colour != paper && !b.isWhite(colour)
}

// maxStrings bounds the texts that the cells of a workbook share.
const maxStrings = 2 * blocks.MaxCells

func (b *oldWorkbook) globals() error {
	id, parts, ok := b.next()
	if !ok || id&0xFF != recBOF&0xFF {
		return fmt.Errorf("%w: its workbook does not begin with a BOF record", blocks.ErrDamaged)
	}
	version := fields{data: parts[0]}
	switch v := version.u16(); {
	case id != recBOF || v != 0x600 && v != 0x500:
		return fmt.Errorf("%w: it is a workbook of Excel 4 or older; save it as XLSX", blocks.ErrUnsupported)
	default:
		b.bytes = v == 0x500
	}
	b.codes, b.formats = map[int]string{}, map[int]format{}
	for {
		id, parts, ok := b.next()
		if !ok {
			return fmt.Errorf("%w: the first part of its workbook has no end", blocks.ErrDamaged)
		}
		if id == recEOF {
			return nil
		}
		if err := b.global(id, parts); err != nil {
			return err
		}
		if len(b.fonts) > maxFormats || len(b.codes) > maxFormats || len(b.xfs) > maxFormats {
			return fmt.Errorf("%w: more than %d formats", blocks.ErrTooLarge, maxFormats)
		}
	}
}

func (b *oldWorkbook) global(id int, parts [][]byte) (err error) {
	f := fields{data: parts[0]}
	switch id {
	case recFilePass:
		return fmt.Errorf("%w: save it without one", blocks.ErrEncrypted)
	case recCodePage:
		b.codePage = f.u16()
	case recDateMode:
		b.since1904 = f.u16() == 1
	case recFont:
		b.fonts = append(b.fonts, readOldFont(&f))
		if len(b.fonts) == 4 {
			b.fonts = append(b.fonts, oldFont{}) // no font has number 4
		}
	case recPalette:
		b.readPalette(&f)
	case recFormat:
		number := f.u16()
		b.codes[number], err = b.formatText(&f)
	case recXF:
		xf := cellFormat{font: f.u16(), code: f.u16()}
		f.bytes(4)
		xf.border, xf.pattern, xf.colour = b.lines(&f)
		b.xfs = append(b.xfs, xf)
	case recBoundSheet:
		if len(b.sheets) >= blocks.MaxPages {
			return fmt.Errorf("%w: more than %d sheets", blocks.ErrTooLarge, blocks.MaxPages)
		}
		at, state, kind := f.u32(), f.u8(), f.u8()
		if state&3 != 0 {
			b.hidden++
		}
		b.sheets = append(b.sheets, oldSheet{at: at, shown: state&3 == 0 && kind == 0})
	case recSST:
		return b.sharedStrings(parts)
	}
	return err
}

// lines reads where the look of a cell has lines and how it is filled, behind
// what it says about its text. Every line has a style of its own, 0 for none.
func (b *oldWorkbook) lines(f *fields) (lines border, pattern, colour int) {
	var left, right, top, bottom, across int
	if b.bytes {
		fill := f.u32()
		colour, pattern, bottom = fill&0x7F, fill>>16&0x3F, fill>>22&7
		rest := f.u32()
		top, left, right = rest&7, rest>>3&7, rest>>6&7
	} else {
		f.bytes(2)
		styles := f.u16()
		left, right, top, bottom = styles&15, styles>>4&15, styles>>8&15, styles>>12
		directions := f.u16() >> 14
		rest := f.u32()
		if directions != 0 {
			across = rest >> 21 & 15
		}
		pattern, colour = rest>>26&0x3F, f.u16()&0x7F
	}
	for side, style := range map[border]int{leftLine: left, rightLine: right, topLine: top, bottomLine: bottom, slash: across} {
		if style != 0 {
			lines |= side
		}
	}
	return lines, pattern, colour
}

func (b *oldWorkbook) formatText(f *fields) (string, error) {
	if b.bytes {
		return b.decode(f.bytes(f.u8()))
	}
	t := texts{parts: [][]byte{f.data}}
	return t.read(func(int) font { return font{} }), nil
}

// decode reads the bytes of a text of Excel 5 or 95.
func (b *oldWorkbook) decode(text []byte) (string, error) {
	for _, c := range text {
		if c >= 0x80 && b.codePage != 936 {
			return "", fmt.Errorf("%w: it is a workbook of Excel 5 or 95 in code page %d; save it as XLSX", blocks.ErrUnsupported, b.codePage)
		}
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
	return string(decoded), err
}

func (b *oldWorkbook) sharedStrings(parts [][]byte) error {
	f := fields{data: parts[0]}
	f.u32()
	count := f.u32()
	if f.short {
		return fmt.Errorf("%w: its list of texts has no beginning", blocks.ErrDamaged)
	}
	t := texts{parts: append([][]byte{f.data}, parts[1:]...)}
	for i := 0; i < count && !t.ended(); i++ {
		if len(b.strings) >= maxStrings {
			return fmt.Errorf("%w: more than %d texts", blocks.ErrTooLarge, maxStrings)
		}
		b.strings = append(b.strings, t.read(b.font))
	}
	if t.short {
		return fmt.Errorf("%w: its list of texts ends within a text", blocks.ErrDamaged)
	}
	return nil
}

// texts reads texts that run over continuations of a record.
type texts struct {
	parts [][]byte
	short bool
}

func (t *texts) ended() bool {
	for len(t.parts) > 0 && len(t.parts[0]) == 0 {
		t.parts = t.parts[1:]
	}
	return len(t.parts) == 0
}

func (t *texts) byte() int {
	if t.ended() {
		t.short = true
		return 0
	}
	b := t.parts[0][0]
	t.parts[0] = t.parts[0][1:]
	return int(b)
}

func (t *texts) u16() int { return t.byte() | t.byte()<<8 }

func (t *texts) skip(n int) {
	for n > 0 && !t.ended() {
		step := min(n, len(t.parts[0]))
		t.parts[0] = t.parts[0][step:]
		n -= step
	}
	t.short = t.short || n > 0
}

// read reads a text: its length, its flags, its characters, and the runs of
// fonts in it. Runs that are struck out or raised are put in brackets.
func (t *texts) read(fonts func(int) font) string {
	length, flags := t.u16(), t.byte()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = t.u16()
	}
	if flags&4 != 0 {
		extra = t.u16() | t.u16()<<16
	}
	units := make([]uint16, 0, min(length, 1<<12))
	wide := flags&1 != 0
	for len(units) < length {
		if len(t.parts) == 0 || len(t.parts[0]) == 0 {
			if t.ended() {
				break
			}
			wide = t.byte()&1 != 0 // a continuation says anew how wide characters are
		}
		if wide {
			units = append(units, uint16(t.u16()))
		} else {
			units = append(units, uint16(t.byte()))
		}
	}
	t.short = t.short || len(units) < length
	var marks []fontRun
	for range runs {
		if t.ended() {
			t.short = true
			break
		}
		marks = append(marks, fontRun{at: t.u16(), font: t.u16()})
	}
	t.skip(extra)
	return withMarks(units, marks, fonts)
}

// fontRun says that characters from a place on are in a font.
type fontRun struct{ at, font int }

func withMarks(units []uint16, runs []fontRun, fonts func(int) font) string {
	var b strings.Builder
	begin, how := 0, font{}
	write := func(end int) {
		end = min(max(end, begin), len(units))
		b.WriteString(how.print(string(utf16.Decode(units[begin:end]))))
		begin = end
	}
	for _, r := range runs {
		write(r.at)
		how = fonts(r.font)
	}
	write(len(units))
	return b.String()
}

// oldReader reads one sheet.
type oldReader struct {
	*oldWorkbook
	*sheet
	waiting *sheetCell // a formula whose text comes in the next record
	how     format     // of that formula
}

func (b *oldWorkbook) read(s oldSheet, page int) (*sheet, error) {
	if s.at < 0 || s.at >= len(b.data) {
		return nil, fmt.Errorf("%w: sheet %d is said to be outside of the workbook", blocks.ErrDamaged, page)
	}
	b.at = s.at
	r := &oldReader{oldWorkbook: b, sheet: &sheet{number: page}}
	depth := 0
	for n := 0; ; n++ {
		if n%4096 == 0 && b.ctx.Err() != nil {
			return nil, fmt.Errorf("read sheet %d: %w", page, b.ctx.Err())
		}
		id, parts, ok := b.next()
		switch {
		case !ok:
			return nil, fmt.Errorf("%w: sheet %d has no end", blocks.ErrDamaged, page)
		case id == recBOF:
			depth++ // a chart within the sheet is a sheet of its own
		case id == recEOF:
			if depth--; depth <= 0 {
				if err := r.slashes(); err != nil {
					return nil, err
				}
				return r.sheet, r.noText()
			}
		case depth == 0:
			return nil, fmt.Errorf("%w: sheet %d does not begin where it is said to", blocks.ErrDamaged, page)
		case depth == 1:
			if err := r.record(id, parts); err != nil {
				return nil, err
			}
		}
	}
}

func (r *oldReader) record(id int, parts [][]byte) error {
	f := fields{data: parts[0]}
	switch id {
	case recWindow2:
		r.noZeros = f.u16()&0x10 == 0
		return nil
	case recRow:
		r.startRow(f)
		return nil
	case recColInfo:
		first, last := f.u16()+1, f.u16()+1
		width := f.u16()
		r.drawColumns(last, r.border(f.u16()))
		if hidden := f.u16()&1 != 0; (hidden || width == 0) && first <= last {
			r.hiddenCols = append(r.hiddenCols, run{first, last})
		}
		return nil
	case recBlank, recMulBlank:
		row, col := f.u16()+1, f.u16()+1
		for ; len(f.data) >= 2; col++ {
			r.draw(row, col, r.border(f.u16()))
			if id == recMulBlank && len(f.data) == 2 {
				break // the last column, which the looks tell
			}
		}
		return nil
	case recMerged:
		for range f.u16() {
			a := area{top: f.u16() + 1, bottom: f.u16() + 1, left: f.u16() + 1, right: f.u16() + 1}
			if f.short {
				return r.damaged(id)
			}
			if err := r.merge(a); err != nil {
				return err
			}
		}
		return nil
	case recObject:
		f.bytes(4)
		const picture = 8
		if f.u16() == picture {
			r.note("工作表含有图片，未读取", "a sheet has pictures; they were not read")
		}
		return nil
	case recString:
		return r.formulaText(parts)
	case recLabelSST, recNumber, recLabel, recRString, recBoolErr, recRK, recFormula, recMulRK:
		if err := r.noText(); err != nil {
			return err
		}
		if err := r.value(id, f, parts); err != nil {
			return err
		}
	}
	return nil
}

func (r *oldReader) startRow(f fields) {
	row := f.u16() + 1
	f.bytes(4)
	height := f.u16()
	f.bytes(4)
	flags, look := f.u16(), f.u16()
	if flags&0x20 != 0 || height == 0 {
		r.hideRow(row)
	}
	if hasLook := flags&0x80 != 0; hasLook {
		r.draw(row, maxCol, r.border(look&0xFFF))
	}
}

func (r *oldReader) damaged(id int) error {
	return fmt.Errorf("%w: sheet %d has a record %#x that is too short", blocks.ErrDamaged, r.number, id)
}

// value reads a record with the value of a cell or, MulRK, of several.
func (r *oldReader) value(id int, f fields, parts [][]byte) error {
	row, col := f.u16()+1, f.u16()+1
	if id == recMulRK {
		for len(f.data) >= 8 {
			how := r.format(f.u16())
			r.draw(row, col, how.border)
			if err := r.set(row, col, how.value(rk(f.u32()), r.since1904, r.noZeros)); err != nil {
				return err
			}
			col++
		}
		return nil
	}
	how := r.format(f.u16())
	r.draw(row, col, how.border)
	text := ""
	switch id {
	case recLabelSST:
		i := f.u32()
		if !f.short && i >= len(r.strings) {
			return fmt.Errorf("%w: sheet %d refers to text number %d of %d", blocks.ErrDamaged, r.number, i, len(r.strings))
		}
		if !f.short {
			text = how.text(r.strings[i])
		}
	case recLabel, recRString:
		label, err := r.label(append([][]byte{f.data}, parts[1:]...))
		if err != nil {
			return err
		}
		text = how.text(label)
	case recNumber:
		text = how.value(f.float(), r.since1904, r.noZeros)
	case recRK:
		text = how.value(rk(f.u32()), r.since1904, r.noZeros)
	case recBoolErr:
		value, isError := f.u8(), f.u8()
		text = how.boolOrError(value, isError != 0)
	case recFormula:
		result := f.bytes(8)
		if !f.short {
			return r.formula(row, col, result, how)
		}
	}
	if f.short {
		return r.damaged(id)
	}
	return r.set(row, col, text)
}

// label reads a text that stands in its cell's record.
func (r *oldReader) label(parts [][]byte) (string, error) {
	if !r.bytes {
		t := texts{parts: parts}
		text := t.read(r.font)
		if t.short {
			return "", r.damaged(recLabel)
		}
		return text, nil
	}
	f := fields{data: bytes.Join(parts, nil)}
	text := f.bytes(f.u16())
	if f.short {
		return "", r.damaged(recLabel)
	}
	return r.decode(text)
}

// formula reads the result that a formula had when the workbook was saved.
func (r *oldReader) formula(row, col int, result []byte, how format) error {
	if result[6] != 0xFF || result[7] != 0xFF {
		v := math.Float64frombits(binary.LittleEndian.Uint64(result))
		return r.set(row, col, how.value(v, r.since1904, r.noZeros))
	}
	switch result[0] {
	case 0: // a text, in a record behind this one
		r.waiting, r.how = &sheetCell{row: row, col: col}, how
		return nil
	case 1:
		return r.set(row, col, how.boolOrError(int(result[2]), false))
	case 2:
		return r.set(row, col, how.boolOrError(int(result[2]), true))
	}
	return nil // an empty text
}

func (r *oldReader) formulaText(parts [][]byte) error {
	if r.waiting == nil {
		return nil
	}
	text, err := r.label(parts)
	if err != nil {
		return err
	}
	at := r.waiting
	r.waiting = nil
	return r.set(at.row, at.col, r.how.text(text))
}

// noText settles a formula whose text did not come.
func (r *oldReader) noText() error {
	if r.waiting == nil {
		return nil
	}
	at := r.waiting
	r.waiting = nil
	return r.set(at.row, at.col, notCalculated)
}

var errorValues = map[int]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

func (f format) boolOrError(value int, isError bool) string {
	if !isError {
		return f.boolean(value != 0)
	}
	if name, ok := errorValues[value]; ok {
		return bracketed(name)
	}
	return bracketed("#")
}

// rk is a number in four bytes: a whole one or the first half of a float, maybe
// a hundred times what is meant.
func rk(n int) float64 {
	bits := uint32(n)
	v := math.Float64frombits(uint64(bits&^3) << 32)
	if bits&2 != 0 {
		v = float64(int32(bits) >> 2)
	}
	if bits&1 != 0 {
		v /= 100
	}
	return v
}

// format is how a cell with the number of a look shows its value.
func (b *oldWorkbook) format(i int) format {
	if f, known := b.formats[i]; known || i >= len(b.xfs) {
		return f
	}
	xf := b.xfs[i]
	f := format{sections: parseFormat(formatCode(b.codes, xf.code)), font: b.font(xf.font), filled: b.isFilled(xf.pattern, xf.colour), border: xf.border}
	b.formats[i] = f
	return f
}

// border is where a cell with the number of a look has lines.
func (b *oldWorkbook) border(i int) border {
	if i < len(b.xfs) {
		return b.xfs[i].border
	}
	return 0
}
