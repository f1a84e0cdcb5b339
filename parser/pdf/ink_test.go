package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/parser/pdf/pdftest"
)

// picture is an image of so many pixels.
func picture(width, height int, more string) string {
	return pdftest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode%s", width, height, more), []byte("jpeg"))
}

// TestInk tells where something is printed that is neither a glyph nor a ruling.
func TestInk(t *testing.T) {
	resources := helveticaFont + "/XObject<</X 6 0 R/P 7 0 R/M 8 0 R/V 9 0 R>>/ExtGState<</N<</ca 0/CA 0>>/F<</ca 0.01>>>>/Properties<</A 5 0 R>>" +
		"/Pattern<</T 10 0 R>>/Shading<</S 11 0 R>>"
	tests := []struct {
		name, ops string
		want      []box // in the page's own space of 300 by 300
	}{
		{"picture", "q 20 0 0 10 100 100 cm /X Do Q", []box{{50, 240, 70, 250}}},
		{"stencil", "q 20 0 0 10 100 100 cm /M Do Q", []box{{50, 240, 70, 250}}},
		{"inline picture", "q 20 0 0 10 100 100 cm BI /W 4 /H 4 /BPC 8 /CS /G ID abcdabcdabcdabcd EI Q", []box{{50, 240, 70, 250}}},
		{"one small pixel", "q 10 0 0 10 100 100 cm /P Do Q", []box{{50, 240, 60, 250}}},
		{"picture in a clip", "q 100 100 10 10 re W n 20 0 0 10 100 100 cm /X Do Q", []box{{50, 240, 60, 250}}},
		{"background of one pixel", "q 200 0 0 10 100 100 cm /P Do Q", nil},
		{"picture of the page", "q 300 0 0 200 50 50 cm /X Do Q", nil},
		{"line as a picture", "q 200 0 0 1 100 100 cm /X Do Q", nil},
		{"line as a stencil", "q 200 0 0 1 100 100 cm /M Do Q", nil},
		{"hidden picture", "q /N gs 20 0 0 10 100 100 cm /X Do Q", nil},
		{"layer that is off", "/OC /A BDC q 20 0 0 10 100 100 cm /X Do Q EMC", nil},
		{"outline", "100 100 m 103 100 l 103 101 l 101 101 l 101 108 l 100 108 l f", []box{{50, 242, 53, 250}}},
		{"curves", "100 100 m 95 100 95 110 100 110 c 105 110 105 100 100 100 c f", []box{{45, 240, 55, 250}}},
		{"stroked curve", "100 100 m 95 100 95 110 100 110 c 105 110 105 100 100 100 c S", []box{{45, 240, 55, 250}}},
		{"slash", "100 100 m 105 110 l S", []box{{50, 240, 55, 250}}},
		{"bar that stands alone", "100 100 1.2 7 re f", []box{{49.6, 243, 51.6, 250}}},
		{"bar in a corner", "100 100 1.2 7 re f 100 100 m 200 100 l S", nil},
		{"dashes", "100 100 m 100 106 l 100 109 m 100 115 l 100 118 m 100 124 l S", nil},
		{"pattern", "/Pattern cs /T scn 100 100 20 10 re f", []box{{50, 240, 70, 250}}},
		{"gradient", "q 100 100 20 10 re W n /S sh Q", []box{{50, 240, 70, 250}}},
		{"white", "1 g 1 G 100 100 m 103 100 l 103 101 l 101 101 l 101 108 l 100 108 l B", nil},
		{"hidden", "/N gs 100 100 m 103 100 l 103 101 l 101 101 l 101 108 l 100 108 l B", nil},
		{"nearly hidden group", "/F gs /V Do", nil},
		{"group", "/V Do", []box{{50, 242, 53, 250}}},
		{"ground with round corners", "0.9 g 105 100 m 175 100 l 180 100 180 100 180 105 c 180 115 l 180 120 180 120 175 120 c 105 120 l 100 120 100 120 100 115 c 100 105 l 100 100 100 100 105 100 c f", nil},
		{"0 with round corners", "101 100 m 104 100 l 105 100 105 100 105 101 c 105 107 l 105 108 105 108 104 108 c 101 108 l 100 108 100 108 100 107 c 100 101 l 100 100 100 100 101 100 c f", []box{{50, 242, 55, 250}}},
		{"background", "0.9 g 100 100 80 20 re f", nil},
		{"table", "100 100 80 20 re 180 100 80 20 re S 100 100 80 0.5 re f", nil},
		{"slanted ends of a border", "100 100 m 200 100 l 197 103 l 103 103 l f", nil},
		{"dots of a border", "100 100 m 99 100 99 101 100 101 c 101 101 101 100 100 100 c f", nil},
		{"text", "BT /F 10 Tf 100 100 Td (12) Tj ET 100 99 11 0.5 re f", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, document(resources, test.ops, "<</Type/OCG/Name(off)>>", picture(20, 10, ""), picture(1, 1, ""), picture(20, 10, "/ImageMask true"),
				pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 400 400]/Group<</S/Transparency>>/Resources<</ExtGState<</G<</ca 1>>>>>>", []byte("/G gs 100 100 m 103 100 l 103 101 l 101 101 l 101 108 l 100 108 l f")),
				pdftest.Stream("/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9", []byte("0 0 3 9 re f")), "<</ShadingType 2>>"))[0]
			if len(p.Ink) != len(test.want) {
				t.Fatalf("%+v, want %+v", p.Ink, test.want)
			}
			for i, want := range test.want {
				if !sameRule(page.Rule(p.Ink[i]), page.Rule{Left: want.left, Top: want.top, Right: want.right, Bottom: want.bottom}) {
					t.Errorf("%+v, want %+v", p.Ink[i], want)
				}
			}
		})
	}
}

// TestMuchInk keeps all ink and bounds its places.
func TestMuchInk(t *testing.T) {
	var b strings.Builder
	for i := range maxInk + 5_000 {
		fmt.Fprintf(&b, "%d %d m %d %d l S\n", 60+i%70*4, 60+i/70%70*4, 63+i%70*4, 63+i/70%70*4)
	}
	b.WriteString("60 330 m 70 340 l S BT /F 10 Tf 60 60 Td (58) Tj ET")
	p := read(t, document(helveticaFont, b.String()))[0]
	last := p.Ink[len(p.Ink)-1]
	if len(p.Ink) > maxInk || last.Top > 10.01 || last.Left > 10.01 {
		t.Errorf("%d places, the last %+v", len(p.Ink), last)
	}
}

// TestRemarksWithoutLook are drawn by readers in their own way.
func TestRemarksWithoutLook(t *testing.T) {
	for remark, want := range map[string]int{
		"/Subtype/FreeText/Contents(77)": 1, "/Subtype/Ink/InkList[[100 100 105 109]]": 1, "/Subtype/StrikeOut": 1, "/Subtype/Square": 1,
		"/Subtype/Widget/FT/Tx/V(77)": 1, "/Subtype/Widget/FT/Tx": 0, "/Subtype/Link": 0, "/Subtype/Highlight": 0, "/Subtype/FreeText/F 2": 0,
	} {
		p := read(t, annotated(remark, "BT /F 10 Tf 60 60 Td (58) Tj ET", ""))[0]
		if len(p.Ink) != want || want == 1 && !sameRule(page.Rule(p.Ink[0]), page.Rule{Left: 55, Top: 325, Right: 95, Bottom: 345}) {
			t.Errorf("%s: %+v", remark, p.Ink)
		}
	}
}

// annotated is a page with a remark over "58".
func annotated(remark, content, look string) []byte {
	if look != "" {
		remark += "/AP<</N 6 0 R>>"
	}
	return pdftest.Assemble([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 400 400]/Resources<<" + helveticaFont + ">>>>",
		"<</Type/Page/Parent 2 0 R/Contents[4 0 R]/Annots[5 0 R]>>", pdftest.Stream("", []byte(content)),
		"<</Type/Annot" + remark + "/Rect[55 55 95 75]>>", pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 40 20]", []byte(look)),
	}, "")
}

func TestRemarksOverText(t *testing.T) {
	const old = "BT /F 10 Tf 60 60 Td (58) Tj ET"
	tests := []struct {
		name, remark, look, want string
		rules                    int
	}{
		{"white square", "/Subtype/Square", "1 g 0 0 40 20 re f", "", 0},
		{"black square", "/Subtype/Square", "0 0 40 20 re f", unknown + unknown, 0},
		{"marker", "/Subtype/Highlight", "1 1 0 rg 0 0 40 20 re f", "58", 0},
		{"strike", "/Subtype/StrikeOut", "1 0 0 RG 0 8 m 40 8 l S", "58", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pages, _, err := Pages(context.Background(), annotated(test.remark, old, test.look))
			if err != nil || text(pages[0]) != test.want || len(pages[0].Rules) != test.rules {
				t.Errorf("%q, %v, error %v", text(pages[0]), pages[0].Rules, err)
			}
		})
	}
}

// TestNotReadable prints what is there and cannot be read for sure.
func TestNotReadable(t *testing.T) {
	const old = "BT /F 10 Tf 60 60 Td (58) Tj ET "
	tests := []struct{ name, ops, want string }{
		{"black rectangle", old + "55 55 40 20 re f", "??"},
		{"grey rectangle", old + "0.5 g 55 55 40 20 re f", "??"},
		{"left half of a digit", old + "1 g 55 55 13 20 re f", "?"},
		{"a bit of the next", old + "1 g 55 55 11 20 re f", "8"},
		{"lower half", old + "1 g 55 55 40 8.5 re f", "??"},
		{"below the line", old + "1 g 55 50 40 10 re f", "58"},
		{"thick white stroke", old + "1 G 20 w 55 65 m 95 65 l S", ""},
		{"white stroke through", old + "1 G 4 w 55 63 m 95 63 l S", "??"},
		{"thin white stroke", old + "1 G 1 w 55 63 m 95 63 l S", "58"},
		{"thick black stroke", old + "20 w 55 65 m 95 65 l S", "??"},
		{"half in a clip", "q 55 55 8 20 re W n " + old + "Q", "?"},
		{"as good as all in a clip", "q 55 55 10.3 20 re W n " + old + "Q", "5"},
		{"lower half in a clip", "q 55 55 40 8 re W n " + old + "Q", "??"},
		{"mirrored", "BT /F 10 Tf -1 0 0 1 90 60 Tm (58) Tj ET", "??"},
		{"upside down in a mirror", "BT /F 10 Tf 1 0 0 -1 60 70 Tm (58) Tj ET", "??"},
		{"mirrored by stretching", "BT /F 10 Tf -100 Tz 90 60 Td (58) Tj ET", "??"},
		{"turned", "BT /F 10 Tf -1 0 0 -1 90 60 Tm (58) Tj ET", "58"},
		{"size below nothing", "BT /F -10 Tf 90 60 Td (58) Tj ET", "58"},
		{"black on black", "55 55 40 20 re f " + old, "??"},
		{"black on nearly black", "0.02 g 55 55 40 20 re f 0 0 0 rg " + old, "??"},
		{"black on white on black", "50 50 60 60 re f 1 g 55 55 40 20 re f 0 g " + old, "58"},
		{"black beside black", "155 55 40 20 re f " + old, "58"},
		{"red on black", "55 55 40 20 re f 1 0 0 rg " + old, "58"},
		{"black on a frame", "40 40 80 60 re 41 41 78 58 re f* " + old, "58"},
		{"white on a gradient", "q 55 55 40 20 re W n /S sh Q 1 g " + old, "58"},
		{"nearly white on paper", "0.996 g " + old, ""},
		{"as good as transparent", "/F gs " + old, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := document(helveticaFont+"/ExtGState<</F<</ca 0.05>>>>/Shading<</S 5 0 R>>", test.ops, "<</ShadingType 2>>")
			pages, _, err := Pages(context.Background(), data)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(text(pages[0]), unknown, "?"); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

// TestContradiction holds the map to text against what the encoding says.
func TestContradiction(t *testing.T) {
	toText := func(body string) string {
		return pdftest.Deflated("", []byte("1 begincodespacerange <00><80> endcodespacerange 1 beginbfchar "+body+" endbfchar"))
	}
	const simple, gbk = "<</Type/Font/Subtype/Type1/BaseFont/A/Encoding/WinAnsiEncoding/ToUnicode 6 0 R>>",
		"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/GBKp-EUC-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>"
	tests := []struct{ name, font, cmap, want string }{
		{"another digit", simple, "<31><0037>", unknown},
		{"another digit in GBK", gbk, "<31><0037>", unknown},
		{"the same", simple, "<31><0031>", "1"},
		{"the same in GBK", gbk, "<31><0031>", "1"},
		{"the same in full width", gbk, "<31><FF11>", "１"},
		{"a letter", simple, "<31><4E00>", "一"},
		{"symbols of its own", "<</Type/Font/Subtype/TrueType/BaseFont/A/Encoding/WinAnsiEncoding/FontDescriptor<</Flags 4>>/ToUnicode 6 0 R>>", "<31><0037>", "7"},
		{"drawings", "<</Type/Font/Subtype/Type3/FontMatrix[0.001 0 0 0.001 0 0]/Encoding<</Differences[49/one]>>/ToUnicode 6 0 R>>", "<31><0037>", "7"},
		{"no encoding", "<</Type/Font/Subtype/TrueType/BaseFont/A/ToUnicode 6 0 R>>", "<31><0037>", "7"},
	}
	const inner = "<</Type/Font/Subtype/CIDFontType0/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := read(t, document("/Font<</F 5 0 R>>", "BT /F 10 Tf 60 60 Td (1) Tj ET", test.font, toText(test.cmap), inner))[0]
			if got := text(p); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

// TestStates keeps the same state a million times and refuses many different ones.
func TestStates(t *testing.T) {
	const shown = "BT /F 10 Tf 60 60 Td (58) Tj ET "
	same := strings.Repeat("q ", 1_000_000) + "0.5 0 0 0.5 0 0 cm " + strings.Repeat("Q ", 1_000_000) + shown
	p := read(t, document(helveticaFont, same))[0]
	if text(p) != "58" || !near(p.Glyphs[0].Left, 10, 0.01) {
		t.Errorf("%+v", p.Glyphs)
	}
	p = read(t, document(helveticaFont, "q 1 0 0 1 9 0 cm q 1 0 0 1 9 0 cm q q Q Q Q "+shown+"Q "+shown))[0]
	if text(p) != "5858" || !near(p.Glyphs[0].Left, 19, 0.01) || !near(p.Glyphs[2].Left, 10, 0.01) {
		t.Errorf("%+v", p.Glyphs)
	}
	_, _, err := Pages(context.Background(), document(helveticaFont, strings.Repeat("q 1 0 0 1 1 0 cm ", maxStates+1)+shown))
	if !errors.Is(err, blocks.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
}
