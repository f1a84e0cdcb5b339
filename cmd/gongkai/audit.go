package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/audit"
	"gongkai/report"
)

func (a *app) auditCommand() *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "audit FILE...",
		Short: "Check reports against the relations of their forms 核对报告",
		Long: `Audit reads reports and checks every relation that the forms state between
figures: the balance of each column, the parts of a total, the totals of rows.
A relation whose figures were not all read is not_assessable, never a pass.
The rules read.* grade the reading itself: figures found against figures due.

The table shows failures and what could not be read; --all shows every rule, as
csv and json always do. The exit code is 1 if a relation fails or a figure that
the form asks for was not read.`,
		Example: `  gongkai audit testdata/reports/heshui-2021-broken.html
  gongkai audit --format csv reports/ > findings.csv`,
		Args: wants(aReport + "..."),
		RunE: func(cmd *cobra.Command, args []string) error {
			printer := a.findingPrinter(format, all)
			clean := true
			err := a.eachReport(cmd.Context(), args, func(r *report.Report) error {
				findings := a.auditor.Check(r)
				clean = clean && isClean(findings)
				return printer.print(r, findings)
			})
			if err := firstError(printer.close(), err); err != nil {
				return err
			}
			if !clean {
				return errFindings
			}
			return nil
		},
	}
	formatFlag(cmd, &format, "table", "csv", "json")
	a.blindFlag(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "show passed rules too (table)")
	return cmd
}

// isClean reports whether every relation that could be assessed holds and every
// figure was read.
func isClean(findings []report.Finding) bool {
	for _, f := range findings {
		if strings.HasPrefix(f.Rule, audit.ReadingRule) && f.Status != report.Pass {
			return false
		}
	}
	return !audit.Failed(findings)
}

// findingPrinter prints the findings of one report after the other.
type findingPrinter interface {
	print(*report.Report, []report.Finding) error
	close() error
}

func (a *app) findingPrinter(format string, all bool) findingPrinter {
	switch format {
	case "csv":
		out := newCSV(a.out)
		_ = out.row("file", "rule", "status", "left", "right", "difference", "figures", "message") // a failed write shows in close
		return findingCSV{out}
	case "json":
		return findingJSON{bufio.NewWriter(a.out)}
	}
	return &findingTable{out: a.out, all: all}
}

type findingCSV struct{ csvWriter }

func (p findingCSV) print(r *report.Report, findings []report.Finding) error {
	for _, f := range findings {
		err := p.row(r.Source.Name, f.Rule, string(f.Status), decimal(f.Left), decimal(f.Right), decimal(f.Difference), f.FigureList(), f.Message.String())
		if err != nil {
			return err
		}
	}
	return nil
}

type findingJSON struct{ *bufio.Writer }

func (p findingJSON) print(r *report.Report, findings []report.Finding) error {
	for _, f := range findings {
		line, err := json.Marshal(struct {
			File string `json:"file"`
			report.Finding
		}{r.Source.Name, f})
		if err != nil {
			return err
		}
		if _, err := p.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (p findingJSON) close() error { return p.Flush() }

type findingTable struct {
	out io.Writer
	all bool
}

func (p *findingTable) print(r *report.Report, findings []report.Finding) error {
	count := map[report.Status]int{}
	var rows table
	for _, f := range findings {
		count[f.Status]++
		isUnread := strings.HasPrefix(f.Rule, audit.ReadingRule) && f.Status != report.Pass
		if p.all || f.Status == report.Fail || isUnread {
			rows.add("", f.Rule, string(f.Status), decimal(f.Left), decimal(f.Right), decimal(f.Difference), f.Message.ZH)
		}
	}
	_, err := fmt.Fprintf(p.out, "%s: %s %s\n  %d pass, %d fail, %d not assessable\n", printable(r.Source.Name), printable(r.Office), yearText(r.Year),
		count[report.Pass], count[report.Fail], count[report.NotAssessable])
	return firstError(err, rows.write(p.out))
}

func (p *findingTable) close() error { return nil }
