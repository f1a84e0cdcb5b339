package ocr

const (
	digitsModel = "eng"
	hanModel    = "chi_sim"
	// numberLetters are what numbers in the cells of forms are written with.
	numberLetters = "0123456789./-+,%"
)

// strip cuts a line out of the page, with paper around it, at the size at which
// a line of print has the height in pixels.
func (s *sheet) strip(l line, height int) *gray {
	factor := float64(height) / float64(s.em)
	part := s.g.crop(l.box.grow(1))
	scaled := part.scale(factor)
	margin := height / 3
	out := newGray(scaled.w+2*margin, scaled.h+2*margin)
	for y := range scaled.h {
		copy(out.px[(y+margin)*out.w+margin:], scaled.px[y*scaled.w:(y+1)*scaled.w])
	}
	return out
}
