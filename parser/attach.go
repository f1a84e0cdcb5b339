package parser

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// MaxAttached and MaxAttachedBytes bound the files that come with one document.
const (
	MaxAttached      = 96
	MaxAttachedBytes = blocks.MaxInside
)

func checkAttached(attached []File) error {
	if len(attached) > MaxAttached {
		return fmt.Errorf("%w: %d files came with it, at most %d are read", ErrTooLarge, len(attached), MaxAttached)
	}
	size := 0
	for _, f := range attached {
		if size += len(f.Data); size > MaxAttachedBytes {
			return fmt.Errorf("%w: the files that came with it have more than %d bytes together", ErrTooLarge, MaxAttachedBytes)
		}
	}
	return nil
}

// readAttached reads each file that is no picture of the page as a document by
// itself. What is no report, or cannot be read, becomes a note.
func (p *Parser) readAttached(ctx context.Context, o *opening, page reading, attached []File) (sources []report.Source, copies []report.Copy, notes []report.Text) {
	for i, file := range attached {
		var r reading
		var err error
		source := report.Source{Name: file.Name}
		if slices.Contains(page.shown, file.Name) {
			r.source = pictureSource(source, file.Data)
		} else if r, err = p.read(ctx, o, source, file.Data, nil); err != nil {
			notes = append(notes, notRead(file.Name, err))
		}
		sources = append(sources, r.source)
		if r.report == nil || err != nil {
			continue
		}
		r.report.Source = r.source
		r.report.Notes = append(r.document.Notes, append(r.report.Notes, pictureNotes(r.report)...)...)
		markFile(r.report, i+1)
		copies = append(copies, report.Copy{File: i + 1, Report: *r.report})
	}
	return sources, copies, notes
}

func notRead(name string, err error) report.Text {
	if errors.Is(err, ErrNoReport) {
		return report.Text{
			ZH: fmt.Sprintf("附件“%s”不是年度报告，未采用", clipName(name)),
			EN: fmt.Sprintf("the attached file %q is no yearly report and plays no part", clipName(name)),
		}
	}
	return report.Text{
		ZH: fmt.Sprintf("附件“%s”未能读取：%v", clipName(name), err),
		EN: fmt.Sprintf("the attached file %q could not be read: %v", clipName(name), err),
	}
}

// clipName shortens a name for a message: a picture in the address itself has
// megabytes.
func clipName(name string) string {
	const longest = 120
	if runes := []rune(name[:min(len(name), 4*longest)]); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return name
}

// markFile says of every place in a report that it is in an attached file.
func markFile(r *report.Report, file int) {
	for i := range r.Sections {
		s := &r.Sections[i]
		s.At.File = file
		for j := range s.Tables {
			t := &s.Tables[j]
			t.At.File = file
			for _, row := range t.Rows {
				for k := range row {
					row[k].At.File = file
				}
			}
		}
	}
}

// cover is a page that has no report itself: all of it stands before one.
func (p *Parser) cover(d *blocks.Document) (*report.Report, error) {
	c := &cutter{Parser: p}
	r := titled(d.Blocks, d)
	r.Published = d.Published
	r.Sections = append(r.Sections, c.section("", report.Section{}, d.Blocks))
	return r, c.err
}

// whyNoReport adds to the error what the page shows or names in place of a report.
func (p *Parser) whyNoReport(err error, page reading, data []byte, notes []report.Text) error {
	if n := len(page.unread()); n > 0 {
		err = fmt.Errorf("%w; it shows %d large pictures that were not read", err, n)
	}
	for _, note := range notes {
		err = fmt.Errorf("%w; %s", err, note.EN)
	}
	for _, note := range missingFiles(page, data) {
		err = fmt.Errorf("%w; %s: put it beside the page", err, note.EN)
	}
	return err
}

// missingFiles says which attachments a page names that did not come with it.
func missingFiles(page reading, data []byte) (notes []report.Text) {
	if page.source.MediaType != htmlKind.mediaType {
		return nil
	}
	const shown = 3
	for _, link := range Links(data) {
		isThere := slices.ContainsFunc(page.source.Attached, func(f report.Source) bool { return f.Name == link.Href })
		if link.Picture || isThere || len(notes) == shown {
			continue
		}
		notes = append(notes, report.Text{
			ZH: fmt.Sprintf("页面的附件“%s”（%s）不在页面旁，未读取", clipName(link.Text), clipName(link.Href)),
			EN: fmt.Sprintf("the page attaches %q (%s), which did not come with it", clipName(link.Text), clipName(link.Href)),
		})
	}
	return notes
}
