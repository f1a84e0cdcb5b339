package pdf

import (
	"context"
	"fmt"
	"os/exec"
	"testing"

	"gongkai/parser/pdf/pdftest"
)

// tables writes a document of many pages with a table of 30 rows and 8 columns each.
func tables(tb testing.TB, pages int, packed bool) []byte {
	w := &pdftest.Writer{CMap: "GBK-EUC-H", ObjectStreams: packed}
	for n := range pages {
		w.Page(595, 842)
		for row := range 31 {
			y := float64(60 + 22*row)
			w.Line(40, y, 555, y)
			w.Text(45, y+15, 9, fmt.Sprintf("（%d）其他法律行政法规禁止公开的情形", row))
			for column := range 7 {
				w.Text(float64(250+40*column), y+15, 9, fmt.Sprint(n+row*column))
			}
		}
	}
	data, err := w.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func measure(b *testing.B, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	glyphs := 0
	for b.Loop() {
		pages, _, err := Pages(context.Background(), data)
		if err != nil {
			b.Fatal(err)
		}
		glyphs = 0
		for _, p := range pages {
			glyphs += len(p.Glyphs)
		}
	}
	b.ReportMetric(float64(glyphs), "glyphs")
}

func BenchmarkPages(b *testing.B) {
	for _, pages := range []int{5, 150} {
		for _, packed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/packed=%v", pages, packed), func(b *testing.B) { measure(b, tables(b, pages, packed)) })
		}
	}
	for _, program := range programs {
		b.Run(program.name, func(b *testing.B) {
			if _, err := exec.LookPath(program.command); err != nil {
				b.Skipf("not run: %s is not installed", program.command)
			}
			data, err := program.made()
			if err != nil {
				b.Fatal(err)
			}
			measure(b, data)
		})
	}
}
