package pipeline

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gongkai/report"
)

// Reason is why figures were refused, with how many were.
type Reason struct {
	report.Text
	Figures int `json:"figures"`
}

// maxReasons bounds the reasons in one event. A report has a handful.
const maxReasons = 40

// reasons counts the figures of a report that are unreadable by their notes, most
// first. Quotations and numbers in a note are left out, for they differ from
// figure to figure.
func reasons(figures []report.Figure) []Reason {
	count := map[report.Text]int{}
	for i := range figures {
		if f := &figures[i]; f.State == report.Unreadable {
			why := report.Text{ZH: withoutDetails(f.Note.ZH), EN: withoutDetails(f.Note.EN)}
			if _, known := count[why]; !known && len(count) == maxReasons {
				why = report.Text{ZH: "其他", EN: "others"}
			}
			count[why]++
		}
	}
	return MostFirst(count)
}

var (
	quotation = regexp.MustCompile(`“[^”]*”|"(?:[^"\\]|\\.)*"`)
	number    = regexp.MustCompile(`\d+`)
)

func withoutDetails(note string) string {
	if strings.ContainsAny(note, `“"`) {
		note = quotation.ReplaceAllString(note, "“…”")
	}
	return number.ReplaceAllString(note, "N")
}

// MostFirst sorts counted reasons by how often they occur.
func MostFirst(count map[report.Text]int) []Reason {
	var all []Reason
	for why, n := range maps.All(count) {
		all = append(all, Reason{why, n})
	}
	slices.SortFunc(all, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Figures, a.Figures), strings.Compare(a.EN, b.EN), strings.Compare(a.ZH, b.ZH))
	})
	return all
}
