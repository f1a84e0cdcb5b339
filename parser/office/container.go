package office

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/richardlehane/mscfb"

	"gongkai/parser/blocks"
)

// container is a compound file: the older documents are files in a file.
type container struct {
	streams map[string]*mscfb.File // those of the root, by name
}

// openContainer reads the directory of a compound file. The library bounds loops
// in its tables; what it may still stumble over is fenced here.
func openContainer(data []byte) (c *container, err error) {
	defer fence("read the directory of its compound file", &err)
	source := &sectors{Reader: bytes.NewReader(data), left: maxSectors}
	r, err := mscfb.New(source)
	if err != nil {
		return nil, fmt.Errorf("%w: read the directory of its compound file: %v", blocks.ErrDamaged, err)
	}
	if len(r.File) > blocks.MaxParts {
		return nil, fmt.Errorf("%w: %d files in its compound file, the limit is %d", blocks.ErrTooLarge, len(r.File), blocks.MaxParts)
	}
	source.left = len(data) // from here on streams are read, each of which is bounded
	c = &container{streams: map[string]*mscfb.File{}}
	for _, f := range r.File {
		if len(f.Path) == 0 && c.streams[f.Name] == nil {
			c.streams[f.Name] = f
		}
	}
	return c, nil
}

// sectors is the file as the library reads it. Folders within folders cost the
// library the square of their number, so the sectors that it may read while it
// opens the directory are bounded.
type sectors struct {
	*bytes.Reader
	left int
}

// maxSectors is enough for a directory of MaxParts entries, four a sector, and
// for the tables of the largest file.
const maxSectors = blocks.MaxParts/4 + 1000

var errSectors = errors.New("its directory has too many entries")

func (s *sectors) ReadAt(b []byte, off int64) (int, error) {
	const sector = 512
	if len(b) >= sector {
		if s.left--; s.left < 0 {
			return 0, errSectors
		}
	}
	n, err := s.Reader.ReadAt(b, off)
	// The last sector may be cut short: it is read as if it were filled up.
	if err == io.EOF && n > 0 {
		clear(b[n:])
		return len(b), nil
	}
	return n, err
}

func (c *container) has(name string) bool { return c.streams[name] != nil }

// stream reads a stream whole. None is longer than the file that it is in.
func (c *container) stream(name string, most int) (content []byte, err error) {
	defer fence("read stream "+name, &err)
	f := c.streams[name]
	if f == nil {
		return nil, fmt.Errorf("%w: it has no stream %s", blocks.ErrDamaged, name)
	}
	if f.Size < 0 || f.Size > int64(most) {
		return nil, fmt.Errorf("%w: stream %s is said to have %d bytes, the file has %d", blocks.ErrDamaged, name, f.Size, most)
	}
	content = make([]byte, f.Size)
	if n, err := io.ReadFull(f, content); err != nil {
		return nil, fmt.Errorf("%w: read stream %s: %d of %d bytes: %v", blocks.ErrDamaged, name, n, f.Size, err)
	}
	return content, nil
}

// fence turns a panic into an error.
func fence(doing string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %s: %v", blocks.ErrDamaged, doing, r)
	}
}
