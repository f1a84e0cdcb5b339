package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"gongkai/report"
	"gongkai/sink"
)

func (a *app) reportsCommand() *cobra.Command {
	var chosen selection
	var format string
	var findings bool
	cmd := &cobra.Command{
		Use:   "reports",
		Short: "List the stored reports or their findings 已入库的报告",
		Long: `Reports lists the reports of the dataset, the latest version of each office's
year: how many figures the forms ask for, how many are numbers, how many could
not be read, how many rules fail. With --findings it lists the rules that fail.`,
		Example: `  gongkai reports --year 2022
  gongkai reports --office 街道 --format csv
  gongkai reports --findings`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, query, err := a.openDataset(cmd.Context(), chosen)
			if err != nil {
				return err
			}
			list := a.listReports
			if findings {
				list = a.listFindings
			}
			return firstError(list(cmd.Context(), store, query, format), store.Close())
		},
	}
	chosen.flags(cmd)
	formatFlag(cmd, &format, "table", "csv", "json")
	cmd.Flags().BoolVar(&findings, "findings", false, "list the rules that fail 列出不平衡项")
	return cmd
}

// listing prints rows as a table, as CSV or as JSON Lines with the same names.
type listing struct {
	app    *app
	format string
	names  []string
	table  table
	csv    csvWriter
	count  int
}

func (a *app) newListing(format string, names ...string) *listing {
	l := &listing{app: a, format: format, names: names, csv: newCSV(a.out)}
	switch format {
	case "csv":
		_ = l.csv.row(append([]string(nil), names...)...) // a failed write shows in close
	case "table":
		var header []string
		for _, name := range names {
			header = append(header, bilingual(name))
		}
		l.table.add(header...)
	}
	return l
}

// year is a year in a listing: empty in text where it is unknown, 0 in JSON.
type year int

func (l *listing) add(values ...any) error {
	l.count++
	if l.format == "json" {
		return l.addJSON(values)
	}
	cells := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case *report.Decimal:
			cells[i] = decimal(v)
		case int:
			cells[i] = strconv.Itoa(v)
		case year:
			cells[i] = yearText(int(v))
		default:
			cells[i] = fmt.Sprint(v)
		}
	}
	if l.format == "csv" {
		return l.csv.row(cells...)
	}
	l.table.add(cells...)
	return nil
}

// addJSON writes an object with the fields in the order of the names.
func (l *listing) addJSON(values []any) error {
	line := []byte("{")
	for i, v := range values {
		name, _ := json.Marshal(l.names[i])
		value, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if i > 0 {
			line = append(line, ',')
		}
		line = append(append(append(line, name...), ':'), value...)
	}
	_, err := l.app.out.Write(append(line, '}', '\n'))
	return err
}

func (l *listing) close() error {
	if l.format == "table" {
		return l.table.write(l.app.out)
	}
	return l.csv.close()
}

func (a *app) listReports(ctx context.Context, store *sink.Store, query sink.Query, format string) error {
	rows := a.newListing(format, "office", "year", "version", "figures", "numbers", "unreadable", "absent", "failed", "published", "name")
	rows.table.right = map[int]bool{2: true, 3: true, 4: true, 5: true, 6: true, 7: true}
	for r, err := range store.Reports(ctx, query) {
		if err != nil {
			return err
		}
		err := rows.add(r.Office, year(r.Year), r.Version, r.Expected(), r.States[report.Number], r.States[report.Unreadable],
			r.States[report.Absent], r.Findings[report.Fail], r.Published, r.Name)
		if err != nil {
			return err
		}
	}
	return rows.close()
}

func (a *app) listFindings(ctx context.Context, store *sink.Store, query sink.Query, format string) error {
	rows := a.newListing(format, "office", "year", "rule", "left", "right", "difference", "message")
	rows.table.right = map[int]bool{3: true, 4: true, 5: true}
	for f, err := range store.Findings(ctx, query, report.Fail) {
		if err != nil {
			return err
		}
		message := f.Message.String()
		if format == "table" {
			message = f.Message.ZH
		}
		if err := rows.add(f.Office, year(f.Year), f.Rule, f.Left, f.Right, f.Difference, message); err != nil {
			return err
		}
	}
	return rows.close()
}
