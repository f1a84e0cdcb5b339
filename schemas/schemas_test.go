package schemas

import (
	"encoding/csv"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"gongkai/report"
)

var update = flag.Bool("update", false, "write the derived files anew")

//go:generate go test . -run TestDerived -update

// TestDerived fails when a file that is derived from the forms is stale.
func TestDerived(t *testing.T) {
	set := Embedded()
	for name, text := range map[string]string{
		"figures.csv":        set.FiguresCSV(),
		"CODEBOOK.md":        set.Codebook(),
		"report.schema.json": set.JSONSchema(),
		"schema.sql":         set.SQL(),
	} {
		if *update {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if have, err := os.ReadFile(name); err != nil || string(have) != text {
			t.Errorf("%s is stale (%v): run go generate ./schemas", name, err)
		}
	}
}

// TestFigureIDs holds the ids and units against those that are public: datasets and
// programs of others know them, so none may change or go.
func TestFigureIDs(t *testing.T) {
	set := Embedded()
	count := map[string]int{}
	both := 0
	for _, f := range set.Figures() {
		for form := range f.Labels {
			count[form]++
		}
		if len(f.Labels) == 2 {
			both++
		}
	}
	if len(set.Figures()) != 226 || count["2019"] != 198 || count["2021"] != 200 || both != 172 {
		t.Errorf("%d figures, %v, %d in both forms", len(set.Figures()), count, both)
	}
	contract, err := os.Open("testdata/ids.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer contract.Close()
	want, err := csv.NewReader(contract).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	have, err := csv.NewReader(strings.NewReader(set.FiguresCSV())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	units := map[string]string{}
	for _, row := range have[1:] {
		units[row[0]] = row[1]
	}
	for _, row := range want[1:] {
		if unit := units[row[0]]; unit != row[1] {
			t.Errorf("%s in %q is public, the forms have it in %q", row[0], row[1], unit)
		}
		delete(units, row[0])
	}
	for id := range units {
		t.Errorf("%s is new: add it to testdata/ids.csv", id)
	}
}

func TestChecks(t *testing.T) {
	for form, want := range map[string]int{"2019": 40, "2021": 42} {
		checks := Embedded().Form(form).Checks()
		if len(checks) != want {
			t.Errorf("the %s form has %d checks, want %d", form, len(checks), want)
		}
		seen := map[string]bool{}
		for _, c := range checks {
			if seen[c.ID] {
				t.Errorf("%s stands twice", c.ID)
			}
			seen[c.ID] = true
		}
	}
	balance := Embedded().Form("2021").Checks()[0]
	if want := "requests.received.natural + requests.carried_in.natural = requests.concluded.natural + requests.carried_out.natural"; balance.Formula() != want || balance.ID != "requests.balance.natural" {
		t.Errorf("%s: %s", balance.ID, balance.Formula())
	}
	parts := Embedded().Form("2021").Checks()[7]
	if parts.ID != "requests.parts.natural" || len(parts.Right) != 21 {
		t.Errorf("%s has %d parts, want 21", parts.ID, len(parts.Right))
	}
}

func TestFold(t *testing.T) {
	for printed, want := range map[string]Label{
		"第二十条第（一）项":               {"", "第二十条第一项"},
		"第二十条 第(五)项":              {"", "第二十条第五项"},
		"第二十條第(一)項(xiàng)":        {"", "第二十条第一项"},
		"（三） 不予公开":                {"(三)", "不予公开"},
		"三)不予公開":                  {"(三)", "不予公开"},
		"一、本年新收政府信息公开申请数量":        {"一", "本年新收政府信息公开申请数量"},
		"1.属于国家秘密":                {"1", "属于国家秘密"},
		"3、危及“三安全一稳定”":            {"3", "危及三安全一稳定"},
		"(二) 部分公开(区分处理的, 只计这一情形)": {"(二)", "部分公开"},
		"本年新\n制作数量":               {"", "本年新制作数量"},
		"本年增/减":                   {"", "本年增减"},
		"规章(设区的市、自治州":             {"", "规章"},
		"(本列数据的勾稽关系为)":            {"", "本列数据的勾稽关系为"},
		"現(xiàn)行有效件數(shù)":       {"", "现行有效件数"},
		"三、":                      {"三", ""},
		"2020年":                   {"", "2020年"},
	} {
		if got := Fold(printed); got != want {
			t.Errorf("%q folds to %q, want %q", printed, got, want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, form := range map[string]string{
		"unknown field":  `{"form":"x","colour":"red","sections":[]}`,
		"no id":          `{"sections":[]}`,
		"no unit":        `{"form":"x","sections":[{"id":"a","label":"甲","en":"a","blocks":[{"columns":[{"id":"c","label":"列","en":"c"}],"rows":[{"id":"r","label":"行","en":"r"}]}]}]}`,
		"bad relation":   `{"form":"x","sections":[{"id":"a","label":"甲","en":"a","unit":"things","blocks":[{"columns":[{"id":"c","label":"列","en":"c"}],"rows":[{"id":"r","label":"行","en":"r"}]}],"relations":[{"id":"s","across":"c = d","basis":"b"}]}]}`,
		"names collide":  `{"form":"x","sections":[{"id":"a","label":"甲","en":"a","unit":"things","blocks":[{"columns":[{"id":"c_d","label":"列","en":"c"}],"rows":[{"id":"r","label":"行","en":"r"}]},{"columns":[{"id":"d","label":"列","en":"c"}],"rows":[{"id":"r_c","label":"行","en":"r"}]}]}]}`,
		"not JSON":       `form: x`,
		"without labels": `{"form":"x","sections":[{"id":"a","label":"甲","en":"a","unit":"things","blocks":[{"columns":[{"id":"c","label":"","en":"c"}],"rows":[{"id":"r","label":"行","en":"r"}]}]}]}`,
	} {
		if _, err := Load(fstest.MapFS{"x.json": {Data: []byte(form)}}); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("no form at all was loaded")
	}
}

func TestColumnNames(t *testing.T) {
	if got := Column(report.ID("requests.other_misc.total")); got != "requests_other_misc_total" {
		t.Error(got)
	}
}
