package parser

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/report"
)

// Recogniser reads what pictures show.
type Recogniser interface {
	// Picture returns what stands on a picture, its places in pixels. The page's
	// number is the one given. An error says why the picture was not read.
	Picture(ctx context.Context, data []byte, number int) (page.Page, error)
	// PDFPage returns what a page of a PDF shows when it is drawn, its places in
	// points; width and height are the page's.
	PDFPage(ctx context.Context, pdf []byte, number int, width, height float64) (page.Page, error)
}

// gallery is where the pictures of a document are found.
type gallery struct {
	base   string // the document's own address
	files  []File
	inside func(reference string) []byte // pictures in the document itself; may be nil
}

// find returns a picture's bytes, and the number of its file from 1 if it is one
// of the files; data is nil if the picture is not there.
func (g gallery) find(reference string) (data []byte, file int) {
	if strings.HasPrefix(reference, "data:") {
		return dataURI(reference), 0
	}
	if g.inside != nil {
		return g.inside(reference), 0
	}
	for i, f := range g.files {
		if f.Name == reference {
			return f.Data, i + 1
		}
	}
	if address := resolve(g.base, reference); address != reference {
		for i, f := range g.files {
			if f.Name == address {
				return f.Data, i + 1
			}
		}
	}
	return nil, 0
}

// dataURI returns the bytes that an address holds itself; nil if they are broken.
func dataURI(address string) []byte {
	header, body, ok := strings.Cut(strings.TrimPrefix(address, "data:"), ",")
	if !ok {
		return nil
	}
	if !strings.HasSuffix(strings.TrimSpace(header), "base64") {
		text, err := url.PathUnescape(body)
		if err != nil {
			return nil
		}
		return []byte(text)
	}
	if strings.Contains(body, "%") {
		if unescaped, err := url.PathUnescape(body); err == nil {
			body = unescaped
		}
	}
	body = strings.Join(strings.Fields(body), "")
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	if err != nil {
		return nil
	}
	return data
}

// seePictures puts what the pictures of a document show in their place. Pictures
// one right after the other are read as pages of one text: a table may run over
// them. A picture that is not read stays where it is.
func (p *Parser) seePictures(ctx context.Context, d *blocks.Document, g gallery) error {
	if p.Pictures == nil {
		return nil
	}
	var seen []blocks.Block
	var pages []page.Page
	files := map[int]int{} // by page number
	number, box := 0, 0
	flush := func() error {
		if len(pages) == 0 {
			return nil
		}
		shown, err := page.Blocks(pages)
		if err != nil {
			return err
		}
		for _, b := range shown.Blocks {
			b.Box = box
			inFile(&b, files)
			seen = append(seen, b)
		}
		d.Notes = append(d.Notes, shown.Notes...)
		pages = nil
		return nil
	}
	for _, b := range d.Blocks {
		if b.Picture != "" {
			number++
			data, file := g.find(b.Picture)
			if data != nil {
				read, err := p.Pictures.Picture(ctx, data, number)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err == nil {
					pages, box, files[number] = append(pages, read), b.Box, file
					continue
				}
				d.Notes = append(d.Notes, pictureFailed(number, err))
			}
		}
		if err := flush(); err != nil {
			return err
		}
		seen = append(seen, b)
	}
	if err := flush(); err != nil {
		return err
	}
	d.Blocks = seen
	return nil
}

// inFile says of the places in a block which file their page is.
func inFile(b *blocks.Block, files map[int]int) {
	b.At.File = files[b.At.Page]
	if b.Grid == nil {
		return
	}
	b.Grid.At.File = files[b.Grid.At.Page]
	for _, row := range b.Grid.Rows {
		for i := range row {
			row[i].At.File = files[row[i].At.Page]
		}
	}
}

func pictureFailed(number int, err error) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("第%d幅图片未能识别：%v", number, err),
		EN: fmt.Sprintf("picture %d could not be recognised: %v", number, err),
	}
}

// unreadPicture stands for a picture that was not read.
var unreadPicture = report.Text{ZH: "页面此处为图片，未读取", EN: "the page shows a picture here that was not read"}

// markUnread puts a mark that something was not read in the place of each picture
// that is left.
func markUnread(d *blocks.Document) {
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Picture != "" {
			b.Grid = &report.Table{Layout: report.Unread, Rows: [][]report.Cell{}, Note: unreadPicture, At: b.At}
		}
	}
}

// pictureNotes says in which sections pictures stand that were not read.
func pictureNotes(r *report.Report) (notes []report.Text) {
	for _, s := range r.Sections {
		pictures := 0
		for _, t := range s.Tables {
			if t.Note == unreadPicture {
				pictures++
			}
		}
		if pictures > 0 {
			notes = append(notes, report.Text{
				ZH: fmt.Sprintf("“%s”下有%d幅图片，图中内容未读取", clipName(s.Title), pictures),
				EN: fmt.Sprintf("%d pictures below the heading %q were not read", pictures, clipName(s.Title)),
			})
		}
	}
	return notes
}

// withoutPictures drops the pictures from blocks.
func withoutPictures(content []blocks.Block) []blocks.Block {
	isPicture := func(b blocks.Block) bool { return b.Picture != "" }
	if !slices.ContainsFunc(content, isPicture) {
		return content
	}
	return slices.DeleteFunc(slices.Clone(content), isPicture)
}

// pictureSource is the source of a file that a page shows as a picture.
func pictureSource(s report.Source, data []byte) report.Source {
	sum := sha256.Sum256(data)
	s.Size, s.SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
	s.MediaType, _, _ = strings.Cut(http.DetectContentType(data), ";")
	return s
}

// unread are the pictures of a document that were not read.
func (r reading) unread() (pictures []string) {
	if r.document == nil {
		return nil
	}
	for i := range r.document.Blocks {
		if ref := r.document.Blocks[i].Picture; ref != "" {
			pictures = append(pictures, ref)
		}
	}
	return pictures
}

// isLarge tells a picture that may show a text from marks, buttons and banners.
// A picture that does not say how large it is counts as large.
func isLarge(width, height int, reference string) bool {
	const narrow, low, light = 200, 100, 3 << 10
	switch {
	case width > 0 && width < narrow, height > 0 && height < low:
		return false
	case strings.HasPrefix(reference, "data:"):
		return len(reference) > light
	}
	return true
}

// isPictureName tells references that end like a picture of a page. Moving
// pictures are ornaments.
func isPictureName(reference string) bool {
	name, _, _ := strings.Cut(strings.ToLower(reference), "?")
	return !strings.HasSuffix(name, ".gif") && !strings.HasSuffix(name, ".svg") && !strings.HasSuffix(name, ".ico")
}

// lastText is the last block that is no picture; nil if there is none.
func lastText(content []blocks.Block) *blocks.Block {
	for i := len(content) - 1; i >= 0; i-- {
		if content[i].Picture == "" {
			return &content[i]
		}
	}
	return nil
}
