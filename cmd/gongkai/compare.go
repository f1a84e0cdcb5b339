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

func (a *app) compareCommand() *cobra.Command {
	var chosen selection
	var format string
	cmd := &cobra.Command{
		Use:   "compare FIGURE...",
		Short: "Put figures of offices and years side by side 比较",
		Long: `Compare prints chosen figures for chosen offices and years side by side. Figures
are named by their ids (gongkai schema lists them) or by patterns.

What is no number is marked, never counted as 0: ` + stateLegend + `.
A number that optical recognition saw in a picture has a ` + ocrMark + ` behind it.
In csv every figure has three columns: its value, its state and its source.`,
		Example: `  gongkai compare requests.received.total requests.concluded.total
  gongkai compare --office 青禾 --year 2021-2024 'requests.*.total'
  gongkai compare --format csv disclosure.penalties.decisions`,
		Args:              wants("a figure by its id or by a pattern, such as requests.*.total..."),
		ValidArgsFunction: a.completeFigures,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.figureIDs(args)
			if err != nil {
				return err
			}
			store, query, err := a.openDataset(cmd.Context(), chosen)
			if err != nil {
				return err
			}
			return firstError(a.compare(cmd.Context(), store, query, ids, format), store.Close())
		},
	}
	chosen.flags(cmd)
	formatFlag(cmd, &format, "table", "csv", "json")
	return cmd
}

func (a *app) compare(ctx context.Context, store *sink.Store, query sink.Query, ids []report.ID, format string) error {
	rows := store.Figures(ctx, query, ids)
	each := func(use func(sink.ReportFigures) error) error {
		for r, err := range rows {
			if err == nil {
				err = use(r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	switch format {
	case "csv":
		return a.compareCSV(ids, each)
	case "json":
		return a.compareJSON(each)
	}
	return a.compareTable(ids, each)
}

type eachRow func(use func(sink.ReportFigures) error) error

func (a *app) compareTable(ids []report.ID, each eachRow) error {
	t := table{right: map[int]bool{}}
	short := map[report.ID]string{}
	for _, f := range a.forms.Figures() {
		short[f.ID] = shortLabel(&f.Figure)
	}
	zh, en := []string{"", ""}, []string{bilingual("office"), bilingual("year")}
	for i, id := range ids {
		zh = append(zh, short[id])
		en = append(en, string(id))
		t.right[i+2] = true
	}
	t.add(zh...)
	t.add(en...)
	legend := stateLegend
	err := each(func(r sink.ReportFigures) error {
		cells := []string{r.Office, yearText(r.Year)}
		for _, f := range r.Figures {
			if f.Source == report.OCR {
				legend = stateLegend + "   " + ocrLegend
			}
			cells = append(cells, shownValue(f))
		}
		t.add(cells...)
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.write(a.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s.  %s\n", counted(len(t.rows)-2, "report", "reports"), legend)
	return err
}

func (a *app) compareCSV(ids []report.ID, each eachRow) error {
	out := newCSV(a.out)
	header := []string{"office", "year", "version", "sha256"}
	for _, id := range ids {
		header = append(header, string(id), string(id)+".state", string(id)+".source")
	}
	if err := out.row(header...); err != nil {
		return err
	}
	err := each(func(r sink.ReportFigures) error {
		row := []string{r.Office, yearText(r.Year), strconv.Itoa(r.Version), r.SHA256}
		for _, f := range r.Figures {
			row = append(row, decimal(f.Number()), f.State.String(), f.Source)
		}
		return out.row(row...)
	})
	return firstError(err, out.close())
}

func (a *app) compareJSON(each eachRow) error {
	return each(func(r sink.ReportFigures) error {
		line, err := json.Marshal(struct {
			Office  string          `json:"office"`
			Year    int             `json:"year"`
			Version int             `json:"version"`
			SHA256  string          `json:"sha256"`
			Figures []report.Figure `json:"figures"`
		}{r.Office, r.Year, r.Version, r.SHA256, r.Figures})
		if err != nil {
			return err
		}
		_, err = a.out.Write(append(line, '\n'))
		return err
	})
}
