package office

import (
	"context"
	"errors"
	"testing"
	"unicode/utf16"

	"gongkai/parser/blocks"
)

// docText is a paragraph or cell of a DOC: its text with the mark at its end,
// and its properties.
type docText struct {
	text       string
	paragraph  []byte
	characters []byte // of the whole paragraph, its mark too
	bytes      bool   // its text lies there in one byte a character
}

// sp is a property with a number of one byte.
func sp(sprm int, value byte) []byte { return append(le.AppendUint16(nil, uint16(sprm)), value) }

func in(more ...[]byte) []byte { return join(sp(sprmInTable, 1), join(more...)) }

// rowEnd are the properties of the end of a row with cells at the edges; flags
// say how they are merged.
func rowEnd(edges []int, flags ...int) []byte {
	body := []byte{byte(len(edges) - 1)}
	for _, edge := range edges {
		body = le.AppendUint16(body, uint16(edge))
	}
	for i := range len(edges) - 1 {
		tc := make([]byte, 20)
		if i < len(flags) {
			le.PutUint16(tc, uint16(flags[i]))
		}
		body = append(body, tc...)
	}
	size := le.AppendUint16(le.AppendUint16(nil, sprmRow), uint16(len(body)+1))
	return in(sp(sprmRowEnd, 1), size, body)
}

// docOf is a document of the texts; each is a piece of its own, and has a page
// of properties of its own.
func docOf(flags int, texts ...docText) []byte { return docWith(flags, nil, texts...) }

// docWith is one with a stream Data, of pictures.
func docWith(flags int, data []byte, texts ...docText) []byte {
	main := make([]byte, 0x400)
	le.PutUint16(main, 0xA5EC)
	le.PutUint16(main[2:], 0xC1)
	le.PutUint16(main[0x0A:], uint16(flags|0x200))
	var firsts, entries, paragraphs, runs []byte
	count, pages := 0, [][]byte{}
	firsts = le.AppendUint32(firsts, 0)
	var places [][2]int
	for _, x := range texts {
		begin := len(main)
		units := utf16.Encode([]rune(x.text))
		at := uint32(begin)
		for _, u := range units {
			if x.bytes {
				main = append(main, byte(u))
			} else {
				main = le.AppendUint16(main, u)
			}
		}
		if x.bytes {
			at = uint32(begin)*2 | 0x40000000
		}
		if len(main)%2 == 1 {
			main = append(main, 0)
		}
		places = append(places, [2]int{begin, len(main)})
		count += len(units)
		firsts = le.AppendUint32(firsts, uint32(count))
		entries = append(le.AppendUint32(append(entries, 0, 0), at), 0, 0)
	}
	le.PutUint32(main[0x4C:], uint32(count))
	for len(main)%512 != 0 {
		main = append(main, 0)
	}
	add := func(list []byte, place [2]int, page []byte) []byte {
		le.PutUint32(page, uint32(place[0]))
		le.PutUint32(page[4:], uint32(place[1]))
		page[511] = 1
		pages = append(pages, page)
		return le.AppendUint32(list, uint32(len(main)/512+len(pages)-1))
	}
	var begins []byte
	for i, x := range texts {
		begins = le.AppendUint32(begins, uint32(places[i][0]))
		page := make([]byte, 512)
		page[8] = 16 // the properties are at byte 32
		body := append([]byte{0, 0}, x.paragraph...)
		if len(body)%2 == 1 {
			page[32] = byte(len(body)/2 + 1)
			copy(page[33:], body)
		} else {
			page[33] = byte(len(body) / 2)
			copy(page[34:], body)
		}
		paragraphs = add(paragraphs, places[i], page)
		page = make([]byte, 512)
		page[8], page[32] = 16, byte(len(x.characters))
		copy(page[33:], x.characters)
		runs = add(runs, places[i], page)
	}
	begins = le.AppendUint32(begins, uint32(places[len(places)-1][1]))
	main = append(main, join(pages...)...)
	var table []byte
	put := func(fib int, content []byte) {
		le.PutUint32(main[fib:], uint32(len(table)))
		le.PutUint32(main[fib+4:], uint32(len(content)))
		table = append(table, content...)
	}
	list := append(firsts, entries...)
	put(fibPieces, append(le.AppendUint32([]byte{2}, uint32(len(list))), list...))
	put(fibParagraphs, append(begins, paragraphs...))
	put(fibRuns, append(begins, runs...))
	kinds := make([]byte, 30)
	kinds[0], kinds[2], kinds[28] = 1, 77, 1 // one list, number 77, of one level
	put(fibLists, kinds)
	level := make([]byte, 28)
	level[0], level[4], level[15] = 1, 37, 2
	table = append(append(table, level...), 2, 0, 0, 0, 0x01, 0x30) // number and 、
	use := make([]byte, 20)
	use[0], use[4] = 1, 77
	put(fibListUses, use)
	if data == nil {
		return compound(stream{"WordDocument", main}, stream{"1Table", table})
	}
	return compound(stream{"WordDocument", main}, stream{"1Table", table}, stream{"Data", data})
}

func TestDOC(t *testing.T) {
	edges := []int{0, 1000, 2000, 3000}
	inner := func(more ...[]byte) []byte {
		return in(le.AppendUint32(le.AppendUint16(nil, sprmLevels), 2), join(more...))
	}
	numbered := append(le.AppendUint16(nil, sprmList), 1, 0)
	for name, c := range map[string]struct {
		texts []docText
		want  string
	}{
		"lines":    {[]docText{{text: "一、总体\r"}, {text: "ab\x0bcd\r", bytes: true}, {text: "\r"}, {text: "\u0093e\u0094\r", bytes: true}}, "一、总体\nab\ncd\n“e”"},
		"hidden":   {[]docText{{text: "1"}, {text: "2", characters: sp(sprmHidden, 1)}, {text: "3", characters: sp(sprmDeleted, 1)}, {text: "4\r"}, {text: "5"}, {text: "\r", characters: sp(sprmDeleted, 1)}, {text: "6\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd([]int{0, 1000})}}, "14\n5\n|6|"},
		"apart":    {[]docText{{text: "12"}, {text: "1", characters: sp(sprmRaised, 1)}, {text: "5"}, {text: "6", characters: sp(sprmStruck, 1)}, {text: "\r"}}, "12〔1〕5〔6〕"},
		"footnote": {[]docText{{text: "12"}, {text: "\x02", characters: sp(sprmSpecial, 1)}, {text: "\r"}}, "12〔1〕"},
		"field":    {[]docText{{text: "第\x13PAGE \x13x\x14y\x15\x147\x15页\r"}}, "第7页"},
		"tabs":     {[]docText{{text: "规章\t1\t2\r"}}, "规章\t1\t2"},
		"picture":  {[]docText{{text: "\x01", characters: sp(sprmSpecial, 1)}, {text: "\r"}, {text: "文\r"}}, "<#1>\n文"},
		"numbers":  {[]docText{{text: "a\r", paragraph: numbered}, {text: "b\r"}, {text: "c\r", paragraph: numbered}}, "一、a\nb\n二、c"},
		"grid":     {[]docText{{text: "a\r", paragraph: in()}, {text: "x\x07", paragraph: in()}, {text: "\x07", paragraph: in()}, {text: "0\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges)}, {text: "z\r"}}, "|a⏎x||0|\nz"},
		"merged": {[]docText{{text: "a\x07", paragraph: in()}, {text: "\x07", paragraph: in()}, {text: "b\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges, 1|0x60, 2|0x60)},
			{text: "\x07", paragraph: in()}, {text: "1\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd([]int{0, 2000, 3000}, 0x20)},
			{text: "x\x07", paragraph: in()}, {text: "y\x07", paragraph: in()}, {text: "z\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges)}}, "|a 2x2|b|\n|1|\n|x|y|z|"},
		"picture in cell": {[]docText{{text: "a\x07", paragraph: in()}, {text: "\x01", paragraph: in(), characters: sp(sprmSpecial, 1)}, {text: "\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges[:3])}}, "|a|〔图〕|"},
		"table in a cell": {[]docText{{text: "x\r", paragraph: in()}, {text: "1\r", paragraph: inner(sp(sprmInnerCellEnd, 1))}, {text: "2\r", paragraph: inner(sp(sprmInnerCellEnd, 1))}, {text: "\r", paragraph: inner(sp(sprmInnerRowEnd, 1), rowEnd(edges[:3])[6:])},
			{text: "\x07", paragraph: in()}, {text: "y\x07", paragraph: in()}, {text: "\x07", paragraph: rowEnd(edges[:3])}}, "x\n|1|2|\ny"},
	} {
		t.Run(name, func(t *testing.T) { check(t, docOf(0, c.texts...), c.want) })
	}
}

func TestDOCErrors(t *testing.T) {
	old := docOf(0, docText{text: "a\r"})
	i := 512 // where the stream begins
	le.PutUint16(old[i+2:], 0x68)
	short := compound(stream{"WordDocument", []byte("\xEC\xA5\xC1\x00")}, stream{"0Table", nil})
	for name, c := range map[string]struct {
		data []byte
		why  error
	}{
		"locked":            {docOf(0x100, docText{text: "a\r"}), blocks.ErrEncrypted},
		"Word 95":           {old, blocks.ErrUnsupported},
		"no pieces":         {short, blocks.ErrDamaged},
		"field without end": {docOf(0, docText{text: "\x13a\r"}), blocks.ErrDamaged},
	} {
		if _, err := decodeDOC(context.Background(), c.data); !errors.Is(err, c.why) {
			t.Errorf("%s: error %v, want %v", name, err, c.why)
		}
	}
}

// art is a record of a drawing.
func art(kind int, content ...[]byte) []byte {
	body := join(content...)
	return join(le.AppendUint32(le.AppendUint16([]byte{0, 0}, uint16(kind)), uint32(len(body))), body)
}

// dataPicture is a picture in the stream Data; kind tells whether it has a name.
func dataPicture(kind int, content ...[]byte) []byte {
	body := join(content...)
	header := make([]byte, 68)
	le.PutUint32(header, uint32(len(header)+len(body)))
	le.PutUint16(header[4:], uint16(len(header)))
	le.PutUint16(header[6:], uint16(kind))
	return join(header, body)
}

func TestDOCPictures(t *testing.T) {
	const png, jpeg = "\x89PNG\r\n\x1a\nxxxxxxxxxxxxxxxxxxxxxxxx", "\xFF\xD8\xFF\xE0"
	shape, key := art(0xF004, make([]byte, 20)), make([]byte, 16)
	named := make([]byte, 36)
	named[33] = 6
	pictures := [][]byte{
		dataPicture(0x64, shape, art(0xF01E, key, []byte{0xFF}, []byte(png))),
		dataPicture(0x66, []byte("\x03abc"), shape, art(0xF007, named, []byte("a\x00b\x00\x00\x00"), art(0xF01D, key, key, []byte{0xFF}, []byte(jpeg)))),
		dataPicture(0x64, shape, art(0xF01A, key, make([]byte, 34), []byte("drawing"))),
		dataPicture(0x64, shape),
		dataPicture(0x64, shape, art(0xF007, named)),
	}
	texts, at := []docText{}, 0
	place := func(at int) []byte {
		return join(sp(sprmSpecial, 1), le.AppendUint32(le.AppendUint16(nil, sprmPicture), uint32(at)))
	}
	for _, picture := range pictures {
		texts = append(texts, docText{text: "\x01", characters: place(at)}, docText{text: "\r"})
		at += len(picture)
	}
	texts = append(texts, docText{text: "\x01", characters: place(at - 3)}, docText{text: "\r"},
		docText{text: "\x01", characters: place(1 << 31)}, docText{text: "\r"},
		docText{text: "\x01", characters: sp(sprmSpecial, 1)}, docText{text: "\r"},
		docText{text: "\x08", characters: sp(sprmSpecial, 1)}, docText{text: "\x01", characters: place(0)}, docText{text: "\r"})
	want := []string{png, jpeg, "", "", "", "", "", "", "", png}
	d := read(t, docWith(0, join(pictures...), texts...))
	if len(d.Blocks) != len(want) {
		t.Fatal(shows(d))
	}
	for i, b := range d.Blocks {
		if got := string(d.Inside(b.Picture)); got != want[i] {
			t.Errorf("%s is %q, want %q", b.Picture, got, want[i])
		}
	}
	broken := join(pictures...)
	for i := range broken { // must not fail, whatever it gives
		for _, v := range []byte{0, 1, 0x7F, 0xFF} {
			before := broken[i]
			broken[i] = v
			for _, at := range []int{0, len(pictures[0])} {
				docPicture(broken, at)
			}
			broken[i] = before
		}
	}
}
