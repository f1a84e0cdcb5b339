package normalize_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/report"
)

// realCase is a page that was published: the text of its tables as it could be
// seen, and the cells that a person read off it.
type realCase struct {
	URL     string            `json:"url"`
	Table   string            `json:"table"`
	Figures map[string]string `json:"figures"`
}

// TestRealCases reads the tables of real pages in testdata/cases and compares them
// with what a person read.
func TestRealCases(t *testing.T) {
	right, printed, silent := 0, 0, 0
	files, _ := filepath.Glob("../testdata/cases/*.jsonl")
	reader := newReader()
	for _, file := range files {
		for i, c := range readCases(t, file) {
			r, err := reader.read(c.URL, []byte(c.Table))
			if err != nil {
				if len(c.Figures) > 0 {
					t.Errorf("%s %d: %v", filepath.Base(file), i, err)
				}
				continue
			}
			for _, f := range r.Figures {
				want, listed := c.Figures[string(f.ID)]
				switch verdict := judge(f, want, listed); verdict {
				case "right":
					right++
					printed++
				case "refused":
					printed++
					t.Logf("%s %d %s: page %q refused: %s %s", filepath.Base(file), i, f.ID, want, f.State, f.Note.EN)
				case "silent":
					silent++
					t.Errorf("%s %d %s: page %q (listed %v), read %s %v raw %q", filepath.Base(file), i, f.ID, want, listed, f.State, f.Value, f.Raw)
				}
			}
		}
	}
	if printed == 0 {
		t.Fatal("no figure of a real page was compared")
	}
	share := float64(right) / float64(printed) * 100
	t.Logf("%d of %d printed figures right (%.2f %%), %d silent errors", right, printed, share, silent)
	if share < 97 {
		t.Errorf("%.2f %% of the printed figures are right, at least 97 %% must be", share)
	}
}

// judge compares a figure with the cell that a person saw.
func judge(f report.Figure, want string, listed bool) string {
	want = strings.TrimSpace(want)
	switch {
	case !listed && f.State == report.Number:
		return "silent"
	case !listed:
		return ""
	case f.State == report.Unreadable, f.State == report.Absent:
		return "refused"
	case want == "" && f.State == report.Blank, want == "/" && f.State == report.NotApplicable,
		f.State == report.Number && strings.TrimSpace(f.Raw) == want:
		return "right"
	}
	return "silent"
}

func readCases(t *testing.T, file string) []realCase {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []realCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c realCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}
