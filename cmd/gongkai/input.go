package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
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
	for found, err := range a.files(ctx, names) {
		if found.Outcome == crawler.Skipped {
			a.complain(err)
			continue
		}
		var r *report.Report
		if err == nil {
			r, err = a.readFound(ctx, found)
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

// find looks for documents below the paths, with the files that pages attach and
// the documents in archives.
func (a *app) find(paths ...string) crawler.Files {
	return crawler.Files{
		Paths: paths, Limit: parser.DefaultMaxBytes, Unpack: unpack,
		Links: attachedTo, MaxAttached: parser.MaxAttached, Belong: a.belong,
	}
}

// belong drops the files of a page that are reports of another office or year: the
// page is a list, and they are documents of their own.
func (a *app) belong(ctx context.Context, page string, files []crawler.Attachment) []crawler.Attachment {
	quick, reader := *a, *a.parser
	reader.Pictures = nil // whoever reads the page recognises them
	quick.parser = &reader
	r, err := quick.readFound(ctx, crawler.Found{Name: page, Attached: files})
	if err != nil {
		return files // whoever reads the page is told why
	}
	others := map[int]bool{}
	for _, n := range r.Others {
		others[n] = true
	}
	var own []crawler.Attachment
	for i, f := range files {
		if !others[i+1] {
			own = append(own, f)
		}
	}
	return own
}

func attachedTo(page []byte) (references []crawler.Reference) {
	for _, link := range parser.Links(page) {
		references = append(references, crawler.Reference{Href: link.Href, Text: link.Text})
	}
	return references
}

func unpack(data []byte) (iter.Seq2[crawler.Member, error], bool) {
	files, ok := parser.Unpack(data)
	return func(yield func(crawler.Member, error) bool) {
		for file, err := range files {
			if !yield(crawler.Member(file), err) {
				return
			}
		}
	}, ok
}

// errNoDocuments means that a folder or an archive holds nothing to be read.
var errNoDocuments = errors.New("it holds no documents")

// files yields the documents that the names stand for, and with an error what
// cannot be one. What a folder holds beside documents is Skipped, which is no
// failure; a file that was named itself never is.
func (a *app) files(ctx context.Context, names []string) iter.Seq2[crawler.Found, error] {
	return func(yield func(crawler.Found, error) bool) {
		for _, name := range names {
			if name == "-" {
				if !yield(crawler.Found{Name: name}, nil) {
					return
				}
				continue
			}
			documents := 0
			for found := range a.find(name).Walk(ctx) {
				var err error
				switch {
				case found.Outcome == crawler.Attached:
					continue
				case found.Outcome == crawler.Skipped && found.Name != name:
					err = fmt.Errorf("skipped %s: %w", found.Name, found.Err)
				case found.Outcome == crawler.OK:
					documents++
				default:
					documents++
					found.Outcome = crawler.Unreadable
					err = fmt.Errorf("read %s: %w", found.Name, unwrapPath(found.Err))
				}
				if !yield(found, err) {
					return
				}
			}
			none := crawler.Found{Name: name, Outcome: crawler.Unreadable}
			if documents == 0 && ctx.Err() == nil && !yield(none, fmt.Errorf("read %s: %w", name, errNoDocuments)) {
				return
			}
		}
	}
}

func (a *app) complain(err error) { fmt.Fprintln(a.err, "gongkai:", printable(err.Error())) }

// readFound reads a document that was found, with its attached files.
func (a *app) readFound(ctx context.Context, found crawler.Found) (*report.Report, error) {
	data := found.Data
	if data == nil {
		var err error
		if data, err = a.readBytes(found.Name); err != nil {
			return nil, fmt.Errorf("read %s: %w", found.Name, err)
		}
	}
	if err := checkSizes(found); err != nil {
		return nil, fmt.Errorf("read %s: %w", found.Name, err)
	}
	var attached []parser.File
	for _, file := range found.Attached {
		content, err := a.readBytes(file.Path)
		if err != nil {
			return nil, fmt.Errorf("read %s, which %s attaches: %w", file.Path, found.Name, err)
		}
		attached = append(attached, parser.File{Name: file.Href, Data: content})
	}
	return a.read(ctx, found.Name, data, attached...)
}

// checkSizes refuses a page whose files are too large together, before they are read.
func checkSizes(found crawler.Found) error {
	total := int64(0)
	for _, file := range found.Attached {
		if total += file.Size; total > parser.MaxAttachedBytes {
			return fmt.Errorf("the files that it attaches have more than %d bytes together, more than any report has", int64(parser.MaxAttachedBytes))
		}
	}
	return nil
}

// readBytes reads at most one byte more than a document may have.
func (a *app) readBytes(name string) ([]byte, error) {
	source, size := a.in, int64(0)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, unwrapPath(err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			size = min(info.Size(), parser.DefaultMaxBytes)
		}
		source = f
	}
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // read without growing
	_, err := data.ReadFrom(io.LimitReader(source, parser.DefaultMaxBytes+1))
	return data.Bytes(), err
}

// unwrapPath drops the path from an error that is wrapped with it anyway.
func unwrapPath(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
