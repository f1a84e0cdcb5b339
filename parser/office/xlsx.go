package office

import (
	"bufio"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/parser/blocks"
)

// decodeXLSX reads a SpreadsheetML package: what its cells show, sheet by sheet.
// What is hidden is not read.
func decodeXLSX(ctx context.Context, data []byte) (*blocks.Document, error) {
	a, err := openArchive(ctx, data)
	if err != nil {
		return nil, err
	}
	main, err := a.mainPart("xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	b := &workbook{writer: newWriter(), archive: a}
	if err := b.open(main); err != nil {
		return nil, err
	}
	for i, part := range b.sheets {
		if part == "" {
			continue
		}
		s, err := b.read(part, i+1)
		if err == nil {
			err = b.sheet(s)
		}
		if err != nil {
			return nil, err
		}
	}
	b.Inside = a.picture
	return b.shownOnly(b.hidden)
}

type workbook struct {
	*writer
	archive   *archive
	sheets    []string // their parts in order; "" for one that is not shown
	strings   []string
	formats   formats
	since1904 bool
	hidden    int // sheets that are not shown
}

func (b *workbook) open(main string) error {
	relations, err := b.archive.relations(main)
	if err != nil {
		return err
	}
	if err := b.list(main, relations); err != nil {
		return err
	}
	if b.formats, err = readFormats(b.archive, related(relations, "styles")); err != nil {
		return err
	}
	b.strings, err = readStrings(b.archive, related(relations, "sharedStrings"))
	return err
}

// list finds the sheets that are shown.
func (b *workbook) list(main string, relations map[string]relation) error {
	x, err := b.archive.open(main)
	if err != nil {
		return err
	}
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return err
		}
		switch start.Name.Local {
		case "workbookPr":
			b.since1904 = isTrue(attr(start, "date1904"))
		case "sheet":
			if len(b.sheets) >= blocks.MaxPages {
				return fmt.Errorf("%w: more than %d sheets", blocks.ErrTooLarge, blocks.MaxPages)
			}
			state, r := attr(start, "state"), relations[relationID(start)]
			isHidden := state == "hidden" || state == "veryHidden"
			if isHidden {
				b.hidden++
			}
			if isHidden || r.kind != "worksheet" {
				r.target = ""
			}
			b.sheets = append(b.sheets, r.target)
		}
	}
}

// relationID is the id of a relation: it has a prefix, an element's own id has not.
func relationID(start *xml.StartElement) string {
	for _, a := range start.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func readStrings(a *archive, part string) ([]string, error) {
	x, err := a.optional(part)
	if x == nil || err != nil {
		return nil, err
	}
	var all []string
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return all, err
		}
		if start.Name.Local != "si" {
			continue
		}
		text, err := readString(x)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
}

// readString reads the runs of a text. What stands above the line or is struck
// out is put in brackets; how words are pronounced is left out.
func readString(x *xmlReader) (string, error) {
	var text strings.Builder
	err := x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "t":
			t, err := x.text()
			text.WriteString(unescape(t))
			return err
		case "r":
			return readRun(x, &text)
		}
		return x.skip()
	})
	return text.String(), err
}

func readRun(x *xmlReader, to *strings.Builder) error {
	how, text := font{}, ""
	err := x.each(func(start *xml.StartElement) (err error) {
		switch start.Name.Local {
		case "rPr":
			how, err = readFont(x)
			return err
		case "t":
			text, err = x.text()
			text = unescape(text)
			return err
		}
		return x.skip()
	})
	to.WriteString(how.print(text))
	return err
}

// font is how text is printed, as far as it matters what it says.
type font struct {
	apart bool // struck out, raised, too small to be seen, or of signs
	white bool
}

// print is text in the font on a ground that is not known yet.
func (f font) print(text string) string {
	switch {
	case f.apart:
		return bracketed(text)
	case f.white:
		return white(text)
	}
	return text
}

func readFont(x *xmlReader) (f font, err error) {
	err = x.each(func(start *xml.StartElement) error {
		switch start.Name.Local {
		case "strike":
			f.apart = f.apart || isOn(start)
		case "vertAlign":
			f.apart = f.apart || attr(start, "val") != "baseline"
		case "sz":
			points, _ := strconv.ParseFloat(attr(start, "val"), 64)
			f.apart = f.apart || isTiny(points)
		case "name", "rFont":
			f.apart = f.apart || isSymbolFont(attr(start, "val"))
		case "color":
			f.white = isWhiteColour(start)
		}
		return x.skip()
	})
	return f, err
}

// isWhiteColour reads a colour given by its parts, by its place in the palette
// that all workbooks have, or as the first one of the theme, the paper's.
func isWhiteColour(start *xml.StartElement) bool {
	if rgb := attr(start, "rgb"); rgb != "" {
		return isWhite(rgb)
	}
	tint := attr(start, "tint")
	isTinted := tint != "" && strings.Trim(tint, "-+0.") != ""
	return attr(start, "theme") == "0" && !isTinted || isWhiteIndex(attr(start, "indexed"))
}

func isWhiteIndex(index string) bool { return index == "1" || index == "9" }

// readFill tells whether a fill has another colour than paper.
func readFill(x *xmlReader) (filled bool, err error) {
	err = x.each(func(fill *xml.StartElement) error {
		if fill.Name.Local != "patternFill" {
			filled = true // colours that run into each other
			return x.skip()
		}
		pattern := attr(fill, "patternType")
		filled = pattern != "" && pattern != "none"
		return x.each(func(colour *xml.StartElement) error {
			if colour.Name.Local == "fgColor" && pattern == "solid" {
				filled = !isWhiteColour(colour)
			}
			return x.skip()
		})
	})
	return filled, err
}

// unescape turns _x000D_ into the character that it stands for.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			break
		}
		code, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' || !utf8.ValidRune(rune(code)) {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(code))
		s = s[i+7:]
	}
	return b.String() + s
}

// formats are the formats of cells by the number that cells refer to.
type formats []format

// format is how a cell shows its value.
type format struct {
	sections []formatSection // none if its code is not known
	font
	filled bool // in another colour than paper
	border border
}

func (f formats) at(i int) format {
	if i < 0 || i >= len(f) {
		return format{sections: parseFormat("General")}
	}
	return f[i]
}

// maxFormats bounds fonts, formats and looks of cells; a workbook may have 64,000.
const maxFormats = 1 << 16

// formatCode is the code of a format by its number, its own or one that all
// workbooks know.
func formatCode(own map[int]string, id int) string {
	if code, ok := own[id]; ok {
		return code
	}
	if code, ok := builtIn[id]; ok {
		return code
	}
	return unknownFormat
}

func readFormats(a *archive, part string) (formats, error) {
	x, err := a.optional(part)
	if x == nil || err != nil {
		return nil, err
	}
	own := map[int]string{}
	var fonts []font
	var fills []bool
	var borders []border
	var all formats
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return all, err
		}
		switch start.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attr(start, "numFmtId")); err == nil {
				own[id] = attr(start, "formatCode")
			}
		case "fonts":
			err = x.each(func(*xml.StartElement) error {
				f, err := readFont(x)
				fonts = append(fonts, f)
				return err
			})
		case "fills":
			err = x.each(func(*xml.StartElement) error {
				filled, err := readFill(x)
				fills = append(fills, filled)
				return err
			})
		case "borders":
			err = x.each(func(border *xml.StartElement) error {
				b, err := readBorder(x, border)
				borders = append(borders, b)
				return err
			})
		case "cellXfs":
			err = x.each(func(xf *xml.StartElement) error {
				if len(all) >= maxFormats {
					return fmt.Errorf("%w: more than %d formats of cells", blocks.ErrTooLarge, maxFormats)
				}
				f := format{sections: parseFormat(formatCode(own, number(xf, "numFmtId")))}
				if i := number(xf, "fontId"); i >= 0 && i < len(fonts) {
					f.font = fonts[i]
				}
				if i := number(xf, "fillId"); i >= 0 && i < len(fills) {
					f.filled = fills[i]
				}
				if i := number(xf, "borderId"); i >= 0 && i < len(borders) {
					f.border = borders[i]
				}
				all = append(all, f)
				return x.skip()
			})
		case "dxfs", "cellStyleXfs":
			err = x.skip()
		}
		if err != nil {
			return nil, err
		}
	}
}

// readBorder tells on which sides a border has a line.
func readBorder(x *xmlReader, start *xml.StartElement) (b border, err error) {
	sides := map[string]border{"left": leftLine, "start": leftLine, "right": rightLine, "end": rightLine, "top": topLine, "bottom": bottomLine}
	if isTrue(attr(start, "diagonalUp")) || isTrue(attr(start, "diagonalDown")) {
		sides["diagonal"] = slash
	}
	err = x.each(func(side *xml.StartElement) error {
		if style := attr(side, "style"); style != "" && style != "none" {
			b |= sides[side.Name.Local]
		}
		return x.skip()
	})
	return b, err
}

// sheetReader reads one sheet.
type sheetReader struct {
	*workbook
	*sheet
	x        *xmlReader
	row, col int
}

func (b *workbook) read(part string, page int) (*sheet, error) {
	unfolded, err := b.archive.unfold(part)
	if err != nil {
		return nil, err
	}
	defer unfolded.Close()
	r := &sheetReader{workbook: b, sheet: &sheet{number: page}}
	in := bufio.NewReaderSize(&unfolding{Reader: unfolded, archive: b.archive, name: part}, 1<<16)
	source := &sheetXML{in: in, out: &b.archive.inside, most: maxXML, listen: r}
	x := &xmlReader{Decoder: xml.NewDecoder(source), source: source, ctx: b.archive.ctx, part: part}
	r.x = x
	for {
		start, err := x.nextStart()
		if start == nil && err == nil {
			err = r.slashes()
		}
		if start == nil || err != nil {
			return r.sheet, err
		}
		switch start.Name.Local {
		case "drawing":
			if err := r.drawing(part, relationID(start)); err != nil {
				return nil, err
			}
		case "sheetView":
			zeros := attr(start, "showZeros")
			r.noZeros = zeros == "0" || zeros == "false"
		case "col":
			if attr(start, "style") != "" {
				r.drawColumns(number(start, "max"), r.formats.at(number(start, "style")).border)
			}
			if isTrue(attr(start, "hidden")) || isZero(attr(start, "width")) {
				r.hiddenCols = append(r.hiddenCols, run{max(number(start, "min"), 1), min(number(start, "max"), maxCol)})
			}
		case "row":
			tag := sheetTag{attr(start, "r"), number(start, "s"), isTrue(attr(start, "hidden")) || isZero(attr(start, "ht")), isTrue(attr(start, "customFormat"))}
			if !r.startRow(tag) {
				return nil, fmt.Errorf("%w: sheet %d has a row numbered %q", blocks.ErrDamaged, page, tag.at)
			}
		case "c":
			if err := r.cell(start); err != nil {
				return nil, err
			}
		case "mergeCell":
			a, ok := parseArea(attr(start, "ref"))
			if !ok {
				return nil, fmt.Errorf("%w: sheet %d has merged cells at %q, which is no range", blocks.ErrDamaged, page, attr(start, "ref"))
			}
			if err := r.merge(a); err != nil {
				return nil, err
			}
		}
	}
}

// maxPictures bounds the pictures of a sheet.
const maxPictures = 200

// drawing finds the pictures that lie over the sheet's cells.
func (r *sheetReader) drawing(sheet, id string) error {
	relations, err := r.archive.relations(sheet)
	if err != nil {
		return err
	}
	part := relations[id].target
	if relations, err = r.archive.relations(part); err != nil {
		return err
	}
	x, err := r.archive.optional(part)
	if x == nil || err != nil {
		return err
	}
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return err
		}
		if start.Name.Local != "twoCellAnchor" && start.Name.Local != "oneCellAnchor" {
			continue // an absoluteAnchor names no cells
		}
		p := sheetPicture{area: area{bottom: -1, right: -1}}
		if err := p.read(x, relations); err != nil {
			return err
		}
		p.bottom, p.right = max(p.top, p.bottom), max(p.left, p.right)
		if p.name == "" || p.top < 1 || p.left < 1 || p.bottom > maxRow || p.right > maxCol {
			continue
		}
		if len(r.pictures) >= maxPictures {
			return fmt.Errorf("%w: more than %d pictures on sheet %d", blocks.ErrTooLarge, maxPictures, r.number)
		}
		r.pictures = append(r.pictures, p)
	}
}

// read reads where a picture is and which it is, anywhere within an anchor.
func (p *sheetPicture) read(x *xmlReader, relations map[string]relation) error {
	return x.each(func(start *xml.StartElement) (err error) {
		switch start.Name.Local {
		case "from":
			p.top, p.left, err = readCorner(x)
			return err
		case "to":
			p.bottom, p.right, err = readCorner(x)
			return err
		case "blip":
			p.name = relations[attr(start, "embed")].target
		case "txBody": // a box with text: as a picture, it hides what is below
			p.name = cmp.Or(p.name, "#text")
		}
		return p.read(x, relations)
	})
}

func readCorner(x *xmlReader) (row, col int, err error) {
	err = x.each(func(start *xml.StartElement) error {
		text, err := x.text()
		n, _ := strconv.Atoi(strings.TrimSpace(text))
		switch start.Name.Local {
		case "row":
			row = n + 1
		case "col":
			col = n + 1
		}
		return err
	})
	return row, col, err
}

func (r *sheetReader) startRow(tag sheetTag) (ok bool) {
	row := r.row + 1
	if tag.at != "" {
		n, err := strconv.Atoi(tag.at)
		if err != nil || n < 1 || n > maxRow {
			return false
		}
		row = n
	}
	r.row, r.col = row, 0
	if tag.hidden {
		r.hideRow(row)
	}
	if tag.ownsLook {
		r.draw(row, maxCol, r.formats.at(tag.look).border)
	}
	return true
}

// emptyCell is told a cell without content.
func (r *sheetReader) emptyCell(tag sheetTag) (ok bool) {
	if !r.next(tag.at) {
		return false
	}
	r.draw(r.row, r.col, r.formats.at(tag.look).border)
	return true
}

// next goes to the cell at an address, or to the next one if there is none.
func (r *sheetReader) next(at string) (ok bool) {
	if at == "" {
		r.col++
		return true
	}
	row, col, ok := parseAddress(at)
	if ok {
		r.row, r.col = row, col
	}
	return ok
}

func (r *sheetReader) cell(start *xml.StartElement) error {
	if at := attr(start, "r"); !r.next(at) {
		return fmt.Errorf("%w: sheet %d has a cell at %q, which is no address", blocks.ErrDamaged, r.number, at)
	}
	kind, how := attr(start, "t"), r.formats.at(number(start, "s"))
	r.draw(r.row, r.col, how.border)
	value, has, formula := "", false, false
	err := r.x.each(func(part *xml.StartElement) (err error) {
		switch part.Name.Local {
		case "v":
			has = true
			value, err = r.x.text()
			return err
		case "is":
			has = true
			value, err = readString(r.x)
			return err
		case "f":
			formula = true
		}
		return r.x.skip()
	})
	if err != nil {
		return err
	}
	if formula && strings.TrimSpace(value) == "" && (!has || kind != "str") {
		return r.set(r.row, r.col, notCalculated)
	}
	text, err := r.show(kind, value, how)
	if err != nil {
		return err
	}
	return r.set(r.row, r.col, text)
}

// notCalculated stands for the result of a formula that the file does not hold.
const notCalculated = "〔公式〕"

// show gives what a cell shows for its value.
func (r *sheetReader) show(kind, value string, how format) (string, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			return "", nil
		}
		if err != nil || i < 0 || i >= len(r.strings) {
			return "", fmt.Errorf("%w: sheet %d refers to text number %q of %d", blocks.ErrDamaged, r.number, value, len(r.strings))
		}
		return how.text(r.strings[i]), nil
	case "str":
		return how.text(unescape(value)), nil
	case "inlineStr":
		return how.text(value), nil
	case "b":
		return how.boolean(value == "1" || value == "true"), nil
	case "e":
		return bracketed(value), nil
	case "d":
		return bracketed(value), nil // a date without the format that it is shown in
	}
	if value = strings.TrimSpace(value); value == "" {
		return "", nil
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return bracketed(value), nil
	}
	return how.value(v, r.since1904, r.noZeros), nil
}

// value is a number as the cell shows it; one whose format is not known for
// certain is put in brackets.
func (f format) value(v float64, since1904, noZeros bool) string {
	if noZeros && v == 0 {
		return ""
	}
	text, ok := display(f.sections, v, since1904)
	if !ok {
		return bracketed(strconv.FormatFloat(v, 'g', 15, 64))
	}
	s, _, _ := chooseSection(f.sections, v)
	f.white = f.white || s.white
	return f.mark(text)
}

func (f format) text(text string) string {
	if n := len(f.sections); n > 0 && f.sections[n-1].hasText {
		f.white = f.white || f.sections[n-1].white
	}
	return f.mark(displayText(f.sections, text))
}

func (f format) boolean(b bool) string { return f.mark(strings.ToUpper(strconv.FormatBool(b))) }

func (f format) mark(text string) string {
	if f.apart || f.white && !f.filled {
		return bracketed(seen(text, true))
	}
	return seen(text, f.filled)
}

// isZero reads a width or a height: what has none is hidden.
func isZero(size string) bool {
	n, err := strconv.ParseFloat(size, 64)
	return err == nil && n <= 0
}

// parseAddress reads B12 as row 12, column 2.
func parseAddress(s string) (row, col int, ok bool) {
	i := 0
	for i < len(s) && (s[i]|0x20) >= 'a' && (s[i]|0x20) <= 'z' {
		if col = col*26 + int(s[i]|0x20-'a') + 1; col > maxCol {
			return 0, 0, false
		}
		i++
	}
	row, err := strconv.Atoi(s[i:])
	return row, col, err == nil && col > 0 && row > 0 && row <= maxRow
}

func parseArea(ref string) (a area, ok bool) {
	first, last, found := strings.Cut(strings.ReplaceAll(ref, "$", ""), ":")
	if !found {
		last = first
	}
	var ok1, ok2 bool
	a.top, a.left, ok1 = parseAddress(first)
	a.bottom, a.right, ok2 = parseAddress(last)
	return a, ok1 && ok2
}
