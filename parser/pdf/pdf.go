// Package pdf reads what the pages of a PDF show: characters with their places,
// and rulings.
//
// A PDF is a heap of numbered objects (file.go, lex.go, filter.go, lock.go). A
// tree of them leads to the pages (tree.go); each has a program of operators
// that paints it (paint.go, text.go, path.go). Strings in there are codes of
// fonts; what a code reads and how wide it is, fonts and character maps say
// (font.go, cmap.go, encoding.go, sfnt.go), or nobody: then the character is
// printed and unknown, which is not the same as absent.
//
// Documents come from strangers. All that is read is bounded, and a page is
// given whole or not at all: a page with a damaged stream has no glyphs, and a
// note says so.
package pdf

import (
	"context"
	"errors"
	"fmt"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/report"
)

// Pages reads all pages of a PDF, in points from the top left corner of each page
// as it is shown. A character whose meaning the document does not tell is
// "\uFFFD"; spaces are given where the document prints some. A page that cannot
// be read is there without glyphs and rules; its Unread and a note say why.
//
// Errors wrap blocks.ErrDamaged, ErrEncrypted (a password is needed),
// ErrTooLarge, ErrEmpty (no page), or the context's error.
func Pages(ctx context.Context, data []byte) ([]page.Page, []report.Text, error) {
	pages, notes, err := readPages(ctx, data)
	if err != nil {
		return nil, nil, fmt.Errorf("read PDF: %w", err)
	}
	return pages, notes, nil
}

// readPages reads by the document's directory and, where that does not fit the
// file, by what stands in the file.
func readPages(ctx context.Context, data []byte) ([]page.Page, []report.Text, error) {
	var spent effort
	first, err := readWith(ctx, data, false, &spent)
	if err == nil && !first.file.crooked && first.failed == 0 {
		return first.pages, first.notes, nil
	}
	if hopeless(ctx, err) {
		return nil, nil, err
	}
	if err == nil && !first.file.crooked {
		return first.result()
	}
	second, secondErr := readWith(ctx, data, true, &spent)
	switch {
	case secondErr != nil && (err != nil || hopeless(ctx, secondErr)):
		return nil, nil, secondErr
	case secondErr != nil, err == nil && first.good() >= second.good():
		return first.result()
	}
	second.notes = append([]report.Text{{
		ZH: "文件的交叉引用损坏，已按文件内容重建",
		EN: "the file's cross-reference is damaged and was rebuilt from what stands in the file",
	}}, second.notes...)
	return second.result()
}

// hopeless reports whether another try could not do better.
func hopeless(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, blocks.ErrTooLarge) || errors.Is(err, blocks.ErrEncrypted)
}

// reader is the reading of one document.
type reader struct {
	file       *file
	layers     layers
	fonts      map[ref]*font
	noFont     *font
	glyphKinds int
	glyphs     int
	pages      []page.Page
	notes      []report.Text
	failed     int   // pages that cannot be read
	why        error // why the first of them cannot
}

func (r *reader) good() int { return len(r.pages) - r.failed }

// result refuses a document of which no page can be read.
func (r *reader) result() ([]page.Page, []report.Text, error) {
	if r.good() == 0 {
		return nil, nil, r.why
	}
	return r.pages, r.notes, nil
}

func readWith(ctx context.Context, data []byte, scan bool, spent *effort) (*reader, error) {
	f, err := openFile(ctx, data, scan, spent)
	if err != nil {
		return nil, err
	}
	r := &reader{file: f, fonts: map[ref]*font{}}
	r.noFont = &font{scale: 0.001, em: 1, glyphs: map[uint32]*glyph{}, encoding: &noEncoding, standard: "Helvetica", ascent: 0.88, descent: -0.12}
	catalog := f.dict(f.trailer["Root"])
	if catalog == nil {
		f.crooked = true
		return r, r.fatal(damaged("没有文档目录", "it has no catalog"))
	}
	r.layers = f.readLayers(catalog)
	if err := r.fatal(f.err); err != nil {
		return r, err
	}
	leaves, err := r.leaves(catalog)
	if err != nil {
		return r, err
	}
	for i, leaf := range leaves {
		if err := r.read(i+1, leaf); err != nil {
			return r, err
		}
	}
	return r, nil
}

// fatal gives the errors that end the reading of a document; all others concern
// single pages.
func (r *reader) fatal(err error) error {
	if ctxErr := r.file.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	return err
}

// read reads one page; only what concerns the whole document is an error.
func (r *reader) read(number int, leaf leaf) error {
	p, err := r.paint(number, leaf)
	if ctxErr := r.file.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if errors.Is(err, errWork) || errors.Is(err, errUnfolded) || r.glyphs >= maxGlyphs {
		return err
	}
	if err != nil {
		p.Glyphs, p.Rules, p.Ink = nil, nil, nil
		if r.failed++; r.why == nil {
			r.why = err
		}
		p.Unread = note(fmt.Sprintf("第%d页无法读取", number), fmt.Sprintf("page %d could not be read", number), err)
		r.notes = append(r.notes, p.Unread)
	}
	r.pages = append(r.pages, p)
	return nil
}
