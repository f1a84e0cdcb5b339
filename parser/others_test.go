package parser

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gongkai/report"
)

// otherKinds says what the documents of testdata/others are.
var otherKinds = map[string]string{
	"attachment.html":             "attachment",
	"guide.html":                  "guide",
	"half-year.html":              "period",
	"interpretation-picture.html": "interpretation",
	"interpretation.html":         "interpretation",
	"list.html":                   "list",
	"not-a-report.html":           "period", // news about a quarter
	"notice-of-attachment.html":   "attachment",
	"notice.html":                 "notice",
	"other-report.html":           "other_report",
	"rules.html":                  "rules",
	"statistics-requests.html":    "statistics",
	"statistics-website.html":     "statistics",
	"summary.html":                "other_report",
	"template.html":               "template",
}

func TestOtherDocumentsAreNamed(t *testing.T) {
	files, err := filepath.Glob("../testdata/others/*")
	if err != nil || len(files) != len(otherKinds) {
		t.Errorf("testdata/others has %d documents, %d are known: %v", len(files), len(otherKinds), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkKind(t, filepath.Base(file), string(data), otherKinds[filepath.Base(file)])
	}
}

// checkKind reads a page. want is the kind of what is no report, or "report".
func checkKind(t *testing.T, name, page, want string) {
	t.Helper()
	r, err := newParser().Parse(context.Background(), report.Source{Name: name}, []byte(page))
	var not *NotReport
	switch {
	case want == "report" && err != nil:
		t.Errorf("%s is a report: %v", name, err)
	case want == "report":
	case !errors.As(err, &not) || !errors.Is(err, ErrNoReport) || r != nil:
		t.Errorf("%s is read as a report (%v)", name, err)
	case not.Kind != want:
		t.Errorf("%s is %q, want %q: %v", name, not.Kind, want, err)
	case want != "" && (not.Name.ZH == "" || !strings.Contains(err.Error(), not.Name.ZH) || !strings.Contains(err.Error(), not.Name.EN)):
		t.Errorf("%s: the error does not say what it is: %v", name, err)
	}
}

var (
	values   = regexp.MustCompile(`<td><p>[\d,.]+</p></td>`)
	noTables = regexp.MustCompile(`(?s)<table.*?</table>`)
)

// TestNamesAndForm gives a whole report other names, and takes from it what makes
// it one.
func TestNamesAndForm(t *testing.T) {
	const file, was = "../testdata/reports/qinghe-2022.html", "云岭市青禾区人民政府办公室2022年政府信息公开工作年度报告"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data)
	if !strings.Contains(whole, was) {
		t.Fatalf("%s has another title", file)
	}
	titled := func(page, name string) string { return strings.ReplaceAll(page, was, name) }
	blank := values.ReplaceAllString(whole, "<td><p></p></td>")
	prose := noTables.ReplaceAllString(whole, "")
	if blank == whole || prose == whole {
		t.Fatal("nothing was taken from the report")
	}
	inColumn := func(page, column string) string {
		return strings.Replace(page, "<title>", "<title>"+column+"_", 1)
	}
	for name, c := range map[string]struct{ page, want string }{
		"the report":                          {whole, "report"},
		"tables missing":                      {prose, "report"},
		"in a column of interpretations":      {inColumn(whole, "政策解读"), "report"},
		"prose in a column of yearly notes":   {inColumn(prose, "政府信息公开年报解读回应专栏"), "report"},
		"prose in a column of rules":          {inColumn(prose, "政府信息公开工作制度"), "report"},
		"published by a notice":               {titled(whole, "关于印发"+was+"的通知"), "report"},
		"prose published by a notice":         {titled(prose, "关于公布"+was+"的公告"), "report"},
		"titled as a notice, whole":           {titled(whole, "青禾区人民政府办公室公告"), "report"},
		"an interpretation with everything":   {titled(whole, "文字解读："+was), "report"},
		"an interpretation in prose":          {titled(prose, "文字解读："+was), "interpretation"},
		"an interpretation, and its report":   {titled(prose, "图解："+was) + "<p>" + was + "</p>", "interpretation"},
		"half a year with everything":         {titled(whole, "青禾区2022年上半年政府信息公开工作情况报告"), "period"},
		"a quarter":                           {titled(whole, "青禾区2022年第三季度政府信息公开工作报告"), "period"},
		"the blank form":                      {titled(blank, "政府信息公开工作年度报告格式（2021）"), "template"},
		"the form filled in for an example":   {titled(whole, "政府信息公开工作年度报告范文"), "template"},
		"a notice with the blank form":        {titled(blank, "关于做好2022年政府信息公开工作年度报告编制工作的通知"), "notice"},
		"a blank report":                      {blank, "report"},
		"rules that quote the headings":       {titled(prose, "青禾区政府信息公开工作年度报告制度"), "rules"},
		"rule of law, with the same words":    {titled(prose, "青禾区2022年法治政府建设年度报告"), "other_report"},
		"a summary that is the report":        {titled(whole, "青禾区2022年政府信息公开工作总结"), "report"},
		"an office whose name has such words": {titled(prose, "云岭市审计局2022年政府信息公开工作年度报告"), "report"},
		"on the site of a statistics office":  {inColumn(titled(prose, "2022年政府信息公开工作年度报告"), "云岭市统计局政府门户网站"), "report"},
		"no year, on such a site":             {inColumn(titled(prose, "政府信息公开工作年度报告"), "云岭市统计局政府门户网站"), "report"},
		"a library":                           {titled(prose, "云岭市第一图书馆2022年政府信息公开工作年度报告"), "report"},
		"a park of comics":                    {titled(prose, "云岭市动漫产业园2022年政务公开工作年度报告"), "report"},
		"the number of a notice":              {titled(prose, "关于做好2022年政府信息公开工作年度报告编制工作的通知（青政办〔2023〕2号）"), "notice"},
		"a statistics office":                 {titled(prose, "云岭市统计局2022年政府信息公开工作年度报告"), "report"},
	} {
		checkKind(t, name, c.page, c.want)
	}
}

// TestArticlesAreNoReports gives pages that today's words make look like one.
func TestArticlesAreNoReports(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"a heading that stands anywhere": {"<title>青禾区概况</title><p>一、基本情况</p><p>我区位于云岭市东部。</p>", ""},
		"two of them":                    {"<title>青禾区概况</title><p>一、基本情况</p><p>甲。</p><p>二、存在的主要问题</p><p>乙。</p>", ""},
		"news with a table":              {"<title>执法数据</title><table><tr><td>行政许可</td><td>15</td></tr><tr><td>行政处罚</td><td>85</td></tr><tr><td>行政强制</td><td>3</td></tr></table>", ""},
		"a table of the form alone":      {"<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>15</td></tr></table>", "report"},
	} {
		checkKind(t, name, c.page, c.want)
	}
}
