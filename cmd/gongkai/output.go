package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
)

// formatFlag adds --format with the formats a command has; the first is the default.
func formatFlag(cmd *cobra.Command, format *string, formats ...string) {
	cmd.Flags().StringVar(format, "format", formats[0], "output format: "+strings.Join(formats, ", "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	cmd.PreRunE = chain(cmd.PreRunE, func(*cobra.Command, []string) error {
		if !slices.Contains(formats, *format) {
			return fmt.Errorf("--format %s: choose one of %s", *format, strings.Join(formats, ", "))
		}
		return nil
	})
}

func chain(first, then func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	if first == nil {
		return then
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := first(cmd, args); err != nil {
			return err
		}
		return then(cmd, args)
	}
}

// printable makes text from a page safe for a terminal: control characters,
// which could move the cursor or colour the screen, become visible marks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control):
			return '\uFFFD'
		}
		return r
	}, s)
}

// yearText prints a year; an unknown one is empty.
func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// counted is a number with the word for what it counts: 1 report, 2 reports.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// clipText shortens what may be long to so many characters.
func clipText(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// columnWords are the names of columns in Chinese. Tables have them; CSV and JSON,
// which programs read, do not.
var columnWords = map[string]string{
	"office": "机关", "year": "年份", "version": "版本", "published": "发布日期", "name": "文件",
	"figure": "数据项", "state": "状态", "value": "数值", "label": "名称",
	"figures": "数据项", "numbers": "数字", "unreadable": "无法读取", "absent": "无此项", "failed": "不平衡",
	"rule": "勾稽关系", "left": "左边", "right": "右边", "difference": "差", "message": "说明",
	"stage": "环节", "attempts": "次数", "reason": "原因", "sha256": "哈希",
}

// bilingual is the name of a column in a table.
func bilingual(name string) string { return name + " " + columnWords[name] }

// csvWriter writes rows for programs and for spreadsheets. A field that a
// spreadsheet would take for a formula gets an apostrophe in front; signed
// numbers do not.
type csvWriter struct{ *csv.Writer }

func newCSV(w io.Writer) csvWriter { return csvWriter{csv.NewWriter(w)} }

func (w csvWriter) row(fields ...string) error {
	for i := range fields {
		fields[i] = spreadsheetSafe(printable(fields[i]))
	}
	return w.Write(fields)
}

func (w csvWriter) close() error {
	w.Flush()
	return w.Error()
}

// signedNumber is a number with a sign, and maybe a unit in Chinese.
var signedNumber = regexp.MustCompile(`^[+-]?[\d.,]+%?\p{Han}*$`)

func spreadsheetSafe(s string) string {
	if strings.IndexAny(s, "=+-@＝＋－＠\t") != 0 || signedNumber.MatchString(s) {
		return s
	}
	return "'" + s
}

// table lines up rows by the width they have on the screen, where Chinese
// characters take two columns.
type table struct {
	rows  [][]string
	right map[int]bool // columns that are aligned right
}

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(printable(cells[i]), "\n", " ")
	}
	t.rows = append(t.rows, cells)
}

func (t *table) write(w io.Writer) error {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	out := bufio.NewWriter(w)
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
			if t.right[i] {
				cell = space + cell
			} else {
				cell += space
			}
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(cell)
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
	return out.Flush()
}
