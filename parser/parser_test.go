package parser

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/report"
	"gongkai/schemas"
)

func newParser() *Parser {
	return &Parser{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
}

const small = `<html><head><title>甲县乙局2022年政府信息公开工作年度报告</title></head><body>
<div>首页 | 政务公开</div><div><h1>甲县乙局2022年政府信息公开工作年度报告</h1>
<div id=c><p>一、总体情况</p><p>本局认真做好各项工作。</p>
<p>二、主动公开政府信息情况</p>
<table><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>1</td><td>&nbsp;</td><td>3</td></tr></table>
<p>三、收到和处理政府信息公开申请情况</p><p>六、其他需要报告的事项</p><p>无</p></div></div>
<div class=footer><p>版权所有</p></div></body></html>`

func TestSections(t *testing.T) {
	r, err := newParser().Parse(context.Background(), report.Source{Name: "small"}, []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range r.Sections {
		ids = append(ids, s.ID)
	}
	if got := strings.Join(ids, " "); got != " overview disclosure requests other" {
		t.Errorf("sections %q", got)
	}
	if last := r.Sections[len(r.Sections)-1]; last.Text != "无" {
		t.Errorf("the footer is in the last section: %q", last.Text)
	}
	table := r.Sections[2].Tables[0]
	if c := table.Rows[2][3]; c.Text != "3" || c.At != (report.Pos{Table: 1, Row: 3, Col: 4}) {
		t.Errorf("%+v", c)
	}
	if c := table.Rows[2][2]; c.Text != "" {
		t.Errorf("nbsp is text: %q", c.Text)
	}
}

func TestCharsets(t *testing.T) {
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(small)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(small)
	if err != nil {
		t.Fatal(err)
	}
	withMeta := func(page, label string) string {
		return strings.Replace(page, "<head>", `<head><meta charset="`+label+`">`, 1)
	}
	for name, c := range map[string]struct{ page, charset string }{
		"utf-8":                     {small, "utf-8"},
		"utf-8 with mark":           {"\xEF\xBB\xBF" + small, "utf-8"},
		"utf-8 that says gb2312":    {withMeta(small, "gb2312"), "utf-8"},
		"gbk that says gb2312":      {withMeta(gbk, "gb2312"), "gb18030"},
		"gbk that says nothing":     {gbk, "gb18030"},
		"gbk that says utf-8":       {withMeta(gbk, "utf-8"), "gb18030"},
		"gbk that says iso-8859-1":  {withMeta(gbk, "iso-8859-1"), "gb18030"},
		"gbk that says nonsense":    {withMeta(gbk, "x-nonsense"), "gb18030"},
		"utf-16 with mark":          {utf16, "utf-16le"},
		"utf-8 cut in a character":  {small + "汉"[:2], "utf-8"},
		"utf-8 with a damaged byte": {strings.Replace(small, "本局", "本\xFF局", 1), "utf-8"},
	} {
		r, err := newParser().Parse(context.Background(), report.Source{Name: name}, []byte(c.page))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Source.Charset != c.charset || !strings.HasPrefix(r.Title, "甲县乙局2022年") {
			t.Errorf("%s: %s, title %q", name, r.Source.Charset, r.Title)
		}
	}
}

// TestCellText holds what a cell reads against what a browser shows.
func TestCellText(t *testing.T) {
	for cell, want := range map[string]string{
		"12<sup>1</sup>":                                      "12〔1〕",
		"<del>12</del>15":                                     "〔12〕15",
		"<s>3</s>":                                            "〔3〕",
		"1<span style='display: none'>9</span>2":              "12",
		"1<span style='visibility:hidden'>9</span>2":          "12",
		"1<span style='FONT-SIZE: 0'>9</span>2":               "12",
		"<span style='font-size:0.5em'>7</span>":              "7",
		"1<span hidden>9</span>2":                             "12",
		"1<!-- 9 -->2":                                        "12",
		"<span>1</span><span>2</span>":                        "12",
		"<span>1</span>\n<span>2</span>":                      "1 2",
		"<p>1</p><p>2</p>":                                    "1\n2",
		"&nbsp;12&nbsp;":                                      "12",
		"1\u200b2":                                            "12",
		"<img src=x.png alt=12>":                              "〔图〕",
		"<input value=12>":                                    "12",
		"<input type=hidden value=12>":                        "",
		"<select><option>3<option>4</select>":                 "〔图〕",
		"<textarea>9</textarea>":                              "〔图〕",
		"12<a href=#fn1>1</a>":                                "12〔1〕",
		"<a href=/x>12</a>":                                   "12",
		"1<span style='font-size: 0px'>9</span>2":             "12",
		"<o:p>&nbsp;</o:p>":                                   "",
		"<script>document.write(12)</script><style>x</style>": "〔图〕",
		"规章<script>show()</script>":                           "规章",
		"<style>x</style>":                                    "",
	} {
		page := "<table><tr><td>行政许可</td><td>本年处理决定数量</td><td>" + cell + "</td></tr></table>"
		r, err := newParser().Parse(context.Background(), report.Source{}, []byte(page))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Sections[0].Tables[0].Rows[0][2].Text; got != want {
			t.Errorf("%s reads %q, want %q", cell, got, want)
		}
	}
}

// TestBadInput gives the parser what is no report. Each has an error that says
// why, quickly.
func TestBadInput(t *testing.T) {
	deep := strings.Repeat("<div>", 100_000)
	p := newParser()
	p.MaxBytes = 8 << 20
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":           {nil, ErrEmpty},
		"blank":           {[]byte(" \n\t\r\n"), ErrEmpty},
		"PDF":             {[]byte("%PDF-1.7\n"), ErrDamaged},
		"ZIP":             {[]byte("PK\x03\x04xxxx"), ErrDamaged},
		"binary":          {bytes.Repeat([]byte{0, 1, 2, 3, 200, 255}, 500), ErrUnsupported},
		"too large":       {bytes.Repeat([]byte("长"), 3<<20), ErrTooLarge},
		"deep":            {[]byte(deep), ErrTooDeep},
		"news":            {[]byte("<html><body><h1>新闻</h1><p>今天天气很好。</p><table><tr><td>项目</td><td>12</td></tr></table></body></html>"), ErrNoReport},
		"many bars":       {bytes.Repeat([]byte("|\n"), 1<<20), nil},
		"many cells":      {[]byte("<table>" + strings.Repeat("<tr><td>1", 300_000)), nil},
		"endless line":    {bytes.Repeat([]byte("规章0"), 1<<20), nil},
		"endless label":   {bytes.Repeat([]byte("本年新"), 1<<19), nil},
		"spaces":          {bytes.Repeat([]byte("规章 "), 1<<18), nil},
		"huge spans":      {[]byte(strings.Repeat("<table><tr><td colspan=99999999 rowspan=99999999>规章</td></tr></table>", 2000)), nil},
		"random headings": {bytes.Repeat([]byte("一、总体情况\n六、其他需要报告的事项\n"), 20_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := p.Parse(context.Background(), report.Source{Name: name}, c.data)
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// FuzzParse asserts what holds for any bytes: no panic, the same answer twice,
// and places that point at their text.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("一、总体情况\n第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n"))
	f.Add([]byte("规章 |\n0 |\n|\n|\n行政规范性文件 | 5 | 12 | 8 |\n"))
	f.Add([]byte("规章000\n信息内容本年制发件数本年废止件数现行有效件数"))
	f.Add([]byte("<table><tr><td rowspan=3>一、<td>1<table><tr><td>规章"))
	p := newParser()
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := p.Parse(context.Background(), report.Source{Name: "fuzz"}, data)
		if err != nil {
			return
		}
		once, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		again, _ := p.Parse(context.Background(), report.Source{Name: "fuzz"}, data)
		if twice, _ := again.Canonical(); !bytes.Equal(once, twice) {
			t.Fatal("the same bytes gave two reports")
		}
		if r.Source.MediaType == "text/plain" && r.Source.Charset == "utf-8" && len(r.Notes) == 0 {
			pointsAtText(t, string(data), r)
		}
	})
}

func pointsAtText(t *testing.T, text string, r *report.Report) {
	normal := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n").Replace(strings.TrimPrefix(text, "\ufeff"))
	lines := strings.Split(normal, "\n")
	for _, s := range r.Sections {
		for _, table := range s.Tables {
			for _, row := range table.Rows {
				for _, c := range row {
					if c.At.Line < 1 || c.At.Line > len(lines) {
						t.Fatalf("cell %q at line %d of %d", c.Text, c.At.Line, len(lines))
					}
					runes := []rune(lines[c.At.Line-1])
					if at := c.At.Col - 1; at < 0 || at > len(runes) || !strings.HasPrefix(string(runes[at:]), c.Text) {
						t.Fatalf("cell %q is not at line %d, character %d of %q", c.Text, c.At.Line, c.At.Col, lines[c.At.Line-1])
					}
				}
			}
		}
	}
}
