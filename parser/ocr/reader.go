// Package ocr reads pictures of pages: scans, photographs, and PDF pages that
// hold nothing else.
//
// The rulings of tables are found in the pixels, and each cell that they draw is
// cut out and read by itself. A cell without ink is blank and gives no glyph.
//
// Reading print from pixels errs, and a wrong figure is worse than none. So what
// looks like a number is read several times in ways that err differently: by two
// models of the recogniser, tesseract, at two sizes, and by the shapes of its
// digits, which are compared with what the reading says and with the other digits
// of the page. The confidence of a glyph tells how far they agree; below [Bar]
// a number must not be taken for a figure.
package ocr

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
)

// Bar parts readings that agree from those that do not, in percent: a number
// whose glyph has less confidence is unreadable.
const Bar = 90

// Reader reads pictures. The zero value uses the programs that the system finds;
// it is safe for concurrent use.
type Reader struct {
	// Tesseract and Pdftoppm are the programs' paths; empty to look them up.
	Tesseract, Pdftoppm string
	// Limit bounds the time that one page takes; 0 means a minute.
	Limit time.Duration

	// recognise reads lines; nil runs Tesseract.
	recognise recogniser

	asked    sync.Once
	unusable error
}

const install = "install the Debian packages tesseract-ocr, tesseract-ocr-chi-sim and poppler-utils"

// Available reports whether the programs and models that reading needs are
// installed, and how to install what is missing.
func (r *Reader) Available() error {
	path, err := exec.LookPath(cmp.Or(r.Tesseract, "tesseract"))
	if err != nil {
		return fmt.Errorf("pictures are read with tesseract, which is not installed; %s: %w", install, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	languages, err := run(ctx, path, "--list-langs")
	if err != nil {
		return fmt.Errorf("ask tesseract for its models: %w", err)
	}
	for _, model := range []string{digitsModel, hanModel} {
		if !hasLine(languages, model) {
			return fmt.Errorf("tesseract has no model %s; %s: %w", model, install, blocks.ErrUnsupported)
		}
	}
	return nil
}

func hasLine(text []byte, line string) bool {
	for l := range strings.Lines(string(text)) {
		if strings.TrimSpace(l) == line {
			return true
		}
	}
	return false
}

// Picture reads the page that a picture shows: PNG, JPEG, GIF, BMP, TIFF or
// WebP. Places are in pixels of the picture, turned upright and straight.
func (r *Reader) Picture(ctx context.Context, data []byte, number int) (page.Page, error) {
	g, err := decode(data)
	if err != nil {
		return page.Page{}, err
	}
	return r.page(ctx, g, number, 1)
}

// PDFPage reads a page of a PDF that shows a picture, given its number and its
// size in points as it is shown. Places are in points. It needs pdftoppm.
func (r *Reader) PDFPage(ctx context.Context, pdf []byte, number int, width, height float64) (page.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.Limit, time.Minute))
	defer cancel()
	g, err := render(ctx, cmp.Or(r.Pdftoppm, "pdftoppm"), pdf, number, width, height)
	if err != nil {
		return page.Page{}, fmt.Errorf("render page %d: %w", number, err)
	}
	return r.page(ctx, g, number, width/float64(g.w))
}

// page reads a page of pixels, unit being the size of one.
func (r *Reader) page(ctx context.Context, g *gray, number int, unit float64) (p page.Page, err error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(r.Limit, time.Minute))
	defer cancel()
	recognise := r.recognise
	if recognise == nil {
		// Nobody pays for the question whose documents have no pictures.
		if r.asked.Do(func() { r.unusable = r.Available() }); r.unusable != nil {
			return page.Page{}, r.unusable
		}
		recognise = program{cmp.Or(r.Tesseract, "tesseract")}.read
	}
	for max(g.w, g.h) > finest || g.w*g.h > most {
		g, unit = g.halve(), 2*unit
	}
	s, err := readUpright(ctx, g, recognise)
	if err != nil {
		return page.Page{}, fmt.Errorf("read the picture of page %d: %w", number, err)
	}
	return s.page(number, unit), nil
}

// A picture beyond these is made smaller before it is read: it shows nothing more
// than the grain of the paper. An A4 page at 300 dpi is 3508 pixels high.
const (
	finest = 5_000      // pixels a side
	most   = 18_000_000 // pixels in all
)

// page gives what was read as a page, in units of so many pixels.
func (s *sheet) page(number int, unit float64) page.Page {
	p := page.Page{Number: number, Width: float64(s.g.w) * unit, Height: float64(s.g.h) * unit}
	for _, r := range s.rules {
		p.Rules = append(p.Rules, page.Rule{Left: r.Left * unit, Top: r.Top * unit, Right: r.Right * unit, Bottom: r.Bottom * unit})
	}
	for _, l := range s.lines {
		p.Glyphs = append(p.Glyphs, page.Glyph{
			Text: l.result.text, Confidence: int(l.result.confidence), Size: float64(s.em) * unit,
			Left: float64(l.box.left) * unit, Top: float64(l.box.top) * unit,
			Right: float64(l.box.right) * unit, Bottom: float64(l.box.bottom) * unit,
		})
	}
	return p
}
