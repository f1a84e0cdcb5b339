// Package published turns filled-in forms into the documents that offices
// publish: pages for print, word processor files, workbooks, archives and
// scans, made by the programs that offices use. What stands in each document is
// known because it was filled in here.
//
// Documents are first written in a format that can be written by hand (HTML for
// a browser, OpenDocument for a word processor, OOXML for a workbook, PDF with
// the fonts left to the reader); programs then turn those into all others. A
// program that is not installed is named, never skipped in silence.
package published

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// Report is one report to be published.
type Report struct {
	*formtest.Filled
	Tables []*formtest.Table
	Look   Look
	// Prose is the text of each section, one string a paragraph.
	Prose [][]string
}

// Look is how a report is laid out on paper.
type Look struct {
	Name string
	// Font is the name of the font family; Points is its size in tables.
	Font   string
	Points float64
	// Narrow makes the columns of labels so narrow that labels run over lines.
	Narrow bool
	// Upright writes the outermost labels of groups one character a line.
	Upright bool
	// Landscape turns the paper.
	Landscape bool
	// Borderless leaves out the rulings, so that empty cells cannot be seen.
	Borderless bool
	// Repeat prints the header of a table again on each page.
	Repeat bool
	// Running prints a line above each page and the page's number below it.
	Running bool
	// Loose lets a row run over the end of a page.
	Loose bool
	// Push is the most paragraphs that may stand before a table, so that tables
	// begin anywhere on a page.
	Push int
	// Top puts the text of cells at their top, not in their middle.
	Top bool
	// Wrapped lets numbers run over lines where a column is too narrow for them.
	// In all other looks the office wrote them so that they fit.
	Wrapped bool
}

// Visible reports whether the page shows for certain which cell is empty and
// where a number ends: there are rulings, and no number runs over lines.
func (l Look) Visible() bool { return !l.Borderless && !l.Wrapped }

// Looks are all looks.
func Looks() []Look {
	sans, serif := "Noto Sans CJK SC", "Noto Serif CJK SC"
	return []Look{
		{Name: "clean", Font: sans, Points: 10.5, Push: 1},
		{Name: "word", Font: serif, Points: 10.5, Running: true, Push: 4},
		{Name: "over-pages", Font: serif, Points: 12, Push: 12, Running: true},
		{Name: "over-pages-header", Font: sans, Points: 12, Push: 12, Repeat: true},
		{Name: "over-pages-loose", Font: serif, Points: 12, Push: 12, Narrow: true, Loose: true},
		{Name: "narrow", Font: sans, Points: 10.5, Narrow: true, Push: 2},
		{Name: "upright", Font: serif, Points: 10.5, Upright: true, Push: 2},
		{Name: "upright-narrow", Font: sans, Points: 12, Upright: true, Narrow: true, Running: true, Push: 6},
		{Name: "landscape", Font: serif, Points: 12, Landscape: true, Running: true, Push: 2},
		{Name: "small", Font: sans, Points: 7, Push: 3},
		{Name: "large", Font: sans, Points: 14, Running: true, Push: 2},
		{Name: "microhei", Font: "WenQuanYi Micro Hei", Points: 10.5, Upright: true, Push: 4},
		{Name: "uming", Font: "AR PL UMing CN", Points: 11, Narrow: true, Top: true, Push: 4},
		{Name: "wrapped", Font: serif, Points: 12, Narrow: true, Wrapped: true, Push: 2},
		{Name: "borderless", Font: sans, Points: 10.5, Borderless: true, Push: 2},
	}
}

// Random fills in a form and gives it the look.
func Random(rng *rand.Rand, form *schemas.Form, style formtest.Style, look Look) Report {
	r := Report{Filled: formtest.Random(rng, form, style), Look: look}
	r.Tables = r.Filled.Tables()
	if !look.Wrapped {
		r.fit()
	}
	for i := range form.Sections {
		var paragraphs []string
		for range 1 + rng.IntN(look.Push+1) {
			paragraphs = append(paragraphs, r.sentence(rng, i))
		}
		r.Prose = append(r.Prose, paragraphs)
	}
	return r
}

// fit writes numbers that are too wide for their column shorter: without
// separators and measure words, and not in full width.
func (r Report) fit() {
	width, _ := r.Look.page()
	for _, t := range r.Tables {
		widths, size := shares(t, r.Look), r.Look.points(t)
		for _, row := range grid(t) {
			for x, s := range row {
				if s.box == nil || !s.first || s.box.Figure == "" || r.Cells[s.box.Figure].State != report.Number {
					continue
				}
				room := -6.0
				for _, share := range widths[x:min(x+s.box.Cols, t.Width)] {
					room += share * (width - 40) * perMM
				}
				if length(s.box.Text, 1.15*size) > room {
					r.shorten(s.box)
				}
			}
		}
	}
}

func (r Report) shorten(b *formtest.Box) {
	c := r.Cells[b.Figure]
	c.Raw = shorter.Replace(strings.Map(halfWidth, c.Raw))
	b.Text = c.Raw
	r.Cells[b.Figure] = c
}

// shorter takes from a number what does not change it.
var shorter = strings.NewReplacer(",", "", "件", "", "宗", "", "条", "", "批次", "")

func halfWidth(r rune) rune {
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

// sentence is prose of which a reader must believe nothing: figures in it are
// not those of the tables.
func (r Report) sentence(rng *rand.Rand, section int) string {
	s := fmt.Sprintf("%d年，本机关按要求做好第%d部分工作，有关情况说明如下。", r.Year, section+1)
	for range rng.IntN(4) {
		s += fmt.Sprintf("全年共办理有关事项%d项，答复%d件，比上年有所变化。", rng.IntN(900), rng.IntN(90))
	}
	return s
}

// Title is the printed title.
func (r Report) Title() string {
	return fmt.Sprintf("%s%d年政府信息公开工作年度报告", r.Office, r.Year)
}

// heading is the printed heading of a section.
func heading(i int, s *schemas.Section) string {
	return string([]rune("一二三四五六七八九")[i]) + "、" + s.Label
}

// visit goes through the report in the order of the page.
func (r Report) visit(headed, paragraph func(text string), table func(*formtest.Table)) {
	for i, s := range r.Form.Sections {
		headed(heading(i, s))
		for _, text := range r.Prose[i] {
			paragraph(text)
		}
		for _, t := range r.Tables {
			if t.Section == s {
				table(t)
			}
		}
	}
}

// page is the size of the paper in millimetres.
func (l Look) page() (width, height float64) {
	if l.Landscape {
		return 297, 210
	}
	return 210, 297
}

// points is the size of the text in a table: wide tables are printed smaller.
func (l Look) points(t *formtest.Table) float64 {
	if t.Width > 8 && !l.Landscape {
		return max(l.Points*0.75, 6.5)
	}
	return l.Points
}

// writer is a text being written.
type writer struct{ strings.Builder }

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.Builder, format, args...) }
