package parser

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"gongkai/report"
)

// cellOf reads the third cell of a page with one row.
func cellOf(t *testing.T, head, row string) (string, *report.Report) {
	t.Helper()
	page := head + "<table>" + row + "</table>"
	r, err := newParser().Parse(context.Background(), report.Source{}, []byte(page))
	if err != nil {
		t.Fatalf("%s: %v", row, err)
	}
	return r.Sections[0].Tables[0].Rows[0][2].Text, r
}

const labels = "<td>行政许可</td><td>本年处理决定数量</td>"

// TestStyles holds what a cell with styles of its own reads against what a
// browser shows.
func TestStyles(t *testing.T) {
	for cell, want := range map[string]string{
		"<span style='text-decoration:line-through'>11</span>22":                                       "〔11〕22",
		"<span style='text-decoration: underline line-through'><b>11</b></span>22":                     "〔11〕22",
		"<span style='text-decoration:underline'>11</span>22":                                          "1122",
		"22<span style='vertical-align:super;font-size:60%'>1</span>":                                  "22〔1〕",
		"22<span style='vertical-align:sub'>1</span>":                                                  "22〔1〕",
		"22<span style='vertical-align: 3.5pt'>1</span>":                                               "22〔1〕",
		"<span style='vertical-align:0pt'>22</span><span style='vertical-align:middle'>1</span>":       "221",
		"<p style='vertical-align:sub'>22</p>":                                                         "22",
		"<span style='color:#fff'>9</span>":                                                            "〔9〕",
		"<span style='color: RGB(255, 255, 255)'>9</span>22":                                           "〔9〕22",
		"<span style='color:#ffffff'>&nbsp;</span>":                                                    "",
		"<span style='color:#fff;background:none'>9</span>":                                            "〔9〕",
		"<span style='color:#fff;background:#369'>9</span>":                                            "9",
		"<span style='color:#fff;background:url(a;b.png)'>9</span>":                                    "9",
		"<font color=white>9</font>22":                                                                 "〔9〕22",
		"<span style='color:#fff'><span style='color:#000'>9</span></span>":                            "9",
		"<span style='color:windowtext;background:white'>9</span>":                                     "9",
		"<span style='position:absolute;left:-9999px'>9</span>22":                                      "22",
		"<span style='left:-9999px'>9</span>22":                                                        "922",
		"<span style='position:absolute;clip:rect(0,0,0,0)'>9</span>22":                                "22",
		"<span style='clip-path:inset(50%)'>9</span>22":                                                "22",
		"<span style='text-indent:-9999px;display:inline-block'>9</span>22":                            "22",
		"<p style='text-indent:-21pt'>9</p>":                                                           "9",
		"<span style='display:inline-block;width:0;overflow:hidden'>9</span>22":                        "22",
		"<span style='width:0;overflow:hidden'>9</span>22":                                             "922",
		"<div style='height:0;overflow:hidden'>9</div>22":                                              "22",
		"<span style='dis/**/play:none'>9</span>22":                                                    "22",
		"<span style='display:none!important'>9</span>22":                                              "22",
		"<span style='font-size:0.0pt'>9</span>22":                                                     "22",
		"<span style='color:transparent'>9</span>22":                                                   "22",
		"<span style=\"font-family:'a;display:none'\">9</span>22":                                      "922",
		"<span id=later></span><script>later.innerText=5</script>":                                     "〔图〕",
		"<span style='background:url(5.png)'></span>":                                                  "〔图〕",
		"<span style='color:#fff'><span style='background:white'><b>9</b></span></span>":               "〔9〕",
		"<span style='background:#fff'><span style='color:#fff;background-color:#036'>9</span></span>": "9",
	} {
		if got, _ := cellOf(t, "", "<tr>"+labels+"<td>"+cell+"</td></tr>"); got != want {
			t.Errorf("%s reads %q, want %q", cell, got, want)
		}
	}
	for row, want := range map[string]string{
		"<tr>" + labels + "<td style='color:#fff'>9</td></tr>":                           "〔9〕",
		"<tr>" + labels + "<td style='color:#fff;background-color:#036'>9</td></tr>":     "9",
		"<tr bgcolor=#003366>" + labels + "<td><font color=white>9</font></td></tr>":     "9",
		"<tbody style='background:navy'><tr>" + labels + "<td style='color:#fff'>9":      "9",
		"<tr style='background:navy'>" + labels + "<td bgcolor=white style=color:#fff>9": "〔9〕",
		"<tr>" + labels + "<td style='background:url(5.png)'></td></tr>":                 "〔图〕",
		"<tr>" + labels + "<td background=5.png></td></tr>":                              "〔图〕",
		"<tr>" + labels + "<td style='background:url(5.png)'>5</td></tr>":                "5",
		"<tr>" + labels + "<td style='width:0;overflow:hidden'>5</td></tr>":              "5",
		"<tbody style='display:none'><tr><td>1<td>2<td>3</tbody><tr>" + labels + "<td>5": "5",
	} {
		if got, _ := cellOf(t, "", row); got != want {
			t.Errorf("%s reads %q, want %q", row, got, want)
		}
	}
}

// TestSheets does the same with rules of the page.
func TestSheets(t *testing.T) {
	for _, c := range []struct{ css, cell, want string }{
		{".x{text-decoration:line-through}", "<i class=x>11</i>22", "〔11〕22"},
		{".x{display:none}", "<i class='a x'>11</i>22", "22"},
		{"#x{display:none}", "<i id=x>11</i>22", "22"},
		{"i.x, b.x{visibility:hidden}", "<i class=x>1</i><b class=x>2</b><u class=x>3</u>", "3"},
		{".x.y{display:none}", "<i class='y x'>1</i><i class=x>2</i>", "2"},
		{".x{vertical-align:super}", "22<i class=x>1</i>", "22〔1〕"},
		{".x{display:none}.x{display:inline}", "<i class=x>11</i>22", "1122"},
		{".x{display:none}", "<i class=x style='display:inline'>11</i>22", "1122"},
		{".a .x{display:none}", "<i class=x>11</i>22", "1122"},
		{"@media print{.x{display:none}} .y{display:none}", "<i class=x>1</i><i class=y>2</i>", "1"},
		{"@import 'a.css'; .x{display:none}", "<i class=x>11</i>22", "22"},
		{"<!-- .x{display:none} -->", "<i class=x>11</i>22", "22"},
		{"/* } */ .x{display:none", "<i class=x>11</i>22", "22"},
		{".x{opacity:0}", "<i class=x>11</i>22", "1122"}, // programs fade it in
		{".x:hover{display:none}", "<i class=x>11</i>22", "1122"},
		{".x:before{content:'1'}", "<i class=x>2</i>", "2〔图〕"},
		{".x::after{content:'1'}", "<i class=x>规章</i>", "规章"},
		{".x:after{content:''}", "<i class=x>2</i>", "2"},
		{".x:after{content:'.';visibility:hidden}", "<i class=x>2</i>", "2"},
		{"td:empty:before{content:'7'}", "", "〔图〕"},
		{"td:empty:before{content:'7'}", "5", "5"},
		{".x{color:#fff}", "<i class=x>9</i>2", "〔9〕2"},
		{".x{color:#fff;background:#036}", "<i class=x>9</i>2", "92"},
		{".t td{background:#036}", "<i style='color:white'>9</i>2", "92"},
	} {
		got, r := cellOf(t, "<style>"+c.css+"</style>", "<tr>"+labels+"<td>"+c.cell+"</td></tr>")
		if got != c.want || len(r.Notes) > 0 {
			t.Errorf("%s with %s reads %q, want %q; notes %v", c.cell, c.css, got, c.want, r.Notes)
		}
	}
	for _, page := range []string{
		"<tr>" + labels + "<td><i class=x>11</i>22</td></tr></table><style>.x{display:none}</style>",
		"<tr>" + labels + "<td><i class=x>11</i>22</td></tr><style>.x{display:none}</style>",
		"<tr>" + labels + "<td><i class=x>11</i>22<b hidden><STYLE>.x{display:none}</STYLE></b></td></tr>",
	} {
		if got, _ := cellOf(t, "<p>1</p>", page); got != "22" {
			t.Errorf("%s reads %q", page, got)
		}
	}
	if got, _ := cellOf(t, "<style media=print>.x{display:none}</style>", "<tr>"+labels+"<td><i class=x>5</i></td></tr>"); got != "5" {
		t.Errorf("a sheet for print is followed: %q", got)
	}
}

// TestLongSheets reads pages whose own rules are too many: they say so.
func TestLongSheets(t *testing.T) {
	var many strings.Builder
	for i := range 5000 {
		many.WriteString(".a" + strconv.Itoa(i) + "{display:none}\n")
	}
	for name, css := range map[string]string{
		"bytes":        strings.Repeat(" ", 300<<10),
		"rules":        many.String(),
		"of one class": strings.Repeat(".x{display:none}", 100),
	} {
		d, err := decodeHTML([]byte("<style>" + css + "</style><p class=x>5</p>"))
		if err != nil || len(d.Notes) != 1 {
			t.Errorf("%s: %v, notes %v", name, err, d.Notes)
		}
	}
}

// TestSheetsAreReadOnce reads a sheet inside layout tables, which are tried as
// grids one in the other.
func TestSheetsAreReadOnce(t *testing.T) {
	page := "<style>.x{display:none}</style>1"
	for range 20 {
		page = "<table><tr><td>" + page + "</table>"
	}
	page = strings.Replace(page, ".x", strings.Repeat(" ", 20<<10)+".x", 1)
	d, err := decodeHTML([]byte(page))
	if err != nil || len(d.Notes) > 0 {
		t.Errorf("%v, notes %v", err, d.Notes)
	}
}
