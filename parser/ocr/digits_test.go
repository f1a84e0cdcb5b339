package ocr

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestShapesOfDigits draws the digits in several sizes and spoils them. What a
// shape may be must hold the digit that it is, and nearly nothing else.
func TestShapesOfDigits(t *testing.T) {
	own, others, n := 0, 0, 0
	for _, bold := range []bool{false, true} {
		for _, size := range []float64{34, 44, 60} {
			for digit := '0'; digit <= '9'; digit++ {
				g := paper(80, 80)
				g.text(t, 20, 60, size, bold, string(digit))
				g = g.turn(0.3).soften()
				g.noise(8)
				all := letters(g.parts(150))
				if len(all) != 1 {
					t.Fatalf("%c at %g has %d letters", digit, size, len(all))
				}
				shape := g.shapeOf(all[0], 150)
				for c := '0'; c <= '9'; c++ {
					switch may := shape.mayBe(c); {
					case c == digit && may:
						own++
					case c == digit:
						t.Logf("%c at %g (bold %v) may not be itself", digit, size, bold)
					case may:
						others++
						t.Logf("%c at %g (bold %v) may be %c", digit, size, bold, c)
					}
				}
				n++
			}
		}
	}
	if own*10 < n*9 || others*100 > n*3 {
		t.Errorf("of %d digits %d may be themselves, %d something else", n, own, others)
	}
}

// drawnPage is a page with a header of words and cells of numbers.
func drawnPage(t *testing.T, cells [][]string) *gray {
	t.Helper()
	g := paper(1700, 300+110*len(cells))
	g.table(100, 100, 5, len(cells), 300, 110, 2, 0)
	for r, row := range cells {
		for c, text := range row {
			g.text(t, 140+300*c, 172+110*r, 44, false, text)
		}
	}
	return g
}

// fake reads as told: by the order of the lines in the first task of numbers.
type fake struct {
	numbers map[string][]string // by language
	words   string
	calls   int
}

func (f *fake) read(_ context.Context, t task) ([]reading, error) {
	f.calls++
	all := make([]reading, len(t.lines))
	for i := range all {
		all[i] = reading{text: f.words, confidence: 80}
		if told := f.numbers[fmt.Sprint(t.language, t.height)]; t.letters != "" && len(told) == len(all) {
			all[i].text = told[i]
		}
	}
	return all, nil
}

// TestAgreement reads a page of digits with readings that are right but for one
// line, which the recogniser misreads the same way twice.
func TestAgreement(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	cells := [][]string{{"Words", "Words", "Words", "Words", "Words"}}
	truth := make([]string, 5) // no numbers in the header
	for range 12 {
		row := make([]string, 5)
		for c := range row {
			row[c] = fmt.Sprint(rng.IntN(90_000) + 10_000)
		}
		cells, truth = append(cells, row), append(truth, row...)
	}
	for _, change := range [][2]string{{"", ""}, {"7", "1"}, {"1", "7"}, {"8", "6"}, {"5", "3"}, {"3", "8"}, {"0", "6"}, {"9", "4"}, {"6", "0"}, {"2", ""}, {"4", "41"}} {
		told, wrong := append([]string(nil), truth...), -1
		if change[0] != "" {
			for i, s := range told {
				if s != "" && strings.Contains(s, change[0]) {
					told[i], wrong = strings.Replace(s, change[0], change[1], 1), i
					break
				}
			}
		}
		f := &fake{numbers: map[string][]string{"eng20": told, "eng28": told}, words: "Words"}
		p, err := (&Reader{recognise: f.read}).Picture(context.Background(), drawnPage(t, cells).png(t), 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Glyphs) != 65 {
			t.Fatalf("%d glyphs", len(p.Glyphs))
		}
		for i, g := range p.Glyphs {
			switch {
			case i < 5:
			case i == wrong && g.Confidence >= Bar:
				t.Errorf("%q for %q: confidence %d of %q", change[1], change[0], g.Confidence, g.Text)
			case i != wrong && (g.Confidence < Bar || g.Text != truth[i]):
				t.Errorf("%v: %q read as %q, confidence %d", change, truth[i], g.Text, g.Confidence)
			}
		}
	}
}

// TestBlankFaintUnread keeps apart what is empty, what is too faint and what is
// print that nobody can read.
func TestBlankFaintUnread(t *testing.T) {
	g := drawnPage(t, [][]string{{"Words", "Words", "Words", "Words", "Words"}, {"Words", "", "&", "0", ""}})
	told := []string{"", "", "", "", "", "", "0"}
	f := &fake{words: "Words", numbers: map[string][]string{"eng20": told, "eng28": told}}
	p, err := (&Reader{recognise: f.read}).Picture(context.Background(), g.png(t), 4)
	if err != nil {
		t.Fatal(err)
	}
	if p.Number != 4 || p.Width != 1700 || len(p.Rules) != 9 {
		t.Errorf("page %d, %g wide, %d rules", p.Number, p.Width, len(p.Rules))
	}
	var texts []string
	for _, g := range p.Glyphs {
		texts = append(texts, g.Text)
	}
	if len(p.Glyphs) != 8 || p.Glyphs[7].Text != "0" || p.Glyphs[7].Confidence < Bar {
		t.Errorf("glyphs %q", texts)
	}
	if b := p.Glyphs[7]; b.Left < 1000 || b.Right > 1300 || b.Top < 210 || b.Bottom > 320 {
		t.Errorf("the 0 stands at %+v", b)
	}
}

// TestNoWordsNoNumbers: a page whose words nobody can read may lie on its head,
// and its numbers are not to be taken.
func TestNoWordsNoNumbers(t *testing.T) {
	g := drawnPage(t, [][]string{{"Words", "Words", "Words", "Words", "Words"}, {"606", "909", "88", "11", "0"}})
	told := []string{"", "", "", "", "", "606", "909", "88", "11", "0"}
	f := &fake{numbers: map[string][]string{"eng20": told, "eng28": told}}
	p, err := (&Reader{recognise: f.read}).Picture(context.Background(), g.png(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range p.Glyphs {
		if g.Confidence >= Bar {
			t.Errorf("%q has confidence %d", g.Text, g.Confidence)
		}
	}
}

func TestSplitNumber(t *testing.T) {
	for text, want := range map[string]string{
		"12件": "|12|件|true", "增5": "增|5||true", "0.5万元": "|0.5|万元|true", "12": "|12||true",
		"无": "|||false", "3或4": "|3|或4|false", "约5%": "约|5%||true", "A5": "A|5||false",
	} {
		before, digits, after, ok := splitNumber(text)
		if got := fmt.Sprintf("%s|%s|%s|%v", before, digits, after, ok); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestCloseUp(t *testing.T) {
	for text, want := range map[string]string{"行政 强制": "行政强制", "open data 公开 2021 年": "open data公开2021年"} {
		if got := closeUp(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestPointOrComma: a point before three digits may be a comma.
func TestPointOrComma(t *testing.T) {
	for text, want := range map[string]bool{"32.860": true, "1,234.567": true, "1.234": true, "0.123": false, "32,860": false, "32.8": false, "1234.567": false, "12.3456": false, "5": false} {
		if got := mayGroup(text); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
		n := &number{spelled: text}
		if r := n.judge(text, text); (r.confidence < Bar) != want {
			t.Errorf("%s: confidence %g", text, r.confidence)
		}
	}
}

// TestDashes reads dashes by their length, and one that the scan broke as one.
func TestDashes(t *testing.T) {
	for _, test := range []struct {
		pieces [][2]int
		want   string
		sure   bool
	}{
		{[][2]int{{0, 18}}, "-", true},
		{[][2]int{{0, 40}}, "—", true},
		{[][2]int{{0, 80}}, "——", true},
		{[][2]int{{0, 18}, {20, 40}}, "—", true},
		{[][2]int{{0, 18}, {30, 48}}, "--", false},
	} {
		n := &number{spelled: strings.Repeat("-", len(test.pieces)), line: &line{box: rect{0, 0, test.pieces[len(test.pieces)-1][1], 3}}}
		for _, p := range test.pieces {
			n.signs = append(n.signs, sign{letter: letter{box: rect{p[0], 0, p[1], 3}}})
		}
		if r := n.dash(40); r.text != test.want || (r.confidence >= Bar) != test.sure {
			t.Errorf("%v: %+v", test.pieces, r)
		}
	}
}

// TestShapesOfMarks spells numbers by their shapes alone: marks show by their
// size and place.
func TestShapesOfMarks(t *testing.T) {
	for _, size := range []float64{32, 44, 60} {
		for text, want := range map[string]string{
			"68,244": "??,???",
			"68.24":  "??.??",
			"-5178":  "-????",
			"—5178":  "-????", // as wide as a dash, and yet a minus
			"+463":   "+???",
		} {
			g := paper(700, 300)
			g.table(20, 20, 1, 1, 640, 200, 2, 0)
			g.text(t, 100, 140, size, false, text)
			s := lay(t, g)
			if len(s.lines) != 1 {
				t.Fatalf("%s: %d lines", text, len(s.lines))
			}
			s.em = int(size)
			n, ok := s.number(&s.lines[0])
			if got := n.spell(&[10]class{}, s.em); !ok || got != want {
				t.Errorf("%s at %g: %q, a number: %v", text, size, got, ok)
			}
		}
	}
}

// TestPartedLetters draws sevens on a page without others: what two readings and
// the shapes say is taken, but not if the letters had to be cut, since a Chinese
// character falls into pieces that look like digits.
func TestPartedLetters(t *testing.T) {
	g := paper(700, 300)
	g.table(20, 20, 1, 1, 640, 200, 2, 0)
	g.text(t, 100, 140, 44, false, "77")
	s := lay(t, g)
	s.em = 44
	n, ok := s.number(&s.lines[0])
	if !ok {
		t.Fatal("no number")
	}
	n.a, n.b = "77", "77"
	for parted, want := range map[bool]string{false: "77", true: "??"} {
		n.parted = parted
		if got := n.spell(classes([]number{n}, s.em), s.em); got != want {
			t.Errorf("parted %v: %q", parted, got)
		}
	}
}
