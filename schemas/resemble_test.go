package schemas

import (
	"strings"
	"testing"
)

func TestResembling(t *testing.T) {
	set := Embedded()
	for printed, want := range map[string]string{
		"本年新收政府信息公开申请效量":     "本年新收政府信息公开申请数量",
		"一、本年新收政府信息公开甲请效量":   "本年新收政府信息公开申请数量",
		"（二）上年结转政府信息公开申请效量":  "上年结转政府信息公开申请数量",
		"上年结转政府信息公开申请数量（去年）": "",
		"去年结转政府信息公开申请数量":     "", // another year
		"本年结转政府信息公开申请数量":     "",
		"第二十条第二项":            "", // numerals tell the blocks apart
		"第二十条第囗项":            "",
		"结果维特":               "结果维持",
		"结果纠止":               "结果纠正",
		"结果纠持":               "", // as near to the one as to the other
		"规苹":                 "", // too short
		"其它":                 "",
		"行政许可":               "", // a label is no misread one
		"今天天气很好":             "",
		"本年数里":               "", // looks more like 本年数量, which is no label of a column
		"本年处理决定数量占比":         "", // longer
		"本年处埋决定数量":           "本年处理决定数量",
		"上年处理决定数量":           "",
	} {
		if got, refs := set.Resembling(printed, true); got != want || (refs != nil) != (want != "") {
			t.Errorf("%q resembles %q, want %q", printed, got, want)
		}
	}
	if got, _ := set.Resembling("结果维特", false); got != "" {
		t.Errorf("a short label that recognition is sure of is taken for %q", got)
	}
}

// TestNoLabelIsTakenForAnother misreads every label in every character, as every
// character that any label has: what it resembles means the same.
func TestNoLabelIsTakenForAnother(t *testing.T) {
	set := Embedded()
	characters := map[rune]bool{'曰': true, '囗': true}
	for label := range set.labels {
		for _, r := range label {
			characters[r] = true
		}
	}
	matched := 0
	for label, refs := range set.labels {
		runes := []rune(label)
		for i, was := range runes {
			for r := range characters {
				runes[i] = r
				misread := string(runes)
				if _, exact := set.Lookup(misread); len(exact) > 0 {
					continue
				}
				if got, found := set.Resembling(misread, true); found != nil {
					matched++
					if got != label && !sameMeaning(found, refs) {
						t.Errorf("%q, misread as %q, is taken for %q", label, misread, got)
					}
				}
			}
			runes[i] = was
		}
	}
	if matched < 10_000 {
		t.Errorf("only %d misread labels were matched", matched)
	}
}

func TestUnknownCharactersMatchNothing(t *testing.T) {
	set := Embedded()
	for label, refs := range set.labels {
		runes := []rune(label)
		for i := range runes {
			for _, printed := range []string{
				string(runes[:i]) + "\uFFFD" + string(runes[i:]),
				string(runes[:i]) + "\uFFFD" + string(runes[i+1:]),
				label + "（" + "\uFFFD" + "）",
				"（\uFFFD）" + label,
			} {
				if _, found := set.Lookup(printed); found != nil {
					t.Fatalf("%q is taken for a label", printed)
				}
				if got, _ := set.Resembling(printed, true); got != "" {
					t.Fatalf("%q is taken for %q", printed, got)
				}
			}
		}
		if len(refs) == 0 || strings.Contains(label, "\uFFFD") {
			t.Errorf("label %q", label)
		}
	}
}
