package ocr

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"gongkai/parser/blocks"
)

// resolution is how finely pages are drawn, in pixels an inch: scans are rarely
// finer, and print as small as in tables needs it.
const resolution = 300

// render draws a page of a PDF.
func render(ctx context.Context, program string, pdf []byte, number int, width, height float64) (*gray, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("pages of PDF that show a picture are drawn with pdftoppm, which is not installed; %s: %w", install, err)
	}
	if width < 1 || height < 1 {
		return nil, fmt.Errorf("%w: it is %g x %g points large", blocks.ErrDamaged, width, height)
	}
	// A poster is drawn more coarsely; half of the limit leaves room to round up.
	fine := min(resolution, math.Sqrt(maxPixels/2/(width*height))*72)
	dir, err := os.MkdirTemp("", "gongkai-ocr-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the page: %w", err)
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	page := strconv.Itoa(number)
	if fine := pictureResolution(ctx, path, name, page); fine > 0 && fine < coarsest {
		return nil, tooCoarse(fmt.Sprintf("%d pixels an inch", fine))
	}
	drawn, err := run(ctx, path, "-r", strconv.FormatFloat(fine, 'f', 2, 64), "-gray", "-cropbox", "-f", page, "-l", page, name)
	if err != nil {
		return nil, err
	}
	return readPGM(drawn)
}

// Print that is too small is not read: a line of it needs as many pixels as a
// Chinese character of three strokes one above the other has.
const (
	lowestLine = 9  // pixels
	coarsest   = 60 // pixels an inch: a line of 10.5 point then has 9
)

// tooCoarse is the error for a picture with too few pixels for its print.
func tooCoarse(seen string) error {
	return fmt.Errorf("%w: the picture is too coarse to be read, it has %s; scan the page again with 200 pixels an inch or more", blocks.ErrUnsupported, seen)
}

// pictureResolution is how fine the pictures on a page of a PDF are, in pixels an
// inch, the finest counting; 0 if that is not known.
func pictureResolution(ctx context.Context, pdftoppm, pdf, page string) (finest int) {
	path, err := exec.LookPath(filepath.Join(filepath.Dir(pdftoppm), "pdfimages"))
	if err != nil {
		return 0
	}
	list, err := run(ctx, path, "-list", "-f", page, "-l", page, pdf)
	if err != nil {
		return 0
	}
	for row := range strings.Lines(string(list)) {
		columns := strings.Fields(row)
		if len(columns) < 4 {
			continue
		}
		for _, column := range columns[len(columns)-4 : len(columns)-2] { // x-ppi y-ppi size ratio
			if fine, err := strconv.Atoi(column); err == nil {
				finest = max(finest, fine)
			}
		}
	}
	return finest
}

// readPGM reads what pdftoppm prints.
func readPGM(data []byte) (*gray, error) {
	var w, h, most int
	if _, err := fmt.Fscanf(bytes.NewReader(data), "P5\n%d %d\n%d\n", &w, &h, &most); err != nil {
		return nil, fmt.Errorf("read the drawn page: %w: %v", blocks.ErrDamaged, err)
	}
	if w <= 0 || h <= 0 || w > maxSide || h > maxSide || w*h > maxPixels || len(data) < w*h {
		return nil, fmt.Errorf("read the drawn page: %w: %d x %d pixels", blocks.ErrDamaged, w, h)
	}
	return &gray{w, h, data[len(data)-w*h:]}, nil
}
