package pdf

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"bytes"

	"github.com/klauspost/compress/flate"
)

//go:generate go run gen.go -from package

// table maps codes to numbers. Pages of 256 codes are made when they are used.
type table struct {
	pages map[uint32]*[256]uint32
	// left is how many codes may still be entered.
	left int
}

// Bounds of the codes that one character map and all maps of a document may enter.
const (
	maxCodes    = 1 << 18
	maxAllCodes = 1 << 22
)

func newTable() *table { return &table{pages: map[uint32]*[256]uint32{}, left: maxCodes} }

// set maps a code to a value; values are kept plus one, 0 is "none".
func (t *table) set(code, value uint32) {
	if t.left <= 0 {
		return
	}
	t.left--
	page := t.pages[code>>8]
	if page == nil {
		page = new([256]uint32)
		t.pages[code>>8] = page
		t.left -= 32 // a page with few codes still takes its memory
	}
	page[code&255] = value + 1
}

func (t *table) get(code uint32) (uint32, bool) {
	if page := t.pages[code>>8]; page != nil && page[code&255] != 0 {
		return page[code&255] - 1, true
	}
	return 0, false
}

// codespace is a range of codes of one length; a code belongs to it when each of
// its bytes lies between the bytes of first and last.
type codespace struct {
	length      int
	first, last uint32
}

func (s codespace) holds(code uint32) bool {
	for shift := 0; shift < 8*s.length; shift += 8 {
		if b := code >> shift & 255; b < s.first>>shift&255 || b > s.last>>shift&255 {
			return false
		}
	}
	return true
}

// cmap cuts the bytes of a string into codes and maps codes to CIDs, or, when it
// is a ToUnicode map, to text.
type cmap struct {
	spaces   []codespace
	codes    *table
	identity bool // codes are CIDs
	vertical bool
	base     *cmap
	// texts are what codes of a ToUnicode map read where that is no single
	// character; codes then has textMark plus the index.
	texts []string
}

const textMark = 1 << 24

// next cuts the first code from a string. Bytes that fit no codespace are taken
// as one code of the shortest length.
func (m *cmap) next(s []byte) (code uint32, length int) {
	for m.spaces == nil && m.base != nil {
		m = m.base
	}
	shortest := 4
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | uint32(s[n-1])
		for _, space := range m.spaces {
			if space.length == n && space.holds(code) {
				return code, n
			}
			shortest = min(shortest, space.length)
		}
	}
	shortest = min(shortest, len(s))
	code = 0
	for _, b := range s[:shortest] {
		code = code<<8 | uint32(b)
	}
	return code, shortest
}

func (m *cmap) cid(code uint32) (uint32, bool) {
	for ; m != nil; m = m.base {
		if m.identity {
			return code, true
		}
		if cid, ok := m.codes.get(code); ok {
			return cid, true
		}
	}
	return 0, false
}

// text is what a code of a ToUnicode map reads; "" when the map does not say.
func (m *cmap) text(code uint32) string {
	if m.identity {
		return character(rune(code))
	}
	v, ok := m.codes.get(code)
	switch {
	case !ok:
		return ""
	case v >= textMark:
		return m.texts[v-textMark]
	}
	return character(rune(v))
}

// character is a rune as text; "" when it means nothing: controls, private code
// points, halves of surrogates.
func character(r rune) string {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return " "
	case r < ' ' || r >= 0x7F && r < 0xA0 || r >= 0xD800 && r < 0xF900 || r == utf8.RuneError || r >= 0xF0000 || r&0xFFFE == 0xFFFE:
		return ""
	}
	return string(r)
}

//go:embed cmaps.bin
var packedMaps []byte

// packed finds and unfolds the maps of cmaps.bin, each when it is first used.
var packed = func() map[string]func() *cmap {
	maps := map[string]func() *cmap{}
	take := func() string {
		n, size := binary.Uvarint(packedMaps)
		s := packedMaps[size : size+int(n)]
		packedMaps = packedMaps[size+int(n):]
		return string(s)
	}
	for len(packedMaps) > 0 {
		name, data := take(), take()
		maps[name] = sync.OnceValue(func() *cmap { return unpack(data) })
	}
	return maps
}()

func unpack(data string) *cmap {
	r := flate.NewReader(strings.NewReader(data))
	b, err := io.ReadAll(r)
	if err != nil {
		panic(fmt.Sprintf("cmaps.bin: %v", err))
	}
	number := func() uint32 {
		n, size := binary.Uvarint(b)
		b = b[size:]
		return uint32(n)
	}
	m := &cmap{codes: newTable()}
	m.codes.left = 1 << 30
	for range number() {
		m.spaces = append(m.spaces, codespace{int(number()), number(), number()})
	}
	var code, value uint32
	for len(b) > 0 {
		code += number()
		count := number()
		step, size := binary.Varint(b)
		b = b[size:]
		value += uint32(step)
		for range count {
			m.codes.set(code, value)
			code, value = code+1, value+1
		}
	}
	return m
}

// predefined is a map that documents use by name.
type predefined struct {
	cmap *cmap
	// scalar gives the Unicode character of a code, for maps that are written in
	// one of its encodings; their CIDs are kept by character.
	scalar func(code uint32) rune
	// text gives what a code reads; nil where only the CID can tell.
	text func(code uint32) string
}

// cid is the CID of a code.
func (p predefined) cid(code uint32) (uint32, bool) {
	if p.scalar != nil {
		code = uint32(p.scalar(code))
	}
	return p.cmap.cid(code)
}

var (
	twoBytes = []codespace{{2, 0, 0xFFFF}}
	utf8Map  = []codespace{{1, 0, 0x7F}, {2, 0xC280, 0xDFBF}, {3, 0xE08080, 0xEFBFBF}, {4, 0xF0808080, 0xF7BFBFBF}}
	utf16Map = []codespace{{2, 0, 0xD7FF}, {4, 0xD800DC00, 0xDBFFDFFF}, {2, 0xE000, 0xFFFF}}
	utf32Map = []codespace{{4, 0, 0x0010FFFF}}
)

// inUnicode are the endings of the names of maps that are written in Unicode.
var inUnicode = map[string]struct {
	spaces []codespace
	scalar func(uint32) rune
}{
	"UCS2":  {twoBytes, func(c uint32) rune { return rune(c) }},
	"UTF8":  {utf8Map, runeOfUTF8},
	"UTF16": {utf16Map, joinSurrogates},
	"UTF32": {utf32Map, func(c uint32) rune { return rune(c) }},
}

// findPredefined gives the map of a name, or false. Maps of other countries that
// are written in Unicode tell what codes read; their CIDs are not known.
func findPredefined(n name) (predefined, bool) {
	base, vertical := strings.CutSuffix(string(n), "-V")
	base = strings.TrimSuffix(base, "-H")
	m := cmap{vertical: vertical, codes: newTable()}
	if base == "Identity" {
		m.spaces, m.identity = twoBytes, true
		return predefined{cmap: &m}, true
	}
	if own := packed[base+"-H"]; own != nil {
		m.spaces, m.codes = own().spaces, own().codes
	}
	_, ending, _ := strings.Cut(base, "-")
	if u, ok := inUnicode[ending]; ok {
		m.spaces = u.spaces
		if strings.HasPrefix(base, "UniGB-UTF") {
			m.codes = packed["UniGB-UTF32-H"]().codes
		}
		return predefined{cmap: &m, scalar: u.scalar}, true
	}
	return predefined{cmap: &m, text: gbText}, m.spaces != nil
}

func joinSurrogates(code uint32) rune {
	if code > 0xFFFF {
		return utf16.DecodeRune(rune(code>>16), rune(code&0xFFFF))
	}
	return rune(code)
}

func runeOfUTF8(code uint32) rune {
	r, _ := utf8.DecodeRune(bytesOf(code))
	return r
}

// bytesOf writes a code without its leading zero bytes.
func bytesOf(code uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, code)
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

// readCMap reads a character map that a document brings along.
func (f *file) readCMap(s *stream, depth int) (*cmap, error) {
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	if !f.spend(len(data)) {
		return nil, errWork
	}
	m := &cmap{codes: newTable()}
	m.codes.left = min(maxCodes, maxAllCodes-f.codes)
	given := m.codes.left
	if base := f.resolve(s.dict["UseCMap"]); base != nil && depth > 0 {
		m.base = f.useCMap(base, depth-1)
	}
	if mode, ok := f.number(s.dict["WMode"]); ok {
		m.vertical = mode == 1
	}
	r := cmapReader{lexer: lexer{data: data}, m: m}
	r.read(f)
	f.codes += given - m.codes.left
	if m.spaces == nil && m.base == nil {
		m.spaces = twoBytes
	}
	if m.codes.left <= 0 {
		return nil, tooLarge("字符映射过大", "a character map is too large")
	}
	return m, f.ctx.Err()
}

func (f *file) useCMap(v any, depth int) *cmap {
	switch v := v.(type) {
	case name:
		if p, ok := findPredefined(v); ok {
			return p.cmap
		}
	case *stream:
		if m, err := f.readCMap(v, depth); err == nil {
			return m
		}
	}
	return nil
}

// cmapReader reads the sections of a character map and skips all else.
type cmapReader struct {
	lexer
	m *cmap
}

func (r *cmapReader) read(f *file) {
	var last name
	for {
		t := r.next()
		switch t.kind {
		case endToken:
			return
		case nameToken:
			last = name(t.bytes)
		case wordToken:
			switch string(t.bytes) {
			case "begincodespacerange":
				r.codespaces()
			case "begincidrange", "begincidchar":
				r.cids(string(t.bytes) == "begincidrange")
			case "beginbfrange", "beginbfchar":
				r.texts(string(t.bytes) == "beginbfrange")
			case "usecmap":
				if r.m.base == nil {
					r.m.base = f.useCMap(last, 0)
				}
			case "def":
				if last == "WMode" {
					r.m.vertical = bytes.Contains(r.data[max(0, r.at-8):r.at], []byte("1"))
				}
				last = ""
			}
		}
	}
}

// code reads a code; false at the end of a section.
func (r *cmapReader) code() (code uint32, length int, ok bool) {
	t := r.next()
	if t.kind != stringToken || len(t.bytes) > 4 {
		return 0, 0, false
	}
	for _, b := range t.bytes {
		code = code<<8 | uint32(b)
	}
	return code, len(t.bytes), true
}

func (r *cmapReader) codespaces() {
	for {
		first, length, ok := r.code()
		if !ok {
			return
		}
		last, _, ok := r.code()
		if !ok || length == 0 || len(r.m.spaces) >= 256 {
			return
		}
		r.m.spaces = append(r.m.spaces, codespace{length, first, last})
	}
}

// codes reads the codes that an entry is for: one, or the first and the last of a
// range.
func (r *cmapReader) codes(ranges bool) (first, last uint32, ok bool) {
	first, _, ok = r.code()
	last = first
	if ok && ranges {
		last, _, ok = r.code()
	}
	return first, last, ok
}

func (r *cmapReader) cids(ranges bool) {
	for {
		first, last, ok := r.codes(ranges)
		if !ok {
			return
		}
		cid := r.next()
		if cid.kind != numberToken {
			return
		}
		for code := first; code <= last && r.m.codes.left > 0; code++ {
			r.m.codes.set(code, uint32(cid.n)+code-first)
			if code == last {
				break
			}
		}
	}
}

func (r *cmapReader) texts(ranges bool) {
	for {
		first, last, ok := r.codes(ranges)
		if !ok {
			return
		}
		t := r.next()
		switch {
		case t.kind == stringToken:
			r.run(first, last, t.bytes)
		case t.kind == wordToken && string(t.bytes) == "[":
			for code := first; ; code++ {
				t := r.next()
				if t.kind != stringToken {
					break
				}
				if code >= first && code <= last {
					r.run(code, code, t.bytes)
				}
			}
		case t.kind == nameToken:
			if v, ok := glyphRune(string(t.bytes)); ok {
				r.m.codes.set(first, uint32(v))
			}
		default:
			return
		}
	}
}

// run maps codes one after the other to texts whose last character counts up.
func (r *cmapReader) run(first, last uint32, text []byte) {
	runes := decodeUTF16(text)
	if len(runes) == 0 || len(runes) > 64 {
		return
	}
	for code := first; code <= last && r.m.codes.left > 0; code++ {
		end := runes[len(runes)-1] + rune(code-first)
		if len(runes) == 1 {
			r.m.codes.set(code, uint32(end)&(textMark-1))
		} else {
			r.m.codes.set(code, textMark+uint32(len(r.m.texts)))
			r.m.texts = append(r.m.texts, joined(runes[:len(runes)-1], end))
			r.m.codes.left -= len(runes)
		}
		if code == last {
			return
		}
	}
}

// joined is a text of several characters, "" if one of them means nothing.
func joined(runes []rune, end rune) string {
	var b strings.Builder
	for _, r := range append(runes[:len(runes):len(runes)], end) {
		c := character(r)
		if c == "" && r != 0 {
			return ""
		}
		b.WriteString(c)
	}
	return b.String()
}

// decodeUTF16 reads big-endian UTF-16; a single byte is a character of its own.
func decodeUTF16(b []byte) []rune {
	if len(b) == 1 {
		return []rune{rune(b[0])}
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return utf16.Decode(units)
}
