package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gongkai/crawler"
	"gongkai/parser"
	"gongkai/report"
)

// eachReport reads every named file and hands its report on. "-" is standard
// input; a folder stands for the documents in it. A bad file does not stop the
// others: it is reported, and the command fails in the end.
func (a *app) eachReport(ctx context.Context, names []string, use func(*report.Report) error) error {
	failed := false
	for file, err := range a.files(ctx, names) {
		var r *report.Report
		if err == nil {
			r, err = a.readFile(ctx, file)
		}
		if err != nil {
			failed = true
			a.complain(err)
			continue
		}
		if err := use(r); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed {
		return errReported
	}
	return nil
}

// files yields the documents that the names stand for, and what cannot be one.
// What a folder holds beside documents is told and no failure.
func (a *app) files(ctx context.Context, names []string) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		for _, name := range names {
			if name == "-" {
				if !yield(name, nil) {
					return
				}
				continue
			}
			documents := 0
			for found := range (crawler.Files{Paths: []string{name}, Limit: parser.DefaultMaxBytes}).Walk(ctx) {
				var err error
				switch {
				case found.Outcome == crawler.OK:
				case found.Outcome == crawler.Skipped && found.Name != name:
					a.complain(fmt.Errorf("skipped %s: %w", found.Name, found.Err))
					continue
				default:
					err = fmt.Errorf("read %s: %w", found.Name, unwrapPath(found.Err))
				}
				documents++
				if !yield(found.Name, err) {
					return
				}
			}
			if documents == 0 && !yield(name, fmt.Errorf("read %s: no documents in this folder", name)) {
				return
			}
		}
	}
}

func (a *app) complain(err error) { fmt.Fprintln(a.err, "gongkai:", printable(err.Error())) }

func (a *app) readFile(ctx context.Context, name string) (*report.Report, error) {
	data, err := a.readBytes(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return a.read(ctx, name, data)
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
