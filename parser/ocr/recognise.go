package ocr

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
)

const (
	digitsModel = "eng"
	hanModel    = "chi_sim"
	// numberLetters are what numbers in the cells of forms are written with.
	numberLetters = "0123456789./-+,%"
)

// Ways of reading. The models lose other lone characters at another size. Of
// printed labels at 300 dpi the Chinese model reads 98 % right at 18 pixels a line
// and only 90 to 92 % at 22 to 56: made so small, print has no grain.
var (
	asWords        = task{language: hanModel, height: 18, mode: "7"}
	asWordsLarger  = task{language: hanModel, height: 20, mode: "7"}
	asWordsSmaller = task{language: hanModel, height: 16, mode: "7"}
	asWordsApart   = task{language: hanModel, height: 28, mode: "7"}
	asWord         = task{language: hanModel, height: 48, mode: "8"}
	asNumber       = task{language: digitsModel, letters: numberLetters, height: 20, mode: "7"}
	asNumberLarger = task{language: digitsModel, letters: numberLetters, height: 28, mode: "7"}
	asRawNumber    = task{language: digitsModel, letters: numberLetters, height: 24, mode: "13"}
	asHanNumber    = task{language: hanModel, letters: numberLetters, height: 28, mode: "8"}
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
		if l.faint {
			l.result = reading{text: unreadable, confidence: notRead}
			continue
		}
		if n, ok := s.number(l); ok {
			numbers = append(numbers, n)
		} else {
			words = append(words, l)
		}
	}
	all, rest, err := s.readNumbers(ctx, recognise, numbers)
	if err != nil {
		return err
	}
	words = append(words, rest...)
	if err := s.readWords(ctx, recognise, slices.Clone(words)); err != nil {
		return err
	}
	return s.readMixed(ctx, recognise, words, all)
}

// unreadable is what stands for print that was seen and not read.
const unreadable = "\uFFFD"

// readNumbers reads what looks like numbers, and gives back the lines that are
// none.
func (s *sheet) readNumbers(ctx context.Context, recognise recogniser, numbers []number) (all *[10]class, rest []*line, err error) {
	boxes := make([]rect, len(numbers))
	for i, n := range numbers {
		boxes[i] = n.line.box
	}
	a, err := s.readBoxes(ctx, recognise, boxes, asNumber)
	if err != nil {
		return nil, nil, err
	}
	b, err := s.readBoxes(ctx, recognise, boxes, asNumberLarger)
	if err != nil {
		return nil, nil, err
	}
	for i := range numbers {
		numbers[i].a, numbers[i].b = withoutSpace(a[i].text), withoutSpace(b[i].text)
	}
	all = classes(numbers, s.em)
	var open []*number
	for i := range numbers {
		n := &numbers[i]
		n.spelled = n.spell(all, s.em)
		n.line.result = n.judge(n.a, n.b)
		switch {
		case isDashes(n.spelled):
			n.line.result = n.dash(s.em)
		case n.line.result.confidence >= Bar:
		case strings.ContainsRune(n.spelled, unknown) && (n.a != n.b || len([]rune(n.a)) != len(n.signs)):
			n.line.result = reading{}
			rest = append(rest, n.line)
		case !strings.ContainsRune(n.spelled, unknown):
			open = append(open, n)
		}
		if n.line.doubt || !n.evenly(s.em) {
			n.line.result.confidence = min(n.line.result.confidence, disagree)
		}
	}
	return all, rest, s.readAgain(ctx, recognise, open)
}

// readAgain reads lines whose shapes spell a number that no reading said: the
// recogniser loses lone digits. Further readings, by the other model and in
// other ways, may say it too.
func (s *sheet) readAgain(ctx context.Context, recognise recogniser, open []*number) error {
	for _, way := range []task{asRawNumber, asHanNumber} {
		boxes := make([]rect, len(open))
		for i, n := range open {
			boxes[i] = n.line.box
		}
		c, err := s.readBoxes(ctx, recognise, boxes, way)
		if err != nil {
			return err
		}
		var still []*number
		for i, n := range open {
			switch {
			case withoutSpace(c[i].text) != n.spelled:
				still = append(still, n)
			case !n.line.doubt && !n.delicate() && n.evenly(s.em):
				n.line.result = reading{text: n.spelled, confidence: oneAgrees}
			}
		}
		open = still
	}
	return nil
}

// judge puts the readings of a number together.
func (n *number) judge(a, b string) reading {
	switch {
	case mayGroup(n.spelled):
		return reading{text: n.spelled, confidence: disagree}
	case n.spelled == a && a == b:
		return reading{text: a, confidence: allAgree}
	case n.spelled != "" && !n.delicate() && (n.spelled == a || n.spelled == b):
		return reading{text: n.spelled, confidence: oneAgrees}
	case a != "":
		return reading{text: a, confidence: disagree}
	case b != "":
		return reading{text: b, confidence: disagree}
	}
	return reading{text: unreadable, confidence: notRead}
}

// mayGroup reports whether a point may be a comma between thousands whose tail
// the scan lost: "32.860" is 32860 or 32.86, and all readings see a point.
func mayGroup(s string) bool {
	whole, rest, ok := strings.Cut(s, ".")
	return ok && len(rest) == 3 && strings.Trim(whole, "0") != "" && len(strings.TrimLeft(whole, "+-")) <= 3 || strings.Contains(s, ",") && ok
}

// delicate reports whether all readings must agree: where letters were cut, and
// where a point or a comma decides what the number is.
func (n *number) delicate() bool { return n.parted || strings.ContainsAny(n.spelled, ".,") }

// dash reads a line of dashes by its length; one that the scan broke is one.
func (n *number) dash(em int) reading {
	for k := 1; k < len(n.signs); k++ {
		if n.signs[k].letter.box.left-n.signs[k-1].letter.box.right > max(em/8, 2) {
			return reading{text: n.spelled, confidence: disagree}
		}
	}
	switch width := n.line.box.width(); {
	case width*4 <= em*3:
		return reading{text: "-", confidence: oneAgrees}
	case width*5 <= em*7:
		return reading{text: "—", confidence: oneAgrees}
	}
	return reading{text: "——", confidence: oneAgrees}
}

func isDashes(s string) bool { return s != "" && strings.Trim(s, "—-") == "" && len([]rune(s)) <= 2 }

func (s *sheet) readBoxes(ctx context.Context, recognise recogniser, boxes []rect, t task) ([]reading, error) {
	if len(boxes) == 0 {
		return nil, nil
	}
	t.lines = nil
	for _, b := range boxes {
		t.lines = append(t.lines, s.strip(b, t.height))
	}
	return recognise(ctx, t)
}

// wordWays are the ways in which words are read, one after the other, and how wide
// a line may be to be read in this way, in times its height: passages outside
// tables are no labels and read once.
var wordWays = []struct {
	task
	inCells, outside int
}{
	{asWords, math.MaxInt32, math.MaxInt32},
	{asWordsLarger, math.MaxInt32, 25},
	{asWordsSmaller, math.MaxInt32, 0},
	{asWord, 6, 0},
}

// doubtful is the confidence, in percent, below which words are read again.
const doubtful = 80

// readWords reads all else. Digits among words were read only once. What was
// hardly read is read in other ways, and the surest reading counts.
func (s *sheet) readWords(ctx context.Context, recognise recogniser, lines []*line) error {
	for _, way := range wordWays {
		lines = slices.DeleteFunc(lines, func(l *line) bool {
			widest := way.inCells
			if l.cell < 0 {
				widest = way.outside
			}
			return l.result.raw >= doubtful || l.box.width() > widest*s.em
		})
		all, err := s.readBoxes(ctx, recognise, boxesOf(lines), way.task)
		if err != nil {
			return err
		}
		for i, l := range lines {
			l.take(all[i])
		}
	}
	return nil
}

func boxesOf(lines []*line) []rect {
	boxes := make([]rect, len(lines))
	for i, l := range lines {
		boxes[i] = l.box
	}
	return boxes
}

// take keeps a reading of words if it is surer than the one before.
func (l *line) take(r reading) {
	l.words = true
	text, confidence := closeUp(r.text), min(max(r.confidence, notRead), 99)
	if strings.ContainsFunc(text, unicode.IsNumber) || isMark(text) || l.doubt {
		confidence = min(confidence, Bar-1)
	}
	switch {
	case text != "" && (confidence > l.result.confidence || l.result.text == "" || l.result.text == unreadable):
		l.result = reading{text: text, confidence: confidence, raw: r.confidence}
	case l.result.text == "":
		l.result = reading{text: unreadable, confidence: notRead}
	}
}

// isMark reports whether a text is what may stand in a cell for a figure, or be
// a digit misread: marks alone, or 一.
func isMark(text string) bool {
	return strings.Trim(text, "一") == "" || !strings.ContainsFunc(text, unicode.IsLetter)
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
	return brackets.Replace(b.String())
}

// brackets mends what the model makes of round brackets; reports have no others
// of this look.
var brackets = strings.NewReplacer("〈", "（", "〉", "）")

func startsLatin(w string) bool { return w[0] < 0x80 && unicode.IsLetter(rune(w[0])) }

func endsLatin(w string) bool { return w[len(w)-1] < 0x80 && unicode.IsLetter(rune(w[len(w)-1])) }
