package ocr

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// printed is a printed page of which everything is known.
type printed struct {
	font   string
	tables []*formtest.Table
	lines  []string // outside tables
}

// fonts are pairs of a Latin and a Chinese font, as offices mix them.
var fonts = []string{
	"'Noto Sans CJK SC'", "'Noto Serif CJK SC'", "'WenQuanYi Micro Hei'", "'AR PL UMing CN'",
	"'Nimbus Roman','Noto Serif CJK SC'", "'Nimbus Sans','Noto Sans CJK SC'", "'Nimbus Roman','AR PL UMing CN'",
}

// printSheets fills in forms and prints each on two pages.
func printSheets(t *testing.T, seed uint64, reports int) (sheets []printed, pdf []byte) {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("not run: chromium, which prints the pages, is not installed")
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	forms := schemas.Embedded().Forms
	var doc strings.Builder
	doc.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><style>
@page{size:230mm 360mm;margin:12mm 12mm} h1{font-size:20pt;text-align:center} h2{font-size:15pt} p{font-size:12pt}
section{break-after:page} table{border-collapse:collapse;width:100%} td{border:0.75pt solid #222;padding:1.5pt 2pt;text-align:center}
</style></head><body>`)
	for i := range reports {
		style := formtest.Style{Plain: rng.IntN(3) > 0, Large: rng.IntN(2) == 0}
		if rng.IntN(2) == 0 {
			style.Blank, style.None = 0.2, 0.05
		}
		filled := formtest.Random(rng, forms[rng.IntN(len(forms))], style)
		tables := filled.Tables()
		font := fonts[i%len(fonts)]
		size := []string{"10.5pt", "9pt", "10.5pt", "11pt"}[rng.IntN(4)]
		pages := [][]*formtest.Table{{tables[0], tables[2]}, {tables[1]}}
		for n, on := range pages {
			s := printed{font: font, tables: on}
			fmt.Fprintf(&doc, `<section style="font-family:%s">`, font)
			if n == 0 {
				s.lines = append(s.lines, filled.Office+fmt.Sprint(filled.Year)+"年政府信息公开工作年度报告")
				fmt.Fprintf(&doc, "<h1>%s</h1>", s.lines[0])
			}
			for _, table := range on {
				s.lines = append(s.lines, table.Section.Label)
				fmt.Fprintf(&doc, "<h2>%s</h2>", html.EscapeString(table.Section.Label))
				doc.WriteString(`<table style="font-size:` + size + `">`)
				for _, row := range table.Rows {
					doc.WriteString("<tr>")
					for _, b := range row.Boxes {
						fmt.Fprintf(&doc, `<td colspan=%d rowspan=%d>%s</td>`, b.Cols, b.Rows, html.EscapeString(b.Text))
					}
					doc.WriteString("</tr>")
				}
				doc.WriteString("</table>")
			}
			doc.WriteString("</section>")
			sheets = append(sheets, s)
		}
	}
	doc.WriteString("</body></html>")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.html"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, []byte(doc.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--no-first-run", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--no-pdf-header-footer", "--print-to-pdf="+out, in)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("print with chromium: %v\n%s", err, text)
	}
	pdf, err = os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return sheets, pdf
}

// scanner makes a scan of a clean picture.
type scanner struct {
	name  string
	dpi   int
	noise float64
	// blur softens the picture before anything else.
	blur bool
	// quality is the JPEG's; 0 stores black and white without loss.
	quality int
	turn    float64 // at most, in degrees
	shadow  float64 // how much darker one side is
}

var scanners = []scanner{
	{name: "300 dpi, noise 8, JPEG 55", dpi: 300, noise: 8, quality: 55, turn: 0.6, shadow: 0.25},
	{name: "300 dpi, black and white", dpi: 300, noise: 12, turn: 0.6},
	{name: "300 dpi, blurred, noise 16, JPEG 40", dpi: 300, noise: 16, blur: true, quality: 40, turn: 1.5, shadow: 0.4},
	{name: "200 dpi, noise 8, JPEG 55", dpi: 200, noise: 8, quality: 55, turn: 0.6, shadow: 0.25},
	{name: "150 dpi, noise 8, JPEG 55", dpi: 150, noise: 8, quality: 55, turn: 0.6, shadow: 0.25},
}

func (s scanner) scan(rng *rand.Rand, clean *gray) []byte {
	g := clean
	if s.blur {
		g = g.soften()
	}
	g = g.turn((rng.Float64()*2 - 1) * s.turn)
	m := image.NewGray(image.Rect(0, 0, g.w, g.h))
	for y := range g.h {
		for x := range g.w {
			light := 1 - s.shadow*float64(x)/float64(g.w)
			v := (float64(g.px[y*g.w+x])*0.85+20)*light + rng.NormFloat64()*s.noise
			m.Pix[y*m.Stride+x] = byte(math.Max(0, math.Min(255, v)))
		}
	}
	var b bytes.Buffer
	if s.quality > 0 {
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: s.quality}); err != nil {
			panic(err)
		}
		return b.Bytes()
	}
	two := image.NewPaletted(m.Bounds(), color.Palette{color.Black, color.White})
	for i, p := range m.Pix {
		if p > 140 {
			two.Pix[i] = 1
		}
	}
	if err := png.Encode(&b, two); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// renderAll draws the pages of a PDF.
func renderAll(t *testing.T, pdf []byte, dpi int) (pages []*gray) {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("pdftoppm", "-r", fmt.Sprint(dpi), "-gray", name, filepath.Join(dir, "p")).CombinedOutput(); err != nil {
		t.Fatalf("render with pdftoppm: %v\n%s", err, text)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "p*.pgm"))
	sort.Strings(names)
	for _, n := range names {
		data, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		g, err := readPGM(data)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, g)
	}
	return pages
}
