package ocr

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// paper is a white picture to draw on.
func paper(w, h int) *gray { return newGray(w, h) }

// bar draws a dark box.
func (g *gray) bar(r rect, shade byte) {
	for y := max(r.top, 0); y < min(r.bottom, g.h); y++ {
		for x := max(r.left, 0); x < min(r.right, g.w); x++ {
			g.px[y*g.w+x] = shade
		}
	}
}

// table draws a table of equal cells with lines so thick.
func (g *gray) table(left, top, columns, rows, width, height, thick int, shade byte) {
	for c := range columns + 1 {
		x := left + c*width
		g.bar(rect{x, top, x + thick, top + rows*height + thick}, shade)
	}
	for r := range rows + 1 {
		y := top + r*height
		g.bar(rect{left, y, left + columns*width + thick, y + thick}, shade)
	}
}

// text draws a text with its baseline at y.
func (g *gray) text(t testing.TB, x, y int, size float64, bold bool, text string) {
	t.Helper()
	data := goregular.TTF
	if bold {
		data = gobold.TTF
	}
	parsed, err := opentype.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	m := &image.Gray{Pix: g.px, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
	d := font.Drawer{Dst: m, Src: image.Black, Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// noise strays every pixel.
func (g *gray) noise(spread float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i, p := range g.px {
		g.px[i] = byte(min(max(float64(p)*0.9+12+rng.NormFloat64()*spread, 0), 255))
	}
}

func (g *gray) png(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, &image.Gray{Pix: g.px, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
