package published

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
)

// Scanner is how pages are scanned.
type Scanner struct {
	DPI int
	// Degrees turns the page a little, counter-clockwise.
	Degrees float64
	// Noise is how far the grey of a pixel may be off, from 0 to 255.
	Noise int
	// PNG stores pages without loss; else they are JPEG of the quality.
	PNG     bool
	Quality int
}

// Scan prints a PDF and scans its pages: PNG or JPEG files in order.
func (w Workshop) Scan(ctx context.Context, rng *rand.Rand, s Scanner, pdf string) ([][]byte, error) {
	dir, err := os.MkdirTemp(w.Dir, "scan-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := run(ctx, "pdftoppm", "-gray", "-png", "-r", fmt.Sprint(s.DPI), pdf, filepath.Join(dir, "p")); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var pages [][]byte
	for _, file := range files {
		page, err := s.page(rng, file)
		if err != nil {
			return nil, fmt.Errorf("scan %s: %w", pdf, err)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

func (s Scanner) page(rng *rand.Rand, file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	decoded, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	seen := s.see(rng, grey(decoded))
	var b bytes.Buffer
	if s.PNG {
		err = png.Encode(&b, seen)
	} else {
		err = jpeg.Encode(&b, seen, &jpeg.Options{Quality: s.Quality})
	}
	return b.Bytes(), err
}

func grey(from image.Image) *image.Gray {
	if g, ok := from.(*image.Gray); ok {
		return g
	}
	g := image.NewGray(from.Bounds())
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			g.Set(x, y, from.At(x, y))
		}
	}
	return g
}

// see turns the page about its middle and adds noise.
func (s Scanner) see(rng *rand.Rand, page *image.Gray) *image.Gray {
	width, height := page.Rect.Dx(), page.Rect.Dy()
	seen := image.NewGray(image.Rect(0, 0, width, height))
	sin, cos := math.Sincos(s.Degrees * math.Pi / 180)
	for y := range height {
		for x := range width {
			dx, dy := float64(x-width/2), float64(y-height/2)
			v := between(page, dx*cos-dy*sin+float64(width/2), dx*sin+dy*cos+float64(height/2))
			if s.Noise > 0 {
				v += float64(rng.IntN(2*s.Noise+1) - s.Noise)
			}
			seen.SetGray(x, y, color.Gray{Y: uint8(min(max(v, 0), 255))})
		}
	}
	return seen
}

// between is the grey at a place between four pixels; white beyond the page.
func between(page *image.Gray, x, y float64) float64 {
	left, top := math.Floor(x), math.Floor(y)
	fx, fy := x-left, y-top
	at := func(x, y int) float64 {
		if !(image.Point{X: x, Y: y}).In(page.Rect) {
			return 255
		}
		return float64(page.GrayAt(x, y).Y)
	}
	l, t := int(left), int(top)
	return (at(l, t)*(1-fx)+at(l+1, t)*fx)*(1-fy) + (at(l, t+1)*(1-fx)+at(l+1, t+1)*fx)*fy
}

// PicturePDF is a PDF of JPEG or PNG pages and nothing else, as scanners make.
func PicturePDF(pages [][]byte, dpi int) ([]byte, error) {
	f := &objects{}
	catalogue, tree := f.reserve(), f.reserve()
	kids := ""
	for _, page := range pages {
		shown, kind, err := image.Decode(bytes.NewReader(page))
		if err != nil {
			return nil, err
		}
		g := grey(shown)
		width, height := g.Rect.Dx(), g.Rect.Dy()
		entries := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8", width, height)
		var picture int
		if kind == "jpeg" {
			picture = f.raw(entries+"/Filter/DCTDecode", page)
		} else {
			picture = f.stream(entries, g.Pix)
		}
		w, h := float64(width)*72/float64(dpi), float64(height)*72/float64(dpi)
		content := f.stream("", fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /P Do Q", w, h))
		kids += fmt.Sprintf("%d 0 R ", f.add("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</XObject<</P %d 0 R>>>>/Contents %d 0 R>>", tree, w, h, picture, content))
	}
	f.set(tree, "<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids)
	f.set(catalogue, "<</Type/Catalog/Pages %d 0 R>>", tree)
	return f.file(catalogue), nil
}

// PicturePage is an HTML page that shows the scanned pages and no text but its
// title.
func (r Report) PicturePage(pages [][]byte) []byte {
	w := &writer{}
	w.printf("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%[1]s</title></head><body><h1>%[1]s</h1>\n", r.Title())
	for _, page := range pages {
		kind := "jpeg"
		if bytes.HasPrefix(page, []byte("\x89PNG")) {
			kind = "png"
		}
		w.printf("<p><img src=\"data:image/%s;base64,%s\"></p>\n", kind, base64.StdEncoding.EncodeToString(page))
	}
	w.printf("</body></html>\n")
	return []byte(w.String())
}
