package schemas

import (
	"strings"
	"testing"
)

func TestSchemaSQLHasAColumnForEachFigure(t *testing.T) {
	set := Embedded()
	columns := map[string]SQLColumn{}
	for _, c := range set.SQLColumns() {
		if _, twice := columns[c.Name]; twice {
			t.Errorf("column %s stands twice", c.Name)
		}
		columns[c.Name] = c
	}
	for _, f := range set.Figures() {
		c := columns[Column(f.ID)]
		if c.Type != "ANY" || !strings.Contains(c.Comment, f.Label()) || !strings.HasSuffix(c.Comment, f.Unit) {
			t.Errorf("figure %s has the column %+v", f.ID, c)
		}
	}
	if want := len(set.Figures()) + 3; len(columns) != want {
		t.Errorf("%d columns, want %d", len(columns), want)
	}
}

func TestSQLNamesAreQuoted(t *testing.T) {
	for name, want := range map[string]string{
		"requests_received_total": "requests_received_total",
		"order":                   `"order"`,
		"a b":                     `"a b"`,
		`x"; DROP TABLE reports`:  `"x""; DROP TABLE reports"`,
		"1_a":                     `"1_a"`,
	} {
		if got := quoted(name); got != want {
			t.Errorf("%s is written %s, want %s", name, got, want)
		}
	}
}
