package parser

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// container is a kind of file that holds documents.
type container struct {
	mediaType string
	unpack    func(o *opening, data []byte) iter.Seq2[member, error]
	// mixed says that the members are documents in their own right, as in an
	// archive; otherwise they are the parts of one page.
	mixed bool
}

// member is a document in a container with the files that belong to it. Its name
// is a label and never a path to write to.
type member struct {
	File
	files []File
}

var (
	zipContainer   = &container{"application/zip", unpackZIP, true}
	gzipContainer  = &container{"application/gzip", unpackGzip, false}
	mhtmlContainer = &container{"multipart/related", unpackMHTML, false}
)

// containerOf tells by its content whether a file is a container; nil if not.
func containerOf(data []byte) *container {
	switch {
	case bytes.HasPrefix(data, []byte("\x1F\x8B")):
		return gzipContainer
	case isArchive(data):
		return zipContainer
	case isMHTML(data):
		return mhtmlContainer
	}
	return nil
}

// maxNesting bounds how deep containers lie in each other.
const maxNesting = 3

// opening bounds what all containers in one document may unfold to together.
type opening struct {
	inside int64 // bytes left
	parts  int   // members left
	depth  int
}

// enter goes into a container; leave with o.depth--.
func (o *opening) enter() error {
	if o.depth == maxNesting {
		return fmt.Errorf("%w: archives lie more than %d deep in each other", ErrTooDeep, maxNesting)
	}
	o.depth++
	return nil
}

// part takes note of one more member.
func (o *opening) part() error {
	if o.parts--; o.parts < 0 {
		return fmt.Errorf("%w: it holds more than %d files", ErrTooLarge, blocks.MaxParts)
	}
	return nil
}

// maxMember bounds one file in a container: the container lies in memory with it.
const maxMember = DefaultMaxBytes / 2

// readAll reads r to its end within the bounds. stated is how long it says it is,
// or a guess.
func (o *opening) readAll(r io.Reader, stated int64) ([]byte, error) {
	limit := min(o.inside, maxMember)
	data := bytes.NewBuffer(make([]byte, 0, min(max(stated, 0), limit)+bytes.MinRead))
	_, err := data.ReadFrom(io.LimitReader(r, limit+1))
	o.inside -= int64(data.Len())
	switch {
	case int64(data.Len()) > limit:
		return nil, fmt.Errorf("%w: what is packed in it unfolds to more than %d bytes, or one file to more than %d", ErrTooLarge, int64(blocks.MaxInside), int64(maxMember))
	case err != nil:
		return nil, fmt.Errorf("%w: unpack: %w", ErrDamaged, err)
	}
	return data.Bytes(), nil
}

func unpackGzip(o *opening, data []byte) iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			yield(member{}, fmt.Errorf("%w: unpack: %w", ErrDamaged, err))
			return
		}
		inner, err := o.readAll(r, 4*int64(len(data)))
		yield(member{File: File{Name: r.Name, Data: inner}}, err)
	}
}

// readInside reads the one report that a container holds.
func (p *Parser) readInside(ctx context.Context, o *opening, c *container, data []byte) (reading, error) {
	if err := o.enter(); err != nil {
		return reading{}, err
	}
	defer func() { o.depth-- }()
	var reports, others []reading
	var names, failures []string
	var first error
	for m, err := range c.unpack(o, data) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return reading{}, err
		}
		r, err := p.read(ctx, o, report.Source{Name: m.Name}, m.Data, m.files)
		switch {
		case err == nil:
			reports, names = append(reports, r), append(names, m.Name)
		case errors.Is(err, ErrTooLarge):
			return reading{}, fmt.Errorf("%s: %w", m.Name, err)
		case errors.Is(err, ErrNoReport) && r.document != nil:
			others = append(others, r)
			first = firstError(first, err)
		default:
			failures = append(failures, fmt.Sprintf("%s: %v", m.Name, err))
			first = firstError(first, err)
		}
	}
	switch {
	case len(reports) > 1:
		return reading{}, fmt.Errorf("%w: it holds %d reports (%s): unpack it and give them one by one", ErrUnsupported, len(reports), clipList(names))
	case len(reports) == 1:
		if c.mixed {
			reports[0].report.Notes = append(reports[0].report.Notes, fromArchive(names[0], failures))
		}
		return reports[0], nil
	case first == nil:
		return reading{}, ErrEmpty
	case len(others) == 1 && len(failures) == 0:
		return others[0], first
	case len(failures) > 0:
		return reading{}, fmt.Errorf("no report was read from it: %w (%s)", first, clipList(failures))
	}
	return reading{}, first
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// clipList joins the first few of a list.
func clipList(list []string) string {
	const shown = 3
	if len(list) > shown {
		return strings.Join(list[:shown], ", ") + fmt.Sprintf(" and %d more", len(list)-shown)
	}
	return strings.Join(list, ", ")
}

func fromArchive(name string, failures []string) report.Text {
	note := report.Text{
		ZH: fmt.Sprintf("报告读自压缩包内文件“%s”", name),
		EN: fmt.Sprintf("the report was read from the file %q in the archive", name),
	}
	if len(failures) > 0 {
		note = note.And(report.Text{
			ZH: fmt.Sprintf("包内另有%d个文件未能读取：%s", len(failures), clipList(failures)),
			EN: fmt.Sprintf("%d other files in it could not be read: %s", len(failures), clipList(failures)),
		})
	}
	return note
}

// Unpack yields the documents of an archive of several documents, archives in it
// opened too, each with a name such as "2023/report.docx" or "inner.zip/a.html".
// ok is false if the bytes are no such archive. What cannot be unpacked is
// yielded as an error with its name; after an error of the archive itself, which
// has no name, nothing more comes.
func Unpack(data []byte) (documents iter.Seq2[File, error], ok bool) {
	if containerOf(data) != zipContainer {
		return nil, false
	}
	o := &opening{inside: blocks.MaxInside, parts: blocks.MaxParts}
	return func(yield func(File, error) bool) { o.each("", data, yield) }, true
}

func (o *opening) each(prefix string, data []byte, yield func(File, error) bool) bool {
	if err := o.enter(); err != nil {
		return yield(File{Name: strings.TrimSuffix(prefix, "/")}, err)
	}
	defer func() { o.depth-- }()
	for m, err := range unpackZIP(o, data) {
		m.Name = prefix + m.Name
		if err == nil && isArchive(m.Data) {
			if !o.each(m.Name+"/", m.Data, yield) {
				return false
			}
			continue
		}
		if !yield(m.File, err) {
			return false
		}
	}
	return true
}
