package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/parser/pdf/pdftest"
	"gongkai/parser/timing"
	"gongkai/report"
)

// samples are documents that between them use all that is read.
func samples(t testing.TB) [][]byte {
	var all [][]byte
	for i, cmap := range append([]string{"WinAnsi"}, allMaps...) {
		w := &pdftest.Writer{CMap: cmap, Rotate: i % 4 * 90, ObjectStreams: i%2 == 1, Plain: i%3 == 0}
		for n := range 2 {
			w.Page(400, 300)
			for row := range 6 {
				w.Line(20, float64(20+20*row), 380, float64(20+20*row))
				w.Text(30, float64(34+20*row), 10, fmt.Sprint(n, row, 100*row+n))
			}
		}
		data, err := w.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	toUnicode := pdftest.Deflated("", []byte("1 begincodespacerange <0000><FFFF> endcodespacerange 2 beginbfrange <0001><0005><4E00> <0006><0007>[<0031><D842DFB7>] endbfrange 1 beginbfchar <0009><0032> endbfchar"))
	form := pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 300 300]/Matrix[1 0 0 1 5 5]/OC 5 0 R", []byte("q 0 0 200 200 re W n BT /F 8 Tf 10 10 Td [(\x00\x01) -100 <0002>] TJ ET 0 0 50 0.4 re f Q"))
	composite := "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>"
	inner := "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 900/W[1[500 600]3 5 250]>>"
	all = append(all, document("/Font<</F 6 0 R>>/XObject<</X 9 0 R>>/Properties<</A 5 0 R>>",
		"/X Do BT /F 10 Tf 60 60 Td <00010006> Tj ET /OC /A BDC 60 60 m 90 60 l S EMC BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI 1 0 0 rg 60 60 100 50 re B",
		"<</Type/OCG/Name(a)>>", composite, inner, toUnicode, form))
	return all
}

// limit is how long any document may take; the race detector runs the short tests.
func limit() time.Duration {
	if testing.Short() {
		return 30 * time.Second
	}
	return 2 * time.Second
}

// bounded reads hostile bytes and fails if that takes too long.
func bounded(t *testing.T, data []byte, what string) ([]page.Page, []report.Text, error) {
	t.Helper()
	var pages []page.Page
	var notes []report.Text
	var err error
	took := timing.Of(func() { pages, notes, err = Pages(context.Background(), data) })
	if took > limit() {
		t.Errorf("%s: %v", what, took)
	}
	for _, kind := range []error{blocks.ErrDamaged, blocks.ErrTooLarge, blocks.ErrEmpty, blocks.ErrEncrypted, blocks.ErrUnsupported} {
		if err == nil || errors.Is(err, kind) {
			return pages, notes, err
		}
	}
	t.Errorf("%s: %v wraps no error of package blocks", what, err)
	return pages, notes, err
}

// mutate changes a document in one of the ways in which documents break.
func mutate(r *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	at := r.IntN(len(out))
	size := min(1+r.IntN(200), len(out)-at)
	switch r.IntN(8) {
	case 0:
		for range 1 + r.IntN(20) {
			out[r.IntN(len(out))] ^= 1 << r.IntN(8)
		}
	case 1:
		out = out[:at]
	case 2:
		out = append(out[:at], out[at+size:]...)
	case 3:
		for i := range size {
			out[at+i] = byte(r.Uint32())
		}
	case 4:
		out = append(out[:at:at], append(bytes.Clone(out[at:at+size]), out[at:]...)...)
	case 5:
		for range 1 + r.IntN(5) {
			if i := bytes.IndexAny(out[r.IntN(len(out)):], "0123456789"); i >= 0 {
				out[i] = byte('0' + r.IntN(10))
			}
		}
	case 6:
		keys := []string{"/Kids", "/Parent", "/Length", "/Contents", "/Font", "/Pages", "/Count", "/First", "/W", "/Size", "/Resources", "/Type", "/Encoding"}
		a, b := keys[r.IntN(len(keys))], keys[r.IntN(len(keys))]
		out = bytes.ReplaceAll(out, []byte(a), []byte(b))
	case 7:
		big := []string{"99999999999", "2147483647", "-1", "1e30", "0", "4294967296"}
		if i := bytes.IndexByte(out[at:], ' '); i >= 0 {
			i += at
			out = append(out[:i:i], append([]byte(" "+big[r.IntN(len(big))]), out[i:]...)...)
		}
	}
	return out
}

// TestMutations breaks documents in thousands of ways; each must be read or
// refused in time, within memory. Compressed content has a sum, so a page of a
// broken document that is read without a word prints what it printed before, or
// says of characters that they are unknown.
func TestMutations(t *testing.T) {
	all := samples(t)
	for _, p := range programs {
		if data, err := p.made(); err == nil {
			all = append(all, data)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	count := 6000
	if testing.Short() {
		count = 600
	}
	before := make([][]page.Page, len(all))
	for i, data := range all {
		var err error
		if before[i], _, err = Pages(context.Background(), data); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	for i := range count {
		whole := all[i%len(all)]
		data := mutate(r, whole)
		if r.IntN(3) == 0 {
			data = mutate(r, append(data, ' '))
		}
		pages, notes, err := bounded(t, data, fmt.Sprintf("mutation %d", i))
		if err != nil {
			continue
		}
		read++
		if len(notes) == 0 && bytes.Contains(whole, []byte("FlateDecode")) && !bytes.Contains(whole, []byte("BT /F")) {
			unchanged(t, i, before[i%len(all)], pages)
		}
	}
	if read == 0 || read == count {
		t.Errorf("%d of %d broken documents are read: the mutations do not break", read, count)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 300<<20 {
		t.Errorf("%d MB of memory", m.Sys>>20)
	}
	t.Logf("%d of %d broken documents are read, %d MB", read, count, m.Sys>>20)
}

func unchanged(t *testing.T, mutation int, before, pages []page.Page) {
	t.Helper()
	if len(pages) != len(before) {
		t.Errorf("mutation %d: %d pages, there were %d, and no note says so", mutation, len(pages), len(before))
	}
	for _, p := range pages {
		same := func(b page.Page) bool { return text(b) == text(p) }
		if !strings.Contains(text(p), unknown) && !slices.ContainsFunc(before, same) {
			t.Errorf("mutation %d: page %d prints %q and no note says so", mutation, p.Number, text(p))
		}
	}
}

// bomb is a stream of n zero bytes, or of a repeated text, that is short packed.
func bomb(entries, piece string, n int) string {
	return pdftest.Deflated(entries, bytes.Repeat([]byte(piece), n))
}

func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("left to the full tests: packing the bombs takes long")
	}
	font := helveticaFont
	many := func(n int, object string) []string {
		return strings.Split(strings.Repeat(object+"\x00", n-1)+object, "\x00")
	}
	tests := map[string]struct {
		data []byte
		want error // nil: either way
	}{
		"a long stream":     {document(font, "", bomb("", " ", 300<<20)), nil},
		"long content":      {contentBomb(bomb("", " ", 100<<20)), blocks.ErrTooLarge},
		"many operators":    {contentBomb(bomb("", "q Q ", 7<<20)), nil},
		"many numbers":      {contentBomb(bomb("", "1 ", 15<<20)), nil},
		"one long array":    {contentBomb(bomb("", "[", 1) + ""), nil},
		"array of numbers":  {contentBomb(pdftest.Deflated("", append([]byte("["), bytes.Repeat([]byte("1 "), 14<<20)...))), nil},
		"deep arrays":       {contentBomb(bomb("", "<<", 10<<20)), nil},
		"many glyphs":       {contentBomb(bomb("", "BT /F 1 Tf 60 60 Td (1) Tj ET ", 1<<20)), nil},
		"many characters":   {contentBomb(pdftest.Deflated("", []byte("BT /F .1 Tf 60 60 Td ("+strings.Repeat("12", 2<<20)+") Tj ET"))), nil},
		"glyphs and shapes": {contentBomb(pdftest.Deflated("", []byte("BT /F .1 Tf 60 60 Td ("+strings.Repeat("12", 200_000)+") Tj ET "+strings.Repeat("60 61 5 5 re 300 61 5 5 re f 60 59.9 300 3 re f ", 50_000)))), nil},
		"many rules":        {contentBomb(bomb("", "60 60 m 90 60 l S ", 1<<20)), blocks.ErrTooLarge},
		"a long path":       {contentBomb(pdftest.Deflated("", []byte("60 60 m "+strings.Repeat("90 60 l ", 2<<20)+"S"))), blocks.ErrTooLarge},
		"packed twice":      {contentBomb(pdftest.Stream("/Filter[/FlateDecode/FlateDecode]/Length 9", []byte(deflate(deflate(strings.Repeat("\x00", 250<<20)))))), blocks.ErrTooLarge},
		"a form in itself":  {document(font+"/XObject<</X 5 0 R>>", "/X Do", pdftest.Stream("/Subtype/Form/BBox[0 0 9 9]", []byte("/X Do /X Do"))), blocks.ErrDamaged},
		"forms by tens": {document(font+"/XObject<</A 5 0 R/B 6 0 R/C 7 0 R/D 8 0 R/E 9 0 R/F 10 0 R>>", strings.Repeat("/A Do ", 50),
			pdftest.Stream("/Subtype/Form", []byte(strings.Repeat("/B Do ", 50))), pdftest.Stream("/Subtype/Form", []byte(strings.Repeat("/C Do ", 50))),
			pdftest.Stream("/Subtype/Form", []byte(strings.Repeat("/D Do ", 50))), pdftest.Stream("/Subtype/Form", []byte(strings.Repeat("/E Do ", 50))),
			pdftest.Stream("/Subtype/Form", []byte(strings.Repeat("/F Do ", 50))), pdftest.Stream("/Subtype/Form", []byte("BT /F 9 Tf (1) Tj ET"))), blocks.ErrTooLarge},
		"a tree in itself":   {pdftest.Assemble([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 5/Kids[2 0 R 2 0 R 3 0 R]>>", "<</Type/Pages/Kids[2 0 R]>>"}, ""), blocks.ErrEmpty},
		"a deep tree":        {deepTree(3000), nil},
		"too many pages":     {pdftest.Assemble([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[" + strings.Repeat("<</Type/Page/MediaBox[0 0 9 9]>>", 3000) + "]>>"}, ""), blocks.ErrTooLarge},
		"a huge count":       {pdftest.Assemble([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 2000000000/Kids[<</Type/Page>>]>>"}, ""), nil},
		"a huge size":        {xref("/Size 2000000000/W[1 4 1]"), nil},
		"a huge index":       {xref("/Size 5/Index[0 2000000000]/W[1 4 1]"), nil},
		"huge widths":        {xref("/Size 5/W[2000000000 2000000000 2000000000]"), nil},
		"negative widths":    {xref("/Size 5/W[-1 4 1]"), nil},
		"huge columns":       {xref("/Size 5/W[1 4 1]/DecodeParms<</Predictor 12/Columns 2000000000>>"), nil},
		"wide columns":       {xref("/Size 5/W[1 4 1]/DecodeParms<</Predictor 12/Columns 16000000/Colors 32>>"), nil},
		"many entries":       {pdftest.Assemble([]string{bomb("/Type/XRef/W[1 1 1]/Root 1 0 R/Size 9000000", "\x01\x00\x00", 9<<20)}, ""), nil},
		"a cyclic length":    {document(font, "", "<</Length 5 0 R>>\nstream\nx\nendstream"), nil},
		"cyclic objects":     {pdftest.Assemble([]string{"2 0 R", "1 0 R"}, ""), nil},
		"previous in itself": {append(document(font, ""), "\nxref\n0 0\ntrailer<</Root 1 0 R/Prev 12>>\nstartxref\n12\n%%EOF"...), nil},
		"many values":        {pdftest.Assemble(append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Kids[3 0 R]>>", "<</Type/Page/Contents[" + strings.Repeat("1 ", 20<<20) + "]>>"}, "null"), ""), blocks.ErrTooLarge},
		"open streams":       {pdftest.Assemble(many(100_000, "<</Length 99999999>>\nstream\n"), ""), nil},
		"a map of all codes": {fontBomb("", strings.Repeat("1 beginbfrange <00000000><FFFFFFFF><0041> endbfrange ", 1000)), blocks.ErrTooLarge},
		"a map of far codes": {fontBomb("", func() string {
			var b strings.Builder
			b.WriteString("1 beginbfchar ")
			for i := range 500_000 {
				fmt.Fprintf(&b, "<%08X><0041>", i*256)
			}
			return b.String()
		}()), blocks.ErrTooLarge},
		"wide codes": {fontBomb("/W["+strings.Repeat("0 2000000000 5 ", 100_000)+"]", ""), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := bounded(t, test.data, name)
			runtime.ReadMemStats(&after)
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if grown := int64(after.Sys) - int64(before.Sys); grown > 300<<20 {
				t.Errorf("took %d MB", grown>>20)
			}
			t.Logf("%d KB, %d MB allocated, error %v", len(test.data)>>10, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

func contentBomb(stream string) []byte {
	return pdftest.Assemble([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/MediaBox[0 0 400 400]/Contents 4 0 R/Resources<<" + helveticaFont + ">>>>", stream,
	}, "")
}

func fontBomb(inner, cmap string) []byte {
	return document("/Font<</F 5 0 R>>", "BT /F 10 Tf 60 60 Td <0001000200030004> Tj ET",
		"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
		"<</Type/Font/Subtype/CIDFontType2"+inner+">>", pdftest.Deflated("", []byte(cmap)))
}

func deflate(s string) string {
	stream := pdftest.Deflated("", []byte(s))
	_, data, _ := strings.Cut(stream, "stream\n")
	return strings.TrimSuffix(data, "\nendstream")
}

func deepTree(n int) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>"}
	for i := range n {
		objects = append(objects, fmt.Sprintf("<</Type/Pages/Kids[%d 0 R]>>", i+3))
	}
	return pdftest.Assemble(append(objects, "<</Type/Page/MediaBox[0 0 9 9]>>"), "")
}

// xref is a file whose cross-reference is a stream with these entries.
func xref(entries string) []byte {
	head := "%PDF-1.5\n"
	return []byte(head + "1 0 obj\n" + pdftest.Deflated("/Type/XRef/Root 1 0 R"+entries, make([]byte, 60)) + "\nendobj\nstartxref\n" + fmt.Sprint(len(head)) + "\n%%EOF")
}

func FuzzPages(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var pages []page.Page
		var err error
		took := timing.Of(func() { pages, _, err = Pages(context.Background(), data) })
		if took > 2*time.Second {
			t.Errorf("%d bytes took %v", len(data), took)
		}
		if err != nil {
			return
		}
		for i, p := range pages {
			if p.Number != i+1 {
				t.Fatalf("page %d stands at place %d", p.Number, i+1)
			}
			for _, g := range p.Glyphs {
				if g.Text == "" || !(g.Left <= g.Right) || !(g.Top <= g.Bottom) || g.Left > p.Width || g.Right < 0 {
					t.Fatalf("glyph %+v on a page %v by %v", g, p.Width, p.Height)
				}
			}
			for _, r := range p.Rules {
				if r.Left != r.Right && r.Top != r.Bottom {
					t.Fatalf("ruling %+v is neither upright nor level", r)
				}
			}
		}
	})
}
