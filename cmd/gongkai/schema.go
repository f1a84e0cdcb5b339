package main

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) schemaCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print what is derived from the forms 表式与数据字典",
		Long: `Schema prints what the program derives from the forms: the figures with their
ids and labels (csv), the codebook (md), the JSON Schema of the canonical report
(json), the tables of the store (sql), the relations that audit checks (relations).`,
		Example: `  gongkai schema
  gongkai schema --format json > report.schema.json
  gongkai schema --format sql | sqlite3 empty.db`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "md":
				return a.print(a.forms.Codebook())
			case "json":
				return a.print(a.forms.JSONSchema())
			case "sql":
				return a.print(a.forms.SQL())
			case "relations":
				return a.printRelations(a.out)
			}
			return a.print(a.forms.FiguresCSV())
		},
	}
	formatFlag(cmd, &format, "csv", "md", "json", "sql", "relations")
	return cmd
}

func (a *app) print(text string) error {
	_, err := io.WriteString(a.out, text)
	return err
}

func (a *app) printRelations(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"form", "rule", "formula", "basis"}}
	for _, form := range a.forms.Forms {
		for _, check := range form.Checks() {
			rows = append(rows, []string{form.ID, check.ID, check.Formula(), check.Basis})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write relations: %w", err)
	}
	return nil
}
