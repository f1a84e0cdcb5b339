package pdf

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/parser/pdf/pdftest"
)

// read reads a document that must be readable in full.
func read(t *testing.T, data []byte) []page.Page {
	t.Helper()
	pages, notes, err := Pages(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) > 0 {
		t.Fatalf("notes: %v", notes)
	}
	return pages
}

func written(t *testing.T, w *pdftest.Writer) []byte {
	t.Helper()
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// text joins the glyphs of a page as they come.
func text(p page.Page) string {
	var b strings.Builder
	for _, g := range p.Glyphs {
		b.WriteString(g.Text)
	}
	return b.String()
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// find gives the first and the last glyph of a string that a page prints.
func find(t *testing.T, p page.Page, s string) (first, last page.Glyph) {
	t.Helper()
	at := strings.Index(text(p), s)
	if at < 0 {
		t.Fatalf("page %d does not print %q but %q", p.Number, s, text(p))
	}
	n := 0
	for _, g := range p.Glyphs {
		if n == at {
			first = g
		}
		if n += len(g.Text); n == at+len(s) {
			return first, g
		}
	}
	t.Fatalf("%q ends within a glyph", s)
	return
}

var allMaps = []string{
	"UniGB-UCS2-H", "UniGB-UTF16-H", "UniGB-UTF8-H", "UniGB-UTF32-H",
	"GBK-EUC-H", "GBKp-EUC-H", "GBK2K-H", "GB-EUC-H", "GBpc-EUC-H",
}

// TestPrinted writes text and rulings and finds them where they were written: in
// every character map, in every rotation, in both kinds of files.
func TestPrinted(t *testing.T) {
	const label = "（一）予以公开"
	for _, cmap := range allMaps {
		for _, rotate := range []int{0, 90, 180, 270} {
			for _, packed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%d/%v", cmap, rotate, packed), func(t *testing.T) {
					w := &pdftest.Writer{CMap: cmap, Rotate: rotate, ObjectStreams: packed}
					w.Page(600, 400)
					w.Text(100, 50, 12, label)
					w.Text(300, 50, 10, "1386.2475")
					w.Line(90, 60, 400, 60)
					w.Fill(90, 30, 90.5, 60)
					w.Page(600, 400)
					w.Text(20, 30, 9, "第二页")
					pages := read(t, written(t, w))
					if len(pages) != 2 || text(pages[1]) != "第二页" {
						t.Fatalf("%d pages, the second prints %q", len(pages), text(pages[1]))
					}
					p := pages[0]
					if p.Width != 600 || p.Height != 400 {
						t.Errorf("the page is %v by %v", p.Width, p.Height)
					}
					if got := text(p); got != label+"1386.2475" {
						t.Fatalf("printed %q", got)
					}
					first, last := find(t, p, label)
					if !near(first.Left, 100, 0.01) || !near(last.Right, 100+w.Width(12, label), 0.01) || first.Size != 12 || first.Turned != 0 {
						t.Errorf("label from %+v to %+v", first, last)
					}
					if first.Top >= 50 || first.Bottom <= 50 || first.Top < 50-12 || first.Bottom > 50+4 {
						t.Errorf("label between %v and %v", first.Top, first.Bottom)
					}
					first, last = find(t, p, "1386.2475")
					if !near(first.Left, 300, 0.01) || !near(last.Right, 345, 0.01) {
						t.Errorf("number from %v to %v", first.Left, last.Right)
					}
					want := []page.Rule{{Left: 90, Top: 60, Right: 400, Bottom: 60}, {Left: 90.25, Top: 30, Right: 90.25, Bottom: 60}}
					if len(p.Rules) != 2 || !sameRule(p.Rules[0], want[0]) || !sameRule(p.Rules[1], want[1]) {
						t.Errorf("rules %+v", p.Rules)
					}
				})
			}
		}
	}
}

func sameRule(a, b page.Rule) bool {
	return near(a.Left, b.Left, 0.02) && near(a.Top, b.Top, 0.02) && near(a.Right, b.Right, 0.02) && near(a.Bottom, b.Bottom, 0.02)
}

func TestVertical(t *testing.T) {
	w := &pdftest.Writer{CMap: "UniGB-UCS2-V"}
	w.Text(100, 50, 10, "办理结果")
	p := read(t, written(t, w))[0]
	first, last := find(t, p, "办理结果")
	if first.Turned != 90 || !near(first.Left, 95, 0.1) || !near(first.Top, 50, 0.1) || !near(last.Bottom, 90, 0.1) {
		t.Errorf("from %+v to %+v", first, last)
	}
}

// operators tells what pages print that are painted by these operators in
// Helvetica; text begins with a font of 10 points.
func operators(t *testing.T, ops string) page.Page {
	t.Helper()
	w := &pdftest.Writer{CMap: "WinAnsi"}
	w.Raw(ops)
	return read(t, written(t, w))[0]
}

func TestTextOperators(t *testing.T) {
	tests := []struct{ name, ops, want string }{
		{"shown", "BT /F 10 Tf 50 50 Td (12) Tj ET", "12"},
		{"kerned", "BT /F 10 Tf 50 50 Td [(1) -200 (2)] TJ ET", "12"},
		{"quotes", "BT /F 10 Tf 12 TL 50 50 Td (1) ' 1 2 (2) \" ET", "12"},
		{"escapes", `BT /F 10 Tf 50 50 Td (\061\(a\)\
) Tj <3132> Tj ET`, "1(a)12"},
		{"invisible", "BT /F 10 Tf 3 Tr 50 50 Td (12) Tj 0 Tr (3) Tj 7 Tr (4) Tj ET", "3"},
		{"white on a ground", "0 0 1 rg 40 40 60 30 re f 1 1 1 rg BT /F 10 Tf 50 50 Td (12) Tj ET", "12"},
		{"off the page", "BT /F 10 Tf -50 50 Td (12) Tj 900 0 Td (3) Tj ET BT 50 50 Td (4) Tj ET", "4"},
		{"clipped", "q 0 0 100 100 re W n BT /F 10 Tf 50 50 Td (12) Tj 200 0 Td (3) Tj ET Q BT /F 10 Tf 250 50 Td (4) Tj ET", "124"},
		{"bold by printing twice", "BT /F 10 Tf 50 50 Td (110) Tj ET BT /F 10 Tf 50.3 50 Td (110) Tj ET", "110"},
		{"the same further on", "BT /F 10 Tf 50 50 Td (11) Tj ET BT /F 10 Tf 70 50 Td (11) Tj ET", "1111"},
		{"inline image", "BI /W 2 /H 2 /BPC 8 /CS /G ID \x01EI\xff EI BT /F 10 Tf 50 50 Td (12) Tj ET", "12"},
		{"no font", "BT 50 50 Td 10 0 0 10 50 50 Tm /None 1 Tf (12) Tj ET", unknown + unknown},
		{"actual text", "/Span <</ActualText (ab)>> BDC BT /F 10 Tf 50 50 Td (1) Tj /None 1 Tf 10 0 0 10 80 50 Tm (x) Tj ET EMC", "1b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := text(operators(t, test.ops)); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	tests := []struct {
		name, ops   string
		left, right float64 // of the last "2"
		turned      int
	}{
		{"spacing", "BT /F 10 Tf 3 Tc 50 50 Td (12) Tj ET", 58.56, 64.12, 0},
		{"word spacing", "BT /F 10 Tf 3 Tw 50 50 Td (1 2) Tj ET", 61.34, 66.9, 0},
		{"stretched", "BT /F 10 Tf 200 Tz 50 50 Td (12) Tj ET", 61.12, 72.24, 0},
		{"kerned", "BT /F 10 Tf 50 50 Td [(1) -1000 (2)] TJ ET", 65.56, 71.12, 0},
		{"scaled", "2 0 0 2 0 0 cm BT /F 10 Tf 25 25 Td (12) Tj ET", 61.12, 72.24, 0},
		{"mirrored twice", "1 0 0 -1 0 842 cm BT /F 10 Tf 1 0 0 -1 50 50 Tm (12) Tj ET", 55.56, 61.12, 0},
		{"upwards", "BT /F 10 Tf 0 1 -1 0 50 50 Tm (12) Tj ET", 42, 51.2, 270},
		{"downwards", "BT /F 10 Tf 0 -1 1 0 50 50 Tm (12) Tj ET", 48.8, 58.8, 90},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := operators(t, test.ops)
			g := p.Glyphs[len(p.Glyphs)-1]
			if g.Text != "2" || !near(g.Left, test.left, 0.9) || !near(g.Right, test.right, 0.9) || g.Turned != test.turned {
				t.Errorf("%+v, want %v to %v, turned %d", g, test.left, test.right, test.turned)
			}
			if test.turned == 0 && (!near(g.Left, test.left, 0.01) || !near(g.Right, test.right, 0.01)) {
				t.Errorf("from %v to %v, want %v to %v", g.Left, g.Right, test.left, test.right)
			}
		})
	}
}

func TestRulings(t *testing.T) {
	tests := []struct {
		name, ops string
		want      int
	}{
		{"stroke", "10 10 m 200 10 l S", 1},
		{"stroked rectangle", "10 10 100 50 re S", 4},
		{"closed", "10 10 m 100 10 l 100 50 l s", 2},
		{"slanted", "10 10 m 100 60 l S", 0},
		{"thin fill", "10 10 100 0.48 re f", 1},
		{"thin polygon", "10 10 m 110 10 l 110 11 l 10 11 l f", 1},
		{"background", "0.9 g 10 10 100 50 re f", 0},
		{"white stroke", "1 G 10 10 m 200 10 l S", 0},
		{"white fill", "1 1 1 rg 10 10 100 0.5 re f", 0},
		{"no ink", "0 0 0 0 k 10 10 100 0.5 re f", 0},
		{"frame as two rectangles", "10 10 100 50 re 11 11 98 48 re f*", 4},
		{"big fill in a thin clip", "q 10 10 100 0.5 re W n 0 0 500 500 re f Q", 1},
		{"clipped away", "q 10 10 50 50 re W n 100 100 m 200 100 l S Q", 0},
		{"curve", "10 10 m 20 20 30 20 40 10 c S", 0},
		{"off the page", "-100 10 m -10 10 l S", 0},
		{"dashes", "10 10 5 0.5 re 20 10 5 0.5 re 30 10 5 0.5 re f", 3},
		{"thick stroke", "20 w 10 10 m 200 10 l S", 0},
		{"not painted", "10 10 m 200 10 l n", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if p := operators(t, test.ops); len(p.Rules) != test.want {
				t.Errorf("%d rules, want %d: %+v", len(p.Rules), test.want, p.Rules)
			}
		})
	}
}

func TestSlantedIsNoted(t *testing.T) {
	w := &pdftest.Writer{CMap: "WinAnsi"}
	w.Raw("BT /F 10 Tf 1 1 -1 1 50 50 Tm (draft) Tj 1 0 0 1 50 50 Tm (12) Tj ET")
	pages, notes, err := Pages(context.Background(), written(t, w))
	if err != nil || len(notes) != 1 || text(pages[0]) != "12" {
		t.Errorf("%v, notes %v, error %v", pages, notes, err)
	}
}

// TestCovered leaves out what something opaque is painted over, and nothing else.
func TestCovered(t *testing.T) {
	const old = "BT /F 10 Tf 60 60 Td (58) Tj ET "
	image := pdftest.Stream("/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode", []byte("jpeg"))
	masked := pdftest.Stream("/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray/SMask 5 0 R", []byte("jpeg"))
	form := pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 400 400]", []byte("1 g 55 55 40 20 re f"))
	tests := []struct{ name, ops, want string }{
		{"white rectangle", old + "1 g 55 55 40 20 re f 0 g BT /F 10 Tf 60 60 Td (73) Tj ET", "73"},
		{"polygon", old + "1 g 55 55 m 95 55 l 95 75 l 55 75 l h f", ""},
		{"picture", old + "q 300 0 0 300 50 50 cm /X Do Q", ""},
		{"in a form", old + "/V Do", ""},
		{"background", "1 g 55 55 40 20 re f 0 g " + old, "58"},
		{"beside", old + "1 g 75 55 40 20 re f", "58"},
		{"one of two", old + "1 g 65.5 55 40 20 re f", "5"},
		{"underline", old + "1 g 55 58 40 1 re f", "58"},
		{"marker", old + "/G gs 1 1 0 rg 55 55 40 20 re f", "58"},
		{"in a form that lets through", old + "/G gs /V Do", "58"},
		{"picture with a mask", old + "q 300 0 0 300 50 50 cm /M Do Q", "58"},
		{"triangle", old + "1 g 55 55 m 95 55 l 95 75 l h f", "58"},
		{"frame", old + "40 40 80 60 re 41 41 78 58 re f*", "58"},
		{"clipped", old + "q 0 0 50 50 re W n 1 g 55 55 40 20 re f Q", "58"},
		{"in a clip of a triangle", old + "q 0 0 m 300 0 l 0 300 l h W n 1 g 0 0 400 400 re f Q", "58"},
		{"not filled", old + "55 55 40 20 re S", "58"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := document(helveticaFont+"/XObject<</X 6 0 R/M 7 0 R/V 8 0 R>>/ExtGState<</G<</ca 0.5>>>>", test.ops, "null", image, masked, form)
			pages, notes, err := Pages(context.Background(), data)
			if err != nil || text(pages[0]) != test.want {
				t.Fatalf("printed %q, want %q, error %v", text(pages[0]), test.want, err)
			}
			if covered := !strings.Contains(test.want, "58"); covered != (len(notes) == 1) {
				t.Errorf("notes %v", notes)
			}
		})
	}
}

func TestUnknownOperators(t *testing.T) {
	const shown = "BT /F 10 Tf 50 50 Td (12) Tj ET q Q q Q q Q q Q q Q "
	w := &pdftest.Writer{CMap: "WinAnsi"}
	w.Raw("1 2 foo " + shown)
	pages, notes, err := Pages(context.Background(), written(t, w))
	if err != nil || len(notes) != 1 || text(pages[0]) != "12" {
		t.Errorf("one: %v, notes %v, error %v", pages, notes, err)
	}
	w.Raw("foo bar foo bar")
	if _, _, err := Pages(context.Background(), written(t, w)); !errors.Is(err, blocks.ErrDamaged) {
		t.Errorf("many: error %v", err)
	}
}

// document makes a file of one page from its resources, its content, and objects
// from number 5 on.
func document(resources, content string, more ...string) []byte {
	objects := append([]string{
		"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 400 400]/Resources<<" + resources + ">>>>",
		"<</Type/Page/Parent 2 0 R/CropBox[50 50 350 350]/Contents[4 0 R]>>",
		pdftest.Stream("", []byte(content)),
	}, more...)
	return pdftest.Assemble(objects, "")
}

const helveticaFont = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"

// TestWhiteOnPaper prints in white what nobody can see.
func TestWhiteOnPaper(t *testing.T) {
	pages, notes, err := Pages(context.Background(), document(helveticaFont, "1 g BT /F 10 Tf 150 150 Td (12) Tj ET 0 g BT /F 10 Tf 180 150 Td (3) Tj ET"))
	if err != nil || text(pages[0]) != "3" || !strings.Contains(fmt.Sprint(notes), "2 characters in white") {
		t.Errorf("%v, %v, %v", pages, notes, err)
	}
}

func TestCropAndInheritance(t *testing.T) {
	p := read(t, document(helveticaFont, "BT /F 10 Tf 60 340 Td (12) Tj -30 0 Td (3) Tj ET"))[0]
	if p.Width != 300 || p.Height != 300 || text(p) != "12" || !near(p.Glyphs[0].Left, 10, 0.01) || p.Glyphs[0].Top > 10 || p.Glyphs[0].Bottom < 10 {
		t.Errorf("%+v", p)
	}
}

func TestForms(t *testing.T) {
	form := pdftest.Deflated("/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Matrix[1 0 0 1 100 100]/Resources<<"+helveticaFont+">>", []byte("BT /F 10 Tf 10 10 Td (12) Tj 200 0 Td (3) Tj ET 0 0 m 50 0 l S"))
	p := read(t, document("/XObject<</X 5 0 R>>", "q 1 0 0 1 5 5 cm /X Do Q", form))[0]
	if text(p) != "12" || !near(p.Glyphs[0].Left, 65, 0.01) || len(p.Rules) != 1 || !near(p.Rules[0].Left, 55, 0.01) {
		t.Errorf("%q %+v", text(p), p)
	}
}

func TestLayers(t *testing.T) {
	off := "<</Type/OCG/Name(off)>>"
	p := read(t, document(helveticaFont+"/Properties<</A 5 0 R>>", "BT /F 10 Tf 60 60 Td /OC /A BDC (1) Tj EMC (2) Tj ET /OC /A BDC 60 60 m 100 60 l S EMC", off))[0]
	if text(p) != "2" || len(p.Rules) != 0 {
		t.Errorf("%q, %d rules", text(p), len(p.Rules))
	}
}

func TestPicture(t *testing.T) {
	image := pdftest.Stream("/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode", []byte("jpeg"))
	for ops, want := range map[string]bool{
		"q 300 0 0 300 50 50 cm /X Do Q":                                 true,
		"q 100 0 0 100 50 50 cm /X Do Q":                                 false,
		"q 300 0 0 150 50 50 cm /X Do Q q 300 0 0 150 50 200 cm /X Do Q": true,
	} {
		if p := read(t, document("/XObject<</X 5 0 R>>", ops, image))[0]; (p.Pictured > 0.5) != want {
			t.Errorf("%s: picture is %v", ops, p.Pictured)
		}
	}
}

// TestFonts reads what fonts say of their codes, or must say of them that nobody
// knows.
func TestFonts(t *testing.T) {
	toUnicode := func(body string) string {
		return pdftest.Deflated("", []byte("/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000><FFFF> endcodespacerange\n"+body+"\nendcmap"))
	}
	const inner = "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[1[500 600]3 5 250]>>"
	const gb1 = "<</Type/Font/Subtype/CIDFontType0/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
	composite := func(encoding string) string {
		return "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding" + encoding + "/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
	}
	tests := []struct{ name, code, font, inner, cmap, want string }{
		{"bfchar", "<00010002>", composite("/Identity-H"), inner, toUnicode("2 beginbfchar <0001><4E00> <0002><D842DFB7> endbfchar"), "一𠮷"},
		{"bfrange", "<000100020003>", composite("/Identity-H"), inner, toUnicode("1 beginbfrange <0001><0003><4E00> endbfrange"), "一丁丂"},
		{"bfrange of an array", "<000100020003>", composite("/Identity-H"), inner, toUnicode("1 beginbfrange <0001><0003>[<4E00><00660069><0031>] endbfrange"), "一fi1"},
		{"unknown code", "<00010009>", composite("/Identity-H"), inner, toUnicode("1 beginbfchar <0001><4E00> endbfchar"), "一" + unknown},
		{"private code point", "<0001>", composite("/Identity-H"), inner, toUnicode("1 beginbfchar <0001><F0B7> endbfchar"), unknown},
		{"no map at all", "<00010002>", composite("/Identity-H"), inner, "null", unknown + unknown},
		{"list of Adobe", "<11A20012>", composite("/Identity-H"), gb1, "null", "郑1"},
		{"embedded map", "<41A10042>", composite(" 8 0 R"), gb1, "null", "郑1"},
		{"unknown map", "<41424344>", composite("/Foo-H"), inner, "null", unknown + unknown},
		{"names of glyphs", "<0102030441>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[1/one/uni4E00/g17/u20BB7]>>>>", "null", "null", "1一" + unknown + "𠮷A"},
		{"drawn glyphs", "<0102>", "<</Type/Font/Subtype/Type3/FontMatrix[0.01 0 0 0.01 0 0]/FirstChar 1/LastChar 2/Widths[50 50]/Encoding<</Differences[1/g1/g2]>>/CharProcs<<>>/ToUnicode 7 0 R>>", "null", toUnicode("1 beginbfchar <01><4E00> endbfchar"), "一" + unknown},
		{"symbols of its own", "<4142>", "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+X/FontDescriptor<</Flags 4/FontFile2 6 0 R>>>>", "null", "null", unknown + unknown},
	}
	cids := pdftest.Deflated("/Type/CMap/CMapName/Own", []byte("/GBK-EUC-H usecmap 2 begincodespacerange <0000><00FF> <4100><43FF> endcodespacerange 1 begincidchar <41A1> 4514 endcidchar 1 begincidrange <0040><0043> 16 endcidrange"))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, document("/Font<</F 5 0 R>>", "BT /F 10 Tf 60 60 Td "+test.code+" Tj ET", test.font, test.inner, test.cmap, cids))[0]
			if got := text(p); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

func TestDamage(t *testing.T) {
	w := &pdftest.Writer{}
	w.Page(600, 800)
	w.Text(50, 50, 10, "第一页的内容")
	w.Page(600, 800)
	w.Text(50, 50, 10, "第二页的内容")
	whole := string(written(t, w))
	second := strings.LastIndex(whole, "stream\nx") + len("stream\n")

	t.Run("damaged stream", func(t *testing.T) {
		// The sum at the end of the second page's stream no longer fits.
		end := second + strings.Index(whole[second:], "\nendstream")
		broken := whole[:end-1] + string(whole[end-1]^1) + whole[end:]
		pages, notes, err := Pages(context.Background(), []byte(broken))
		if err != nil || len(pages) != 2 || text(pages[0]) != "第一页的内容" || len(pages[1].Glyphs) != 0 {
			t.Fatalf("%+v %v", pages, err)
		}
		if len(notes) != 1 || !strings.Contains(notes[0].EN, "page 2 could not be read") {
			t.Errorf("notes %v", notes)
		}
	})
	t.Run("no cross-reference", func(t *testing.T) {
		cut := whole[:strings.LastIndex(whole, "xref\n0")]
		pages, notes, err := Pages(context.Background(), []byte(cut))
		if err != nil || len(pages) != 2 || text(pages[1]) != "第二页的内容" || len(notes) != 1 {
			t.Errorf("%d pages, notes %v, error %v", len(pages), notes, err)
		}
	})
	t.Run("bytes before the file", func(t *testing.T) {
		pages := read(t, []byte("\r\n\r\n"+whole))
		if len(pages) != 2 || text(pages[1]) != "第二页的内容" {
			t.Errorf("%d pages", len(pages))
		}
	})
	t.Run("no length", func(t *testing.T) {
		pages := read(t, []byte(strings.ReplaceAll(whole, "/Length ", "/Lenght ")))
		if len(pages) != 2 || text(pages[0]) != "第一页的内容" {
			t.Errorf("%d pages", len(pages))
		}
	})
	t.Run("missing page", func(t *testing.T) {
		pages, notes, err := Pages(context.Background(), []byte(strings.Replace(whole, "Kids[6 0 R 8 0 R", "Kids[6 0 R 88 0 R", 1)))
		if err != nil || len(pages) != 2 || len(notes) == 0 {
			t.Errorf("%d pages, notes %v, error %v", len(pages), notes, err)
		}
	})
	t.Run("below the root", func(t *testing.T) {
		// The catalog names a page as the root of all pages: the other is lost.
		pages, notes, err := Pages(context.Background(), []byte(strings.Replace(whole, "/Pages 2 0 R", "/Pages 6 0 R", 1)))
		if err != nil || len(pages) != 1 || len(notes) != 1 || !strings.Contains(notes[0].EN, "pages may be missing") {
			t.Errorf("%d pages, notes %v, error %v", len(pages), notes, err)
		}
	})
	t.Run("update", func(t *testing.T) {
		// A newer object 7 is appended, with a cross-reference of its own.
		at := len(whole)
		update := "7 0 obj\n" + pdftest.Stream("", []byte("BT /F 10 Tf 50 50 Td <65B0> Tj ET")) + "\nendobj\n"
		start := whole[strings.LastIndex(whole, "startxref\n")+10:]
		start = start[:strings.IndexByte(start, '\n')]
		update += fmt.Sprintf("xref\n7 1\n%010d 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n", at, start, at+len(update))
		if got := text(read(t, []byte(whole+update))[0]); got != "新" {
			t.Errorf("printed %q", got)
		}
	})
	t.Run("table and stream", func(t *testing.T) {
		// The table calls object 7 free; the stream beside it has it.
		object := len(whole)
		more := "7 0 obj\n" + pdftest.Stream("", []byte("BT /F 10 Tf 50 50 Td <65B0> Tj ET")) + "\nendobj\n"
		stream := object + len(more)
		more += "10 0 obj\n" + pdftest.Stream("/Type/XRef/Size 11/W[1 4 1]/Index[7 1]", []byte{1, 0, 0, byte(object >> 8), byte(object), 0}) + "\nendobj\n"
		start := whole[strings.LastIndex(whole, "startxref\n")+10:]
		start = start[:strings.IndexByte(start, '\n')]
		more += fmt.Sprintf("xref\n7 1\n0000000000 00000 f \ntrailer\n<</Size 11/Root 1 0 R/Prev %s/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n", start, stream, object+len(more))
		if got := text(read(t, []byte(whole+more))[0]); got != "新" {
			t.Errorf("printed %q", got)
		}
	})
	t.Run("notes", func(t *testing.T) {
		_, notes, err := Pages(context.Background(), []byte(strings.Replace(whole, "/Contents 9 0 R", "/Contents 99 0 R", 1)))
		if err != nil || len(notes) == 0 || !strings.Contains(notes[0].EN, "page 2 could not be read") {
			t.Errorf("%+v, error %v", notes, err)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		if _, _, err := Pages(context.Background(), []byte("%PDF-1.4\n")); !errors.Is(err, blocks.ErrDamaged) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, _, err := Pages(ctx, []byte(whole)); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

func TestFilters(t *testing.T) {
	const content = "BT /F 10 Tf 60 60 Td (12) Tj ET"
	hex := fmt.Sprintf("%X>", content)
	lzw := "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"
	f := file{effort: &effort{}}
	got, err := f.unfold([]byte(lzw), "LZWDecode", nil)
	if err != nil || string(got) != "-----A---B" {
		t.Errorf("LZW gives %q, %v", got, err)
	}
	if got := ascii85([]byte("<~87cURD]i,\"Ebo80~>")); string(got) != "Hello World!" {
		t.Errorf("ASCII85 gives %q", got)
	}
	p := read(t, pdftest.Assemble([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 400 400]>>",
		"<</Type/Page/Contents[4 0 R 5 0 R]/Resources<<" + helveticaFont + ">>>>",
		pdftest.Stream("/Filter[/ASCIIHexDecode]", []byte(hex)),
		pdftest.Stream("/Filter/RunLengthDecode", []byte("\x17BT /F 10 Tf 90 60 Td (3)\xff \x05 Tj ET\x80")),
	}, ""))[0]
	if text(p) != "123" {
		t.Errorf("printed %q", text(p))
	}
}
