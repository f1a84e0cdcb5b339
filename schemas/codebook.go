package schemas

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// FiguresCSV lists every figure of every form: id, unit, label in each form.
func (s *Set) FiguresCSV() string {
	var b strings.Builder
	out := csv.NewWriter(&b)
	header := []string{"figure", "unit"}
	for _, form := range s.Forms {
		header = append(header, "label_"+form.ID)
	}
	_ = out.Write(header) // a strings.Builder takes everything
	for _, f := range s.Figures() {
		unit := f.Unit
		if f.Signed {
			unit += ", signed"
		}
		row := []string{string(f.ID), unit}
		for _, form := range s.Forms {
			row = append(row, f.Labels[form.ID])
		}
		_ = out.Write(row)
	}
	out.Flush()
	return b.String()
}

// Codebook describes every figure and every relation of the forms in Markdown.
func (s *Set) Codebook() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Codebook 数据字典\n\nDerived from the forms in this folder by `go generate ./schemas`; do not edit.\n\n")
	fmt.Fprintf(&b, "Every figure has a state: %s. Only `number` has a value. Money is in yuan (CNY).\n", "`number`, `blank` (empty cell 空白), `not_applicable` (\"/\" or a dash), `unreadable` (无法读取, with the reason), `absent` (no such row 无此行)")
	for _, form := range s.Forms {
		form.codebook(&b)
	}
	return b.String()
}

func (f *Form) codebook(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s %s\n\n%s, %s. %d figures, %d relations.\n", f.Label, f.EN, f.Source, f.Years, len(f.Figures()), len(f.Checks()))
	for _, s := range f.Tables() {
		fmt.Fprintf(b, "\n### %s %s (`%s`)\n\n| figure | unit | 中文 | English |\n| --- | --- | --- | --- |\n", s.Label, s.EN, s.ID)
		for _, figure := range s.Figures() {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", figure.ID, unitText(figure), figure.Label(), figure.EN())
		}
		if len(s.Relations) > 0 {
			fmt.Fprintf(b, "\n| relation | holds in | equation | basis |\n| --- | --- | --- | --- |\n")
		}
		for _, r := range s.Relations {
			holds, equation := "every column", r.Down
			if r.Across != "" {
				holds, equation = "every row", r.Across
			}
			fmt.Fprintf(b, "| `%s.%s` | %s | %s | %s |\n", s.ID, r.ID, holds, equation, r.Basis)
		}
	}
	f.codebookSplits(b)
}

func (f *Form) codebookSplits(b *strings.Builder) {
	earlier := make([]string, 0, len(f.Splits))
	for row := range f.Splits {
		earlier = append(earlier, row)
	}
	slices.Sort(earlier)
	for _, row := range earlier {
		fmt.Fprintf(b, "\n`%s.*` of the form before is the sum of `%s.*`.\n", row, strings.Join(f.Splits[row], ".*`, `"))
	}
}

func unitText(f Figure) string {
	unit := f.Unit
	if f.Signed {
		unit += ", signed"
	}
	if f.Printed != "" {
		unit += ", printed in " + f.Printed
	}
	return unit
}
