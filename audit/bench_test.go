package audit_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// What fills a printed report up to the size of a published one: menus and
// styled runs of text, as sites wrap around a report, or bare paragraphs.
const (
	menu      = `<li class="nav-item"><a href="/zwgk/zfxxgkml/list.html" target="_blank" title="政府信息公开目录">政府信息公开目录</a></li>` + "\n"
	styled    = `<p style="text-indent:2em;line-height:28pt"><span style="font-family:仿宋_GB2312;font-size:16pt">做好主动公开和依申请公开</span><span style="font-size:16pt">各项工作，回应社会关切。</span></p>` + "\n"
	paragraph = "<p>做好主动公开和依申请公开各项工作，回应社会关切，提升公开质量，加强平台建设，强化监督保障，完善工作机制，规范工作流程，提高办理效率。</p>\n"
	line      = "做好主动公开和依申请公开各项工作，回应社会关切，提升公开质量，加强平台建设，强化监督保障，完善工作机制，规范工作流程，提高办理效率。\n\n"
)

// sized prints a report in a layout and fills it up to the size.
func sized(b *testing.B, layout string, size int, filling string) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	filled := formtest.Random(rng, schemas.Embedded().Newest(), formtest.Style{Large: true, Plain: true})
	for _, l := range formtest.Layouts() {
		if l.Name != layout {
			continue
		}
		data := l.Print(rng, filled, filled.Tables())
		at := bytes.LastIndexByte(data[:bytes.Index(data, []byte("二、"))], '\n')
		missing := max(size-len(data), 0)
		return slices.Concat(data[:at], []byte("\n"+strings.Repeat(filling, missing/len(filling))), data[at:])
	}
	b.Fatal("no layout ", layout)
	return nil
}

// BenchmarkRead measures the whole reading of a report, parse, align and check,
// and for HTML html.Parse alone on the same bytes beside it.
func BenchmarkRead(b *testing.B) {
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program runs
	}
	forms, words := schemas.Embedded(), schemas.EmbeddedWords()
	p := &parser.Parser{Forms: forms, Words: words}
	n := &normalize.Normalizer{Forms: forms, Words: words}
	a := audit.New(forms)
	for _, c := range []struct {
		name, layout string
		size         int
		filling      string
	}{
		{"styled-50KB", "html-styled", 50_000, menu + styled},
		{"html-50KB", "html", 50_000, menu + styled},
		{"html-100KB", "html", 100_000, menu + styled},
		{"word-100KB", "html-word", 100_000, styled},
		{"bare-100KB", "html", 100_000, paragraph}, // next to no markup: the hardest case for the ratio
		{"text-tabs", "tabs", 12_000, line},
		{"text-lines", "lines", 12_000, line},
		{"text-pipes", "pipes", 12_000, line},
		{"text-spaces", "spaces", 12_000, line},
	} {
		data := sized(b, c.layout, c.size, c.filling)
		read := func(b *testing.B) {
			r, err := p.Parse(context.Background(), report.Source{Name: "benchmark"}, data)
			if err != nil {
				b.Fatal(err)
			}
			n.Normalize(r)
			if audit.Failed(a.Check(r)) {
				b.Fatal("the report is consistent")
			}
		}
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				read(b)
			}
		})
		if strings.HasPrefix(c.layout, "html") {
			b.Run(c.name+"-against-html.Parse", func(b *testing.B) { measureRatio(b, data, read) })
		}
	}
}

// measureRatio takes turns reading the report and parsing its HTML alone, so
// that whatever else the machine does meets both, and reports how many times as
// long the reading takes.
func measureRatio(b *testing.B, data []byte, read func(*testing.B)) {
	var parsing, reading time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := html.Parse(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		read(b)
		parsing += middle.Sub(start)
		reading += time.Since(middle)
	}
	b.ReportMetric(reading.Seconds()/parsing.Seconds(), "x-html.Parse")
	b.ReportMetric(parsing.Seconds()/float64(b.N)*1e6, "html.Parse-µs")
}
