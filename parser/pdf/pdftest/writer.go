// Package pdftest writes small PDFs for tests: text at places, in fonts that are
// named and not embedded, and rulings. What a test prints it knows, so what is
// read can be held against it.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Writer writes one document. All places are in points from the top left corner
// of the page as it is shown, y down, whatever Rotate says. Its fields may be set
// before the first page; the zero value is ready for use.
type Writer struct {
	// CMap names the predefined character map that text is coded with:
	// "UniGB-UCS2-H" (also when empty), "UniGB-UTF16-H", "UniGB-UTF8-H",
	// "UniGB-UTF32-H", "GBK-EUC-H", "GBKp-EUC-H", "GBK2K-H", "GB-EUC-H",
	// "GBpc-EUC-H"; "WinAnsi" is Helvetica, for Latin text.
	CMap string
	// Rotate is what pages state as /Rotate: 0, 90, 180 or 270.
	Rotate int
	// ObjectStreams packs objects into streams, as since PDF 1.5.
	ObjectStreams bool
	// Plain leaves streams as they are instead of compressing them.
	Plain bool

	pages []*sheet
	err   error
}

type sheet struct {
	width, height float64
	content       bytes.Buffer
}

// Page begins a page of this size as it is shown.
func (w *Writer) Page(width, height float64) {
	s := &sheet{width: width, height: height}
	w.pages = append(w.pages, s)
	// From here on the operators work in the page as shown, y up.
	switch w.Rotate {
	case 90:
		fmt.Fprintf(&s.content, "0 1 -1 0 %.3f 0 cm\n", height)
	case 180:
		fmt.Fprintf(&s.content, "-1 0 0 -1 %.3f %.3f cm\n", width, height)
	case 270:
		fmt.Fprintf(&s.content, "0 -1 1 0 0 %.3f cm\n", width)
	}
}

func (w *Writer) sheet() *sheet {
	if len(w.pages) == 0 {
		w.Page(595, 842)
	}
	return w.pages[len(w.pages)-1]
}

// Text prints a line with its baseline beginning at (x, y).
func (w *Writer) Text(x, y, size float64, text string) {
	code, err := w.encode(text)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("write %q with %s: %w", text, w.cmap(), err)
	}
	s := w.sheet()
	fmt.Fprintf(&s.content, "BT /F %.3f Tf %.3f %.3f Td <%X> Tj ET\n", size, x, s.height-y, code)
}

// Width is how wide a line is: an em for each character, half for Latin ones. It
// does not know the widths of Helvetica.
func (w *Writer) Width(size float64, text string) float64 {
	sum := 0.0
	for _, r := range text {
		if r < 0x7F {
			sum += size / 2
		} else {
			sum += size
		}
	}
	return sum
}

// Line strokes a ruling half a point wide.
func (w *Writer) Line(x0, y0, x1, y1 float64) {
	s := w.sheet()
	fmt.Fprintf(&s.content, "0.5 w %.3f %.3f m %.3f %.3f l S\n", x0, s.height-y0, x1, s.height-y1)
}

// Fill fills a rectangle with black, as many programs draw rulings.
func (w *Writer) Fill(left, top, right, bottom float64) {
	s := w.sheet()
	fmt.Fprintf(&s.content, "0 g %.3f %.3f %.3f %.3f re f\n", left, s.height-bottom, right-left, bottom-top)
}

// Raw adds operators as they are; they work in the page as shown, y up.
func (w *Writer) Raw(operators string) {
	w.sheet().content.WriteString(operators + "\n")
}

// Bytes gives the document, or an error if some text cannot be coded.
func (w *Writer) Bytes() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	w.sheet()
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "", w.font(), "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500 814 939 500]/FontDescriptor 5 0 R>>", "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"}
	var kids strings.Builder
	for _, s := range w.pages {
		n := len(objects) + 1
		width, height := s.width, s.height
		if w.Rotate%180 != 0 {
			width, height = height, width
		}
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Rotate %d/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", width, height, w.Rotate, n+1),
			w.stream("", s.content.Bytes()))
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(w.pages), kids.String())
	if w.ObjectStreams {
		return Pack(objects), nil
	}
	return Assemble(objects, ""), nil
}

func (w *Writer) cmap() string {
	if w.CMap == "" {
		return "UniGB-UCS2-H"
	}
	return w.CMap
}

func (w *Writer) font() string {
	if w.CMap == "WinAnsi" {
		return "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	}
	return "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/" + w.cmap() + "/DescendantFonts[4 0 R]>>"
}

func (w *Writer) encode(text string) ([]byte, error) {
	base := strings.TrimSuffix(strings.TrimSuffix(w.cmap(), "-V"), "-H")
	switch base {
	case "WinAnsi":
		return charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	case "UniGB-UTF8":
		return []byte(text), nil
	case "UniGB-UCS2", "UniGB-UTF16":
		var b []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			b = binary.BigEndian.AppendUint16(b, unit)
		}
		return b, nil
	case "UniGB-UTF32":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder().Bytes([]byte(text))
	case "GBK2K":
		return simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	case "GBK-EUC", "GBKp-EUC", "GB-EUC", "GBpc-EUC":
		return simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text))
	}
	return nil, fmt.Errorf("no such character map is known here")
}

func (w *Writer) stream(entries string, data []byte) string {
	if w.Plain {
		return Stream(entries, data)
	}
	return Deflated(entries, data)
}

// Stream is the text of a stream object with these entries in its dictionary.
func Stream(entries string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// Deflated is Stream with the data compressed.
func Deflated(entries string, data []byte) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return Stream(entries+"/Filter/FlateDecode", b.Bytes())
}

// Assemble makes a file of objects, numbered from 1 in their order; the first is
// the catalog. The trailer gets the given entries too.
func Assemble(objects []string, trailer string) []byte {
	var b bytes.Buffer
	offsets := body(&b, objects, nil)
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}

func body(b *bytes.Buffer, objects []string, skip func(string) bool) []int {
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	offsets := make([]int, len(objects))
	for i, object := range objects {
		if skip != nil && skip(object) {
			continue
		}
		offsets[i] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	return offsets
}

// Pack makes a file of objects as Assemble does, with all but streams in an object
// stream and the cross-reference in a stream.
func Pack(objects []string) []byte {
	isStream := func(object string) bool { return strings.Contains(object, "\nstream\n") }
	var head, inner bytes.Buffer
	index := map[int]int{}
	for i, object := range objects {
		if !isStream(object) {
			index[i] = len(index)
			fmt.Fprintf(&head, "%d %d ", i+1, inner.Len())
			inner.WriteString(object + " ")
		}
	}
	container := len(objects) + 1
	all := append(objects[:len(objects):len(objects)], Deflated(fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(index), head.Len()), append(head.Bytes(), inner.Bytes()...)))
	var b bytes.Buffer
	offsets := body(&b, all, func(object string) bool { return !isStream(object) })
	start := b.Len()
	table := []byte{0, 0, 0, 0, 0, 255}
	for i, offset := range append(offsets, start) {
		if n, packed := index[i]; packed {
			table = append(table, 2, 0, 0, byte(container>>8), byte(container), byte(n))
			continue
		}
		table = append(binary.BigEndian.AppendUint32(append(table, 1), uint32(offset)), 0)
	}
	xref := Deflated(fmt.Sprintf("/Type/XRef/W[1 4 1]/Size %d/Root 1 0 R", len(table)/6), table)
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", container+1, xref, start)
	return b.Bytes()
}
