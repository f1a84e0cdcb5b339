package parser

import (
	"bytes"
	"context"
	"fmt"

	"gongkai/parser/blocks"
)

// kind is a kind of document and the decoder for it.
type kind struct {
	mediaType string
	decode    func(ctx context.Context, data []byte) (*blocks.Document, error)
}

var (
	htmlKind = kind{"text/html", inText(decodeHTML)}
	textKind = kind{"text/plain", inText(decodePlain)}
)

// inText makes a decoder of bytes from one of text.
func inText(decode func(text []byte) (*blocks.Document, error)) func(context.Context, []byte) (*blocks.Document, error) {
	return func(_ context.Context, data []byte) (*blocks.Document, error) {
		text, charset, notes := decodeText(data)
		d, err := decode(text)
		if err != nil {
			return nil, err
		}
		d.Charset, d.Notes = charset, append(notes, d.Notes...)
		return d, nil
	}
}

// signatures of documents that are not read as text. Names and headers of
// attachments lie; the first bytes do not.
var signatures = []struct{ prefix, mediaType string }{
	{"%PDF-", "application/pdf"},
	{"PK\x03\x04", "application/zip"},
	{"PK\x05\x06", "application/zip"},
	{"\xD0\xCF\x11\xE0", "application/x-ole-storage"},
	{`{\rtf`, "application/rtf"},
	{"\x89PNG", "image/png"},
	{"\xFF\xD8\xFF", "image/jpeg"},
	{"GIF8", "image/gif"},
	{"\x1F\x8B", "application/gzip"},
	{"Rar!", "application/vnd.rar"},
	{"7z\xBC\xAF", "application/x-7z-compressed"},
}

// markup are tags that begin an HTML document or a piece of one.
var markup = []string{"<!doctype", "<html", "<head", "<body", "<table", "<div", "<p>", "<p ", "<span", "<h1", "<h2", "<h3", "<meta", "<tr", "<td", "<br", "<!--", "<center", "<font", "<section", "<article", "<?xml"}

// sniff tells by its content what a document is.
func sniff(data []byte) (kind, error) {
	body := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), " \t\r\n\f\v\x00")
	if len(body) == 0 {
		return kind{}, ErrEmpty
	}
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.prefix)) {
			return kind{}, fmt.Errorf("%w: its first bytes say %s; give the HTML page or plain text", ErrUnsupported, s.mediaType)
		}
	}
	if utf16, _ := byteOrderMark(data); utf16 == nil && isBinary(data) {
		return kind{}, fmt.Errorf("%w: it holds bytes that no text has; give the HTML page or plain text", ErrUnsupported)
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
