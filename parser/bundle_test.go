package parser

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/report"
)

func zipOf(t testing.TB, files ...File) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		part, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, NonUTF8: true})
		if err == nil {
			_, err = part.Write(f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part is a part of a saved page.
func part(header, body string) string { return "--edge\r\n" + header + "\r\n\r\n" + body + "\r\n" }

func mhtmlOf(parts ...string) []byte {
	return []byte("From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"edge\"\r\n\r\n" +
		strings.Join(parts, "") + "--edge--\r\n")
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

const htmlPart = "Content-Type: text/html\r\nContent-Location: http://www.example.gov.cn/a/page.html"

// A report reads the same in whatever it is packed.
func TestContainers(t *testing.T) {
	saved := base64.StdEncoding.EncodeToString([]byte(small))
	plain := strings.ReplaceAll(small, "=", "=3D")
	for name, c := range map[string]struct {
		data      []byte
		mediaType string
	}{
		"gzip":                   {gzipOf(t, []byte(small)), "application/gzip"},
		"zip":                    {zipOf(t, File{"report.html", []byte(small)}), "application/zip"},
		"zip among others":       {zipOf(t, File{"a/", nil}, File{"a/readme.txt", []byte("说明")}, File{"a/report.html", []byte(small)}), "application/zip"},
		"zip in zip":             {zipOf(t, File{"in.zip", zipOf(t, File{"report.html", []byte(small)})}), "application/zip"},
		"saved, base64":          {mhtmlOf(part(htmlPart+"\r\nContent-Transfer-Encoding: base64", lines(saved, 76))), "multipart/related"},
		"saved, quoted":          {mhtmlOf(part(htmlPart+"\r\nContent-Transfer-Encoding: quoted-printable", plain)), "multipart/related"},
		"saved, GBK":             {mhtmlOf(part(htmlPart+"; charset=\"gb2312\"", gbk(t, small))), "multipart/related"},
		"saved, with a frame":    {mhtmlOf(part(htmlPart, "<p>天气</p>"), part(htmlPart, small)), "multipart/related"},
		"saved, alternative":     {mhtmlOf(part("Content-Type: multipart/alternative; boundary=inner", "--inner\r\n"+htmlPart+"\r\n\r\n"+small+"\r\n--inner--")), "multipart/related"},
		"saved with line feeds":  {bytes.ReplaceAll(mhtmlOf(part(htmlPart, small)), []byte("\r\n"), []byte("\n")), "multipart/related"},
		"saved, then compressed": {gzipOf(t, mhtmlOf(part(htmlPart, small))), "application/gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := newParser().Parse(context.Background(), report.Source{Name: name}, c.data)
			if err != nil {
				t.Fatal(err)
			}
			if r.Source.MediaType != c.mediaType || r.Source.Size != int64(len(c.data)) {
				t.Errorf("source %+v", r.Source)
			}
			if len(r.Sections) != 5 || r.Sections[2].Tables[0].Rows[2][3].Text != "3" {
				t.Errorf("sections %+v", r.Sections)
			}
		})
	}
}

// lines breaks text as mail programs do.
func lines(s string, width int) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + "\r\n")
		s = s[width:]
	}
	return b.String() + s
}

// What is packed wrongly, too deeply or too much is refused with a reason, and soon.
func TestBadContainers(t *testing.T) {
	deep := []byte(small)
	for range maxNesting + 1 {
		deep = zipOf(t, File{"in.zip", deep})
	}
	deepGzip := []byte(small)
	for range maxNesting + 1 {
		deepGzip = gzipOf(t, deepGzip)
	}
	bomb := make([]byte, maxMember-1)
	var bombs, many []File
	for i := range 9 {
		bombs = append(bombs, File{fmt.Sprintf("%d.txt", i), bomb})
	}
	for i := range 2001 {
		many = append(many, File{fmt.Sprintf("%d.txt", i), nil})
	}
	locked := zipOf(t, File{"report.html", []byte(small)})
	for _, header := range []string{"PK\x03\x04", "PK\x01\x02"} { // the flags of both headers
		at := bytes.Index(locked, []byte(header))
		locked[at+map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[header]] |= 1
	}
	twice := zipOf(t, File{"a.html", []byte(small)}, File{"b.html", []byte(small)})
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"damaged zip":           {zipOf(t, File{"a.html", []byte(small)})[:200], ErrDamaged},
		"empty zip":             {zipOf(t), ErrEmpty},
		"zip without a report":  {zipOf(t, File{"a.txt", []byte("通知")}), ErrNoReport},
		"zip of two reports":    {twice, ErrUnsupported},
		"locked zip":            {locked, ErrEncrypted},
		"zips in zips":          {deep, ErrTooDeep},
		"gzips in gzips":        {deepGzip, ErrTooDeep},
		"a zip that holds much": {zipOf(t, bombs...), ErrTooLarge},
		"a zip of many files":   {zipOf(t, many...), ErrTooLarge},
		"a gzip that unfolds":   {gzipOf(t, make([]byte, maxMember+1)), ErrTooLarge},
		"a zip that unfolds":    {zipOf(t, File{"a.txt", make([]byte, maxMember+1)}), ErrTooLarge},
		"cut gzip":              {gzipOf(t, []byte(small))[:300], ErrDamaged},
		"office document":       {zipOf(t, File{"[Content_Types].xml", nil}, File{"word/document.xml", []byte("x")}), nil},
		"no boundary":           {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n--edge\r\n\r\n" + small), ErrDamaged},
		"no part":               {[]byte("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=edge\r\n\r\n--edge--\r\n"), ErrEmpty},
		"cut page":              {mhtmlOf(part(htmlPart, small))[:900], ErrDamaged},
		"base64 that is none":   {mhtmlOf(part(htmlPart+"\r\nContent-Transfer-Encoding: base64", "%%%%")), ErrDamaged},
		"huge base64":           {mhtmlOf(part("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", strings.Repeat("AAAA", 8<<20)), part(htmlPart, "<p>")), ErrNoReport},
		"RAR":                   {[]byte("Rar!\x1A\x07\x01\x00"), ErrUnsupported},
		"7z":                    {[]byte("7z\xBC\xAF\x27\x1C"), ErrUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := newParser().Parse(context.Background(), report.Source{Name: "x"}, c.data)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// An archive that holds itself without end is not followed without end.
func TestZIPInItself(t *testing.T) {
	// The inner archive names files as the outer does; depth, not names, ends it.
	inner := zipOf(t, File{"r.zip", zipOf(t, File{"r.zip", zipOf(t, File{"r.zip", zipOf(t, File{"r.zip", nil})})})})
	documents, ok := Unpack(inner)
	if !ok {
		t.Fatal("no archive")
	}
	var errs []error
	for f, err := range documents {
		if err == nil {
			t.Errorf("a document %q", f.Name)
		}
		errs = append(errs, err)
	}
	if len(errs) != 1 || !errors.Is(errs[0], ErrTooDeep) {
		t.Errorf("got %v", errs)
	}
}

func TestUnpack(t *testing.T) {
	data := zipOf(t,
		File{gbk(t, "2023年年度报告/甲局.html"), []byte("a")},
		File{"../../etc/passwd", []byte("b")},
		File{`C:\windows\c.txt`, []byte("c")},
		File{"__MACOSX/._x.html", []byte("x")}, File{".DS_Store", []byte("x")},
		File{"in.zip", zipOf(t, File{"d.txt", []byte("d")})},
		File{"word.docx", zipOf(t, File{"word/document.xml", []byte("x")})},
	)
	documents, ok := Unpack(data)
	if !ok {
		t.Fatal("no archive")
	}
	var names []string
	for f, err := range documents {
		if err != nil {
			t.Error(err)
		}
		names = append(names, f.Name)
	}
	want := "2023年年度报告/甲局.html|etc/passwd|C:/windows/c.txt|in.zip/d.txt|word.docx"
	if got := strings.Join(names, "|"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, other := range []string{"", "PK", small, string(gzipOf(t, []byte(small)))} {
		if _, ok := Unpack([]byte(other)); ok {
			t.Errorf("%.10q is an archive", other)
		}
	}
}

// A mail header is none where a page only writes of one.
func TestIsMHTML(t *testing.T) {
	for text, want := range map[string]bool{
		string(mhtmlOf()): true,
		"Content-Type: multipart/related; boundary=x\n\n":                     true,
		"subject: =?utf-8?B?x?=\nX-A: b\n c\nCONTENT-TYPE: Multipart/Related": true,
		"<p>Content-Type: multipart/related</p>":                              false,
		"一、总体情况\nContent-Type: multipart/related":                             false,
		"MIME-Version: 1.0\nContent-Type: text/html\n\nmultipart/":            false,
		"": false,
	} {
		if got := isMHTML([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzMHTML(f *testing.F) {
	f.Add(mhtmlOf(part(htmlPart, small)))
	f.Add(mhtmlOf(part(htmlPart+"\r\nContent-Transfer-Encoding: base64", "AAAA")))
	f.Add([]byte("Content-Type: multipart/related; boundary=\n\n--\n\n"))
	f.Fuzz(readsOrRefuses)
}

func FuzzZIP(f *testing.F) {
	f.Add(zipOf(f, File{"a.html", []byte(small)}))
	f.Add(zipOf(f, File{"in.zip", zipOf(f, File{"d.txt", []byte("d")})}))
	f.Add(gzipOf(f, []byte(small)))
	f.Fuzz(readsOrRefuses)
}

// readsOrRefuses reads bytes twice and wants the same report or a reason that is
// one of the parser's, and no more documents out of an archive than are bounded.
func readsOrRefuses(t *testing.T, data []byte) {
	p := newParser()
	p.MaxBytes = 1 << 20
	r, err := p.Parse(context.Background(), report.Source{Name: "x"}, data)
	if err != nil {
		for _, known := range []error{ErrEmpty, ErrTooLarge, ErrTooDeep, ErrUnsupported, ErrDamaged, ErrEncrypted, ErrNoReport} {
			if errors.Is(err, known) {
				return
			}
		}
		t.Fatalf("no reason of the parser: %v", err)
	}
	again, err := p.Parse(context.Background(), report.Source{Name: "x"}, data)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := r.Canonical()
	b, _ := again.Canonical()
	if !bytes.Equal(a, b) {
		t.Error("two readings of the same bytes differ")
	}
	if documents, ok := Unpack(data); ok {
		n := 0
		for range documents {
			n++
		}
		if n > 3000 {
			t.Errorf("%d documents", n)
		}
	}
}
