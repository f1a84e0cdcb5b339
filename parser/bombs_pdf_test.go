package parser_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
)

// pdf writes numbered objects, from 1, with their table; the first is the
// catalogue.
func pdf(bodies ...[]byte) []byte {
	b := bytes.NewBufferString("%PDF-1.7\n")
	var at []int
	for i, body := range bodies {
		at = append(at, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	table := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

func folded(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

func streamOf(entries string, data []byte) []byte {
	return append(sprintf("<<%s/Length %d>>\nstream\n", entries, len(data)), append(data, "\nendstream"...)...)
}

// onPage is a PDF of one page with the content, and objects from 5 on.
func onPage(content []byte, more ...[]byte) []byte {
	return pdf(append([][]byte{
		[]byte("<</Type/Catalog/Pages 2 0 R>>"),
		[]byte("<</Type/Pages/Count 1/Kids[3 0 R]>>"),
		[]byte("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 5 0 R>>>>>>"),
		content,
	}, more...)...)
}

// unfolding is a zlib stream of a gigabyte of the unit; its check sum is wrong,
// which no reader of PDF minds.
func unfolding(unit []byte) []byte {
	return append([]byte{0x78, 0xDA}, append(repeated(unit, large/mega), 0, 0, 0, 0)...)
}

func pdfBombs() map[string][]byte {
	fill := func(unit string) []byte { return bytes.Repeat([]byte(unit), mega/len(unit)) }
	twice := folded(folded(bytes.Repeat([]byte("0 0 m 9 9 l S\n"), 20*mega/14)))
	latin := []byte("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	kids, pages := &strings.Builder{}, [][]byte{[]byte("<</Type/Catalog/Pages 2 0 R>>"), nil}
	content := streamOf("", []byte("BT /F 9 Tf 9 9 Td (a) Tj ET"))
	const many = 1_000
	for i := range many {
		fmt.Fprintf(kids, "%d 0 R ", 4+i)
	}
	pages[1] = sprintf("<</Type/Pages/Count %d/Kids[%s]>>", many, kids)
	pages = append(pages, content)
	for range many {
		pages = append(pages, []byte("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"))
	}
	form := func(content string) []byte {
		return streamOf("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>", []byte(content))
	}
	sound := onPage(content, latin)
	return map[string][]byte{
		"pdf: a gigabyte of content":   onPage(streamOf("/Filter/FlateDecode", unfolding(fill("0 0 m 9 9 l S\n"))), latin),
		"pdf: a gigabyte of rulings":   onPage(streamOf("/Filter/FlateDecode", unfolding(fill("0 0 9 9 re f\n"))), latin),
		"pdf: a gigabyte of text":      onPage(streamOf("/Filter/FlateDecode", unfolding(fill("BT /F 9 Tf (0) Tj ET\n"))), latin),
		"pdf: a gigabyte of brackets":  onPage(streamOf("/Filter/FlateDecode", unfolding(fill("["))), latin),
		"pdf: a gigabyte of states":    onPage(streamOf("/Filter/FlateDecode", unfolding(fill("q "))), latin),
		"pdf: filters on filters":      onPage(streamOf("/Filter[/FlateDecode/FlateDecode]", twice), latin),
		"pdf: a hundred filters":       onPage(streamOf("/Filter["+strings.Repeat("/ASCIIHexDecode ", 100_000)+"]", []byte("00>")), latin),
		"pdf: a thousand pages":        pdf(pages...),
		"pdf: pages that are not":      bytes.Replace(sound, []byte("/Count 1"), []byte("/Count 2147483647"), 1),
		"pdf: a tree that is its leaf": pdf([]byte("<</Type/Catalog/Pages 2 0 R>>"), []byte("<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>")),
		"pdf: a form in itself":        onPage(streamOf("", []byte("/X Do")), form("/X Do /X Do")),
		"pdf: a form many times":       onPage(streamOf("", bytes.Repeat([]byte("/X Do "), 100_000)), form(strings.Repeat("0 0 9 9 re f ", 1_000))),
		"pdf: a length that is itself": onPage([]byte("<</Length 4 0 R>>\nstream\nx\nendstream"), latin),
		"pdf: a reference to itself":   onPage([]byte("4 0 R"), latin),
		"pdf: a filter that is itself": onPage([]byte("<</Filter 4 0 R/Length 1>>\nstream\nx\nendstream"), latin),
		"pdf: arrays in arrays":        onPage(append(bytes.Repeat([]byte("["), 5*mega), '1'), latin),
		"pdf: dictionaries in them":    onPage(bytes.Repeat([]byte("<</A"), mega), latin),
		"pdf: the table cut":           sound[:bytes.LastIndex(sound, []byte("xref\n0"))+20],
		"pdf: a table of millions":     bytes.Replace(sound, []byte("xref\n0 6"), []byte("xref\n0 999999999"), 1),
		"pdf: a size of millions":      bytes.Replace(sound, []byte("/Size 6"), []byte("/Size 2147483647"), 1),
		"pdf: a table before itself":   bytes.Replace(sound, []byte("/Size 6"), sprintf("/Size 6/Prev %d", bytes.LastIndex(sound, []byte("xref\n0"))), 1),
		"pdf: a table stream too wide": onTable("/W[1 9 99999999]/Index[0 999999999]/Size 999999999"),
		"pdf: rows of a predictor":     onPage(streamOf("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>", folded([]byte("xxxx"))), latin),
		"pdf: a huge picture":          onPage(streamOf("", []byte("q 595 0 0 842 0 0 cm /X Do Q")), streamOf("/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", unfolding(fill("\x00")))),
		"pdf: a huge code map":         onPage(content, []byte("<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"), streamOf("", bytes.Repeat([]byte("1 beginbfrange <0000> <FFFFFFFF> <0000> endbfrange\n"), 20_000)), []byte("<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W[0 2147483647 500]/DW 1000>>")),
		"pdf: a font in a font":        onPage(content, []byte("<</Type/Font/Subtype/Type0/Encoding 5 0 R/DescendantFonts[5 0 R]/ToUnicode 5 0 R>>")),
		"pdf: a huge dash of numbers":  onPage(streamOf("", append(bytes.Repeat([]byte("1 "), 2*mega), "m"...)), latin),
		"pdf: a million rulings":       onPage(streamOf("/Filter/FlateDecode", folded(crossing(700))), latin),
		"pdf: far away":                onPage(streamOf("", []byte("1e300 0 0 1e300 1e300 1e300 cm 0 0 1e38 1e38 re f BT /F 1e38 Tf (12) Tj ET 0 0 m 1e38 9 l S")), latin),
		"pdf: nothing":                 []byte("%PDF-1.4\n"),
	}
}

// onTable is a PDF with a stream as its table.
func onTable(entries string) []byte {
	b := []byte("%PDF-1.7\n")
	at := len(b)
	b = append(b, sprintf("1 0 obj\n")...)
	b = append(b, streamOf("/Type/XRef/Root 1 0 R/Filter/FlateDecode"+entries, folded(make([]byte, 1000)))...)
	return append(b, sprintf("\nendobj\nstartxref\n%d\n%%%%EOF\n", at)...)
}

// crossing are horizontal and vertical strokes, each across the whole page, many
// times over: a table of half a million cells.
func crossing(count int) []byte {
	b := &bytes.Buffer{}
	for i := range count {
		at := float64(i) * 500 / float64(count)
		fmt.Fprintf(b, "0 %.2f m 500 %.2f l S %.2f 0 m %.2f 500 l S\n", at, at, at, at)
	}
	return b.Bytes()
}
