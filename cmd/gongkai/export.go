package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"gongkai/report"
	"gongkai/sink"
)

func (a *app) exportCommand() *cobra.Command {
	var chosen selection
	var format string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the dataset out 导出数据集",
		Long: `Export writes the chosen reports whole: with --format json one canonical report
a line, with --format csv one row a figure with its state, raw text and place.
The same dataset gives the same bytes. The number of reports written goes to
standard error.`,
		Example: `  gongkai export > reports.jsonl
  gongkai export --format csv --year 2022 > figures-2022.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, query, err := a.openDataset(cmd.Context(), chosen)
			if err != nil {
				return err
			}
			return firstError(a.export(cmd.Context(), store, query, format), store.Close())
		},
	}
	chosen.flags(cmd)
	formatFlag(cmd, &format, "json", "csv")
	return cmd
}

func (a *app) export(ctx context.Context, store *sink.Store, query sink.Query, format string) error {
	due := 0
	for _, err := range store.Reports(ctx, query) {
		if err != nil {
			return err
		}
		due++
	}
	write := a.exportJSON
	if format == "csv" {
		write = a.exportCSV
	}
	written, err := write(ctx, store, query)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "%d of %s\n", written, counted(due, "report", "reports"))
	if written != due {
		return fmt.Errorf("export: the dataset changed while it was written; run it again")
	}
	return nil
}

func (a *app) exportJSON(ctx context.Context, store *sink.Store, query sink.Query) (written int, err error) {
	out := bufio.NewWriter(a.out)
	err = store.Export(ctx, query, func(canonical []byte) error {
		written++
		if _, err := out.Write(canonical); err != nil {
			return err
		}
		return out.WriteByte('\n')
	})
	return written, firstError(err, out.Flush())
}

func (a *app) exportCSV(ctx context.Context, store *sink.Store, query sink.Query) (written int, err error) {
	out := newCSV(a.out)
	header := append([]string{"office", "year", "published", "sha256", "name"}, figureHeader...)
	if err := out.row(header...); err != nil {
		return 0, err
	}
	err = store.Export(ctx, query, func(canonical []byte) error {
		written++
		var r report.Report
		if err := json.Unmarshal(canonical, &r); err != nil {
			return err
		}
		for _, f := range r.Figures {
			row := append([]string{r.Office, yearText(r.Year), r.Published, r.Source.Key(), r.Source.Name}, figureRow(f)...)
			if err := out.row(row...); err != nil {
				return err
			}
		}
		return nil
	})
	return written, firstError(err, out.close())
}
