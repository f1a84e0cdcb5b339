package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/parser/blocks"
)

// Bounds of one document, beside those of package blocks.
const (
	maxObjects = 1 << 20  // entries of the cross-reference
	maxValues  = 4 << 20  // names, numbers, strings and entries of all objects kept
	maxStream  = 32 << 20 // bytes that one stream may unfold to
	maxSearch  = 1 << 30  // bytes passed in search of the ends of streams
	maxRefs    = 32       // references that lead to references
)

// entry says where an object stands: at an offset, or in an object stream.
type entry struct {
	offset    int
	container int // number of the object stream; 0 for none
	free      bool
}

// file is a document as numbered objects. An object is read once and kept:
// documents refer to the same fonts and dictionaries from every page.
//
// The layer is written here because the library at hand for it cannot be held to
// bounds: github.com/ledongthuc/pdf allocates as many entries as /Size says (3 GB
// for a file of 200 bytes), reads an object again at every look, prints to
// standard output, and knows two of the four ways of locking.
type file struct {
	ctx     context.Context
	data    []byte
	entries map[int]entry
	trailer dict
	lock    *lock
	cache   map[int]any
	bad     map[int]error // why objects cannot be read
	open    map[int]bool
	inside  map[int]map[int]any // objects of object streams
	inflate inflater

	values int // values kept so far
	codes  int // codes of character maps kept so far
	*effort
	// hybrid is set while the stream of a table is read.
	hybrid bool
	// crooked means that the cross-reference does not fit the file.
	crooked bool
	// err is the first error met since somebody cleared it: an object that
	// exists and cannot be read is not the same as one that does not exist.
	err error
}

// effort is what has been spent on a document so far, in all attempts.
type effort struct {
	unfolded int // bytes unfolded
	searched int // bytes passed in search of ends of streams
	work     int // see spend
}

// openFile reads the cross-reference, or, when scan is set, makes one from what
// stands in the file.
func openFile(ctx context.Context, data []byte, scan bool, spent *effort) (*file, error) {
	if i := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); i > 0 {
		data = data[i:]
	}
	f := &file{ctx: ctx, data: data, entries: map[int]entry{}, trailer: dict{}, cache: map[int]any{}, bad: map[int]error{}, open: map[int]bool{}, inside: map[int]map[int]any{}, effort: spent}
	if !scan {
		if err := f.readDirectory(); err != nil {
			return nil, err
		}
		return f, f.unlock()
	}
	return f, f.rebuild()
}

func (f *file) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// readDirectory reads the tables and streams of the cross-reference, newest first.
func (f *file) readDirectory() error {
	tail := f.data[max(0, len(f.data)-4096):]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return damaged("文件末尾没有交叉引用表", "its end names no cross-reference")
	}
	l := f.lexer(tail[i+len("startxref"):])
	start := l.next()
	next, more := int(start.n), true
	seen := map[int]bool{}
	for more && !seen[next] {
		seen[next] = true
		part, err := f.readDirectoryPart(next)
		if err != nil {
			return err
		}
		for key, v := range part {
			if _, known := f.trailer[key]; !known {
				f.trailer[key] = v
			}
		}
		// A file for old and new readers calls objects free in its table that its
		// stream has.
		if hidden, ok := part["XRefStm"].(int); ok && !seen[hidden] {
			seen[hidden] = true
			f.hybrid = true
			if _, err := f.readDirectoryPart(hidden); err != nil {
				return err
			}
			f.hybrid = false
		}
		next, more = part["Prev"].(int)
	}
	if _, ok := f.trailer["Root"].(ref); !ok {
		return damaged("没有文档目录", "it has no catalog")
	}
	return f.ctx.Err()
}

var errDirectory = damaged("交叉引用表损坏", "its cross-reference is damaged")

func (f *file) readDirectoryPart(offset int) (dict, error) {
	if offset < 0 || offset >= len(f.data) {
		return nil, errDirectory
	}
	l := f.lexer(f.data[offset:])
	mark := l.at
	if t := l.next(); t.kind == wordToken && string(t.bytes) == "xref" {
		return f.readTable(l)
	}
	l.at = mark
	_, v, err := f.parseAt(offset)
	if err != nil {
		return nil, err
	}
	s, ok := v.(*stream)
	if !ok {
		return nil, errDirectory
	}
	return s.dict, f.readDirectoryStream(s)
}

func (f *file) readTable(l *lexer) (dict, error) {
	for {
		t := l.next()
		if t.kind == wordToken && string(t.bytes) == "trailer" {
			d, _ := l.object()
			if d, ok := d.(dict); ok {
				return d, f.lexerError(l)
			}
			return nil, errDirectory
		}
		count := l.next()
		if t.kind != numberToken || count.kind != numberToken {
			return nil, errDirectory
		}
		for i := 0; i < int(count.n); i++ {
			offset, _, use := l.next(), l.next(), l.next()
			if offset.kind != numberToken || use.kind != wordToken {
				return nil, errDirectory
			}
			if err := f.define(int(t.n)+i, entry{offset: int(offset.n), free: string(use.bytes) != "n"}); err != nil {
				return nil, err
			}
		}
	}
}

// define enters an object unless a newer part of the directory has it.
func (f *file) define(num int, e entry) error {
	if old, known := f.entries[num]; known && !(f.hybrid && old.free) {
		return nil
	}
	if len(f.entries) >= maxObjects {
		return tooLarge(fmt.Sprintf("对象超过%d个", maxObjects), fmt.Sprintf("it has more than %d objects", maxObjects))
	}
	f.entries[num] = e
	return nil
}

func (f *file) readDirectoryStream(s *stream) error {
	data, err := f.decode(s)
	if err != nil {
		return err
	}
	var w [3]int
	widths, _ := s.dict["W"].(array)
	for i := range w {
		if i < len(widths) {
			w[i], _ = widths[i].(int)
		}
		if w[i] < 0 || w[i] > 8 {
			return errDirectory
		}
	}
	size := w[0] + w[1] + w[2]
	index, ok := s.dict["Index"].(array)
	if !ok {
		index = array{0, s.dict["Size"]}
	}
	if size == 0 {
		return errDirectory
	}
	for ; len(index) >= 2; index = index[2:] {
		first, _ := index[0].(int)
		count, _ := index[1].(int)
		for i := 0; i < count && len(data) >= size; i++ {
			kind := field(data[:w[0]])
			if w[0] == 0 {
				kind = 1
			}
			second := field(data[w[0] : w[0]+w[1]])
			data = data[size:]
			e := entry{offset: second, free: kind != 1}
			if kind == 2 {
				e = entry{container: second}
			}
			if err := f.define(first+i, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func field(b []byte) (n int) {
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// lexer reads objects within what the document may still keep.
func (f *file) lexer(data []byte) *lexer {
	return &lexer{data: data, left: maxValues - f.values, bounded: true}
}

// lexerError counts what a lexer kept.
func (f *file) lexerError(l *lexer) error {
	f.values = maxValues - l.left
	if l.left <= 0 {
		return tooLarge(fmt.Sprintf("对象中的值超过%d个", maxValues), fmt.Sprintf("its objects hold more than %d values", maxValues))
	}
	return nil
}

// parseAt reads "12 0 obj ..." at an offset.
func (f *file) parseAt(offset int) (ref, any, error) {
	if offset < 0 || offset >= len(f.data) {
		return ref{}, nil, errDirectory
	}
	l := f.lexer(f.data[offset:])
	num, gen, word := l.next(), l.next(), l.next()
	if num.kind != numberToken || gen.kind != numberToken || string(word.bytes) != "obj" {
		return ref{}, nil, errDirectory
	}
	id := ref{int(num.n), int(gen.n)}
	v, _ := l.object()
	if err := f.lexerError(l); err != nil {
		return id, nil, err
	}
	if l.broken {
		return id, v, errObject
	}
	d, ok := v.(dict)
	if !ok {
		return id, v, nil
	}
	if t := l.next(); t.kind != wordToken || string(t.bytes) != "stream" {
		return id, v, nil
	}
	start := offset + l.at
	if start < len(f.data) && f.data[start] == '\r' {
		start++
	}
	if start < len(f.data) && f.data[start] == '\n' {
		start++
	}
	raw, err := f.streamBytes(d, start)
	return id, &stream{dict: d, raw: raw, id: id}, err
}

var errBreaksOff = damaged("文件在数据流中间中断", "the file breaks off within a stream")

// streamBytes finds the bytes of a stream by its /Length, or, when "endstream"
// does not stand there, by that word.
func (f *file) streamBytes(d dict, start int) ([]byte, error) {
	if n, ok := f.resolve(d["Length"]).(int); ok && n >= 0 && n <= len(f.data)-start {
		l := lexer{data: f.data[start+n : min(len(f.data), start+n+32)]}
		if t := l.next(); bytes.HasPrefix(t.bytes, []byte("endstream")) || bytes.HasPrefix(t.bytes, []byte("endobj")) {
			return f.data[start : start+n], nil
		}
	}
	end := bytes.Index(f.data[start:], []byte("endstream"))
	if f.searched += end; end < 0 {
		f.searched += len(f.data) - start
	}
	if f.searched > maxSearch {
		return nil, tooLarge("长度有误的数据流过多", "too many streams with a wrong length")
	}
	if end < 0 {
		return nil, errBreaksOff
	}
	raw := f.data[start : start+end]
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	return bytes.TrimSuffix(raw, []byte("\r")), nil
}

// resolve follows references. What does not exist is nil, as the format says;
// what exists and cannot be read is nil too, and the file's err says so.
func (f *file) resolve(v any) any {
	for range maxRefs {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.object(r.num)
	}
	return nil
}

func (f *file) object(num int) any {
	if v, ok := f.cache[num]; ok {
		if v == nil && f.bad[num] != nil {
			f.fail(f.bad[num])
		}
		return v
	}
	e, ok := f.entries[num]
	if !ok || e.free || f.open[num] {
		return nil
	}
	if err := f.ctx.Err(); err != nil {
		f.fail(err)
		return nil
	}
	f.open[num] = true
	defer delete(f.open, num)
	v, err := f.load(num, e)
	if err != nil {
		f.fail(err)
		f.bad[num] = err
		v = nil
	}
	f.cache[num] = v
	return v
}

func (f *file) load(num int, e entry) (any, error) {
	if e.container != 0 {
		return f.contained(e.container, num)
	}
	id, v, err := f.parseAt(e.offset)
	if err == nil && id.num != num {
		err = errDirectory
	}
	if err != nil {
		f.crooked = f.crooked || err == error(errDirectory)
		return nil, err
	}
	if f.lock != nil {
		v = f.lock.open(v, id)
	}
	return v, nil
}

// contained gives an object of an object stream; the stream is read once.
func (f *file) contained(container, num int) (any, error) {
	objects, ok := f.inside[container]
	if !ok {
		var err error
		objects, err = f.readContainer(container)
		f.inside[container] = objects
		if err != nil {
			f.crooked = true
			return nil, err
		}
	}
	if objects == nil {
		return nil, damaged("对象流无法读取", "an object stream cannot be read")
	}
	return objects[num], f.bad[num]
}

var errObject = damaged("对象损坏", "an object is damaged")

func (f *file) readContainer(container int) (map[int]any, error) {
	if e := f.entries[container]; e.container != 0 {
		return nil, damaged("对象流互相嵌套", "an object stream stands in another one")
	}
	s, ok := f.object(container).(*stream)
	if !ok {
		return nil, damaged("缺少对象流", "an object stream is missing")
	}
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	count, _ := f.resolve(s.dict["N"]).(int)
	first, _ := f.resolve(s.dict["First"]).(int)
	if first < 0 || first > len(data) {
		return nil, damaged("对象流损坏", "an object stream is damaged")
	}
	head := lexer{data: data[:first]}
	objects := map[int]any{}
	for range count {
		num, offset := head.next(), head.next()
		if num.kind != numberToken || offset.kind != numberToken {
			break
		}
		at := first + int(offset.n)
		if at < first || at >= len(data) {
			continue
		}
		l := f.lexer(data[at:])
		v, _ := l.object()
		if err := f.lexerError(l); err != nil {
			return nil, err
		}
		if l.broken {
			f.bad[int(num.n)] = errObject
			v = nil
		}
		objects[int(num.n)] = v
	}
	return objects, nil
}

// rebuild makes a directory from the objects that stand in the file; of several
// with one number the last one counts.
func (f *file) rebuild() error {
	type found struct{ num, offset int }
	var all []found
	for at := 0; ; {
		i := bytes.Index(f.data[at:], []byte("obj"))
		if i < 0 {
			break
		}
		end := at + i
		at = end + 3
		if num, offset, ok := headBefore(f.data, end); ok {
			if len(all) >= maxObjects {
				return tooLarge(fmt.Sprintf("对象超过%d个", maxObjects), fmt.Sprintf("it has more than %d objects", maxObjects))
			}
			all = append(all, found{num, offset})
			f.entries[num] = entry{offset: offset}
		}
	}
	f.findTrailers()
	var containers []found
	for _, o := range all {
		// Newer objects overwrite older ones; only the newest is looked at.
		if f.entries[o.num].offset != o.offset {
			continue
		}
		if err := f.ctx.Err(); err != nil {
			return err
		}
		_, v, err := f.parseAt(o.offset)
		if errors.Is(err, blocks.ErrTooLarge) {
			return err
		}
		switch d := dictOf(v); d["Type"] {
		case name("XRef"):
			f.adoptTrailer(d)
		case name("Catalog"):
			if _, ok := f.trailer["Root"]; !ok {
				f.trailer["Root"] = ref{o.num, 0}
			}
		case name("ObjStm"):
			containers = append(containers, o)
		}
	}
	if err := f.unlock(); err != nil {
		return err
	}
	for _, c := range containers {
		objects, err := f.readContainer(c.num)
		if err != nil {
			// Its objects stay missing; whoever needs one finds nothing there.
			f.fail(err)
		}
		f.inside[c.num] = objects
		for num, v := range objects {
			if e, ok := f.entries[num]; !ok || e.container != 0 || e.offset < c.offset {
				f.entries[num] = entry{container: c.num}
				if d := dictOf(v); d["Type"] == name("Catalog") {
					if _, ok := f.trailer["Root"]; !ok {
						f.trailer["Root"] = ref{num, 0}
					}
				}
			}
		}
	}
	if len(f.entries) == 0 || f.trailer["Root"] == nil {
		return damaged("文件中找不到文档目录", "no catalog stands in the file")
	}
	return nil
}

// headBefore reads "12 0 " backwards from the word "obj".
func headBefore(data []byte, end int) (num, offset int, ok bool) {
	at := end
	space := func() bool {
		start := at
		for at > 0 && classes[data[at-1]] == 's' {
			at--
		}
		return at < start
	}
	digits := func() (n int, ok bool) {
		start := at
		for at > 0 && start-at < 9 && data[at-1] >= '0' && data[at-1] <= '9' {
			at--
		}
		for _, c := range data[at:start] {
			n = n*10 + int(c-'0')
		}
		return n, at < start
	}
	space()
	if _, ok := digits(); !ok || !space() {
		return 0, 0, false
	}
	num, ok = digits()
	return num, at, ok && (at == 0 || classes[data[at-1]] != 0 || slices.Contains([]byte("jmf"), data[at-1]))
}

func (f *file) findTrailers() {
	for at := 0; ; {
		i := bytes.Index(f.data[at:], []byte("trailer"))
		if i < 0 {
			return
		}
		at += i + len("trailer")
		l := f.lexer(f.data[at:])
		v, _ := l.object()
		f.lexerError(l)
		f.adoptTrailer(dictOf(v))
	}
}

// adoptTrailer takes what a newer trailer says over what an older one said.
func (f *file) adoptTrailer(d dict) {
	for _, key := range []name{"Root", "Encrypt", "ID"} {
		if v, ok := d[key]; ok {
			f.trailer[key] = v
		}
	}
}

// dictOf gives the dictionary of a dictionary or stream, else an empty one.
func dictOf(v any) dict {
	switch v := v.(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) dict(v any) dict { return dictOf(f.resolve(v)) }

func (f *file) array(v any) array {
	a, _ := f.resolve(v).(array)
	return a
}

func (f *file) name(v any) name {
	n, _ := f.resolve(v).(name)
	return n
}

func (f *file) number(v any) (float64, bool) {
	switch n := f.resolve(v).(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// numbers reads exactly n numbers from an array.
func (f *file) numbers(v any, n int) ([]float64, bool) {
	a := f.array(v)
	if len(a) != n {
		return nil, false
	}
	out := make([]float64, n)
	for i := range out {
		x, ok := f.number(a[i])
		if !ok {
			return nil, false
		}
		out[i] = x
	}
	return out, true
}

var errUnfolded = tooLarge(fmt.Sprintf("解压后超过%d字节", blocks.MaxInside), fmt.Sprintf("it unfolds to more than %d bytes", blocks.MaxInside))

// maxWork bounds the work on one document: about a byte of content or an entry of
// a font's tables each.
const maxWork = 96 << 20

var errWork = tooLarge("内容过多，处理量超过上限", "it is more work to read than the limit allows")

// spend counts work; false means that there was too much.
func (f *file) spend(n int) bool {
	f.work += n
	if f.work > maxWork {
		f.fail(errWork)
		return false
	}
	return true
}
