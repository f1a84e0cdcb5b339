package parser

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A page that a browser or Word saved with everything in it is a mail message:
// headers, then the parts divided by a boundary line.

var (
	mailHeader = regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)*?content-type:\s*multipart/`)
	boundaryIn = regexp.MustCompile(`(?i)boundary\s*=\s*"?([^";\r\n]+)"?`)
)

// isMHTML looks for the header of a message of several parts.
func isMHTML(data []byte) bool {
	const header = 8 << 10
	sample := bytes.TrimLeft(data[:min(len(data), header)], "\xEF\xBB\xBF \t\r\n")
	return mailHeader.Match(sample)
}

// unpackMHTML yields the pages of a message: the first is what was saved, others
// are the frames in it. The pictures go with each.
func unpackMHTML(o *opening, data []byte) iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		message := bufio.NewReader(bytes.NewReader(bytes.TrimLeft(data, "\xEF\xBB\xBF \t\r\n")))
		header, err := textproto.NewReader(message).ReadMIMEHeader()
		if err != nil && len(header) == 0 {
			yield(member{}, fmt.Errorf("%w: read the header: %w", ErrDamaged, err))
			return
		}
		parts := &parts{opening: o}
		if err := parts.read(header, message, 0); err != nil {
			yield(member{}, err)
			return
		}
		for _, page := range parts.pages {
			if !yield(member{File: page, files: parts.files}, nil) {
				return
			}
		}
	}
}

// parts are the parts of a message.
type parts struct {
	*opening
	pages []File
	files []File // one under each name
}

// read reads the parts of a body that is said to have several.
func (p *parts) read(header textproto.MIMEHeader, body io.Reader, depth int) error {
	boundary := boundaryIn.FindStringSubmatch(header.Get("Content-Type"))
	if boundary == nil {
		return fmt.Errorf("%w: the saved page does not say how its parts are divided", ErrDamaged)
	}
	if depth == maxNesting {
		return fmt.Errorf("%w: its parts lie more than %d deep in each other", ErrTooDeep, maxNesting)
	}
	r := multipart.NewReader(body, strings.TrimSpace(boundary[1]))
	for {
		part, err := r.NextRawPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil && len(p.pages) > 0 && errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%w: the saved page breaks off: save it again", ErrDamaged)
		case err != nil:
			return fmt.Errorf("%w: read its parts: %w", ErrDamaged, err)
		}
		if err := p.add(part, depth); err != nil {
			return err
		}
	}
}

func (p *parts) add(part *multipart.Part, depth int) error {
	if err := p.part(); err != nil {
		return err
	}
	mediaType := strings.ToLower(strings.TrimSpace(part.Header.Get("Content-Type")))
	if strings.HasPrefix(mediaType, "multipart/") {
		return p.read(part.Header, part, depth+1)
	}
	data, err := p.readAll(decodeTransfer(part), 0)
	if err != nil {
		return err
	}
	name := part.Header.Get("Content-Location")
	id := strings.Trim(part.Header.Get("Content-ID"), "<> ")
	switch {
	case strings.HasPrefix(mediaType, "text/html"), strings.HasPrefix(mediaType, "application/xhtml"):
		p.pages = append(p.pages, File{Name: name, Data: inUTF8(data, mediaType)})
	case strings.HasPrefix(mediaType, "image/"), strings.HasPrefix(mediaType, "application/octet-stream"):
		if name != "" {
			p.files = append(p.files, File{Name: name, Data: data})
		}
		if id != "" {
			p.files = append(p.files, File{Name: "cid:" + id, Data: data})
		}
	}
	return nil
}

func decodeTransfer(part *multipart.Part) io.Reader {
	switch strings.ToLower(strings.TrimSpace(part.Header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		return quotedprintable.NewReader(part)
	}
	return part
}

// inUTF8 decodes a page whose encoding only the header of its part states.
func inUTF8(data []byte, mediaType string) []byte {
	_, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil || parameters["charset"] == "" || utf8.Valid(data) || declaredCharset(data) != "" {
		return data
	}
	if mark, _ := byteOrderMark(data); mark != nil {
		return data
	}
	encoding, name := encodingFor(parameters["charset"])
	text, _, _ := decodeWith(encoding, name, data)
	return text
}

// resolve is the address that a reference on a page stands for.
func resolve(base, reference string) string {
	from, err := url.Parse(base)
	if err != nil {
		return reference
	}
	to, err := from.Parse(reference)
	if err != nil {
		return reference
	}
	return to.String()
}
