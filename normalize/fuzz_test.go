package normalize_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
)

// FuzzRead asserts what holds for the reading of any bytes: no panic, the same
// figures twice, a reason for every refusal, and no number that the page does
// not print.
func FuzzRead(f *testing.F) {
	for i, layout := range formtest.Layouts() {
		rng := rand.New(rand.NewPCG(3, uint64(i)))
		forms := schemas.Embedded().Forms
		filled := formtest.Random(rng, forms[i%len(forms)], formtest.Style{Large: true, Plain: true})
		f.Add(layout.Print(rng, filled, filled.Tables()))
	}
	r := newReader()
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := r.read("fuzz", data)
		if err != nil {
			return
		}
		second, _ := r.read("fuzz", data)
		a, err := first.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := second.Canonical(); !bytes.Equal(a, b) {
			t.Fatal("the same bytes gave two readings")
		}
		for _, figure := range first.Figures {
			checkFigure(t, figure)
		}
	})
}

func checkFigure(t *testing.T, f report.Figure) {
	switch f.State {
	case report.Number:
		if f.Value == nil || f.Raw == "" {
			t.Errorf("%s is a number without value or text: %+v", f.ID, f)
		}
		// Bare digits must come out as they stand, in yuan if they are money.
		if schemas.IsDigits(f.Raw) && f.Unit != schemas.Money && f.Value.String() != f.Raw {
			t.Errorf("%s: printed %s, read %s", f.ID, f.Raw, f.Value)
		}
	case report.Unreadable:
		if f.Note.IsZero() || f.Value != nil {
			t.Errorf("%s is refused without a reason or with a value: %+v", f.ID, f)
		}
	default:
		if f.Value != nil {
			t.Errorf("%s is %s and has a value", f.ID, f.State)
		}
		if f.State == report.Blank && strings.TrimSpace(f.Raw) != "" {
			t.Errorf("%s is blank and prints %q", f.ID, f.Raw)
		}
	}
}
