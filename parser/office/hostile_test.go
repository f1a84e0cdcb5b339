package office

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/parser/blocks"
	"gongkai/parser/timing"
)

// seeds are documents of each kind: the table as LibreOffice wrote it, and small
// ones with what that has not.
func seeds(t testing.TB) map[string][][]byte {
	all := map[string][][]byte{
		".docx": {docxOf(t, p(numbered("0", "1"), "a", field("begin"), field("separate"), "7", field("end"))+tbl(tr(tc(`<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>`, p("甲", drawing)), cell("乙")), tr(tc(`<w:gridSpan w:val="2"/><w:vMerge/>`, p()), tc("", p(), tbl(tr(cell("1")))))))},
		".xlsx": {xlsxOf(t, data(row(c("A1", `t="s"`, "1"), c("B1", `s="1"`, "1"), c("C1", `s="2"`, "45292")), `<row r="2">`+c("C2", "", "3")+`<c r="D2" s="7"/><c s="8"></c></row><row s="7" customFormat="1"/>`)+`<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)},
		".rtf":  {[]byte(rtfHead + `\'d2\'bb\u19968?{\super 1}\par\trowd\clvmgf\cellx1000\cellx2000\intbl a{\shp{\*\shpinst{\shptxt\pard b\par{\pict ffd8ff\bin1 x}\par}}}\cell\itap2 1\nestcell{\*\nesttableprops\trowd\cellx500\nestrow}\itap1\cell\row}`)},
		".xls":  {xlsOf(0x600, join(looks, rec(recSST, uint32(1), uint32(1), 3, byte(8), 2, "121", 2, 1, 3, 0)), rec(recLabelSST, 0, 0, 0, uint32(0)), num(1, 1, 1, 3), rec(recBlank, 1, 2, 4), rec(recMulBlank, 1, 3, 4, 4, 4), rec(recMerged, 1, 0, 1, 0, 0), rec(recFormula, 0, 1, 0, 0, 0, 0, 0xFFFF, 0), rec(recString, wide("文")))},
		".doc": {docOf(0, docText{text: "12"}, docText{text: "1\r", characters: sp(sprmRaised, 1)}, docText{text: "a\r", paragraph: append(le.AppendUint16(nil, sprmList), 1, 0)}, docText{text: "a\x07", paragraph: in()}, docText{text: "1\x07", paragraph: in()}, docText{text: "\x07", paragraph: rowEnd([]int{0, 1000, 2000}, 0x60)}),
			docWith(0, dataPicture(0x64, art(0xF01D, make([]byte, 17), []byte("\xFF\xD8\xFF"))), docText{text: "\x01", characters: join(sp(sprmSpecial, 1), le.AppendUint32(le.AppendUint16(nil, sprmPicture), 0))}, docText{text: "\r"})},
	}
	for extension := range all {
		written, err := os.ReadFile("testdata/table" + extension)
		if err != nil {
			t.Fatal(err)
		}
		all[extension] = append(all[extension], written)
	}
	return all
}

var decoders = map[string]decoder{".docx": decodeDOCX, ".xlsx": decodeXLSX, ".rtf": decodeRTF, ".xls": decodeXLS, ".doc": decodeDOC}

// survive decodes and checks what holds for every document: it ends soon, with
// blocks that refer to boxes that are there or with one of the reasons.
func survive(t *testing.T, decode decoder, data []byte) {
	t.Helper()
	var d *blocks.Document
	var err error
	took := timing.Of(func() { d, err = decode(context.Background(), data) })
	if took > 2*time.Second && !testing.Short() {
		t.Errorf("took %v for %d bytes", took, len(data))
	}
	if err != nil {
		for _, reason := range []error{blocks.ErrTooLarge, blocks.ErrTooDeep, blocks.ErrUnsupported, blocks.ErrDamaged, blocks.ErrEncrypted, blocks.ErrEmpty} {
			if errors.Is(err, reason) {
				return
			}
		}
		t.Errorf("error %v has none of the reasons", err)
		return
	}
	for _, b := range d.Blocks {
		if b.Box < 0 || b.Box >= len(d.Boxes) {
			t.Fatalf("block in box %d of %d", b.Box, len(d.Boxes))
		}
		if b.Grid == nil && b.Text == "" && b.Picture == "" {
			t.Fatal("a block without anything")
		}
		if b.Picture != "" && d.Inside != nil {
			d.Inside(b.Picture)
		}
		if b.Grid == nil {
			continue
		}
		for _, row := range b.Grid.Rows {
			for _, c := range row {
				if c.Cols == 1 || c.Rows == 1 || c.Cols < 0 || c.Rows < 0 || c.Cols > blocks.MaxSpan || c.Rows > blocks.MaxSpan {
					t.Fatalf("a cell of %d columns and %d rows", c.Cols, c.Rows)
				}
			}
		}
	}
}

// mutate changes a few bytes, takes some out, doubles some or cuts the end off.
func mutate(rng *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	for range 1 + rng.IntN(6) {
		if len(data) < 8 {
			break
		}
		at := rng.IntN(len(data))
		end := min(at+1+rng.IntN(40), len(data))
		switch rng.IntN(6) {
		case 0, 1:
			data[at] = byte(rng.IntN(256))
		case 2:
			data[at] ^= 1 << rng.IntN(8)
		case 3:
			data = append(data[:at:at], data[end:]...)
		case 4:
			data = append(data[:end:end], data[at:]...)
		case 5:
			if rng.IntN(8) == 0 {
				data = data[:at]
			} else {
				for i := at; i < min(at+4, len(data)); i++ {
					data[i] = 0xFF
				}
			}
		}
	}
	return data
}

// mutateInside changes a part within a ZIP archive.
func mutateInside(t *testing.T, rng *rand.Rand, data []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	chosen := rng.IntN(len(z.File))
	parts := []string{}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if i == chosen || rng.IntN(3) == 0 {
			content = mutate(rng, content)
		}
		parts = append(parts, f.Name, string(content))
	}
	return zipped(t, parts...)
}

// TestMutations breaks documents in thousands of ways.
func TestMutations(t *testing.T) {
	each := 2500
	if testing.Short() {
		each = 250
	}
	for extension, documents := range seeds(t) {
		t.Run(extension, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(7, 11))
			read := 0
			for i := range each {
				broken := documents[i%len(documents)]
				if strings.HasSuffix(extension, "x") && i%4 != 0 {
					broken = mutateInside(t, rng, broken)
				} else {
					broken = mutate(rng, broken)
				}
				mediaType, decode, ok := Sniff(broken)
				if ok {
					survive(t, decode, broken)
				}
				if _, err := decoders[extension](context.Background(), broken); err == nil && mediaType != "" {
					read++
				}
			}
			if read == 0 {
				t.Error("no broken document was read: the mutations are too strong to tell anything")
			}
			t.Logf("%d of %d broken documents were read", read, each)
		})
	}
}

func fuzz(f *testing.F, extension string) {
	for _, document := range seeds(f)[extension] {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, decode, ok := Sniff(data)
		if ok {
			survive(t, decode, data)
		}
	})
}

func FuzzDOCX(f *testing.F) { fuzz(f, ".docx") }
func FuzzXLSX(f *testing.F) { fuzz(f, ".xlsx") }
func FuzzRTF(f *testing.F)  { fuzz(f, ".rtf") }
func FuzzXLS(f *testing.F)  { fuzz(f, ".xls") }
func FuzzDOC(f *testing.F)  { fuzz(f, ".doc") }

// FuzzWordXML and FuzzSheetXML get past the ZIP archive.
func FuzzWordXML(f *testing.F) {
	f.Add(p("a") + tbl(tr(cell("1"), cell("2"))))
	f.Fuzz(func(t *testing.T, body string) { survive(t, decodeDOCX, docxOf(t, body)) })
}

func FuzzSheetXML(f *testing.F) {
	f.Add(data(row(c("A1", "", "1"))) + `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)
	f.Fuzz(func(t *testing.T, sheet string) { survive(t, decodeXLSX, xlsxOf(t, sheet)) })
}

func FuzzDisplay(f *testing.F) {
	f.Add("+0;-0;0", 12.5)
	f.Add(`[$-804]yyyy"年"m"月"d"日";@`, 45292.0)
	f.Fuzz(func(t *testing.T, code string, v float64) {
		display(parseFormat(code), v, false)
		displayText(parseFormat(code), "text")
	})
}

// within fails if do takes longer or holds more memory than any document may. On
// a busy machine the best of three counts.
func within(t *testing.T, do func()) {
	t.Helper()
	var took time.Duration
	for range 3 {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		stop, peak := make(chan bool), make(chan uint64)
		go watchMemory(stop, peak)
		took = timing.Of(do)
		stop <- true
		held := max(<-peak, before.HeapAlloc) - before.HeapAlloc
		if held > 300<<20 {
			t.Errorf("held %d MB", held>>20)
		}
		if took < 2*time.Second || testing.Short() { // short is how the slow race detector runs
			return
		}
	}
	t.Errorf("took %v", took)
}

// watchMemory gives the most that was held until stop.
func watchMemory(stop chan bool, peak chan uint64) {
	var most uint64
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
		select {
		case <-stop:
			peak <- most
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// TestLimits reads the largest documents that are within the limits, and those
// that only pretend to be small.
func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	paragraphs := strings.Repeat(p("一二三四五六七八九十"), 150_000)
	cells := strings.Repeat(tr(strings.Repeat(cell("1"), 10)), 15_000)
	var sheet strings.Builder
	for range 20_000 {
		sheet.WriteString("<row>" + strings.Repeat(`<c s="1"><v>1386.2475</v></c>`, 20) + "</row>")
	}
	little := `<row r="1">` + c("A1", "", "1") + c("B1", "", "2") + `</row>`
	var merges strings.Builder
	for i := 1; i < 100_000; i++ {
		merges.WriteString(`<mergeCell ref="A` + strconv.Itoa(i) + `:GQ` + strconv.Itoa(i+150) + `"/>`)
	}
	for name, file := range map[string]struct {
		data func() []byte
		why  error
	}{
		"paragraphs":     {func() []byte { return docxOf(t, paragraphs) }, nil},
		"cells":          {func() []byte { return docxOf(t, tbl(cells)) }, nil},
		"long paragraph": {func() []byte { return docxOf(t, "<w:p>"+strings.Repeat(rPr("<w:strike/>", "x"), 200_000)+"</w:p>") }, nil},
		"rows":           {func() []byte { return xlsxOf(t, `<sheetData>`+sheet.String()+`</sheetData>`) }, nil},
		"empty rows":     {func() []byte { return xlsxOf(t, data(little, emptyRows(maxRow))) }, nil},
		"empty cells":    {func() []byte { return xlsxOf(t, data(little, emptyCells(120_000))) }, nil},
		"hidden rows":    {func() []byte { return xlsxOf(t, data(little, hiddenRows(maxRow))) }, nil},
		"too many rows":  {func() []byte { return xlsxOf(t, data(emptyRows(2*maxRow))) }, blocks.ErrTooLarge},
		"merges":         {func() []byte { return xlsxOf(t, data(row(c("A1", "", "1"), c("B1", "", "1")))+merges.String()) }, nil},
		"covering merges": {func() []byte {
			return xlsxOf(t, data(row(c("A1", "", "1"), c("GQ1", "", "1")), `<row r="900">`+c("A900", "", "1")+c("GQ900", "", "1")+"</row>")+merges.String())
		}, nil},
		"columns":           {func() []byte { return xlsxOf(t, data(wideRows(60))) }, blocks.ErrTooLarge},
		"rtf":               {func() []byte { return []byte(rtfHead + strings.Repeat(`\'d2\'bb\par `, 380_000) + "}") }, nil},
		"rtf without lines": {func() []byte { return []byte(rtfHead + strings.Repeat(`{\b\'d2\'bb}`, 1_000_000) + "}") }, nil},
		"elements":          {func() []byte { return docxOf(t, strings.Repeat("<w:x/>", 2_600_000)) }, nil},
		"rtf without end":   {func() []byte { return []byte(rtfHead + strings.Repeat("abcdefgh", 7_500_000)) }, blocks.ErrTooLarge},
		"rtf of words":      {func() []byte { return []byte(rtfHead + strings.Repeat(`\b\i`, 15_000_000) + "}") }, blocks.ErrTooLarge},
		"rtf of groups":     {func() []byte { return []byte(rtfHead + strings.Repeat(`{}`, 30_000_000) + "}") }, nil},
		"rtf of a picture":  {func() []byte { return []byte(rtfHead + `{\pict ` + strings.Repeat("ffd8e0a1", 7_500_000) + "}a}") }, nil},
		"doc":               {func() []byte { return docOf(0, docText{text: strings.Repeat("a", 6_000_000), bytes: true}) }, nil},
		"doc of paragraphs": {func() []byte { return docOf(0, docText{text: strings.Repeat("a\r", 3_000_000), bytes: true}) }, blocks.ErrTooLarge},
		"xls of records": {func() []byte {
			return xlsOf(0x600, looks, []byte(strings.Repeat(string(rec(0x201, 1, 2, 3)), 600_000)))
		}, nil},
		"xls of empty cells": {func() []byte {
			cells := bytes.Repeat([]byte{4, 0}, 256)
			return xlsOf(0x600, looks, num(0, 0, 0, 1), bytes.Repeat(rec(recMulBlank, 9, 0, cells, 255), 13_000))
		}, nil},
		"xls of texts": {func() []byte {
			return xlsOf(0x600, join(looks, rec(recSST, uint32(1<<30), uint32(1<<30)), []byte(strings.Repeat(string(rec(recContinue, make([]byte, 8100))), 700))))
		}, blocks.ErrTooLarge},
		"zip bomb":   {func() []byte { return bomb(t, 1<<30) }, blocks.ErrTooLarge},
		"many parts": {func() []byte { return zipped(t, manyParts(3000)...) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			document := file.data()
			within(t, func() {
				_, decode, ok := Sniff(document)
				if !ok {
					if name != "many parts" {
						t.Error("not recognised")
					}
					return
				}
				_, err := decode(context.Background(), document)
				if !errors.Is(err, file.why) {
					t.Errorf("error %v, want %v", err, file.why)
				}
			})
		})
	}
}

// emptyRows are rows without cells that have formats, as programs write them down
// to the last row of a sheet.
func emptyRows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d" spans="1:15" ht="14.25" customHeight="1" s="7" customFormat="1"></row>`, i%maxRow+1)
	}
	return b.String()
}

func emptyCells(rows int) string {
	var b strings.Builder
	for i := range rows {
		cell := `<c r="AA` + strconv.Itoa(i+1) + `" s="7"/>`
		fmt.Fprintf(&b, "<row r=\"%d\" spans=\"1:40\" ht=\"14.25\">%s</row>\n", i+1, strings.Repeat(cell, 40))
	}
	return b.String()
}

// hiddenRows are rows of which every second one is hidden.
func hiddenRows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d" hidden="1"/>`, 2*i%n+1)
	}
	return b.String()
}

// bomb is a document of zeros that are compressed to a thousandth.
func bomb(t *testing.T, size int) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range size >> 20 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func manyParts(n int) (parts []string) {
	for i := range n {
		parts = append(parts, "word/"+strconv.Itoa(i), "")
	}
	return append(parts, "word/document.xml", "")
}

// A size that an archive states is not believed.
func TestLyingSize(t *testing.T) {
	honest := docxOf(t, p("a"))
	i := bytes.Index(honest, []byte("PK\x01\x02"))
	for _, size := range []uint32{0, 1, 0xFFFFFFF0} {
		lying := bytes.Clone(honest)
		le.PutUint32(lying[i+24:], size)
		if _, err := decodeDOCX(context.Background(), lying); !errors.Is(err, blocks.ErrDamaged) {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

// Chains of sectors that run in circles must not keep a reader.
func TestLoops(t *testing.T) {
	honest := xlsOf(0x600, looks, num(0, 0, 0, 1))
	tables := int(le.Uint32(honest[76:]))
	fat := (tables + 1) * 512
	for i := range 128 {
		for _, to := range []uint32{0, uint32(i), uint32(max(i-1, 0)), 0xFFFFFFFF} {
			looping := bytes.Clone(honest)
			le.PutUint32(looping[fat+4*i:], to)
			survive(t, decodeXLS, looping)
		}
	}
	for _, at := range []int{44, 48, 60, 64, 68, 72, 76} { // counts and places in the header
		for _, v := range []uint32{0, 1, 2, 0x7FFFFFFF, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF} {
			broken := bytes.Clone(honest)
			le.PutUint32(broken[at:], v)
			within(t, func() { survive(t, decodeXLS, broken) })
		}
	}
}

// Folders within folders, as deep as the file is long.
func TestFolders(t *testing.T) {
	const folders = 30_000
	honest := compound(stream{"Book", nil})
	directory := entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
	for i := range folders {
		directory = append(directory, entry("a", 1, uint32(i+2), 0, 0)...)
	}
	// The directory is written as a stream, and then named as the directory.
	deep := compound(stream{"Book", directory})
	le.PutUint32(deep[48:], 0)
	if len(honest) > len(deep) {
		t.Fatal("the directory is not in the file")
	}
	within(t, func() {
		if _, err := openContainer(deep); !errors.Is(err, blocks.ErrDamaged) {
			t.Errorf("error %v, want %v", err, blocks.ErrDamaged)
		}
	})
}

// A document may refer to the same long list of properties everywhere.
func TestPropertiesElsewhere(t *testing.T) {
	texts := make([]docText, 0, 3000)
	elsewhere := le.AppendUint32(le.AppendUint16(nil, sprmElsewhere), 0)
	for range cap(texts) {
		texts = append(texts, docText{text: "\r", paragraph: elsewhere, bytes: true})
	}
	d := &doc{writer: newWriter(), ctx: context.Background(), data: append([]byte{0xF0, 0xFF}, make([]byte, 0xFFF0)...)}
	c, err := openContainer(docOf(0, texts...))
	if err != nil {
		t.Fatal(err)
	}
	if d.main, err = c.stream("WordDocument", 1<<30); err == nil {
		if _, err = d.header(); err == nil {
			d.table, err = c.stream("1Table", 1<<30)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	within(t, func() {
		if err := d.open(); err != nil {
			t.Fatal(err)
		}
		if err := d.text(); !errors.Is(err, blocks.ErrTooLarge) {
			t.Errorf("error %v, want %v", err, blocks.ErrTooLarge)
		}
	})
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		decode decoder
		data   []byte
	}{
		"docx": {decodeDOCX, docxOf(t, strings.Repeat(p("a"), 5000))},
		"rtf":  {decodeRTF, []byte(rtfHead + "a}")},
		"xls":  {decodeXLS, xlsOf(0x600, looks, num(0, 0, 0, 1))},
		"doc":  {decodeDOC, docOf(0, docText{text: "a\r"})},
	} {
		if _, err := c.decode(ctx, c.data); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func benchmark(b *testing.B, extension string) {
	documents := seeds(b)[extension]
	data := documents[len(documents)-1] // LibreOffice's
	decode := decoders[extension]
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(context.Background(), data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDOCX(b *testing.B) { benchmark(b, ".docx") }
func BenchmarkDOC(b *testing.B)  { benchmark(b, ".doc") }
func BenchmarkRTF(b *testing.B)  { benchmark(b, ".rtf") }
func BenchmarkXLSX(b *testing.B) { benchmark(b, ".xlsx") }
func BenchmarkXLS(b *testing.B)  { benchmark(b, ".xls") }
