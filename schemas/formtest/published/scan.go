package published

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
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
	Name string
	DPI  int
	// Degrees turns the page a little, counter-clockwise.
	Degrees float64
	// Noise is how far the grey of a pixel may be off, from 0 to 255.
	Noise int
	// PNG stores pages without loss; else they are JPEG of the quality.
	PNG     bool
	Quality int
}

// Scanners are all ways of scanning.
func Scanners() []Scanner {
	return []Scanner{
		{Name: "sharp", DPI: 300, PNG: true},
		{Name: "turned, noisy", DPI: 300, Degrees: 0.4, Noise: 24, Quality: 75},
		{Name: "turned, noisy", DPI: 200, Degrees: -0.3, Noise: 16, Quality: 70},
		{Name: "sharp", DPI: 150, Quality: 80},
	}
}

// PublishScans makes the numbered report of a seed with LibreOffice and scans it
// in every way: as a PDF of pictures, and once as a page that shows pictures.
// Reports that do not show all, see [Look.Visible], are not scanned and give no
// document.
func (w Workshop) PublishScans(ctx context.Context, seed, number uint64) ([]Document, error) {
	r := Numbered(seed, number)
	if !r.Look.Visible() {
		return nil, nil
	}
	r.legible()
	dir, err := os.MkdirTemp(w.Dir, "scans-")
	if err != nil {
		return nil, err
	}
	text := filepath.Join(dir, "report.fodt")
	if err := os.WriteFile(text, r.FlatODT(), 0o644); err != nil {
		return nil, err
	}
	printed, err := w.Convert(ctx, "", "pdf:writer_pdf_Export", dir, []string{text})
	if err != nil {
		return nil, err
	}
	var documents []Document
	for i, s := range Scanners() {
		pages, err := w.Scan(ctx, rand.New(rand.NewPCG(seed, number)), s, printed[0])
		if err != nil {
			return nil, err
		}
		scan, err := PicturePDF(pages, s.DPI)
		if err != nil {
			return nil, err
		}
		d := Document{Number: number, Report: r, Format: "scan", DPI: s.DPI, Producer: fmt.Sprintf("%d dpi, %s", s.DPI, s.Name), Path: filepath.Join(dir, fmt.Sprintf("%06d-%d.pdf", number, i))}
		if err := os.WriteFile(d.Path, scan, 0o644); err != nil {
			return nil, err
		}
		documents = append(documents, d)
		if i == 1 {
			d.Producer += ", pictures in a page"
			d.Path = filepath.Join(dir, fmt.Sprintf("%06d-%d.html", number, i))
			if err := os.WriteFile(d.Path, r.PicturePage(pages), 0o644); err != nil {
				return nil, err
			}
			documents = append(documents, d)
		}
	}
	return documents, nil
}

// legible writes another word where a letter stands for a digit: on a picture
// nobody tells O from 0.
func (r Report) legible() {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			for i := range row.Boxes {
				b := &row.Boxes[i]
				if c := r.Cells[b.Figure]; c.Raw == "O" {
					c.Raw, b.Text = "见附件", "见附件"
					r.Cells[b.Figure] = c
				}
			}
		}
	}
}

// Scan prints a PDF and scans its pages: PNG or JPEG files in order.
func (w Workshop) Scan(ctx context.Context, rng *rand.Rand, s Scanner, pdf string) ([][]byte, error) {
	dir, err := os.MkdirTemp(w.Dir, "scan-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := run(ctx, "pdftoppm", "-gray", "-r", fmt.Sprint(s.DPI), pdf, filepath.Join(dir, "p")); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "p*.pgm"))
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
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	printed, err := greyMap(data)
	if err != nil {
		return nil, err
	}
	seen := s.see(rng, printed)
	var b bytes.Buffer
	if s.PNG {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, seen)
	} else {
		err = jpeg.Encode(&b, seen, &jpeg.Options{Quality: s.Quality})
	}
	return b.Bytes(), err
}

// greyMap reads a picture in the PGM format.
func greyMap(data []byte) (*image.Gray, error) {
	var width, height, white int
	if _, err := fmt.Sscanf(string(data[:min(len(data), 64)]), "P5\n%d %d\n%d\n", &width, &height, &white); err != nil {
		return nil, fmt.Errorf("read a grey map: %w", err)
	}
	if white != 255 || len(data) < width*height {
		return nil, fmt.Errorf("read a grey map: %d bytes for %d x %d pixels up to %d", len(data), width, height, white)
	}
	return &image.Gray{Pix: data[len(data)-width*height:], Stride: width, Rect: image.Rect(0, 0, width, height)}, nil
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
	if s.Degrees == 0 && s.Noise == 0 {
		return page
	}
	width, height := page.Rect.Dx(), page.Rect.Dy()
	seen := image.NewGray(image.Rect(0, 0, width, height))
	sin, cos := math.Sincos(s.Degrees * math.Pi / 180)
	for y := range height {
		for x := range width {
			dx, dy := float64(x-width/2), float64(y-height/2)
			v := between(page, dx*cos-dy*sin+float64(width/2), dx*sin+dy*cos+float64(height/2))
			v += float64(rng.IntN(2*s.Noise+1) - s.Noise)
			seen.Pix[y*seen.Stride+x] = uint8(min(max(v, 0), 255))
		}
	}
	return seen
}

// between is the grey at a place between four pixels; white beyond the page.
func between(page *image.Gray, x, y float64) float64 {
	left, top := math.Floor(x), math.Floor(y)
	l, t := int(left), int(top)
	if l < 0 || t < 0 || l+1 >= page.Rect.Dx() || t+1 >= page.Rect.Dy() {
		return 255
	}
	fx, fy := x-left, y-top
	above, below := page.Pix[t*page.Stride+l:], page.Pix[(t+1)*page.Stride+l:]
	return (float64(above[0])*(1-fx)+float64(above[1])*fx)*(1-fy) + (float64(below[0])*(1-fx)+float64(below[1])*fx)*fy
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
