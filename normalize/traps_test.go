package normalize_test

import (
	"strings"
	"testing"

	"gongkai/report"
)

// TestTraps reads small pages that invite a wrong figure. want lists figures and
// their values; every other figure must not be a number.
func TestTraps(t *testing.T) {
	const heading = "<title>甲市测试局2022年政府信息公开工作年度报告</title><h2>一、总体情况</h2><p>无。</p><h2>六、其他需要报告的事项</h2>"
	kinds := "<td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td>"
	received := "<tr><td>一、本年新收政府信息公开申请数量</td><td>28</td><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>13</td></tr>"
	licence := func(header, row string) string {
		return "<table><tr><td colspan=4>第二十条第（五）项</td></tr><tr><td>信息内容</td>" + header + "</tr><tr>" + row + "</tr></table>"
	}
	disputes := func(values string) string {
		results := "<td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td>"
		return "<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>" + strings.ReplaceAll(results, "<td>", "<td rowspan=2>") +
			"<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>" + results + results + "</tr><tr>" + values + "</tr></table>"
	}
	nothing := strings.Repeat("<td></td>", 11)
	for name, c := range map[string]struct {
		page string
		want string
	}{
		"plain":                                     {licence("<td>本年处理决定数量</td>", "<td>行政许可</td><td>31</td>"), "disclosure.licensing.decisions 31"},
		"last year's header":                        {licence("<td>上年处理决定数量</td>", "<td>行政许可</td><td>31</td>"), ""},
		"another year's header":                     {licence("<td>2021年处理决定数量</td>", "<td>行政许可</td><td>31</td>"), ""},
		"a share":                                   {licence("<td>本年处理决定数量（占比%）</td>", "<td>行政许可</td><td>31</td>"), ""},
		"a turned row":                              {licence("<td>本年处理决定数量</td>", "<td>行政许可（撤销）</td><td>31</td>"), ""},
		"another row":                               {licence("<td>本年处理决定数量</td>", "<td>上年行政许可</td><td>31</td>"), ""},
		"a row of another year":                     {licence("<td>本年处理决定数量</td>", "<td>行政许可（2021年）</td><td>31</td>"), ""},
		"an unknown character in a row's label":     {licence("<td>本年处理决定数量</td>", "<td>行政许可\uFFFD</td><td>31</td>"), ""},
		"an unknown character in a row's note":      {licence("<td>本年处理决定数量</td>", "<td>行政许可（\uFFFD销）</td><td>31</td>"), ""},
		"an unknown character before a row's label": {licence("<td>本年处理决定数量</td>", "<td>\uFFFD行政许可</td><td>31</td>"), ""},
		"an unknown character in a column's label":  {licence("<td>本年\uFFFD理决定数量</td>", "<td>行政许可</td><td>31</td>"), ""},
		"an unknown character in a value":           {licence("<td>本年处理决定数量</td>", "<td>行政许可</td><td>3\uFFFD1</td>"), ""},
		"an unknown year above the table":           {"<p>20\uFFFD1年度统计表</p>" + licence("<td>本年处理决定数量</td>", "<td>行政许可</td><td>31</td>"), ""},
		"an unknown unit above the table":           {"<p>单位：\uFFFD元</p><table><tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>本年收费金额</td></tr><tr><td>行政事业性收费</td><td>13</td></tr></table>", ""},
		"a misread label that was not recognised":   {licence("<td>本年处理决定数量</td>", "<td>行政许何</td><td>31</td>"), ""},
		"a list":                        {"<p>行政许可 15件</p><p>行政处罚 3件</p><p>行政强制 2件</p>", ""},
		"another table":                 {"<table><tr><td>类别</td><td>占比</td></tr><tr><td>行政许可</td><td>15</td></tr><tr><td>行政处罚</td><td>85</td></tr></table>", ""},
		"last year's table":             {"<p>2021年度统计表</p>" + licence("<td>本年处理决定数量</td>", "<td>行政许可</td><td>31</td>"), ""},
		"a footnote":                    {licence("<td>本年处理决定数量</td>", "<td>行政许可</td><td>12<sup>1</sup></td>"), ""},
		"the total first":               {"<table><tr><td></td><td>总计</td><td>自然人</td>" + kinds + "</tr></table><table>" + received + "</table>", "requests.received.total 28;requests.received.natural 1;requests.received.business 2;requests.received.research 3;requests.received.nonprofit 4;requests.received.legal 5;requests.received.other 13"},
		"a group without its span":      {"<table><tr><td colspan=3 rowspan=3>x</td><td colspan=7>申请人情况</td></tr><tr><td rowspan=2>自然人</td><td>法人或其他组织</td><td rowspan=2>总计</td></tr><tr>" + kinds + "</tr>" + strings.Replace(received, "<td>一", "<td colspan=3>一", 1) + "</table>", ""},
		"fees in yuan by the cell":      {"<table><tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>本年收费金额（单位：万元）</td></tr><tr><td>行政事业性收费</td><td>13（元）</td></tr></table>", "disclosure.fees.amount 13"},
		"fees in yuan by the caption":   {"<p>单位：元</p><table><tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>本年收费金额</td></tr><tr><td>行政事业性收费</td><td>13</td></tr></table>", "disclosure.fees.amount 13"},
		"fees in another currency":      {"<table><tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>本年收费金额（万美元）</td></tr><tr><td>行政事业性收费</td><td>13</td></tr></table>", ""},
		"two units":                     {"<table><tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>本年收费金额（单位：万元）（单位：元）</td></tr><tr><td>行政事业性收费</td><td>13</td></tr></table>", ""},
		"a value below a merged header": {licence("<td colspan=2></td><td>本年处理决定数量</td>", "<td>行政许可</td><td colspan=2>7</td><td></td>"), ""},
		"disputes with a word":          {disputes("<td></td><td>1</td><td>增</td><td>4</td>" + nothing), "disputes.reconsideration.corrected 1;disputes.reconsideration.pending 4"},
		"disputes that begin with one":  {disputes("<td>增</td><td>1</td><td></td><td>4</td>" + nothing), ""},
		"disputes with a cell less":     {disputes("<td></td><td>1</td><td>增</td><td>4</td>" + nothing[len("<td></td>"):]), ""},
		"disputes stacked, one strange": {"<table><tr><td></td><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td></tr><tr><td>行政复议</td><td>1</td><td>2</td><td>3</td><td>4</td><td>10</td></tr><tr><td>行政诉讼</td><td>5</td><td>6</td><td>7</td><td>8</td><td>26</td></tr></table>",
			"disputes.reconsideration.upheld 1;disputes.reconsideration.corrected 2;disputes.reconsideration.other 3;disputes.reconsideration.pending 4;disputes.reconsideration.total 10"},
		"disputes stacked, total first": {"<table><tr><td>类型</td><td>总计</td><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td></tr><tr><td>行政复议</td><td>10</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>",
			"disputes.reconsideration.total 10;disputes.reconsideration.upheld 1;disputes.reconsideration.corrected 2;disputes.reconsideration.other 3;disputes.reconsideration.pending 4"},
	} {
		r, err := newReader().read(name, []byte("<meta charset=utf-8>"+strings.Replace(heading, "<p>无。</p>", "<p>无。</p>"+c.page, 1)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := map[string]string{}
		for pair := range strings.SplitSeq(c.want, ";") {
			if id, value, ok := strings.Cut(pair, " "); ok {
				want[id] = value
			}
		}
		for _, f := range r.Figures {
			if f.State == report.Number && value(f) != want[string(f.ID)] {
				t.Errorf("%s: %s reads %s, want %q (%s)", name, f.ID, value(f), want[string(f.ID)], f.Note.EN)
			}
			if f.State != report.Number && want[string(f.ID)] != "" && name != "the total first" {
				t.Errorf("%s: %s is %s (%s), want %s", name, f.ID, f.State, f.Note.EN, want[string(f.ID)])
			}
		}
	}
}
