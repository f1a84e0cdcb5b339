package report

import (
	"encoding/json"
	"testing"
)

func decimal(t *testing.T, s string) *Decimal {
	t.Helper()
	d, err := ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDecimalKeepsWhatIsPrinted(t *testing.T) {
	for _, s := range []string{"0", "-8", "0.00", "0.092", "38.441094", "-0.5", "11398889", "123456789012345678901.25"} {
		if got := decimal(t, s).String(); got != s {
			t.Errorf("%s came out as %s", s, got)
		}
	}
}

func TestDecimalRefuses(t *testing.T) {
	for _, s := range []string{"", "-", ".5", "5.", "1e3", "+1", "1,000", "--1", "１", "1.2.3", "1234567890123456789012345678901"} {
		if d, err := ParseDecimal(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestDecimalArithmetic(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{decimal(t, "38.441094").Shift(4).String(), "384410.94"},
		{decimal(t, "2601.953875").Shift(4).String(), "26019538.75"},
		{decimal(t, "0.00").Shift(4).String(), "0"},
		{decimal(t, "477.35").Shift(8).String(), "47735000000"},
		{decimal(t, "0.1").Add(decimal(t, "0.20")).String(), "0.30"},
		{decimal(t, "1").Sub(decimal(t, "0.92")).String(), "0.08"},
		{decimal(t, "3").Neg().String(), "-3"},
		{new(Decimal).Add(NewDecimal(7)).String(), "7"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	for want, numbers := range map[string][]string{
		"0": {}, "6": {"1", "2", "3"}, "0.30": {"0.1", "0.20"}, "1000000000000000000000.5": {"999999999999999999999", "1", "0.5"}, "-3.5": {"-4", "0.5"},
	} {
		var terms []*Decimal
		for _, n := range numbers {
			terms = append(terms, decimal(t, n))
		}
		if got := Sum(terms).String(); got != want {
			t.Errorf("the sum of %v is %s, want %s", numbers, got, want)
		}
	}
	if !decimal(t, "0.00").Equal(new(Decimal)) || decimal(t, "1").Equal(decimal(t, "1.01")) {
		t.Error("Equal compares text, not numbers")
	}
}

func TestFigureJSONRoundTrip(t *testing.T) {
	for _, f := range []Figure{
		{ID: "requests.received.total", State: Number, Value: decimal(t, "859"), Unit: "requests", Raw: "859", At: Pos{Table: 2, Row: 4, Col: 8}},
		{ID: "disclosure.procurement.amount", State: Unreadable, Unit: "CNY", Raw: "8040", Note: Text{ZH: "无单位", EN: "no unit"}},
		{ID: "disclosure.fees.amount"},
	} {
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var back Figure
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(back)
		if string(again) != string(b) {
			t.Errorf("%s became %s", b, again)
		}
	}
	b, _ := json.Marshal(Figure{ID: "x"})
	if want := `{"figure":"x","state":"absent","value":null,"unit":"","raw":""}`; string(b) != want {
		t.Errorf("zero figure is %s, want %s", b, want)
	}
}

func TestStateNames(t *testing.T) {
	for _, s := range States() {
		b, _ := s.MarshalText()
		var back State
		if err := back.UnmarshalText(b); err != nil || back != s {
			t.Errorf("%s: %v, %v", s, back, err)
		}
	}
	var s State
	if s.UnmarshalText([]byte("zero")) == nil {
		t.Error("an unknown state was read")
	}
}

func TestText(t *testing.T) {
	a, b := Text{"甲", "a"}, Text{"乙", "b"}
	if got := a.And(b).String(); got != "甲；乙 / a; b" {
		t.Error(got)
	}
	if a.And(Text{}) != a || (Text{}).And(b) != b || (Text{}).String() != "" {
		t.Error("empty messages are not neutral")
	}
}
