package normalize

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/report"
)

// What stands right above a table may say that it is not this year's, or name
// the unit of its money.

var (
	captionYear    = regexp.MustCompile(`20\d\d`)
	captionUnknown = regexp.MustCompile(`\x{FFFD}[\d\x{FFFD}]*年`) // a character of the year is not known
	captionLast    = regexp.MustCompile(`去年|上年度?|上一年`)
	captionMoney   = regexp.MustCompile(`单位[:：]?\s*(?:人民币)?\s*([\p{Han}]+)`)
)

// otherYear says why a table is not about the year reported on; zero if its
// caption does not speak against it.
func otherYear(caption string, year int) report.Text {
	if caption == "" || year == 0 {
		return report.Text{}
	}
	if captionUnknown.MatchString(caption) {
		return ofOtherYear(caption)
	}
	years := captionYear.FindAllString(plain(caption), -1)
	for _, stated := range years {
		if n, _ := strconv.Atoi(stated); n == year {
			return report.Text{}
		}
	}
	if len(years) > 0 || captionLast.MatchString(caption) {
		return ofOtherYear(caption)
	}
	return report.Text{}
}

// captionUnit is the unit of money that a caption names, "" if it names none.
func (n *Normalizer) captionUnit(caption string) string {
	if strings.Contains(caption, "单位") && strings.ContainsRune(caption, utf8.RuneError) {
		return string(utf8.RuneError) // no unit that anybody knows
	}
	m := captionMoney.FindStringSubmatch(plain(caption))
	if m == nil {
		return ""
	}
	if _, known := n.Words.Money[m[1]]; known || strings.HasSuffix(m[1], "元") {
		return m[1]
	}
	return ""
}
