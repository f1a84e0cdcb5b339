package normalize_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"gongkai/report"
)

// lookAlikes are what optical recognition takes for other characters.
var lookAlikes = []rune("曰囗仵苹埋末夭己戋冂")

// recognise makes the tables of a report those of a picture: every cell has a
// confidence, and some labels are misread in a character, of which recognition is
// sure or not.
func recognise(rng *rand.Rand, r *report.Report) (misread int) {
	for _, s := range r.Sections {
		for _, t := range s.Tables {
			for _, row := range t.Rows {
				for i := range row {
					c := &row[i]
					c.Confidence = 90 + rng.IntN(11)
					if text := []rune(c.Text); len(text) >= 3 && text[0] > 0x3000 && rng.IntN(12) == 0 {
						text[rng.IntN(len(text))] = lookAlikes[rng.IntN(len(lookAlikes))]
						c.Text, misread = string(text), misread+1
						if rng.IntN(2) == 0 {
							c.Confidence = 30 + rng.IntN(60)
						}
					}
				}
			}
		}
	}
	return misread
}

// TestRecognisedDocuments reads random reports, valid and broken, as if they had
// been recognised in pictures with misread labels: no figure may be wrong, every
// one that is read says where it comes from, and most labels do no harm.
func TestRecognisedDocuments(t *testing.T) {
	documents := uint64(200)
	if testing.Short() {
		documents = 30
	}
	reader := newReader()
	var all score
	labels := 0
	for number := range documents {
		d := printDocument(*seedFlag+7, number)
		r, err := reader.Parse(context.Background(), report.Source{Name: fmt.Sprint(number)}, d.data)
		if err != nil {
			t.Fatal(err)
		}
		labels += recognise(rand.New(rand.NewPCG(3, number)), r)
		reader.Normalize(r)
		s := d.compare(t, number, r)
		all.right, all.refused, all.silent = all.right+s.right, all.refused+s.refused, all.silent+s.silent
		for _, f := range r.Figures {
			if f.State == report.Number && (f.Source != report.OCR || f.Confidence < 90) {
				t.Fatalf("document %d: %+v", number, f)
			}
		}
	}
	t.Logf("%d misread labels: %s", labels, all)
	if labels < int(documents) || 2*all.right < 3*all.refused {
		t.Errorf("%d misread labels: %s", labels, all)
	}
}
