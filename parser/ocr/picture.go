package ocr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the kinds of pictures that are read
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"gongkai/parser/blocks"
)

// Bounds of a picture. An A4 page at 600 dpi has 35 million pixels.
const (
	maxPixels = 40_000_000
	maxSide   = 30_000
	// maxMemory bounds what decoding may take, in bytes.
	maxMemory = 200 << 20
)

// gray is a picture of grey: 0 is black, 255 white. The pixel at (x, y) is
// px[y*w+x].
type gray struct {
	w, h int
	px   []byte
}

func newGray(w, h int) *gray {
	g := &gray{w: w, h: h, px: make([]byte, w*h)}
	for i := range g.px {
		g.px[i] = 255
	}
	return g
}

// decode turns the bytes of a picture into grey. Transparent parts are white.
func decode(data []byte) (g *gray, err error) {
	defer func() {
		if r := recover(); r != nil {
			g, err = nil, fmt.Errorf("decode the picture: %w: its decoder failed: %v", blocks.ErrDamaged, r)
		}
	}()
	config, kind, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, fmt.Errorf("decode the picture: %w: it is none of PNG, JPEG, GIF, BMP, TIFF and WebP", blocks.ErrUnsupported)
	case err != nil:
		return nil, fmt.Errorf("decode the picture: %w: %v", blocks.ErrDamaged, err)
	case config.Width <= 0 || config.Height <= 0:
		return nil, fmt.Errorf("decode the picture: %w: it has no pixels", blocks.ErrEmpty)
	case config.Width > maxSide || config.Height > maxSide || config.Width*config.Height > maxPixels:
		return nil, fmt.Errorf("decode the picture: %w: %d x %d pixels, the limits are %d in all and %d a side", blocks.ErrTooLarge, config.Width, config.Height, maxPixels, maxSide)
	}
	if need := config.Width * config.Height * bytesPerPixel(config.ColorModel, kind, data); need > maxMemory {
		return nil, fmt.Errorf("decode the picture: %w: %d x %d pixels of this kind take %d MB, the limit is %d; save it in shades of grey", blocks.ErrTooLarge, config.Width, config.Height, need>>20, maxMemory>>20)
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode the picture: %w: %v", blocks.ErrDamaged, err)
	}
	if b := m.Bounds(); b.Dx() != config.Width || b.Dy() != config.Height {
		// The first picture of a GIF may cover only a part of it.
		if b.Dx() <= 0 || b.Dy() <= 0 || b.Dx()*b.Dy() > maxPixels {
			return nil, fmt.Errorf("decode the picture: %w: it is %d x %d pixels and not %d x %d as it says", blocks.ErrDamaged, b.Dx(), b.Dy(), config.Width, config.Height)
		}
	}
	return toGray(m), nil
}

// bytesPerPixel is what the decoders take for a pixel, at most.
func bytesPerPixel(model color.Model, kind string, data []byte) int {
	size := 4
	switch model {
	case color.GrayModel:
		size = 1
	case color.Gray16Model:
		size = 2
	case color.YCbCrModel:
		size = 3
	case color.RGBA64Model, color.NRGBA64Model:
		size = 8
	default:
		if _, palette := model.(color.Palette); palette {
			size = 1
		}
	}
	switch {
	case kind == "jpeg" && isProgressive(data):
		size *= 5 // a coefficient of four bytes beside each sample
	case kind == "tiff", kind == "webp":
		size *= 2 // the unpacked strips stand beside the picture
	}
	return size
}

// isProgressive reports whether a JPEG has a progressive frame.
func isProgressive(data []byte) bool {
	for i := 2; i+3 < len(data) && data[i] == 0xFF; {
		marker := data[i+1]
		if marker == 0xFF { // fill byte
			i++
			continue
		}
		if marker == 0xC2 {
			return true
		}
		if marker == 0xDA {
			return false
		}
		i += 2 + int(data[i+2])<<8 + int(data[i+3])
	}
	return true // not understood: count it as the larger kind
}

func toGray(m image.Image) *gray {
	b := m.Bounds()
	g := newGray(b.Dx(), b.Dy())
	for y := range g.h {
		row := g.px[y*g.w : (y+1)*g.w]
		switch m := m.(type) {
		case *image.Gray:
			copy(row, m.Pix[y*m.Stride:])
		case *image.YCbCr:
			copy(row, m.Y[m.YOffset(b.Min.X, b.Min.Y+y):])
		case *image.Paletted:
			shades := paletteShades(m.Palette)
			for x, index := range m.Pix[y*m.Stride : y*m.Stride+g.w] {
				row[x] = shades[index]
			}
		default:
			for x := range row {
				row[x] = shade(m.At(b.Min.X+x, b.Min.Y+y))
			}
		}
	}
	return g
}

// paletteShades are the shades of a palette; what is beyond it is white.
func paletteShades(palette color.Palette) (shades [256]byte) {
	for i := range shades {
		shades[i] = 255
		if i < len(palette) {
			shades[i] = shade(palette[i])
		}
	}
	return shades
}

// shade is the grey of a colour on white paper.
func shade(c color.Color) byte {
	r, g, b, a := c.RGBA()
	return byte((299*r+587*g+114*b)/1000>>8 + (0xFFFF-a)>>8)
}

// crop copies a part of the picture; what lies outside is white.
func (g *gray) crop(r rect) *gray {
	part := newGray(max(r.width(), 1), max(r.height(), 1))
	left, right := max(r.left, 0), min(r.right, g.w)
	for y := max(r.top, 0); y < min(r.bottom, g.h) && left < right; y++ {
		copy(part.px[(y-r.top)*part.w+left-r.left:], g.px[y*g.w+left:y*g.w+right])
	}
	return part
}

// fill paints a part of the picture white.
func (g *gray) erase(r rect) {
	left, right := max(r.left, 0), min(r.right, g.w)
	for y := max(r.top, 0); y < min(r.bottom, g.h) && left < right; y++ {
		row := g.px[y*g.w+left : y*g.w+right]
		for i := range row {
			row[i] = 255
		}
	}
}

// halve makes a picture half as wide and high.
func (g *gray) halve() *gray {
	h := newGray(max(g.w/2, 1), max(g.h/2, 1))
	for y := range h.h {
		above, below := g.px[min(2*y, g.h-1)*g.w:], g.px[min(2*y+1, g.h-1)*g.w:]
		for x := range h.w {
			a, b := min(2*x, g.w-1), min(2*x+1, g.w-1)
			h.px[y*h.w+x] = byte((int(above[a]) + int(above[b]) + int(below[a]) + int(below[b]) + 2) / 4)
		}
	}
	return h
}

// scale changes the size by a factor: the mean of the pixels that fall on one
// when it shrinks, a blend of the neighbours when it grows.
func (g *gray) scale(factor float64) *gray {
	for factor <= 0.5 {
		g, factor = g.halve(), factor*2
	}
	s := newGray(max(int(float64(g.w)*factor+0.5), 1), max(int(float64(g.h)*factor+0.5), 1))
	for y := range s.h {
		v := (float64(y)+0.5)/factor - 0.5
		for x := range s.w {
			s.px[y*s.w+x] = g.at((float64(x)+0.5)/factor-0.5, v)
		}
	}
	return s
}

// at is the shade between pixels; white outside.
func (g *gray) at(x, y float64) byte {
	if x <= -1 || y <= -1 || x >= float64(g.w) || y >= float64(g.h) {
		return 255
	}
	// +1 so that the conversion rounds down below zero too.
	x0, y0 := int(x+1)-1, int(y+1)-1
	fx, fy := int((x-float64(x0))*256), int((y-float64(y0))*256)
	top := int(g.near(x0, y0))*(256-fx) + int(g.near(x0+1, y0))*fx
	bottom := int(g.near(x0, y0+1))*(256-fx) + int(g.near(x0+1, y0+1))*fx
	return byte((top*(256-fy) + bottom*fy + 1<<15) >> 16)
}

// near is the pixel at a place, or the nearest one.
func (g *gray) near(x, y int) byte {
	return g.px[min(max(y, 0), g.h-1)*g.w+min(max(x, 0), g.w-1)]
}

// quarter turns the picture clockwise by so many quarters.
func (g *gray) quarter(turns int) *gray {
	for range turns {
		t := newGray(g.h, g.w)
		for y := range g.h {
			for x := range g.w {
				t.px[x*t.w+g.h-1-y] = g.px[y*g.w+x]
			}
		}
		g = t
	}
	return g
}

// rect is a part of a picture; right and bottom are not in it.
type rect struct{ left, top, right, bottom int }

func (r rect) width() int  { return r.right - r.left }
func (r rect) height() int { return r.bottom - r.top }

func (r rect) grow(by int) rect { return rect{r.left - by, r.top - by, r.right + by, r.bottom + by} }

func (r rect) move(x, y int) rect { return rect{r.left + x, r.top + y, r.right + x, r.bottom + y} }

func (r rect) union(s rect) rect {
	return rect{min(r.left, s.left), min(r.top, s.top), max(r.right, s.right), max(r.bottom, s.bottom)}
}
