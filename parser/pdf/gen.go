//go:build ignore

// This program writes cmaps.bin and glyphs.txt from the npm package pdfjs-dist:
//
//	npm pack pdfjs-dist@4.10.38 && tar xzf pdfjs-dist-4.10.38.tgz
//	go run gen.go -from package
//
// The character maps are Adobe's (BSD-3, see LICENSE-cmaps.txt), packed by pdf.js
// (Apache-2.0); the list of glyph names is the Adobe Glyph List (BSD-3).
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// wanted are the maps to keep. The vertical ones differ from these only in the
// shapes of punctuation; the UTF-8 and UTF-16 ones are UniGB-UTF32 in other bytes.
var wanted = []string{
	"GB-EUC-H", "GBpc-EUC-H", "GBK-EUC-H", "GBKp-EUC-H", "GBK2K-H",
	"UniGB-UCS2-H", "UniGB-UTF32-H", "Adobe-GB1-UCS2",
}

func main() {
	from := flag.String("from", "package", "folder of pdfjs-dist")
	flag.Parse()
	log.SetFlags(0)
	var out []byte
	for _, name := range wanted {
		m := read(*from, name)
		packed := m.pack()
		out = appendString(out, name)
		out = appendString(out, string(packed))
		log.Printf("%s: %d codes, %d bytes", name, len(m.codes), len(packed))
	}
	check(os.WriteFile("cmaps.bin", out, 0o644))
	check(os.WriteFile("glyphs.txt", glyphs(*from), 0o644))
	license, err := os.ReadFile(filepath.Join(*from, "cmaps", "LICENSE"))
	check(err)
	check(os.WriteFile("LICENSE-cmaps.txt", license, 0o644))
}

// glyphs lists "name codepoint" of the Adobe Glyph List, but for private code points.
func glyphs(from string) []byte {
	source, err := os.ReadFile(filepath.Join(from, "build", "pdf.worker.mjs"))
	check(err)
	_, list, _ := strings.Cut(string(source), "getGlyphsUnicode = getLookupTableFactory(")
	list, _, _ = strings.Cut(list, "\n});")
	var b bytes.Buffer
	for _, m := range regexp.MustCompile(`t(?:\.(\w+)|\["([^"]+)"\]) = 0x([0-9a-f]+);`).FindAllStringSubmatch(list, -1) {
		if m[3] >= "e000" && m[3] <= "f8ff" && len(m[3]) == 4 {
			continue
		}
		fmt.Fprintf(&b, "%s %s\n", m[1]+m[2], m[3])
	}
	return b.Bytes()
}

type cmap struct {
	spaces [][3]uint32 // length, first, last
	codes  map[uint32]uint32
}

func (m *cmap) pack() []byte {
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(m.spaces)))
	for _, s := range m.spaces {
		for _, n := range s {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	codes := make([]uint32, 0, len(m.codes))
	for c := range m.codes {
		codes = append(codes, c)
	}
	sort.Slice(codes, func(i, j int) bool { return codes[i] < codes[j] })
	var next, value uint32
	for i := 0; i < len(codes); {
		j := i + 1
		for j < len(codes) && codes[j] == codes[i]+uint32(j-i) && m.codes[codes[j]] == m.codes[codes[i]]+uint32(j-i) {
			j++
		}
		b = binary.AppendUvarint(b, uint64(codes[i]-next))
		b = binary.AppendUvarint(b, uint64(j-i))
		b = binary.AppendVarint(b, int64(m.codes[codes[i]])-int64(value))
		next, value = codes[i]+uint32(j-i), m.codes[codes[i]]+uint32(j-i)
		i = j
	}
	var z bytes.Buffer
	w, err := flate.NewWriter(&z, flate.BestCompression)
	check(err)
	_, err = w.Write(b)
	check(err)
	check(w.Close())
	return z.Bytes()
}

// read reads a map in the binary form of pdf.js (its class BinaryCMapReader).
func read(from, name string) *cmap {
	data, err := os.ReadFile(filepath.Join(from, "cmaps", name+".bcmap"))
	check(err)
	m := &cmap{codes: map[uint32]uint32{}}
	r := &reader{data: data[1:]}
	for len(r.data) > 0 {
		head := r.byte()
		kind, sequence, size := head>>5, head&0x10 != 0, int(head&15)+1
		if kind == 7 {
			text := r.string()
			if head&0x1F == 1 {
				base := read(from, text)
				m.spaces = append(m.spaces, base.spaces...)
				for c, v := range base.codes {
					m.codes[c] = v
				}
			}
			continue
		}
		m.section(r, kind, sequence, size)
	}
	return m
}

func (m *cmap) section(r *reader, kind byte, sequence bool, size int) {
	var end, value uint32
	count := int(r.number())
	for i := range count {
		first := i == 0
		key := size
		if kind >= 4 {
			key = 2
		}
		var start uint32
		switch {
		case first:
			start = r.fixed(key)
		case sequence:
			start = end + 1
		default:
			start = end + 1 + r.number()
		}
		end = start
		if kind != 2 && kind != 4 {
			end += r.number()
		}
		switch kind {
		case 0:
			m.spaces = append(m.spaces, [3]uint32{uint32(size), start, end})
			continue
		case 1:
			r.number()
			continue
		case 2:
			if first {
				value = r.number()
			} else {
				value += 1 + r.signed()
			}
		case 3:
			value = r.number()
		case 4:
			if first {
				value = r.fixed(size)
			} else {
				value += 1 + r.signed()
			}
		case 5:
			value = r.fixed(size)
		default:
			log.Fatalf("a section of kind %d", kind)
		}
		to := value
		if kind >= 4 && size > 2 {
			to = joinSurrogates(value)
		}
		for c := start; c <= end && to <= 0x10FFFF; c++ {
			m.codes[c] = to + c - start
		}
	}
}

func joinSurrogates(v uint32) uint32 {
	if high, low := v>>16, v&0xFFFF; high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 {
		return 0x10000 + (high-0xD800)<<10 + (low - 0xDC00)
	}
	return v
}

type reader struct{ data []byte }

func (r *reader) byte() byte {
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) number() (n uint32) {
	for {
		b := r.byte()
		n = n<<7 | uint32(b&0x7F)
		if b < 0x80 {
			return n
		}
	}
}

func (r *reader) signed() uint32 {
	n := r.number()
	if n&1 != 0 {
		return ^(n >> 1)
	}
	return n >> 1
}

func (r *reader) fixed(size int) (n uint32) {
	for range size {
		n = n<<8 | uint32(r.byte())
	}
	return n
}

func (r *reader) string() string {
	b := make([]byte, r.number())
	for i := range b {
		b[i] = byte(r.number())
	}
	return string(b)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
