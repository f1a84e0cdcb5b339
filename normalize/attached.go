package normalize

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/report"
)

// A page and the files it attaches print one report. What the page prints stands;
// a table that it does not have is taken from the first file that has it, and each
// place says which file it is in. Nothing is chosen by its values: where page and
// file differ, package audit says so.

// join takes what the page does not print from the copies.
func join(r *report.Report) {
	if len(r.Copies) == 0 {
		return
	}
	if isCover(r) {
		adoptReport(r)
	}
	var kept []report.Copy
	for _, c := range r.Copies {
		if !sameReport(r, &c.Report) {
			r.Notes = append(r.Notes, anotherReport(r, &c))
			r.Others = append(r.Others, c.File)
			continue
		}
		for i := range r.Forms {
			if !r.Forms[i].Found {
				adoptTable(r, i, &c)
			}
		}
		kept = append(kept, c)
	}
	r.Copies = kept
}

// isCover tells a page without any section of a report.
func isCover(r *report.Report) bool {
	headed := slices.ContainsFunc(r.Sections, func(s report.Section) bool { return s.ID != "" })
	return !headed && tablesFound(r) == 0
}

func tablesFound(r *report.Report) (n int) {
	for _, f := range r.Forms {
		if f.Found {
			n++
		}
	}
	return n
}

// adoptReport makes an attached file the report that the page only announces: of
// the files for the page's year the first with most tables.
func adoptReport(r *report.Report) {
	chosen := -1
	for i := range r.Copies {
		c := &r.Copies[i].Report
		if r.Year != 0 && c.Year != 0 && c.Year != r.Year {
			continue
		}
		if chosen < 0 || tablesFound(c) > tablesFound(&r.Copies[chosen].Report) {
			chosen = i
		}
	}
	if chosen < 0 {
		chosen = 0
	}
	c := &r.Copies[chosen]
	if !sameReport(r, &c.Report) {
		r.Notes = append(r.Notes, titlesDiffer(r, c))
	}
	if c.Report.Office != "" || r.Office == "" {
		r.Office, r.Title = c.Report.Office, c.Report.Title
	}
	if c.Report.Year != 0 {
		r.Year = c.Report.Year
	}
	if r.Published == "" {
		r.Published = c.Report.Published
	}
	r.Sections = append(r.Sections, c.Report.Sections...)
	r.Forms, r.Figures = c.Report.Forms, c.Report.Figures
	r.Notes = append(append(r.Notes, readFrom(r, c)), c.Report.Notes...)
	r.Copies = slices.Concat(r.Copies[:chosen], r.Copies[chosen+1:])
}

// sameReport tells whether two documents may be one report: nothing that both
// know differs. One may name the office with its region and the other without.
func sameReport(a, b *report.Report) bool {
	if a.Year != 0 && b.Year != 0 && a.Year != b.Year {
		return false
	}
	return a.Office == "" || b.Office == "" || strings.Contains(a.Office, b.Office) || strings.Contains(b.Office, a.Office)
}

// adoptTable takes the figures of one table from a copy that has it.
func adoptTable(r *report.Report, table int, c *report.Copy) {
	section := r.Forms[table].Section
	at := slices.IndexFunc(c.Report.Forms, func(f report.TableForm) bool { return f.Section == section && f.Found })
	if at < 0 {
		return
	}
	r.Forms[table] = c.Report.Forms[at]
	var figures []report.Figure
	for _, used := range r.Forms {
		from := r
		if used.Section == section {
			from = &c.Report
		}
		for _, f := range from.Figures {
			if strings.HasPrefix(string(f.ID), used.Section+".") {
				figures = append(figures, f)
			}
		}
	}
	r.Figures = figures
	r.Notes = append(r.Notes, tableFrom(r, c, section))
}

// fileName is how the document names the file of a copy.
func fileName(r *report.Report, c *report.Copy) string {
	if c.File < 1 || c.File > len(r.Source.Attached) {
		return ""
	}
	return r.Source.Attached[c.File-1].Name
}

func readFrom(r *report.Report, c *report.Copy) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("页面本身没有报告，报告读自附件%d（%s）", c.File, fileName(r, c)),
		EN: fmt.Sprintf("the page itself has no report; it was read from attached file %d (%s)", c.File, fileName(r, c)),
	}
}

func tableFrom(r *report.Report, c *report.Copy, section string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("页面没有%s表，数据读自附件%d（%s）", section, c.File, fileName(r, c)),
		EN: fmt.Sprintf("the page has no table %s; its figures were read from attached file %d (%s)", section, c.File, fileName(r, c)),
	}
}

func anotherReport(r *report.Report, c *report.Copy) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("附件%d（%s）是另一份报告（%s %d），未采用；请单独读取", c.File, fileName(r, c), c.Report.Office, c.Report.Year),
		EN: fmt.Sprintf("attached file %d (%s) is another report (%s %d) and plays no part; read it by itself", c.File, fileName(r, c), c.Report.Office, c.Report.Year),
	}
}

func titlesDiffer(r *report.Report, c *report.Copy) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("页面标题（%s %d）与附件%d标题（%s %d）不同，以附件为准", r.Office, r.Year, c.File, c.Report.Office, c.Report.Year),
		EN: fmt.Sprintf("the page's title (%s %d) and that of attached file %d (%s %d) differ; the file's is taken", r.Office, r.Year, c.File, c.Report.Office, c.Report.Year),
	}
}
