package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/report"
	"gongkai/sink"
)

// selection is the flags that choose reports of the dataset.
type selection struct {
	data    string
	offices []string
	years   []string
	all     bool
}

func (s *selection) flags(cmd *cobra.Command) {
	dataFolder(cmd, &s.data)
	cmd.Flags().StringSliceVar(&s.offices, "office", nil, "offices whose name holds this text 机关名称 (may be repeated)")
	cmd.Flags().StringSliceVar(&s.years, "year", nil, "years reported on 年份: 2022, 2019-2023 (may be repeated)")
	cmd.Flags().BoolVar(&s.all, "all-versions", false, "superseded versions too 含旧版本")
}

// open opens the dataset that ingest made, and what is chosen of it.
func (a *app) openDataset(ctx context.Context, s selection) (*sink.Store, sink.Query, error) {
	years, err := parseYears(s.years)
	if err != nil {
		return nil, sink.Query{}, err
	}
	folder, err := resolveData(s.data)
	if err != nil {
		return nil, sink.Query{}, err
	}
	file := databasePath(folder)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, sink.Query{}, fmt.Errorf("open dataset: there is none in %s; make one with gongkai ingest, or name its folder with --data", folder)
	}
	store, err := sink.Open(ctx, file, a.forms)
	return store, sink.Query{Offices: s.offices, Years: years, AllVersions: s.all}, err
}

// parseYears reads 2022 and 2019-2023.
func parseYears(texts []string) (years []int, err error) {
	for _, text := range texts {
		from, to, isRange := strings.Cut(text, "-")
		if !isRange {
			to = from
		}
		first, errFirst := strconv.Atoi(from)
		last, errLast := strconv.Atoi(to)
		if errFirst != nil || errLast != nil || first < 1900 || last > 2200 || first > last {
			return nil, fmt.Errorf("--year %s: write a year (2022) or a range of years (2019-2023)", text)
		}
		for year := first; year <= last; year++ {
			years = append(years, year)
		}
	}
	return years, nil
}

// stateMark is what a table shows for a figure that is no number. None looks
// like a number, and no two are the same.
var stateMark = map[report.State]string{
	report.Absent:        "·",
	report.Blank:         "□",
	report.NotApplicable: "/",
	report.Unreadable:    "?",
}

const stateLegend = "· absent 无此项   □ blank 空白   / not applicable 不适用   ? unreadable 无法读取"

// ocrMark stands behind a figure that optical recognition saw in a picture.
const (
	ocrMark   = "*"
	ocrLegend = ocrMark + " recognised in a picture 图片识别"
)

// shownValue is a figure in a table.
func shownValue(f report.Figure) string {
	text := stateMark[f.State]
	if n := f.Number(); n != nil {
		text = n.String()
	}
	if f.Source == report.OCR {
		text += ocrMark
	}
	return text
}
