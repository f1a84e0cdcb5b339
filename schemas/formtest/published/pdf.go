package published

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"math"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/schemas/formtest"
)

// Drawing is how a PDF of [Report.PDF] is written.
type Drawing struct {
	// CMap is the predefined CMap that texts are written in. The font is not in
	// the file: old word processors and converters leave it to the reader.
	CMap string
	// Rules is how rulings are drawn.
	Rules Rules
	// Rotated stores the pages on their side, with /Rotate to show them upright.
	Rotated bool
}

// Rules is a way of drawing the rulings of a table.
type Rules string

// The ways in which programs draw rulings: thin filled rectangles, strokes from
// point to point, or a stroked rectangle for each cell.
const (
	Filled  Rules = "filled"
	Stroked Rules = "stroked"
	Boxed   Rules = "boxed"
)

// Drawings are all ways of drawing.
func Drawings() []Drawing {
	return []Drawing{
		{"GBK-EUC-H", Filled, false},
		{"UniGB-UCS2-H", Stroked, false},
		{"GBKp-EUC-H", Boxed, false},
		{"UniGB-UTF16-H", Filled, true},
		{"GBK2K-H", Stroked, true},
		{"UniGB-UCS2-H", Boxed, true},
	}
}

// PDF is the report drawn with rulings and texts at places, without any program.
// Tables break over pages between rows, also inside the label of a group, which
// stands on the first page only.
func (r Report) PDF(d Drawing) []byte {
	w, h := r.Look.page()
	p := &paper{report: r, drawing: d, width: w * perMM, height: h * perMM}
	p.newPage()
	p.paragraph(r.Title(), 18, true)
	r.visit(
		func(text string) { p.paragraph(text, 14, false) },
		func(text string) { p.paragraph("　　"+text, 12, false) },
		p.table)
	return p.file()
}

const (
	perMM  = 72 / 25.4
	margin = 56.0
	pad    = 2.0
)

// paper is a PDF being drawn. Places are measured from the top left corner.
type paper struct {
	report        Report
	drawing       Drawing
	width, height float64
	pages         []*bytes.Buffer
	y             float64
}

func (p *paper) newPage() {
	b := &bytes.Buffer{}
	p.pages = append(p.pages, b)
	if p.drawing.Rotated {
		fmt.Fprintf(b, "0 1 -1 0 %.2f 0 cm\n", p.height)
	}
	p.y = margin
	if p.report.Look.Running {
		p.text(margin, 30, 9, p.report.Title())
		p.text(p.width/2, p.height-30, 9, fmt.Sprintf("- %d -", len(p.pages)))
	}
}

func (p *paper) out() *bytes.Buffer { return p.pages[len(p.pages)-1] }

// text writes a line with its top left corner at the place.
func (p *paper) text(x, y, size float64, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(p.out(), "BT /F1 %g Tf 1 0 0 1 %.2f %.2f Tm <%X> Tj ET\n", size, x, p.height-y-0.88*size, encode(p.drawing.CMap, text))
}

func encode(cmap, text string) []byte {
	encoder := simplifiedchinese.GBK.NewEncoder()
	switch cmap {
	case "GBK2K-H":
		encoder = simplifiedchinese.GB18030.NewEncoder()
	case "UniGB-UCS2-H", "UniGB-UTF16-H":
		encoder = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	}
	encoded, err := encoder.Bytes([]byte(text))
	if err != nil {
		panic(err) // the words here are all in GBK
	}
	return encoded
}

// advance is the width of a character in parts of the font's size.
func advance(r rune) float64 {
	if r < 0x80 {
		return 0.5
	}
	return 1
}

func length(text string, size float64) (sum float64) {
	for _, r := range text {
		sum += advance(r) * size
	}
	return sum
}

// wrap breaks a text into lines that fit, between characters.
func wrap(text string, size, width float64) (lines []string) {
	line := ""
	for _, r := range text {
		if line != "" && length(line+string(r), size) > width {
			lines = append(lines, line)
			line = ""
		}
		line += string(r)
	}
	return append(lines, line)
}

func (p *paper) paragraph(text string, size float64, centred bool) {
	for _, line := range wrap(text, size, p.width-2*margin) {
		if p.y+1.5*size > p.height-margin {
			p.newPage()
		}
		x := margin
		if centred {
			x = (p.width - length(line, size)) / 2
		}
		p.text(x, p.y, size, line)
		p.y += 1.5 * size
	}
}

// layout is a table with its measures.
type layout struct {
	table *formtest.Table
	grid  [][]spot
	size  float64
	edges []float64                  // left edges of the columns, and the right edge of the last
	tall  []float64                  // heights of the rows
	left  map[*formtest.Box][]string // lines that found no room on earlier pages
}

func (p *paper) layout(t *formtest.Table) *layout {
	l := &layout{table: t, grid: grid(t), size: p.report.Look.points(t), edges: []float64{margin}, left: map[*formtest.Box][]string{}}
	for _, share := range shares(t, p.report.Look) {
		l.edges = append(l.edges, l.edges[len(l.edges)-1]+share*(p.width-2*margin))
	}
	l.tall = make([]float64, len(t.Rows))
	for i := range l.tall {
		l.tall[i] = 1.2*l.size + 2*pad
	}
	for _, tallest := range []bool{false, true} { // cells of one row first
		for i, row := range l.grid {
			for x, s := range row {
				if s.first && (s.box.Rows > 1) == tallest {
					l.fit(i, x, s.box)
				}
			}
		}
	}
	return l
}

// fit makes the last row of a box as tall as the box's text needs.
func (l *layout) fit(row, col int, b *formtest.Box) {
	lines := wrap(b.Text, l.size, l.edges[col+b.Cols]-l.edges[col]-2*pad)
	need := float64(len(lines))*1.2*l.size + 2*pad
	last := min(row+b.Rows, len(l.tall)) - 1
	for i := row; i < last; i++ {
		need -= l.tall[i]
	}
	l.tall[last] = math.Max(l.tall[last], need)
}

// table draws the rows that fit on a page, then goes on on the next.
func (p *paper) table(t *formtest.Table) {
	l := p.layout(t)
	for from := 0; from < len(l.tall); {
		y, to := p.y, from
		for to < len(l.tall) && (y+l.tall[to] <= p.height-margin || to == from && p.y == margin) {
			y += l.tall[to]
			to++
		}
		if to > from {
			p.piece(l, from, to)
		}
		if to < len(l.tall) {
			p.newPage()
		}
		from = to
	}
	p.y += 12
}

// piece draws rows from..to-1. A cell that began on an earlier page goes on with
// what found no room there, as in word processors: mostly nothing.
func (p *paper) piece(l *layout, from, to int) {
	tops := []float64{p.y}
	for _, height := range l.tall[from:to] {
		tops = append(tops, tops[len(tops)-1]+height)
	}
	for i := from; i < to; i++ {
		for x, s := range l.grid[i] {
			goesOn := i == from && s.box != nil && !s.first && (x == 0 || l.grid[i][x-1].box != s.box)
			if !s.first && (!goesOn || l.begins(i, s.box)) {
				continue
			}
			bottom := i + 1
			for bottom < to && l.grid[bottom][x].box == s.box {
				bottom++
			}
			p.cell(l, s, x, tops[i-from], tops[bottom-from])
		}
	}
	p.y = tops[len(tops)-1]
}

// begins reports whether the box has its first place in the row.
func (l *layout) begins(row int, b *formtest.Box) bool {
	for _, s := range l.grid[row] {
		if s.box == b && s.first {
			return true
		}
	}
	return false
}

func (p *paper) cell(l *layout, s spot, col int, top, bottom float64) {
	left, right := l.edges[col], l.edges[col+s.box.Cols]
	p.frame(left, top, right, bottom)
	lines := l.left[s.box]
	if s.first {
		lines = wrap(s.box.Text, l.size, right-left-2*pad)
	}
	room := min(len(lines), int((bottom-top-2*pad+0.01)/(1.2*l.size)))
	lines, l.left[s.box] = lines[:room], lines[room:]
	y := (top + bottom - float64(room)*1.2*l.size) / 2
	if p.report.Look.Top {
		y = top + pad
	}
	for _, line := range lines {
		p.text((left+right-length(line, l.size))/2, y, l.size, line)
		y += 1.2 * l.size
	}
}

func (p *paper) frame(left, top, right, bottom float64) {
	if p.report.Look.Borderless {
		return
	}
	low, high := p.height-bottom, p.height-top
	out := p.out()
	switch p.drawing.Rules {
	case Boxed:
		fmt.Fprintf(out, "0.5 w %.2f %.2f %.2f %.2f re S\n", left, low, right-left, high-low)
	case Stroked:
		fmt.Fprintf(out, "0.5 w %.2f %.2f m %.2f %.2f l S %.2f %.2f m %.2f %.2f l S ", left, low, right, low, left, high, right, high)
		fmt.Fprintf(out, "%.2f %.2f m %.2f %.2f l S %.2f %.2f m %.2f %.2f l S\n", left, low, left, high, right, low, right, high)
	default:
		for _, y := range []float64{low, high} {
			fmt.Fprintf(out, "%.2f %.2f %.2f 0.48 re f ", left-0.24, y-0.24, right-left+0.48)
		}
		for _, x := range []float64{left, right} {
			fmt.Fprintf(out, "%.2f %.2f 0.48 %.2f re f\n", x-0.24, low-0.24, high-low+0.48)
		}
	}
}

func (p *paper) file() []byte {
	f := &objects{}
	catalogue, tree := f.reserve(), f.reserve()
	descendant := f.add("<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500 814 939 500]/FontDescriptor %d 0 R>>",
		f.add("<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"))
	font := f.add("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-%[1]s/Encoding/%[1]s/DescendantFonts[%[2]d 0 R]>>", p.drawing.CMap, descendant)
	box, turn := fmt.Sprintf("[0 0 %.2f %.2f]", p.width, p.height), ""
	if p.drawing.Rotated {
		box, turn = fmt.Sprintf("[0 0 %.2f %.2f]", p.height, p.width), "/Rotate 90"
	}
	var kids string
	for _, page := range p.pages {
		content := f.stream("", page.Bytes())
		kids += fmt.Sprintf("%d 0 R ", f.add("<</Type/Page/Parent %d 0 R/MediaBox%s%s/Resources<</Font<</F1 %d 0 R>>>>/Contents %d 0 R>>", tree, box, turn, font, content))
	}
	f.set(tree, "<</Type/Pages/Count %d/Kids[%s]>>", len(p.pages), kids)
	f.set(catalogue, "<</Type/Catalog/Pages %d 0 R>>", tree)
	return f.file(catalogue)
}

// objects are the objects of a PDF file; numbers count from 1.
type objects struct{ bodies [][]byte }

func (o *objects) reserve() int {
	o.bodies = append(o.bodies, nil)
	return len(o.bodies)
}

func (o *objects) set(number int, format string, args ...any) {
	o.bodies[number-1] = fmt.Appendf(nil, format, args...)
}

func (o *objects) add(format string, args ...any) int {
	number := o.reserve()
	o.set(number, format, args...)
	return number
}

// stream adds a compressed stream; entries are those of its dictionary.
func (o *objects) stream(entries string, data []byte) int {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data) // a buffer takes everything
	z.Close()
	return o.raw(entries+"/Filter/FlateDecode", b.Bytes())
}

func (o *objects) raw(entries string, data []byte) int {
	number := o.reserve()
	o.bodies[number-1] = append(fmt.Appendf(nil, "<<%s/Length %d>>\nstream\n", entries, len(data)), append(data, "\nendstream"...)...)
	return number
}

func (o *objects) file(catalogue int) []byte {
	b := &bytes.Buffer{}
	b.WriteString("%PDF-1.5\n%\xE2\xE3\xCF\xD3\n")
	var at []int
	for i, body := range o.bodies {
		at = append(at, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	table := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, catalogue, table)
	return b.Bytes()
}
