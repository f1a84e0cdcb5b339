package normalize_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

var (
	figuresFlag = flag.Int("figures", 200_000, "how many printed figures the accuracy test reads")
	seedFlag    = flag.Uint64("seed", 1, "seed of the accuracy test")
	onlyFlag    = flag.Uint64("only", 0, "read only the document with this number, and print it")
)

// reader is the whole way from bytes to figures.
type reader struct {
	*parser.Parser
	*normalize.Normalizer
}

func newReader() reader {
	forms, words := schemas.Embedded(), schemas.EmbeddedWords()
	return reader{&parser.Parser{Forms: forms, Words: words}, &normalize.Normalizer{Forms: forms, Words: words}}
}

func (r reader) read(name string, data []byte) (*report.Report, error) {
	read, err := r.Parse(context.Background(), report.Source{Name: name}, data)
	if err == nil {
		r.Normalize(read)
	}
	return read, err
}

// document is a printed report of which everything is known.
type document struct {
	filled  *formtest.Filled
	layout  formtest.Layout
	mistake string
	blanks  bool // some cells are empty or hold no number
	data    []byte
}

// print makes the numbered document of a seed: form, style, layout and mistake
// all follow from the two numbers.
func printDocument(seed, number uint64) document {
	rng := rand.New(rand.NewPCG(seed, number))
	forms := schemas.Embedded().Forms
	layouts, mistakes := formtest.Layouts(), formtest.Mistakes()
	style := formtest.Style{Plain: rng.IntN(2) == 0, Large: rng.IntN(2) == 0, Broken: rng.IntN(4) == 0}
	if rng.IntN(2) == 0 {
		style.Blank, style.None, style.Odd = rng.Float64()*0.8, rng.Float64()*0.1, rng.Float64()*0.05
	}
	d := document{blanks: style.Blank > 0, filled: formtest.Random(rng, forms[rng.IntN(len(forms))], style), layout: layouts[rng.IntN(len(layouts))]}
	tables := d.filled.Tables()
	m := mistakes[rng.IntN(len(mistakes))]
	// One cell too many beside an empty one leaves a row that is whole: the page
	// itself prints something else then than the office meant.
	cancels := m.AddsCells && style.Blank > 0
	if rng.IntN(2) == 0 && !cancels {
		m.Make(rng, d.filled, tables)
		d.mistake = m.Name
	}
	d.data = d.layout.Print(rng, d.filled, tables)
	return d
}

// score counts how figures were read.
type score struct{ right, refused, silent int }

func (s score) String() string {
	all := max(s.right+s.refused+s.silent, 1)
	return fmt.Sprintf("%7d figures  %6.2f %% right  %6.2f %% refused  %d silent", all, 100*float64(s.right)/float64(all), 100*float64(s.refused)/float64(all), s.silent)
}

// TestAccuracy prints random reports, valid and broken, in every layout and
// with every mistake, reads them and compares every figure with what was
// printed. A figure is right, or refused, or silently wrong; the last never.
func TestAccuracy(t *testing.T) {
	r := newReader()
	whole, gappy, byMistake := map[string]*score{}, map[string]*score{}, map[string]*score{}
	total, due := 0, *figuresFlag
	if testing.Short() {
		due /= 10
	}
	for number := uint64(1); total < due; number++ {
		if *onlyFlag != 0 {
			number = *onlyFlag
		}
		d := printDocument(*seedFlag, number)
		if *onlyFlag != 0 {
			t.Logf("%s, %q:\n%s", d.layout.Name, d.mistake, d.data)
			total = due
		}
		read, err := r.read(fmt.Sprint(number), d.data)
		if err != nil {
			t.Fatalf("document %d (%s, %q): %v", number, d.layout.Name, d.mistake, err)
		}
		s := d.compare(t, number, read)
		total += s.right + s.refused + s.silent
		switch {
		case d.mistake != "":
			add(byMistake, d.mistake, s)
		case d.blanks:
			add(gappy, d.layout.Name, s)
		default:
			add(whole, d.layout.Name, s)
		}
		if t.Failed() && *onlyFlag == 0 {
			t.Logf("again: go test ./normalize -run TestAccuracy -seed %d -only %d -v", *seedFlag, number)
			return
		}
	}
	t.Logf("%d figures\nevery cell a number, by layout:\n%sup to 80 %% of the cells empty, by layout:\n%sone mistake, all layouts:\n%s", total, table(whole), table(gappy), table(byMistake))
	for layout, s := range whole {
		if s.refused > 0 {
			t.Errorf("%s: %d figures of whole tables were refused", layout, s.refused)
		}
	}
}

func add(scores map[string]*score, key string, s score) {
	if scores[key] == nil {
		scores[key] = &score{}
	}
	scores[key].right += s.right
	scores[key].refused += s.refused
	scores[key].silent += s.silent
}

func table(scores map[string]*score) string {
	var lines []string
	for key, s := range scores {
		lines = append(lines, fmt.Sprintf("  %-50s %s\n", key, s))
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

func (d document) compare(t *testing.T, number uint64, read *report.Report) (s score) {
	got := map[report.ID]report.Figure{}
	for _, f := range read.Figures {
		got[f.ID] = f
	}
	for _, spec := range d.filled.Form.Figures() {
		want := d.filled.Cells[spec.ID]
		f := got[spec.ID]
		delete(got, spec.ID)
		switch {
		case f.State == want.State && (f.State != report.Number || f.Value.Equal(want.Value)):
			s.right++
		case f.State == report.Unreadable && !f.Note.IsZero(), f.State == report.Absent:
			s.refused++
			if *onlyFlag != 0 {
				t.Logf("refused %s: %s %s", spec.ID, f.State, f.Note.EN)
			}
		default:
			s.silent++
			t.Errorf("document %d (%s, form %s, mistake %q): %s: printed %q (%s), read %s %v (raw %q, note %s)",
				number, d.layout.Name, d.filled.Form.ID, d.mistake, spec.ID, want.Raw, want.State, f.State, f.Value, f.Raw, f.Note.EN)
		}
	}
	for id, f := range got {
		if f.State == report.Number {
			s.silent++
			t.Errorf("document %d (%s): %s is not in the form, read %v", number, d.layout.Name, id, f.Value)
		}
	}
	return s
}
