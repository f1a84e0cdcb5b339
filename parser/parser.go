// Package parser turns the bytes of a published document into the sections and
// tables of a report.
//
// A yearly report is published in whatever shape the site's editor left it:
// HTML pasted from Word, text with tabs, tables that a converter flattened to
// one cell a line. The work goes in two steps that know nothing of each other.
//
// A decoder, one for each kind of document, turns bytes into blocks: lines of
// text and grids of cells, each with its place. Decoders know media types and
// no forms.
//
// Cutting then finds the six sections by their headings, not by any site's
// markup, and finds tables that stand in the text as lines. It knows the words
// that forms print and no media types.
//
// What the tables mean is not decided here; package normalize does that.
package parser

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
	"gongkai/report"
	"gongkai/schemas"
)

// Parser reads documents. Its fields may be changed before first use; it is
// safe for concurrent use after that.
type Parser struct {
	// Forms are the forms whose headings and labels are recognised.
	Forms *schemas.Set
	// Words are the words that values are written with.
	Words *schemas.Words
	// MaxBytes bounds the document; 0 means DefaultMaxBytes.
	MaxBytes int64
	// Pictures recognises what pictures in documents show; with nil they are not
	// read, and the report says where.
	Pictures Recogniser
}

// DefaultMaxBytes is far above any real report: one page with all its pictures
// inlined has been seen at 20 MB.
const DefaultMaxBytes = 64 << 20

// Reasons why a document gives no report. Errors of Parse wrap one of them.
var (
	ErrEmpty       = blocks.ErrEmpty
	ErrTooLarge    = blocks.ErrTooLarge
	ErrTooDeep     = blocks.ErrTooDeep
	ErrUnsupported = blocks.ErrUnsupported
	ErrDamaged     = blocks.ErrDamaged
	ErrEncrypted   = blocks.ErrEncrypted
	ErrNoReport    = errors.New("the document is no yearly report")
)

// File is a file that came with a document: an attachment of a page, a picture
// in it.
type File struct {
	// Name is the reference by which the document names the file, as it prints it.
	Name string
	Data []byte
}

// Parse reads a document into a report that has sections and tables and no
// figures yet. Source.Name is kept; the rest of the source is filled in.
//
// Attached are the files that the document refers to, see [Links]. Pictures are
// read where they stand in the document. All else is read by itself and becomes
// one of the report's Copies, or a note that says why not. A page without a report
// is one if an attached file has a report.
//
// The same bytes give the same report, if the same can be recognised in their
// pictures. When the context ends there is no report.
func (p *Parser) Parse(ctx context.Context, source report.Source, data []byte, attached ...File) (*report.Report, error) {
	r, err := p.parse(ctx, source, data, attached)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", source.Name, err)
	}
	return r, nil
}

func (p *Parser) parse(ctx context.Context, source report.Source, data []byte, attached []File) (*report.Report, error) {
	if err := checkAttached(attached); err != nil {
		return nil, err
	}
	opening := &opening{inside: blocks.MaxInside, parts: blocks.MaxParts}
	main, err := p.read(ctx, opening, source, data, attached)
	if err != nil && (!errors.Is(err, ErrNoReport) || main.document == nil) {
		return nil, err
	}
	var copies []report.Copy
	var notes []report.Text
	main.source.Attached, copies, notes = p.readAttached(ctx, opening, main, attached)
	r := main.report
	if err != nil {
		if len(copies) == 0 {
			return nil, p.whyNoReport(err, main, data, notes)
		}
		if r, err = p.cover(main.document); err != nil {
			return nil, err
		}
	}
	r.Source = main.source
	r.Copies = copies
	r.Notes = slices.Concat(main.document.Notes, r.Notes, pictureNotes(r), notes)
	if len(copies) == 0 && !p.hasForm(r) {
		r.Notes = append(r.Notes, missingFiles(main, data)...)
	}
	return r, nil
}

// reading is what was read from the bytes of one document.
type reading struct {
	source report.Source
	// document is nil if the bytes were not decoded, report if it has none.
	document *blocks.Document
	report   *report.Report
	// shown are the references of all pictures, read or not.
	shown []string
}

// read reads one document by itself, with the pictures among its files. With
// ErrNoReport the reading still has the document.
func (p *Parser) read(ctx context.Context, o *opening, source report.Source, data []byte, files []File) (reading, error) {
	none := reading{source: source}
	if limit := p.maxBytes(); int64(len(data)) > limit {
		return none, fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(data), limit)
	}
	// The hash takes as long as a tenth of the parsing and waits for nothing.
	hash := make(chan string, 1)
	go func() {
		sum := sha256.Sum256(data)
		hash <- hex.EncodeToString(sum[:])
	}()
	inner, err := p.decode(ctx, o, source.Name, data, files)
	source.MediaType, source.Charset = inner.source.MediaType, inner.source.Charset
	source.Size, source.SHA256 = int64(len(data)), <-hash
	inner.source = source
	return inner, err
}

// decode reads a document, or the one in a container.
func (p *Parser) decode(ctx context.Context, o *opening, name string, data []byte, files []File) (r reading, err error) {
	if c := containerOf(data); c != nil {
		r, err = p.readInside(ctx, o, c, data)
		r.source.MediaType = c.mediaType
		return r, err
	}
	kind, err := sniff(data)
	r.source.MediaType = kind.mediaType
	if err != nil {
		return r, err
	}
	if r.document, err = p.fenced(ctx, kind, data); err != nil {
		return r, err
	}
	r.source.Charset = r.document.Charset
	r.shown = r.unread()
	if err = p.seePictures(ctx, r.document, gallery{base: name, files: files, inside: r.document.Inside}); err != nil {
		return r, err
	}
	markUnread(r.document)
	if r.report, err = p.cut(r.document); err == nil {
		r.report.Published = r.document.Published
	}
	return r, err
}

// fenced decodes a document; a fault of the decoder over it is an error like others.
func (p *Parser) fenced(ctx context.Context, k kind, data []byte) (d *blocks.Document, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			d, err = nil, fmt.Errorf("%w: its decoder failed over it (%v); please report it with the document", ErrDamaged, fault)
		}
	}()
	return k.decode(ctx, p, data)
}

func (p *Parser) maxBytes() int64 {
	if p.MaxBytes > 0 {
		return p.MaxBytes
	}
	return DefaultMaxBytes
}
