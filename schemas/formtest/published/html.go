package published

import (
	"encoding/base64"
	"fmt"
	"html"
	"mime/quotedprintable"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/schemas/formtest"
)

// HTML is the report as a page for print.
func (r Report) HTML() []byte {
	w := &writer{}
	w.printf("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>%s</title>\n<style>%s</style></head><body>\n", r.Title(), r.styleSheet())
	w.printf("<h1>%s</h1>\n", r.Title())
	r.visit(
		func(text string) { w.printf("<h2>%s</h2>\n", text) },
		func(text string) { w.printf("<p>%s</p>\n", text) },
		func(t *formtest.Table) { r.htmlTable(w, t) })
	w.printf("</body></html>\n")
	return []byte(w.String())
}

func (r Report) styleSheet() string {
	l := r.Look
	width, height := l.page()
	sheet := fmt.Sprintf("@page { size: %gmm %gmm; margin: 22mm 20mm;", width, height)
	if l.Running {
		sheet += fmt.Sprintf(` @top-center { content: "%s"; font-size: 9pt } @bottom-center { content: "— " counter(page) " —"; font-size: 9pt }`, r.Title())
	}
	sheet += fmt.Sprintf(" }\nbody { margin: 0; font-family: '%s'; font-size: 12pt; line-height: 1.5 }\nh1 { font-size: 18pt; text-align: center }\nh2 { font-size: 14pt }\np { text-indent: 2em; margin: 4pt 0 }\n", l.Font)
	border, align := "0.5pt solid black", "middle"
	if l.Borderless {
		border = "none"
	}
	if l.Top {
		align = "top"
	}
	sheet += fmt.Sprintf("table { border-collapse: collapse; width: 100%%; line-height: 1.25; margin: 6pt 0 }\ntd { border: %s; padding: 1.5pt 2pt; text-align: center; vertical-align: %s; overflow-wrap: anywhere }\ntd.v { overflow-wrap: normal }\n", border, align)
	if !l.Loose {
		sheet += "tr { break-inside: avoid }\n"
	}
	return sheet
}

func (r Report) htmlTable(w *writer, t *formtest.Table) {
	border := 1
	if r.Look.Borderless {
		border = 0
	}
	w.printf("<table border=\"%d\" cellspacing=\"0\" style=\"font-size: %gpt\"><colgroup>", border, r.Look.points(t))
	for _, share := range shares(t, r.Look) {
		w.printf("<col style=\"width: %.2f%%\">", 100*share)
	}
	w.printf("</colgroup>\n")
	head := headerRows(t)
	if !r.Look.Repeat || head == len(t.Rows) {
		head = 0
	} else {
		w.printf("<thead>\n")
	}
	for i, row := range t.Rows {
		if i == head {
			if head > 0 {
				w.printf("</thead>")
			}
			w.printf("<tbody>\n")
		}
		w.printf("<tr>")
		for _, b := range row.Boxes {
			w.printf("<td")
			if b.Cols > 1 {
				w.printf(" colspan=\"%d\"", b.Cols)
			}
			if b.Rows > 1 {
				w.printf(" rowspan=\"%d\"", b.Rows)
			}
			if !b.Label {
				w.printf(" class=\"v\"")
			}
			w.printf(">%s</td>", html.EscapeString(b.Text))
		}
		w.printf("</tr>\n")
	}
	w.printf("</tbody></table>\n")
}

// GBK is the report as a page in the encoding of older sites.
func (r Report) GBK() []byte {
	page := string(r.HTML())
	const utf8 = `<meta charset="utf-8">`
	at := len(`<!DOCTYPE html>` + "\n" + `<html lang="zh-CN"><head>`)
	page = page[:at] + `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">` + page[at+len(utf8):]
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(page)
	if err != nil {
		panic(err) // the words here are all in GBK
	}
	return []byte(encoded)
}

// MHTML is the report as a browser saves a whole page.
func (r Report) MHTML() []byte {
	const boundary = "----=_NextPart_000_0000"
	w := &writer{}
	w.printf("From: <Saved by Blink>\r\nSubject: report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"%s\"\r\n\r\n\r\n", boundary)
	w.printf("--%s\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://www.example.gov.cn/a.html\r\n\r\n", boundary)
	q := quotedprintable.NewWriter(w)
	q.Write(r.HTML()) // a strings.Builder takes everything
	q.Close()
	w.printf("\r\n--%s\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://www.example.gov.cn/dot.gif\r\n\r\n%s\r\n--%s--\r\n",
		boundary, base64.StdEncoding.EncodeToString([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")), boundary)
	return []byte(w.String())
}
