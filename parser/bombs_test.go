package parser_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

const (
	mega  = 1 << 20
	large = 1 << 30 // what bombs unfold to
)

// bombs are small documents that unfold to large ones, or that never end.
func bombs() map[string][]byte {
	all := map[string][]byte{}
	for _, more := range []map[string][]byte{archiveBombs(), officeBombs(), pdfBombs(), textBombs()} {
		for name, data := range more {
			all[name] = data
		}
	}
	return all
}

// repeated is a deflate stream of the unit, times over, without unfolding it.
func repeated(unit []byte, times int) []byte {
	var one bytes.Buffer
	w, _ := flate.NewWriter(&one, flate.BestCompression)
	w.Write(unit) // a buffer takes everything
	w.Flush()
	whole := bytes.Repeat(one.Bytes(), times) // each refers to nothing before it
	return append(whole, 0x03, 0x00)          // the last block, empty
}

// archive packs one huge member among others. Its header says the size that is
// given.
func archive(name string, unit []byte, times int, says uint64, others ...member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range others {
		w, _ := z.Create(m.name)
		w.Write(m.data)
	}
	folded, sum := repeated(unit, times), crc32.NewIEEE()
	for range times {
		sum.Write(unit)
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(len(folded)), UncompressedSize64: says})
	if err != nil {
		panic(err)
	}
	w.Write(folded)
	z.Close()
	return b.Bytes()
}

func archiveBombs() map[string][]byte {
	nested := []byte(`<html><body>x</body></html>`)
	for i := range 30 {
		nested = pack([]member{{"inner" + itoa(i) + ".zip", nested}})
	}
	nested = pack([]member{{"outer.zip", nested}})
	var many []member
	for i := range 60_000 {
		many = append(many, member{"f" + itoa(i) + ".txt", nil})
	}
	spaces := bytes.Repeat([]byte(" "), mega)
	return map[string][]byte{
		"zip: a page of a gigabyte":        archive("a.html", spaces, large/mega, large),
		"zip: a page that says it is tiny": archive("a.html", spaces, large/mega, 10),
		"zip: archives in archives":        nested,
		"zip: many files":                  pack(many),
		"zip: names that climb":            pack([]member{{"../../../../etc/passwd", []byte("x")}, {"/a.html", []byte("x")}}),
		"zip: nothing inside":              pack(nil),
	}
}

// document is a text document with the main part.
func document(main []byte) []byte {
	return pack(append(documentParts(), member{"word/document.xml", main}))
}

func documentParts() []member {
	return []member{
		{"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`)},
		{"_rels/.rels", []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`)},
	}
}

func workbookParts(more ...member) []member {
	return append([]member{
		{"[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`)},
		{"_rels/.rels", []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/_rels/workbook.xml.rels", []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
	}, more...)
}

func sheet(rows, after string) []byte {
	return pack(workbookParts(member{"xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData>` + after + `</worksheet>`)}))
}

const wordHead = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`

func officeBombs() map[string][]byte {
	const tail = `</w:body></w:document>`
	paragraph := []byte("<w:p><w:r><w:t>一、总体情况</w:t></w:r></w:p>\n")
	unit := bytes.Repeat(paragraph, mega/len(paragraph))
	entities := `<!DOCTYPE d [<!ENTITY a0 "xxxxxxxxxx">`
	for i := range 12 {
		entities += `<!ENTITY a` + itoa(i+1) + ` "` + strings.Repeat(`&a`+itoa(i)+`;`, 10) + `">`
	}
	cell := `<w:tbl><w:tr><w:tc>`
	wide := `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>`
	row := `<w:tr>` + strings.Repeat(`<w:tc><w:p/></w:tc>`, 60) + `</w:tr>`
	text := `<c r="A1" t="s"><v>0</v></c>`
	return map[string][]byte{
		"docx: a gigabyte of paragraphs":        archive("word/document.xml", unit, large/mega, large, documentParts()...),
		"docx: size is a lie":                   archive("word/document.xml", unit, large/mega, 100, documentParts()...),
		"docx: entities of entities":            document([]byte(entities + `]>` + wordHead + `<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>` + tail)),
		"docx: tables in tables":                document([]byte(wordHead + strings.Repeat(cell, 100_000) + strings.Repeat(`</w:tc></w:tr></w:tbl>`, 100_000) + tail)),
		"docx: elements never closed":           document([]byte(wordHead + strings.Repeat(`<w:p>`, 2_000_000))),
		"docx: two thousand million wide":       document([]byte(wordHead + strings.Repeat(wide, 2_000) + tail)),
		"docx: a million cells":                 document([]byte(wordHead + `<w:tbl>` + strings.Repeat(row, 1_000_000/60) + `</w:tbl>` + tail)),
		"zip: a text document without its text": pack(documentParts()),
		"xlsx: the last cell":                   sheet(`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`, ``),
		"xlsx: one merged cell":                 sheet(`<row r="1"><c r="A1"><v>1</v></c></row>`, `<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>`),
		"xlsx: many merged cells":               sheet(`<row r="1"><c r="A1"><v>1</v></c></row>`, `<mergeCells>`+strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 100_000)+`</mergeCells>`),
		"xlsx: far rows":                        sheet(strings.Repeat(`<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="1"><c r="XFD1"><v>1</v></c></row>`, 20_000), ``),
		"xlsx: no row ends":                     sheet(strings.Repeat(`<row>`, 1_000_000), ``),
		"xlsx: shared strings that are not": pack(workbookParts(
			member{"xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">` + text + `</row></sheetData></worksheet>`)},
			member{"xl/sharedStrings.xml", []byte(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>`)})),
		"xlsx: a long string in many cells": pack(workbookParts(
			member{"xl/worksheets/sheet1.xml", []byte(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">` + strings.Repeat(text, 100_000) + `</row></sheetData></worksheet>`)},
			member{"xl/sharedStrings.xml", []byte(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>` + strings.Repeat("x", 30_000) + `</t></si></sst>`)})),
		"xlsx: a gigabyte of rows":    archive("xl/worksheets/sheet1.xml", bytes.Repeat([]byte(`<row><c><v>1</v></c></row>`), mega/26), large/mega, large, workbookParts()...),
		"ole: nothing but a header":   append([]byte(oleMark), make([]byte, sector-len(oleMark))...),
		"ole: sectors that never end": container(0, 0),
		"ole: a directory of itself":  container(1, 1),
		"ole: far sectors":            container(0xFFFFFFF0, 0x7FFFFFFF),
	}
}

const oleMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// container is an OLE file whose table says of each sector that it goes on in the
// one given, and whose directory begins in the other.
func container(next, directory uint32) []byte {
	head := make([]byte, sector)
	copy(head, oleMark)
	little := binary.LittleEndian
	little.PutUint16(head[24:], 0x3E) // version 3, little endian
	little.PutUint16(head[26:], 3)
	little.PutUint16(head[28:], 0xFFFE)
	little.PutUint16(head[30:], 9) // sectors of 512 bytes, small ones of 64
	little.PutUint16(head[32:], 6)
	little.PutUint32(head[44:], 109) // sectors of the table: all are sector 0
	little.PutUint32(head[48:], directory)
	little.PutUint32(head[56:], 4096)
	little.PutUint32(head[64:], 109)        // sectors of the table of small ones
	little.PutUint32(head[68:], 0xFFFFFFFE) // the table goes on nowhere
	for range 1_000 * sector / 4 {
		head = little.AppendUint32(head, next)
	}
	return head
}

// reportTitle opens a text that reads like a report.
const reportTitle = "甲县乙局2024年政府信息公开工作年度报告\n一、总体情况\n"

func textBombs() map[string][]byte {
	const rtf = `{\rtf1\ansi\ansicpg936 `
	deep := strings.Repeat("{", 1_000_000)
	parts := &strings.Builder{}
	for i := range 2_000 {
		parts.WriteString("Content-Type: multipart/related; boundary=b" + itoa(i) + "\r\n\r\n--b" + itoa(i) + "\r\n")
	}
	return map[string][]byte{
		"rtf: groups in groups":        []byte(rtf + deep),
		"rtf: a picture of 4 GB":       []byte(rtf + `{\pict\bin4000000000 x`),
		"rtf: negative lengths":        []byte(rtf + `\bin-1 \u-99999999999 \uc2147483647 \u20 x}`),
		"rtf: rows without cells":      []byte(rtf + strings.Repeat(`\trowd\row `, 500_000) + "}"),
		"rtf: a million cells":         []byte(rtf + strings.Repeat(`\trowd`+strings.Repeat(`\cellx1`, 60)+`\intbl`+strings.Repeat(`\cell`, 60)+`\row `, 17_000) + "}"),
		"rtf: far edges":               []byte(rtf + strings.Repeat(`\trowd\cellx2147483647\cellx-2147483648\intbl a\cell b\cell\row `, 20_000) + "}"),
		"rtf: tables in tables":        []byte(rtf + strings.Repeat(`\trowd\cellx9\intbl\itap99999 {\nestcell\nestrow`, 50_000) + "}"),
		"rtf: one long word":           []byte(rtf + `\` + strings.Repeat("a", 10*mega) + "}"),
		"mhtml: parts in parts":        []byte("MIME-Version: 1.0\r\n" + parts.String()),
		"mhtml: a header without end":  []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\nX: " + strings.Repeat("a\r\n ", 2*mega)),
		"mhtml: a huge part":           []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("<p>"), 10*mega)) + "\r\n--b--\r\n"),
		"html: ten million paragraphs": bytes.Repeat([]byte("<p>"), 10*mega),
		"html: deeply nested":          []byte(strings.Repeat("<div>", 500_000)),
		"html: spans":                  []byte("<table>" + strings.Repeat(`<tr><td colspan=99999999 rowspan=99999999>1</td></tr>`, 20_000) + "</table>"),
		"html: pictures without end":   []byte("<html><body>" + strings.Repeat(`<img src="data:image/png;base64,AAAA">`, 200_000)),
		"html: rules without end":      []byte("<style>" + strings.Repeat(".x.y{display:none}", 14_000) + "</style>" + strings.Repeat(`<p class="x x x x x x x x x x x x">`, 100_000)),
		"html: styles without end":     []byte(strings.Repeat(`<p style="`+strings.Repeat("color:#fff;", 20)+`">1`, 100_000)),
		"text: ten million ones":       []byte(strings.Repeat("1 ", 10*mega)),
		"text: one line of bars":       []byte(reportTitle + strings.Repeat("|", 5*mega)),
		"text: one line of tabs":       []byte(reportTitle + strings.Repeat("1\t", 5*mega)),
		"text: lines of bars":          []byte(reportTitle + strings.Repeat("|||||||||\n", 300_000)),
		"text: lines of values":        []byte(reportTitle + strings.Repeat("1 1 1 1 1 1 1 1\n", 350_000)),
		"text: lines of one value":     []byte(reportTitle + strings.Repeat("1\n", 390_000)),
		"text: lines of labels":        []byte(reportTitle + strings.Repeat("自然人 1 1\n", 390_000)),
		"picture: a square of 100,000": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00\x00\x00\x00\x00"),
	}
}
