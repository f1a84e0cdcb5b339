package published

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"gongkai/schemas/formtest"
)

// Workbook is the report as an OOXML workbook: on one sheet, or each section on
// its own. Numbers are stored as numbers, as clerks type them.
func (r Report) Workbook(sheetEach bool) []byte {
	var sheets []*sheet
	add := func() { sheets = append(sheets, &sheet{}) }
	add()
	last := func() *sheet { return sheets[len(sheets)-1] }
	last().line(r.Title())
	sections := 0
	r.visit(
		func(text string) {
			if sheetEach && sections > 0 {
				add()
			}
			sections++
			last().line(text)
		},
		func(text string) { last().line(text) },
		func(t *formtest.Table) { last().table(t) })
	return zipBook(sheets)
}

// sheet is a worksheet that is being written, row by row.
type sheet struct {
	rows   strings.Builder
	merges strings.Builder
	merged int
	next   int // rows written
}

// Styles of cells in the workbook: the numbers count styleSheet's cellXfs.
const (
	plain = iota
	bordered
	thousands
	decimals // four of them, as amounts have here
)

const centred = `<alignment horizontal="center" vertical="center" wrapText="1"/>`

const bookStyles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0000"/></numFmts><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1">` + centred + `</xf><xf numFmtId="3" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyNumberFormat="1" applyAlignment="1">` + centred + `</xf><xf numFmtId="164" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyNumberFormat="1" applyAlignment="1">` + centred + `</xf></cellXfs></styleSheet>`

func (s *sheet) line(text string) {
	s.next++
	fmt.Fprintf(&s.rows, "<row r=\"%d\">%s</row>\n", s.next, inline("A", s.next, plain, text))
	s.merge(0, s.next, 12, s.next)
}

func (s *sheet) merge(left, top, right, bottom int) {
	s.merged++
	fmt.Fprintf(&s.merges, "<mergeCell ref=\"%s%d:%s%d\"/>", column(left), top, column(right), bottom)
}

func column(i int) string { return string(rune('A' + i)) }

func inline(column string, row, style int, text string) string {
	return fmt.Sprintf("<c r=\"%s%d\" s=\"%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">%s</t></is></c>", column, row, style, html.EscapeString(text))
}

var (
	bare    = regexp.MustCompile(`^-?(0|[1-9]\d{0,9})$`)
	amount  = regexp.MustCompile(`^(0|[1-9]\d{0,9})\.\d{4}$`)
	grouped = regexp.MustCompile(`^[1-9]\d{0,2}(,\d{3})+$`)
)

func (s *sheet) table(t *formtest.Table) {
	top := s.next + 1
	for _, row := range grid(t) {
		s.next++
		fmt.Fprintf(&s.rows, "<row r=\"%d\" ht=\"%d\" customHeight=\"1\">", s.next, height(row))
		for x, spot := range row {
			if !spot.first || spot.box.Text == "" {
				fmt.Fprintf(&s.rows, "<c r=\"%s%d\" s=\"%d\"/>", column(x), s.next, bordered)
			} else {
				s.rows.WriteString(typed(x, s.next, spot.box))
			}
			if spot.first && spot.box.Cols*spot.box.Rows > 1 {
				s.merge(x, s.next, x+spot.box.Cols-1, min(s.next+spot.box.Rows-1, top+len(t.Rows)-1))
			}
		}
		s.rows.WriteString("</row>\n")
	}
}

// height is the height of a row in points, enough for its longest label.
func height(row []spot) int {
	longest := 0
	for _, spot := range row {
		if spot.first && spot.box.Rows == 1 {
			longest = max(longest, len([]rune(spot.box.Text))/spot.box.Cols)
		}
	}
	return 32 + longest/8*16
}

// typed stores what a spreadsheet takes for a number as one.
func typed(x, row int, b *formtest.Box) string {
	switch {
	case !b.Label && amount.MatchString(b.Text):
		return fmt.Sprintf("<c r=\"%s%d\" s=\"%d\"><v>%s</v></c>", column(x), row, decimals, b.Text)
	case !b.Label && bare.MatchString(b.Text):
		return fmt.Sprintf("<c r=\"%s%d\" s=\"%d\"><v>%s</v></c>", column(x), row, bordered, b.Text)
	case !b.Label && grouped.MatchString(b.Text):
		return fmt.Sprintf("<c r=\"%s%d\" s=\"%d\"><v>%s</v></c>", column(x), row, thousands, strings.ReplaceAll(b.Text, ",", ""))
	}
	return inline(column(x), row, bordered, b.Text)
}

func (s *sheet) xml() string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><cols><col min="1" max="3" width="20" customWidth="1"/><col min="4" max="15" width="12" customWidth="1"/></cols><sheetData>` + s.rows.String() +
		fmt.Sprintf("</sheetData><mergeCells count=\"%d\">%s</mergeCells><pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/></worksheet>", s.merged, s.merges.String())
}

func zipBook(sheets []*sheet) []byte {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	types, relations, list := "", "", ""
	parts := [][2]string{{"xl/styles.xml", bookStyles}}
	for i, s := range sheets {
		types += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		relations += fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		list += fmt.Sprintf(`<sheet name="Sheet%d" sheetId="%d" r:id="rId%d"/>`, i+1, i+1, i+1)
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.xml()})
	}
	parts = append(parts,
		[2]string{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types + `</Types>`},
		[2]string{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		[2]string{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations + `<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		[2]string{"xl/workbook.xml", head + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + list + `</sheets></workbook>`})
	return Zip(parts...)
}

// Zip packs named texts into an archive.
func Zip(parts ...[2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range parts {
		w, err := z.Create(part[0])
		if err != nil {
			panic(err) // a buffer takes everything
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
