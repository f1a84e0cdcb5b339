package audit_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// sized prints a report of about the size in a layout; prose makes up what the
// tables leave.
func sized(b *testing.B, layout string, size int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	filled := formtest.Random(rng, schemas.Embedded().Newest(), formtest.Style{Large: true, Plain: true})
	for _, l := range formtest.Layouts() {
		if l.Name != layout {
			continue
		}
		data := l.Print(rng, filled, filled.Tables())
		paragraph := "<p style=\"text-indent:2em;line-height:28pt\"><span style=\"font-family:仿宋_GB2312;font-size:16pt\">" + strings.Repeat("做好主动公开和依申请公开各项工作，", 12) + "</span></p>\n"
		if l.Text {
			paragraph = strings.Repeat("做好主动公开和依申请公开各项工作，", 12) + "。\n\n"
		}
		if missing := size - len(data); missing > 0 {
			at := bytes.Index(data, []byte("二、"))
			at = bytes.LastIndexByte(data[:at], '\n')
			data = bytes.Join([][]byte{data[:at], []byte(strings.Repeat(paragraph, missing/len(paragraph))), data[at:]}, []byte("\n"))
		}
		return data
	}
	b.Fatal("no layout ", layout)
	return nil
}

// BenchmarkRead measures the whole reading of a report, parse, align and check,
// and for HTML html.Parse alone on the same bytes beside it.
func BenchmarkRead(b *testing.B) {
	forms, words := schemas.Embedded(), schemas.EmbeddedWords()
	p := &parser.Parser{Forms: forms, Words: words}
	n := &normalize.Normalizer{Forms: forms, Words: words}
	a := audit.New(forms)
	for _, c := range []struct {
		layout string
		size   int
	}{{"html", 50_000}, {"html", 100_000}, {"html-word", 100_000}, {"tabs", 12_000}, {"lines", 12_000}, {"pipes", 12_000}, {"spaces", 12_000}} {
		data := sized(b, c.layout, c.size)
		name := fmt.Sprintf("%s-%dKB", c.layout, len(data)/1000)
		if strings.HasPrefix(c.layout, "html") {
			b.Run(name+"/html.Parse", func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := html.Parse(bytes.NewReader(data)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(name+"/read", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := p.Parse(report.Source{Name: "benchmark"}, data)
				if err != nil {
					b.Fatal(err)
				}
				n.Normalize(r)
				if audit.Failed(a.Check(r)) {
					b.Fatal("the report is consistent")
				}
			}
		})
	}
}
