package page

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Furniture is what stands on pages and belongs to no text: page numbers and
// running headers. It would cut paragraphs and tables in two and put numbers
// between figures.

// margin is the share of a page's height at its top and bottom in which
// furniture stands.
const margin = 0.12

var pageNumber = regexp.MustCompile(`^[-—–－·~\s]*(?:第\s*)?(\d{1,4})(?:\s*页)?(?:\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?)?[-—–－·~\s]*$`)

// removeFurniture takes the furniture out of the lines of all pages. A number is
// a page number if it counts on with the pages; on a document of one page only
// if it is written as one. A header is a line of words that other pages repeat in
// the same place.
func removeFurniture(pages []*sheet) {
	counts := map[int]int{} // how many pages have a number that is so far from the page's own
	repeated := map[string]int{}
	for _, s := range pages {
		for _, l := range s.marginLines() {
			if n, ok := numberOf(l.text()); ok {
				counts[n-s.page.Number]++
			}
			repeated[s.placed(l)]++
		}
	}
	for _, s := range pages {
		s.lines = without(s.lines, func(l *line) bool {
			if !s.inMargin(l) {
				return false
			}
			text := l.text()
			if n, ok := numberOf(text); ok && (counts[n-s.page.Number] > 1 || isDressed(text)) {
				return true
			}
			return repeated[s.placed(l)] > max(1, len(pages)/3) && hasWords(text)
		})
	}
}

// marginLines are the lines at the top and bottom of the page, outside tables.
func (s *sheet) marginLines() []*line {
	var found []*line
	for i := range s.lines {
		if s.inMargin(&s.lines[i]) {
			found = append(found, &s.lines[i])
		}
	}
	return found
}

func (s *sheet) inMargin(l *line) bool {
	return l.bottom < margin*s.page.Height || l.top > (1-margin)*s.page.Height
}

// placed is the text of a line with its place, to the hundredth of the page.
func (s *sheet) placed(l *line) string {
	return strconv.Itoa(int(l.middle()/s.page.Height*100)) + "\t" + l.text()
}

func numberOf(text string) (n int, ok bool) {
	m := pageNumber.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	isNegative := strings.IndexAny(text, dashes) == 0 && !isDressed(text)
	return n, err == nil && !isNegative
}

const dashes = "-—–－·~"

// isDressed tells a page number by what stands around it: - 4 -, 第4页.
func isDressed(text string) bool {
	text = strings.TrimSpace(text)
	return strings.Contains(text, "页") || strings.TrimLeft(text, dashes) != text && strings.TrimRight(text, dashes) != text
}

// hasWords tells a header from a row of figures.
func hasWords(text string) bool { return strings.IndexFunc(text, unicode.IsLetter) >= 0 }

func without(lines []line, drop func(*line) bool) []line {
	kept := lines[:0]
	for i := range lines {
		if !drop(&lines[i]) {
			kept = append(kept, lines[i])
		}
	}
	return kept
}
