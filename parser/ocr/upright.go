package ocr

import (
	"cmp"
	"context"
	"slices"
)

// A page that lies on its side or its head shows by its words: they cannot be
// read. Digits do not show it; 6 and 9, 0, 1 and 8 stay digits.
const (
	// legible is the mean confidence, in percent, of words that stand upright.
	legible = 45
	// sampled is how many lines are read to try another direction.
	sampled = 8
)

// readUpright reads a page, turned by quarters as its words need it.
func readUpright(ctx context.Context, g *gray, recognise recogniser) (*sheet, error) {
	g.flatten()
	s, err := layOut(ctx, g)
	if err != nil {
		return nil, err
	}
	if err := s.read(ctx, recognise); err != nil {
		return nil, err
	}
	best, turns := s.legibility(), 0
	if best >= legible {
		return s, nil
	}
	for _, quarters := range []int{2, 1, 3} {
		sample, err := s.sample(ctx, g.quarter(quarters), recognise)
		if err != nil {
			return nil, err
		}
		if sample > best && sample >= legible {
			best, turns = sample, quarters
		}
	}
	if turns == 0 {
		s.distrust()
		return s, nil
	}
	if s, err = layOut(ctx, g.quarter(turns)); err != nil {
		return nil, err
	}
	if err := s.read(ctx, recognise); err != nil {
		return nil, err
	}
	if s.legibility() < legible {
		s.distrust()
	}
	return s, nil
}

// legibility is the mean confidence of the words of a page.
func (s *sheet) legibility() float64 {
	sum, n := 0.0, 0
	for _, l := range s.lines {
		if l.words {
			sum += l.result.raw
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// sample is the legibility of the widest lines of a page.
func (*sheet) sample(ctx context.Context, g *gray, recognise recogniser) (float64, error) {
	s, err := layOut(ctx, g)
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(s.lines, func(a, b line) int { return cmp.Compare(b.box.width(), a.box.width()) })
	s.lines = s.lines[:min(len(s.lines), sampled)]
	var boxes []rect
	for _, l := range s.lines {
		boxes = append(boxes, l.box)
	}
	all, err := s.readBoxes(ctx, recognise, boxes, asWords)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, r := range all {
		sum += r.confidence
	}
	return sum / float64(max(len(all), 1)), nil
}

// distrust takes the confidence from the numbers of a page whose words cannot be
// read: it may stand on its head.
func (s *sheet) distrust() {
	for i := range s.lines {
		r := &s.lines[i].result
		r.confidence = min(r.confidence, disagree)
	}
}
