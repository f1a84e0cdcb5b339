package office

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gongkai/parser/blocks"
)

const whiteRun, colouredCell = `<w:color w:val="FFFFFF"/>`, `<w:shd w:val="clear" w:fill="1F4E79"/>`

// instr is a field of a code, without a result if it is empty.
func instr(code, result string) string {
	return field("begin") + `<w:r><w:instrText> ` + code + ` </w:instrText></w:r>` + field("separate") + result + field("end")
}

// What is printed and no text of the document leaves a mark; what cannot be seen
// makes no figure with what can.
func TestDOCXSeen(t *testing.T) {
	styled := func(properties string, rows ...string) string {
		return "<w:tbl><w:tblPr>" + properties + "</w:tblPr>" + strings.Join(rows, "") + "</w:tbl>"
	}
	whiteCell := func(properties string) string { return tc(properties, p(rPr(whiteRun, "0"))) }
	choice := func(requires, fallback string) string {
		return `<w:r><mc:AlternateContent><mc:Choice Requires="` + requires + `"><w:t>9</w:t></mc:Choice>` + fallback + `</mc:AlternateContent></w:r>`
	}
	diagonal := func(side, style string) string {
		return `<w:tcBorders><w:` + side + ` w:val="` + style + `"/></w:tcBorders>`
	}
	for name, c := range map[string]struct{ body, want string }{
		"white":                     {tbl(tr(tc("", p(rPr(whiteRun, "9"), "22")), whiteCell(""))), "|〔9〕22|〔0〕|"},
		"white in lines":            {p("共", rPr(whiteRun, "9"), "件"), "共〔9〕件"},
		"nearly white":              {tbl(tr(tc("", p(rPr(`<w:color w:val="FEFEFE"/>`, "9"))))), "|〔9〕|"},
		"grey":                      {tbl(tr(tc("", p(rPr(`<w:color w:val="808080"/>`, "9"))))), "|9|"},
		"white on a dark cell":      {tbl(tr(whiteCell(colouredCell))), "|0|"},
		"white on a white cell":     {tbl(tr(whiteCell(`<w:shd w:val="clear" w:fill="FFFFFF"/>`), whiteCell(`<w:shd w:val="clear" w:fill="auto"/>`))), "|〔0〕|〔0〕|"},
		"white on stripes":          {tbl(tr(whiteCell(`<w:shd w:val="pct50" w:color="auto" w:fill="FFFFFF"/>`))), "|0|"},
		"white on a dark run":       {p(rPr(whiteRun+colouredCell, "9")) + p(rPr(whiteRun+`<w:highlight w:val="red"/>`, "8")), "9\n8"},
		"white on a dark paragraph": {p(`<w:pPr>`+colouredCell+`</w:pPr>`, rPr(whiteRun, "9")), "9"},
		"white on a dark table":     {styled(colouredCell, tr(whiteCell(""))), "|0|"},
		"white on a styled header":  {styled(`<w:tblStyle w:val="dark"/>`, tr(whiteCell("")), tr(whiteCell(""))), "|0|\n|〔0〕|"},
		"white picture":             {p(`<w:r><w:rPr>` + whiteRun + `</w:rPr><w:drawing><a:blip r:embed="p"/></w:drawing></w:r>`), "<word/media/image1.png>"},
		"white box over lines":      {p(`<w:r><w:pict><v:textbox><w:txbxContent>` + p(rPr(whiteRun, "年度报告")) + `</w:txbxContent></v:textbox></w:pict></w:r>`), "年度报告"},
		"tiny":                      {p(rPr(`<w:sz w:val="2"/>`, "9"), "22") + p(rPr(`<w:sz w:val="18"/>`, "9"), "22"), "〔9〕22\n922"},
		"diagonals":                 {tbl(tr(tc(diagonal("tl2br", "single"), p()), tc(diagonal("tr2bl", "single"), p()), tc(diagonal("tl2br", "nil"), p()), tc(diagonal("tl2br", "single"), p("项目")))), "|〔斜线〕|〔斜线〕||项目|"},
		"EQ":                        {tbl(tr(tc("", p(instr(`eq \o(12)`, ""))), tc("", p(instr(`EQ \o\ac(○,5)`, ""))))), "|〔图〕|〔图〕|"},
		"field without result":      {tbl(tr(tc("", p(instr("=SUM(LEFT)", ""))), tc("", p(instr("XE a", ""))), tc("", p(`<w:fldSimple w:instr="SEQ a"/>`)))), "|〔图〕||〔图〕|"},
		"page number and date":      {tbl(tr(tc("", p("<w:r><w:pgNum/></w:r>")), tc("", p("<w:r><w:dayShort/></w:r>")), tc("", p("<w:r><w:yearLong/></w:r>")))), "|〔图〕|〔图〕|〔图〕|"},
		"parts elsewhere":           {tbl(tr(tc("", p("<w:subDoc/>")), tc("", p("<w:r><w:contentPart/></w:r>")), tc("", `<w:altChunk/>`, p()))), "|〔图〕|〔图〕|〔图〕|"},
		"choice not understood":     {p(choice("zzz", "<mc:Fallback><w:t>22</w:t></mc:Fallback>")), "22"},
		"choice understood":         {p(choice("w14", "<mc:Fallback><w:t>22</w:t></mc:Fallback>")), "9"},
		"no choice understood":      {tbl(tr(tc("", p(choice("zzz", ""))))), "|〔图〕|"},
		"font of signs":             {p(rPr(`<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>`, "12")) + p(rPr(`<w:rFonts w:ascii="Symbol"/>`, "12")) + p(rPr(`<w:rFonts w:ascii="Arial"/>`, "12")), "〔符〕〔符〕\n12\n12"},
		"number before a figure":    {tbl(tr(tc("", p(numbered("2", "1"), "22")), tc("", p(numbered("2", "1"), "五")), tc("", p(numbered("2", "1"), "国家秘密")))), "|〔1.〕 22|〔2.〕 五|3. 国家秘密|"},
		"frame in a cell":           {tbl(tr(cell("规章"), tc("", tbl(tr(cell("22"))), p()), cell("1"))), "|规章|22|1|"},
		"white frame in a cell":     {tbl(tr(cell("规章"), tc("", tbl(tr(whiteCell(""))), p()))), "|规章|〔0〕|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, docxOf(t, c.body), c.want) })
	}
}

// A table in a cell counts once, whether it is read as text of the cell or not.
func TestDOCXFrameNumber(t *testing.T) {
	frame := tbl(tr(cell("22")))
	d := read(t, docxOf(t, tbl(tr(tc("", frame, p())))+tbl(tr(tc("", frame, p(), tbl(tr(cell("1"), cell("2"))))))+tbl(tr(cell("z")))))
	var got []int
	for _, b := range d.Blocks {
		if b.Grid != nil {
			got = append(got, b.Grid.At.Table)
		}
	}
	if len(got) != 4 || got[0] != 1 || got[1] != 4 || got[2] != 5 || got[3] != 6 {
		t.Errorf("tables %v", got)
	}
}

func TestRTFSeen(t *testing.T) {
	const colours = `{\colortbl;\red255\green255\blue255;\red0\green0\blue128;}`
	row := func(cells ...string) string {
		var described, texts strings.Builder
		for i, c := range cells {
			edge, text, _ := strings.Cut(c, "|")
			described.WriteString(edge + `\cellx` + string(rune('1'+i)) + `000`)
			texts.WriteString("{" + text + `}\cell `)
		}
		return `\trowd` + described.String() + `\pard\intbl ` + texts.String() + `\row`
	}
	for name, c := range map[string]struct{ body, want string }{
		"white":                 {`{\cf1 9}{\cf2 2}{\cf0 3}\par{\cf1\plain 4}`, "〔9〕23\n4"},
		"white on colour":       {`{\cf1\highlight2 9}\par{\cf1\chcbpat2 8}\par\pard\cbpat2{\cf1 7}\par\pard{\cf1\chcbpat1 6}`, "9\n8\n7\n〔6〕"},
		"white in cells":        {row(`|\cf1 1`, `\clcbpat2|\cf1 2`, `\clcbpat1|\cf1 3`, `\clshdng5000|\cf1 4`), "|〔1〕|2|〔3〕|4|"},
		"white picture":         {`{\cf1{\pict 00}}\par`, "<#1>"},
		"tiny":                  {`{\fs2 9}{\fs18 22}`, "〔9〕22"},
		"diagonals":             {row(`\cldglu\brdrs|`, `\cldgll\brdrs|x`, `\cldglu\brdrnone|`, `\clbrdrt\brdrs|`, `\cldgll\brdrs\clbrdrt\brdrnone|`), "|〔斜线〕|x|||〔斜线〕|"},
		"fields without result": {row(`|{\field{\*\fldinst{EQ \\o(12)}}{\fldrslt}}`, `|{\field{\*\fldinst =5}}`, `|{\field{\*\fldinst XE a}}`, `|{\field{\*\fldinst PAGE}{\fldrslt 7}}`), "|〔图〕|〔图〕||7|"},
		"font of signs":         {`{\f2 12}`, "〔符〕〔符〕"},
		"named font of signs":   {`{\fonttbl{\f7\fcharset0 Wingdings{\*\falt Arial;} 2;}{\f8 Arial{\*\falt Wingdings};}}{\f7 12}{\f8 34}`, "〔符〕〔符〕34"},
		"number in cell":        {row(`|{\listtext 1.\tab}`, `|{\listtext 2.\tab}22`, `|{\listtext 3.\tab}\u31192?`), "|〔1.〕|〔2.〕 22|3. 秘|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, []byte(rtfHead+colours+c.body+"}"), c.want) })
	}
}

// op is a property with an operand; sized is one that says how long it is.
func op(sprm int, operand ...byte) []byte {
	return append(le.AppendUint16(nil, uint16(sprm)), operand...)
}

func sized(sprm int, operand ...byte) []byte {
	return op(sprm, append([]byte{byte(len(operand))}, operand...)...)
}

func TestDOCSeen(t *testing.T) {
	edges := []int{0, 1000, 2000}
	whiteText := op(sprmColour, 255, 255, 255, 0)
	auto, dark := []byte{0, 0, 0, 255}, []byte{0, 0, 128, 0}
	clear := []byte{clearPattern, 0}
	cells := func(characters []byte, more ...[]byte) []docText {
		return []docText{{text: "9\x07", paragraph: in(), characters: characters}, {text: "\x07", paragraph: in()}, {text: "\x07", paragraph: join(rowEnd(edges), join(more...))}}
	}
	for name, c := range map[string]struct {
		texts []docText
		want  string
	}{
		"white":                    {[]docText{{text: "9", characters: whiteText}, {text: "22\r"}, {text: "8\r", characters: op(sprmColourOf16, whiteOf16)}}, "〔9〕22\n〔8〕"},
		"own colour":               {[]docText{{text: "9\r", characters: op(sprmColour, 255, 255, 255, 255)}, {text: "8\r", characters: op(sprmColourOf16, 1)}}, "9\n8"},
		"white on a dark run":      {[]docText{{text: "9\r", characters: join(whiteText, sized(sprmShading, join(auto, dark, clear)...))}, {text: "8\r", characters: join(whiteText, op(sprmHighlight, 6))}}, "9\n8"},
		"white on dark paragraphs": {[]docText{{text: "9\r", characters: whiteText, paragraph: sized(sprmParagraphShading, join(auto, dark, clear)...)}, {text: "8\r", characters: whiteText, paragraph: op(sprmParagraphShadingOf16, 2<<5, 0)}, {text: "7\r", characters: whiteText, paragraph: op(sprmParagraphShadingOf16, 0, 0)}}, "9\n8\n〔7〕"},
		"white in cells":           {cells(whiteText), "|〔9〕||"},
		"white in dark cells":      {cells(whiteText, sized(sprmCellShading, join(auto, dark, clear)...)), "|9||"},
		"white in old dark cells":  {cells(whiteText, sized(sprmCellShadingOf16, 2<<5, 0)), "|9||"},
		"white in white cells":     {cells(whiteText, sized(sprmCellShading, join(auto, auto, clear)...)), "|〔9〕||"},
		"tiny":                     {[]docText{{text: "9", characters: op(sprmSize, 2, 0)}, {text: "22\r", characters: op(sprmSize, 18, 0)}}, "〔9〕22"},
		"diagonal":                 {cells(nil, sized(sprmBorders, 0, 2, 0x10, 0, 0, 0, 0, 4, 1, 0, 0)), "|9|〔斜线〕|"},
		"old diagonal":             {cells(nil, sized(sprmBordersOld, 1, 2, 0x20, 4, 1, 0, 0)), "|9|〔斜线〕|"},
		"no diagonal":              {cells(nil, sized(sprmBorders, 0, 2, 0x10, 0, 0, 0, 0, 4, 0, 0, 0), sized(sprmBordersOld, 0, 2, 1, 4, 1, 0, 0)), "|9||"},
		"fields without result":    {[]docText{{text: "a\x13 EQ \\o(12)\x15\r"}, {text: "\x13EQ \\o(12)\x14\x15\x07", paragraph: in()}, {text: "\x13 XE \x14\x15\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges)}}, "a\n|〔图〕||"},
		"number in cell":           {[]docText{{text: "\x07", paragraph: in(op(sprmList, 1, 0))}, {text: "22\x07", paragraph: in(op(sprmList, 1, 0))}, {text: "\x07", paragraph: rowEnd(edges)}}, "|〔一、〕|〔二、〕22|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, docOf(0, c.texts...), c.want) })
	}
}

// Fonts of signs are told by the character set in the list of fonts.
func TestDOCFonts(t *testing.T) {
	named := append(make([]byte, 40), "W\x00i\x00n\x00g\x00d\x00i\x00n\x00g\x00s\x00\x00\x00"...)
	named[0] = byte(len(named) - 1)
	list := append([]byte{3, 0, 0, 0, 5, 0, 0, 0, 134, 0, 5, 0, 0, 0, symbolSet, 0}, named...)
	d := &doc{signs: readDocFonts(list)}
	for font, want := range map[byte]string{0: "12", 1: "〔符〕〔符〕", 2: "〔符〕〔符〕", 9: "12"} {
		var run docRun
		run.apply(op(sprmFont, font, 0), d)
		if got := d.printed('1', run) + d.printed('2', run); got != want {
			t.Errorf("font %d: got %s, want %s", font, got, want)
		}
	}
}

func TestXLSXSeen(t *testing.T) {
	// Looks behind the ones of sheetStyles: white, white on blue, white on white,
	// tiny, a line across, a format in white, the white of the theme, signs.
	const fonts = `<fonts><font/><font><color rgb="FFFFFFFF"/></font><font><sz val="1"/></font><font><color theme="0"/></font><font><name val="Wingdings"/></font><font><color theme="0" tint="-0.5"/></font></fonts>`
	const fills = `<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF0000FF"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor indexed="9"/></patternFill></fill><fill><gradientFill/></fill></fills>`
	const borders = `<borders><border/><border diagonalUp="1"><diagonal style="thin"/></border><border diagonalDown="1"><diagonal/></border><border><diagonal style="thin"/></border></borders>`
	const looks = `<cellXfs><xf/><xf fontId="1"/><xf fontId="1" fillId="1"/><xf fontId="1" fillId="2"/><xf fontId="2"/><xf borderId="1"/><xf numFmtId="170"/><xf fontId="3"/><xf fontId="4"/><xf borderId="2"/><xf borderId="3"/><xf fontId="5"/><xf fontId="1" fillId="3"/><xf numFmtId="170" fillId="1"/></cellXfs>`
	const rich = `t="inlineStr"><is><r><rPr><color rgb="FFFFFFFF"/></rPr><t>9</t></r><r><t>22</t></r></is></c>`
	for name, c := range map[string]struct{ sheet, want string }{
		"white":              {data(row(c("A1", `s="1"`, "9"), c("B1", `s="2"`, "8"), c("C1", `s="3"`, "7"), c("D1", `s="7"`, "6"), c("E1", `s="11"`, "5"), c("F1", `s="12"`, "4"))), "|〔9〕|8|〔7〕|〔6〕|5|4|"},
		"white in part":      {data(row(`<c r="A1" `+rich, `<c r="B1" s="2" `+rich)), "|〔9〕22|922|"},
		"white format":       {data(row(c("A1", `s="6"`, "9"), c("B1", `s="6"`, "-9"), c("C1", `s="13"`, "9"))), "|〔9〕|-9|9|"},
		"tiny and signs":     {data(row(c("A1", `s="4"`, "9"), c("B1", `s="8"`, "12"))), "|〔9〕|〔12〕|"},
		"diagonals":          {data(row(c("A1", "", "1"), `<c r="B1" s="5"/>`, `<c r="C1" s="9"/>`, `<c r="D1" s="10"/>`, c("E1", `s="5"`, "3"), `<c r="F1" s="5"><v></v></c>`, c("G1", "", "2"))), "|1|〔斜线〕|||3|〔斜线〕|2|"},
		"merged diagonal":    {data(row(c("A1", "", "1"), `<c r="B1" s="5"/>`, `<c r="C1" s="5"/>`, c("D1", "", "2"))) + `<mergeCell ref="B1:C1"/>`, "|1|〔斜线〕 2x1|2|"},
		"empty results":      {data(row(c("A1", "", "1"), `<c r="B1"><f>A1</f><v/></c>`, `<c r="C1" t="n"><f>A1</f><v></v></c>`, `<c r="D1" t="str"><f>A1</f><v></v></c>`, c("E1", "", "2"))), "|1|〔公式〕|〔公式〕||2|"},
		"column of no width": {`<cols><col min="2" max="2" width="0"/></cols>` + data(row(c("A1", "", "1"), c("B1", "", "2"), c("C1", "", "3"))), "|1|3|"},
		"row of no height":   {data(row(c("A1", "", "1"), c("B1", "", "2")), `<row r="2" ht="0" customHeight="1">`+c("A2", "", "3")+`</row>`, `<row r="3" ht="0.0"  x="&lt;">`+c("A3", "", "3")+`</row>`, `<row r="4" ht="12.5">`+c("A4", "", "4")+c("B4", "", "5")+`</row>`), "|1|2|\n|4|5|"},
	} {
		t.Run(name, func(t *testing.T) {
			d := zipped(t, "xl/workbook.xml", `<workbook`+sheetNames+`><sheets><sheet r:id="a"/></sheets></workbook>`,
				"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="b" Type="x/styles" Target="styles.xml"/></Relationships>`,
				"xl/sheet.xml", `<worksheet`+sheetNames+`>`+c.sheet+`</worksheet>`,
				"xl/styles.xml", `<styleSheet`+sheetNames+`><numFmts><numFmt numFmtId="170" formatCode="[White]0;-0"/></numFmts>`+fonts+fills+borders+looks+`</styleSheet>`)
			check(t, d, c.want)
		})
	}
}

func TestXLSSeen(t *testing.T) {
	oldFontOf := func(height, colour int, charset byte) []byte {
		return rec(recFont, height, 0, colour, 400, 0, byte(0), byte(0), charset, byte(0))
	}
	xf := func(font, directions int, lines uint32, fill int) []byte {
		return rec(recXF, font, 0, 0, 0, 0, 0, directions<<14, lines, fill)
	}
	const solid = 1 << 26
	// 0 as usual, 1 white, 2 white on blue, 3 white on white, 4 tiny, 5 a line
	// across, 6 a line across in no direction, 7 signs, 8 white of the palette
	globals := join(oldFontOf(200, 0x7FFF, 134), oldFontOf(200, 9, 134), oldFontOf(20, 0x7FFF, 134), oldFontOf(200, 0x7FFF, 2), oldFontOf(200, 10, 134),
		rec(recPalette, 3, uint32(0), uint32(0xFFFFFF), uint32(0xFFFFFF)),
		xf(0, 0, 0, 0), xf(1, 0, 0, 64), xf(1, 0, solid, 12), xf(1, 0, solid, 9), xf(2, 0, 0, 64), xf(0, 1, 1<<21, 64), xf(0, 0, 1<<21, 64), xf(3, 0, 0, 64), xf(5, 0, 0, 64))
	for name, c := range map[string]struct {
		records [][]byte
		want    string
	}{
		"white":          {[][]byte{num(0, 0, 1, 9), num(0, 1, 2, 8), num(0, 2, 3, 7), num(0, 3, 8, 6), num(0, 4, 0, 5)}, "|〔9〕|8|〔7〕|〔6〕|5|"},
		"tiny and signs": {[][]byte{num(0, 0, 4, 9), num(0, 1, 7, 12)}, "|〔9〕|〔12〕|"},
		"diagonals":      {[][]byte{num(0, 0, 0, 1), rec(recBlank, 0, 1, 5), rec(recBlank, 0, 2, 6), num(0, 3, 5, 3), num(0, 4, 0, 2)}, "|1|〔斜线〕||3|2|"},
		"without width":  {[][]byte{rec(recColInfo, 1, 1, 0, 0, 0, 0), num(0, 0, 0, 1), num(0, 1, 0, 2), num(0, 2, 0, 3)}, "|1|3|"},
		"without height": {[][]byte{rec(recRow, 1, 0, 0, 0, 0, 0, 0, 0), num(0, 0, 0, 1), num(0, 1, 0, 2), num(1, 0, 0, 4), num(2, 0, 0, 5), num(2, 1, 0, 6)}, "|1|2|\n|5|6|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, xlsOf(0x600, globals, c.records...), c.want) })
	}
}

// Hidden sheets are not read, and the document says so.
func TestHiddenSheets(t *testing.T) {
	filled := data(row(c("A1", "", "1"), c("B1", "", "2")))
	if d := read(t, xlsxOf(t, filled, "hidden:"+filled)); len(d.Notes) != 1 || !strings.Contains(d.Notes[0].ZH, "隐藏") {
		t.Errorf("notes %v", d.Notes)
	}
	if d := read(t, xlsxOf(t, filled)); len(d.Notes) != 0 {
		t.Errorf("notes %v", d.Notes)
	}
	old := xlsOf(0x600, looks, num(0, 0, 0, 1))
	at := strings.Index(string(old), string(le.AppendUint16(nil, recBoundSheet)))
	hidden := append([]byte{}, old...)
	hidden[at+8] = 1
	for name, data := range map[string][]byte{"xlsx": xlsxOf(t, data(), "hidden:"+filled), "xls": hidden} {
		_, decode, _ := Sniff(data)
		if _, err := decode(context.Background(), data); !errors.Is(err, blocks.ErrEmpty) || !strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
