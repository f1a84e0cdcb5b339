package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai/parser"
	"gongkai/pipeline"
	"gongkai/report"
	"gongkai/sink"
)

// tally counts what became of the documents of a run.
type tally struct {
	outcomes         map[pipeline.Outcome]int
	seen             map[[2]string]bool
	figures, numbers int
	formats          map[string]int
	attached         int                 // files that came with documents
	refused          map[report.Text]int // figures by the reason
	broken           []pipeline.Event    // reports that contradict themselves
	dead             []pipeline.Event
	skipped          int
	lost             int  // documents that could not even be captured
	nothing          bool // a folder had no documents
}

// add counts a document once, however often it was delivered.
func (t *tally) add(e pipeline.Event) {
	if t.outcomes == nil {
		t.outcomes, t.seen = map[pipeline.Outcome]int{}, map[[2]string]bool{}
		t.formats, t.refused = map[string]int{}, map[report.Text]int{}
	}
	key := [2]string{e.Name, e.SHA256}
	if t.seen[key] {
		return
	}
	t.seen[key] = true
	t.outcomes[e.Outcome]++
	t.figures += e.Figures
	t.numbers += e.Numbers
	t.attached += e.Attached
	for _, why := range e.Refused {
		t.refused[why.Text] += why.Figures
	}
	if e.MediaType != "" {
		t.formats[formatName(e.MediaType)]++
	}
	switch {
	case e.Outcome == pipeline.OutcomeDead:
		t.dead = append(t.dead, e)
	case e.Failed > 0:
		t.broken = append(t.broken, e)
	}
}

// shown bounds how many documents of a kind the summary lists.
const shown = 10

// finish prints what the run did, what it found, and how to look further.
func (t *tally) finish(out io.Writer, folder string) error {
	w := bufio.NewWriter(out)
	byName := func(a, b pipeline.Event) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(t.broken, byName)
	slices.SortFunc(t.dead, byName)
	var counts []string
	for outcome := sink.New; outcome <= sink.Recaptured; outcome++ {
		if n := t.outcomes[pipeline.Outcome(outcome.String())]; n > 0 || outcome == sink.New {
			counts = append(counts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	if n := len(t.dead); n > 0 {
		counts = append(counts, fmt.Sprintf("%d %s", n, pipeline.OutcomeDead))
	}
	if t.lost > 0 {
		counts = append(counts, fmt.Sprintf("%d not read", t.lost))
	}
	skipped := ""
	if t.skipped > 0 {
		skipped = "; " + counted(t.skipped, "file", "files") + " skipped"
	}
	fmt.Fprintf(w, "%s: %s%s\n", counted(len(t.seen)+t.lost, "document", "documents"), strings.Join(counts, ", "), skipped)
	fmt.Fprintf(w, "%d of %d figures are numbers\n", t.numbers, t.figures)
	t.listFormats(w)
	t.listRefused(w)
	list(w, counted(len(t.broken), "report contradicts itself", "reports contradict themselves")+" 数据自相矛盾", t.broken, func(e pipeline.Event) []string {
		return []string{strings.TrimSpace(yearText(e.Year) + " " + e.Office), counted(e.Failed, fmt.Sprintf("of %d rules fails", e.Findings), fmt.Sprintf("of %d rules fail", e.Findings))}
	})
	list(w, counted(len(t.dead), "document", "documents")+" could not be read 未能读取", t.dead, func(e pipeline.Event) []string {
		return []string{reasonAlone(e.Name, e.Reason)}
	})
	t.listCauses(w)
	fmt.Fprintf(w, "\ndatabase: %s\nlook further:\n  gongkai reports%[2]s\n  gongkai compare%[2]s requests.received.total requests.concluded.total\n", databasePath(folder), dataHint(folder))
	if len(t.broken) > 0 {
		fmt.Fprintf(w, "  gongkai audit %s\n", shellWord(t.broken[0].Name))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case len(t.dead) > 0 || t.lost > 0 || t.nothing:
		return errReported
	case len(t.broken) > 0:
		return errFindings
	}
	return nil
}

// formatNames are the usual names of what documents are.
var formatNames = map[string]string{
	"text/html": "html", "text/plain": "text", "multipart/related": "mhtml", "application/pdf": "pdf",
	"application/msword": "doc", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
	"application/vnd.ms-excel": "xls", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
	"application/rtf": "rtf", "text/rtf": "rtf", "application/zip": "zip", "application/gzip": "gzip",
	"image/png": "png", "image/jpeg": "jpeg", "image/tiff": "tiff",
}

func formatName(mediaType string) string { return cmp.Or(formatNames[mediaType], mediaType) }

func (t *tally) listFormats(w io.Writer) {
	if len(t.formats) == 0 {
		return
	}
	counts := countsOf(t.formats)
	if t.attached > 0 {
		counts += "; " + counted(t.attached, "attached file", "attached files") + " 附件"
	}
	fmt.Fprintf(w, "formats 格式: %s\n", counts)
}

// countsOf lists what was counted, the most first: 23 html, 2 text.
func countsOf(count map[string]int) string {
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	})
	for i, name := range names {
		names[i] = strconv.Itoa(count[name]) + " " + name
	}
	return strings.Join(names, ", ")
}

// topReasons is how many reasons for refused figures the summary shows.
const topReasons = 5

func (t *tally) listRefused(w io.Writer) {
	total := 0
	for _, n := range t.refused {
		total += n
	}
	if total == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s refused 拒绝读取, most often because:\n", counted(total, "figure was", "figures were"))
	rows := table{right: map[int]bool{0: true}}
	rest := total
	for i, why := range pipeline.MostFirst(t.refused) {
		if i == topReasons {
			break
		}
		rest -= why.Figures
		rows.add(fmt.Sprintf("  %d", why.Figures), why.Text.String())
	}
	if rest > 0 {
		rows.add(fmt.Sprintf("  %d", rest), "其他原因 / other reasons")
	}
	_ = rows.write(w)
}

// causes are the kinds of reasons why a document is not read.
var causes = []error{
	parser.ErrNoReport, parser.ErrUnsupported, parser.ErrEncrypted, parser.ErrDamaged, parser.ErrTooLarge, parser.ErrTooDeep, parser.ErrEmpty,
}

// listCauses counts the documents that were not read by the kind of reason, where
// the list of them is too long to show.
func (t *tally) listCauses(w io.Writer) {
	if len(t.dead) <= shown {
		return
	}
	count := map[string]int{}
	for _, e := range t.dead {
		cause := "other reasons"
		for _, known := range causes {
			if strings.Contains(e.Reason, known.Error()) {
				cause = known.Error()
				break
			}
		}
		count[cause]++
	}
	fmt.Fprintf(w, "  by reason: %s\n", countsOf(count))
}

// reasonAlone is why a document was not read, without its name, which stands
// beside it.
func reasonAlone(name, reason string) string { return strings.TrimPrefix(reason, "parse "+name+": ") }

// list shows documents, and in further columns what is to be said of each.
func list(w io.Writer, what string, events []pipeline.Event, say func(pipeline.Event) []string) {
	if len(events) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", what)
	var rows table
	for i, e := range events {
		if i == shown {
			break
		}
		rows.add(append([]string{"  " + e.Name}, say(e)...)...)
	}
	_ = rows.write(w)
	if rest := len(events) - shown; rest > 0 {
		fmt.Fprintf(w, "  and %d more\n", rest)
	}
}

// shellWord quotes a file name for a command that people paste.
func shellWord(name string) string {
	name = printable(name)
	if strings.IndexFunc(name, func(r rune) bool { return r < 0x80 && !strings.ContainsRune("-_./+:@%,", r) && !isWordRune(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// dataHint repeats --data in a command that is suggested, if it is not the default.
func dataHint(folder string) string {
	if usual, err := resolveData(""); err == nil && usual == folder {
		return ""
	}
	return " --data " + shellWord(folder)
}
