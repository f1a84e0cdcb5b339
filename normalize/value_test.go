package normalize

import (
	"testing"

	"gongkai/report"
	"gongkai/schemas"
)

// TestValues reads cells as offices write them. want is the state's first word,
// or the number.
func TestValues(t *testing.T) {
	n := &Normalizer{Forms: schemas.Embedded(), Words: schemas.EmbeddedWords()}
	count := &schemas.Figure{Unit: "requests"}
	change := &schemas.Figure{Unit: "items", Signed: true}
	money := &schemas.Figure{Unit: schemas.Money}
	inWan := &schemas.Figure{Unit: schemas.Money, Printed: "万元"}
	for _, c := range []struct {
		spec            *schemas.Figure
		header, printed string
		want            string
	}{
		{count, "", "", "blank"}, {count, "", "0", "0"}, {count, "", "11398889", "11398889"},
		{count, "", "1,113", "1113"}, {count, "", "1，113", "1113"}, {count, "", "１２", "12"},
		{count, "", "1,13", "unreadable"}, {count, "", "0,113", "unreadable"}, {count, "", "1 113", "unreadable"}, {count, "", "12\n34", "unreadable"},
		{count, "", "31批次", "31"}, {count, "", "12 件", "12"}, {count, "", "1.2万件", "12000"}, {count, "", "5%", "unreadable"}, {count, "", "5元", "unreadable"},
		{count, "", "0.00", "0.00"}, {count, "", "3.5", "3.5"}, {count, "", ".5", "0.5"}, {count, "", "5.", "unreadable"}, {count, "", "1.2.3", "unreadable"},
		{count, "", "007", "unreadable"}, {count, "", "00", "unreadable"}, {count, "", "O", "unreadable"}, {count, "", "约5", "unreadable"}, {count, "", "5余", "unreadable"},
		{count, "", "/", "not_applicable"}, {count, "", "／", "not_applicable"}, {count, "", "—", "not_applicable"}, {count, "", "-", "not_applicable"}, {count, "", "无", "not_applicable"},
		{count, "", "-5", "-5"}, {count, "", "减5", "unreadable"}, {count, "", "增5", "unreadable"}, {count, "", "--5", "unreadable"}, {count, "", "—5", "unreadable"},
		{count, "", "十二", "12"}, {count, "", "三百零五", "305"}, {count, "", "零", "0"}, {count, "", "〇", "0"}, {count, "", "一", "unreadable"}, {count, "", "二三", "unreadable"}, {count, "", "三百五", "unreadable"}, {count, "", "一千零一十", "1010"}, {count, "", "十几", "unreadable"},
		{count, "", "3(其中网上2)", "unreadable"}, {count, "", "3（含上年）", "unreadable"}, {count, "", "3（件）", "3"}, {count, "", "5（万件）", "unreadable"}, {count, "", "1万亿件", "unreadable"}, {change, "", "8（减少）", "unreadable"}, {inWan, "本年收费金额（单位：万元）", "5000（元）", "5000"}, {inWan, "本年收费金额（单位：万元）", "5000(约)元", "unreadable"}, {count, "", "{{x}}", "unreadable"}, {count, "", "1\uFFFD", "unreadable"}, {count, "", "\uFFFD1", "unreadable"}, {count, "", "1\uFFFD2", "unreadable"}, {count, "", "\uFFFD", "unreadable"}, {count, "", "/\uFFFD", "unreadable"}, {count, "", "5（\uFFFD）", "unreadable"},
		{money, "采购总金额", "5\uFFFD元", "unreadable"}, {money, "采购总金额", "0\uFFFD", "unreadable"}, {inWan, "本年收费金额（单位：\uFFFD元）", "5", "unreadable"}, {inWan, "本年收费金额（\uFFFD）", "5", "unreadable"},
		{count, "", "1234567890123456789012345678901234567890", "unreadable"}, {count, "", "12〔1〕", "unreadable"}, {count, "", "〔12〕15", "unreadable"}, {count, "", "〔图〕", "unreadable"}, {count, "", "0/0", "unreadable"}, {count, "", "0*", "unreadable"},
		{change, "", "+19", "19"}, {change, "", "+0", "0"}, {change, "", "-35", "-35"}, {change, "", "--253", "-253"}, {change, "", "减4", "-4"}, {change, "", "增1558", "1558"},
		{change, "", "增加5", "5"}, {change, "", "－8", "-8"}, {change, "", "—8", "-8"}, {change, "", "未增未减", "0"}, {change, "", "持平", "0"}, {change, "", "增", "unreadable"}, {change, "", "增减5", "unreadable"}, {change, "", "+-5", "unreadable"}, {change, "", "减 38", "-38"},
		{money, "采购总金额", "251000元", "251000"}, {money, "采购总金额", "160.5964万元", "1605964"}, {money, "采购总金额", "2601.953875万", "26019538.75"}, {money, "采购总金额", "8040", "unreadable"}, {money, "采购总金额", "0", "0"}, {money, "采购总金额", "0.00", "0.00"},
		{money, "采购总金额(万元)", "477.35", "4773500"}, {money, "采购总金额（单位：万元，保留4位小数）", "1386.2475", "13862475"}, {money, "采购总金额（万元）", "70487元", "70487"}, {money, "采购总金额(万元)", "189万元", "1890000"}, {money, "采购总金额(美元)", "5", "unreadable"}, {money, "采购总金额（单位：美元）", "5", "unreadable"},
		{money, "采购总金额", "5美元", "unreadable"}, {money, "采购总金额", "1.5亿元", "150000000"}, {money, "采购总金额", "31批次", "unreadable"}, {money, "采购总金额", "1,234.5万元", "12345000"},
		{inWan, "本年收费金额（单位：万元）", "38.441094", "384410.94"}, {inWan, "本年收费金额(单位:元)", "15", "15"}, {inWan, "本年收费金额", "0.092", "920"}, {inWan, "", "/", "not_applicable"},
	} {
		f := n.value(c.spec, &cell{Cell: &report.Cell{Text: c.printed}}, c.header)
		got := f.State.String()
		if f.Value != nil {
			got = f.Value.String()
		}
		if got != c.want {
			t.Errorf("%q under %q (signed %v): got %s, want %s (%s)", c.printed, c.header, c.spec.Signed, got, c.want, f.Note.EN)
		}
		if f.State == report.Unreadable && f.Note.IsZero() {
			t.Errorf("%q was refused without a reason", c.printed)
		}
		if f.Raw != c.printed {
			t.Errorf("%q: raw is %q", c.printed, f.Raw)
		}
	}
}

func TestCutValues(t *testing.T) {
	n := &Normalizer{Words: schemas.EmbeddedWords()}
	for printed, want := range map[string]report.State{"12": report.Unreadable, "0": report.Number, "1,1": report.Unreadable} {
		f := n.value(&schemas.Figure{Unit: "requests"}, &cell{Cell: &report.Cell{Text: printed, Cut: true}}, "")
		if f.State != want {
			t.Errorf("%s at the very end of a document: %s", printed, f.State)
		}
	}
}

func TestReadTitle(t *testing.T) {
	for title, want := range map[string]struct {
		office string
		year   int
	}{
		"铁塔办事处2020年政府信息公开工作年度报告":           {"铁塔办事处", 2020},
		"2019年上海市人民政府办公厅政府信息公开工作年度报告":      {"上海市人民政府办公厅", 2019},
		"云岭市青禾区人民政府关于2023年政府信息公开工作年度报告":    {"云岭市青禾区人民政府", 2023},
		"松河镇政府信息公开工作2025年度报告":              {"松河镇", 2025},
		"长堤街道2022年度政府信息公开年报":               {"长堤街道", 2022},
		"2023年政府信息公开工作年度报告":                {"", 2023},
		"北岸区司法局政府信息公开工作年度报告":               {"北岸区司法局", 0},
		"关于印发《南浦县水务局2021年政府信息公开工作年度报告》的通知": {"南浦县水务局", 2021},
		"２０２４年松河镇人民政府信息公开工作年度报告":           {"松河镇人民政府", 2024},
		"信息公开指南": {"", 0},
	} {
		if office, year := readTitle(title); office != want.office || year != want.year {
			t.Errorf("%s: %q %d, want %q %d", title, office, year, want.office, want.year)
		}
	}
}
