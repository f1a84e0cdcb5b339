package main

import (
	"archive/zip"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gongkai": main})
}

// TestScripts runs the manual of the command line in testdata/script. In a
// script $REPORTS is the folder of whole reports, $TRUTH what each of them
// prints, $FORMATS one report in every format, $OTHERS the pages that are no reports, $ESC the character that starts a
// command to a terminal. $HOME does not exist.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		Setup:              setup,
		Condition:          condition,
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"binary":  binary,
			"columns": columns,
			"exits":   exits,
			"jsonok":  jsonOK,
			"replace": replace,
			"size":    size,
			"tree":    tree,
			"values":  values,
			"within":  within,
			"zip":     zipFiles,
		},
	})
}

func setup(env *testscript.Env) error {
	testdata, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		return err
	}
	env.Setenv("REPORTS", filepath.Join(testdata, "reports"))
	env.Setenv("TRUTH", filepath.Join(testdata, "truth"))
	env.Setenv("OTHERS", filepath.Join(testdata, "others"))
	env.Setenv("FORMATS", filepath.Join(testdata, "formats"))
	env.Setenv("ESC", "\x1b")
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "share"))
	// A program built with -race sleeps for a second when it ends.
	env.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"))
	return nil
}

// condition knows root, whom no file mode keeps from reading.
func condition(name string) (bool, error) {
	if name != "root" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return os.Geteuid() == 0, nil
}

// exits runs a program that must end with an exit code: exits 2 gongkai parse x.html
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// within bounds the time of exits: within 5s exits 2 gongkai parse x.html
func within(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || args[1] != "exits" {
		ts.Fatalf("usage: within duration exits code program [args...]")
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	start := time.Now()
	exits(ts, false, args[2:])
	if took := time.Since(start); took > limit {
		ts.Fatalf("took %v, more than %v", took, limit)
	}
}

// columns prints columns of a CSV file as CSV: columns figure,value figures.csv
func columns(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: columns name[,name...] file")
	}
	names := strings.Split(args[0], ",")
	out := csv.NewWriter(ts.Stdout())
	ts.Check(out.Write(names))
	for _, row := range readCSV(ts, args[1]) {
		cells := make([]string, len(names))
		for i, name := range names {
			cells[i] = field(ts, row, name)
		}
		ts.Check(out.Write(cells))
	}
	out.Flush()
}

// values prints the different values of a column, sorted, of all rows or of
// those with a value in another column: values rule findings.csv status=fail
func values(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: values name file [name=value]")
	}
	key, want, isChosen := "", "", false
	if len(args) == 3 {
		key, want, isChosen = strings.Cut(args[2], "=")
	}
	different := map[string]bool{}
	for _, row := range readCSV(ts, args[1]) {
		if !isChosen || field(ts, row, key) == want {
			different[field(ts, row, args[0])] = true
		}
	}
	for _, value := range slices.Sorted(maps.Keys(different)) {
		fmt.Fprintln(ts.Stdout(), value)
	}
	fmt.Fprint(ts.Stdout(), "") // no values are an output too
}

// readCSV gives the rows of a file by the names in its first line. Every row
// must have as many fields as there are names.
func readCSV(ts *testscript.TestScript, name string) []map[string]string {
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(name))).ReadAll()
	ts.Check(err)
	if len(records) == 0 {
		ts.Fatalf("%s has no header", name)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func field(ts *testscript.TestScript, row map[string]string, name string) string {
	value, ok := row[name]
	if !ok {
		ts.Fatalf("no column %q", name)
	}
	return value
}

// jsonOK checks that a file holds JSON values and nothing else.
func jsonOK(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: jsonok file")
	}
	in := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	for n := 0; ; n++ {
		switch err := in.Decode(new(any)); {
		case err == io.EOF && n > 0:
			return
		case err != nil:
			ts.Fatalf("%s: value %d: %v", args[0], n+1, err)
		}
	}
}

// replace replaces a text that stands in a file exactly once.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace old new file")
	}
	text := ts.ReadFile(args[2])
	if n := strings.Count(text, args[0]); n != 1 {
		ts.Fatalf("%q stands %d times in %s", args[0], n, args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Replace(text, args[0], args[1], 1)), 0o666))
}

// binary writes a file of the bytes given in hexadecimal: binary 00ff x.html
func binary(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: binary bytes file")
	}
	data, err := hex.DecodeString(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o666))
}

// size makes a file as long as so many megabytes, with zeros that take no room
// on most disks: size 70 big.html
func size(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: size megabytes file")
	}
	megabytes, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[1]), os.O_CREATE|os.O_WRONLY, 0o666)
	ts.Check(err)
	ts.Check(f.Truncate(megabytes << 20))
	ts.Check(f.Close())
}

// zipFiles makes an archive of files under their names: zip a.zip x/1.html x/2.txt
func zipFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: zip archive file...")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	w := zip.NewWriter(f)
	for _, name := range args[1:] {
		part, err := w.Create(name)
		ts.Check(err)
		_, err = io.WriteString(part, ts.ReadFile(name))
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(f.Close())
}

// tree prints the files and empty folders below a folder.
func tree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tree folder")
	}
	root := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		if d.IsDir() {
			if entries, err := os.ReadDir(path); err != nil || len(entries) > 0 {
				return err
			}
		}
		name, err := filepath.Rel(root, path)
		fmt.Fprintln(ts.Stdout(), filepath.ToSlash(name))
		return err
	}))
	fmt.Fprint(ts.Stdout(), "") // an empty folder is an output too
}
