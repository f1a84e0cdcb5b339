package main

import (
	"bufio"
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"gongkai/report"
)

func (a *app) parseCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "parse FILE...",
		Short: "Read reports and print their figures 读取报告",
		Long: `Parse reads reports in any kind of document that is read (HTML, saved pages, plain
text, PDF, Word, Excel, pictures and scans, archives of them; see README) and
prints what they say: with --format json one canonical report a line, with
--format csv one row a figure. "-" reads standard input; a folder or an archive
stands for the documents in it.

Files that a page attaches are read with it if they lie in the same folder or
below it. The report may then be in an attached file: the places of its figures
name the file.

A figure's state is number, blank (an empty cell), not_applicable ("/", a dash),
unreadable (with the reason in note) or absent (no such row). value is a plain
decimal, money in yuan. Fields that a spreadsheet would take for a formula begin
with an apostrophe in CSV; JSON has them as printed.`,
		Example: `  gongkai parse report.html
  gongkai parse --format csv testdata/reports/tieta-2020.txt
  curl -s https://example.gov.cn/report.html | gongkai parse -`,
		Args: wants(aReport + "..."),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format == "csv" {
				return a.parseCSV(cmd.Context(), args)
			}
			return a.parseJSON(cmd.Context(), args)
		},
	}
	formatFlag(cmd, &format, "json", "csv")
	a.blindFlag(cmd)
	return cmd
}

func (a *app) parseJSON(ctx context.Context, names []string) error {
	out := bufio.NewWriter(a.out)
	err := a.eachReport(ctx, names, func(r *report.Report) error {
		line, err := r.Canonical()
		if err != nil {
			return err
		}
		_, err = out.Write(append(line, '\n'))
		return err
	})
	return firstError(out.Flush(), err)
}

func (a *app) parseCSV(ctx context.Context, names []string) error {
	out := newCSV(a.out)
	if err := out.row(append([]string{"file"}, figureHeader...)...); err != nil {
		return err
	}
	err := a.eachReport(ctx, names, func(r *report.Report) error {
		for _, f := range r.Figures {
			if err := out.row(append([]string{r.Source.Name}, figureRow(f)...)...); err != nil {
				return err
			}
		}
		return nil
	})
	return firstError(out.close(), err)
}

// figureHeader names the fields of figureRow.
var figureHeader = []string{"figure", "state", "value", "unit", "raw", "note", "page", "line", "table", "row", "col", "printed_unit", "unit_from", "attached_file", "box", "source", "confidence"}

func figureRow(f report.Figure) []string {
	return []string{
		string(f.ID), f.State.String(), decimal(f.Number()), f.Unit, f.Raw, f.Note.String(),
		place(f.At.Page), place(f.At.Line), place(f.At.Table), place(f.At.Row), place(f.At.Col),
		f.Printed, f.UnitFrom, place(f.At.File), boxText(f.At.Box), f.Source, place(f.Confidence),
	}
}

func decimal(d *report.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// place prints a part of a place; one that the medium does not have is empty.
func place(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// boxText prints a box as the store has it; one that is not known is empty.
func boxText(b report.Box) string {
	if b == (report.Box{}) {
		return ""
	}
	return fmt.Sprintf("%d,%d,%d,%d", b.Left, b.Top, b.Right, b.Bottom)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
