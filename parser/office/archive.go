package office

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"gongkai/parser/blocks"
)

// archive is a ZIP package of XML parts.
type archive struct {
	ctx    context.Context
	files  map[string]*zip.File
	inside int64 // bytes unfolded so far
	// unfolded counts those of parts that are unfolded bit by bit.
	unfolded int64
	pictures int64 // bytes of pictures unfolded so far
}

// maxXML bounds the XML of a document, all parts together: reading it takes
// about a second. Real reports have less than 4 MB.
const maxXML = 16 << 20

func openArchive(ctx context.Context, data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: open its ZIP archive: %v", blocks.ErrDamaged, err)
	}
	if len(z.File) > blocks.MaxParts {
		return nil, fmt.Errorf("%w: %d files in its ZIP archive, the limit is %d", blocks.ErrTooLarge, len(z.File), blocks.MaxParts)
	}
	a := &archive{ctx: ctx, files: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		a.files[partName(f.Name)] = f
	}
	return a, nil
}

// partName folds the ways in which programs write a part's name: names are
// equal whatever their case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// maxPicture bounds a picture in a package: a page scanned in colours has a
// third of it.
const maxPicture = 32 << 20

// picture gives the bytes of a picture in the package, nil if there is none or
// they are too many.
func (a *archive) picture(name string) []byte {
	r, err := a.unfold(name)
	if err != nil {
		return nil
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	a.pictures += int64(len(data))
	if err != nil || len(data) > maxPicture || a.pictures > blocks.MaxInside {
		return nil
	}
	return data
}

func (a *archive) has(name string) bool { return a.files[partName(name)] != nil }

var errNoPart = errors.New("no such part")

// part unfolds a part. The sizes that an archive states are not believed.
func (a *archive) part(name string) ([]byte, error) {
	r, err := a.unfold(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, maxXML-a.inside+1))
	a.inside += int64(len(content))
	if a.inside > maxXML {
		return nil, fmt.Errorf("%w: its parts unfold to more than %d bytes", blocks.ErrTooLarge, maxXML)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: unfold part %s: %v", blocks.ErrDamaged, name, err)
	}
	return content, nil
}

func (a *archive) unfold(name string) (io.ReadCloser, error) {
	f := a.files[partName(name)]
	if f == nil {
		return nil, fmt.Errorf("%w: read part %s: %w", blocks.ErrDamaged, name, errNoPart)
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%w: part %s; save it without a password", blocks.ErrEncrypted, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: unfold part %s: %v", blocks.ErrDamaged, name, err)
	}
	return r, nil
}

// open reads a part as XML.
func (a *archive) open(name string) (*xmlReader, error) {
	content, err := a.part(name)
	if err != nil {
		return nil, err
	}
	return newXML(a.ctx, name, content), nil
}

// optional reads a part as XML that a document may lack: nil if it does.
func (a *archive) optional(name string) (*xmlReader, error) {
	if name == "" || !a.has(name) {
		return nil, nil
	}
	return a.open(name)
}

// relation is a line of a .rels part: a part that another one refers to.
type relation struct {
	kind   string // the last word of its type: "styles", "image", "worksheet"
	target string // path in the archive
}

// relations reads what the part refers to, by id; none if nothing is said.
func (a *archive) relations(of string) (map[string]relation, error) {
	dir, file := path.Split(of)
	x, err := a.optional(dir + "_rels/" + file + ".rels")
	if x == nil || err != nil {
		return nil, err
	}
	found := map[string]relation{}
	for {
		start, err := x.nextStart()
		if start == nil || err != nil {
			return found, err
		}
		if start.Name.Local != "Relationship" || attr(start, "TargetMode") == "External" {
			continue
		}
		target := attr(start, "Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(dir, target)
		}
		kind := attr(start, "Type")
		found[attr(start, "Id")] = relation{kind[strings.LastIndexByte(kind, '/')+1:], target}
	}
}

// related is the target of the only relation of the kind, "" if there is none.
func related(relations map[string]relation, kind string) string {
	target := ""
	for _, r := range relations {
		if r.kind == kind && (target == "" || r.target < target) {
			target = r.target
		}
	}
	return target
}

// xmlReader reads the XML of a part piece by piece: bounded in depth, and
// stopped with its context. Go's reader knows no entities but XML's own.
type xmlReader struct {
	*xml.Decoder
	source *sheetXML // nil for a part that is unfolded as a whole
	ctx    context.Context
	part   string
	depth  int
	pieces int
}

// maxDepth bounds XML elements within elements.
const maxDepth = 1000

func newXML(ctx context.Context, part string, content []byte) *xmlReader {
	return &xmlReader{Decoder: xml.NewDecoder(bytes.NewReader(content)), ctx: ctx, part: part}
}

// next gives the next piece, io.EOF at the end.
func (x *xmlReader) next() (xml.Token, error) {
	if x.pieces++; x.pieces%4096 == 0 && x.ctx.Err() != nil {
		return nil, fmt.Errorf("read part %s: %w", x.part, x.ctx.Err())
	}
	token, err := x.Token()
	if err == io.EOF {
		return nil, io.EOF
	}
	if err != nil {
		if x.source != nil && x.source.err != nil && x.source.err != io.EOF {
			return nil, x.source.err
		}
		return nil, fmt.Errorf("%w: read part %s: %v", blocks.ErrDamaged, x.part, err)
	}
	switch token.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, fmt.Errorf("%w: more than %d elements within each other in part %s", blocks.ErrTooDeep, maxDepth, x.part)
		}
	case xml.EndElement:
		x.depth--
	}
	return token, nil
}

// nextStart gives the next element that begins anywhere, nil at the end.
func (x *xmlReader) nextStart() (*xml.StartElement, error) {
	for {
		token, err := x.next()
		if err == io.EOF {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return &start, nil
		}
	}
}

// skip passes over the rest of the element that was begun last.
func (x *xmlReader) skip() error {
	for outer := x.depth - 1; x.depth > outer; {
		if _, err := x.next(); err != nil {
			return x.unfinished(err)
		}
	}
	return nil
}

// unfinished makes an error of an end that comes too early.
func (x *xmlReader) unfinished(err error) error {
	if err == io.EOF {
		return fmt.Errorf("%w: part %s ends too early", blocks.ErrDamaged, x.part)
	}
	return err
}

// text is the character data within the element that was begun last.
func (x *xmlReader) text() (string, error) {
	var text strings.Builder
	for outer := x.depth - 1; x.depth > outer; {
		token, err := x.next()
		if err != nil {
			return "", x.unfinished(err)
		}
		if data, ok := token.(xml.CharData); ok {
			text.Write(data)
		}
	}
	return text.String(), nil
}

// each calls do for every element right within the one that was begun last, up
// to its end. do must read its element to the end, as skip does.
func (x *xmlReader) each(do func(*xml.StartElement) error) error {
	for {
		token, err := x.next()
		if err != nil {
			return x.unfinished(err)
		}
		switch piece := token.(type) {
		case xml.StartElement:
			if err := do(&piece); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// attr is the value of an attribute, whatever its name space; "" if it is not there.
func attr(start *xml.StartElement, name string) string {
	for i := range start.Attr {
		if start.Attr[i].Name.Local == name {
			return start.Attr[i].Value
		}
	}
	return ""
}
