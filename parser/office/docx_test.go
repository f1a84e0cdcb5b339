package office

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gongkai/parser/blocks"
)

const wordNames = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"`

const wordRelations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="n" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>
<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
<Relationship Id="p" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/image1.png"/></Relationships>`

const wordStyles = `<w:style w:type="paragraph" w:default="1" w:styleId="a"/>
<w:style w:type="paragraph" w:styleId="h1"><w:basedOn w:val="a"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="h2"><w:basedOn w:val="h1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="table" w:styleId="dark"><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="1F4E79"/></w:tcPr></w:tblStylePr></w:style>
<w:style w:type="character" w:styleId="mark"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="ghost"><w:rPr><w:vanish/></w:rPr></w:style>`

const wordNumbering = `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:suff w:val="nothing"/><w:pStyle w:val="h1"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="%1.%2"/><w:isLgl/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>`

// docxOf is a document with the body.
func docxOf(t testing.TB, body string) []byte {
	return zipped(t,
		"word/document.xml", `<?xml version="1.0"?><w:document`+wordNames+`><w:body>`+body+`<w:sectPr/></w:body></w:document>`,
		"word/_rels/document.xml.rels", wordRelations,
		"word/styles.xml", `<w:styles`+wordNames+`>`+wordStyles+`</w:styles>`,
		"word/numbering.xml", `<w:numbering`+wordNames+`>`+wordNumbering+`</w:numbering>`)
}

// p is a paragraph of runs: text, or elements as they are.
func p(runs ...string) string {
	var b strings.Builder
	b.WriteString("<w:p>")
	for _, run := range runs {
		if strings.HasPrefix(run, "<") {
			b.WriteString(run)
		} else {
			b.WriteString(`<w:r><w:t xml:space="preserve">` + run + `</w:t></w:r>`)
		}
	}
	return b.String() + "</w:p>"
}

func rPr(properties, text string) string {
	return `<w:r><w:rPr>` + properties + `</w:rPr><w:t>` + text + `</w:t></w:r>`
}

func tc(properties string, content ...string) string {
	return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + strings.Join(content, "") + "</w:tc>"
}

func tr(cells ...string) string { return "<w:tr>" + strings.Join(cells, "") + "</w:tr>" }
func tbl(rows ...string) string { return "<w:tbl><w:tblPr/>" + strings.Join(rows, "") + "</w:tbl>" }
func cell(text string) string   { return tc("", p(text)) }
func field(kind string) string  { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
func numbered(l, n string) string {
	return `<w:pPr><w:numPr><w:ilvl w:val="` + l + `"/><w:numId w:val="` + n + `"/></w:numPr></w:pPr>`
}

const drawing = `<w:r><w:drawing><a:blip r:embed="p"/></w:drawing></w:r>`

func TestDOCX(t *testing.T) {
	long := strings.Repeat("长", 160)
	for name, c := range map[string]struct{ body, want string }{
		"lines":               {p("一、  总体", "情况") + p() + p("a", "<w:r><w:br/></w:r>", "b"), "一、 总体情况\na\nb"},
		"tabs divide":         {p("规章", "<w:r><w:tab/></w:r>", "1", "<w:r><w:tab/></w:r>", "2"), "规章\t1\t2"},
		"tabs indent":         {p("<w:r><w:tab/></w:r>", "正文"), "正文"},
		"inserted":            {p("<w:ins><w:r><w:t>12</w:t></w:r></w:ins>", "<w:del><w:r><w:delText>34</w:delText></w:r></w:del>"), "12"},
		"moved":               {p("<w:moveTo><w:r><w:t>12</w:t></w:r></w:moveTo>", "<w:moveFrom><w:r><w:t>12</w:t></w:r></w:moveFrom>"), "12"},
		"deleted end":         {`<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>1</w:t></w:r></w:p>` + p("2"), "12"},
		"deleted end, table":  {`<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>1</w:t></w:r></w:p>` + tbl(tr(tc("", `<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>2</w:t></w:r></w:p>`), cell("3"))), "1\n|2|3|"},
		"hidden":              {p("1", rPr("<w:vanish/>", "2"), rPr(`<w:vanish w:val="0"/>`, "3"), rPr(`<w:rStyle w:val="ghost"/>`, "4")), "13"},
		"raised":              {p("12", rPr(`<w:vertAlign w:val="superscript"/>`, "1")) + p("12", rPr(`<w:rStyle w:val="mark"/>`, "1")) + p("12", rPr(`<w:position w:val="8"/>`, "1")), "12〔1〕\n12〔1〕\n12〔1〕"},
		"struck":              {p(rPr("<w:strike/>", "12"), "15") + p(rPr("<w:dstrike/>", "3")), "〔12〕15\n〔3〕"},
		"footnote":            {p("12", `<w:r><w:footnoteReference w:id="2"/></w:r>`) + p("3", `<w:r><w:endnoteReference w:id="2"/></w:r>`), "12〔1〕\n3〔2〕"},
		"field":               {p("第", field("begin"), `<w:r><w:instrText>PAGE 9</w:instrText></w:r>`, "8", field("separate"), "7", field("end"), "页"), "第7页"},
		"field in code":       {p(field("begin"), field("begin"), field("separate"), "5", field("end"), field("separate"), "7", field("end")), "7"},
		"simple field":        {p(`<w:fldSimple w:instr="X"><w:r><w:t>7</w:t></w:r></w:fldSimple>`), "7"},
		"link":                {p(`<w:hyperlink r:id="x"><w:r><w:t>见</w:t></w:r></w:hyperlink>`, `<w:hyperlink w:anchor="_ftn1"><w:r><w:t>1</w:t></w:r></w:hyperlink>`), "见〔1〕"},
		"content control":     {"<w:sdt><w:sdtPr/><w:sdtContent>" + p("<w:sdt><w:sdtContent><w:r><w:t>9</w:t></w:r></w:sdtContent></w:sdt>") + "</w:sdtContent></w:sdt>", "9"},
		"symbol":              {p(`<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>`, `<w:r><w:sym w:font="Symbol" w:char="F033"/></w:r>`), "〔符〕3"},
		"text box, once":      {p("前", `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>`+p("框")+`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>`+p("框")+`</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`) + p("后"), "前\n框\n后"},
		"fallback":            {p(`<w:r><mc:AlternateContent><mc:Fallback><w:t>退</w:t></mc:Fallback></mc:AlternateContent></w:r>`), "退"},
		"picture":             {p(drawing) + p("文", drawing), "<word/media/image1.png>\n文"},
		"old picture":         {p(`<w:r><w:pict><v:shape><v:imagedata r:id="p"/></v:shape></w:pict></w:r>`), "<word/media/image1.png>"},
		"numbers":             {p(numbered("0", "1"), "总体情况") + p(numbered("1", "1"), "予以公开") + p(numbered("2", "1"), "秘密") + p(numbered("1", "1"), "部分公开") + p(numbered("0", "1"), "主动公开") + p(numbered("1", "1"), "甲"), "一、总体情况\n（一）予以公开\n1. 秘密\n（二）部分公开\n二、主动公开\n（一）甲"},
		"numbers begin anew":  {p(numbered("0", "1"), "a") + p(numbered("0", "3"), "b") + p(numbered("0", "3"), "c"), "一、a\n五、b\n六、c"},
		"numbers of styles":   {p(`<w:pPr><w:pStyle w:val="h1"/></w:pPr>`, "a") + p(`<w:pPr><w:pStyle w:val="h2"/></w:pPr>`, "b") + p(`<w:pPr><w:pStyle w:val="h1"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>`, "c"), "一、a\n1.1 b\nc"},
		"spans":               {tbl(tr(tc(`<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>`, p("甲")), cell("乙")), tr(tc(`<w:gridSpan w:val="2"/><w:vMerge/>`, p()), cell("1")), tr(cell("a"), cell("b"), cell("2"))), "|甲 2x2|乙|\n|1|\n|a|b|2|"},
		"merged across":       {tbl(tr(tc(`<w:hMerge w:val="restart"/>`, p("甲")), tc(`<w:hMerge/>`, p()), cell("1")), tr(cell("a"), cell("b"), cell("c"))), "|甲 2x1|1|\n|a|b|c|"},
		"row begins later":    {tbl(tr(cell("a"), cell("b")), `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("c")+"</w:tr>"), "|a|b|\n||c|"},
		"hidden row":          {tbl(tr(cell("a")), `<w:tr><w:trPr><w:hidden/></w:trPr>`+cell("b")+"</w:tr>", tr(cell("c"))), "|a|\n|c|"},
		"deleted row":         {tbl(tr(cell("a")), `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>`+cell("b")+"</w:tr>"), "|a|"},
		"cell of lines":       {tbl(tr(tc("", p("a"), p(), p("b")), cell("1"))), "|a⏎b|1|"},
		"empty cells":         {tbl(tr(cell("规章"), tc("", p()), cell("0"), cell("/"))), "|规章||0|/|"},
		"picture in cell":     {tbl(tr(cell("规章"), tc("", p(drawing)), tc("", p("1", drawing)))), "|规章|〔图〕|1〔图〕|"},
		"formula in cell":     {tbl(tr(tc("", p(`<m:oMath><m:r><m:t>1</m:t></m:r></m:oMath>`)))), "|〔图〕|"},
		"choice in cell":      {tbl(tr(tc("", p(`<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox/></w:ffData></w:fldChar></w:r>`, field("end"))))), "|〔图〕|"},
		"number in cell":      {tbl(tr(tc("", p(numbered("2", "1"))), cell("秘密"))), "|〔1.〕|秘密|"},
		"table arranges text": {tbl(tr(tc("", p("一、概述"), tbl(tr(cell("1"), cell("2")))))), "一、概述\n|1|2|"},
		"passages":            {tbl(tr(tc("", p("一、概述"), p(long), p(long)))), "一、概述\n" + long + "\n" + long},
		"ruby":                {p(`<w:r><w:ruby><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>y</w:t></w:r></w:rubyBase></w:ruby></w:r>`), "〔x〕y"},
	} {
		t.Run(name, func(t *testing.T) { check(t, docxOf(t, c.body), c.want) })
	}
}

func TestDOCXStrict(t *testing.T) {
	body := tbl(tr(tc(`<w:gridSpan w:val="2"/>`, p("甲"))), tr(cell("1"), cell("2")))
	data := zipped(t, "word/document.xml", `<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>`+body+`</w:body></w:document>`)
	check(t, data, "|甲 2x1|\n|1|2|")
}

func TestDOCXErrors(t *testing.T) {
	laughs := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>`
	for name, c := range map[string]struct {
		data []byte
		why  error
	}{
		"field without end":          {docxOf(t, p(field("begin"), "12")), blocks.ErrDamaged},
		"own entities":               {zipped(t, "word/document.xml", laughs+`<w:document`+wordNames+`><w:body>`+p("&b;")+`</w:body></w:document>`), blocks.ErrDamaged},
		"ends too early":             {zipped(t, "word/document.xml", `<w:document`+wordNames+`><w:body>`+p("1")), blocks.ErrDamaged},
		"tables within each other":   {docxOf(t, strings.Repeat("<w:tbl><w:tr><w:tc>", 50)+strings.Repeat("</w:tc></w:tr></w:tbl>", 50)), blocks.ErrTooDeep},
		"elements within each other": {docxOf(t, strings.Repeat("<w:sdt>", 2000)+strings.Repeat("</w:sdt>", 2000)), blocks.ErrTooDeep},
		"cell over 1001 columns":     {docxOf(t, tbl(tr(tc(`<w:gridSpan w:val="1001"/>`, p("a"))), tr(strings.Repeat(cell("x"), 1001)))), blocks.ErrTooLarge},
		"bomb":                       {docxOf(t, "<!--"+strings.Repeat("x", 40<<20)+"-->"), blocks.ErrTooLarge},
	} {
		_, decode, ok := Sniff(c.data)
		if !ok {
			t.Fatal(name)
		}
		if _, err := decode(context.Background(), c.data); !errors.Is(err, c.why) {
			t.Errorf("%s: error %v, want %v", name, err, c.why)
		}
	}
}
