package ocr

import (
	"context"
	"strings"
	"unicode"
)

const (
	digitsModel = "eng"
	hanModel    = "chi_sim"
	// numberLetters are what numbers in the cells of forms are written with.
	numberLetters = "0123456789./-+,%"
)

// What agreement of readings is worth, in percent; below Bar a number is not to
// be taken.
const (
	allAgree  = 98 // two readings of the recogniser, and the shapes
	oneAgrees = 93 // one of them and the shapes
	disagree  = 50
	notRead   = 1
)

// strip cuts a line out of the page, with paper around it, at the size at which
// a line of print has the height in pixels.
func (s *sheet) strip(box rect, height int) *gray {
	factor := float64(height) / float64(s.em)
	scaled := s.g.crop(box.grow(1)).scale(factor)
	margin := height / 3
	out := newGray(scaled.w+2*margin, scaled.h+2*margin)
	for y := range scaled.h {
		copy(out.px[(y+margin)*out.w+margin:], scaled.px[y*scaled.w:(y+1)*scaled.w])
	}
	return out
}

// recogniser reads the lines of a task.
type recogniser func(context.Context, task) ([]reading, error)

// read reads all lines of the page.
func (s *sheet) read(ctx context.Context, recognise recogniser) error {
	var numbers []number
	var words []*line
	for i := range s.lines {
		l := &s.lines[i]
		switch {
		case l.faint:
			l.result = reading{unreadable, notRead}
		case l.numberLike(s.em):
			numbers = append(numbers, number{line: l, signs: s.signs(*l)})
		default:
			words = append(words, l)
		}
	}
	rest, err := s.readNumbers(ctx, recognise, numbers)
	if err != nil {
		return err
	}
	return s.readWords(ctx, recognise, append(words, rest...))
}

// unreadable is what stands for print that was seen and not read.
const unreadable = "\uFFFD"

// readNumbers reads what looks like numbers, and gives back the lines that are
// none.
func (s *sheet) readNumbers(ctx context.Context, recognise recogniser, numbers []number) (rest []*line, err error) {
	boxes := make([]rect, len(numbers))
	for i, n := range numbers {
		boxes[i] = n.line.box
	}
	// The model loses other lone digits at another size.
	a, err := s.readBoxes(ctx, recognise, boxes, digitsModel, numberLetters, 20, "7")
	if err != nil {
		return nil, err
	}
	b, err := s.readBoxes(ctx, recognise, boxes, digitsModel, numberLetters, 28, "7")
	if err != nil {
		return nil, err
	}
	for i := range numbers {
		numbers[i].a, numbers[i].b = withoutSpace(a[i].text), withoutSpace(b[i].text)
	}
	all := classes(numbers)
	var open []*number
	for i := range numbers {
		n := &numbers[i]
		n.spelled = n.spell(all, s.em)
		n.line.result = n.judge(n.a, n.b)
		switch {
		case isDashes(n.spelled):
			n.line.result = reading{n.spelled, oneAgrees}
		case n.line.result.confidence >= Bar:
		case strings.ContainsRune(n.spelled, unknown):
			rest = append(rest, n.line)
		default:
			open = append(open, n)
		}
		if n.line.doubt || !n.evenly(s.em) {
			n.line.result.confidence = min(n.line.result.confidence, disagree)
		}
	}
	return rest, s.readAgain(ctx, recognise, open)
}

// readAgain reads lines whose shapes spell a number that no reading said: the
// recogniser loses lone digits. A third reading, by the other model, decides.
func (s *sheet) readAgain(ctx context.Context, recognise recogniser, open []*number) error {
	boxes := make([]rect, len(open))
	for i, n := range open {
		boxes[i] = n.line.box
	}
	c, err := s.readBoxes(ctx, recognise, boxes, hanModel, numberLetters, 28, "8")
	if err != nil {
		return err
	}
	for i, n := range open {
		third := withoutSpace(c[i].text)
		if third == n.spelled && !n.line.doubt && n.evenly(s.em) {
			n.line.result = n.judge(third, "")
		}
	}
	return nil
}

// judge puts the readings of a number together.
func (n *number) judge(a, b string) reading {
	switch {
	case n.spelled == a && a == b:
		return reading{a, allAgree}
	case n.spelled != "" && (n.spelled == a || n.spelled == b):
		return reading{n.spelled, oneAgrees}
	case a != "":
		return reading{a, disagree}
	case b != "":
		return reading{b, disagree}
	}
	return reading{unreadable, notRead}
}

func isDashes(s string) bool { return s != "" && strings.Trim(s, "—-") == "" && len([]rune(s)) <= 2 }

func (s *sheet) readBoxes(ctx context.Context, recognise recogniser, boxes []rect, language, letters string, height int, mode string) ([]reading, error) {
	t := task{language: language, letters: letters, mode: mode}
	for _, b := range boxes {
		t.lines = append(t.lines, s.strip(b, height))
	}
	return recognise(ctx, t)
}

// readWords reads all else. Digits among words were read only once.
func (s *sheet) readWords(ctx context.Context, recognise recogniser, lines []*line) error {
	boxes := make([]rect, len(lines))
	for i, l := range lines {
		boxes[i] = l.box
	}
	all, err := s.readBoxes(ctx, recognise, boxes, hanModel, "", 36, "7")
	if err != nil {
		return err
	}
	for i, l := range lines {
		text := closeUp(all[i].text)
		switch confidence := min(max(all[i].confidence, notRead), 99); {
		case text == "":
			if l.result.text == "" {
				l.result = reading{unreadable, notRead}
			}
		case strings.ContainsFunc(text, unicode.IsNumber) || l.doubt:
			l.result = reading{text, min(confidence, Bar-1)}
		default:
			l.result = reading{text, confidence}
		}
	}
	return nil
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

// closeUp takes out the spaces that the recogniser puts between Chinese words.
func closeUp(s string) string {
	var b strings.Builder
	words := strings.Fields(s)
	for i, w := range words {
		if i > 0 && endsLatin(words[i-1]) && startsLatin(w) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func startsLatin(w string) bool { return w[0] < 0x80 && unicode.IsLetter(rune(w[0])) }

func endsLatin(w string) bool { return w[len(w)-1] < 0x80 && unicode.IsLetter(rune(w[len(w)-1])) }
