package ocr

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"gongkai/parser/blocks"
)

// webP is a picture of 16 x 16 black pixels: no encoder for it is at hand.
var webP = []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x000\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x02\x00\x34\x25\xa4\x00\x03\x70\x00\xfe\xfb\xfd\x50\x00")

// pictures is one page in all kinds of pictures.
func pictures(t testing.TB) map[string][]byte {
	g := paper(600, 400)
	g.table(40, 40, 4, 5, 120, 60, 2, 0)
	for r := range 5 {
		for c := range 4 {
			g.text(t, 60+c*120, 84+r*60, 32, false, "1024"[c:])
		}
	}
	m := &image.Gray{Pix: g.px, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
	all := map[string][]byte{"png": g.png(t), "webp": webP}
	encode := func(name string, write func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		all[name] = b.Bytes()
	}
	encode("jpeg", func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) })
	encode("gif", func(b *bytes.Buffer) error { return gif.Encode(b, m, nil) })
	encode("bmp", func(b *bytes.Buffer) error { return bmp.Encode(b, m) })
	encode("tiff", func(b *bytes.Buffer) error { return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate}) })
	return all
}

func TestDecodeKinds(t *testing.T) {
	for kind, data := range pictures(t) {
		g, err := decode(data)
		switch {
		case err != nil:
			t.Errorf("%s: %v", kind, err)
		case kind == "webp" && (g.w != 1 || g.h != 1):
			t.Errorf("%s: %d x %d pixels", kind, g.w, g.h)
		case kind != "webp" && (g.w != 600 || g.h != 400 || g.px[0] < 250 || g.px[41*600+200] > 30):
			t.Errorf("%s: %d x %d pixels, paper %d, ruling %d", kind, g.w, g.h, g.px[0], g.px[41*600+200])
		}
	}
}

func TestTransparentIsWhite(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	m.Set(1, 0, color.NRGBA{A: 255})
	if g := toGray(m); g.px[0] != 255 || g.px[1] != 0 {
		t.Errorf("transparent is %d, black %d", g.px[0], g.px[1])
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"no picture": {[]byte("%PDF-1.7"), blocks.ErrUnsupported},
		"cut off":    {pictures(t)["png"][:200], blocks.ErrDamaged},
		"too wide":   {pngHeader(40_000, 10, 0), blocks.ErrTooLarge},
		"too large":  {pngHeader(20_000, 20_000, 0), blocks.ErrTooLarge},
		"too deep":   {pngHeader(6_000, 6_000, 6), blocks.ErrTooLarge},
	} {
		if _, err := decode(test.data); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// pngHeader is the beginning of a PNG with 16 bits a sample, or 8 for grey.
func pngHeader(w, h uint32, kind byte) []byte {
	body := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	body = binary.BigEndian.AppendUint32(body, h)
	depth := byte(8)
	if kind != 0 {
		depth = 16
	}
	body = append(body, depth, kind, 0, 0, 0)
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(body))
}

func TestProgressiveNeedsMore(t *testing.T) {
	base := pictures(t)["jpeg"]
	if isProgressive(base) {
		t.Error("a baseline JPEG counts as progressive")
	}
	at := bytes.Index(base, []byte{0xFF, 0xC0})
	if at < 0 {
		t.Fatal("no frame in the JPEG")
	}
	changed := bytes.Clone(base)
	changed[at+1] = 0xC2
	if !isProgressive(changed) {
		t.Error("a progressive JPEG counts as baseline")
	}
}

// zeros reads 0 wherever there is ink.
func zeros(_ context.Context, t task) ([]reading, error) {
	all := make([]reading, len(t.lines))
	for i := range all {
		all[i] = reading{text: "0", confidence: 95}
	}
	return all, nil
}

// TestMutatedPictures changes bytes of pictures: whatever comes of it is read or
// refused, soon and with little memory.
func TestMutatedPictures(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	r := &Reader{recognise: zeros}
	for kind, data := range pictures(t) {
		rng := rand.New(rand.NewPCG(1, uint64(len(data))))
		for round := range rounds {
			mutated := mutate(rng, data)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := r.Picture(context.Background(), mutated, 1)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err != nil && !errors.Is(err, blocks.ErrDamaged) && !errors.Is(err, blocks.ErrTooLarge) && !errors.Is(err, blocks.ErrUnsupported) && !errors.Is(err, blocks.ErrEmpty) {
				t.Errorf("%s, round %d: %v wraps no reason", kind, round, err)
			}
			if took > 10*time.Second || after.TotalAlloc-before.TotalAlloc > 300<<20 {
				t.Errorf("%s, round %d: %v, %d MB", kind, round, took, (after.TotalAlloc-before.TotalAlloc)>>20)
			}
		}
	}
}

func mutate(rng *rand.Rand, data []byte) []byte {
	m := bytes.Clone(data)
	switch rng.IntN(3) {
	case 0:
		m = m[:rng.IntN(len(m))]
	case 1:
		from := rng.IntN(len(m))
		m = append(m[:from:from], m[min(from+rng.IntN(50), len(m)):]...)
	}
	for range 1 + rng.IntN(8) {
		if len(m) > 0 {
			m[rng.IntN(min(len(m), 1+rng.IntN(len(m))))] ^= byte(1 + rng.IntN(255))
		}
	}
	return m
}

func FuzzPicture(f *testing.F) {
	for _, data := range pictures(f) {
		f.Add(data)
	}
	r := &Reader{recognise: zeros}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := r.Picture(context.Background(), data, 3)
		if err != nil {
			return
		}
		for _, g := range p.Glyphs {
			if g.Text == "" || g.Confidence < 1 || g.Confidence > 100 || g.Left < 0 || g.Right > p.Width || g.Top < 0 || g.Bottom > p.Height || g.Left >= g.Right || g.Top >= g.Bottom {
				t.Errorf("glyph %+v on a page of %g x %g", g, p.Width, p.Height)
			}
		}
	})
}

// TestNoise reads pictures that are no pages: they end in an error that says so,
// or in a page, and soon.
func TestNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	noise, stripes, black := paper(2500, 3500), paper(2500, 3500), paper(2500, 3500)
	for i := range noise.px {
		noise.px[i] = byte(min(rng.IntN(9), 1) * 255)
		stripes.px[i] = byte(i / 2500 % 14 / 12 * 255)
		black.px[i] = 0
	}
	r := &Reader{recognise: zeros}
	for name, g := range map[string]*gray{"noise": noise, "stripes": stripes, "black": black} {
		start := time.Now()
		p, err := r.Picture(context.Background(), g.png(t), 1)
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if name == "noise" && (!errors.Is(err, blocks.ErrTooLarge) || !strings.Contains(err.Error(), "no page")) {
			t.Errorf("noise: %v with %d glyphs", err, len(p.Glyphs))
		}
	}
}

// TestCoarse refuses pictures whose print is too small, in time.
func TestCoarse(t *testing.T) {
	g := paper(600, 800)
	g.table(50, 50, 5, 20, 90, 30, 1, 0)
	for r := range 20 {
		for c := range 5 {
			g.text(t, 60+90*c, 70+30*r, 7, false, fmt.Sprint(777*(r+1)*(c+1)))
		}
	}
	f := &fake{words: "Words"}
	_, err := (&Reader{recognise: f.read}).Picture(context.Background(), g.png(t), 1)
	if !errors.Is(err, blocks.ErrUnsupported) || !strings.Contains(err.Error(), "too coarse") || f.calls > 0 {
		t.Errorf("%v after %d calls", err, f.calls)
	}
}

func TestCoarsePDF(t *testing.T) {
	r := needPrograms(t)
	pdf, err := os.ReadFile("../../testdata/formats/scan.pdf")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.PDFPage(context.Background(), pdf, 1, 595, 842)
	if !errors.Is(err, blocks.ErrUnsupported) || !strings.Contains(err.Error(), "40 pixels an inch") {
		t.Errorf("%v", err)
	}
}
