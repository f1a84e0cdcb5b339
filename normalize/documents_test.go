package normalize_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/parser"
	"gongkai/report"
)

// refusedDue has the documents of which some printed figures are refused, with
// how many; of all others none may be.
var refusedDue = map[string]int{
	"heshui-2022-images.html":               200, // the tables are pictures
	"bailu-chengguan-2021-pipes-broken.txt": 17,  // two rows of bars with empty cells
	"linxi-forestry-2020-dedup.txt":         183, // repeated lines were dropped: nothing may be read
	"linxi-health-2020-pipes.txt":           7,   // a row of empty cells before one value, filled up with bars
	"tieta-2020-twin.txt":                   14,  // two rows with eight values for seven columns
}

// TestDocuments reads the whole documents in testdata and compares every figure
// with the truth that was written with them.
func TestDocuments(t *testing.T) {
	r := newReader()
	files, err := filepath.Glob("../testdata/reports/*")
	if err != nil || len(files) < 20 {
		t.Fatalf("testdata/reports has %d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			truth := readTruth(t, truthOf(file))
			read, err := r.read(file, data)
			if err != nil {
				t.Fatal(err)
			}
			right, refused := 0, 0
			for _, f := range read.Figures {
				switch want, listed := truth[string(f.ID)]; {
				case f.State == report.Absent && !listed, f.State.String() == want.state && value(f) == want.value:
					right++
				case f.State == report.Unreadable:
					refused++
					t.Logf("%s: printed %q (%s), refused: %s", f.ID, want.raw, want.state, f.Note.EN)
				default:
					t.Errorf("%s: printed %q (%s %s), read %s %s, raw %q", f.ID, want.raw, want.state, want.value, f.State, value(f), f.Raw)
				}
			}
			t.Logf("%d right, %d refused of %d", right, refused, len(read.Figures))
			if due := refusedDue[filepath.Base(file)]; refused != due {
				t.Errorf("%d figures were refused, %d were due", refused, due)
			}
		})
	}
}

// TestOthers reads pages that look like reports and are none.
func TestOthers(t *testing.T) {
	files, err := filepath.Glob("../testdata/others/*")
	if err != nil || len(files) < 2 {
		t.Fatalf("testdata/others has %d documents, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newReader().read(file, data); !errors.Is(err, parser.ErrNoReport) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

type truthLine struct{ state, value, raw string }

// truthOf is the file of what a document prints.
func truthOf(document string) string {
	base := strings.TrimSuffix(filepath.Base(document), filepath.Ext(document))
	return filepath.Join("../testdata/truth", base+".csv")
}

func readTruth(t *testing.T, file string) map[string]truthLine {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	truth := map[string]truthLine{}
	for _, line := range lines[1:] {
		truth[line[0]] = truthLine{line[1], line[2], line[3]}
	}
	return truth
}

func value(f report.Figure) string {
	if n := f.Number(); n != nil {
		return n.String()
	}
	return ""
}

// TestTruncated cuts every document short in many places. What is left may have
// fewer figures, and none that the whole does not have.
func TestTruncated(t *testing.T) {
	r := newReader()
	files, _ := filepath.Glob("../testdata/reports/*")
	step, least := 97, 1_000
	if testing.Short() {
		step, least = 997, 200
	}
	cuts := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		truth := readTruth(t, truthOf(file))
		for at := len(data) - 1; at > 0; at -= max(step, len(data)/400) {
			read, err := r.read(file, data[:at])
			if err != nil {
				continue
			}
			cuts++
			for _, f := range read.Figures {
				want := truth[string(f.ID)]
				refused := f.State == report.Unreadable || f.State == report.Absent
				if !refused && (f.State.String() != want.state || value(f) != want.value) {
					t.Errorf("%s cut at %d: %s: printed %q (%s), read %s %s", filepath.Base(file), at, f.ID, want.raw, want.state, f.State, value(f))
				}
			}
		}
	}
	if cuts < least {
		t.Errorf("only %d pieces were read as reports", cuts)
	}
	t.Logf("%d pieces", cuts)
}
