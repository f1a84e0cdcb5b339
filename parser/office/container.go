package office

import (
	"bytes"
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
	// A sector may be cut short at the very end: readers see it filled up.
	r, err := mscfb.New(padded512{bytes.NewReader(data)})
	if err != nil {
		return nil, fmt.Errorf("%w: read the directory of its compound file: %v", blocks.ErrDamaged, err)
	}
	if len(r.File) > blocks.MaxParts {
		return nil, fmt.Errorf("%w: %d files in its compound file, the limit is %d", blocks.ErrTooLarge, len(r.File), blocks.MaxParts)
	}
	c = &container{streams: map[string]*mscfb.File{}}
	for _, f := range r.File {
		if len(f.Path) == 0 && c.streams[f.Name] == nil {
			c.streams[f.Name] = f
		}
	}
	return c, nil
}

// padded512 reads zeros behind the end, as far as the last sector goes.
type padded512 struct{ *bytes.Reader }

func (p padded512) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.Reader.ReadAt(b, off)
	const sector = 4096
	if end := p.Size() + sector - 1; err == io.EOF && n > 0 && off+int64(len(b)) <= end {
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
