package main

import (
	"context"

	"github.com/spf13/cobra"

	"gongkai/report"
)

func (a *app) explainCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "explain FILE FIGURE",
		Short: "Tell where a figure stands and why it was read so 说明一个数据的来历",
		Long: `Explain reads one report and tells everything about one figure: its label in the
form, its value and unit, its state and the reason, the cell as printed and its
place, the labels of row and column that it was matched by and theirs, how sure
optical recognition was, and the rules that it takes part in with their outcome.
Of a figure that the page does not have it tells what was looked for and what was
found instead.

FIGURE is an id (gongkai schema lists them), a pattern of ids, a part of an id, or
words of the label in Chinese or English. Where several figures fit they are
listed with their states; in json all of them are explained, one a line.

A place is counted from 1: table, row and cell of a page or a Word document, line
and character of a text, page and box (left,top,right,bottom, in points) of a PDF,
box in pixels of a picture, sheet and address of a workbook; in a file that a page
attaches, the number of the file. "-" reads standard input.

The exit code is 0 if all figures that fit were read (a number, blank, or not
applicable), 1 if one is unreadable or absent, 2 if the report could not be read or
no figure fits.`,
		Example: `  gongkai explain report.html requests.received.total
  gongkai explain report.html 'requests.received.*'
  gongkai explain report.html '本年新收 总计'
  gongkai explain --format json testdata/reports/heshui-2021-broken.html requests.received.natural`,
		Args: wants(aReport, "a figure: its id, a pattern, a part of the id, or words of its label"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.completeFigures(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explain(cmd.Context(), args[0], args[1], format)
		},
	}
	formatFlag(cmd, &format, "text", "json")
	a.blindFlag(cmd)
	return cmd
}

func (a *app) explain(ctx context.Context, name, query, format string) error {
	read, err := a.readTraced(ctx, name)
	if err != nil {
		return err
	}
	specs, err := a.matchingFigures(read, query)
	if err != nil {
		return err
	}
	explanations := make([]*explanation, len(specs))
	wasRead := true
	for i := range specs {
		explanations[i] = a.explanation(read, &specs[i])
		state := explanations[i].Figure.State
		wasRead = wasRead && state != report.Unreadable && state != report.Absent
	}
	if err := a.printExplanations(explanations, format); err != nil {
		return err
	}
	if !wasRead {
		return errFindings
	}
	return nil
}
