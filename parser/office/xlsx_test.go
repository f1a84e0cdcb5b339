package office

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/parser/blocks"
	"gongkai/report"
)

const sheetNames = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

const sheetStyles = `<numFmts><numFmt numFmtId="164" formatCode="+0;-0;0"/><numFmt numFmtId="165" formatCode="[DBNum1]0"/></numFmts>
<fonts><font/><font><strike/></font></fonts><borders><border/><border><left style="thin"/><right style="thin"/><top/><bottom/></border><border><left style="hair"/></border><border><top style="thin"/><right style="none"/></border><border><top style="thin"/><bottom style="double"/></border></borders><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="0" fontId="1"/><xf numFmtId="165"/><xf numFmtId="2"/><xf numFmtId="63"/><xf borderId="1"/><xf borderId="2"/><xf borderId="3"/><xf borderId="4"/></cellXfs>`

const sheetStrings = `<si><t>规章</t></si><si><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r><rPh><t>x</t></rPh></si><si><t>a_x000D_
b</t></si>`

func xlsxOf(t testing.TB, sheets ...string) []byte {
	var list, relations strings.Builder
	parts := []string{}
	for i, s := range sheets {
		n := string(rune('1' + i))
		state := ""
		if strings.HasPrefix(s, "hidden:") {
			s, state = s[len("hidden:"):], ` state="hidden"`
		}
		list.WriteString(`<sheet name="s` + n + `" sheetId="` + n + `"` + state + ` r:id="r` + n + `"/>`)
		relations.WriteString(`<Relationship Id="r` + n + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
		parts = append(parts, "xl/worksheets/sheet"+n+".xml", `<worksheet`+sheetNames+`>`+s+`</worksheet>`)
	}
	return zipped(t, append(parts,
		"xl/workbook.xml", `<workbook`+sheetNames+`><sheets>`+list.String()+`</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships>`+relations.String()+`<Relationship Id="a" Type="x/styles" Target="styles.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet`+sheetNames+`>`+sheetStyles+`</styleSheet>`,
		"xl/sharedStrings.xml", `<sst`+sheetNames+`>`+sheetStrings+`</sst>`)...)
}

func c(at, attributes, value string) string {
	return `<c r="` + at + `" ` + attributes + `><v>` + value + `</v></c>`
}

func data(rows ...string) string {
	return `<sheetData>` + strings.Join(rows, "") + `</sheetData>`
}

func row(cells ...string) string { return `<row>` + strings.Join(cells, "") + `</row>` }

func TestXLSX(t *testing.T) {
	const inline = `t="inlineStr"><is><t>`
	for name, c := range map[string]struct{ sheet, want string }{
		"values":           {data(row(c("A1", `t="s"`, "0"), c("B1", "", "0"), c("C1", `s="1"`, "1"), c("D1", "", "0.30000000000000004"), c("E1", `s="5"`, "1386.2475"), c("F1", `t="str"`, "001"))), "|规章|0|+1|0.3|1386.25|001|"},
		"blank":            {data(row(c("A1", `t="s"`, "0"), `<c r="B1" s="1"/>`, c("C1", "", "5"))), "|规章||5|"},
		"formula":          {data(row(c("A1", `t="s"`, "0"), `<c r="B1"><f>A1+1</f></c>`, `<c r="C1"><f>A1+1</f><v>7</v></c>`, `<c r="D1" t="str"><f>x</f><v></v></c>`, c("E1", "", "1"))), "|规章|〔公式〕|7||1|"},
		"errors":           {data(row(c("A1", `t="e"`, "#REF!"), c("B1", `t="e"`, "#N/A"), c("C1", `t="b"`, "1"))), "|〔#REF!〕|〔#N/A〕|TRUE|"},
		"rich text":        {data(row(c("A1", `t="s"`, "1"), c("B1", `t="s"`, "2"), c("C1", `s="3"`, "9"))), "|12〔1〕|a⏎b|〔9〕|"},
		"unknown format":   {data(row(c("A1", `s="4"`, "12"), c("B1", `s="6"`, "13"))), "|〔12〕|〔13〕|"},
		"date":             {data(row(c("A1", `s="2"`, "45292"), c("B1", `s="2"`, "1"))), "|2024/1/1|1900/1/1|"},
		"merged":           {data(row(c("A1", "", "1"), c("C1", "", "2")), row(c("C2", "", "3"), c("D2", "", "4"))) + `<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C1:D1"/></mergeCells>`, "|1 2x2|2 2x1|\n|3|4|"},
		"merged blank":     {data(row(c("A1", "", "1"), c("D1", "", "2"))) + `<mergeCells><mergeCell ref="B1:C1"/></mergeCells>`, "|1| 2x1|2|"},
		"hidden column":    {`<cols><col min="2" max="3" hidden="1"/></cols>` + data(row(c("A1", "", "1"), c("B1", "", "2"), c("D1", "", "4")), row(c("A2", "", "5"), c("E2", "", "6"))) + `<mergeCells><mergeCell ref="A2:D2"/></mergeCells>`, "|1|4||\n|5 2x1|6|"},
		"hidden row":       {data(row(c("A1", "", "1"), c("B1", "", "2")), `<row r="2" hidden="1">`+c("A2", "", "3")+`</row>`, `<row r="3">`+c("A3", "", "4")+c("B3", "", "5")+`</row>`), "|1|2|\n|4|5|"},
		"zeros not shown":  {`<sheetViews><sheetView showZeros="0"/></sheetViews>` + data(row(c("A1", "", "1"), c("B1", "", "0"), c("C1", "", "2"))), "|1||2|"},
		"lone line":        {data(`<row r="1">`+c("A1", `t="s"`, "0")+`</row>`, `<row r="3">`+c("A3", "", "1")+c("B3", "", "2")+`</row>`), "规章\n|1|2|"},
		"grids":            {data(`<row r="3">`+c("B3", "", "1")+c("C3", "", "2")+`</row>`, `<row r="9">`+c("D9", "", "3")+c("E9", "", "4")+`</row>`), "|1|2|\n|3|4|"},
		"wide title":       {data(`<row r="1">`+c("A1", `t="s"`, "0")+`</row>`, `<row r="2">`+c("A2", "", "1")+c("B2", "", "2")+`</row>`) + `<mergeCells><mergeCell ref="A1:M1"/></mergeCells>`, "|规章 2x1|\n|1|2|"},
		"label over blank": {data(`<row r="1">`+c("A1", `t="s"`, "0")+c("B1", "", "1")+c("C1", "", "1")+`</row>`) + `<mergeCells><mergeCell ref="A1:A2"/></mergeCells>`, "|规章 1x2|1|1|\n|||"},
		"inline":           {data(row(`<c `+inline+`x</t></is></c>`, `<c `+inline+`y</t></is></c>`)), "|x|y|"},
		"far apart":        {data(row(c("A1", "", "1"), c("B1", "", "1")), `<row r="1048576">`+c("XFC1048576", "", "1")+c("XFD1048576", "", "2")+`</row>`), "|1|1|\n|1|2|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, xlsxOf(t, c.sheet), c.want) })
	}
}

// Looks of cells that have lines.
const closed, onLeft, onTop, aboveAndBelow = `s="7"`, `s="8"`, `s="9"`, `s="10"`

func TestXLSXFrames(t *testing.T) {
	// cells are a row of cells with one look; "" is an empty one.
	cells := func(n int, look string, values ...string) string {
		var b strings.Builder
		for i, v := range values {
			at := string(rune('A'+i)) + string(rune('0'+n))
			if v == "" {
				b.WriteString(`<c r="` + at + `" ` + look + `/>`)
			} else {
				b.WriteString(c(at, look, v))
			}
		}
		return b.String()
	}
	framed := func(n int, values ...string) string { return row(cells(n, closed, values...)) }
	open := func(n int, values ...string) string { return row(cells(n, "", values...)) }
	for name, c := range map[string]struct{ sheet, want string }{
		"one below the other":       {data(open(1, "9"), framed(2, "1", "2", "3", "4"), framed(3, "5", "6", "", ""), open(4, "9"), framed(5, "1", "2"), framed(6, "3", "")), "|9||||\n|1|2|3|4|\n|5|6|||\n|9||||\n|1|2|\n|3||"},
		"line merged wide":          {data(framed(1, "1", "2", "3"), open(2, "9"), framed(3, "1", "")) + `<mergeCell ref="A2:Z2"/>`, "|1|2|3|\n|9 3x1|\n|1||"},
		"no frames":                 {data(open(1, "1", "2", "3"), open(2, "9"), open(3, "1", "2")), "|1|2|3|\n|9|||\n|1|2||"},
		"a row without them":        {data(framed(1, "1", "2", "3"), open(2, "4", "5"), framed(3, "6", "7")), "|1|2|3|\n|4|5||\n|6|7||"},
		"header without them":       {data(framed(1, "1", "2", "3", "4"), open(2, "9"), open(3, "1", "2", "3"), framed(4, "4", "5")), "|1|2|3|4|\n|9||||\n|1|2|3|\n|4|5||"},
		"further than text":         {data(framed(1, "1", "2", ""), framed(2, "3", "4")), "|1|2||\n|3|4||"},
		"lines above and below":     {data(row(cells(1, aboveAndBelow, "1", "2", ""))), "|1|2||"},
		"end of the cell before":    {data(row(cells(1, closed, "1", "2", "") + `<c r="D1" ` + onLeft + `/>`)), "|1|2||"},
		"line of the row above":     {data(framed(1, "1", "2", "3", "4"), row(cells(2, onTop, "9", "", "")), framed(3, "1", "2")), "|1|2|3|4|\n|9||||\n|1|2|"},
		"merged":                    {data(framed(1, "1", "2", "3", "4"), open(2, "9"), framed(3, "1", "2", ""), framed(4, "4", "5", "")) + `<mergeCell ref="B3:C3"/><mergeCell ref="B4:F4"/>`, "|1|2|3|4|\n|9||||||\n|1|2 2x1||||\n|4|5 5x1|"},
		"merged over the end":       {data(framed(1, "1", "2", "3", "4"), open(2, "9"), framed(3, "1", "2", "")) + `<mergeCell ref="C3:D3"/>`, "|1|2|3|4|\n|9||||\n|1|2||"},
		"whole rows":                {data(`<row r="1" `+closed+` customFormat="1">`+cells(1, closed, "1", "2", "3")+`</row>`, open(2, "9"), framed(3, "1", "2")), "|1|2|3|\n|9|||\n|1|2|"},
		"format of rows not in use": {data(`<row r="1" `+closed+`>`+cells(1, closed, "1", "2")+`</row>`, open(2, "9"), open(3, "1", "2", "3")), "|1|2|\n|9|||\n|1|2|3|"},
		"whole columns":             {`<cols><col min="1" max="4" style="7"/></cols>` + data(framed(1, "1", "2", "3"), open(2, "9"), framed(3, "1", "2")), "|1|2|3||\n|9||||\n|1|2|||"},
		"hidden columns":            {`<cols><col min="2" max="2" hidden="1"/></cols>` + data(framed(1, "1", "2", "3", "4", ""), open(2, "9"), framed(3, "1", "2", "3", "")), "|1|3|4||\n|9|||\n|1|3||"},
		"hidden rows":               {data(`<row r="1" hidden="1">`+cells(1, closed, "1", "2", "", "", "")+`</row>`, framed(2, "1", "2", "3"), framed(3, "4", "", "")), "|1|2|3|\n|4|||"},
	} {
		t.Run(name, func(t *testing.T) { check(t, xlsxOf(t, c.sheet), c.want) })
	}
}

// What says nothing is passed over before it is read as XML; both ways must come
// to the same.
func TestXLSXEmpty(t *testing.T) {
	for name, c := range map[string]struct{ sheet, want string }{
		"rows":               {data(`<row/><row></row>`, row(c("A3", "", "1"), c("B3", "", "2"))), "|1|2|"},
		"counted rows":       {data(`<row/>`, "\n<row>\n</row>\n", `<row r="7"/>`, row(`<c><v>1</v></c>`, ` <c/> <c s="1"></c>`, `<c><v>2</v></c>`)), "|1|||2|"},
		"unusual rows":       {data(`<row x="&gt;"/>`, `<row x=">"></row>`, `<row x="&amp;">`+c("A3", "", "1")+`</row>`, row(`<c><v>2</v></c>`)), "|1|\n|2|"},
		"unusual cells":      {data(row(`<c r='A1'><v>1</v></c><c  r = "B1"/><c r="&#67;1"/><c x="y>"/>` + c("E1", "", "2"))), "|1||||2|"},
		"comments":           {data(`<!-- <row r="9"><c r="A9"/> -->`, `<row r="1"><!-- </row> --><c r="A1"><v><![CDATA[7]]></v></c><c><v>8</v></c><?x <c/> ?></row>`), "|7|8|"},
		"prefix":             {`<x:sheetData xmlns:x="` + "http://schemas.openxmlformats.org/spreadsheetml/2006/main" + `"><x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c><x:c r="B2"/><x:c r="C2"><x:v>2</x:v></x:c></x:row></x:sheetData>`, "|1||2|"},
		"elements like them": {`<cols/><colBreaks/>` + data(row(c("A1", "", "1"), c("B1", "", "2"))) + `<rowBreaks><brk/></rowBreaks>`, "|1|2|"},
		"long tags":          {data(row(`<c r="A1" x="`+strings.Repeat("x", maxTag)+`"/>`, c("B1", "", "1"), c("C1", "", "2"))), "|1|2|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, xlsxOf(t, c.sheet), c.want) })
	}
}

func TestXLSXSheets(t *testing.T) {
	one := data(row(c("B2", "", "1"), c("C2", "", "2")))
	d := read(t, xlsxOf(t, one, "hidden:"+one, one))
	if len(d.Blocks) != 2 {
		t.Fatal(shows(d))
	}
	if at, want := d.Blocks[1].Grid.Rows[0][1].At, (report.Pos{Page: 3, Table: 2, Row: 2, Col: 3}); at != want {
		t.Errorf("at %v, want %v", at, want)
	}
}

// A picture over an empty cell may show what belongs into it, and so may a box
// with text.
func TestXLSXPicture(t *testing.T) {
	sheet := data(row(c("A1", "", "1"), c("C1", "", "3"), c("D1", "", "4"))) + `<drawing r:id="d"/>`
	drawing := `<wsDr><twoCellAnchor><from><col>1</col><row>0</row></from><to><col>2</col><row>0</row></to><pic><blipFill><blip embed="p"/></blipFill></pic></twoCellAnchor></wsDr>`
	z, err := openArchive(context.Background(), xlsxOf(t, sheet))
	if err != nil {
		t.Fatal(err)
	}
	parts := []string{
		"xl/worksheets/_rels/sheet1.xml.rels", `<Relationships><Relationship Id="d" Type="x/drawing" Target="../drawings/drawing1.xml"/></Relationships>`,
		"xl/drawings/drawing1.xml", drawing,
		"xl/drawings/_rels/drawing1.xml.rels", `<Relationships><Relationship Id="p" Type="x/image" Target="../media/image1.png"/></Relationships>`,
	}
	for name := range z.files {
		content, err := z.part(name)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, name, string(content))
	}
	parts = append(parts, "xl/media/image1.png", "png")
	check(t, zipped(t, parts...), "|1|〔图〕|3|4|\n<xl/media/image1.png>")
	boxed := strings.Replace(drawing, `<pic><blipFill><blip embed="p"/></blipFill></pic>`, `<sp><txBody><p><r><t>5</t></r></p></txBody></sp>`, 1)
	check(t, zipped(t, append(slices.Clone(parts), "xl/drawings/drawing1.xml", boxed)...), "|1|〔图〕|3|4|\n<#text>")
	if inside := string(read(t, zipped(t, parts...)).Inside("xl/media/image1.png")); inside != "png" {
		t.Errorf("the picture's bytes are %q", inside)
	}
}

func TestXLSXErrors(t *testing.T) {
	for name, c := range map[string]struct {
		sheet string
		why   error
	}{
		"no such text":   {data(row(c("A1", `t="s"`, "99"))), blocks.ErrDamaged},
		"no address":     {data(row(c("1A", "", "9"))), blocks.ErrDamaged},
		"no row":         {data(`<row r="0"/>`), blocks.ErrDamaged},
		"far row":        {data(`<row r="1048577"></row>`), blocks.ErrDamaged},
		"empty, nowhere": {data(row(`<c r="A0"/>`)), blocks.ErrDamaged},
		"row not ended":  {`<sheetData><row r="1">` + c("A1", "", "1") + `</sheetData>`, blocks.ErrDamaged},
		"no range":       {data() + `<mergeCell ref="A1:"/>`, blocks.ErrDamaged},
		"too many cells": {data(wideRows(60)), blocks.ErrTooLarge},
	} {
		file := xlsxOf(t, c.sheet)
		_, decode, _ := Sniff(file)
		if _, err := decode(context.Background(), file); !errors.Is(err, c.why) {
			t.Errorf("%s: error %v, want %v", name, err, c.why)
		}
	}
}

// wideRows are rows with a cell at either end of the sheet.
func wideRows(n int) string {
	var b strings.Builder
	for i := range n {
		at := string(rune('0'+(i+10)/10)) + string(rune('0'+i%10))
		b.WriteString(`<row r="` + at + `">` + c("A"+at, "", "1") + c("XFD"+at, "", "1") + `</row>`)
	}
	return b.String()
}

func TestDisplay(t *testing.T) {
	for _, c := range []struct {
		code string
		v    float64
		want string // "" is not known
	}{
		{"General", 0, "0"}, {"General", -3, "-3"}, {"General", 0.1 + 0.2, "0.3"}, {"General", 1386.2475, "1386.2475"}, {"General", 1.0 / 3, "0.333333333"},
		{"General", 12345678901, "12345678901"}, {"General", 123456789012, "1.23457E+11"}, {"General", 0.00001234567, "1.23457E-05"}, {"General", 1e-5, "0.00001"},
		{"General", 38.441094, "38.441094"}, {"General", 99999999999.7, "1E+11"}, {`General"件"`, 5, "5件"},
		{"0", 2.5, "3"}, {"0", 0.4, "0"}, {"0", -0.4, "-0"}, {"0.00", 1.005, "1.01"}, {"0.00", -12, "-12.00"}, {"#,##0", 1234567, "1,234,567"}, {"#,##0.00", 1234.5, "1,234.50"},
		{"#,##0", 0, "0"}, {"#", 0, ""}, {"0000", 12, "0012"}, {"000-0000", 1234567, "123-4567"}, {"0.0#", 1.5, "1.5"}, {"0.0#", 1.25, "1.25"}, {"#.##", 12, "12."}, {".00", 0.5, ".50"},
		{"0%", 0.125, "13%"}, {"0.00%", 0.12345, "12.35%"}, {"0,", 12345, "12"}, {"0!.0,", 12345, "1.2"}, {`0!.0000"万元"`, 12345, "1.2345万元"},
		{"+0;-0;0", 1, "+1"}, {"+0;-0;0", -1, "-1"}, {"+0;-0;0", 0, "0"}, {`0;-0;"—"`, 0, "—"}, {";;;", 5, ""}, {"0_ ", 5, "5 "}, {"0_);(0)", -5, "(5)"},
		{`_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 1234, " 1,234 "}, {`_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 0, " - "},
		{"[Red]0", 3, "3"}, {"[红色]0", 3, "3"}, {"[$¥-804]#,##0.00", 3, "¥3.00"}, {"[>=100]0;0.0", 5, "5.0"}, {"[>=100]0;0.0", 500, "500"}, {"[>=100]0;0.0", -5, "?"},
		{"@", 5, "5"}, {"yyyy/m/d", 45292.5, "2024/1/1"}, {`yyyy"年"m"月"d"日"`, 45657, "2024年12月31日"}, {"[$-804]yyyy-mm-dd;@", 45657, "2024-12-31"}, {"h:mm:ss", 0.5, "12:00:00"}, {"h:mm AM/PM", 0.75, "6:00 PM"}, {"[h]:mm", 1.5, "36:00"},
		{"mm:ss", 0.5 + 61.0/86400, "01:01"}, {"yyyy/m/d", 60, "?"}, {"yyyy/m/d", -1, "?"}, {"yyyy/m/d", 59, "1900/2/28"}, {"e/m/d", 45292, "2024/1/1"}, {"[$-404]e/m/d", 45292, "?"}, {"[$-804]e/m/d", 45292, "2024/1/1"},
		{"[DBNum1]0", 3, "?"}, {"# ?/?", 0.5, "?"}, {"0.00E+00", 5, "?"}, {`0"件`, 5, "?"}, {"qq", 5, "?"}, {"[", 5, "?"},
	} {
		got, ok := display(parseFormat(c.code), c.v, false)
		if !ok {
			got = "?"
		}
		if got != c.want {
			t.Errorf("display(%q, %v) = %q, want %q", c.code, c.v, got, c.want)
		}
	}
}
