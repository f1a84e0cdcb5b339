package parser

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/parser/blocks"
	"gongkai/report"
	"gongkai/schemas"
)

// Sites publish much beside reports that speaks of reports: interpretations of
// one, notices to write one, the blank form, guides, statistics of half a year.
// Read as a report, such a page would be one without figures, or one with
// figures of something else.
//
// What a document is called says what it may be; how much of the form stands in
// it says what it is. A document of another name is read all the same if it
// holds the form as no other document does: a notice that publishes a report
// with its whole text is the report. Names of columns (政策解读) on the page or in
// the window's title are no names of the document.

// NotReport says what a document is that is no yearly report. It wraps
// [ErrNoReport].
type NotReport struct {
	// Kind names what it is ("interpretation", "notice", "template", "period",
	// "guide", "rules", "statistics", "other_report", "list", "attachment"); empty
	// if nothing tells.
	Kind string
	// Name is Kind in words.
	Name report.Text
}

func (e *NotReport) Error() string {
	if e.Kind == "" {
		return fmt.Sprintf("%v: it has none of the six section headings and no table of a form", ErrNoReport)
	}
	return fmt.Sprintf("%v: it is %s (%s)", ErrNoReport, e.Name.EN, e.Name.ZH)
}

// Unwrap returns ErrNoReport.
func (e *NotReport) Unwrap() error { return ErrNoReport }

// other is a kind of documents that are no reports.
type other struct {
	Kind string `json:"kind"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
	// Holds are words in the name of such a document, Ends words at its end, a
	// note in brackets left out; "…" stands for any text. A name that holds one of
	// But is none of the kind.
	Holds []string `json:"holds"`
	Ends  []string `json:"ends"`
	But   []string `json:"but"`
	// Needs is how much of the form makes a document of this name a report.
	Needs string `json:"needs"`
}

//go:embed others.json
var othersJSON []byte

var others = readOthers(othersJSON)

func readOthers(data []byte) (list []other) {
	if err := json.Unmarshal(data, &list); err != nil {
		panic(fmt.Sprintf("others.json: %v", err)) // excluded by the tests
	}
	return list
}

func (o *other) isNamed(name string) bool {
	end := withoutNote(name)
	isOne := slices.ContainsFunc(o.Holds, func(words string) bool { return holds(name, words) }) ||
		slices.ContainsFunc(o.Ends, func(word string) bool { return strings.HasSuffix(end, word) })
	return isOne && !slices.ContainsFunc(o.But, func(words string) bool { return holds(name, words) })
}

// holds reports whether a name has the words, those around "…" in this order.
func holds(name, words string) bool {
	for more := true; more; {
		var word string
		word, words, more = strings.Cut(words, "…")
		at := strings.Index(name, word)
		if at < 0 {
			return false
		}
		name = name[at+len(word):]
	}
	return true
}

// withoutNote drops the note in brackets that a name ends with: the number of a
// notice, say.
func withoutNote(name string) string {
	if strings.HasSuffix(name, "）") || strings.HasSuffix(name, ")") {
		if at := strings.LastIndexAny(name, "（("); at > 0 {
			return name[:at]
		}
	}
	return name
}

func notReport(kind string) error {
	for i := range others {
		if o := &others[i]; o.Kind == kind {
			return &NotReport{Kind: kind, Name: report.Text{ZH: o.ZH, EN: o.EN}}
		}
	}
	return &NotReport{}
}

// evidence is how much of the form stands in a document.
type evidence struct {
	headings int  // of the six
	core     int  // of them those that only this report has: sections 2 to 4
	tables   int  // tables of a form with values in them
	form     bool // a table has labels of a form
	telling  bool // one of them stands in no other table
}

// headingEvidence counts the headings of a document.
func (p *Parser) headingEvidence(headings []heading) (e evidence) {
	core := p.Forms.TableIDs()
	for _, h := range headings {
		e.headings++
		if slices.Contains(core, h.section) {
			e.core++
		}
	}
	return e
}

// addTables adds what the tables of a document have of the form. Two labels make a
// table that may be a form's, for a single word such as 其他 stands in any table.
func (e *evidence) addTables(p *Parser, r *report.Report) {
	for _, s := range r.Sections {
		for _, t := range s.Tables {
			labels := p.labels(t)
			if labels >= 2 {
				e.form, e.telling = true, e.telling || p.hasTellingLabel(t)
			}
			if labels >= minFormLabels && p.values(t)*labelsPerValue >= labels {
				e.tables++
			}
		}
	}
}

// hasForm reports whether any table of a report has labels of a form.
func (p *Parser) hasForm(r *report.Report) bool {
	var e evidence
	e.addTables(p, r)
	return e.form
}

// hasTellingLabel tells a form's table from one of an article: it has the label of
// a column or a block, or a long one. Tables of news name 行政许可 and 行政处罚 too.
func (p *Parser) hasTellingLabel(t report.Table) bool {
	const long = 8 // characters
	for _, row := range t.Rows {
		for i := range row {
			_, refs := p.Forms.Lookup(row[i].Text)
			for _, ref := range refs {
				if utf8.RuneCountInString(row[i].Text) >= long || ref.Kind == schemas.BlockLabel || ref.Kind == schemas.ColumnLabel && len(row[i].Text) > shortLabel {
					return true
				}
			}
		}
	}
	return false
}

// minFormLabels is the least number of labels in a table that is a form's beyond
// doubt.
const minFormLabels = 3

// labelsPerValue: the table of section 2 has twice as many labels as values. A
// table with fewer values is a blank form.
const labelsPerValue = 3

// values counts the cells of a table that hold digits and look like a value.
func (p *Parser) values(t report.Table) (count int) {
	for _, row := range t.Rows {
		for i := range row {
			if text := row[i].Text; strings.ContainsAny(text, "0123456789") && p.Words.LooksLikeValue(text) {
				count++
			}
		}
	}
	return count
}

// meets reports whether the evidence makes a document of a name a report.
func (e evidence) meets(needs string, publishes bool) bool {
	isWhole := e.headings >= 5 && e.tables >= 2
	switch needs {
	case "never":
		return false
	case "core":
		return isWhole || e.core >= 2 && e.tables >= 1
	case "published": // by a notice
		return publishes && (e.headings >= 3 || e.tables >= 1) || e.headings >= 3 && e.tables >= 2
	}
	return isWhole
}

// checkReport says why a document is no report; nil if it is one.
func (p *Parser) checkReport(d *blocks.Document, content []blocks.Block, r *report.Report, headings []heading) error {
	e := p.headingEvidence(headings)
	names := documentNames(d, content, r.Title, headings)
	isOther := slices.ContainsFunc(names, func(name string) bool { return kindNamed(name) != nil })
	if e.core > 0 && !isOther {
		return nil // the quick way for nearly all reports
	}
	e.addTables(p, r)
	if o, name := otherNamed(names, e); o != nil {
		switch {
		case e.meets(o.Needs, publishes(name)):
			return nil
		case o.Kind == "notice" && publishes(name) && leadsAway(content):
			return notReport("attachment")
		}
		return notReport(o.Kind)
	}
	isTitled := hasReportTitle(names)
	switch {
	case e.core > 0 || e.telling || isTitled && (e.form || e.headings > 1):
		return nil
	case countTitles(content) >= minListed:
		return notReport("list")
	case !isTitled:
	case leadsAway(content) && isShort(content):
		return notReport("attachment")
	case e.headings > 0:
		return nil
	}
	return notReport("")
}

// otherNamed is the first name of another kind of document, and the kind; nil if
// there is none. Beside the title of a report, other parts of the window's title
// are names of columns unless they speak of a report on a year themselves; and so
// are short ones where anything of the form stands on the page.
func otherNamed(names []string, e evidence) (*other, string) {
	isTitled := slices.ContainsFunc(names, func(name string) bool {
		return titleWords.MatchString(name) && listedYear.MatchString(name) && kindNamed(name) == nil
	})
	for _, name := range names {
		o := kindNamed(name)
		switch {
		case o == nil:
		case isTitled && !(titleWords.MatchString(name) && listedYear.MatchString(name)):
		case !e.isNothing() && utf8.RuneCountInString(name) < minName:
		default:
			return o, name
		}
	}
	return nil, ""
}

func kindNamed(name string) *other {
	for i := range others {
		if others[i].isNamed(name) {
			return &others[i]
		}
	}
	return nil
}

// isNothing reports whether next to nothing of the form was found.
func (e evidence) isNothing() bool { return e.core == 0 && e.tables == 0 && e.headings < 3 }

// minName is the number of characters above which words of the window's title
// are a document's name: 政策解读 is a column's.
const minName = 9

// nameMarks divide the window's title into the names of document, column and site.
var nameMarks = regexp.MustCompile(`[_|>＞｜]+|\s+[-—–]+\s*|[-—–]+\s+|--+|—+`)

// siteName tells the name of a site or an office, which may have any words in it:
// 统计局.
var siteName = regexp.MustCompile(`(?:网站?|门户|人民政府|办公室|局|厅|委员会|管委会)$`)

// documentNames are the texts that may be the document's name: the headline, the
// parts of the window's title, and, if there is neither, the first lines.
func documentNames(d *blocks.Document, content []blocks.Block, printed string, headings []heading) (names []string) {
	headline := ""
	// Without headings the last title on the page may be a link below the text.
	if printed != d.Title && (len(headings) > 0 || d.Title == "" || d.Charset == "") {
		headline = squeezeHan(printed)
	}
	// Files made from a template or another report keep its title: a text's own
	// headline is better than the title of a file that is not text.
	if d.Charset != "" || headline == "" {
		for _, part := range nameMarks.Split(d.Title, -1) {
			if part = squeezeHan(part); part != "" && !siteName.MatchString(part) {
				names = append(names, part)
			}
		}
	}
	if headline != "" {
		names = append(names, headline)
	}
	if len(names) > 0 {
		return names
	}
	const firstLines = 3
	for i := range content {
		if line := squeezeHan(content[i].Text); line != "" && len(line) <= maxTitleLength {
			if names = append(names, line); len(names) == firstLines {
				break
			}
		}
	}
	return names
}

var (
	publishing = regexp.MustCompile(`(?:印发|公布|发布|公开|公示|报送|呈报|转发|上报).*(?:年报|年度报告|工作报告)|(?:年报|年度报告|工作报告)(?:的)?(?:公告|公示|通告)`)
	asking     = regexp.MustCompile(`做好|编制|编写|编报|开展|加强|规范|填报|组织|评估|检查|考核|格式|情况的通报|发布工作`)
)

// publishes reports whether a notice publishes a report and does not ask for one.
func publishes(name string) bool { return publishing.MatchString(name) && !asking.MatchString(name) }

func hasReportTitle(names []string) bool {
	for _, name := range names {
		if titleWords.MatchString(name) {
			return true
		}
	}
	return false
}

var (
	attached   = regexp.MustCompile(`(?i)\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|jpe?g|png)(?:$|[^a-z])|附件|下载`)
	listedYear = regexp.MustCompile(`20\d\d`)
)

// leadsAway reports whether a line names an attached document.
func leadsAway(content []blocks.Block) bool {
	for i := range content {
		if line := content[i].Text; len(line) <= maxTitleLength && attached.MatchString(line) {
			return true
		}
	}
	return false
}

// minListed is how many titles of reports a page lists that is no report itself.
const minListed = 5

// countTitles counts the different lines that read like titles of reports on a
// year.
func countTitles(content []blocks.Block) int {
	seen := map[string]bool{}
	for i := range content {
		line := squeezeHan(content[i].Text)
		if len(line) <= maxTitleLength && listedYear.MatchString(line) && titleWords.MatchString(line) && !strings.ContainsAny(line, "。；") {
			seen[line] = true
		}
	}
	return len(seen)
}

// isShort reports whether a page holds no more sentences than those around a link.
func isShort(content []blocks.Block) bool {
	const most = 300 // characters in lines that are sentences
	count := 0
	for i := range content {
		if strings.Contains(content[i].Text, "。") {
			count += utf8.RuneCountInString(content[i].Text)
		}
	}
	return count <= most
}
