package published

import (
	"html"

	"gongkai/schemas/formtest"
)

// FlatODT is the report as one OpenDocument text file, for a word processor.
func (r Report) FlatODT() []byte {
	w := &writer{}
	w.printf(`<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'%s'"/></office:font-face-decls>
`, r.Look.Font)
	r.odtStyles(w)
	w.printf("<office:body><office:text>\n<text:p text:style-name=\"Title1\">%s</text:p>\n", r.Title())
	number := 0
	r.visit(
		func(text string) {
			w.printf("<text:h text:style-name=\"Head1\" text:outline-level=\"1\">%s</text:h>\n", text)
		},
		func(text string) { w.printf("<text:p text:style-name=\"Prose1\">%s</text:p>\n", text) },
		func(t *formtest.Table) { r.odtTable(w, t, number); number++ })
	w.printf("</office:text></office:body></office:document>\n")
	return []byte(w.String())
}

func (r Report) odtStyles(w *writer) {
	l := r.Look
	width, height := l.page()
	w.printf(`<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="F" style:font-name-asian="F" fo:font-size="12pt" style:font-size-asian="12pt" fo:language="zh" fo:country="CN" style:language-asian="zh" style:country-asian="CN"/></style:default-style></office:styles>
<office:automatic-styles>
<style:style style:name="Title1" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/><style:text-properties fo:font-size="18pt" style:font-size-asian="18pt"/></style:style>
<style:style style:name="Head1" style:family="paragraph"><style:paragraph-properties fo:margin-top="0.3cm" fo:keep-with-next="auto"/><style:text-properties fo:font-weight="bold" style:font-weight-asian="bold" fo:font-size="14pt" style:font-size-asian="14pt"/></style:style>
<style:style style:name="Prose1" style:family="paragraph"><style:paragraph-properties fo:text-indent="0.85cm" fo:line-height="150%%"/></style:style>
`)
	border, align := "0.5pt solid #000000", "middle"
	if l.Borderless {
		border = "none"
	}
	if l.Top {
		align = "top"
	}
	w.printf("<style:style style:name=\"Cell1\" style:family=\"table-cell\"><style:table-cell-properties style:vertical-align=\"%s\" fo:border=\"%s\" fo:padding=\"0.04cm\"/></style:style>\n", align, border)
	together := "always"
	if l.Loose {
		together = "auto"
	}
	w.printf("<style:style style:name=\"Row1\" style:family=\"table-row\"><style:table-row-properties fo:keep-together=\"%s\"/></style:style>\n", together)
	for i, t := range r.Tables {
		points := l.points(t)
		w.printf("<style:style style:name=\"Text%d\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"center\"/><style:text-properties fo:font-size=\"%gpt\" style:font-size-asian=\"%gpt\"/></style:style>\n", i, points, points)
		w.printf("<style:style style:name=\"Table%d\" style:family=\"table\"><style:table-properties style:width=\"%.2fcm\" table:align=\"left\" table:border-model=\"collapsing\" style:may-break-between-rows=\"true\"/></style:style>\n", i, width/10-4)
		for c, share := range shares(t, l) {
			w.printf("<style:style style:name=\"Column%d.%d\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"%.3fcm\"/></style:style>\n", i, c, share*(width/10-4))
		}
	}
	orientation := "portrait"
	if l.Landscape {
		orientation = "landscape"
	}
	w.printf("<style:page-layout style:name=\"Paper1\"><style:page-layout-properties fo:page-width=\"%gmm\" fo:page-height=\"%gmm\" style:print-orientation=\"%s\" fo:margin=\"2cm\"/></style:page-layout>\n</office:automatic-styles>\n", width, height, orientation)
	w.printf("<office:master-styles><style:master-page style:name=\"Standard\" style:page-layout-name=\"Paper1\">")
	if l.Running {
		w.printf("<style:header><text:p>%s</text:p></style:header><style:footer><text:p>— <text:page-number text:select-page=\"current\">1</text:page-number> —</text:p></style:footer>", r.Title())
	}
	w.printf("</style:master-page></office:master-styles>\n")
}

func (r Report) odtTable(w *writer, t *formtest.Table, number int) {
	w.printf("<table:table table:name=\"T%d\" table:style-name=\"Table%d\">\n", number, number)
	for c := range t.Width {
		w.printf("<table:table-column table:style-name=\"Column%d.%d\"/>", number, c)
	}
	head := 0
	if r.Look.Repeat {
		head = headerRows(t)
		w.printf("<table:table-header-rows>\n")
	}
	for i, row := range grid(t) {
		if head > 0 && i == head {
			w.printf("</table:table-header-rows>\n")
		}
		w.printf("<table:table-row table:style-name=\"Row1\">")
		for _, s := range row {
			if !s.first {
				w.printf("<table:covered-table-cell/>")
				continue
			}
			w.printf("<table:table-cell table:style-name=\"Cell1\" office:value-type=\"string\"")
			if s.box.Cols > 1 {
				w.printf(" table:number-columns-spanned=\"%d\"", s.box.Cols)
			}
			if s.box.Rows > 1 {
				w.printf(" table:number-rows-spanned=\"%d\"", s.box.Rows)
			}
			w.printf("><text:p text:style-name=\"Text%d\">%s</text:p></table:table-cell>", number, html.EscapeString(s.box.Text))
		}
		w.printf("</table:table-row>\n")
	}
	if head > 0 && head == len(t.Rows) {
		w.printf("</table:table-header-rows>\n")
	}
	w.printf("</table:table>\n")
}
