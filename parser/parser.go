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

// Parse reads a document into a report that has sections and tables and no
// figures yet. Source.Name is kept; the rest of the source is filled in.
// The same bytes give the same report.
func (p *Parser) Parse(ctx context.Context, source report.Source, data []byte) (*report.Report, error) {
	r, err := p.parse(ctx, source, data)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", source.Name, err)
	}
	return r, nil
}

func (p *Parser) parse(ctx context.Context, source report.Source, data []byte) (*report.Report, error) {
	if limit := p.maxBytes(); int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, len(data), limit)
	}
	// The hash takes as long as a tenth of the parsing and waits for nothing.
	hash := make(chan string, 1)
	go func() {
		sum := sha256.Sum256(data)
		hash <- hex.EncodeToString(sum[:])
	}()
	source.Size = int64(len(data))

	kind, err := sniff(data)
	if err != nil {
		return nil, err
	}
	document, err := kind.decode(ctx, data)
	if err != nil {
		return nil, err
	}
	source.MediaType, source.Charset = kind.mediaType, document.Charset
	r, err := p.cut(document)
	if err != nil {
		return nil, err
	}
	source.SHA256 = <-hash
	r.Source = source
	r.Notes = append(document.Notes, r.Notes...)
	return r, nil
}

func (p *Parser) maxBytes() int64 {
	if p.MaxBytes > 0 {
		return p.MaxBytes
	}
	return DefaultMaxBytes
}
