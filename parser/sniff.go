package parser

import (
	"bytes"
	"context"
	"fmt"

	"gongkai/parser/blocks"
	"gongkai/parser/office"
)

// kind is a kind of document and the decoder for it.
type kind struct {
	mediaType string
	decode    func(ctx context.Context, p *Parser, data []byte) (*blocks.Document, error)
}

var (
	htmlKind = kind{"text/html", inText(decodeHTML)}
	textKind = kind{"text/plain", inText(decodePlain)}
)

// inText makes a decoder of bytes from one of text.
func inText(decode func(text []byte) (*blocks.Document, error)) func(context.Context, *Parser, []byte) (*blocks.Document, error) {
	return func(_ context.Context, _ *Parser, data []byte) (*blocks.Document, error) {
		text, charset, notes := decodeText(data)
		d, err := decode(text)
		if err != nil {
			return nil, err
		}
		d.Charset, d.Notes = charset, append(notes, d.Notes...)
		return d, nil
	}
}

// signatures are the first bytes of documents that are not read as text. Names
// and headers of attachments lie; the first bytes do not.
var signatures = []struct {
	prefix string
	kind
}{
	{"%PDF-", kind{"application/pdf", decodePDF}},
	{"\x89PNG", kind{"image/png", decodePicture}},
	{"\xFF\xD8\xFF", kind{"image/jpeg", decodePicture}},
	{"GIF8", kind{"image/gif", decodePicture}},
	{"BM", kind{"image/bmp", decodePicture}},
	{"II*\x00", kind{"image/tiff", decodePicture}},
	{"MM\x00*", kind{"image/tiff", decodePicture}},
	{"RIFF", kind{"image/webp", decodePicture}},
	{"Rar!", kind{"application/vnd.rar", nil}},
	{"7z\xBC\xAF", kind{"application/x-7z-compressed", nil}},
	{"PK\x03\x04", kind{"application/zip", nil}},
	{"PK\x05\x06", kind{"application/zip", nil}},
	{"\xD0\xCF\x11\xE0", kind{"application/x-ole-storage", nil}},
}

// markup are tags that begin an HTML document or a piece of one.
var markup = []string{"<!doctype", "<html", "<head", "<body", "<table", "<div", "<p>", "<p ", "<span", "<h1", "<h2", "<h3", "<meta", "<tr", "<td", "<br", "<!--", "<center", "<font", "<section", "<article", "<?xml"}

// readable is what to do about a document of another kind.
const readable = "give HTML, MHTML, text, PDF, DOCX, DOC, RTF, XLSX, XLS, a picture, or a ZIP or gzip of these"

// sniff tells by its content what a document is.
func sniff(data []byte) (kind, error) {
	body := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), " \t\r\n\f\v\x00")
	if len(body) == 0 {
		return kind{}, ErrEmpty
	}
	if mediaType, decode, ok := office.Sniff(data); ok {
		return kind{mediaType, func(ctx context.Context, _ *Parser, data []byte) (*blocks.Document, error) { return decode(ctx, data) }}, nil
	}
	for _, s := range signatures {
		if !bytes.HasPrefix(data, []byte(s.prefix)) || s.prefix == "BM" && !isBinary(data) {
			continue
		}
		if s.decode == nil {
			return kind{mediaType: s.mediaType}, fmt.Errorf("%w: its first bytes say %s; %s", ErrUnsupported, s.mediaType, readable)
		}
		return s.kind, nil
	}
	// Some servers put a few bytes before the document; readers of PDF pass them.
	if at := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); at > 0 && isBinary(data) {
		return kind{"application/pdf", decodePDF}, nil
	}
	if utf16, _ := byteOrderMark(data); utf16 == nil && isBinary(data) {
		return kind{}, fmt.Errorf("%w: it holds bytes that no text has; %s", ErrUnsupported, readable)
	}
	if hasMarkup(data) {
		return htmlKind, nil
	}
	return textKind, nil
}

// isBinary looks for control bytes. Text in the encodings of Chinese sites has
// none but white space; a stray NUL in a page is tolerated.
func isBinary(data []byte) bool {
	sample := data[:min(len(data), 4<<10)]
	controls := 0
	for _, b := range sample {
		if b < ' ' && (b < '\t' || b > '\r') && b != 0x1B {
			controls++
		}
	}
	return controls*100 > len(sample)
}

// hasMarkup looks for a tag in the first bytes, in one or two bytes a character.
func hasMarkup(data []byte) bool {
	sample := data[:min(len(data), 16<<10)]
	if bytes.IndexByte(sample, 0) >= 0 {
		sample = bytes.ReplaceAll(sample, []byte{0}, nil)
	}
	for {
		start := bytes.IndexByte(sample, '<')
		if start < 0 {
			return false
		}
		sample = sample[start:]
		for _, tag := range markup {
			if len(sample) >= len(tag) && bytes.EqualFold(sample[:len(tag)], []byte(tag)) {
				return true
			}
		}
		sample = sample[1:]
	}
}
