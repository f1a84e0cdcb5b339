package normalize

import (
	"regexp"
	"strconv"
	"strings"

	"gongkai/report"
)

// describe reads office, year and date from the title and the lines around the
// report. What the page does not say stays empty; the address and the date of
// publication are no evidence for the year.
func describe(r *report.Report) {
	r.Office, r.Year = readTitle(r.Title)
	if r.Year == 0 {
		r.Year = periodYear(r)
	}
	if printed := published(r); printed != "" {
		r.Published = printed // before what the page states beside its text
	}
}

const titleTail = `(?:政府|政务)?信息(?:公开)?(?:工作)?(?:年度)?`

var (
	titleYear = regexp.MustCompile(`(20\d\d)\s*(?:年度|年)`)
	// titleRest is what a title says besides office and year.
	titleRest  = regexp.MustCompile(`(?:关于)?` + titleTail + `(?:20\d\d(?:年度|年))?(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年报|报告).*$`)
	titleIndex = regexp.MustCompile(`^(?:关于(?:印发|公布|发布)?|[^《]*《)`)
)

// readTitle takes a title such as 铁塔办事处2020年政府信息公开工作年度报告 apart.
func readTitle(title string) (office string, year int) {
	text := strings.Join(strings.Fields(title), "")
	text = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, text)
	for _, m := range titleYear.FindAllStringSubmatch(text, -1) {
		stated, _ := strconv.Atoi(m[1])
		if year != 0 && stated != year {
			return "", 0 // two years: which one is reported on cannot be told
		}
		year = stated
	}
	rest := titleRest.FindStringIndex(text)
	if rest == nil {
		return "", year
	}
	office = titleYear.ReplaceAllString(text[:rest[0]], "")
	office = titleIndex.ReplaceAllString(office, "")
	office = strings.TrimSuffix(office, "关于")
	if strings.HasSuffix(office, "人民") {
		office += "政府" // 松河镇人民政府信息公开…: the title says 政府 once for both
	}
	return strings.Trim(office, "《》【】[]()（） -_|:："), year
}

var period = regexp.MustCompile(`(20\d\d)年1月1日(?:起)?[至到—\-~－]+(?:(20\d\d)年)?12月31日`)

// periodYear is the year of the reporting period, if all periods that the text
// states are one year.
func periodYear(r *report.Report) (year int) {
	for _, s := range r.Sections {
		text := strings.Join(strings.Fields(clipBytes(s.Text, 20_000)), "")
		for _, m := range period.FindAllStringSubmatch(text, -1) {
			stated, _ := strconv.Atoi(m[1])
			if m[2] != "" && m[2] != m[1] || year != 0 && stated != year {
				return 0
			}
			year = stated
		}
	}
	return year
}

func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

var publicationDate = regexp.MustCompile(`(?:发布|公开|发文|成文|生成|更新|公布)?(?:日期|时间)\s*[:：]?\s*[\[【]?\s*(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})`)

// maxPreface bounds the text that is searched for a date, in bytes.
const maxPreface = 100_000

// before is the text and the cells before the report, or their beginning.
func before(s *report.Section) string {
	var b strings.Builder
	b.WriteString(clipBytes(s.Text, maxPreface))
	for _, t := range s.Tables {
		for _, row := range t.Rows {
			b.WriteByte('\n')
			for _, c := range row {
				b.WriteByte(' ')
				b.WriteString(c.Text)
			}
			if b.Len() > maxPreface {
				return b.String()
			}
		}
	}
	return b.String()
}

// published is the date printed before the report, YYYY-MM-DD; empty if none is.
func published(r *report.Report) string {
	if len(r.Sections) == 0 {
		return ""
	}
	text := clipBytes(before(&r.Sections[0]), maxPreface)
	if !strings.Contains(text, "日期") && !strings.Contains(text, "时间") {
		return "" // the quick way past most pages
	}
	m := publicationDate.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return report.Day(m[1], m[2], m[3])
}
