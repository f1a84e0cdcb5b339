package parser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/parser/page"
	"gongkai/report"
)

func TestLinks(t *testing.T) {
	const head = `<title>甲县乙局2022年政府信息公开工作年度报告</title>`
	for name, c := range map[string]struct{ page, want string }{
		"beside the page":  {`<p>附件：<a href="./P020240110.pdf">年度报告.pdf</a></p>`, "./P020240110.pdf 年度报告.pdf"},
		"no suffix":        {`<a href="/download?id=3" title="年度报告.docx">下载</a>`, "/download?id=3 年度报告.docx"},
		"download name":    {`<a href="/d/3" download="年度报告.xls">下载</a>`, "/d/3 年度报告.xls"},
		"suffix in query":  {`<a href="down.jsp?file=a.wps&x=1">附件</a>`, "down.jsp?file=a.wps&x=1 附件"},
		"viewer":           {`<iframe src="/pdfjs/web/viewer.html?file=/upload/2022%E5%B9%B4.pdf"></iframe>`, "/upload/2022年.pdf 2022年.pdf"},
		"embed and object": {`<embed src="a.pdf"><object data="b.pdf#page=1"></object>`, "a.pdf a.pdf|b.pdf#page=1 b.pdf"},
		"best first":       {`<a href="help.doc">帮助</a><a href="b.pdf">附件2</a><a href="a.pdf">政府信息公开年度报告</a>`, "a.pdf 政府信息公开年度报告|b.pdf 附件2|help.doc 帮助"},
		"another year":     {`<a href="a.pdf">2021年年度报告.pdf</a><a href="b.pdf">2022年年度报告.pdf</a>`, "b.pdf 2022年年度报告.pdf"},
		"once":             {`<a href="a.pdf">一</a><a href="a.pdf">二</a>`, "a.pdf 一"},
		"not on this site": {`<a href="javascript:x('a.pdf')">a</a><a href="mailto:a@b.pdf">b</a><a href="data:application/pdf;base64,AA">c.pdf</a>`, ""},
		"hidden":           {`<div style="display:none"><a href="a.pdf">a</a></div>`, ""},
		"pages":            {`<a href="index.html">首页</a><a href="b.aspx">b</a>`, ""},
		"pictures":         {`<img src="logo.gif"><img src="a.png" width=20><img src="1.jpg" width="680"><img src="2.jpg"><img src="data:image/png;base64,AA"><img src="x.gif" data-src="3.png">`, "1.jpg |2.jpg |3.png "},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range Links([]byte("<html><head>" + head + "</head><body>" + c.page + "</body></html>")) {
				got = append(got, l.Href+" "+l.Text)
			}
			if strings.Join(got, "|") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A page that lists many reports attaches none: they are documents themselves.
func TestLinksOfLists(t *testing.T) {
	years := `<title>年报</title><a href=a.pdf>2021年年度报告</a><a href=b.pdf>2022年年度报告</a>`
	if got := Links([]byte(years)); len(got) > 0 {
		t.Errorf("several years: %v", got)
	}
	var many strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&many, `<li><a href="%d.pdf">局%d年度报告</a><img src="%[1]d.jpg">`, i, i)
	}
	start := time.Now()
	got := Links([]byte(many.String()))
	if slices.ContainsFunc(got, func(l Link) bool { return !l.Picture }) || len(got) > MaxAttached {
		t.Errorf("10,000 links gave %d", len(got))
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
	for _, other := range []string{"", "a.pdf", "%PDF-1.7 a.pdf", "\x00\x01a.pdf"} {
		if got := Links([]byte(other)); len(got) > 0 {
			t.Errorf("%q: %v", other, got)
		}
	}
}

const coverPage = `<title>甲县乙局2022年政府信息公开工作年度报告</title><meta name=PubDate content="2023-01-20 10:00"><p>见附件<a href="r.html">x</a></p>`

func TestAttached(t *testing.T) {
	p := newParser()
	parse := func(page string, files ...File) (*report.Report, error) {
		return p.Parse(context.Background(), report.Source{Name: "page"}, []byte(page), files...)
	}
	r, err := parse(coverPage, File{"notice.txt", []byte("关于放假的通知")}, File{"r.html", []byte(small)}, File{"r.pdf", []byte("%PDF-1.7")})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Copies) != 1 || r.Copies[0].File != 2 || len(r.Source.Attached) != 3 || len(r.Sections) != 1 || r.Published != "2023-01-20" {
		t.Errorf("%+v", r)
	}
	if at := r.Copies[0].Report.Sections[2].Tables[0].Rows[2][3].At; at != (report.Pos{File: 2, Table: 1, Row: 3, Col: 4}) {
		t.Errorf("place %+v", at)
	}
	if len(r.Notes) != 2 || !strings.Contains(r.Notes[0].EN, "is no yearly report") || !strings.Contains(r.Notes[1].EN, "could not be read") {
		t.Errorf("notes %v", r.Notes)
	}
	own := r.Source
	own.Attached = nil
	if r.Source.Key() == r.Source.SHA256 || own.Key() != r.Source.SHA256 {
		t.Error("the key does not tell a page with files from one without")
	}
	again, err := parse(coverPage, File{"notice.txt", []byte("关于上班的通知")}, File{"r.html", []byte(small)}, File{"r.pdf", []byte("%PDF-1.7")})
	if err != nil || again.Source.Key() == r.Source.Key() {
		t.Errorf("the key does not tell one file from another, %v", err)
	}
	if _, err := parse(coverPage); !errors.Is(err, ErrNoReport) {
		t.Errorf("the page alone: %v", err)
	}
	if _, err := parse(coverPage, File{"r.pdf", []byte("%PDF-1.7")}); !errors.Is(err, ErrNoReport) || !strings.Contains(err.Error(), "r.pdf") {
		t.Errorf("with a file that is not read: %v", err)
	}
	if _, err := parse(small, make([]File, MaxAttached+1)...); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many files: %v", err)
	}
}

// recogniser is one that sees one word on every picture that begins with P.
type recogniser struct{ word string }

func (r recogniser) Picture(_ context.Context, data []byte, number int) (page.Page, error) {
	if data[0] != 'P' {
		return page.Page{}, errors.New("it is blurred")
	}
	p := page.Page{Number: number, Width: 1000, Height: 1400}
	left := 100.0
	for _, c := range r.word {
		p.Glyphs = append(p.Glyphs, page.Glyph{Text: string(c), Left: left, Right: left + 20, Top: 100, Bottom: 120, Size: 20, Confidence: 90})
		left += 20
	}
	return p, nil
}

func (r recogniser) PDFPage(ctx context.Context, _ []byte, number int, _, _ float64) (page.Page, error) {
	return r.Picture(ctx, []byte("P"), number)
}

func TestPictures(t *testing.T) {
	const text = `<h1>甲县乙局2022年政府信息公开工作年度报告</h1><img src=logo.png><p>一、总体情况</p><p>好</p><p>二、主动公开政府信息情况</p><img src="./1.png"><img src="./2.png"><p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p><p>无</p>`
	files := []File{{"./1.png", []byte("Picture")}, {"./2.png", []byte("blurred")}}
	p := newParser()
	r, err := p.Parse(context.Background(), report.Source{}, []byte(text), files...)
	if err != nil {
		t.Fatal(err)
	}
	if tables := r.Sections[2].Tables; len(tables) != 2 || tables[0].Layout != report.Unread || tables[0].Note != unreadPicture {
		t.Errorf("unread pictures: %+v", tables)
	}
	if len(r.Sections[0].Tables) != 0 || len(r.Copies) != 0 || len(r.Notes) != 1 {
		t.Errorf("%+v", r)
	}

	p.Pictures = recogniser{"本局制发文件三件"}
	if r, err = p.Parse(context.Background(), report.Source{}, []byte(text), files...); err != nil {
		t.Fatal(err)
	}
	s := r.Sections[2]
	if s.Text != "本局制发文件三件" || len(s.Tables) != 1 || s.Tables[0].Layout != report.Unread {
		t.Errorf("%+v", s)
	}
	if !strings.Contains(r.Notes[0].EN, "blurred") {
		t.Errorf("notes %v", r.Notes)
	}
}

func TestGallery(t *testing.T) {
	g := gallery{base: "http://a.gov.cn/x/page.html", files: []File{{"./1.png", []byte("1")}, {"http://a.gov.cn/x/2.png", []byte("2")}, {"cid:3@x", []byte("3")}}}
	for reference, want := range map[string]string{
		"./1.png": "1", "2.png": "2", "/x/2.png": "2", "cid:3@x": "3", "4.png": "", "%zz": "",
		"data:image/png;base64,NQ==": "5", "data:image/png;base64,N Q": "5", "data:text/plain,%36": "6", "data:": "", "data:;base64,*": "",
	} {
		if data, _ := g.find(reference); string(data) != want {
			t.Errorf("%s: got %q, want %q", reference, data, want)
		}
	}
}

func TestPageDate(t *testing.T) {
	for meta, want := range map[string]string{
		`name="PubDate" content="2023-01-20 10:05"`:               "2023-01-20",
		`name="pubdate" content="2023/1/5"`:                       "2023-01-05",
		`name="firstpublishedtime" content="2026-09-28-21:50:00"`: "2026-09-28",
		`property="PubDate" content="2023年1月20日"`:                 "2023-01-20",
		`name="PubDate" content="2023-13-20"`:                     "",
		`name="PubDate" content=""`:                               "",
		`name="Date" content="2023-01-20"`:                        "",
	} {
		r, err := newParser().Parse(context.Background(), report.Source{}, []byte("<html><head><meta "+meta+"></head>"+small+"</html>"))
		if err != nil || r.Published != want {
			t.Errorf("%s: got %q, want %q, %v", meta, r.Published, want, err)
		}
	}
}
