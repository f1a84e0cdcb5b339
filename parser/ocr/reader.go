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
	"context"
	"fmt"
	"os/exec"
	"strings"
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
	recognise func(context.Context, task) ([]reading, error)
	frames    func(page.Page) []page.Frame
}

const install = "install the Debian packages tesseract-ocr, tesseract-ocr-chi-sim and poppler-utils"

// Available reports whether the programs and models that reading needs are
// installed, and how to install what is missing.
func (r *Reader) Available() error {
	path, err := exec.LookPath(or(r.Tesseract, "tesseract"))
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

func or(path, name string) string {
	if path != "" {
		return path
	}
	return name
}

func hasLine(text []byte, line string) bool {
	for l := range strings.Lines(string(text)) {
		if strings.TrimSpace(l) == line {
			return true
		}
	}
	return false
}
