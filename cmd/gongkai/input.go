package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"gongkai/parser"
	"gongkai/report"
)

// eachReport reads every named file and hands its report on. "-" is standard
// input; a folder stands for the files in it. A bad file does not stop the
// others: it is reported, and the command fails in the end.
func (a *app) eachReport(names []string, use func(*report.Report) error) error {
	failed := 0
	for _, name := range names {
		files, err := filesIn(name)
		if err != nil {
			failed++
			a.complain(err)
		}
		for _, file := range files {
			r, err := a.readFile(file)
			if err != nil {
				failed++
				a.complain(err)
				continue
			}
			if err := use(r); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return errReported
	}
	return nil
}

func (a *app) complain(err error) { fmt.Fprintln(a.err, "gongkai:", printable(err.Error())) }

// filesIn lists a file alone, or the regular files directly in a folder, sorted.
func filesIn(name string) ([]string, error) {
	info, err := os.Stat(name)
	if name == "-" || err != nil || !info.IsDir() {
		return []string{name}, nil // a missing file is reported when it is read
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", name, err)
	}
	var files []string
	for _, entry := range entries {
		if entry.Type().IsRegular() && entry.Name()[0] != '.' {
			files = append(files, filepath.Join(name, entry.Name()))
		}
	}
	sort.Strings(files)
	return files, nil
}

func (a *app) readFile(name string) (*report.Report, error) {
	data, err := a.readBytes(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return a.read(name, data)
}

// readBytes reads at most one byte more than a document may have.
func (a *app) readBytes(name string) ([]byte, error) {
	source := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, unwrapPath(err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Size() > parser.DefaultMaxBytes {
			return nil, fmt.Errorf("%w: %d bytes, the limit is %d", parser.ErrTooLarge, info.Size(), int64(parser.DefaultMaxBytes))
		}
		source = f
	}
	return io.ReadAll(io.LimitReader(source, parser.DefaultMaxBytes+1))
}

// unwrapPath drops the path from an error that is wrapped with it anyway.
func unwrapPath(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
