package ocr

import "math"

// flatten evens the light of a scan: paper becomes white and ink keeps its
// contrast to the paper around it, under a lamp's shadow as on shaded cells.
func (g *gray) flatten() {
	const side = 32
	columns, rows := (g.w+side-1)/side, (g.h+side-1)/side
	paper := make([]byte, columns*rows)
	var whole [256]int
	for r := range rows {
		for c := range columns {
			var shades [256]int
			n := 0
			for y := r * side; y < min((r+1)*side, g.h); y++ {
				for _, p := range g.px[y*g.w+c*side : y*g.w+min((c+1)*side, g.w)] {
					shades[p]++
					n++
				}
			}
			for i, count := range shades {
				whole[i] += count
			}
			paper[r*columns+c] = percentile(&shades, n, 0.8)
		}
	}
	// What is much darker than the sheet is ink (or the lid of the scanner), no
	// paper.
	darkest := percentile(&whole, g.w*g.h, 0.6) / 2
	smooth := &gray{w: columns, h: rows, px: make([]byte, len(paper))}
	for r := range rows {
		for c := range columns {
			smooth.px[r*columns+c] = max(neighbours(paper, columns, rows, c, r), darkest, 1)
		}
	}
	for y := range g.h {
		v := (float64(y)+0.5)/side - 0.5
		for c := range columns {
			// The light changes so slowly that eight pixels may share it.
			for x := c * side; x < min((c+1)*side, g.w); x += 8 {
				light := int(smooth.at((float64(x)+4)/side-0.5, min(max(v, 0), float64(rows-1))))
				for i := y*g.w + x; i < y*g.w+min(x+8, g.w, (c+1)*side); i++ {
					g.px[i] = byte(min(int(g.px[i])*255/max(light, 1), 255))
				}
			}
		}
	}
}

// percentile is the shade below which a share of the pixels is.
func percentile(shades *[256]int, n int, share float64) byte {
	below := int(float64(n) * share)
	for i, count := range shades {
		if below -= count; below < 0 {
			return byte(i)
		}
	}
	return 255
}

// neighbours is the middle one of the values around a block, so that a block
// that ink covers takes the light of those around it.
func neighbours(values []byte, columns, rows, c, r int) byte {
	var around [256]int
	n := 0
	for y := max(r-1, 0); y <= min(r+1, rows-1); y++ {
		for x := max(c-1, 0); x <= min(c+1, columns-1); x++ {
			around[values[y*columns+x]]++
			n++
		}
	}
	return percentile(&around, n, 0.5)
}

// levels are the shades of a flattened page that part ink from paper.
type levels struct {
	// ink is where print begins.
	ink byte
	// faint is where noise of the paper ends.
	faint byte
}

// measure finds the levels of a flattened page: Otsu's threshold between print
// and paper, and how far paper strays from white.
func (g *gray) measure() levels {
	var shades [256]int
	for _, p := range g.px {
		shades[p]++
	}
	// Most paper is at 255, cut off above: its spread shows below.
	n, square := 0, 0.0
	for i := 200; i < 256; i++ {
		n += shades[i]
		square += float64(shades[i]) * float64((255-i)*(255-i))
	}
	stray := math.Sqrt(square / float64(max(n, 1)))
	faint := min(max(255-4.5*stray, 150), 230)
	// Thin strokes are paler than Otsu's level, which broad ones set.
	ink := (float64(min(max(otsu(&shades), 100), 170)) + min(faint, 215)) / 2
	return levels{ink: byte(ink), faint: byte(faint)}
}

// otsu is the shade that parts the pixels into the two most different classes.
func otsu(shades *[256]int) int {
	total, sum := 0, 0.0
	for i, n := range shades {
		total += n
		sum += float64(i) * float64(n)
	}
	best, at, dark, darkSum := -1.0, 128, 0, 0.0
	for i, n := range shades {
		dark += n
		darkSum += float64(i) * float64(n)
		light := total - dark
		if dark == 0 || light == 0 {
			continue
		}
		gap := darkSum/float64(dark) - (sum-darkSum)/float64(light)
		if between := gap * gap * float64(dark) * float64(light); between > best {
			best, at = between, i+1
		}
	}
	return at
}
