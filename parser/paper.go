package parser

import (
	"context"
	"errors"
	"fmt"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/parser/pdf"
	"gongkai/report"
)

// Documents that are pages as printed: PDF, and pictures of pages. What their
// glyphs and rulings make, package page finds out.

// decodePDF reads a PDF. Pages that are pictures are recognised, if anything is
// there to do it; what was not read stands in its place as unread.
func decodePDF(ctx context.Context, p *Parser, data []byte) (*blocks.Document, error) {
	pages, notes, err := pdf.Pages(ctx, data)
	if err != nil {
		return nil, err
	}
	scans := 0
	for i := range pages {
		if err := p.readScan(ctx, data, &pages[i], &scans); err != nil {
			return nil, err
		}
	}
	d, err := page.Blocks(pages)
	if err != nil {
		return nil, fmt.Errorf("lay out PDF: %w", err)
	}
	if why := onlyUnread(d); !why.IsZero() {
		return nil, fmt.Errorf("%w: %s", ErrUnsupported, why.EN)
	}
	d.Notes = append(notes, d.Notes...)
	return d, nil
}

// maxScans bounds the pages of one document that are recognised: each takes
// seconds.
const maxScans = 60

// readScan recognises a page that is a picture, and says of any page what of it
// is not read. Only the end of the context is an error.
func (p *Parser) readScan(ctx context.Context, data []byte, of *page.Page, scans *int) error {
	if !of.IsScan() {
		if of.MayHideTable() && of.Unread.IsZero() {
			of.Unread = pictureOnPage(of.Number)
		}
		return nil
	}
	*scans++
	switch {
	case p.Pictures == nil:
		of.Unread = scanNotRead(of.Number, ErrNoRecogniser)
	case *scans > maxScans:
		of.Unread = scanNotRead(of.Number, fmt.Errorf("%w: more than %d scanned pages", ErrTooLarge, maxScans))
	default:
		seen, err := p.Pictures.PDFPage(ctx, data, of.Number, of.Width, of.Height)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			of.Unread = scanNotRead(of.Number, err)
			return nil
		}
		if hardlyRead(&seen) {
			seen.Unread = hardlySeen(of.Number)
		}
		*of = seen
	}
	return nil
}

// hardlyRead tells a picture in which neither a table nor text was found.
func hardlyRead(p *page.Page) bool {
	const little = 30 // bytes
	text := 0
	for _, g := range p.Glyphs {
		text += len(g.Text)
	}
	return text < little && len(page.Frames(*p)) == 0
}

func hardlySeen(number int) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("第%d页是图片，几乎没有识别出内容", number),
		EN: fmt.Sprintf("page %d is a picture in which hardly anything was recognised", number),
	}
}

// ErrNoRecogniser means that a picture was not read because nothing is there to
// recognise what it shows.
var ErrNoRecogniser = errors.New("recognition of pictures is turned off")

func scanNotRead(number int, err error) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("第%d页是图片，未能识别：%v", number, err),
		EN: fmt.Sprintf("page %d is a picture and was not read: %v", number, err),
	}
}

func pictureOnPage(number int) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("第%d页有图片，图中内容未读取", number),
		EN: fmt.Sprintf("page %d shows a picture that was not read", number),
	}
}

// onlyUnread says why nothing of a document was read; zero if something was.
func onlyUnread(d *blocks.Document) (why report.Text) {
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Grid == nil || b.Grid.Layout != report.Unread {
			return report.Text{}
		}
		if why.IsZero() {
			why = b.Grid.Note
		}
	}
	return why
}

// decodePicture reads a picture of a page that is a document by itself.
func decodePicture(ctx context.Context, p *Parser, data []byte) (*blocks.Document, error) {
	if p.Pictures == nil {
		return nil, fmt.Errorf("%w: it is a picture: %w", ErrUnsupported, ErrNoRecogniser)
	}
	seen, err := p.Pictures.Picture(ctx, data, 1)
	if err != nil {
		return nil, fmt.Errorf("recognise picture: %w", err)
	}
	return page.Blocks([]page.Page{seen})
}
